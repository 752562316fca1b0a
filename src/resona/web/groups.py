"""Artists and albums that sound like others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from resona.errors import UnknownTrackError
from resona.library import Query as Meaning
from resona.library import SimilarGroup, SimilarGroups
from resona.web.errors import RequestError
from resona.web.similar import FewAllowed, Ids, meanings
from resona.web.state import Shared, State
from resona.web.views import TrackView, view

MOST_SEEDS = 100

Names = Annotated[tuple[Annotated[str, Query(max_length=40)], ...], Query(max_length=MOST_SEEDS)]

router = APIRouter(tags=["similar"], prefix="/similar")


class GroupWishes(BaseModel):
    """What the list is to be like: tracks by number, artists and albums by id."""

    track: Ids = Field((), description="Tracks of the library.")
    artist: Names = Field((), description="Artists, by the ids of this list.")
    album: Names = Field((), description="Albums, by the ids of this list.")
    k: int = Field(20, ge=1, le=500, description="How many.")
    per_artist: FewAllowed = 2
    same_artist: bool = Field(default=False, description="Let albums by the seeds' own artists in.")
    where: str = Field("", max_length=2000, description='Only tracks such as: year >= 1990 and genre in ("rock").')


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """An artist or album in a list of similar ones, and the tracks that stand for it."""

    rank: int
    id: str
    name: str
    artist: str
    n_tracks: int
    similarity: float
    tracks: list[TrackView]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsView:
    """A list of similar artists or albums."""

    model: str
    results: list[GroupView]
    relaxed: list[str]


@router.get("/artists")
def similar_artists(state: Shared, wishes: Annotated[GroupWishes, Query()]) -> GroupsView:
    """Find the artists whose songs are most like the seeds."""
    with state.turns:
        return _view(state.lists.artists(*_seeds(state, wishes), k=wishes.k, where=wishes.where))


@router.get("/albums")
def similar_albums(state: Shared, wishes: Annotated[GroupWishes, Query()]) -> GroupsView:
    """Find the albums whose songs are most like the seeds."""
    options = {"k": wishes.k, "where": wishes.where, "per_artist": wishes.per_artist}
    with state.turns:
        found = state.lists.albums(*_seeds(state, wishes), with_seed_artists=wishes.same_artist, **options)
    return _view(found)


def group_meaning(state: State, group_id: str) -> Meaning:
    """Make a query of the id of an artist or album.

    Raises
    ------
    UnknownTrackError
        If there is none.
    """
    known = state.discography
    group = known.artists.get(group_id) or known.albums.get(group_id)
    if group is None:
        raise UnknownTrackError(group_id, [], "no artist or album of the library has this id")
    return Meaning(text=group.name, tracks=tuple(state.library.tracks.of(group.track_ids)))


def _seeds(state: State, wishes: GroupWishes) -> Iterator[Meaning]:
    if not (wishes.track or wishes.artist or wishes.album):
        raise RequestError(422, "NoSeed", "say what the others should be like")
    yield from meanings(state, wishes.track)
    yield from (group_meaning(state, group_id) for group_id in (*wishes.artist, *wishes.album))


def _view(found: SimilarGroups) -> GroupsView:
    return GroupsView(model=found.model, results=[_line(line) for line in found.groups], relaxed=found.relaxed)


def _line(line: SimilarGroup) -> GroupView:
    return GroupView(
        rank=line.rank,
        id=line.group.group_id,
        name=line.group.name,
        artist=line.group.artist,
        n_tracks=len(line.group.rows),
        similarity=round(line.similarity, 4),
        tracks=[view(track) for track in line.tracks],
    )
