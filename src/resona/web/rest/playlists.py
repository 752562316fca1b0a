"""Playlists: those of the library, which all players share."""

from typing import Any

from resona.library import Playlist
from resona.web.rest import ids, views
from resona.web.rest.protocol import GENERIC, MISSING, Answer, RestError
from resona.web.rest.service import Ask


def get_playlists(ask: Ask) -> Answer:
    """List the playlists."""
    return {"playlists": {"playlist": [_view(ask, playlist) for playlist in ask.library.playlists.all()]}}


def get_playlist(ask: Ask) -> Answer:
    """Give one, with its songs; a song whose file is gone keeps its place."""
    return _whole(ask, ids.number_of(ask.parameters.text("id"), "pl"))


def create_playlist(ask: Ask) -> Answer:
    """Make a playlist, or put other songs into one."""
    asked, playlists = ask.parameters, ask.library.playlists
    songs, name = _numbers(ask, "songId"), asked.optional("name")
    if "playlistId" in asked:
        number = ids.number_of(asked.text("playlistId"), "pl")
        playlists.change(number, name=name, track_ids=songs)
        return _whole(ask, number)
    if name is None:
        raise RestError(MISSING, "the parameter 'name' or 'playlistId' is missing")
    return _whole(ask, playlists.create(name, songs).playlist_id)


def update_playlist(ask: Ask) -> Answer:
    """Rename a playlist, take songs out by their places, append others: all of it, or nothing."""
    asked = ask.parameters
    try:
        removed = [int(place) for place in asked.all("songIndexToRemove")]
    except ValueError as error:
        raise RestError(GENERIC, "the parameter 'songIndexToRemove' must be a whole number") from error
    ask.library.playlists.edit(
        ids.number_of(asked.text("playlistId"), "pl"),
        removed=removed,
        added=_numbers(ask, "songIdToAdd"),
        name=asked.optional("name"),
        comment=asked.optional("comment"),
    )
    return {}


def delete_playlist(ask: Ask) -> Answer:
    """Take a playlist away; see `Playlists.undo`."""
    ask.library.playlists.delete(ids.number_of(ask.parameters.text("id"), "pl"))
    return {}


def _numbers(ask: Ask, name: str) -> list[int]:
    return [ids.number_of(text, "tr") for text in ask.parameters.all(name)]


def _whole(ask: Ask, number: int) -> Answer:
    view = _view(ask, ask.library.playlists.get(number))
    return {"playlist": {**view, "entry": views.songs(ask, ask.library.playlists.track_ids(number))}}


def _view(ask: Ask, playlist: Playlist) -> dict[str, Any]:
    """Write a playlist as the asker's own: clients let only owners change it, and here everybody may."""
    return {
        "id": ids.playlist_id(playlist.playlist_id),
        "name": playlist.name,
        "comment": playlist.comment,
        "owner": ask.player.name,
        "public": True,
        "songCount": playlist.n_tracks,
        "duration": round(playlist.duration_seconds),
        "created": views.date(playlist.created_at),
        "changed": views.date(playlist.changed_at),
        "coverArt": ids.playlist_id(playlist.playlist_id),
        "readonly": playlist.recipe is not None,
    }
