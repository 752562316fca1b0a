"""How sure are we of a number, and is one system really better than another?

Tracks of one artist resemble each other, so a test of 500 tracks by 20 artists knows less than 500 independent ones.
Artists are therefore drawn, with all their tracks, again and again with replacement; the measure is computed on each
draw, and the interval holds the middle 95 % of the results: the percentile cluster bootstrap [1]_. Two systems are
compared on the *same* draws, which cancels what is hard for both.

Conventions
-----------
- `values` holds one score per query (see `rankings.Rankings`), `clusters` the artist of each query.
- Micro: the mean over queries. Macro: the mean over labels of the mean over each label's queries, so that a large genre
  does not decide; a label that a draw misses is left out of that draw; queries without a label do not count.
- Only queries are drawn: the library they are answered from stays as it is, and so the interval speaks of *this*
  library with other queries.
- Under `MIN_CLUSTERS` artists the interval is too narrow to be believed: `Interval.remark` says so in words.
- Pairs depend on two artists; both are drawn, and a pair counts as often as the product of the two (the pigeonhole
  bootstrap [2]_).

References
----------
.. [1] A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application", chapters 3.8 and 5.3, 1997.
.. [2] A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1(2), 2007.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError

Values = NDArray[np.floating[Any]]
Ids = NDArray[Any] | Sequence[Any]
Labels = NDArray[np.bool_]

MIN_CLUSTERS = 8
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A measure with its 95 % interval.

    Attributes
    ----------
    value
        On the data as they are; nan if it cannot be measured.
    low, high
        Ends of the interval.
    n_clusters
        Artists behind it.

    Examples
    --------
    >>> Interval(value=0.04, low=0.01, high=0.07, n_clusters=120).verdict
    'better'
    >>> Interval(value=0.04, low=0.01, high=0.07, n_clusters=5).verdict
    'too little data for a claim: 5 artists, 8 are needed'
    """

    value: float
    low: float
    high: float
    n_clusters: int

    @property
    def remark(self) -> str:
        """Why no claim can be made; empty if one can."""
        if self.n_clusters < MIN_CLUSTERS:
            return f"too little data for a claim: {self.n_clusters} artists, {MIN_CLUSTERS} are needed"
        return "" if np.isfinite([self.value, self.low, self.high]).all() else "cannot be measured on these data"

    @property
    def verdict(self) -> str:
        """What a difference (higher is better) allows one to say."""
        if self.remark:
            return self.remark
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "no difference can be claimed"


def mean_intervals(
    values: Mapping[str, Values],
    clusters: Ids,
    *,
    rng: np.random.Generator,
    labels: Labels | None = None,
    n_resamples: int = 2000,
) -> dict[str, Interval]:
    """Give the mean of each system or measure with its interval.

    Parameters
    ----------
    values
        Name to shape (q,).
    clusters
        Shape (q,): the artist of each query.
    rng
        Draws the artists.
    labels
        Shape (q, n_labels) for the macro mean over labels; None for the micro mean over queries.
    n_resamples
        Number of draws.

    Raises
    ------
    FeatureError
        If lengths disagree or a value is not finite.

    Examples
    --------
    >>> values = {"map": np.array([0.2, 0.4, 0.6, 0.8])}
    >>> interval = mean_intervals(values, ["a", "a", "b", "b"], rng=np.random.default_rng(0))["map"]
    >>> round(interval.value, 2), round(interval.low, 2), round(interval.high, 2)
    (0.5, 0.3, 0.7)
    """
    means, n_clusters = _resampled_means(values, clusters, labels, n_resamples, rng)
    return {name: _interval(means[:, column], n_clusters) for column, name in enumerate(values)}


def mean_differences(
    values: Mapping[str, Values],
    baseline: str,
    clusters: Ids,
    *,
    rng: np.random.Generator,
    labels: Labels | None = None,
    n_resamples: int = 2000,
) -> dict[str, Interval]:
    """Give what each system's mean exceeds the baseline's by, with its interval, on the same draws.

    Parameters and errors are those of `mean_intervals`; `baseline` names one of `values`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> hard = rng.uniform(0, 0.6, 90)
    >>> values = {"mfcc": hard, "ours": hard + rng.normal(0.05, 0.02, 90)}
    >>> mean_differences(values, "mfcc", np.arange(90) // 3, rng=rng)["ours"].verdict
    'better'
    """
    means, n_clusters = _resampled_means(values, clusters, labels, n_resamples, rng)
    names = list(values)
    reference = means[:, names.index(baseline)]
    return {
        name: _interval(means[:, column] - reference, n_clusters)
        for column, name in enumerate(names)
        if name != baseline
    }


def weighted_intervals(
    statistics: Mapping[str, Callable[[Values], float]],
    clusters: tuple[Ids, Ids],
    *,
    rng: np.random.Generator,
    n_resamples: int = 1000,
) -> dict[str, Interval]:
    """Give intervals of any measure of pairs that can weight its pairs.

    Parameters
    ----------
    statistics
        Name to a function of weights (p,), such as ``lambda w: roc_auc(similarities, is_match, weights=w)``; for a
        paired difference, the difference of two such.
    clusters
        The artists of each pair's first and second track, each of shape (p,).
    rng
        Draws the artists.
    n_resamples
        Number of draws; those on which a measure is nan are left out of its interval.

    Examples
    --------
    >>> from resona.metrics.pairs import accuracy
    >>> similarities, is_match = np.array([0.9, 0.8, 0.3, 0.6]), np.array([True, True, False, False])
    >>> statistics = {"accuracy": lambda w: accuracy(similarities, is_match, 0.5, weights=w)}
    >>> artists = (["a", "b", "c", "d"], ["b", "c", "d", "a"])
    >>> interval = weighted_intervals(statistics, artists, rng=np.random.default_rng(0))["accuracy"]
    >>> round(interval.value, 2), interval.remark
    (0.75, 'too little data for a claim: 4 artists, 8 are needed')
    """
    first, second = np.asarray(clusters[0]), np.asarray(clusters[1])
    names, ids = np.unique(np.concatenate([first, second]), return_inverse=True)
    a, b = ids[: len(first)], ids[len(first) :]
    rows = []
    for drawn in _draws(len(names), n_resamples, rng):
        weights = drawn[a] * np.where(a == b, 1.0, drawn[b])
        rows.append([statistic(weights) if weights.any() else np.nan for statistic in statistics.values()])
    table = np.array(rows, dtype=np.float64)
    return {name: _interval(table[:, column], len(names)) for column, name in enumerate(statistics)}


def _draws(n_clusters: int, n_resamples: int, rng: np.random.Generator) -> Values:
    """Say how often each cluster is drawn, shape (1 + n_resamples, n_clusters); the first row is the data."""
    if n_clusters == 0:
        return np.zeros((1 + n_resamples, 0))
    drawn = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=n_resamples)
    return np.vstack([np.ones((1, n_clusters)), drawn])


def _resampled_means(
    values: Mapping[str, Values], clusters: Ids, labels: Labels | None, n_resamples: int, rng: np.random.Generator
) -> tuple[Values, int]:
    """Give micro or macro means on each draw, shape (1 + n_resamples, n_systems), and the number of clusters."""
    table = np.stack([np.asarray(column, dtype=np.float64) for column in values.values()], axis=1)  # (q, systems)
    names, ids = np.unique(np.asarray(clusters), return_inverse=True)
    weights = np.ones((len(table), 1)) if labels is None else labels.astype(np.float64)  # (q, labels)
    if not len(table) == len(ids) == len(weights) or not np.isfinite(table).all():
        raise FeatureError(
            f"need finite values, clusters and labels of one length: {len(table)}, {len(ids)}, {len(weights)}"
        )
    sizes = np.zeros((len(names), weights.shape[1]))
    np.add.at(sizes, ids, weights)
    draws = _draws(len(names), n_resamples, rng)
    counts = draws @ sizes  # (draws, labels)
    is_present = counts > 0
    n_present = is_present.sum(axis=1)
    means = np.empty((len(draws), table.shape[1]))
    for column, scores in enumerate(table.T):
        sums = np.zeros_like(sizes)
        np.add.at(sums, ids, weights * scores[:, None])
        per_label = np.divide(draws @ sums, counts, out=np.zeros_like(counts), where=is_present)
        means[:, column] = np.divide(
            per_label.sum(axis=1), n_present, out=np.full(len(draws), np.nan), where=n_present > 0
        )
    return means, len(names)


def _interval(resampled: Values, n_clusters: int) -> Interval:
    """Read an interval off the value on the data, which comes first, and those on the draws."""
    draws = resampled[1:][np.isfinite(resampled[1:])]
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(draws) else (np.nan, np.nan)
    return Interval(value=float(resampled[0]), low=float(low), high=float(high), n_clusters=n_clusters)
