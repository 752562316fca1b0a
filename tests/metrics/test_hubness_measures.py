"""Hubness measures against scipy, by hand, and on vectors known to have hubs."""

import numpy as np
import pytest
from scipy.stats import skew

from resona.errors import FeatureError
from resona.metrics import hubness
from resona.metrics.rankings import cosine_distances, nearest


def test_skewness_equals_scipy() -> None:
    occurrence = np.random.default_rng(0).poisson(5, 300)
    assert hubness.skewness(occurrence) == pytest.approx(skew(occurrence))


def test_gini_is_the_mean_difference_over_twice_the_mean() -> None:
    occurrence = np.random.default_rng(0).poisson(3, 50)
    differences = np.abs(occurrence[:, None] - occurrence).mean()
    assert hubness.gini(occurrence) == pytest.approx(differences / (2 * occurrence.mean()))


def test_one_hub_takes_all() -> None:
    neighbours = np.zeros((100, 1), dtype=np.intp)
    neighbours[0] = 1
    scores = hubness.evaluate_hubness(neighbours)
    assert scores["max_occurrence"] == 99
    assert scores["antihub_share"] == 0.98
    assert scores["robin_hood"] == pytest.approx(0.98)
    assert scores["gini"] > 0.98
    assert scores["reachable_share"] == 0.02


def test_a_ring_is_perfectly_fair() -> None:
    neighbours = np.stack([(np.arange(50) + step) % 50 for step in (1, 2)], axis=1)
    assert hubness.evaluate_hubness(neighbours) == {
        "skewness": 0,
        "max_occurrence": 2,
        "antihub_share": 0,
        "robin_hood": 0,
        "gini": 0,
        "reachable_share": 1,
    }


def test_what_lies_downstream_of_the_core_is_reachable_and_what_lies_upstream_is_not() -> None:
    neighbours = np.array([[1, 2], [0, -1], [-1, -1], [0, -1]])  # 3 -> {0, 1} -> 2
    assert hubness.reachable_share(neighbours) == 0.75


def test_many_dimensions_make_hubs() -> None:
    rng = np.random.default_rng(0)
    skewnesses = [
        hubness.evaluate_hubness(nearest(cosine_distances(rng.standard_normal((500, d)) + 0.5), 500, 10))["skewness"]
        for d in (3, 100)
    ]
    assert skewnesses[0] < 1 < skewnesses[1]


def test_empty_library_is_nan() -> None:
    scores = hubness.evaluate_hubness(np.zeros((0, 5), dtype=np.intp))
    assert scores.pop("max_occurrence") == 0
    assert np.isnan(list(scores.values())).all()


def test_lists_without_neighbours() -> None:
    scores = hubness.evaluate_hubness(np.full((4, 2), -1))
    assert scores["antihub_share"] == 1
    assert scores["reachable_share"] == 0.25
    assert np.isnan(scores["gini"])


def test_rows_out_of_range_are_refused() -> None:
    with pytest.raises(FeatureError, match=r"rows −1 to n − 1"):
        hubness.k_occurrence(np.array([[2], [0]]))
