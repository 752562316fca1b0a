"""Tracks by words for their sound."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from resona.web.seeds import Filters, SoundText, joined
from resona.web.state import Shared
from resona.web.views import TermView, TrackView, track_fields, view

router = APIRouter(tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView(TrackView):
    """A track that fits: `likelihood` of all words together, `words` one by one; probabilities, 0–1."""

    rank: int
    likelihood: float
    words: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """The answer to words: tracks that are called so, and tracks whose sound fits; `sentences` say what is amiss."""

    model: str
    terms: list[TermView]
    named: list[TrackView]
    results: list[MatchView]
    sentences: list[str]


@router.get("/find")
def find(
    state: Shared,
    q: SoundText,
    k: Annotated[int, Query(ge=1, le=1000, description="How many tracks.")] = 20,
    where: Filters = (),
) -> FoundView:
    """Find tracks by words, for their sound: the best first."""
    with state.turns:
        found = state.lists.find(q, k=k, where=joined(where))
    return FoundView(
        model=found.model,
        terms=[TermView(word=term.word, weight=term.weight) for term in found.asked.terms],
        named=[view(track) for track in found.named],
        results=[
            MatchView(
                **track_fields(match.track),  # type: ignore[arg-type]
                rank=match.rank,
                likelihood=round(match.likelihood, 4),
                words={word: round(value, 4) for word, value in match.words.items()},
            )
            for match in found.results
        ],
        sentences=found.sentences,
    )


@router.get("/words")
def words(state: Shared) -> dict[str, str]:
    """List the words that can be told of a track, each with its kind: genre, instrument, voice, mood, era, measure."""
    return state.lists.words()
