"""Which kind of index suits a number of vectors?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resona.config import check_range
from resona.errors import ConfigError, VectorIndexError
from resona.index.exact import ExactIndex
from resona.index.hnsw import HnswIndex
from resona.index.vectors import VectorIndex, Vectors

KINDS = ("auto", "exact", "hnsw")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexConfig:
    """How neighbours are searched.

    Attributes
    ----------
    kind
        "exact", "hnsw", or "auto": exact up to `crossing` vectors.
    crossing
        Largest number of vectors for which comparing all is worth it.
    m, ef_construction, seed, n_threads
        As for `HnswIndex`.

    Examples
    --------
    >>> IndexConfig().kind
    'auto'
    """

    kind: Literal["auto", "exact", "hnsw"] = "auto"
    crossing: int = 200_000
    m: int = 12
    ef_construction: int = 200
    seed: int = 0
    n_threads: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        check_range("crossing", self.crossing, 0, 2**31)
        check_range("m", self.m, 2, 128)
        check_range("ef_construction", self.ef_construction, self.m, 4096)
        check_range("seed", self.seed, 0, 2**31)
        check_range("n_threads", self.n_threads, 0, 1024)


def open_index(vectors: Vectors, config: IndexConfig | None = None) -> VectorIndex:
    """Build the index that suits the vectors.

    Parameters
    ----------
    vectors
        Shape (n, d).
    config
        The default one if None.

    Raises
    ------
    VectorIndexError
        As `check_vectors`.

    Examples
    --------
    >>> import numpy as np
    >>> type(open_index(np.eye(3))).__name__
    'ExactIndex'
    """
    config = config or IndexConfig()
    if config.kind == "exact" or (config.kind == "auto" and len(vectors) <= config.crossing):
        return ExactIndex(vectors)
    return HnswIndex(
        vectors,
        m=config.m,
        ef_construction=config.ef_construction,
        seed=config.seed,
        n_threads=config.n_threads,
    )


def load_index(path: Path) -> VectorIndex:
    """Read a saved index of either kind, told by its first bytes.

    Raises
    ------
    VectorIndexError
        If the file is missing or not an index.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise VectorIndexError(f"cannot read an index from {str(path)!r}: {error}; build it anew") from error
    return HnswIndex.load(path) if magic == b"VOYA" else ExactIndex.load(path)
