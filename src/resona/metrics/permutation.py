"""Could a gain be chance?

If a system gains nothing, an artist's gain is as likely to be below zero as above by as much, and turning the signs of
some artists round changes nothing that matters: the share of such turns that bring at least the gain that was measured
is its p-value [1]_. Whatever the distribution is, so long as it is symmetric, a threshold is exceeded by chance no more
often than it says, at any number of artists: with five, no p-value is below 1/32. (A percentile bootstrap of three
artists calls one gain in eight certain.)

References
----------
.. [1] R. A. Fisher, "The Design of Experiments", section 21, 1935.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_EXACT = 14  # artists up to which all turns are tried: 16,384
N_TURNS = 9_999
TIED = 1e-12


def sign_flip_p(
    differences: NDArray[np.floating[Any]], clusters: NDArray[Any] | Sequence[Any], *, rng: np.random.Generator
) -> float:
    """Give the probability of a mean difference at least as large, were there no true one.

    Parameters
    ----------
    differences
        Shape (q,): what each query gains.
    clusters
        Shape (q,): the artist of each query; all differences of one artist are turned together.
    rng
        Draws turns, where there are too many to try all.

    Returns
    -------
    The one-sided p-value, above 0 and at most 1; 1 without any query.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sign_flip_p(np.array([0.1, 0.2, 0.1, 0.3]), ["a", "a", "b", "c"], rng=rng)
    0.125
    """
    names, ids = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(ids, weights=differences, minlength=len(names))
    if len(names) <= MOST_EXACT:
        turns = np.array(list(product((1.0, -1.0), repeat=len(names))))
    else:
        drawn = rng.integers(0, 2, size=(N_TURNS, len(names)), dtype=np.int8)
        turns = np.vstack([np.ones(len(names)), 2.0 * drawn - 1])
    return float((turns @ sums >= sums.sum() - TIED).mean())
