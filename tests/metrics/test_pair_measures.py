"""Measures of pairs against scikit-learn, with ties, weights and degenerate cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import accuracy_score, average_precision_score, roc_auc_score, roc_curve

from resona.errors import FeatureError
from resona.metrics import pairs


def random_pairs(seed: int = 0, n: int = 200) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    is_match = rng.random(n) < 0.4
    return (rng.standard_normal(n) + is_match).round(1), is_match, rng.integers(0, 4, n).astype(np.float64)


@pytest.mark.parametrize("seed", range(5))
def test_ranking_measures_equal_scikit_learn_with_ties_and_weights(seed: int) -> None:
    similarities, is_match, weights = random_pairs(seed)
    assert pairs.roc_auc(similarities, is_match) == pytest.approx(roc_auc_score(is_match, similarities))
    assert pairs.roc_auc(similarities, is_match, weights=weights) == pytest.approx(
        roc_auc_score(is_match, similarities, sample_weight=weights)
    )
    assert pairs.average_precision(similarities, is_match, weights=weights) == pytest.approx(
        average_precision_score(is_match, similarities, sample_weight=weights)
    )


@pytest.mark.parametrize("seed", range(5))
def test_equal_error_rate_is_where_the_roc_polygon_meets_the_falling_diagonal(seed: int) -> None:
    similarities, is_match, _ = random_pairs(seed)
    false_rate, true_rate, _ = roc_curve(is_match, similarities, drop_intermediate=False)
    expected = brentq(lambda x: 1 - x - interp1d(false_rate, true_rate)(x), 0, 1)
    assert pairs.equal_error_rate(similarities, is_match) == pytest.approx(expected, abs=1e-3)


def test_accuracy_equals_scikit_learn() -> None:
    similarities, is_match, weights = random_pairs()
    expected = accuracy_score(is_match, similarities >= 0.3, sample_weight=weights)
    assert pairs.accuracy(similarities, is_match, 0.3, weights=weights) == pytest.approx(expected)


@given(st.integers(0, 10_000))
def test_no_threshold_beats_the_chosen_one(seed: int) -> None:
    similarities, is_match, _ = random_pairs(seed, n=20)
    best = pairs.accuracy(similarities, is_match, pairs.choose_threshold(similarities, is_match))
    tried = [pairs.accuracy(similarities, is_match, threshold) for threshold in np.linspace(-5, 5, 201)]
    assert best >= max(tried)


@given(arrays(np.float64, 12, elements=st.integers(-5, 5)), arrays(np.bool_, 12))
def test_only_the_order_counts_and_turning_it_round_mirrors_the_area(
    similarities: NDArray[np.float64], is_match: NDArray[np.bool_]
) -> None:
    if is_match.all() or not is_match.any():
        return
    area = pairs.roc_auc(similarities, is_match)
    assert pairs.roc_auc(np.exp(similarities), is_match) == pytest.approx(area)
    assert pairs.roc_auc(-similarities, is_match) == pytest.approx(1 - area)
    assert pairs.roc_auc(similarities, ~is_match) == pytest.approx(1 - area)


def test_perfect_constant_and_inverted_similarities() -> None:
    is_match = np.array([True, True, False, False])
    perfect, constant = np.array([4.0, 3.0, 2.0, 1.0]), np.zeros(4)
    assert pairs.roc_auc(perfect, is_match) == pairs.average_precision(perfect, is_match) == 1
    assert pairs.accuracy(perfect, is_match, 2.5) == 1
    assert pairs.equal_error_rate(perfect, is_match) == 0
    assert pairs.roc_auc(constant, is_match) == 0.5
    assert pairs.average_precision(constant, is_match) == 0.5
    assert pairs.equal_error_rate(constant, is_match) == 0.5
    assert pairs.equal_error_rate(-perfect, is_match) == 1


@pytest.mark.parametrize("is_match", [[], [True, True], [False, False]])
def test_ranking_measures_without_both_kinds_are_nan(is_match: list[bool]) -> None:
    similarities, truth = np.zeros(len(is_match)), np.array(is_match, dtype=np.bool_)
    for measure in (pairs.roc_auc, pairs.average_precision, pairs.equal_error_rate):
        assert np.isnan(measure(similarities, truth))
    assert np.isnan(pairs.accuracy(similarities, truth, 0.5)) == (not is_match)


def test_threshold_of_one_kind_calls_all_alike_and_of_none_is_nan() -> None:
    values = np.array([0.1, 0.9])
    assert pairs.choose_threshold(values, np.array([True, True])) == 0.1
    assert pairs.choose_threshold(values, np.array([False, False])) > 0.9
    assert np.isnan(pairs.choose_threshold(np.zeros(0), np.zeros(0, np.bool_)))


def test_malformed_pairs_are_refused() -> None:
    with pytest.raises(FeatureError, match="1 of 2 similarities are NaN"):
        pairs.roc_auc(np.array([np.nan, 1.0]), np.array([True, False]))
    with pytest.raises(FeatureError, match="boolean is_match"):
        pairs.roc_auc(np.array([0.0, 1.0]), np.array([True]))
