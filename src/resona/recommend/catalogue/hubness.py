"""How near are two tracks, once it is taken into account that some are near to everything?

In spaces of many dimensions some vectors, *hubs*, are near neighbours of very many others. Each correction replaces a
similarity by a distance that also asks how it compares with the other similarities of both tracks: of each track only
a few numbers are kept (`stats`), measured against a sample of the library, so that a new track costs one comparison
with the sample and none with the library.

Conventions
-----------
- `similarities` are cosines, higher is nearer; corrected distances are 0…1, lower is nearer, symmetric between tracks
  of the library, and fall as the similarity rises.
- A vector of the sample that is the track itself (or an exact copy) says nothing about its surroundings: left out.

Kinds
-----
- ``none``: (1 − s) / 2.
- ``mutual_proximity``: the chance that a third track is nearer to one or the other than they are to each other,
  similarities taken as normally distributed and independent [1]_. Stats: mean and standard deviation.
- ``local_scaling``: 1 − exp(−d² / (µ₁ µ₂)) [2]_, d being the Euclidean distance and µ the mean distance to the k
  nearest of the sample (which ranks as the NICDM of [1]_ does). Stats: µ.
- ``csls``: 2 s − r₁ − r₂, r being the mean similarity to the k nearest of the sample [3]_, brought to 0…1. Stats: r.

References
----------
.. [1] D. Schnitzer, A. Flexer, M. Schedl and G. Widmer, "Local and global scaling reduce hubs in space", Journal of
   Machine Learning Research 13, 2012.
.. [2] L. Zelnik-Manor and P. Perona, "Self-tuning spectral clustering", NIPS 2004.
.. [3] A. Conneau et al., "Word translation without parallel data", ICLR 2018.
.. [4] W. H. Press et al., "Numerical Recipes in C", 2nd edition, section 6.2, 1992.
"""

from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.errors import ConfigError

Vectors = NDArray[np.floating[Any]]
Stats = NDArray[np.float32]
Distances = NDArray[np.float64]
Kind = Literal["none", "mutual_proximity", "local_scaling", "csls"]

KINDS = ("none", "mutual_proximity", "local_scaling", "csls")
COPY_SIMILARITY = 1 - 1e-5  # float32 cosine from which two vectors are taken for one
ROUNDING = 1e-5  # relative, well above the error of `upper_tail`
LEAST_CHANCE = 1e-45  # what is less is 0 in float32: all of those are equally near
N_SAMPLE = 1024  # at least, of the tracks of a large library
NEAR_COPY = 0.99  # cosine that few but two copies of a recording reach, whatever codec they went through
LEAST_SPREAD = 1e-6  # of similarities and distances, against division by zero
ERFC_SERIES = (
    *(0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807),
    *(-0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551226),
)  # highest power first; the last is 3e-8 lower than printed in [4], so that nothing jumps at 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HubnessConfig:
    """How distances are corrected.

    Attributes
    ----------
    kind
        "none", "mutual_proximity", "local_scaling" or "csls".
    n_reference
        Size of the sample of the library.
    k
        Neighbours in the sample that make a track's surroundings (not for mutual proximity).

    Examples
    --------
    >>> HubnessConfig(kind="csls").k
    10
    """

    kind: Kind = "mutual_proximity"
    n_reference: int = 2000
    k: int = 10

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        check_range("n_reference", self.n_reference, 1, 100_000)
        check_range("k", self.k, 1, 1000)


def hubness_stats(similarities: Vectors, config: HubnessConfig) -> Stats:
    """Reduce similarities to the sample to the few numbers that a correction keeps.

    Parameters
    ----------
    similarities
        Shape (q, m), NaN where one says nothing. Mutual proximity takes any scale, such as a negative divergence; the
        others need cosines.

    Returns
    -------
    Shape (q, n_stats), float32.

    Examples
    --------
    >>> hubness_stats(np.array([[0.1, 0.3, np.nan]]), HubnessConfig(kind="mutual_proximity"))
    array([[0.2, 0.1]], dtype=float32)
    """
    if config.kind == "none":
        return np.zeros((len(similarities), 0), dtype=np.float32)
    if config.kind == "mutual_proximity":
        away = similarities.astype(np.float64)  # changed in place: of a large library this is made once for each
        is_unknown = np.isnan(away)
        n_known = np.maximum(away.shape[1] - np.count_nonzero(is_unknown, axis=1), 1)
        away[is_unknown] = 0
        mean = away.sum(axis=1) / n_known
        away -= mean[:, None]
        away[is_unknown] = 0
        spread = np.sqrt(np.einsum("qm,qm->q", away, away) / n_known)
        return np.stack([mean, np.maximum(spread, LEAST_SPREAD)], axis=1).astype(np.float32)
    k = min(config.k, similarities.shape[1])
    nearest = -np.partition(-similarities, k - 1, axis=1)[:, :k]  # NaN sorts last
    values = nearest if config.kind == "csls" else _euclidean(nearest)
    return _mean(values, ~np.isnan(values))[:, None].astype(np.float32)


def corrected_distances(similarities: Vectors, query_stats: Stats, candidate_stats: Stats, kind: Kind) -> Distances:
    """Correct similarities, given what is known of both sides.

    Parameters
    ----------
    similarities
        Shape (q, c).
    query_stats
        Shape (q, n_stats).
    candidate_stats
        Shape (c, n_stats) or (q, c, n_stats).
    kind
        As in `HubnessConfig`.

    Returns
    -------
    Shape (q, c), 0…1, lower is nearer.

    Examples
    --------
    >>> stats = np.array([[0.0, 0.5]], dtype=np.float32)
    >>> corrected_distances(np.array([[0.0, 0.5]]), stats, stats, "mutual_proximity").round(3)
    array([[0.75 , 0.292]])
    """
    values = similarities.astype(np.float64)
    if kind == "none":
        return np.clip((1 - values) / 2, 0, 1)
    query = query_stats[:, None, :]  # (q, 1, n_stats)
    if kind == "mutual_proximity":
        first, second = (upper_tail((values - s[..., 0]) / s[..., 1]) for s in (query, candidate_stats))
        mutual: Distances = first + second - first * second
        return mutual
    around = query[..., 0], candidate_stats[..., 0]
    if kind == "csls":
        return np.clip(0.5 - (2 * values - (around[0] + around[1])) / 8, 0, 1)
    scale = np.maximum(around[0] * around[1], LEAST_SPREAD)
    scaled: Distances = -np.expm1(-(_euclidean(values) ** 2) / scale)
    return scaled


def may_be_nearest(
    similarities: NDArray[np.float32],
    query_stats: Stats,
    candidate_stats: Stats,
    is_allowed: NDArray[np.bool_],
    n: int,
) -> NDArray[np.intp]:
    """Find the candidates that may be among the nearest by mutual proximity, without working it out for all.

    The chance that one or the other of two things happens is at least that of the likelier and at most twice that; so
    candidates of which the likelier is more than twice that of the n-th best are farther than n others. Copies always
    may.

    Parameters
    ----------
    similarities
        Shape (c,), of one query.
    query_stats
        Shape (2,).
    candidate_stats
        Shape (c, 2).
    is_allowed
        Shape (c,).
    n
        How many allowed ones are looked for, with all others as near.

    Returns
    -------
    Rows, ascending.

    Examples
    --------
    >>> stats = np.tile(np.float32([0.0, 0.5]), (4, 1))
    >>> may_be_nearest(np.float32([0.9, 0.8, 0.1, 0.6]), stats[0], stats, np.ones(4, np.bool_), 1)
    array([0, 1])
    """

    def likelier(rows: NDArray[np.intp]) -> Distances:
        values = similarities[rows].astype(np.float64)
        return np.minimum(*((values - s[..., 0]) / s[..., 1] for s in (query_stats, candidate_stats[rows])))

    first = nearest_rows(similarities, 2 * n, is_allowed)  # few of them are near to everything
    heard = likelier(first[is_allowed[first]])
    if len(heard) <= n:
        return np.arange(len(similarities))
    chance = erfc(np.partition(heard, -n)[-n] / sqrt(2)) * (1 + ROUNDING)
    if chance >= 1:
        return np.arange(len(similarities))
    least = -NormalDist().inv_cdf(max(chance, LEAST_CHANCE))
    bound = float(query_stats[0]) + least * float(query_stats[1])
    rows = np.flatnonzero(similarities >= min(bound - ROUNDING * (1 + abs(bound)), NEAR_COPY))
    return rows[(likelier(rows) >= least) | (similarities[rows] > NEAR_COPY)]


def nearest_rows(nearness: NDArray[np.floating[Any]], n: int, is_allowed: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    """Find the rows of the `n` nearest allowed tracks, and of all others that are as near; in no order.

    Parameters
    ----------
    nearness
        Shape (n_tracks,), higher is nearer.
    n
        At least 1.
    is_allowed
        Shape (n_tracks,); None finds all rows.

    Examples
    --------
    >>> nearest_rows(np.array([0.1, 0.9, 0.5, 0.2]), 1, np.array([True, False, True, True]))
    array([1, 2])
    """
    if is_allowed is None:
        return np.arange(len(nearness))
    rows = _likely_rows(nearness, n, is_allowed)
    candidates = nearness[rows][is_allowed[rows]]
    if len(candidates) <= n:
        return np.arange(len(nearness))
    nearest: NDArray[np.intp] = rows[nearness[rows] >= np.partition(candidates, -n)[-n]]
    return nearest


def _likely_rows(nearness: NDArray[np.floating[Any]], n: int, is_allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Find rows that surely hold the nearest: few, where a sample tells from which nearness on there are enough."""
    step = max(len(nearness) // N_SAMPLE, 1)
    sample = nearness[::step][is_allowed[::step]]
    n_nearer = n / step
    place = int(n_nearer + 4 * sqrt(n_nearer) + 4)  # four standard deviations more than are expected
    if step > 1 and place < len(sample):
        rows = np.flatnonzero(nearness >= np.partition(sample, -place)[-place])
        if np.count_nonzero(is_allowed[rows]) > n:
            return rows
    return np.arange(len(nearness))


def upper_tail(z: NDArray[np.floating[Any]]) -> Distances:
    """Give the chance that a standard normal variable exceeds z, to a relative error under 2e-7 [4]_.

    In numpy alone: loading scipy would cost a recommendation 0.1–0.2 s.

    Parameters
    ----------
    z
        Any shape.

    Examples
    --------
    >>> upper_tail(np.array([-1.0, 0.0, 2.0])).round(4)
    array([0.8413, 0.5   , 0.0228])
    """
    x = np.abs(z) / np.sqrt(2)
    t = 1 / (1 + x / 2)
    series = np.full_like(t, ERFC_SERIES[0])
    for coefficient in ERFC_SERIES[1:]:
        series *= t
        series += coefficient
    tail = t * np.exp(series - x * x) / 2
    both_sides: Distances = np.where(z >= 0, tail, 1 - tail)
    return both_sides


def _mean(values: Vectors, is_known: NDArray[np.bool_]) -> Distances:
    """Average each row's known values; 0 without any."""
    counts = np.maximum(is_known.sum(axis=1), 1)
    total: Distances = np.sum(values, axis=1, where=is_known, dtype=np.float64)
    means: Distances = total / counts
    return means


def _euclidean(similarities: Vectors) -> Vectors:
    """Give the distance of two unit vectors of a given cosine."""
    distances: Vectors = np.sqrt(np.maximum(2 - 2 * similarities, 0))
    return distances
