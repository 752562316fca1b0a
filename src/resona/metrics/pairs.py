"""Does a similarity tell pairs that match from pairs that do not?

Conventions
-----------
- `similarities` (p,), higher is nearer, any scale; `is_match` boolean (p,); `weights` (p,) say how often each pair
  counts (for `bootstrap`), once by default.
- A pair is called a match where ``similarity >= threshold``. A threshold is chosen on validation pairs, never on those
  it is then judged by.
- Without pairs of both kinds the ranking measures are nan; accuracy is nan without pairs.

Metrics
-------
- ``roc_auc``: chance that a match is more similar than a non-match, ties count half [1]_.
- ``average_precision``: precision averaged over the matches, from the most similar down.
- ``accuracy``: share of pairs called rightly at a threshold fixed elsewhere.
- ``equal_error_rate``: share of errors where both kinds of pair err equally often, read off the ROC polygon.

References
----------
.. [1] T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError

Values = NDArray[np.floating[Any]]
Truth = NDArray[np.bool_]


def validate(similarities: Values, is_match: Truth) -> None:
    """Refuse pairs that cannot be judged.

    Raises
    ------
    FeatureError
        If shapes disagree, `is_match` is not boolean, or a similarity is NaN.

    Examples
    --------
    >>> validate(np.array([0.2, 0.9]), np.array([False, True]))
    """
    if similarities.ndim != 1 or similarities.shape != is_match.shape or is_match.dtype != np.bool_:
        raise FeatureError(
            f"need similarities (p,) and boolean is_match (p,), got {similarities.shape} and "
            f"{is_match.dtype} {is_match.shape}"
        )
    if np.isnan(similarities).any():
        raise FeatureError(f"{np.isnan(similarities).sum()} of {len(similarities)} similarities are NaN")


def roc_auc(similarities: Values, is_match: Truth, *, weights: Values | None = None) -> float:
    """Give the area under the ROC curve: ½ for chance, 1 for a perfect similarity.

    Raises
    ------
    FeatureError
        As `validate`.

    Examples
    --------
    >>> roc_auc(np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False]))
    0.75
    """
    hits, false_alarms, _ = _curve(similarities, is_match, weights)
    if not hits[-1] or not false_alarms[-1]:
        return np.nan
    area = (np.diff(false_alarms) * (hits[1:] + hits[:-1]) / 2).sum()
    return float(area / (hits[-1] * false_alarms[-1]))


def average_precision(similarities: Values, is_match: Truth, *, weights: Values | None = None) -> float:
    """Give the precision averaged over the matches; chance is the share of matches.

    Raises
    ------
    FeatureError
        As `validate`.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.6, 0.4]), np.array([True, False, True])).__round__(3)
    0.833
    """
    hits, false_alarms, _ = _curve(similarities, is_match, weights)
    if not hits[-1] or not false_alarms[-1]:
        return np.nan
    called = hits[1:] + false_alarms[1:]
    precision = np.divide(hits[1:], called, out=np.ones_like(called), where=called > 0)
    return float((np.diff(hits) * precision).sum() / hits[-1])


def accuracy(similarities: Values, is_match: Truth, threshold: float, *, weights: Values | None = None) -> float:
    """Give the share of pairs called rightly.

    Raises
    ------
    FeatureError
        As `validate`.

    Examples
    --------
    >>> accuracy(np.array([0.9, 0.6, 0.4]), np.array([True, False, True]), 0.5).__round__(3)
    0.333
    """
    validate(similarities, is_match)
    is_right = (similarities >= threshold) == is_match
    return float(np.average(is_right, weights=weights)) if len(is_right) else np.nan


def choose_threshold(similarities: Values, is_match: Truth) -> float:
    """Find the threshold of the highest accuracy, to be used on *other* pairs.

    Returns
    -------
    Half way between two neighbouring similarities, or a value that calls every pair alike; the highest of equally good
    ones; nan without pairs.

    Raises
    ------
    FeatureError
        As `validate`.

    Examples
    --------
    >>> choose_threshold(np.array([0.9, 0.7, 0.3]), np.array([True, True, False]))
    0.5
    """
    hits, false_alarms, levels = _curve(similarities, is_match, None)
    if not len(levels):
        return np.nan
    between = (levels[:-1] + levels[1:]) / 2
    thresholds = np.concatenate([[np.nextafter(levels[0], np.inf)], between, levels[-1:]])
    return float(thresholds[np.argmax(hits - false_alarms)])


def equal_error_rate(similarities: Values, is_match: Truth) -> float:
    """Give the share of errors at the point where matches and others err equally often: ½ for chance, 0 is perfect.

    Raises
    ------
    FeatureError
        As `validate`.

    Examples
    --------
    >>> equal_error_rate(np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False]))
    0.5
    """
    hits, false_alarms, _ = _curve(similarities, is_match, None)
    if not hits[-1] or not false_alarms[-1]:
        return np.nan
    false_rate = false_alarms / false_alarms[-1]
    gap = false_rate + hits / hits[-1] - 1  # rises from −1 to 1 along the curve; 0 where the error rates are equal
    after = int(np.argmax(gap >= 0))
    share = -gap[after - 1] / (gap[after] - gap[after - 1])
    return float(false_rate[after - 1] + share * (false_rate[after] - false_rate[after - 1]))


def _curve(similarities: Values, is_match: Truth, weights: Values | None) -> tuple[Values, Values, Values]:
    """Count matches and others at or above each distinct similarity, highest first, both led by 0; and these levels."""
    validate(similarities, is_match)
    order = np.argsort(-similarities, kind="stable")
    levels, matched = similarities[order], is_match[order]
    counts = np.ones(len(levels)) if weights is None else weights[order].astype(np.float64)
    is_last = np.append(levels[1:] != levels[:-1], True)[: len(levels)]
    hits = np.cumsum(counts * matched)[is_last]
    false_alarms = np.cumsum(counts * ~matched)[is_last]
    return np.append(0.0, hits), np.append(0.0, false_alarms), levels[is_last].astype(np.float64)
