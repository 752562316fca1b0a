"""Why two tracks are alike."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from resona.library import Aspect, ClipMatch, Sharing, in_words
from resona.web.seeds import meaning
from resona.web.state import Shared
from resona.web.tracks import LARGEST_ID
from resona.web.views import TrackView, view

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
    summary, alike, unlike
        A sentence, and its parts: the aspects in which they are clearly alike, and clearly not.
    words
        What is said of both, and of either alone, with the moments where it is heard most.
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
    alike: list[str]
    unlike: list[str]
    words: Sharing
    aspects: list[Aspect]
    clip_matches: list[ClipMatch]
    clip_seconds: float


@router.get("/explain")
def explain(state: Shared, a: Id, b: Id) -> ReasonsView:
    """Say why a track is like another: in what, where, and how unusual that is in this library."""
    first, second = meaning(state, a), meaning(state, b)
    reasons = state.lists.explain(first, second)
    found = reasons.explanation
    return ReasonsView(
        a=view(first.tracks[0]),
        b=view(second.tracks[0]),
        similarity=found.similarity,
        in_words=in_words(found.similarity),
        percentile=found.percentile,
        summary=reasons.summary,
        alike=found.alike,
        unlike=found.unlike,
        words=reasons.words,
        aspects=found.aspects,
        clip_matches=found.clip_matches,
        clip_seconds=float(state.library.model.features.clip_seconds),
    )
