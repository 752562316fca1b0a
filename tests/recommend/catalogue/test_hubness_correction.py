"""Corrected distances: against slow formulas, their properties, and that they do remove hubs."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr

from resona.errors import ConfigError, VectorIndexError
from resona.recommend.catalogue.hubness import (
    KINDS,
    Correction,
    HubnessConfig,
    Kind,
    corrected_distances,
    fit_correction,
    hubness_stats,
    upper_tail,
)

Matrix = NDArray[np.float64]


def hubby(n: int, d: int = 60, seed: int = 0) -> NDArray[np.float32]:
    """Vectors of many dimensions off the origin, which have hubs."""
    vectors = np.random.default_rng(seed).standard_normal((n, d)) + 0.5
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def fitted(vectors: NDArray[np.float32], kind: str, n_reference: int = 2000) -> Correction:
    return fit_correction(vectors, HubnessConfig(kind=kind, n_reference=n_reference), np.random.default_rng(0))  # type: ignore[arg-type]


def all_distances(vectors: NDArray[np.float32], correction: Correction) -> Matrix:
    return correction.distances(vectors @ vectors.T, correction.stats, np.arange(len(vectors)))


def skewness_of_occurrence(distances: Matrix, k: int = 10) -> float:
    distances = distances.copy()
    np.fill_diagonal(distances, np.inf)
    occurrence = np.bincount(np.argsort(distances, axis=1)[:, :k].ravel(), minlength=len(distances))
    deviation = occurrence - occurrence.mean()
    return float((deviation**3).mean() / (deviation**2).mean() ** 1.5)


def test_the_normal_tail_equals_scipy_and_falls_everywhere() -> None:
    z = np.linspace(-8, 35, 200_001)
    tail = upper_tail(z)
    np.testing.assert_allclose(tail, ndtr(-z), rtol=2e-7)
    assert (np.diff(tail) <= 0).all()


def test_mutual_proximity_by_the_formula() -> None:
    vectors = hubby(50)
    similarities = vectors.astype(np.float64) @ vectors.T
    distances = all_distances(vectors, fitted(vectors, "mutual_proximity"))
    for a, b in ((0, 1), (3, 40)):
        tails = []
        for track in (a, b):
            others = np.delete(similarities[track], track)
            tails.append(ndtr((similarities[a, b] - others.mean()) / others.std()))
        assert distances[a, b] == pytest.approx(1 - tails[0] * tails[1], abs=1e-5)


@pytest.mark.parametrize("kind", ["local_scaling", "csls"])
def test_scaling_by_the_formula(kind: str) -> None:
    vectors = hubby(50)
    similarities = vectors.astype(np.float64) @ vectors.T
    distances = all_distances(vectors, fitted(vectors, kind))
    near = {track: np.sort(np.delete(similarities[track], track))[-10:] for track in (3, 40)}
    if kind == "csls":
        expected = 0.5 - (2 * similarities[3, 40] - near[3].mean() - near[40].mean()) / 8
    else:
        scale = np.sqrt(2 - 2 * near[3]).mean() * np.sqrt(2 - 2 * near[40]).mean()
        expected = 1 - np.exp(-(2 - 2 * similarities[3, 40]) / scale)
    assert distances[3, 40] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_distances_are_symmetric_between_0_and_1(kind: str) -> None:
    vectors = hubby(200)
    distances = all_distances(vectors, fitted(vectors, kind, n_reference=50))
    np.testing.assert_allclose(distances, distances.T, atol=1e-6)
    assert distances.min() >= 0
    assert distances.max() <= 1
    assert (distances.diagonal() <= distances.min(axis=1)).all()


@settings(deadline=None)
@given(
    st.sampled_from(KINDS),
    st.lists(st.floats(-1, 1), min_size=2, max_size=20),
    st.lists(st.floats(0.01, 1), min_size=4, max_size=4),
)
def test_a_higher_similarity_is_never_farther(kind: Kind, similarities: list[float], numbers: list[float]) -> None:
    n_stats = 2 if kind == "mutual_proximity" else 1
    query, candidate = np.array(numbers, dtype=np.float32).reshape(2, 1, 2)[:, :, :n_stats]
    distances = corrected_distances(np.sort(similarities)[None], query, candidate, kind)
    assert (np.diff(distances) <= 1e-12).all()


@pytest.mark.parametrize("kind", ["mutual_proximity", "local_scaling", "csls"])
@pytest.mark.parametrize("n_reference", [2000, 100])
def test_corrections_remove_hubs(kind: str, n_reference: int) -> None:
    vectors = hubby(600)
    before = skewness_of_occurrence(all_distances(vectors, fitted(vectors, "none")))
    after = skewness_of_occurrence(all_distances(vectors, fitted(vectors, kind, n_reference)))
    assert before > 2
    assert after < before / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_query_from_outside_is_described_as_if_it_were_inside(kind: str) -> None:
    vectors = hubby(300)
    correction = fitted(vectors, kind, n_reference=100)
    np.testing.assert_allclose(correction.describe(vectors[7:9] * 3), correction.stats[7:9], rtol=1e-4)
    stats = correction.describe(hubby(2, seed=9))
    assert stats.shape == correction.stats[:2].shape
    assert np.isfinite(stats).all()


@pytest.mark.parametrize("kind", KINDS)
def test_new_tracks_are_added_without_fitting_anew(kind: str) -> None:
    vectors = hubby(300)
    whole = fitted(vectors[:200], kind, n_reference=100)
    grown = whole.extend(vectors[200:])
    np.testing.assert_array_equal(grown.stats[:200], whole.stats)
    np.testing.assert_array_equal(grown.stats[200:], whole.describe(vectors[200:]))


@pytest.mark.parametrize("kind", KINDS)
def test_each_query_may_have_its_own_candidates(kind: str) -> None:
    vectors = hubby(100)
    correction = fitted(vectors, kind)
    rows = np.array([[5, 6], [7, 8], [9, 1]])
    queries = np.arange(3)
    similarities = np.einsum("qd,qcd->qc", vectors[queries], vectors[rows])
    distances = correction.distances(similarities, correction.stats[queries], rows)
    expected = np.take_along_axis(all_distances(vectors, correction)[:3], rows, axis=1)
    np.testing.assert_allclose(distances, expected, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_correction_comes_back_whole(kind: str, tmp_path: Path) -> None:
    correction = fitted(hubby(50), kind, n_reference=20)
    correction.save(tmp_path / "hubness.npz")
    loaded = Correction.load(tmp_path / "hubness.npz")
    assert loaded.config == correction.config
    np.testing.assert_array_equal(loaded.reference, correction.reference)
    np.testing.assert_array_equal(loaded.stats, correction.stats)


def test_damaged_corrections_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "hubness.npz"
    fitted(hubby(50), "csls").save(path)
    content = path.read_bytes()
    for damaged in (b"", content[:100], content[:-40], b"no correction"):
        path.write_bytes(damaged)
        with pytest.raises(VectorIndexError, match="cannot read a hubness correction"):
            Correction.load(path)
    np.savez(path, stats=np.zeros(3))
    with pytest.raises(VectorIndexError, match="cannot read a hubness correction"):
        Correction.load(path)
    with pytest.raises(VectorIndexError, match="cannot read a hubness correction"):
        Correction.load(tmp_path / "missing.npz")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_smallest_libraries_have_finite_distances(kind: str, n: int) -> None:
    vectors = hubby(n)
    correction = fitted(vectors, kind)
    assert np.isfinite(all_distances(vectors, correction)).all()
    query = hubby(1, seed=3)
    assert np.isfinite(correction.distances(query @ vectors.T, correction.describe(query), np.arange(n))).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_of_copies_has_finite_distances(kind: str) -> None:
    vectors = np.ones((40, 8), dtype=np.float32)
    assert np.isfinite(all_distances(vectors, fitted(vectors, kind))).all()


def test_the_sample_is_drawn_by_the_generator() -> None:
    vectors, config = hubby(100), HubnessConfig(n_reference=10)
    first, second, other = (
        fit_correction(vectors, config, np.random.default_rng(seed)).reference for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_mutual_proximity_takes_any_scale() -> None:
    config = HubnessConfig(kind="mutual_proximity")
    similarities = -np.random.default_rng(0).gamma(2, 50, (30, 30))
    similarities = (similarities + similarities.T) / 2
    np.fill_diagonal(similarities, np.nan)
    stats = hubness_stats(similarities, config)
    scaled = hubness_stats(similarities * 7, config)
    distances = corrected_distances(similarities, stats, stats, config.kind)
    np.testing.assert_allclose(distances, corrected_distances(similarities * 7, scaled, scaled, config.kind), rtol=1e-5)


def test_a_hundred_thousand_candidates_take_milliseconds() -> None:
    similarities = np.random.default_rng(0).uniform(-1, 1, (1, 100_000)).astype(np.float32)
    stats = np.tile(np.array([[0.1, 0.3]], dtype=np.float32), (100_000, 1))
    times = []
    for _ in range(10):
        start = time.thread_time()
        corrected_distances(similarities, stats[:1], stats, "mutual_proximity")
        times.append(time.thread_time() - start)
    assert min(times) < 0.02


@pytest.mark.parametrize("wrong", [{"kind": "magic"}, {"n_reference": 0}, {"k": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        HubnessConfig(**wrong)  # type: ignore[arg-type]


def test_vectors_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(VectorIndexError, match="not finite"):
        fitted(np.full((3, 4), np.nan, dtype=np.float32), "csls")
    with pytest.raises(VectorIndexError, match="dimensions"):
        fitted(hubby(5), "csls").describe(np.ones((1, 3)))
