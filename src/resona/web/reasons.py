"""Why two tracks are alike, and a way from one to the other."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from resona.library import Aspect, ClipMatch, in_words
from resona.web.seeds import FewAllowed, meaning
from resona.web.state import Shared
from resona.web.tracks import LARGEST_ID
from resona.web.views import TrackView, track_fields, view

Id = Annotated[int, Query(ge=1, le=LARGEST_ID)]

router = APIRouter(tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsView:
    """Why `b` is like `a`.

    Attributes
    ----------
    similarity, in_words
        Calibrated, 0–1, and what that means.
    percentile
        The share of the library, in per cent, that is less like `a` than `b` is.
    aspects
        Timbre, tempo and others: each with a likeness from 0 to 1 and a sentence.
    clip_matches
        The clips that are most alike, by where they begin in `a` and in `b`.
    clip_seconds
        How long a clip is.
    """

    a: TrackView
    b: TrackView
    similarity: float
    in_words: str
    percentile: float
    summary: str
    aspects: list[Aspect]
    clip_matches: list[ClipMatch]
    clip_seconds: float


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


@router.get("/explain")
def explain(state: Shared, a: Id, b: Id) -> ReasonsView:
    """Say why a track is like another: in what, where, and how unusual that is in this library."""
    first, second = meaning(state, a), meaning(state, b)
    found = state.lists.explain(first, second).explanation
    return ReasonsView(
        a=view(first.tracks[0]),
        b=view(second.tracks[0]),
        similarity=found.similarity,
        in_words=in_words(found.similarity),
        percentile=found.percentile,
        summary=found.summary,
        aspects=found.aspects,
        clip_matches=found.clip_matches,
        clip_seconds=float(state.library.model.features.clip_seconds),
    )


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
