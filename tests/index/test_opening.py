"""The right index for a number of vectors, and what only one kind promises."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resona.errors import ConfigError, VectorIndexError
from resona.index import ExactIndex, HnswIndex, IndexConfig, check_vectors, load_index, open_index
from resona.index.vectors import BLOCK_ROWS


def unit_vectors(n: int, d: int = 16) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).standard_normal((n, d))
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def test_few_vectors_are_compared_all_and_many_by_a_graph() -> None:
    config = IndexConfig(crossing=50, n_threads=1)
    assert isinstance(open_index(unit_vectors(50), config), ExactIndex)
    assert isinstance(open_index(unit_vectors(51), config), HnswIndex)
    assert isinstance(open_index(unit_vectors(51), IndexConfig(kind="exact", crossing=50)), ExactIndex)
    assert isinstance(open_index(unit_vectors(10), IndexConfig(kind="hnsw", crossing=50)), HnswIndex)


@pytest.mark.parametrize(
    "settings", [{"kind": "faiss"}, {"m": 1}, {"crossing": -1}, {"ef_construction": 3}, {"n_threads": -2}]
)
def test_impossible_settings_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings))):
        IndexConfig(**settings)  # type: ignore[arg-type]


def test_one_thread_and_one_seed_build_the_same_graph(tmp_path: Path) -> None:
    vectors = unit_vectors(500)
    for name, seed in (("first", 1), ("second", 1), ("other", 2)):
        HnswIndex(vectors, seed=seed, n_threads=1).save(tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert (tmp_path / "first").read_bytes() != (tmp_path / "other").read_bytes()


def test_unit_vectors_are_not_copied_and_a_loaded_matrix_stays_on_disk(tmp_path: Path) -> None:
    vectors = unit_vectors(100)
    assert check_vectors(vectors) is vectors
    assert check_vectors(vectors.astype(np.float16)).dtype == np.float32
    ExactIndex(vectors).save(tmp_path / "vectors.npy")
    loaded = ExactIndex.load(tmp_path / "vectors.npy")
    assert isinstance(loaded._vectors, np.memmap)


def test_more_vectors_than_one_block() -> None:
    vectors = unit_vectors(BLOCK_ROWS + 500, 4)
    queries = vectors[[0, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 499]]
    found = ExactIndex(vectors).search(queries, 5)
    np.testing.assert_array_equal(found.rows, np.argsort(-(queries @ vectors.T), axis=1, kind="stable")[:, :5])


def test_more_queries_than_one_block() -> None:
    vectors = unit_vectors(700)
    assert (ExactIndex(vectors).search(vectors, 1).rows[:, 0] == np.arange(700)).all()


def test_equally_near_vectors_stand_in_the_order_of_their_rows() -> None:
    assert ExactIndex(np.ones((4, 2))).search(np.ones((1, 2)), 4).rows.tolist() == [[0, 1, 2, 3]]


def test_files_that_are_no_index_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.index"
    with pytest.raises(VectorIndexError, match="cannot read an index"):
        load_index(path)
    path.write_bytes(b"hello, this is no index")
    with pytest.raises(VectorIndexError, match="cannot read an index"):
        load_index(path)
    with path.open("wb") as file:
        np.save(file, np.arange(4))
    with pytest.raises(VectorIndexError, match="holds no vectors"):
        load_index(path)
