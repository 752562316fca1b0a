"""Artists and albums that sound like others."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from resona.library import SimilarGroup, SimilarGroups
from resona.web.seeds import FewAllowed, SeedWishes, Texts, seeds_of
from resona.web.state import Shared
from resona.web.views import TrackView, view

router = APIRouter(tags=["similar"], prefix="/similar")


class GroupWishes(SeedWishes):
    """What the list is to be like."""

    more: Texts = Field((), description="Words to move to, such as: female vocals.")
    less: Texts = Field((), description="Words to move away from.")
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
        return _view(state.lists.artists(*seeds_of(state, wishes).queries, **_options(wishes)))


@router.get("/albums")
def similar_albums(state: Shared, wishes: Annotated[GroupWishes, Query()]) -> GroupsView:
    """Find the albums whose songs are most like the seeds."""
    options = _options(wishes) | {"per_artist": wishes.per_artist, "with_seed_artists": wishes.same_artist}
    with state.turns:
        found = state.lists.albums(*seeds_of(state, wishes).queries, **options)
    return _view(found)


def _options(wishes: GroupWishes) -> dict[str, Any]:
    return {"k": wishes.k, "where": wishes.where, "more": wishes.more, "less": wishes.less}


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
