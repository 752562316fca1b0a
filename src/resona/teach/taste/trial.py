"""Does what was learned hold for songs it was not learned from? Only then is it used.

Answers are divided into folds; each fold is predicted from the answers of the others that share no song with it, once
with all facets, once with the network's sound alone. Compared is the probability given to the answer that was in fact
given, answer by answer. If answers are a coin's, its expected difference is exactly 0, whatever was learned: each
prediction spreads the same 1 over the possible answers. So a one-sided t-test [1]_ keeps a promise: of a hundred people
who answer at random, about one is believed.

References
----------
.. [1] Student, "The probable error of a mean", Biometrika 6(1), 1908.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from resona.teach.taste.answers import Answers, Numbers
from resona.teach.taste.fit import fit_weights, most_likely, probabilities

CONFIDENCE = 0.99
FEWEST = 10  # answers, below which nothing is tried
LEAST_TRAINING = 5
MOST_WANTED = 2000  # further answers; if more would be needed, no number is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How held-out answers were predicted.

    Attributes
    ----------
    agreed, base_agreed
        Shape (t,): 1 where the answer was predicted, with all facets and by the network's sound alone.
    gain
        Shape (t,): by how much more probable all facets made the answer.
    """

    agreed: Numbers
    base_agreed: Numbers
    gain: Numbers

    @property
    def agreement(self) -> float:
        """Share of held-out answers predicted; NaN without any."""
        return float(self.agreed.mean()) if len(self.agreed) else np.nan

    @property
    def base_agreement(self) -> float:
        """The same by the network's sound alone."""
        return float(self.base_agreed.mean()) if len(self.base_agreed) else np.nan

    @property
    def confidence(self) -> float:
        """How sure it is that all facets predict better, 0…1."""
        from scipy.special import stdtr

        return float(stdtr(len(self.gain) - 1, self._t)) if len(self.gain) >= FEWEST else 0.0

    @property
    def is_better(self) -> bool:
        """Whether what was learned is to be used."""
        return self.confidence >= CONFIDENCE

    @property
    def n_missing(self) -> int | None:
        """How many more answers would probably settle it, if they are like those given; None if nothing points to it.

        Examples
        --------
        >>> gain = np.tile([0.3, -0.2], 10)
        >>> trial = Trial(agreed=gain > 0, base_agreed=gain < 0, gain=gain)
        >>> round(trial.confidence, 2), trial.is_better, trial.n_missing
        (0.8, False, 123)
        """
        if self.is_better:
            return 0
        if len(self.gain) < FEWEST:
            return FEWEST - len(self.gain)
        if self._t <= 0:
            return None
        from scipy.special import stdtrit

        wanted = ceil(len(self.gain) * float(stdtrit(1000, CONFIDENCE) / self._t) ** 2) - len(self.gain)
        return max(1, wanted) if wanted <= MOST_WANTED else None

    @property
    def _t(self) -> float:
        deviation = float(self.gain.std(ddof=1))
        return float(self.gain.mean()) * len(self.gain) ** 0.5 / deviation if deviation > 1e-9 else 0.0


def try_out(costs: Numbers, answers: Answers, *, seed: int = 0) -> Trial:
    """Predict every answer from answers about other songs.

    Parameters
    ----------
    costs
        Shape (t, 3, k + 1), from `Questions.costs`.
    answers
        The t answers.
    seed
        Draws the folds.

    Returns
    -------
    Where too few answers are left to learn from, neither side is given an advantage.
    """
    n = len(answers)
    agreed, base_agreed, gain = np.zeros(n), np.zeros(n), np.zeros(n)
    base = [0, costs.shape[2] - 1]
    folds = np.random.default_rng(seed).permutation(n) % np.clip(n // 5, 10, 40)
    for fold in np.unique(folds):
        asked = np.flatnonzero(folds == fold)
        songs = np.unique(answers.rows[asked])
        others = np.flatnonzero((folds != fold) & ~np.isin(answers.rows, songs[songs >= 0]).any(axis=1))
        parts = [costs[others], costs[others][:, :, base]]
        held = [costs[asked], costs[asked][:, :, base]]
        is_enough = len(others) >= LEAST_TRAINING
        weights = [fit_weights(part, answers[others]) for part in parts] if is_enough else [np.ones(2), np.ones(2)]
        if not is_enough:
            held[0] = held[1]
        each, chosen = np.arange(len(asked)), answers.chosen[asked]
        given = [probabilities(part, w)[each, chosen] for part, w in zip(held, weights, strict=True)]
        gain[asked] = given[0] - given[1]
        agreed[asked] = most_likely(held[0], weights[0]) == chosen
        base_agreed[asked] = most_likely(held[1], weights[1]) == chosen
    return Trial(agreed=agreed, base_agreed=base_agreed, gain=gain)
