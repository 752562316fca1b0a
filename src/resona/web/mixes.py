"""Longer lists: radio without an end, a way from one track to another, and the library split into mixes."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from resona.web.seeds import FewAllowed, Filters, SeedWishes, joined, meaning, meanings, seeds_of
from resona.web.state import Shared
from resona.web.tracks import LARGEST_ID, Ids
from resona.web.views import ResultView, TrackView, result_view, track_fields, view

ASKED_SHARE = 0.5  # of a radio's course: what was asked for later has the other half, however much it is
N_TYPICAL = 4  # tracks of a mix that are described

Id = Annotated[int, Query(ge=1, le=LARGEST_ID)]
Leaning = Annotated[float, Query(ge=-1, le=1, description="−1 for little of it, 1 for much.")]

router = APIRouter(tags=["mixes"])


class RadioWishes(SeedWishes):
    """What a radio stays near, and how it is steered."""

    like: Ids = Field((), description="Tracks to move towards; the seeds keep half of the say.")
    unlike: Ids = Field((), description="Tracks to move away from.")
    heard: Ids = Field((), description="What was played, the last one last: it goes on from there, and repeats none.")
    minutes: float = Field(30.0, gt=0, le=43_200, description="How much of it is wanted now.")
    drift: float = Field(0.5, ge=0, le=1, description="0 stays near, 1 wanders.")
    spacing: int = Field(5, ge=0, le=1000, description="Tracks of others between two of one artist.")
    tempo: Leaning = 0.0
    energy: Leaning = 0.0
    brightness: Leaning = 0.0
    where: Filters = ()
    seed: int = Field(0, ge=0, le=LARGEST_ID, description="Another one draws another mix.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioView:
    """The next tracks of a radio, and the names of its seeds."""

    seeds: list[str]
    results: list[ResultView]
    relaxed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MixView:
    """A part of the library that sounds alike, the most typical tracks first.

    `name` is English; `qualities`, `kind`, `sound` and `number` are its words one by one.
    """

    name: str
    qualities: list[str]
    kind: str
    sound: str
    number: int
    n_tracks: int
    track_ids: list[int]
    tracks: list[TrackView]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView(TrackView):
    """A track on a way; `step` leads to it: 0 is the same sound, 90 an unrelated one."""

    rank: int
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PathView:
    """A way from one track to another; above an `evenness` of 2 there is a jump."""

    results: list[StepView]
    is_monotone: bool
    evenness: float
    relaxed: list[str]


@router.get("/radio")
def radio(state: Shared, wishes: Annotated[RadioWishes, Query()]) -> RadioView:
    """Draw the next tracks of a radio that drifts but stays near its seeds; asked again and again, it never ends."""
    seeds = seeds_of(state, wishes)
    like = meanings(state, wishes.like)
    with state.turns:
        found = state.lists.radio(
            *seeds.queries,
            *like,
            weights=_weights(len(seeds.queries), len(like)),
            negatives=tuple(meanings(state, wishes.unlike)),
            given=wishes.heard,
            where=joined(wishes.where),
            hours=wishes.minutes / 60,
            drift=wishes.drift,
            spacing=wishes.spacing,
            seed=wishes.seed,
            lean={name: getattr(wishes, name) for name in ("tempo", "energy", "brightness")},
        )
    return RadioView(
        seeds=seeds.names,
        results=[result_view(result) for result in found.results],
        relaxed=[*seeds.left_out, *found.relaxed],
    )


@router.get("/mixes")
def mixes(
    state: Shared,
    n: Annotated[int, Query(ge=0, le=1000, description="How many; 0 leaves it to the library's size.")] = 0,
    where: Filters = (),
    seed: Annotated[int, Query(ge=0, le=LARGEST_ID, description="Another one may split differently.")] = 0,
) -> list[MixView]:
    """Split the library into groups that sound alike, and name them."""
    with state.turns:
        found = state.lists.mixes(n, where=joined(where), seed=seed)
    return [
        MixView(
            name=mix.name,
            qualities=list(mix.called.qualities),
            kind=mix.called.kind,
            sound=mix.called.sound,
            number=mix.called.number,
            n_tracks=len(mix.tracks),
            track_ids=[track.track_id for track in mix.tracks],
            tracks=[view(track) for track in mix.tracks[:N_TYPICAL]],
        )
        for mix in found
    ]


@router.get("/path")
def path(
    state: Shared,
    start: Id,
    end: Id,
    k: Annotated[int, Query(ge=2, le=200, description="How many tracks, both ends included.")] = 12,
    per_artist: FewAllowed = 2,
    where: Annotated[str, Query(max_length=2000)] = "",
) -> PathView:
    """Find a way in even steps from one track to another."""
    ends = meaning(state, start), meaning(state, end)
    way = state.lists.path(*ends, k=k, per_artist=per_artist, where=where)
    steps = [
        StepView(rank=rank, step=step, **track_fields(track))  # type: ignore[arg-type]
        for rank, (track, step) in enumerate(zip(way.tracks, (0.0, *way.steps), strict=True), start=1)
    ]
    return PathView(results=steps, is_monotone=way.is_monotone, evenness=way.evenness, relaxed=list(way.relaxed))


def _weights(n_asked: int, n_like: int) -> tuple[float, ...]:
    """Weigh what was asked for first, and what was asked for later."""
    if not n_like:
        return ()
    return (ASKED_SHARE / n_asked,) * n_asked + ((1 - ASKED_SHARE) / n_like,) * n_like
