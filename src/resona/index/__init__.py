"""Which vectors are nearest to this one? Exactly, or nearly so in the largest libraries.

=====================  =========================================================================
`index.vectors`        what an index takes, gives and promises: `Neighbours`, `VectorIndex`
`index.exact`          every vector compared: `ExactIndex`
`index.hnsw`           a graph of neighbours searched: `HnswIndex`
`index.opening`        the right one for a number of vectors: `IndexConfig`, `open_index`, `load_index`
`index.hubness`        distances corrected so that no track crowds every list
=====================  =========================================================================

Conventions: vectors are rows of a matrix (n, d) and are known by their row; similarities are cosines, −1…1; whatever
cannot be searched (NaN, zero length, wrong dimension, nothing) raises `VectorIndexError`.
"""

from resona.index.exact import ExactIndex
from resona.index.hnsw import HnswIndex
from resona.index.opening import IndexConfig, load_index, open_index
from resona.index.vectors import Neighbours, VectorIndex, check_vectors

__all__ = [
    "ExactIndex",
    "HnswIndex",
    "IndexConfig",
    "Neighbours",
    "VectorIndex",
    "check_vectors",
    "load_index",
    "open_index",
]
