"""Search, and paging through everything: an empty search finds all, in the order of ids, as clients copy a library."""

from collections.abc import Sequence
from typing import TypeVar

from resona.library import Album, Artist
from resona.web.rest import views
from resona.web.rest.protocol import Answer
from resona.web.rest.service import Ask

T = TypeVar("T")

MOST = 100_000


def search3(ask: Ask) -> Answer:
    """Find artists, albums and songs."""
    artists, albums, songs = _found(ask)
    return {
        "searchResult3": {
            "artist": views.artists(ask, artists),
            "album": views.albums(ask, albums),
            "song": views.songs(ask, songs),
        }
    }


def search2(ask: Ask) -> Answer:
    """Find artists, albums and songs, with albums as folders."""
    artists, albums, songs = _found(ask)
    return {
        "searchResult2": {
            "artist": views.artists(ask, artists),
            "album": views.album_folders(ask, albums),
            "song": views.songs(ask, songs),
        }
    }


def _found(ask: Ask) -> tuple[Sequence[Artist], Sequence[Album], Sequence[int]]:
    known = ask.service.discography
    words = (ask.parameters.optional("query") or "").strip().strip('"').rstrip("*").strip()
    if not words:
        offset, end = _part(ask, "song")
        return (
            _cut(ask, "artist", known.ordered_artists),
            _cut(ask, "album", known.ordered_albums),
            known.track_ids[offset:end].tolist(),
        )
    offset, end = _part(ask, "song")
    return (
        _cut(ask, "artist", known.find_artists(words, _part(ask, "artist")[1])),
        _cut(ask, "album", known.find_albums(words, _part(ask, "album")[1])),
        ask.library.music.search(words, limit=end)[offset:] if end > offset else [],
    )


def _cut(ask: Ask, kind: str, found: Sequence[T]) -> Sequence[T]:
    offset, end = _part(ask, kind)
    return found[offset:end]


def _part(ask: Ask, kind: str) -> tuple[int, int]:
    offset = ask.parameters.number(f"{kind}Offset", 0)
    return offset, offset + ask.parameters.number(f"{kind}Count", 20, most=MOST)
