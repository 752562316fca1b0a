"""Where does each track lie on a flat map, if tracks that sound alike are to be neighbours?

A t-SNE of the embeddings (`tsne`). A map that changes each time a few songs are added cannot be learned by heart, so
new tracks are put among their nearest neighbours and nothing else moves; only when they are many is the map drawn
again, starting from what it was. Of a very large library a sample is drawn so, and the others are put among it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.recommend.tsne import FIRST_SPREAD, nearest_of, tsne
from resona.store import Store

Array = NDArray[np.float32]

MANY = 0.25  # share of new tracks above which the map is optimised again
N_NEIGHBOURS = 5  # that a new track is placed among
FEWEST = 12  # tracks that t-SNE can say something about
SAMPLE = 20_000  # tracks that t-SNE arranges; the others are put among them


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
    rng = np.random.default_rng(seed)
    if len(vectors) < FEWEST:
        return _plane(vectors)
    points = np.full((len(vectors), 2), np.nan, np.float32) if before is None else before
    is_new = np.isnan(points[:, 0])
    if is_new.mean() <= MANY:
        return _place(vectors, points, rng)
    drawn = np.sort(rng.permutation(len(vectors))[:SAMPLE])
    start = _plane(vectors[drawn]) if is_new.all() else _place(vectors, points, rng)[drawn]
    fresh = np.full_like(points, np.nan)
    fresh[drawn] = tsne(vectors[drawn], start * (FIRST_SPREAD / start.std()) if is_new.all() else start)
    return _place(vectors, fresh, rng)


def _plane(vectors: Array) -> Array:
    """Principal components: the first two, zeros where there are fewer."""
    if not len(vectors):
        return np.zeros((0, 2), np.float32)
    left, scale, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    plane = np.zeros((len(vectors), 2), np.float32)
    found = (left * scale)[:, :2]
    plane[:, : found.shape[1]] = found
    return plane


def _place(vectors: Array, before: Array, rng: np.random.Generator) -> Array:
    """Put new tracks at the mean of their nearest placed neighbours, a little apart from each other."""
    is_new = np.isnan(before[:, 0])
    placed, known, new = before.copy(), np.flatnonzero(~is_new), np.flatnonzero(is_new)
    spread = float(np.ptp(before[known], axis=0).mean()) / 200
    rows = nearest_of(vectors[new], vectors[known], min(N_NEIGHBOURS, len(known)))
    placed[new] = before[known[rows]].mean(axis=1) + rng.normal(0, spread, (len(new), 2))
    return placed
