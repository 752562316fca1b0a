"""Is a shown probability true: do 7 of 10 pairs shown as 70 % alike really match?

Conventions
-----------
- `probabilities` (p,), 0…1; `is_match` boolean (p,). Calibration is fitted on validation pairs, judged on test pairs.
- Probabilities are grouped into bins of equal width, each closed above, the first also below.
- Without pairs the scores are nan, and so are empty bins.

Metrics
-------
- ``expected_calibration_error``: mean distance between shown and true share over bins, weighted by pairs [1]_.
- ``brier``: mean squared error of the probability [2]_.

References
----------
.. [1] C. Guo et al., "On calibration of modern neural networks", ICML 2017.
.. [2] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78(1), 1950.
.. [3] J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin Classifiers, 1999.
.. [4] H.-T. Lin, C.-J. Lin and R. Weng, "A note on Platt's probabilistic outputs for support vector machines",
   Machine Learning 68(3), 2007.
.. [5] R. A. Fisher, "Frequency distribution of the values of the correlation coefficient in samples from an
   indefinitely large population", Biometrika 10(4), 1915.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import ConfigError, FeatureError
from resona.metrics.pairs import Truth, Values, validate

FLAT = 1e-9  # the slope where similarities say nothing, or the opposite
LEAST_SLOPE = 1e-3  # of a curve that is shown: where similarities say nothing, lists are ordered all the same

LARGEST_COSINE = 1 - 1e-7  # of a copy, where z would be infinite
MAX_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns a similarity into a probability, by a logistic curve [3]_.

    Attributes
    ----------
    slope, intercept
        Probability = 1 / (1 + exp(−(slope · value + intercept))). The slope is above 0, so that the order is kept.
    is_fisher
        Whether values are cosines, of which Fisher's z [5]_ is taken first: near 1, where copies, versions and close
        neighbours lie side by side, it tells them apart.

    Examples
    --------
    >>> Calibration(slope=2.0, intercept=-1.0).apply(np.array([0.0, 0.5, 1.0])).round(3)
    array([0.269, 0.5  , 0.731])
    """

    slope: float = 1.0
    intercept: float = 0.0
    is_fisher: bool = False

    def __post_init__(self) -> None:
        if not (np.isfinite(self.intercept) and 0 < self.slope < np.inf):
            raise ConfigError(f"a calibration needs a slope above 0, got {self.slope} and intercept {self.intercept}")

    def apply(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Turn values, such as logits or cosine similarities, into probabilities 0…1 of the same shape."""
        logits = self.slope * self.scaled(values) + self.intercept
        probabilities: NDArray[np.float64] = (1 + np.tanh(logits / 2)) / 2  # the logistic curve, without overflow
        return probabilities

    def scaled(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Turn values into what the curve is straight in: Fisher's z of cosines, or the values themselves."""
        exact = np.asarray(values, dtype=np.float64)
        return fisher(exact) if self.is_fisher else exact

    def unscaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn them back."""
        return np.tanh(values) if self.is_fisher else values


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The reliability curve.

    Attributes
    ----------
    predicted, observed
        Shape (n_bins,): mean probability shown, and share of pairs that match; nan in empty bins.
    n_pairs
        Shape (n_bins,).
    """

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    n_pairs: NDArray[np.intp]


def fisher(cosines: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Give Fisher's z of cosines, ½ ln((1 + r) / (1 − r)) [5]_; of a copy 8.4, not infinity.

    Examples
    --------
    >>> fisher(np.array([0.0, 0.9, 1.0])).round(2)
    array([0.  , 1.47, 8.41])
    """
    z: NDArray[np.float64] = np.arctanh(np.clip(cosines, -LARGEST_COSINE, LARGEST_COSINE))
    return z


def fit_platt(
    values: Values, is_match: Truth, *, is_fisher: bool = False, flattest: float = FLAT, n_voices: float = np.inf
) -> Calibration:
    """Fit a logistic curve to pairs by Newton's method, with Platt's smoothed targets [3]_ [4]_.

    Smoothing keeps probabilities off 0 and 1 when few pairs are known, and makes the fit defined for one kind of pair.

    Parameters
    ----------
    values
        Shape (p,): logits or similarities.
    is_match
        Shape (p,).
    is_fisher
        As in `Calibration`.
    flattest
        Smallest slope.
    n_voices
        How many pairs of each kind, at most, say something of their own: thousands of pairs between a few artists who
        part at once prove no more than those artists do, and must not show every neighbour as certain.

    Raises
    ------
    FeatureError
        As `pairs.validate`, or if there is no pair or an infinite value.

    Examples
    --------
    >>> values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    >>> platt = fit_platt(values, values > 0.5)
    >>> platt.apply(values).round(2)
    array([0.12, 0.23, 0.4 , 0.59, 0.76])
    """
    validate(values, is_match)
    if not len(values) or not np.isfinite(values).all():
        raise FeatureError(f"need at least one pair and finite values to calibrate, got {len(values)} pairs")
    exact = fisher(values) if is_fisher else values.astype(np.float64)
    n_matches, n_others = (min(count, n_voices) for count in (int(is_match.sum()), int((~is_match).sum())))
    high, low = (n_matches + 1) / (n_matches + 2), 1 / (n_others + 2)
    targets = np.where(is_match, high, low)
    centre, scale = float(exact.mean()), float(exact.std()) or 1.0
    slope, intercept = _newton((exact - centre) / scale, targets)
    if slope < 0:
        slope, intercept = 0.0, float(np.log(targets.mean() / (1 - targets.mean())))
    intercept -= slope * centre / scale
    return Calibration(slope=max(slope / scale, flattest), intercept=intercept, is_fisher=is_fisher)


def reliability_curve(probabilities: Values, is_match: Truth, *, n_bins: int = 10) -> Reliability:
    """Compare probabilities shown with shares observed, bin by bin.

    Raises
    ------
    FeatureError
        As `pairs.validate`, or if a probability is outside 0…1.

    Examples
    --------
    >>> curve = reliability_curve(np.array([0.1, 0.2, 0.9]), np.array([False, True, True]), n_bins=2)
    >>> curve.predicted, curve.observed, curve.n_pairs
    (array([0.15, 0.9 ]), array([0.5, 1. ]), array([2, 1]))
    """
    _check_probabilities(probabilities, is_match)
    inner_edges = np.linspace(0, 1, n_bins + 1)[1:-1]
    bins = np.searchsorted(inner_edges, probabilities)
    n_pairs = np.bincount(bins, minlength=n_bins)
    empty = np.full(n_bins, np.nan)
    predicted = np.bincount(bins, weights=probabilities, minlength=n_bins)
    observed = np.bincount(bins, weights=is_match, minlength=n_bins)
    return Reliability(
        predicted=np.divide(predicted, n_pairs, out=empty.copy(), where=n_pairs > 0),
        observed=np.divide(observed, n_pairs, out=empty.copy(), where=n_pairs > 0),
        n_pairs=n_pairs,
    )


def expected_calibration_error(probabilities: Values, is_match: Truth, *, n_bins: int = 10) -> float:
    """Give the mean distance between probability shown and share observed: 0 is perfect.

    Raises
    ------
    FeatureError
        As `reliability_curve`.

    Examples
    --------
    >>> expected_calibration_error(np.array([0.1, 0.2, 0.9]), np.array([False, True, True]), n_bins=2).__round__(3)
    0.267
    """
    curve = reliability_curve(probabilities, is_match, n_bins=n_bins)
    gaps = np.nan_to_num(np.abs(curve.predicted - curve.observed))
    return float(np.average(gaps, weights=curve.n_pairs)) if len(is_match) else np.nan


def brier(probabilities: Values, is_match: Truth) -> float:
    """Give the mean squared error of the probabilities: 0 is perfect, ¼ is "always 50 %".

    Raises
    ------
    FeatureError
        As `reliability_curve`.

    Examples
    --------
    >>> brier(np.array([0.5, 0.5]), np.array([True, False]))
    0.25
    """
    _check_probabilities(probabilities, is_match)
    return float(np.mean((probabilities - is_match) ** 2)) if len(is_match) else np.nan


def evaluate_calibration(probabilities: Values, is_match: Truth, *, n_bins: int = 10) -> dict[str, float]:
    """Give every measure of calibration.

    Raises
    ------
    FeatureError
        As `reliability_curve`.

    Examples
    --------
    >>> evaluate_calibration(np.array([1.0, 0.0]), np.array([True, False]))
    {'expected_calibration_error': 0.0, 'brier': 0.0, 'n_pairs': 2}
    """
    return {
        "expected_calibration_error": expected_calibration_error(probabilities, is_match, n_bins=n_bins),
        "brier": brier(probabilities, is_match),
        "n_pairs": len(is_match),
    }


def _check_probabilities(probabilities: Values, is_match: Truth) -> None:
    validate(probabilities, is_match)
    if ((probabilities < 0) | (probabilities > 1)).any():
        raise FeatureError(f"probabilities must be 0 to 1, got {probabilities.min()} to {probabilities.max()}")


def _newton(values: NDArray[np.float64], targets: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of the least cross-entropy; each step is halved until it does not make things worse."""
    design = np.stack([values, np.ones_like(values)], axis=1)
    weights = np.array([0.0, np.log(targets.mean() / (1 - targets.mean()))])

    def loss(weights: NDArray[np.float64]) -> float:
        logits = design @ weights
        return float((np.logaddexp(0, logits) - targets * logits).sum())

    for _ in range(MAX_STEPS):
        probabilities = (1 + np.tanh(design @ weights / 2)) / 2
        gradient = design.T @ (probabilities - targets)
        curvature = (design * (probabilities * (1 - probabilities))[:, None]).T @ design + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-12:
            step /= 2
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    return float(weights[0]), float(weights[1])
