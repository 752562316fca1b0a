"""Corrected distances: against slow formulas, their properties, and that they do remove hubs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr

from resona.errors import ConfigError
from resona.recommend.catalogue.hubness import (
    COPY_SIMILARITY,
    KINDS,
    HubnessConfig,
    Kind,
    corrected_distances,
    hubness_stats,
    may_be_nearest,
    nearest_rows,
    upper_tail,
)

Matrix = NDArray[np.float64]


def hubby(n: int, d: int = 60, seed: int = 0) -> NDArray[np.float32]:
    """Vectors of many dimensions off the origin, which have hubs."""
    vectors = np.random.default_rng(seed).standard_normal((n, d)) + 0.5
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def all_distances(vectors: NDArray[np.float32], kind: str, n_reference: int = 2000) -> Matrix:
    """Correct all pairs of a library against a sample of it, as the ranker does."""
    n_drawn = min(n_reference, len(vectors))
    chosen = np.random.default_rng(0).choice(len(vectors), n_drawn, replace=False)
    similarities = vectors @ vectors[chosen].T
    similarities[similarities > COPY_SIMILARITY] = np.nan
    config = HubnessConfig(kind=kind)  # type: ignore[arg-type]
    stats = hubness_stats(similarities, config)
    return corrected_distances(vectors @ vectors.T, stats, stats, config.kind)


@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([1e-6, 1e-3, 0.1, 0.5]), st.integers(0, 300))
def test_the_nearest_are_among_those_that_may_be(seed: int, n: int, least_spread: float, n_copies: int) -> None:
    rng = np.random.default_rng(seed)
    similarities = rng.uniform(-1, 1, (1, 300)).astype(np.float32)
    stats = np.stack([rng.uniform(-0.3, 0.9, 300), rng.uniform(least_spread, 0.6, 300)], axis=1).astype(np.float32)
    similarities[0, :n_copies], stats[:n_copies] = similarities[0, -1], stats[-1]
    is_allowed, query = rng.random(300) < rng.uniform(0.1, 1), stats[rng.integers(300)][None]
    distances = corrected_distances(similarities, query, stats, "mutual_proximity")[0].astype(np.float32)
    rows = may_be_nearest(similarities[0], query[0], stats, is_allowed, n)
    assert set(nearest_rows(-distances, n, is_allowed)) <= set(rows)


@given(st.integers(0, 10_000), st.integers(1, 3000), st.floats(0, 1), st.sampled_from([2, 30, 10**6]))
@settings(max_examples=50)
def test_a_sample_of_a_large_library_changes_nothing_about_the_nearest(
    seed: int, n: int, share: float, n_values: int
) -> None:
    rng = np.random.default_rng(seed)
    nearness = np.sort(rng.integers(0, n_values, 5000))[:: rng.choice([1, -1])].astype(np.float32)
    rng.shuffle(nearness[: rng.integers(5000)])
    is_allowed = rng.random(5000) < share
    candidates = np.sort(nearness[is_allowed])
    least = candidates[-n] if len(candidates) > n else -np.inf
    assert np.array_equal(nearest_rows(nearness, n, is_allowed), np.flatnonzero(nearness >= least))


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
    distances = all_distances(vectors, "mutual_proximity")
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
    distances = all_distances(vectors, kind)
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
    distances = all_distances(vectors, kind, n_reference=50)
    np.testing.assert_allclose(distances, distances.T, atol=1e-6)
    assert distances.min() >= 0
    assert distances.max() <= 1
    assert (distances.diagonal() <= distances.min(axis=1)).all()


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
    before = skewness_of_occurrence(all_distances(vectors, "none"))
    after = skewness_of_occurrence(all_distances(vectors, kind, n_reference))
    assert before > 2
    assert after < before / 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_smallest_libraries_have_finite_distances(kind: str, n: int) -> None:
    assert np.isfinite(all_distances(hubby(n), kind)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_of_copies_has_finite_distances(kind: str) -> None:
    vectors = np.ones((40, 8), dtype=np.float32)
    assert np.isfinite(all_distances(vectors, kind)).all()


def test_mutual_proximity_takes_any_scale() -> None:
    config = HubnessConfig(kind="mutual_proximity")
    similarities = -np.random.default_rng(0).gamma(2, 50, (30, 30))
    similarities = (similarities + similarities.T) / 2
    np.fill_diagonal(similarities, np.nan)
    stats = hubness_stats(similarities, config)
    scaled = hubness_stats(similarities * 7, config)
    distances = corrected_distances(similarities, stats, stats, config.kind)
    np.testing.assert_allclose(distances, corrected_distances(similarities * 7, scaled, scaled, config.kind), rtol=1e-5)


@pytest.mark.parametrize("wrong", [{"kind": "magic"}, {"n_reference": 0}, {"k": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        HubnessConfig(**wrong)  # type: ignore[arg-type]
