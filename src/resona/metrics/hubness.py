"""Do a few tracks crowd everybody's list, while others are never recommended?

In spaces of many dimensions some vectors become near neighbours of very many others, for no reason one could hear
[1]_: *hubs*, the "wallpaper" of a recommender. Others, *anti-hubs*, are in nobody's list.

Conventions
-----------
- `neighbours` (n, k): row i is the list of track i, as rows, −1 where it is shorter.
- `occurrence` (n,): in how many lists each track is, the k-occurrence.

Metrics
-------
- ``skewness`` of the k-occurrence: 0 if all tracks occur alike; above about 1 there are hubs [1]_.
- ``max_occurrence``: lists that hold the largest hub.
- ``antihub_share``: share of tracks that are in no list.
- ``robin_hood``: share of all list places that would have to be given away for all to occur equally; ``gini``: its
  relative, twice the area between the Lorenz curve and equality.
- ``reachable_share``: share of the library one gets to by following lists from the core, the largest group of tracks
  that all lead to each other; the rest can never be reached from there [2]_.

References
----------
.. [1] M. Radovanović, A. Nanopoulos and M. Ivanović, "Hubs in space: popular nearest neighbors in high-dimensional
   data", Journal of Machine Learning Research 11, 2010.
.. [2] A. Flexer and J. Stevens, "Mutual proximity graphs for improved reachability in music recommendation", Journal of
   New Music Research 47(1), 2018.
"""

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError

Rows = NDArray[np.intp]


def k_occurrence(neighbours: Rows) -> Rows:
    """Count the lists each track is in.

    Parameters
    ----------
    neighbours
        Shape (n, k), −1 for none.

    Returns
    -------
    Shape (n,).

    Raises
    ------
    FeatureError
        If `neighbours` is not a matrix of rows −1 to n − 1.

    Examples
    --------
    >>> k_occurrence(np.array([[1], [0], [1], [1]]))
    array([1, 3, 0, 0])
    """
    n = len(neighbours)
    if neighbours.ndim != 2 or ((neighbours < -1) | (neighbours >= n)).any():
        raise FeatureError(f"neighbours must be (n, k) with rows −1 to n − 1, got shape {neighbours.shape}")
    return np.bincount(neighbours[neighbours >= 0], minlength=n)


def skewness(occurrence: Rows) -> float:
    """Give the skewness of the k-occurrence, the third standardised moment; 0 where it is constant, nan if empty.

    Examples
    --------
    >>> round(skewness(np.array([1, 3, 0, 0])), 3)
    0.816
    """
    if not len(occurrence):
        return np.nan
    deviation = occurrence - occurrence.mean()
    spread = float(np.mean(deviation**2))
    return float(np.mean(deviation**3)) / spread**1.5 if spread else 0.0


def antihub_share(occurrence: Rows) -> float:
    """Give the share of tracks in no list.

    Examples
    --------
    >>> antihub_share(np.array([1, 3, 0, 0]))
    0.5
    """
    return float(np.mean(occurrence == 0)) if len(occurrence) else np.nan


def robin_hood(occurrence: Rows) -> float:
    """Give the share of list places to be given away for all tracks to occur equally: 0…1.

    Examples
    --------
    >>> robin_hood(np.array([1, 3, 0, 0]))
    0.5
    """
    total = occurrence.sum()
    return float(np.abs(occurrence - occurrence.mean()).sum() / (2 * total)) if total else np.nan


def gini(occurrence: Rows) -> float:
    """Give the Gini coefficient of the k-occurrence: 0 if all occur equally, near 1 if one track has every place.

    Examples
    --------
    >>> gini(np.array([1, 3, 0, 0]))
    0.625
    """
    n, total = len(occurrence), occurrence.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(occurrence) / (n * total)) if total else np.nan


def reachable_share(neighbours: Rows) -> float:
    """Give the share of the library that lists lead to from its core, the core included.

    Examples
    --------
    Tracks 0 and 1 lead to each other, 2 leads there, but nothing leads to 2.

    >>> round(reachable_share(np.array([[1], [0], [0]])), 3)
    0.667
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    n, k = neighbours.shape
    if not n:
        return np.nan
    is_link = (neighbours >= 0).ravel()
    ends = np.repeat(np.arange(n), k)[is_link], neighbours.ravel()[is_link]
    graph = csr_array((np.ones(is_link.sum()), ends), shape=(n, n))
    _, group = connected_components(graph, connection="strong")
    start = int(np.argmax(group == np.bincount(group).argmax()))
    reached = breadth_first_order(graph, start, return_predecessors=False)
    return float(len(reached) / n)


def evaluate_hubness(neighbours: Rows) -> dict[str, float]:
    """Give every measure of hubness of lists of one length.

    Raises
    ------
    FeatureError
        As `k_occurrence`.

    Examples
    --------
    >>> evaluate_hubness(np.array([[1], [2], [0]]))
    {'skewness': 0.0, 'max_occurrence': 1, 'antihub_share': 0.0, 'robin_hood': 0.0, 'gini': 0.0, 'reachable_share': 1.0}
    """
    occurrence = k_occurrence(neighbours)
    return {
        "skewness": skewness(occurrence),
        "max_occurrence": int(occurrence.max(initial=0)),
        "antihub_share": antihub_share(occurrence),
        "robin_hood": robin_hood(occurrence),
        "gini": gini(occurrence),
        "reachable_share": reachable_share(neighbours),
    }
