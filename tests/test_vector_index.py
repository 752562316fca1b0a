"""What every index promises, whichever its kind: one suite run on all of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resona.errors import VectorIndexError
from resona.index import ExactIndex, HnswIndex, VectorIndex, load_index

Build = Callable[[NDArray[np.floating]], VectorIndex]

KINDS: dict[str, Build] = {
    "exact": ExactIndex,
    "hnsw": lambda vectors: HnswIndex(vectors, n_threads=1),
    "hnsw parallel": HnswIndex,
}


@pytest.fixture(params=list(KINDS))
def build(request: pytest.FixtureRequest) -> Build:
    return KINDS[request.param]


def clustered(n: int, d: int = 32, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((20, d))[rng.integers(0, 20, n)] + 0.5 * rng.standard_normal((n, d))
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def slow_search(vectors: NDArray[np.float32], queries: NDArray[np.float32], k: int) -> list[list[int]]:
    return [sorted(range(len(vectors)), key=lambda row: -float(vectors[row] @ query))[:k] for query in queries]


def test_finds_what_a_slow_search_finds(build: Build) -> None:
    vectors, queries = clustered(1000), clustered(20, seed=1)
    found = build(vectors).search(queries, 10)
    assert found.rows.shape == found.similarities.shape == (20, 10)
    expected = slow_search(vectors, queries, 10)
    recall = np.mean([len(set(rows) & set(slow)) / 10 for rows, slow in zip(found.rows, expected, strict=True)])
    assert recall >= 0.98


def test_similarities_are_falling_cosines(build: Build) -> None:
    vectors, queries = clustered(300), clustered(5, seed=1)
    found = build(vectors).search(queries * 7, 20)
    assert found.similarities.dtype == np.float32
    assert (np.diff(found.similarities, axis=1) <= 0).all()
    cosines = np.einsum("qkd,qd->qk", vectors[found.rows], queries)
    np.testing.assert_allclose(found.similarities, cosines, atol=2e-3)


def test_a_vector_is_its_own_nearest(build: Build) -> None:
    vectors = clustered(500)
    found = build(vectors).search(vectors, 1)
    assert np.mean(found.rows[:, 0] == np.arange(500)) >= 0.99
    np.testing.assert_allclose(found.similarities, 1, atol=1e-3)


def test_k_is_cut_to_the_number_of_vectors(build: Build) -> None:
    found = build(np.eye(4, dtype=np.float32)).search(np.eye(4, dtype=np.float32)[:2], 10)
    assert found.rows.shape == (2, 4)
    assert [sorted(rows) for rows in found.rows.tolist()] == [[0, 1, 2, 3]] * 2


def test_all_of_many_vectors_can_be_asked_for(build: Build) -> None:
    found = build(clustered(700)).search(clustered(2, seed=1), 700)
    assert [sorted(rows) for rows in found.rows.tolist()] == [list(range(700))] * 2


def test_one_vector_and_many_copies_of_it(build: Build) -> None:
    index = build(np.ones((1, 8)))
    assert index.search(np.ones((1, 8)), 5).rows.tolist() == [[0]]
    copies = build(np.ones((300, 8))).search(np.ones((1, 8)), 50)
    assert len(set(copies.rows[0].tolist())) == 50
    np.testing.assert_allclose(copies.similarities, 1, atol=1e-3)


def test_lengths_do_not_count(build: Build) -> None:
    vectors = clustered(200)
    lengths = np.random.default_rng(0).uniform(0.1, 9, (200, 1))
    plain, scaled = (build(v).search(vectors[:10], 1).rows for v in (vectors, vectors * lengths))
    np.testing.assert_array_equal(plain, scaled)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int64])
def test_any_type_of_number_will_do(build: Build, dtype: type[np.floating]) -> None:
    vectors = (clustered(200) * 50).astype(dtype)
    found = build(vectors).search(vectors[:20], 1)
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(20))
    np.testing.assert_allclose(found.similarities, 1, atol=1e-5)


@pytest.mark.parametrize("layout", ["read-only", "by columns", "every other value"])
def test_any_layout_in_memory_will_do(build: Build, layout: str) -> None:
    vectors = clustered(200)
    plain = build(vectors).search(vectors[:20], 5)
    if layout == "read-only":
        vectors = np.frombuffer(vectors.tobytes(), dtype=np.float32).reshape(vectors.shape)
    elif layout == "by columns":
        vectors = np.asfortranarray(vectors)
    else:
        vectors = np.repeat(vectors, 2, axis=1)[:, ::2]
    index = build(vectors)
    found = index.search(vectors[:20], 5)
    np.testing.assert_allclose(found.similarities, plain.similarities, atol=1e-6)
    index.add(vectors[:3])


def test_added_vectors_follow_those_already_there(build: Build) -> None:
    vectors = clustered(400)
    index = build(vectors[:300])
    index.add(vectors[300:] * 2)
    assert (index.n_vectors, index.dimension) == (400, 32)
    assert np.mean(index.search(vectors, 1).rows[:, 0] == np.arange(400)) >= 0.99


def test_a_saved_index_answers_as_before_and_can_grow(build: Build, tmp_path: Path) -> None:
    vectors = clustered(400)
    index = build(vectors)
    index.save(tmp_path / "vectors.index")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.index"]
    loaded = load_index(tmp_path / "vectors.index")
    assert type(loaded) is type(index)
    assert (loaded.n_vectors, loaded.dimension) == (400, 32)
    before, after = index.search(vectors[:50], 10), loaded.search(vectors[:50], 10)
    np.testing.assert_array_equal(before.rows, after.rows)
    np.testing.assert_array_equal(before.similarities, after.similarities)
    loaded.add(vectors[:1])
    assert loaded.n_vectors == 401


def test_saving_over_an_index_leaves_the_old_one_until_complete(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "vectors.index"
    build(clustered(100)).save(path)
    build(clustered(200)).save(path)
    assert load_index(path).n_vectors == 200
    with pytest.raises(VectorIndexError, match="cannot write"):
        build(clustered(10)).save(tmp_path / "missing" / "vectors.index")


@pytest.mark.parametrize("keep", [0, 3, 20, 0.5, 0.999])
def test_a_damaged_file_is_refused(build: Build, tmp_path: Path, keep: float) -> None:
    path = tmp_path / "vectors.index"
    build(clustered(200)).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else keep * len(content))])
    with pytest.raises(VectorIndexError, match="cannot read an index from"):
        load_index(path)


def test_vectors_that_cannot_be_compared_are_refused(build: Build) -> None:
    broken = np.eye(3)
    broken[1] = np.nan
    with pytest.raises(VectorIndexError, match=r"1 of 3 vectors are zero or not finite, the first in row 1"):
        build(broken)
    with pytest.raises(VectorIndexError, match="3 of 3"):
        build(np.zeros((3, 4)))
    for empty in (np.zeros((0, 4)), np.zeros((4, 0)), np.zeros(4)):
        with pytest.raises(VectorIndexError, match="need vectors"):
            build(empty)


def test_queries_that_cannot_be_compared_are_refused(build: Build) -> None:
    index = build(np.eye(3))
    for query, message in (
        (np.full((1, 3), np.inf), "not finite"),
        (np.zeros((1, 3)), "zero"),
        (np.ones((1, 4)), "4 dimensions, the index has 3"),
        (np.zeros((0, 3)), "need vectors"),
        (np.ones(3), "need vectors"),
    ):
        with pytest.raises(VectorIndexError, match=message):
            index.search(query, 1)
        with pytest.raises(VectorIndexError, match=message):
            index.add(query)
    with pytest.raises(VectorIndexError, match="k must be at least 1"):
        index.search(np.ones((1, 3)), 0)
    assert index.n_vectors == 3
