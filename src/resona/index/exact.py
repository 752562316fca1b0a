"""Which vectors are nearest, all of them compared? The plain way, and the measure of every other one."""

from pathlib import Path
from typing import Self

import numpy as np

from resona.errors import VectorIndexError
from resona.index.vectors import Neighbours, Rows, Units, Vectors, blocks, check_vectors, cosines, replacing

QUERIES_AT_ONCE = 256


class ExactIndex:
    """Vectors in one float32 matrix, in memory or, once loaded, memory-mapped.

    Parameters
    ----------
    vectors
        Shape (n, d). Float32 unit vectors are used in place, without a copy.

    Raises
    ------
    VectorIndexError
        As `check_vectors`.

    Examples
    --------
    >>> index = ExactIndex(np.eye(3, dtype=np.float32))
    >>> index.search(np.array([[0.0, 2.0, 1.0]]), k=2).rows
    array([[1, 2]])
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = check_vectors(vectors)

    @property
    def n_vectors(self) -> int:
        """Number of vectors."""
        return len(self._vectors)

    @property
    def dimension(self) -> int:
        """Values per vector."""
        return int(self._vectors.shape[1])

    def search(self, queries: Vectors, k: int) -> Neighbours:
        """Find the k nearest vectors of each query.

        Parameters
        ----------
        queries
            Shape (q, d), of any length but 0.
        k
            At least 1; cut to the number of vectors.

        Raises
        ------
        VectorIndexError
            As `check_vectors`, or if k is less than 1.
        """
        units = check_vectors(queries, self.dimension)
        k = check_k(k, self.n_vectors)
        parts = [
            self._search(units[start : start + QUERIES_AT_ONCE], k) for start in range(0, len(units), QUERIES_AT_ONCE)
        ]
        return Neighbours(
            rows=np.concatenate([part.rows for part in parts]),
            similarities=np.concatenate([part.similarities for part in parts]),
        )

    def _search(self, units: Units, k: int) -> Neighbours:
        rows = np.zeros((len(units), 0), dtype=np.intp)
        similarities = np.zeros((len(units), 0), dtype=np.float32)
        for start, block in blocks(self._vectors):
            found = cosines(units, block)  # (q, block)
            best = _largest(found, k)
            rows = np.concatenate([rows, best + start], axis=1)
            similarities = np.concatenate([similarities, np.take_along_axis(found, best, axis=1)], axis=1)
        order = np.lexsort((rows, -similarities))[:, :k]  # of equal ones the lower row first
        return Neighbours(
            rows=np.take_along_axis(rows, order, axis=1), similarities=np.take_along_axis(similarities, order, axis=1)
        )

    def add(self, vectors: Vectors) -> None:
        """Append vectors (m, d); a memory map is read into memory by this.

        Raises
        ------
        VectorIndexError
            As `check_vectors`.
        """
        self._vectors = np.concatenate([self._vectors, check_vectors(vectors, self.dimension)])

    def save(self, path: Path) -> None:
        """Write the matrix as an .npy file, whatever the suffix.

        Raises
        ------
        VectorIndexError
            If the file cannot be written.
        """
        with replacing(path) as partial, partial.open("wb") as file:
            np.save(file, self._vectors, allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Map a saved matrix into memory: only what is searched is read.

        Raises
        ------
        VectorIndexError
            If the file is missing or not such a matrix.
        """
        index = cls.__new__(cls)
        try:
            index._vectors = np.lib.format.open_memmap(path, mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise VectorIndexError(f"cannot read an index from {str(path)!r}: {error}; build it anew") from error
        if index._vectors.ndim != 2 or index._vectors.dtype != np.float32:
            raise VectorIndexError(f"{str(path)!r} holds no vectors; build the index anew")
        return index


def check_k(k: int, n_vectors: int) -> int:
    """Cut a number of neighbours to the number of vectors.

    Raises
    ------
    VectorIndexError
        If it is less than 1.
    """
    if k < 1:
        raise VectorIndexError(f"k must be at least 1, got {k}")
    return min(k, n_vectors)


def _largest(values: Vectors, k: int) -> Rows:
    """Find the columns (q, min(k, n)) of the largest values (q, n), in no order."""
    if values.shape[1] <= k:
        return np.broadcast_to(np.arange(values.shape[1]), values.shape)
    return np.argpartition(values, -k, axis=1)[:, -k:]
