"""In which order are the tracks of a list played?

By similarity they come as they are. `flow` arranges them so that no two neighbours are far apart; `shuffle` mixes them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Order = NDArray[np.intp]

MAX_MOVES = 300
STRETCH = 150  # tracks; time and memory of `flow` grow with the square


def shuffle(n_tracks: int, *, seed: int) -> Order:
    """Mix a list; the same seed mixes in the same way.

    Examples
    --------
    >>> sorted(shuffle(4, seed=1).tolist())
    [0, 1, 2, 3]
    """
    return np.random.default_rng(seed).permutation(n_tracks)


def flow(costs: NDArray[np.float64]) -> Order:
    """Arrange a list so that its steps are small.

    Starts with the first track, always goes to the nearest one left, then reverses stretches as long as that shortens
    the way (2-opt [1]_). The way is never longer than in the order given.

    Parameters
    ----------
    costs
        Shape (k, k), symmetric, ≥ 0, as `transitions.step_costs` makes them.

    Returns
    -------
    Shape (k,): positions in the list; the first is 0.

    References
    ----------
    .. [1] G. A. Croes, "A method for solving traveling-salesman problems", Operations Research 6(6), 1958.

    Examples
    --------
    >>> place = np.array([0.0, 9.0, 1.0, 8.0, 2.0])
    >>> flow(np.abs(place[:, None] - place))
    array([0, 2, 4, 3, 1])
    """
    given = np.arange(len(costs))
    if len(costs) < 3:
        return given
    order = min((_nearest_first(costs), given), key=lambda order: path_length(costs, order))
    for _ in range(MAX_MOVES):
        gain, first, last = _best_reversal(costs, order)
        if gain < 1e-9:
            break
        order[first : last + 1] = order[first : last + 1][::-1].copy()
    return order


def flow_in_stretches(n_tracks: int, costs_of: Callable[[Order], NDArray[np.float64]]) -> Order:
    """Arrange a list of any length: stretch after stretch flows, each from where the last one ended.

    Parameters
    ----------
    n_tracks
        Of the list.
    costs_of
        Gives the costs (m, m) within a stretch, for its positions in the list (m,).

    Returns
    -------
    Shape (n_tracks,): positions in the list; the first is 0.

    Examples
    --------
    >>> place = np.array([0.0, 9.0, 1.0, 8.0, 2.0])
    >>> flow_in_stretches(5, lambda some: np.abs(place[some, None] - place[some]))
    array([0, 2, 4, 3, 1])
    """
    order = np.zeros(min(n_tracks, 1), dtype=np.intp)
    for start in range(1, n_tracks, STRETCH):
        stretch = np.r_[order[-1], start : min(start + STRETCH, n_tracks)]
        order = np.concatenate([order, stretch[flow(costs_of(stretch))][1:]])
    return order


def path_length(costs: NDArray[np.float64], order: Order) -> float:
    """Add up the steps of a way.

    Examples
    --------
    >>> path_length(np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([1, 0]))
    2.0
    """
    return float(costs[order[:-1], order[1:]].sum())


def _nearest_first(costs: NDArray[np.float64]) -> Order:
    left = costs.astype(np.float64, copy=True)
    order = np.zeros(len(costs), dtype=np.intp)
    for place in range(1, len(costs)):
        left[:, order[place - 1]] = np.inf
        order[place] = np.argmin(left[order[place - 1]])
    return order


def _best_reversal(costs: NDArray[np.float64], order: Order) -> tuple[float, int, int]:
    """Find the stretch whose reversal saves most; the start stays, the end is free."""
    way = costs[np.ix_(order, order)]
    steps = np.append(np.diagonal(way, 1), 0.0)  # the step after each place; none after the last
    after = np.pad(way[:, 1:], ((0, 0), (0, 1)))  # after[i, j]: cost from place i to the place after j
    # place i - 1 is then followed by j, and i by the one after j
    gains = steps[:-1, None] + steps[None, 1:] - way[:-1, 1:] - after[1:, 1:]
    gains = np.triu(gains, 1)
    first, last = np.unravel_index(np.argmax(gains), gains.shape)
    return float(gains[first, last]), int(first) + 1, int(last) + 1
