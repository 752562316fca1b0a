"""What has been learned from a profile's judgements, and is it good enough to be used?

A lesson follows from judgements, library and model alone. It is worked out when a list is first wanted after any of
them has changed, and kept in the library file; so there is nothing to save, and forgetting the judgements undoes it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.config import from_mapping
from resona.inference import Model
from resona.recommend.catalogue.catalogue import Catalogue
from resona.store import Label, Store
from resona.teach.personal import Personal, personalise, songs_of
from resona.teach.taste import CONFIDENCE, NOBODY, Answers, Facets, Taste, fit_weights, try_out

DEFAULT_PROFILE, NO_PROFILE = "default", "none"
FORMAT = 1  # a new number when the same judgements are learned from otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned from one profile.

    Attributes
    ----------
    key
        Changes whenever judgements, library or model do.
    n_answers
        Judgements about songs that the model has heard.
    agreement, base_agreement
        Share of held-out judgements that were predicted, with and without what was learned; None without any.
    confidence
        How sure it is that what was learned predicts better, 0…1.
    is_used
        Whether lists follow it: confidence is 0.99 or more.
    n_missing
        How many more judgements it would probably take; 0 if none, None if nothing points to it.
    weights
        Facet to weight.
    """

    key: str
    n_answers: int
    agreement: float | None = None
    base_agreement: float | None = None
    confidence: float = 0.0
    is_used: bool = False
    n_missing: int | None = None
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, float]:
        """Facet to its share of the whole, largest first."""
        total = sum(self.weights.values())
        return {name: value / total for name, value in sorted(self.weights.items(), key=lambda item: -item[1])}

    @property
    def sentence(self) -> str:
        """What a person wants to know of it.

        Examples
        --------
        >>> Lesson(key="", n_answers=4, n_missing=6).sentence
        'Lists follow the model: no taste of your own can be told from 4 judgements yet; about 6 more may do.'
        """
        judgements = n_judgements(self.n_answers)
        if self.is_used:
            return (
                f"Lists follow your {judgements}: of those held out, "
                f"{self.agreement:.0%} are predicted, {self.base_agreement:.0%} by the model alone."
            )
        if not self.n_answers:
            return "Lists follow the model: there are no judgements yet. Some twenty are a good beginning."
        more = f"about {self.n_missing} more may do" if self.n_missing else "nothing points to one yet"
        return f"Lists follow the model: no taste of your own can be told from {judgements} yet; {more}."

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        values = {name: value for name, value in asdict(self).items() if name not in ("key", "weights")}
        return {**values, "wanted_confidence": CONFIDENCE, "facets": self.shares, "sentence": self.sentence}


def n_judgements(n: int) -> str:
    """Write a number of judgements."""
    return f"{n} judgement" if n == 1 else f"{n} judgements"


def learn(catalogue: Catalogue, profile: str) -> Lesson:
    """Learn from a profile's judgements, or recall what was learned from the same ones.

    Parameters
    ----------
    catalogue
        The library as the base model hears it.
    profile
        Whose judgements.
    """
    store, key = catalogue.store, lesson_key(catalogue.store, catalogue.model, profile)
    known = store.settings.get(_setting(profile))
    if known is not None and known["key"] == key:
        return from_mapping(Lesson, known)
    answers = answers_of(catalogue, store.labels.all(profile))
    lesson = (
        _learn(catalogue, answers, key)
        if len(answers) and can_learn(catalogue.model)
        else Lesson(key=key, n_answers=len(answers))
    )
    if lesson_key(store, catalogue.model, profile) == key:
        store.settings.put(_setting(profile), asdict(lesson) if len(answers) else None)
    return lesson


def personal_catalogue(catalogue: Catalogue, profile: str) -> Catalogue:
    """Give the catalogue that a profile's lists come from: the base model's unless a lesson is to be used."""
    if profile == NO_PROFILE or not catalogue.store.labels.state(profile)[0]:
        return catalogue
    lesson = learn(catalogue, profile)
    if not lesson.is_used:
        return catalogue
    personal = Personal(key=lesson.key, folder=_digest(profile), weights=lesson.weights, n_answers=lesson.n_answers)
    return personalise(catalogue, personal)


def lesson_key(store: Store, model: Model, profile: str) -> str:
    """Name the state that a lesson belongs to."""
    state = (FORMAT, model.model_id, store.version, *store.labels.state(profile))
    return f"{model.model_id}-{_digest(profile, *map(str, state))}"


def can_learn(model: Model) -> bool:
    """Say whether a model's lists can be bent: those of a pair head have no space to bend."""
    return model.ranking.by == "cosine" and model.is_unit


def answers_of(catalogue: Catalogue, labels: Sequence[Label]) -> Answers:
    """Read judgements as answers about rows; those about songs that were not heard are left out."""
    found = [(label, catalogue.rows_of_ids(label.track_ids).tolist()) for label in labels]
    heard = [(label, rows) for label, rows in found if len(rows) == len(set(rows)) == len(label.track_ids)]
    return as_answers([label for label, _ in heard], [rows for _, rows in heard])


def as_answers(labels: Sequence[Label], rows: Sequence[Sequence[int]]) -> Answers:
    """Read judgements as answers about the songs in `rows`, two or three for each."""
    return Answers(
        rows=np.array([[*songs, NOBODY][:3] for songs in rows], np.intp).reshape(-1, 3),
        chosen=np.array([2 if label.kind == "odd" else int(label.value < 0.5) for label in labels], np.intp),
        strength=np.array([label.strength for label in labels], np.float64),
    )


def costs_of(catalogue: Catalogue, answers: Answers) -> tuple[Facets, NDArray[np.float64]]:
    """Find the facets of a library, and what the possible answers cost in them; see `Questions.costs`."""
    songs = songs_of(catalogue)
    facets = Facets.fit(songs)
    return facets, answers.costs(facets, facets.place(songs))


def _learn(catalogue: Catalogue, answers: Answers, key: str) -> Lesson:
    facets, costs = costs_of(catalogue, answers)
    trial = try_out(costs, answers)
    taste = Taste(facets=facets, weights=fit_weights(costs, answers)[:-1])
    return Lesson(
        key=key,
        n_answers=len(answers),
        agreement=trial.agreement,
        base_agreement=trial.base_agreement,
        confidence=trial.confidence,
        is_used=trial.is_better,
        n_missing=trial.n_missing,
        weights={name: float(w) for name, w in zip(facets.names, taste.weights, strict=True) if w > 0},
    )


def _setting(profile: str) -> str:
    return f"lesson {profile}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:12]
