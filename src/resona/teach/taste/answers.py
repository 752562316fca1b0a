"""What was asked, and what was answered: questions about rows of a library, as costs of the possible answers.

Both forms of question are a choice of the cheapest answer. Which of three is the odd one out? The cost of naming one is
the distance between the other two. Are two alike? The cost of "alike" is their distance, that of "different" a
threshold, the same for all pairs. Costs are sums of one term for each facet, times its weight; the threshold is one
more weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError
from resona.teach.taste.facets import Array, Facets, distance

Rows = NDArray[np.intp]
Numbers = NDArray[np.float64]

NOBODY = -1
ALIKE, DIFFERENT = 0, 1  # answers to a pair; to three songs it is the place of the odd one
MOST_STRENGTH = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Questions about songs.

    Attributes
    ----------
    rows
        Shape (t, 3): the songs; the third is −1 where two are compared.
    """

    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_pair(self) -> NDArray[np.bool_]:
        """Shape (t,): two songs, not three."""
        is_pair: NDArray[np.bool_] = self.rows[:, 2] == NOBODY
        return is_pair

    def costs(self, facets: Facets, places: Mapping[str, Array]) -> Numbers:
        """Say what each possible answer costs, before weighting.

        Parameters
        ----------
        facets, places
            The library's facets, and its songs in them.

        Returns
        -------
        Shape (t, 3, n_facets + 1); infinite for the third answer to a pair.
        """
        costs = np.zeros((len(self), 3, len(facets.names) + 1))
        a, b, c = self.rows.T
        pair = self.is_pair
        for column, name in enumerate(facets.names):
            place, scale = places[name], facets.scales[name]
            without_a, without_b, without_c = (distance(place[i], place[j]) for i, j in ((b, c), (a, c), (a, b)))
            costs[:, 0, column] = np.where(pair, without_c, without_a) / scale
            costs[:, 1, column] = np.where(pair, 0, without_b) / scale
            costs[:, 2, column] = np.where(pair, 0, without_c) / scale
        costs[pair, DIFFERENT, -1] = 1
        costs[pair, 2, :] = np.inf
        return costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Questions):
    """Questions and their answers.

    Attributes
    ----------
    chosen
        Shape (t,): 0, 1 or 2 for the place of the odd one; 0 (alike) or 1 (different) for a pair.
    strength
        Shape (t,): how sure the person was, 1 being usual.

    Raises
    ------
    FeatureError
        If shapes disagree, an answer does not fit its question, or a strength is not positive.

    Examples
    --------
    >>> Answers(rows=np.array([[4, 7, -1]]), chosen=np.array([2]), strength=np.ones(1))
    Traceback (most recent call last):
    ...
    resona.errors.FeatureError: an answer to a pair is 0 or 1, to three songs 0, 1 or 2
    """

    chosen: Rows
    strength: Numbers

    def __post_init__(self) -> None:
        if self.rows.shape != (len(self.chosen), 3) or len(self.strength) != len(self.chosen):
            raise FeatureError(f"need rows (t, 3) and t answers, got {self.rows.shape} and {len(self.chosen)}")
        if ((self.chosen < 0) | (self.chosen > np.where(self.is_pair, 1, 2))).any():
            raise FeatureError("an answer to a pair is 0 or 1, to three songs 0, 1 or 2")
        if not (self.strength > 0).all():
            raise FeatureError("the strength of an answer must be above 0")

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Answers":
        """Take some of them."""
        return Answers(rows=self.rows[chosen], chosen=self.chosen[chosen], strength=self.strength[chosen])
