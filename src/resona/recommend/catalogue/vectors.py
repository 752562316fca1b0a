"""How are vectors checked, and compared?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import VectorIndexError

Vectors = NDArray[np.floating[Any]]
Units = NDArray[np.float32]
Rows = NDArray[np.intp]

BLOCK_ROWS = 65_536  # vectors touched at a time: 32 MB at 128 dimensions
UNIT_TOLERANCE = 1e-3  # of the length; what float16 storage leaves of a unit vector


def check_vectors(vectors: Vectors, dimension: int | None = None) -> Units:
    """Refuse vectors that cannot be compared, and bring the others to length 1.

    Parameters
    ----------
    vectors
        Shape (n, d), any floating type.
    dimension
        What d must be, if known.

    Returns
    -------
    float32 unit vectors: the same array if it holds such already (so a memory map stays one), else a copy.

    Raises
    ------
    VectorIndexError
        If there are none, the dimension is wrong, or a row is zero or not finite.

    Examples
    --------
    >>> check_vectors(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]], dtype=float32)
    """
    if vectors.ndim != 2 or not vectors.size:
        raise VectorIndexError(f"need vectors (n, d) and at least one of them, got shape {vectors.shape}")
    if dimension is not None and vectors.shape[1] != dimension:
        raise VectorIndexError(f"vectors have {vectors.shape[1]} dimensions, the index has {dimension}")
    vectors = vectors.astype(np.promote_types(vectors.dtype, np.float32), copy=False)  # float16 cannot measure lengths
    lengths = np.concatenate([np.linalg.norm(block, axis=1) for _, block in blocks(vectors)])
    is_bad = ~np.isfinite(lengths) | (lengths == 0)
    if is_bad.any():
        rows = np.flatnonzero(is_bad)
        raise VectorIndexError(
            f"{len(rows)} of {len(vectors)} vectors are zero or not finite, the first in row {rows[0]}"
        )
    if np.abs(lengths - 1).max() > UNIT_TOLERANCE:
        vectors = vectors / lengths[:, None]
    return vectors.astype(np.float32, copy=False)


def blocks(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    """Yield the first row of each block of vectors, and the block."""
    for start in range(0, len(vectors), BLOCK_ROWS):
        yield start, vectors[start : start + BLOCK_ROWS]


def cosines(queries: Units, vectors: Units) -> NDArray[np.float32]:
    """Give the cosines (q, n) of unit vectors (q, d) and (n, d).

    A single query is summed without BLAS, whose threads wait for each other: on a machine busy with a scan that costs
    up to a second, and on an idle one it gains a millisecond.

    Examples
    --------
    >>> cosines(np.eye(2, dtype=np.float32)[:1], np.eye(2, dtype=np.float32))
    array([[1., 0.]], dtype=float32)
    """
    if len(queries) == 1:
        single: NDArray[np.float32] = np.einsum("nd,d->n", vectors, queries[0])[None]
        return single
    return queries @ vectors.T


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write to a temporary neighbour of a file, which takes its place only when complete."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    except (OSError, RuntimeError) as error:
        raise VectorIndexError(f"cannot write {str(path)!r}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
