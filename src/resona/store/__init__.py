"""What is kept? One library file: the only place with SQL. Callers know `Store` and the values it takes and gives."""

from resona.store.discography import Album, Artist, Discography, Genre, album_artist, album_id, artist_id, names_of
from resona.store.failures import UNREACHABLE, Failure
from resona.store.features import IN_LIBRARY, DescriptorValues
from resona.store.files import KnownPart, Work
from resona.store.labels import Label
from resona.store.links import Link
from resona.store.marks import Mark, Play, Queue
from resona.store.players import Player
from resona.store.playlists import Playlist, Recipe
from resona.store.served import Served
from resona.store.shelves import TagQuality
from resona.store.sqlite import side_dir_of
from resona.store.store import Store
from resona.store.tracks import TrackRecord
from resona.store.written_tags import WrittenTags

__all__ = [
    "IN_LIBRARY",
    "UNREACHABLE",
    "Album",
    "Artist",
    "DescriptorValues",
    "Discography",
    "Failure",
    "Genre",
    "KnownPart",
    "Label",
    "Link",
    "Mark",
    "Play",
    "Player",
    "Playlist",
    "Queue",
    "Recipe",
    "Served",
    "Store",
    "TagQuality",
    "TrackRecord",
    "Work",
    "WrittenTags",
    "album_artist",
    "album_id",
    "artist_id",
    "names_of",
    "side_dir_of",
]
