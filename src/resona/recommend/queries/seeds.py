"""How alike is a track to several seeds at once, and unlike others?

Conventions: similarities are calibrated, 0 to 1, one row for each seed and one column for each track. Three ways to
combine them are given, so that they can be compared on the user's own library:

- ``mean``: the weighted mean. For cosines it ranks as the seeds' `centroid` does; one seed alone cannot lift a track,
  so it finds what the seeds have in common.
- ``best``: the nearest seed decides. It keeps seeds of different kinds apart, half of the list like one, half like the
  other.
- ``fusion``: reciprocal rank fusion [1]_: ranks instead of similarities, so that a seed whose similarities are all high
  (a hub) does not outvote the others.

References
----------
.. [1] G. V. Cormack, C. L. A. Clarke and S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
   learning methods", SIGIR 2009; its constant is 60.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resona.errors import QueryError

METHODS = ("mean", "best", "fusion")
FUSION_CONSTANT = 60.0


def centroid(embeddings: NDArray[np.float32], weights: Sequence[float] | None = None) -> NDArray[np.float32]:
    """Join the embeddings of several seeds into one to search with.

    Parameters
    ----------
    embeddings
        Shape (n_seeds, d), unit rows.
    weights
        Shape (n_seeds,), positive; equal if not given.

    Returns
    -------
    Shape (d,), of length 1. Seeds that cancel out give the first one.

    Raises
    ------
    QueryError
        If the weights are not as said.

    Examples
    --------
    >>> centroid(np.eye(2, dtype=np.float32))
    array([0.70710677, 0.70710677], dtype=float32)
    """
    total = _shares(weights, len(embeddings)) @ embeddings
    length = np.linalg.norm(total)
    joined: NDArray[np.float32] = np.asarray(total / length if length > 1e-6 else embeddings[0], dtype=np.float32)
    return joined


def combine(
    similarities: NDArray[np.float32],
    *,
    weights: Sequence[float] | None = None,
    method: str = "mean",
    negatives: NDArray[np.float32] | None = None,
    strength: float = 0.5,
) -> NDArray[np.float32]:
    """Rank every track by all seeds together.

    A negative multiplies what the seeds say by ``1 − strength × similarity``, with the nearest negative: it can at most
    cost a track that share, so it turns the list away from a song without turning it upside down.

    Parameters
    ----------
    similarities
        Shape (n_seeds, n_tracks), 0 to 1.
    weights
        Shape (n_seeds,), positive; equal if not given.
    method
        One of `METHODS`.
    negatives
        Shape (n_negatives, n_tracks), similarities to songs to move away from.
    strength
        0 to 1, of the negatives.

    Returns
    -------
    Shape (n_tracks,), 0 to 1, higher is nearer. For one seed it is that seed's similarity (with "fusion", its order).

    Raises
    ------
    QueryError
        If the method is unknown, the weights or the strength are out of range, or there is no seed.

    Examples
    --------
    >>> two_seeds = np.array([[0.9, 0.6, 0.1], [0.1, 0.6, 0.8]], dtype=np.float32)
    >>> combine(two_seeds).round(2), combine(two_seeds, method="best").round(2)
    (array([0.5 , 0.6 , 0.45], dtype=float32), array([0.9, 0.6, 0.8], dtype=float32))
    >>> combine(two_seeds, negatives=two_seeds[:1]).round(2)
    array([0.28, 0.42, 0.43], dtype=float32)
    """
    if method not in METHODS:
        raise QueryError(f"seeds are combined by {', '.join(METHODS)}, not by {method!r}")
    if not 0 <= strength <= 1:
        raise QueryError(f"the strength of negatives must be 0 to 1, got {strength}")
    shares = _shares(weights, len(similarities))
    if method == "mean":
        combined = shares @ similarities
    elif method == "best":
        combined = ((shares / shares.max())[:, None] * similarities).max(axis=0)
    else:
        combined = (FUSION_CONSTANT + 1) * sum(
            share / (FUSION_CONSTANT + _ranks(row)) for share, row in zip(shares, similarities, strict=True)
        )
    if negatives is not None and len(negatives):
        combined = combined * (1 - strength * negatives.max(axis=0).clip(0, 1))
    return np.asarray(combined, dtype=np.float32)


def _shares(weights: Sequence[float] | None, n_seeds: int) -> NDArray[np.float32]:
    """Check weights and make them sum to 1."""
    shares = np.ones(n_seeds) if weights is None else np.asarray(weights, dtype=np.float64)
    if not n_seeds:
        raise QueryError("there is no seed: name at least one track")
    if shares.shape != (n_seeds,) or not np.isfinite(shares).all() or shares.min() <= 0:
        raise QueryError(f"weights must be {n_seeds} positive numbers, one for each seed, got {weights}")
    return np.asarray(shares / shares.sum(), dtype=np.float32)


def _ranks(similarities: ArrayLike) -> NDArray[np.float64]:
    """Rank from 1, nearest first; equal similarities in the order of the tracks."""
    order = np.argsort(-np.asarray(similarities), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks
