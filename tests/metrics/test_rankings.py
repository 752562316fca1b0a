"""Retrieval measures against scikit-learn, brute force over the orders of ties, and cases worked out by hand."""

import itertools
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, ndcg_score, precision_score, recall_score
from sklearn.neighbors import KNeighborsClassifier

from resona.errors import FeatureError
from resona.metrics.rankings import (
    MEASURES,
    confusion,
    cosine_distances,
    label_matrix,
    nearest,
    rank,
)

Matrix = NDArray[np.float64]


def mean_scores(distances: Any, labels: NDArray[np.bool_], **filters: Any) -> dict[str, float]:
    """Average every measure over the queries."""
    ranked = rank(distances, labels, **filters)
    means = {name: float(values.mean()) if len(values) else np.nan for name, values in ranked.values.items()}
    return {**means, "n_queries": len(ranked.queries), "n_left_out": ranked.n_left_out}


def random_library(n: int = 60, n_labels: int = 4, seed: int = 0) -> tuple[Matrix, list[str]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_labels, n)
    points = rng.standard_normal((n, 5)) + labels[:, None]
    return np.linalg.norm(points[:, None] - points, axis=-1), [f"genre {label}" for label in labels]


def without(row: int, values: Matrix) -> Matrix:
    return np.delete(values, row)


def test_map_and_ndcg_equal_scikit_learn() -> None:
    distances, names = random_library()
    ranked = rank(distances, label_matrix(names).members)
    relevance = np.array(names)[:, None] == np.array(names)
    for query in ranked.queries:
        truth, similarity = without(query, relevance[query]), -without(query, distances[query])
        assert ranked.values["map"][query] == pytest.approx(average_precision_score(truth, similarity))
        assert ranked.values["ndcg@10"][query] == pytest.approx(ndcg_score([truth], [similarity], k=10))


def test_precisions_equal_scikit_learn_of_the_first_k() -> None:
    """R-precision is the precision of the first R, and their recall."""
    distances, names = random_library()
    ranked = rank(distances, label_matrix(names).members)
    relevance = np.array(names)[:, None] == np.array(names)
    for query in ranked.queries:
        truth, places = without(query, relevance[query]), np.argsort(np.argsort(without(query, distances[query])))
        for k in (1, 5, 10):
            assert ranked.values[f"precision@{k}"][query] == pytest.approx(precision_score(truth, places < k))
        is_first = places < truth.sum()
        assert ranked.values["r_precision"][query] == pytest.approx(precision_score(truth, is_first, zero_division=0))
        assert ranked.values["r_precision"][query] == pytest.approx(recall_score(truth, is_first))


def test_ndcg_of_tied_candidates_equals_scikit_learn() -> None:
    distances, names = random_library()
    distances = distances.round(0)
    ranked = rank(distances, label_matrix(names).members)
    relevance = np.array(names)[:, None] == np.array(names)
    for query in ranked.queries:
        truth, similarity = without(query, relevance[query]), -without(query, distances[query])
        assert ranked.values["ndcg@10"][query] == pytest.approx(ndcg_score([truth], [similarity], k=10))


@pytest.mark.parametrize("k", [1, 5, 10])
def test_knn_accuracy_equals_scikit_learn_where_votes_do_not_draw(k: int) -> None:
    distances, names = random_library(n_labels=2)
    ranked = rank(distances, label_matrix(names).members)
    compared = 0
    for query in ranked.queries:
        others = np.delete(np.arange(len(names)), query)
        model = KNeighborsClassifier(k, metric="precomputed")
        model.fit(distances[np.ix_(others, others)], np.array(names)[others])
        shares = model.predict_proba(distances[query, others][None])[0]
        if shares[0] != shares[1]:
            predicted = model.classes_[shares.argmax()]
            assert ranked.values[f"knn_accuracy@{k}"][query] == (predicted == names[query])
            compared += 1
    assert compared > 30


@settings(max_examples=25)
@given(st.lists(st.integers(0, 1), min_size=4, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4))
def test_ties_score_their_mean_over_all_orders(levels: list[int], is_relevant: list[bool]) -> None:
    """Query 0 against four candidates at two distances, compared with all 24 orders of the candidates."""
    if not any(is_relevant):
        return
    names = ["a", *("a" if relevant else "b" for relevant in is_relevant)]
    distances = np.zeros((5, 5))
    distances[0, 1:] = levels
    linear = [name for name in MEASURES if not name.startswith("knn")]
    tied = rank(distances, label_matrix(names).members)
    untied = {name: [] for name in linear}  # type: dict[str, list[float]]
    for order in itertools.permutations(range(4)):
        distances[0, 1:] = np.array(levels) + np.array(order) * 0.1
        alone = rank(distances, label_matrix(names).members)
        for name in linear:
            untied[name].append(alone.values[name][0])
    for name in linear:
        assert tied.values[name][0] == pytest.approx(np.mean(untied[name]))


def test_perfect_ranking_scores_one() -> None:
    names = [f"g{row // 12}" for row in range(60)]
    distances = (np.array(names)[:, None] != np.array(names)).astype(np.float64)
    scores = mean_scores(distances, label_matrix(names).members)
    assert [scores[name] for name in MEASURES] == pytest.approx([1] * len(MEASURES))
    assert (scores["n_queries"], scores["n_left_out"]) == (60, 0)


def test_constant_distance_scores_exactly_what_chance_scores() -> None:
    names = ["a"] * 10 + ["b"] * 30
    scores = mean_scores(np.zeros((40, 40)), label_matrix(names).members)
    chance = (10 * 9 + 30 * 29) / (40 * 39)
    for name in ("r_precision", "precision@1", "precision@5", "precision@10"):
        assert scores[name] == pytest.approx(chance)
    shuffles = [
        mean_scores(np.random.default_rng(seed).random((40, 40)), label_matrix(names).members) for seed in range(20)
    ]
    assert scores["map"] == pytest.approx(np.mean([shuffle["map"] for shuffle in shuffles]), abs=0.01)


def test_random_distances_score_chance_and_the_file_order_of_labels_does_not_help_tied_lists() -> None:
    names = [f"g{row // 100}" for row in range(400)]  # sorted by genre, as folders are
    labels = label_matrix(names).members
    rng = np.random.default_rng(0)
    assert mean_scores(rng.random((400, 400)), labels)["map"] == pytest.approx(0.25, abs=0.02)
    assert mean_scores(np.zeros((400, 400)), labels)["knn_accuracy@1"] == pytest.approx(0.25, abs=0.07)


def test_ties_do_not_make_hubs() -> None:
    lists = nearest(np.zeros((200, 200)), 200, 5)
    assert np.bincount(lists.ravel(), minlength=200).max() < 18  # 5 on average


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_only_the_order_of_distances_counts(seed: int) -> None:
    distances, names = random_library(n=25, seed=seed)
    labels = label_matrix(names).members
    before, after = rank(distances, labels), rank(np.exp(distances) ** 2 - 7, labels)
    for name in MEASURES:
        np.testing.assert_allclose(before.values[name], after.values[name])
    np.testing.assert_array_equal(before.neighbours, after.neighbours)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_order_of_tracks_does_not_count(seed: int) -> None:
    distances, names = random_library(n=25, seed=seed)
    order = np.random.default_rng(seed).permutation(25)
    before = mean_scores(distances, label_matrix(names).members)
    after = mean_scores(distances[np.ix_(order, order)], label_matrix([names[row] for row in order]).members)
    assert after == pytest.approx(before)


def test_several_labels_are_relevant_if_one_is_shared() -> None:
    labels = label_matrix([("rock", "pop"), "pop", "jazz", ("jazz", "rock")])
    distances = np.array([[0, 3, 1, 2], [1, 0, 2, 3], [3, 2, 0, 1], [2, 3, 1, 0]])
    ranked = rank(distances.astype(np.float64), labels.members)
    assert labels.names == ("jazz", "pop", "rock")
    np.testing.assert_allclose(ranked.values["map"], [(1 / 2 + 2 / 3) / 2, 1, 1, 1])


def test_filters_remove_candidates_of_the_same_group() -> None:
    points = np.array([0.0, 1.0, 2.0, 3.0])
    distances = np.abs(points[:, None] - points)
    groups: dict[str, list[Any]] = {"artist": [{"x"}, {"w", "x"}, {"y"}, set()], "album": [1, 2, 1, 3]}
    listed = {
        exclude: nearest(distances, 4, 3, groups=groups, exclude=exclude)[0].tolist()
        for exclude in ("none", "artist", "album", "artist+album")
    }
    assert listed == {
        "none": [1, 2, 3],
        "artist": [2, 3, -1],
        "album": [1, 3, -1],
        "artist+album": [3, -1, -1],
    }


def test_a_planted_artist_leak_raises_the_unfiltered_score_only() -> None:
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(40), 5)
    names = [f"g{artist % 4}" for artist in artists]
    embeddings = rng.standard_normal((40, 16))[artists] + 0.1 * rng.standard_normal((200, 16))
    distances, labels = cosine_distances(embeddings), label_matrix(names).members
    groups = {"artist": artists}
    assert mean_scores(distances, labels, groups=groups)["knn_accuracy@1"] == 1
    assert mean_scores(distances, labels, groups=groups, exclude="artist")["knn_accuracy@1"] < 0.5


def test_queries_without_a_relevant_candidate_are_left_out_and_counted() -> None:
    labels = label_matrix(["a", "a", "b", ""]).members
    scores = mean_scores(np.ones((4, 4)), labels, groups={"artist": [1, 2, 3, 4]}, exclude="artist")
    assert (scores["n_queries"], scores["n_left_out"]) == (2, 2)


def test_unlabelled_tracks_are_no_candidates() -> None:
    distances = np.array([[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    assert mean_scores(distances, label_matrix(["a", "a", ""]).members)["precision@1"] == 1


@pytest.mark.parametrize("names", [[], ["a"], ["a", "b"], ["", ""]])
def test_without_queries_every_measure_is_nan(names: list[str]) -> None:
    n = len(names)
    scores = mean_scores(np.zeros((n, n)), label_matrix(names).members)
    assert all(np.isnan(scores[name]) for name in MEASURES)
    assert (scores["n_queries"], scores["n_left_out"]) == (0, n)


def test_draws_of_votes_go_to_the_label_of_the_nearest_neighbour() -> None:
    points = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    distances = np.abs(points[:, None] - points)
    distances[0] = [0, 1, 2, 3, 4]
    labels = label_matrix(["a", "a", "b", "b", "a"]).members
    assert rank(distances, labels).values["knn_accuracy@5"][0] == 1  # a b b a: draw, a is nearer
    labels = label_matrix(["a", "b", "a", "a", "b"]).members
    assert rank(distances, labels).values["knn_accuracy@5"][0] == 0  # b a a b: draw, b is nearer


def test_blocks_give_what_the_matrix_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    distances, names = random_library()
    whole = rank(distances, label_matrix(names).members)
    monkeypatch.setattr("resona.metrics.rankings.BLOCK_VALUES", 7 * len(names))
    blocks = rank(lambda rows: distances[rows], label_matrix(names).members)
    np.testing.assert_array_equal(whole.neighbours, blocks.neighbours)
    for name in MEASURES:
        np.testing.assert_array_equal(whole.values[name], blocks.values[name])


def test_confusion_shares_neighbours_among_their_labels() -> None:
    labels = label_matrix(["a", "a", ("a", "b"), "c"]).members
    table = confusion(np.array([[1, 2], [0, -1]]), np.array([0, 1]), labels)
    np.testing.assert_allclose(table[0], [2.5 / 3, 0.5 / 3, 0])
    assert np.isnan(table[1:]).all()


@pytest.mark.parametrize(
    ("distances", "exclude", "message"),
    [
        (np.full((3, 3), np.nan), "none", "without NaN"),
        (np.zeros((3, 2)), "none", "distances must be"),
        (np.zeros((3, 3)), "artist", "needs a group 'artist'"),
    ],
)
def test_malformed_input_is_refused(distances: Matrix, exclude: str, message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        rank(distances, label_matrix(["a", "a", "b"]).members, exclude=exclude)
    with pytest.raises(FeatureError, match=message):
        nearest(distances, 3, 1, groups={"artist": [1, 2]}, exclude=exclude)


def test_labels_must_be_a_boolean_matrix() -> None:
    with pytest.raises(FeatureError, match="boolean matrix"):
        rank(np.zeros((2, 2)), np.array([True, False]))


def test_two_thousand_tracks_take_seconds() -> None:
    rng = np.random.default_rng(0)
    labels = label_matrix([str(genre) for genre in rng.integers(0, 10, 2000)]).members
    start = time.process_time()
    mean_scores(cosine_distances(rng.standard_normal((2000, 32))), labels)
    assert time.process_time() - start < 10
