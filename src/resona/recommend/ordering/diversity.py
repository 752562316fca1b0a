"""How can a list be less of the same without being less alike to what was asked for?

Conventions: rows are ranked, best first; similarities are aligned to them.

References
----------
.. [1] J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing
   summaries", SIGIR 1998.
"""

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError

Rows = NDArray[np.intp]


def diversify(
    rows: Rows,
    similarities: NDArray[np.float32],
    embeddings: NDArray[np.float32],
    *,
    diversity: float,
    pool: int = 300,
) -> Rows:
    """Reorder a ranking by maximal marginal relevance [1]_.

    Each place goes to the track with the best balance between its own similarity and its likeness to the tracks already
    placed. Both are stretched to 0…1 over the pool, so that `diversity` means the same for every model and query.

    Parameters
    ----------
    rows
        Shape (m,), ranked.
    similarities
        Shape (m,).
    embeddings
        Shape (n_tracks, d), unit rows, of the whole library.
    diversity
        0 leaves the ranking as it is; at 1 only unlikeness counts after the first.
    pool
        Tracks from the top that are reordered; the rest follow as they are.

    Returns
    -------
    Shape (m,), the rows in their new order.

    Raises
    ------
    QueryError
        If `diversity` is out of range.

    Examples
    --------
    Rows 0 and 1 sound the same, so row 2 moves up:

    >>> sounds = np.array([[1, 0], [1, 0], [0.6, 0.8]], dtype=np.float32)
    >>> diversify(np.arange(3), np.array([0.9, 0.9, 0.8], dtype=np.float32), sounds, diversity=0.7)
    array([0, 2, 1])
    """
    if not 0 <= diversity <= 1:
        raise QueryError(f"diversity must be 0 to 1, got {diversity}")
    head = rows[:pool]
    if diversity == 0 or len(head) < 3:
        return rows
    relevance = (1 - diversity) * _stretch(similarities[: len(head)])
    likeness = diversity * _stretch(embeddings[head] @ embeddings[head].T)
    nearest = np.full(len(head), -np.inf, dtype=np.float32)  # likeness to the nearest one placed
    order = [0]
    for _ in range(len(head) - 1):
        nearest = np.maximum(nearest, likeness[order[-1]])
        nearest[order[-1]] = np.inf
        order.append(int(np.argmax(relevance - nearest)))
    return np.concatenate([head[order], rows[len(head) :]])


def _stretch(values: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = values.min(), values.max()
    stretched: NDArray[np.float32] = (values - low) / max(high - low, np.float32(1e-9))
    return stretched
