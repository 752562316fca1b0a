"""Your own ear: which two songs are alike? Judgements go into the library; what learns from them is no matter here."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Body
from pydantic import Field

from resona.errors import VectorIndexError
from resona.store import Label
from resona.web.errors import RequestError
from resona.web.state import Shared, State
from resona.web.tracks import LARGEST_ID
from resona.web.views import TrackView, view

SOURCE = "page"
IdField = Annotated[int, Field(ge=1, le=LARGEST_ID)]

router = APIRouter(prefix="/teach", tags=["teach"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Are these two alike?"""

    a: TrackView
    b: TrackView


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """They are, or they are not."""

    a: IdField
    b: IdField
    is_match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What has been said so far.

    Attributes
    ----------
    n_answers, n_alike
        Judgements of pairs, and how many of them said "alike".
    n_agreed
        How many of them the model in use would have given.
    last_label_id
        Of the newest, which can be taken back; 0 where there is none.
    """

    n_answers: int
    n_alike: int
    n_agreed: int
    last_label_id: int


@router.get("/question")
def question(state: Shared) -> Question:
    """Choose two tracks to compare."""
    a, b = choose_pair(state)
    return Question(a=view(state.track(a)), b=view(state.track(b)))


@router.get("")
def progress(state: Shared) -> Progress:
    """Say how far the interview is, and how often the model in use agrees."""
    labels = [label for label in state.library.store.labels.all() if label.kind == "pair"]
    return Progress(
        n_answers=len(labels),
        n_alike=sum(label.value >= 0.5 for label in labels),
        n_agreed=_count_agreed(state, labels),
        last_label_id=labels[-1].label_id if labels else 0,
    )


@router.post("", status_code=201)
def answer(state: Shared, given: Annotated[Answer, Body()]) -> Progress:
    """Keep a judgement."""
    if given.a == given.b:
        raise RequestError(422, "SameTrack", "a track is always like itself; compare two")
    a, b = state.track(given.a).track_id, state.track(given.b).track_id
    state.library.store.labels.add([Label(kind="pair", a=a, b=b, value=float(given.is_match), source=SOURCE)])
    return progress(state)


@router.delete("/{label_id}")
def take_back(state: Shared, label_id: int) -> Progress:
    """Take a judgement back."""
    if not 0 < label_id <= LARGEST_ID or not state.library.store.labels.remove([label_id]):
        raise RequestError(404, "UnknownLabel", "there is no such judgement")
    return progress(state)


def choose_pair(state: State) -> tuple[int, int]:
    """Draw two tracks: one at random, the other from among its nearest half of the time, so that both answers occur."""
    catalogue = state.catalogue.get()
    n_tracks = len(catalogue.track_ids)
    if n_tracks < 2:
        raise VectorIndexError("there must be two tracks at least to compare them")
    rng = np.random.default_rng()
    a, b = rng.choice(n_tracks, 2, replace=False)
    if rng.random() < 0.5:
        nearest = np.argsort(catalogue.ranker.distances(catalogue.vectors[a : a + 1])[0])[: 1 + min(50, n_tracks - 1)]
        b = rng.choice(nearest[nearest != a])
    return int(catalogue.track_ids[a]), int(catalogue.track_ids[b])


def _count_agreed(state: State, labels: list[Label]) -> int:
    model = state.library.model
    n_agreed = 0
    for label in labels:
        a, b = (state.library.store.embeddings.get(track_id, model.model_id) for track_id in (label.a, label.b))
        if a is not None and b is not None:
            is_alike = float(model.probabilities(model.similarities(a[None], b[None]))[0]) >= 0.5
            n_agreed += is_alike == (label.value >= 0.5)
    return n_agreed
