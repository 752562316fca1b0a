"""Which vectors are nearly the nearest, in a library too large to compare all?

A hierarchical navigable small-world graph [1]_ links each vector to near ones; a search walks along the links. The
graph is voyager's.

References
----------
.. [1] Y. Malkov and D. Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable
   small world graphs", IEEE Trans. PAMI 42(4), 2020.
"""

from pathlib import Path
from typing import Self

import numpy as np
import voyager

from resona.errors import VectorIndexError
from resona.index.exact import ExactIndex, check_k
from resona.index.vectors import Neighbours, Units, Vectors, blocks, check_vectors, replacing

N_FIRST = 1000  # vectors that one thread links: many threads in an almost empty graph miss each other's vectors
MIN_CANDIDATES = 200  # weighed in a search; twice k for longer lists


class HnswIndex:
    """A graph of vectors, all in memory: about 120 bytes and the float32 vector each, at 12 links.

    Parameters
    ----------
    vectors
        Shape (n, d).
    m, ef_construction
        Links per vector, and candidates weighed for them: more find more and build more slowly.
    seed
        Draws the levels of the graph.
    n_threads
        Threads that build; 0 is all cores. Only one thread builds the same graph every time; it always begins.

    Raises
    ------
    VectorIndexError
        As `check_vectors`.

    Examples
    --------
    >>> index = HnswIndex(np.eye(3, dtype=np.float32), n_threads=1)
    >>> index.search(np.array([[0.0, 2.0, 1.0]]), k=2).rows
    array([[1, 2]])
    """

    def __init__(
        self,
        vectors: Vectors,
        *,
        m: int = 12,
        ef_construction: int = 200,
        seed: int = 0,
        n_threads: int = 0,
    ) -> None:
        units = check_vectors(vectors)
        self._n_threads = n_threads or -1
        self._graph = voyager.Index(
            voyager.Space.Cosine,
            units.shape[1],
            M=m,
            ef_construction=ef_construction,
            random_seed=seed,
            max_elements=len(units),
        )
        self._append(units)

    @property
    def n_vectors(self) -> int:
        """Number of vectors."""
        return int(self._graph.num_elements)

    @property
    def dimension(self) -> int:
        """Values per vector."""
        return int(self._graph.num_dimensions)

    def search(self, queries: Vectors, k: int) -> Neighbours:
        """Find about the k nearest vectors of each query.

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
        try:
            rows, distances = self._graph.query(_own(units), k=k, query_ef=max(MIN_CANDIDATES, 2 * k))
        except voyager.RecallError:  # fewer than k can be reached, as when k is nearly all of a small library
            return ExactIndex(self._graph.get_vectors(range(self.n_vectors))).search(units, k)
        return Neighbours(rows=rows.astype(np.intp), similarities=np.float32(1) - distances)

    def add(self, vectors: Vectors) -> None:
        """Append vectors (m, d) to the graph, without building it anew.

        Raises
        ------
        VectorIndexError
            As `check_vectors`.
        """
        self._append(check_vectors(vectors, self.dimension))

    def _append(self, units: Units) -> None:
        n_first = max(0, N_FIRST - self.n_vectors)
        for part, n_threads in ((units[:n_first], 1), (units[n_first:], self._n_threads)):
            for _, block in blocks(part):
                self._graph.add_items(_own(block), num_threads=n_threads)

    def save(self, path: Path) -> None:
        """Write the graph with its vectors.

        Raises
        ------
        VectorIndexError
            If the file cannot be written.
        """
        with replacing(path) as partial:
            self._graph.save(str(partial))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved graph; `add` builds with all cores.

        Raises
        ------
        VectorIndexError
            If the file is missing or not such a graph.
        """
        index = cls.__new__(cls)
        index._n_threads = -1
        try:
            index._graph = voyager.Index.load(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            raise VectorIndexError(f"cannot read an index from {str(path)!r}: {error}; build it anew") from error
        return index


def _own(units: Units) -> Units:
    """Copy vectors that voyager would refuse or misread: read-only ones, as from a memory map, and strided ones."""
    return np.require(units, requirements=["C", "W"])
