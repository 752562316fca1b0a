"""Which tracks lead from one song to another in even steps, each nearer to the goal than the last?

Candidates are the tracks nearest to points along the great circle from start to end. Among them, dynamic programming
finds the way with exactly the wanted number of steps whose steps deviate least from one length; some lengths are tried,
and the most even way wins. As every step goes forward in a fixed order, no track comes twice.

Conventions: rows are positions in `embeddings`; distances are angles between embeddings, in degrees.

References
----------
.. [1] K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985: spherical interpolation.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError
from resona.recommend.limits import DEFAULT_LIMITS, Attributes, Limits, Wanted, select

Rows = NDArray[np.intp]
Vectors = NDArray[np.float32]

POOL = 600
MAX_TRIES = 20  # ways that are searched until one keeps the limits
EVEN = 2.0  # largest step over median step
BACKWARDS = 10.0  # what a degree away from the end costs, where some are needed, against one of unevenness
STRETCHES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # step lengths to try, in parts of the direct way


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A way from one track to another.

    Attributes
    ----------
    rows
        Shape (n,), start and end included.
    steps
        Shape (n − 1,), in degrees: 0 is the same sound, 90 is unrelated.
    is_monotone
        Each track is nearer to the end than the one before.
    relaxed
        A sentence for each limit that had to give way.
    """

    rows: Rows
    steps: NDArray[np.float64]
    is_monotone: bool
    relaxed: list[str] = field(default_factory=list)

    @property
    def evenness(self) -> float:
        """Largest step over median step: 1 is perfectly even, above 2 there is a jump."""
        return float(self.steps.max() / max(float(np.median(self.steps)), 1e-9))


def find_journey(
    embeddings: Vectors,
    ends: tuple[int, int],
    *,
    n: int,
    attributes: Attributes | None = None,
    limits: Limits = DEFAULT_LIMITS,
    allowed: NDArray[np.bool_] | None = None,
) -> Journey:
    """Find a way from one track to another.

    Parameters
    ----------
    embeddings
        Shape (n_tracks, d), unit rows.
    ends
        Rows of start and end.
    n
        Tracks wanted, both ends included. Fewer come if the library has not enough.
    attributes, limits
        Artists, albums and versions between the ends are limited as in any list; the ends' own artists are welcome.
    allowed
        Shape (n_tracks,), the tracks that may lie between.

    Returns
    -------
    The most even way found. Where fewer than ``n − 2`` tracks are nearer to the end than the start is, no way can come
    nearer with each step; it then goes back as little as possible, and says so.

    Raises
    ------
    QueryError
        If `n` is below 2 or both ends are the same track.

    Examples
    --------
    >>> angles = np.radians([0, 90, 10, 20, 30, 47, 60, 75])
    >>> circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    >>> journey = find_journey(circle, (0, 1), n=4)
    >>> journey.rows, journey.steps.round()
    (array([0, 4, 6, 1]), array([30., 30., 30.]))
    """
    if n < 2 or ends[0] == ends[1]:
        raise QueryError("a path needs two different tracks and at least 2 places")
    pool = _candidates(embeddings, ends, n, allowed)
    best = journey = _most_even(embeddings, ends, pool, n)
    if attributes is None:
        return best
    request = Wanted(n=len(best.rows) - 2, seeds=ends)
    limits = replace(limits, with_seed_artists=True)
    strict = replace(limits, is_strict=True)
    for _ in range(MAX_TRIES):
        if len(select(pool, attributes, request, limits=strict).rows) < request.n:
            break  # no way through these tracks keeps the limits
        between = journey.rows[1:-1]
        kept = select(between, attributes, request, limits=strict).rows
        if len(kept) == len(between):
            return journey
        pool = np.setdiff1d(pool, np.setdiff1d(between, kept))
        journey = _most_even(embeddings, ends, pool, n)
    return replace(best, relaxed=select(best.rows[1:-1], attributes, request, limits=limits).relaxed)


def _candidates(embeddings: Vectors, ends: tuple[int, int], n: int, allowed: NDArray[np.bool_] | None) -> Rows:
    """Collect the tracks nearest to points between the ends; without the ends."""
    a, b = embeddings[list(ends)]
    angle = np.arccos(np.clip(a @ b, -1 + 1e-6, 1 - 1e-6))
    share = np.linspace(0, 1, n)[1:-1, None].astype(np.float32)
    targets = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)  # [1]_
    is_free = np.ones(len(embeddings), dtype=np.bool_) if allowed is None else allowed.copy()
    is_free[list(ends)] = False
    rows = np.flatnonzero(is_free)
    each = min(len(rows), max(n, POOL // max(n - 2, 1)))
    nearness = targets @ embeddings.T
    nearness[:, ~is_free] = -np.inf
    nearest = np.argpartition(-nearness, each - 1, axis=1)[:, :each] if each else rows
    return np.unique(nearest)


def _most_even(embeddings: Vectors, ends: tuple[int, int], pool: Rows, n: int) -> Journey:
    """Choose among the best ways for several step lengths; monotone ones first."""
    rows = np.array([ends[0], *pool, ends[1]])
    vectors = embeddings[rows]
    angles = np.degrees(np.arccos(np.clip(vectors @ vectors.T, -1, 1)).astype(np.float64))
    n = min(n, len(rows))
    to_start, to_end = angles[:, 0].copy(), angles[:, -1].copy()
    to_start[0] = to_end[-1] = -np.inf  # the ends come first and last, whatever sounds exactly like them
    nearing = np.argsort(-to_end, kind="stable")
    nearing = nearing[np.flatnonzero(nearing == 0)[0] :]  # from the start on
    crossing = np.argsort(to_start - to_end, kind="stable")
    for places, is_monotone in ((nearing, True), (crossing, False)):
        journeys = [
            Journey(rows=rows[way], steps=angles[way[:-1], way[1:]], is_monotone=is_monotone)
            for way in _ways(angles, places, n)
        ]
        if journeys:
            return min(journeys, key=lambda journey: (max(journey.evenness, EVEN), journey.steps.sum()))
    raise AssertionError("the tracks in crossing order always make a way")


def _ways(angles: NDArray[np.float64], places: Rows, n: int) -> list[Rows]:
    """Find, for each step length tried, the way through `places` in their order with the least deviation."""
    steps = angles[np.ix_(places, places)]
    to_end = angles[places, -1]
    backwards = np.maximum(to_end - to_end[:, None], 0)
    direct = angles[0, -1] / (n - 1)
    ways = []
    for stretch in STRETCHES if len(places) >= n else ():
        costs = np.where(
            np.tri(len(places), dtype=np.bool_), np.inf, (steps - stretch * direct) ** 2 + BACKWARDS * backwards**2
        )
        total = np.full(len(places), np.inf)
        total[0] = 0
        came_from = []
        for _ in range(n - 1):
            through = total[:, None] + costs
            came_from.append(np.argmin(through, axis=0))
            total = through.min(axis=0)
        way = [len(places) - 1]
        for sources in reversed(came_from):
            way.append(int(sources[way[-1]]))
        ways.append(places[way[::-1]])
    return ways
