"""Agreement with judgements: ties, chance and the interval."""

import numpy as np
import pytest
from scipy.stats import binomtest

from resona.errors import FeatureError
from resona.metrics import triplets


def test_wilson_interval_equals_scipy() -> None:
    scores = triplets.evaluate(np.repeat([1.0, 0.0], [37, 13]), chance=0.5)
    expected = binomtest(37, 50).proportion_ci(method="wilson")
    assert (scores["low"], scores["high"]) == pytest.approx((expected.low, expected.high), rel=1e-5)


def test_constant_distances_agree_as_often_as_chance() -> None:
    assert triplets.relative_agreement(np.ones(5), np.ones(5)).mean() == 0.5
    assert triplets.odd_one_out_agreement(np.ones((6, 3)), np.arange(6) % 3).mean() == pytest.approx(1 / 3)


def test_random_distances_agree_as_often_as_chance() -> None:
    rng = np.random.default_rng(0)
    agreement = triplets.odd_one_out_agreement(rng.random((20_000, 3)), rng.integers(0, 3, 20_000))
    scores = triplets.evaluate(agreement, chance=1 / 3)
    assert scores["low"] < 1 / 3 < scores["high"]


def test_the_odd_one_is_the_track_outside_the_nearest_pair() -> None:
    points = np.array([[0.0, 0.1, 5.0], [9.0, 0.0, 1.0]])  # third is odd; first is odd
    distances = np.abs(points[:, [1, 0, 0]] - points[:, [2, 2, 1]])  # pairs without 0, without 1, without 2
    np.testing.assert_array_equal(triplets.odd_one_out_agreement(distances, np.array([2, 0])), [1, 1])
    np.testing.assert_array_equal(triplets.odd_one_out_agreement(distances, np.array([0, 1])), [0, 0])


def test_perfect_and_empty() -> None:
    perfect = triplets.evaluate(np.ones(10), chance=0.5)
    assert (perfect["agreement"], perfect["high"]) == pytest.approx((1, 1))
    empty = triplets.evaluate(np.zeros(0), chance=0.5)
    assert np.isnan([empty["agreement"], empty["low"], empty["high"]]).all()
    assert empty["n_judgements"] == 0


def test_malformed_judgements_are_refused() -> None:
    with pytest.raises(FeatureError, match="without NaN"):
        triplets.relative_agreement(np.array([np.nan]), np.array([1.0]))
    with pytest.raises(FeatureError, match="0, 1 or 2"):
        triplets.odd_one_out_agreement(np.ones((1, 3)), np.array([3]))
    with pytest.raises(FeatureError, match=r"need distances \(1, 3\)"):
        triplets.odd_one_out_agreement(np.ones((1, 2)), np.array([0]))
