"""Calibration against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from resona.errors import FeatureError
from resona.metrics import calibration


def random_values(seed: int = 0, n: int = 300) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    values = rng.normal(0.3, 0.2, n)
    return values, rng.random(n) < 1 / (1 + np.exp(-8 * values + 3))


@pytest.mark.parametrize("seed", range(3))
def test_platt_equals_logistic_regression_on_smoothed_targets(seed: int) -> None:
    values, is_match = random_values(seed)
    n_matches, n_others = is_match.sum(), (~is_match).sum()
    targets = np.where(is_match, (n_matches + 1) / (n_matches + 2), 1 / (n_others + 2))
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    oracle.fit(
        np.concatenate([values, values])[:, None],
        np.repeat([1, 0], len(values)),
        sample_weight=np.concatenate([targets, 1 - targets]),
    )
    platt = calibration.fit_platt(values, is_match)
    assert platt.slope == pytest.approx(oracle.coef_[0, 0], rel=1e-3)
    assert platt.intercept == pytest.approx(oracle.intercept_[0], rel=1e-3)


def test_platt_finds_the_curve_that_made_the_labels() -> None:
    values, is_match = random_values(n=100_000)
    platt = calibration.fit_platt(values, is_match)
    assert (platt.slope, platt.intercept) == pytest.approx((8, -3), rel=0.03)
    assert calibration.expected_calibration_error(platt.apply(values), is_match) < 0.01


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.booleans()), min_size=1, max_size=30),
)
def test_platt_is_always_finite_and_never_falls(points: list[tuple[float, bool]]) -> None:
    values = np.array([value for value, _ in points])
    is_match = np.array([match for _, match in points])
    shown = calibration.fit_platt(values, is_match).apply(np.sort(values))
    assert np.isfinite(shown).all()
    assert (np.diff(shown) >= 0).all()
    assert (shown >= 0).all()
    assert (shown <= 1).all()


@pytest.mark.parametrize("kind", [True, False])
def test_platt_of_one_kind_of_pair_is_the_smoothed_share(kind: bool) -> None:  # noqa: FBT001 -- a parameter
    values = np.linspace(0, 1, 8)
    shown = calibration.fit_platt(values, np.full(8, kind)).apply(values)
    np.testing.assert_allclose(shown, 0.9 if kind else 0.1)


def test_separable_pairs_do_not_run_away() -> None:
    platt = calibration.fit_platt(np.array([0.0, 0.1, 0.9, 1.0]), np.array([False, False, True, True]))
    assert 0 < platt.slope < 100


def test_a_few_artists_who_part_at_once_do_not_prove_every_neighbour_certain() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.1, 0.05, 300), rng.normal(0.9, 0.02, 100)])
    is_match = np.arange(400) >= 300
    by_pairs = calibration.fit_platt(values, is_match, is_fisher=True)
    by_artists = calibration.fit_platt(values, is_match, is_fisher=True, n_voices=10)
    assert np.median(by_pairs.apply(values[300:])) > 0.98
    assert np.median(by_artists.apply(values[300:])) == pytest.approx(11 / 12, abs=0.02)
    assert calibration.fit_platt(values, is_match, is_fisher=True, n_voices=300) == by_pairs


def test_inverted_similarity_is_shown_as_constant() -> None:
    platt = calibration.fit_platt(np.array([0.9, 0.8, 0.1]), np.array([False, False, True]))
    np.testing.assert_allclose(platt.apply(np.array([0.0, 1.0])), (1 / 4 + 1 / 4 + 2 / 3) / 3)


def test_extreme_values_neither_overflow_nor_warn() -> None:
    shown = calibration.Calibration(slope=1.0, intercept=0.0).apply(np.array([-1e9, 1e9], dtype=np.float32))
    np.testing.assert_array_equal(shown, [0, 1])


def test_reliability_curve_and_brier_equal_scikit_learn() -> None:
    values, is_match = random_values()
    shown = np.clip(values, 0, 1).round(2)
    curve = calibration.reliability_curve(shown, is_match)
    observed, predicted = calibration_curve(is_match, shown, n_bins=10)
    is_filled = curve.n_pairs > 0
    np.testing.assert_allclose(curve.observed[is_filled], observed)
    np.testing.assert_allclose(curve.predicted[is_filled], predicted)
    assert calibration.brier(shown, is_match) == pytest.approx(brier_score_loss(is_match, shown))


def test_expected_calibration_error_by_hand() -> None:
    shown = np.array([0.05, 0.05, 0.95, 0.95])
    is_match = np.array([False, True, True, True])
    assert calibration.expected_calibration_error(shown, is_match) == pytest.approx((2 * 0.45 + 2 * 0.05) / 4)


def test_perfect_and_empty() -> None:
    is_match = np.array([True, False])
    assert calibration.evaluate_calibration(is_match.astype(np.float64), is_match) == {
        "expected_calibration_error": 0,
        "brier": 0,
        "n_pairs": 2,
    }
    empty = calibration.evaluate_calibration(np.zeros(0), np.zeros(0, np.bool_))
    assert np.isnan([empty["expected_calibration_error"], empty["brier"]]).all()
    assert np.isnan(calibration.reliability_curve(np.zeros(0), np.zeros(0, np.bool_)).observed).all()


def test_malformed_input_is_refused() -> None:
    with pytest.raises(FeatureError, match="must be 0 to 1"):
        calibration.brier(np.array([1.5]), np.array([True]))
    with pytest.raises(FeatureError, match="at least one pair"):
        calibration.fit_platt(np.zeros(0), np.zeros(0, np.bool_))
