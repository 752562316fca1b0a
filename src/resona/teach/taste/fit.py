"""Answers → how much each facet counts for this person.

The chance of an answer is a softmax of minus its cost, save that one answer in ten is taken for a slip, spread evenly
[1]_. Weights are not negative. Each has an exponential prior (an L1 penalty [2]_): a facet counts for nothing until
several answers speak for it, and the network's own sound is all but free of it, so that with few answers the fitted
distance is the network's. The sound always keeps a tenth of the whole: nobody wants lists ordered by tempo and nothing
else. Fitting finds the most probable weights by L-BFGS-B [3]_, in milliseconds.

References
----------
.. [1] F. A. Wichmann and N. J. Hill, "The psychometric function: I. Fitting, sampling, and goodness of fit", Perception
   & Psychophysics 63(8), 2001: slips, there called lapses, otherwise bend the whole curve.
.. [2] R. Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the Royal Statistical Society B
   58(1), 1996.
.. [3] R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited memory algorithm for bound constrained optimization", SIAM
   Journal on Scientific Computing 16(5), 1995.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.teach.taste.answers import MOST_STRENGTH, Answers, Numbers, Rows
from resona.teach.taste.facets import SOUND, Array, Facets, Songs

SLIPS = 0.1  # share of answers that say nothing
SOUND_PENALTY, PENALTY = 0.5, 8.0  # rates of the priors; 8 was the best of 1, 2, 4 and 8 (docs/taste.md)
LEAST_WEIGHT = 0.01  # of the sound, so that it decides where nothing else does
LARGEST = 8.0  # weight: beyond, the answer is certain anyway
LARGEST_THRESHOLD = 100.0
LEAST_SOUND = 0.1  # share of the whole that the network's sound keeps, however clear the answers
ALONG = LEAST_SOUND / (1 - LEAST_SOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """How much each facet counts.

    Attributes
    ----------
    facets
        The library's.
    weights
        Shape (n_facets,), not negative, of distances in units of their deviation.
    """

    facets: Facets
    weights: Numbers

    @property
    def shares(self) -> dict[str, float]:
        """Facets that count, with their share of the whole, largest first."""
        total = self.weights.sum() or 1.0
        each = zip(self.facets.names, (self.weights / total).tolist(), strict=True)
        return {name: share for name, share in sorted(each, key=lambda item: -item[1]) if share > 0}

    def embed(self, songs: Songs) -> Array:
        """Place songs, which need not be in the library, where their cosines follow this taste.

        Returns
        -------
        Shape (n, k), unit rows: the facets that count, side by side. Of a song of which a facet is unknown, the others
        count the more.
        """
        places = self.facets.place(songs)
        parts = [
            places[name] * np.float32(np.sqrt(weight / self.facets.scales[name]))
            for name, weight in zip(self.facets.names, self.weights.tolist(), strict=True)
            if weight > 0
        ]
        joined = np.concatenate(parts or [places[SOUND]], axis=1)
        lengths = np.linalg.norm(joined, axis=1, keepdims=True)
        joined /= np.where(lengths > 0, lengths, 1)
        return joined


def fit_weights(
    costs: Numbers,
    answers: Answers,
    *,
    importance: Numbers | None = None,
    penalties: Numbers | None = None,
    start: Numbers | None = None,
) -> Numbers:
    """Find the most probable weights.

    Parameters
    ----------
    costs
        Shape (t, 3, k + 1), from `Questions.costs`; the last column is the threshold's.
    answers
        The t answers.
    importance
        Shape (t,): multiplies each answer's strength.
    penalties
        Shape (k + 1,): multiplies the prior's rates.
    start
        Shape (k + 1,): weights to begin with, above 0.

    Returns
    -------
    Shape (k + 1,): a weight for each facet, and the threshold of pairs.

    Examples
    --------
    Somebody who judges by the second facet alone.

    >>> rng = np.random.default_rng(0)
    >>> costs = np.concatenate([rng.exponential(size=(80, 3, 2)), np.zeros((80, 3, 1))], axis=2)
    >>> rows = np.tile([0, 1, 2], (80, 1))
    >>> answers = Answers(rows=rows, chosen=costs[:, :, 1].argmin(axis=1), strength=np.ones(80))
    >>> sound, other, threshold = fit_weights(costs, answers)
    >>> bool(other > 2 * sound)
    True
    """
    from scipy.optimize import minimize

    rates = prior_rates(costs.shape[2]) * (1.0 if penalties is None else penalties)
    weight = np.minimum(answers.strength, MOST_STRENGTH) * (1.0 if importance is None else importance)
    is_open = np.isfinite(costs[:, :, 0])
    finite = np.where(is_open[:, :, None], costs, 0.0)
    finite[:, :, 1:-1] += ALONG * finite[:, :, :1]  # each facet brings its part of the sound
    flat = finite.reshape(-1, costs.shape[2])
    each = np.arange(len(answers))
    chosen = finite[each, answers.chosen]
    slip = SLIPS / is_open.sum(axis=1)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        shares = _softmax(finite @ weights, is_open)
        right = shares[each, answers.chosen]
        probability = slip + (1 - SLIPS) * right
        slope = weight * (1 - SLIPS) * right / probability
        gradient = slope @ chosen - (shares * slope[:, None]).reshape(-1) @ flat
        return float(rates @ weights - weight @ np.log(probability)), gradient + rates

    first = np.r_[np.full(costs.shape[2] - 1, 0.05), 1.0] if start is None else start.copy()
    first[0] = max(first[0] - ALONG * first[1:-1].sum(), LEAST_WEIGHT)
    bounds = [(LEAST_WEIGHT, LARGEST), *[(0.0, LARGEST)] * (costs.shape[2] - 2), (0.0, LARGEST_THRESHOLD)]
    options = {"ftol": 1e-6, "gtol": 1e-3, "maxiter": 100}
    found: Numbers = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    found[0] += ALONG * found[1:-1].sum()
    return found


def prior_rates(n_weights: int) -> Numbers:
    """Give the rates of the priors: little for the sound, none for the threshold."""
    rates: Numbers = np.r_[SOUND_PENALTY, np.full(n_weights - 2, PENALTY), 0.0]
    return rates


def probabilities(costs: Numbers, weights: Numbers) -> Numbers:
    """Say how likely each answer is: shape (t, 3), 0 for the third answer to a pair.

    Examples
    --------
    >>> costs = np.array([[[0.0, 0.0], [9.0, 0.0], [9.0, 0.0]]])
    >>> probabilities(costs, np.array([1.0, 0.0])).round(3)
    array([[0.933, 0.033, 0.033]])
    """
    is_open = np.isfinite(costs[:, :, 0])
    shares = _softmax(np.where(is_open[:, :, None], costs, 0.0) @ weights, is_open)
    chances: Numbers = np.where(is_open, SLIPS / is_open.sum(axis=1, keepdims=True) + (1 - SLIPS) * shares, 0.0)
    return chances


def most_likely(costs: Numbers, weights: Numbers) -> Rows:
    """Give the answer that costs least, shape (t,)."""
    return np.asarray(probabilities(costs, weights).argmax(axis=1))


def _softmax(total: Numbers, is_open: NDArray[np.bool_]) -> Numbers:
    utility = np.where(is_open, -total, -np.inf)
    shares = np.exp(utility - utility.max(axis=1, keepdims=True))
    normalised: Numbers = shares / shares.sum(axis=1, keepdims=True)
    return normalised
