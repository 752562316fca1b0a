"""Intervals: against a slow loop, their coverage, and what they say in words."""

import time

import numpy as np
import pytest

from resona.errors import FeatureError
from resona.metrics import pairs
from resona.metrics.bootstrap import Interval, mean_differences, mean_intervals, weighted_intervals


def test_macro_interval_equals_a_slow_loop_over_the_same_draws() -> None:
    rng = np.random.default_rng(0)
    values, clusters = rng.random(40), rng.integers(0, 9, 40)
    labels = rng.random((40, 3)) < 0.5
    fast = mean_intervals({"map": values}, clusters, labels=labels, rng=np.random.default_rng(1), n_resamples=200)[
        "map"
    ]
    slow = []
    for counts in np.random.default_rng(1).multinomial(9, np.full(9, 1 / 9), size=200):
        rows = np.concatenate(
            [np.flatnonzero(clusters == artist) for artist in range(9) for _ in range(counts[artist])]
        )
        slow.append(np.mean([values[rows][has].mean() for has in labels[rows].T if has.any()]))
    assert (fast.low, fast.high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])))
    assert fast.value == pytest.approx(np.mean([values[has].mean() for has in labels.T]))


def test_intervals_hold_the_truth_19_times_in_20() -> None:
    """Artists differ, their tracks resemble each other; the naive interval over tracks would miss most truths."""
    rng = np.random.default_rng(0)
    by_artist = by_track = 0
    for _ in range(100):
        artists = np.repeat(np.arange(40), 6)
        values = {"map": 0.5 + rng.normal(0, 0.1, 40)[artists] + rng.normal(0, 0.05, 240)}
        clustered = mean_intervals(values, artists, rng=rng, n_resamples=200)["map"]
        naive = mean_intervals(values, np.arange(240), rng=rng, n_resamples=200)["map"]
        by_artist += clustered.low <= 0.5 <= clustered.high
        by_track += naive.low <= 0.5 <= naive.high
    assert by_artist >= 89
    assert by_track < 75


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    rng = np.random.default_rng(0)
    hard = rng.normal(0.5, 0.2, 300)
    values = {"base": hard, "better": hard + rng.normal(0.02, 0.01, 300), "same": hard + rng.normal(0, 0.01, 300)}
    clusters = np.arange(300) // 3
    alone = mean_intervals(values, clusters, rng=np.random.default_rng(1))
    paired = mean_differences(values, "base", clusters, rng=np.random.default_rng(1))
    assert alone["base"].high > alone["better"].low
    assert list(paired) == ["better", "same"]
    assert paired["better"].verdict == "better"
    assert paired["better"].value == pytest.approx(alone["better"].value - alone["base"].value)
    assert paired["same"].verdict == "no difference can be claimed"
    turned = mean_differences(values, "better", clusters, rng=np.random.default_rng(1))["base"]
    assert turned.verdict == "worse"


def test_macro_gives_a_small_genre_the_same_say() -> None:
    labels = np.array([[True, False]] * 90 + [[False, True]] * 10)
    values = {"map": np.where(labels[:, 0], 1.0, 0.0)}
    clusters = np.arange(100)
    assert mean_intervals(values, clusters, rng=np.random.default_rng(0))["map"].value == pytest.approx(0.9)
    macro = mean_intervals(values, clusters, labels=labels, rng=np.random.default_rng(0))["map"]
    assert macro.value == pytest.approx(0.5)


def test_the_same_seed_gives_the_same_interval() -> None:
    values, clusters = {"map": np.random.default_rng(0).random(50)}, np.arange(50) // 2
    first, second = (mean_intervals(values, clusters, rng=np.random.default_rng(3)) for _ in range(2))
    assert first == second


def test_pair_intervals_count_a_pair_as_often_as_both_artists_are_drawn() -> None:
    rng = np.random.default_rng(0)
    artists = rng.integers(0, 30, (400, 2))
    is_match = rng.random(400) < 0.5
    similarities = rng.standard_normal(400) + is_match
    interval = weighted_intervals(
        {"roc_auc": lambda w: pairs.roc_auc(similarities, is_match, weights=w)},
        (artists[:, 0], artists[:, 1]),
        rng=np.random.default_rng(1),
        n_resamples=300,
    )["roc_auc"]
    assert interval.value == pytest.approx(pairs.roc_auc(similarities, is_match))
    assert interval.low < interval.value < interval.high
    assert interval.n_clusters == 30
    counts = np.random.default_rng(1).multinomial(30, np.full(30, 1 / 30), size=300)
    names, ids = np.unique(artists, return_inverse=True)
    ids = ids.reshape(artists.shape)
    slow = []
    for drawn in counts:
        times = [drawn[a] * (drawn[b] if a != b else 1) for a, b in ids]
        rows = np.repeat(np.arange(400), times)
        slow.append(pairs.roc_auc(similarities[rows], is_match[rows]))
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])))
    assert len(names) == 30


def test_few_artists_are_said_in_words() -> None:
    interval = mean_intervals({"map": np.ones(20)}, np.arange(20) % 7, rng=np.random.default_rng(0))["map"]
    assert interval.verdict == "too little data for a claim: 7 artists, 8 are needed"
    assert mean_intervals({"map": np.ones(20)}, np.arange(20) % 8, rng=np.random.default_rng(0))["map"].remark == ""


def test_nothing_to_measure_is_nan_and_said_in_words() -> None:
    rng = np.random.default_rng(0)
    empty = mean_intervals({"map": np.zeros(0)}, [], rng=rng)["map"]
    assert np.isnan(empty.value)
    assert empty.remark.startswith("too little data")
    unlabelled = mean_intervals({"map": np.ones(9)}, np.arange(9), labels=np.zeros((9, 2), np.bool_), rng=rng)["map"]
    assert unlabelled.remark == "cannot be measured on these data"
    no_pairs = weighted_intervals({"x": lambda w: float(w.sum())}, ([], []), rng=rng, n_resamples=10)["x"]
    assert np.isnan(no_pairs.value)


def test_malformed_values_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(FeatureError, match="of one length"):
        mean_intervals({"map": np.ones(3)}, [1, 2], rng=rng)
    with pytest.raises(FeatureError, match="finite values"):
        mean_intervals({"map": np.array([1.0, np.nan])}, [1, 2], rng=rng)


def test_two_thousand_draws_of_ten_thousand_queries_take_seconds() -> None:
    rng = np.random.default_rng(0)
    values = {str(system): rng.random(10_000) for system in range(8)}
    clusters = rng.integers(0, 2000, 10_000)
    labels = rng.random((10_000, 15)) < 0.1
    start = time.process_time()
    mean_differences(values, "0", clusters, labels=labels, rng=rng)
    assert time.process_time() - start < 8


def test_verdict_of_worse() -> None:
    assert Interval(value=-0.1, low=-0.2, high=-0.05, n_clusters=50).verdict == "worse"
