"""Where does each track lie on a flat map, if tracks that sound alike are to be neighbours?

A t-SNE of the embeddings [1]_ by openTSNE [2]_. A map that changes each time a few songs are added cannot be learned by
heart, so new tracks are put among their nearest neighbours and nothing else moves; only when they are many is the map
optimised again, starting from what it was.

References
----------
.. [1] L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.
.. [2] P. Poličar, M. Stražar and B. Zupan, "openTSNE: a modular Python library for t-SNE dimensionality reduction and
   embedding", Journal of Statistical Software 109(3), 2024; its `transform` places new points as `_place` does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.store import Store

Array = NDArray[np.float32]

MANY = 0.25  # share of new tracks above which the map is optimised again
N_NEIGHBOURS = 5  # that a new track is placed among
FEWEST = 12  # tracks that t-SNE can say something about
FFT_FROM = 10_000  # tracks from which interpolation is faster than the Barnes-Hut tree
PERPLEXITY = 30  # neighbours that each track tries to be near to
BLOCK_ROWS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutTask:
    """A map to be drawn in a process of its own: `task()` is `lay_out(task.vectors, before=task.before)`."""

    vectors: Array
    before: Array

    def __call__(self) -> Array:
        """Do it."""
        return lay_out(self.vectors, before=self.before)


def update_layout(store: Store, model_id: str, *, draw: Callable[[LayoutTask], Array] = LayoutTask.__call__) -> int:
    """Give every track that a model has embedded its place on the model's map.

    Parameters
    ----------
    store
        The library.
    model_id
        The model.
    draw
        Does the task, here or in another process.

    Returns
    -------
    The number of tracks that had no place before.
    """
    track_ids, vectors = store.embeddings.matrix(model_id)
    placed_ids, placed = store.layout.get(model_id)
    before = np.full((len(track_ids), 2), np.nan, np.float32)
    kept = np.isin(placed_ids, track_ids)
    before[np.searchsorted(track_ids, placed_ids[kept])] = placed[kept]
    n_new = int(np.isnan(before[:, 0]).sum())
    if n_new:
        store.layout.put(model_id, track_ids, draw(LayoutTask(vectors=vectors, before=before)))
    return n_new


def lay_out(vectors: Array, *, before: Array | None = None, seed: int = 0) -> Array:
    """Arrange vectors on a plane so that near ones stay near.

    Parameters
    ----------
    vectors
        Shape (n, d).
    before
        Shape (n, 2): where they were, NaN for new ones. Those stay exactly there unless the new ones are many.
    seed
        Of everything random.

    Returns
    -------
    Shape (n, 2), without unit.

    Examples
    --------
    >>> lay_out(np.eye(3, dtype=np.float32)).shape
    (3, 2)
    """
    is_new = np.isnan(before[:, 0]) if before is not None else np.ones(len(vectors), bool)
    rng = np.random.default_rng(seed)
    if len(vectors) < FEWEST:
        return _plane(vectors)
    if before is None or is_new.all():
        return _optimise(vectors, None, seed)
    start = _place(vectors, before, is_new, rng)
    return _optimise(vectors, start, seed) if is_new.mean() > MANY else start


def _plane(vectors: Array) -> Array:
    """Principal components: the first two, zeros where there are fewer."""
    if not len(vectors):
        return np.zeros((0, 2), np.float32)
    left, scale, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    plane = np.zeros((len(vectors), 2), np.float32)
    found = (left * scale)[:, :2]
    plane[:, : found.shape[1]] = found
    return plane


def _place(vectors: Array, before: Array, is_new: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Put new tracks at the mean of their nearest placed neighbours, a little apart from each other."""
    placed, known = before.copy(), np.flatnonzero(~is_new)
    spread = float(np.ptp(before[known], axis=0).mean()) / 200
    new = np.flatnonzero(is_new)
    for rows in np.split(new, range(BLOCK_ROWS, len(new), BLOCK_ROWS)):
        similarities = vectors[rows] @ vectors[known].T
        k = min(N_NEIGHBOURS, len(known))
        nearest = np.argpartition(-similarities, k - 1, axis=1)[:, :k]
        placed[rows] = before[known[nearest]].mean(axis=1) + rng.normal(0, spread, (len(rows), 2))
    return placed


def _optimise(vectors: Array, start: Array | None, seed: int) -> Array:
    """Run t-SNE; with a start, only its last phase, which keeps the large shapes where they are."""
    from openTSNE import TSNEEmbedding, affinity, initialization

    affinities = affinity.PerplexityBasedNN(
        vectors, perplexity=min(PERPLEXITY, (len(vectors) - 1) / 3), metric="euclidean", n_jobs=1, random_state=seed
    )
    method = "fft" if len(vectors) >= FFT_FROM else "bh"
    first = initialization.pca(vectors, random_state=seed) if start is None else start.astype(np.float64)
    points = TSNEEmbedding(first, affinities, negative_gradient_method=method, n_jobs=1, random_state=seed)
    if start is None:
        points = points.optimize(n_iter=150, exaggeration=12, momentum=0.5)
    points = points.optimize(n_iter=350, momentum=0.8)
    return np.asarray(points, np.float32)
