"""What can a program ask of a music library? `Library`: the only door of the command line, the page and the scripts.

Its groups are small classes, each in a file of its own: `library.folders` (where the music is, scans, failures),
`library.tracks`, `library.shelves` and `library.music` (what there is), `library.playlists`, `library.players` (who may
play it), `library.links` (what other servers call it), `library.sounds` (to see and hear), `library.models` (which one
listens, training), `library.lists` (what sounds alike, and why), `library.map`, `library.labels` (what a person has
said) and `library.measures` (how good it is). What a face names beside these stands here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resona.library.library import Library as Library
from resona.library.lists import Lists as Lists
from resona.library.pace import Pace as Pace
from resona.library.warm import Warm as Warm
from resona.recommend import Found as Found
from resona.recommend import Match as Match
from resona.recommend import Query as Query
from resona.recommend import Reasons as Reasons
from resona.recommend import Recommendation as Recommendation
from resona.recommend import Recommendations as Recommendations
from resona.recommend import SimilarGroup as SimilarGroup
from resona.recommend import SimilarGroups as SimilarGroups
from resona.recommend.filters.exclusions import pattern_of as pattern_of
from resona.recommend.filters.grammar import GRAMMAR as GRAMMAR
from resona.recommend.filters.grammar import parse as parse
from resona.recommend.mixes.journey import EVEN as EVEN
from resona.recommend.playlists import PathMap as PathMap
from resona.recommend.playlists import csv_table as csv_table
from resona.recommend.playlists import m3u8 as m3u8
from resona.recommend.playlists import paths as paths
from resona.recommend.playlists import write_m3u as write_m3u
from resona.recommend.queries.named_files import PLAYLISTS as PLAYLISTS
from resona.recommend.queries.seeds import METHODS as METHODS
from resona.recommend.reasons.aspects import Aspect as Aspect
from resona.recommend.reasons.aspects import ClipMatch as ClipMatch
from resona.recommend.reasons.sharing import Sharing as Sharing
from resona.recommend.request import ORDERS as ORDERS
from resona.recommend.request import in_words as in_words
from resona.recommend.words.find import WORDS as WORDS
from resona.store import Album as Album
from resona.store import Artist as Artist
from resona.store import Discography as Discography
from resona.store import Failure as Failure
from resona.store import Genre as Genre
from resona.store import Label as Label
from resona.store import Link as Link
from resona.store import Mark as Mark
from resona.store import Play as Play
from resona.store import Player as Player
from resona.store import Playlist as Playlist
from resona.store import Queue as Queue
from resona.store import Recipe as Recipe
from resona.store import Served as Served
from resona.store import TagQuality as TagQuality
from resona.store import album_artist as album_artist
from resona.store import album_id as album_id
from resona.store import artist_id as artist_id
from resona.store import names_of as names_of
from resona.store.discography import NO_ALBUM as NO_ALBUM
from resona.store.discography import NO_ARTIST as NO_ARTIST
from resona.teach import Moved as Moved
from resona.teach import Question as Question
from resona.teach import n_judgements as n_judgements
from resona.teach.own_words import MOST_SONGS as MOST_SONGS
from resona.teach.own_words import KnownWord as KnownWord
from resona.teach.teacher import VERDICTS as VERDICTS

if TYPE_CHECKING:
    from resona.audio import AUDIO_SUFFIXES as AUDIO_SUFFIXES
    from resona.audio import Picture as Picture
    from resona.evaluate import Finding as Finding
    from resona.ingest import ENGINES as ENGINES
    from resona.ingest import ScanConfig as ScanConfig
    from resona.ingest import ScanProgress as ScanProgress
    from resona.ingest import ScanSummary as ScanSummary
    from resona.library.ear import EXCERPT_RATE as EXCERPT_RATE
    from resona.library.folders import FATES as FATES
    from resona.library.folders import FolderState as FolderState
    from resona.library.links import LinkReport as LinkReport
    from resona.library.measures import Measures as Measures
    from resona.library.sounds import Sounds as Sounds
    from resona.library.tagging import TagPlan as TagPlan

# What only scans and sounds need is imported when it is first asked for, so that a list is quick.
LATER = {
    "AUDIO_SUFFIXES": "resona.audio",
    "Picture": "resona.audio",
    "ENGINES": "resona.ingest",
    "Finding": "resona.evaluate",
    "ScanConfig": "resona.ingest",
    "ScanProgress": "resona.ingest",
    "ScanSummary": "resona.ingest",
    "EXCERPT_RATE": "resona.library.ear",
    "FATES": "resona.library.folders",
    "FolderState": "resona.library.folders",
    "LinkReport": "resona.library.links",
    "Measures": "resona.library.measures",
    "Sounds": "resona.library.sounds",
    "TagPlan": "resona.library.tagging",
}


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
