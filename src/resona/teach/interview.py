"""The interview: which songs to ask about next, and what was answered. The terminal and the page lead the same one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from resona.errors import QueryError
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.store import Label
from resona.teach.lesson import answers_of
from resona.teach.personal import songs_of
from resona.teach.taste import ALIKE, FORMS, NOBODY, Facets, Questions, choose_questions

N_AHEAD = 4  # questions chosen at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Are two songs alike, or which of three is the odd one out?

    Attributes
    ----------
    track_ids
        Two or three.
    """

    track_ids: tuple[int, ...]

    @property
    def form(self) -> str:
        """Give "pair" or "odd"."""
        return "pair" if len(self.track_ids) == 2 else "odd"

    def answered(self, answer: int, *, source: str, profile: str, strength: float = 1.0) -> Label:
        """Write an answer as a judgement.

        Parameters
        ----------
        answer
            To a pair 0 (alike) or 1 (different); to three songs the place of the odd one, 0, 1 or 2.
        source, profile, strength
            As in `Label`.

        Raises
        ------
        QueryError
            If the answer does not fit the question.

        Examples
        --------
        >>> label = Question(track_ids=(4, 5, 6)).answered(0, source="interview", profile="default")
        >>> label.a, label.b, label.c
        (5, 6, 4)
        """
        if not 0 <= answer < len(self.track_ids):
            raise QueryError(f"the answer must be 0 to {len(self.track_ids) - 1}, got {answer}")
        if self.form == "pair":
            a, b = self.track_ids
            value = float(answer == ALIKE)
            return Label(kind="pair", a=a, b=b, value=value, strength=strength, source=source, profile=profile)
        a, b = (track_id for place, track_id in enumerate(self.track_ids) if place != answer)
        c = self.track_ids[answer]
        return Label(kind="odd", a=a, b=b, c=c, strength=strength, source=source, profile=profile)


class Interview:
    """Questions for one profile, the most telling first. What is answered is in the library at once.

    Parameters
    ----------
    catalogue
        The library as the base model hears it.
    profile
        Whose taste.
    rng
        Draws the songs that may be asked about.
    """

    def __init__(self, catalogue: Catalogue, profile: str, rng: np.random.Generator) -> None:
        self.catalogue, self.profile = catalogue, profile
        self._rng = rng
        self._ahead: dict[str, list[Question]] = {form: [] for form in FORMS}

    def ask(self, form: str) -> Question:
        """Choose the next question.

        Parameters
        ----------
        form
            "pair" or "odd".

        Raises
        ------
        QueryError
            If there is no such form, there are too few songs, or all has been asked.
        """
        if form not in FORMS:
            raise QueryError(f"a question is one of {', '.join(FORMS)}, got {form!r}")
        if not self._ahead[form]:
            self._ahead[form] = self._choose(form)
        if not self._ahead[form]:
            raise QueryError("there is nothing left to ask about in this library")
        return self._ahead[form].pop(0)

    def _choose(self, form: str) -> list[Question]:
        rows, n_songs = self._rows, 3 if form == "odd" else 2
        if len(rows) < n_songs:
            raise QueryError(f"an interview needs {n_songs} songs that have been heard; there are {len(rows)}")
        answers = answers_of(self.catalogue, self.catalogue.store.labels.all(self.profile))
        chosen: Questions = choose_questions(
            self._facets, self._places, answers, form=form, n=N_AHEAD, rng=self._rng, among=rows
        )
        return [
            Question(track_ids=tuple(self.catalogue.track_ids[[row for row in question if row != NOBODY]].tolist()))
            for question in chosen.rows.tolist()
        ]

    @cached_property
    def _rows(self) -> np.ndarray:
        """Rows of songs that may be recommended: nobody is asked about an audiobook."""
        masks = allowed_masks(self.catalogue, "", {}, with_excluded=False)
        return np.flatnonzero(all_pass(masks, len(self.catalogue)))

    @cached_property
    def _facets(self) -> Facets:
        return Facets.fit(songs_of(self.catalogue))

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        return self._facets.place(songs_of(self.catalogue))
