"""Your own ear: which songs are alike? The interview of the command line, with covers and sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Body
from pydantic import Field

from resona.library import Moved
from resona.web.errors import RequestError
from resona.web.seeds import meaning
from resona.web.state import Shared
from resona.web.tracks import LARGEST_ID
from resona.web.views import TrackView, view

SOURCE = "page"
IdField = Annotated[int, Field(ge=1, le=LARGEST_ID)]

router = APIRouter(prefix="/teach", tags=["teach"])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """Are a and b alike? Or, with c, which of three is the odd one out?"""

    a: TrackView
    b: TrackView
    c: TrackView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether a and b are alike; or, with c, that c is the odd one of the three."""

    a: IdField
    b: IdField
    c: IdField | None = None
    is_match: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What has been said so far.

    Attributes
    ----------
    n_answers, n_pairs, n_alike
        Judgements, those of pairs, and how many of these said "alike".
    last_label_id
        Of the newest, which can be taken back; 0 where there is none.
    """

    n_answers: int
    n_pairs: int
    n_alike: int
    last_label_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """A track whose place in the list of another has changed."""

    seed: TrackView
    track: TrackView
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonView:
    """What was learned.

    Attributes
    ----------
    sentence
        In words.
    is_used
        Whether lists follow it.
    n_missing
        How many more answers it would probably take; none where nothing points to it.
    agreement, base_agreement
        Share of held-out answers predicted, with what was learned and by the model alone.
    facets
        What counts, with its share of the whole.
    nearer, farther
        Tracks that moved most in the lists of others.
    n_contradictions
        Pairs of answers that cannot both be right.
    """

    sentence: str
    is_used: bool
    n_missing: int | None
    agreement: float | None
    base_agreement: float | None
    facets: Mapping[str, float]
    nearer: list[MoveView]
    farther: list[MoveView]
    n_contradictions: int


@router.get("/question")
def question(state: Shared, form: Literal["pair", "odd"] = "pair") -> QuestionView:
    """Choose the songs whose comparison would tell most."""
    tracks = [view(state.library.tracks.get(track_id)) for track_id in state.labels.ask(form).track_ids]
    return QuestionView(a=tracks[0], b=tracks[1], c=tracks[2] if form == "odd" else None)


@router.get("")
def progress(state: Shared) -> Progress:
    """Say how far the interview is."""
    labels = state.labels.judgements
    pairs = [label for label in labels if label.kind == "pair"]
    return Progress(
        n_answers=len(labels),
        n_pairs=len(pairs),
        n_alike=sum(label.value >= 0.5 for label in pairs),
        last_label_id=labels[-1].label_id if labels else 0,
    )


@router.get("/lesson")
def lesson(state: Shared) -> LessonView:
    """Say what was learned, whether lists follow it, and what that changed."""
    teacher = state.labels
    with state.turns:
        learned = teacher.lesson
        nearer, farther = teacher.moved()
    return LessonView(
        sentence=learned.sentence,
        is_used=learned.is_used,
        n_missing=learned.n_missing,
        agreement=learned.agreement,
        base_agreement=learned.base_agreement,
        facets=learned.shares,
        nearer=[_move(move) for move in nearer],
        farther=[_move(move) for move in farther],
        n_contradictions=len(teacher.contradictions),
    )


@router.post("", status_code=201)
def answer(state: Shared, given: Annotated[Answer, Body()]) -> Progress:
    """Keep a judgement."""
    verdict = "odd" if given.c is not None else "alike" if given.is_match else "different"
    songs = [meaning(state, track_id) for track_id in (given.a, given.b, given.c) if track_id is not None]
    state.labels.judge(songs, verdict, source=SOURCE)
    return progress(state)


@router.delete("/{label_id}")
def take_back(state: Shared, label_id: int) -> Progress:
    """Take a judgement back."""
    if not 0 < label_id <= LARGEST_ID or not state.labels.take_back([label_id]):
        raise RequestError(404, "UnknownLabel", "there is no such judgement")
    return progress(state)


def _move(move: Moved) -> MoveView:
    return MoveView(seed=view(move.seed), track=view(move.track), before=move.before, after=move.after)
