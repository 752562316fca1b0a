"""The library by artists, albums and genres; and the same as folders, for older clients."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from resona.library import Album, Artist, Discography
from resona.tracks import fold
from resona.web.rest import ids, views
from resona.web.rest.protocol import Answer
from resona.web.rest.service import Ask

ARTICLES = "The"


def get_artists(ask: Ask) -> Answer:
    """List all artists by their first letters."""
    return {"artists": {"ignoredArticles": ARTICLES, "lastModified": _changed(ask), "index": _index(ask)}}


def get_indexes(ask: Ask) -> Answer:
    """List all artists as folders; none, if nothing has changed since a time the client names."""
    is_new = _changed(ask) > ask.parameters.number("ifModifiedSince", 0)
    index = [{**letter, "artist": [plain_artist(view) for view in letter["artist"]]} for letter in _index(ask)]
    return {"indexes": {"ignoredArticles": ARTICLES, "lastModified": _changed(ask), "index": index if is_new else []}}


def get_artist(ask: Ask) -> Answer:
    """Give an artist with albums."""
    known, artist = ask.service.discography, find_artist(ask, ask.parameters.text("id"))
    (view,) = views.artists(ask, [artist])
    return {"artist": {**view, "album": views.albums(ask, albums_of(known, artist))}}


def get_album(ask: Ask) -> Answer:
    """Give an album with its songs."""
    album = find_album(ask, ask.parameters.text("id"))
    (view,) = views.albums(ask, [album])
    return {"album": {**view, "song": views.songs(ask, album.track_ids)}}


def get_song(ask: Ask) -> Answer:
    """Give a song."""
    asked = ask.parameters.text("id")
    found = views.songs(ask, [ids.number_of(asked, "tr")])
    if not found:
        raise ids.unknown(asked)
    return {"song": found[0]}


def get_genres(ask: Ask) -> Answer:
    """List the genres, the largest first."""
    genres = ask.service.discography.genres.values()
    return {
        "genres": {
            "genre": [
                {"value": genre.name, "songCount": len(genre.track_ids), "albumCount": genre.n_albums}
                for genre in genres
            ]
        }
    }


def get_music_directory(ask: Ask) -> Answer:
    """Give what is in a folder: the root holds the artists, an artist albums, an album songs."""
    asked, known = ask.parameters.text("id"), ask.service.discography
    if asked == ids.ROOT:
        children = [_artist_folder(view) for view in views.artists(ask, known.artists_by_name)]
        return {"directory": {"id": asked, "name": "Music", "child": children}}
    if asked in known.artists:
        artist = known.artists[asked]
        children = views.album_folders(ask, albums_of(known, artist))
        return {"directory": {"id": asked, "parent": ids.ROOT, "name": artist.name, "child": children}}
    album = find_album(ask, asked)
    children = views.songs(ask, album.track_ids)
    return {"directory": {"id": asked, "parent": album.artist_id, "name": album.name, "child": children}}


def find_artist(ask: Ask, asked: str) -> Artist:
    """Find an artist by its id.

    Raises
    ------
    RestError
        If there is none.
    """
    if asked not in ask.service.discography.artists:
        raise ids.unknown(asked)
    return ask.service.discography.artists[asked]


def find_album(ask: Ask, asked: str) -> Album:
    """Find an album by its id.

    Raises
    ------
    RestError
        If there is none.
    """
    if asked not in ask.service.discography.albums:
        raise ids.unknown(asked)
    return ask.service.discography.albums[asked]


def albums_of(known: Discography, artist: Artist) -> Sequence[Album]:
    """Give the albums of an artist, by name."""
    return [known.albums[album_id] for album_id in artist.album_ids]


def _index(ask: Ask) -> list[dict[str, Any]]:
    artists = views.artists(ask, ask.service.discography.artists_by_name)
    grouped = groupby(sorted(artists, key=_letter), key=_letter)
    return [{"name": letter, "artist": list(group)} for letter, group in grouped]


def _letter(artist: dict[str, Any]) -> str:
    first = fold(artist["name"])[:1].upper()
    return first if first.isalpha() else "#"


def plain_artist(view: dict[str, Any]) -> dict[str, Any]:
    """Leave of an artist what older clients know."""
    return {name: view[name] for name in ("id", "name", "starred", "userRating") if name in view}


def _artist_folder(view: dict[str, Any]) -> dict[str, Any]:
    folder = {"id": view["id"], "parent": ids.ROOT, "isDir": True, "title": view["name"], "artist": view["name"]}
    return {**folder, "coverArt": view["coverArt"], "isVideo": False}


def _changed(ask: Ask) -> int:
    return round(1000 * ask.service.discography.loaded_at)
