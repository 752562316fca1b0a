"""Playlists: those of the library, which the page and all players share; as files, in and out."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from resona.library import PLAYLISTS, PathMap, Playlist, Recipe, m3u8
from resona.tracks import Track
from resona.web.errors import RequestError
from resona.web.seeds import known_tracks
from resona.web.state import Shared, State
from resona.web.tracks import LARGEST_ID, Ids, Paging
from resona.web.views import TrackPage, page

PlaylistId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of a playlist.")]
TrackIds = list[Annotated[int, Field(ge=1, le=LARGEST_ID)]]
Folder = Annotated[str, Query(max_length=4000, description="Write paths relative to this folder; else absolute.")]
Maps = Annotated[tuple[str, ...], Query(max_length=20, description="FROM=TO: where a folder is for the player.")]

router = APIRouter(tags=["playlists"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistDetails(Playlist):
    """A playlist with its tracks in order; `version` names this state of it.

    `problem` says why one that renews itself cannot be renewed; empty where it can.
    """

    track_ids: list[int]
    version: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlaylist:
    """A playlist made from a file, and how many of its entries are not in the library."""

    playlist: PlaylistDetails
    n_unknown: int


class RecipeWish(BaseModel):
    """What a playlist that renews itself is to hold: tracks that fit words, pass a filter, or both."""

    words: str = Field("", max_length=500, description="Such as: calm piano, no drums.")
    where: str = Field("", max_length=2000, description="Such as: year < 1980.")
    k: int = Field(100, ge=1, le=10_000, description="How many tracks at most.")
    least: float = Field(0.3, ge=0, le=1, description="How well a track must fit the words.")


class NewPlaylist(BaseModel):
    """A playlist to be made: of tracks, or with a recipe, by which it renews itself."""

    name: str
    track_ids: TrackIds = []
    recipe: RecipeWish | None = None


class PlaylistChange(BaseModel):
    """What is to be replaced, or added at the end; with a `version`, only if the playlist still is in that state.

    With a `recipe` it renews itself from now on; one that `is_fixed` does no longer.
    """

    name: str | None = None
    comment: str | None = None
    track_ids: TrackIds | None = None
    added: TrackIds = []
    version: str = ""
    recipe: RecipeWish | None = None
    is_fixed: bool = False


@router.get("/playlists")
def playlists(state: Shared) -> list[Playlist]:
    """List the playlists by name, without their tracks."""
    return state.library.playlists.all()


@router.post("/playlists", status_code=201)
def create_playlist(state: Shared, wanted: NewPlaylist) -> PlaylistDetails:
    """Make a playlist."""
    playlists = state.library.playlists
    recipe = _recipe(state, wanted.recipe)
    made = (
        playlists.create_automatic(wanted.name, recipe) if recipe else playlists.create(wanted.name, wanted.track_ids)
    )
    return _details(state, made.playlist_id)


@router.post(
    "/playlists/files",
    status_code=201,
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
)
def read_playlist(
    state: Shared,
    name: Annotated[str, Query(min_length=1, max_length=500)],
    content: Annotated[bytes, Body(media_type="application/octet-stream")] = b"",
) -> ReadPlaylist:
    """Make a playlist of a file (M3U, PLS, XSPF, WPL, ZPL, ASX): its bytes are the body, its `name` tells the format.

    Entries are found by the end of their paths, so that the list may come from another machine.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() not in PLAYLISTS:
        raise RequestError(415, "UnsupportedPlaylist", f"playlists are read as {', '.join(PLAYLISTS)}")
    made, n_unknown = state.library.playlists.read(path.stem, content, suffix=path.suffix)
    return ReadPlaylist(playlist=_details(state, made.playlist_id), n_unknown=n_unknown)


@router.get("/playlists/{playlist_id}")
def playlist(state: Shared, playlist_id: PlaylistId) -> PlaylistDetails:
    """Give one with the numbers of its tracks."""
    return _details(state, playlist_id)


@router.get("/playlists/{playlist_id}/tracks")
def playlist_tracks(state: Shared, playlist_id: PlaylistId, part: Paging) -> TrackPage:
    """List the tracks of one, in order."""
    wanted = state.library.playlists.track_ids(playlist_id)[part.offset : part.offset + part.limit + 1]
    return page(state.library.tracks.of(wanted), offset=part.offset, limit=part.limit)


@router.patch("/playlists/{playlist_id}")
def change_playlist(state: Shared, playlist_id: PlaylistId, wanted: PlaylistChange) -> PlaylistDetails:
    """Rename a playlist, put its tracks in another order, take some out, add some: all of it, or nothing.

    Or let it renew itself by another recipe, or no longer.
    """
    recipe = _recipe(state, wanted.recipe)
    if recipe or wanted.is_fixed:
        state.library.playlists.follow(playlist_id, recipe)
    change = wanted.model_dump(exclude={"added", "recipe", "is_fixed"})
    if wanted.added:
        before = state.library.playlists.track_ids(playlist_id) if wanted.track_ids is None else wanted.track_ids
        change["track_ids"] = [*before, *wanted.added]
    state.library.playlists.change(playlist_id, **change)
    return _details(state, playlist_id)


@router.delete("/playlists/{playlist_id}")
def delete_playlist(state: Shared, playlist_id: PlaylistId) -> dict[Literal["n_deleted"], int]:
    """Take a playlist away; `undo` brings it back."""
    state.library.playlists.delete(playlist_id)
    return {"n_deleted": 1}


@router.post("/playlists/{playlist_id}/undo")
def undo_playlist(state: Shared, playlist_id: PlaylistId) -> PlaylistDetails:
    """Take the last change of a playlist back, or its deletion, whoever made it."""
    return _details(state, state.library.playlists.undo(playlist_id).playlist_id)


@router.get("/playlists/{playlist_id}/file", response_class=Response)
def playlist_file(state: Shared, playlist_id: PlaylistId, folder: Folder = "", path_map: Maps = ()) -> Response:
    """Write a playlist as M3U8."""
    name = state.library.playlists.get(playlist_id).name
    found = state.library.tracks.of(state.library.playlists.track_ids(playlist_id))
    return _file(found, name, folder, path_map)


@router.get("/playlist.m3u8", response_class=Response)
def tracks_file(
    state: Shared,
    track: Annotated[Ids, Query(min_length=1, description="The tracks, in order.")],
    folder: Folder = "",
    path_map: Maps = (),
) -> Response:
    """Write tracks as an M3U8 playlist; those that are no longer in the library are left out."""
    return _file(known_tracks(state, track), "resona", folder, path_map)


def _file(found: Sequence[Track], name: str, folder: str, path_map: Sequence[str]) -> Response:
    content = m3u8(found, folder=folder, path_maps=[PathMap.parse(text) for text in path_map])
    disposition = f"attachment; filename=\"resona.m3u8\"; filename*=UTF-8''{quote(name, safe='')}.m3u8"
    return Response(content, media_type="audio/x-mpegurl", headers={"content-disposition": disposition})


def _details(state: State, playlist_id: int) -> PlaylistDetails:
    shared = state.library.playlists
    found = shared.get(playlist_id)
    return PlaylistDetails(
        **{item.name: getattr(found, item.name) for item in fields(found)},
        track_ids=shared.track_ids(playlist_id),
        version=shared.version(playlist_id),
        problem=shared.problem(found),
    )


def _recipe(state: State, wish: RecipeWish | None) -> Recipe | None:
    return None if wish is None else Recipe(**wish.model_dump(), profile=state.labels.profile)
