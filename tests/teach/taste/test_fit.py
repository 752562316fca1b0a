"""What is learned from answers, what is believed, and what is asked."""

import numpy as np
import pytest
from listeners import answer, by_sound, by_tempo, costs_of, draw, made_songs

from resona.errors import FeatureError
from resona.teach.taste import (
    ALIKE,
    Answers,
    Facets,
    choose_questions,
    contradicting_pairs,
    fit_weights,
    most_likely,
    no_answers,
    probabilities,
    try_out,
)


def test_a_hidden_taste_is_found_and_holds_for_unseen_songs(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    seen, unseen = draw(60, rng, 100), draw(400, rng, 200)
    answers = answer(by_tempo(songs), seen, rng)
    weights = fit_weights(costs_of(songs, answers), answers)
    truth = answer(by_tempo(songs), unseen, rng, wrong=0)
    agreement = np.mean(most_likely(costs_of(songs, unseen), weights) == truth.chosen)
    alone = np.eye(len(weights))[0]
    assert agreement > np.mean(most_likely(costs_of(songs, unseen), alone) == truth.chosen) + 0.2
    assert set(np.array(Facets.fit(songs).names)[np.argsort(-weights[:-1])[:3]]) & {"tempo", "beat"}


def test_the_gradient_leads_to_the_most_probable_weights(rng: np.random.Generator) -> None:
    from scipy.optimize import minimize

    from resona.teach.taste.fit import prior_rates

    songs = made_songs(rng)
    answers = answer(by_sound(songs), draw(120, rng), rng)
    costs = costs_of(songs, answers)
    found = fit_weights(costs, answers)

    def loss(weights: np.ndarray) -> float:
        chances = probabilities(costs, np.abs(weights))[np.arange(120), answers.chosen]
        return float(prior_rates(len(weights)) @ np.abs(weights) - np.log(chances).sum())

    by_hand = minimize(loss, found, method="Powell", options={"maxiter": 3})
    assert loss(found) <= by_hand.fun + 0.05


def test_pairs_and_triplets_are_learned_from_together(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    distance = by_tempo(songs)
    rows = np.array([[*rng.choice(200, 2, replace=False), -1] for _ in range(150)])
    apart = distance(rows[:, 0], rows[:, 1])
    pairs = Answers(rows=rows, chosen=(apart > np.median(apart)).astype(np.intp), strength=np.ones(150))
    weights = fit_weights(costs_of(songs, pairs), pairs)
    chances = probabilities(costs_of(songs, pairs), weights)
    assert (chances[:, 2] == 0).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert np.mean(most_likely(costs_of(songs, pairs), weights) == pairs.chosen) > 0.75
    assert most_likely(costs_of(songs, pairs), weights).tolist().count(ALIKE) > 30


def test_a_strong_answer_counts_as_several(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    once = answer(by_tempo(songs), draw(40, rng), rng)
    twice = Answers(rows=np.tile(once.rows, (2, 1)), chosen=np.tile(once.chosen, 2), strength=np.ones(80))
    strong = Answers(rows=once.rows, chosen=once.chosen, strength=np.full(40, 2.0))
    expected = fit_weights(costs_of(songs, twice), twice)
    np.testing.assert_allclose(fit_weights(costs_of(songs, strong), strong), expected, atol=0.02)


def test_a_coin_is_not_believed_and_a_taste_is() -> None:
    songs = made_songs(np.random.default_rng(1))
    believed = {"coin": 0, "tempo": 0, "sound": 0}
    for seed in range(5):
        rng = np.random.default_rng(seed)
        questions = draw(60, rng)
        coin = Answers(rows=questions.rows, chosen=rng.integers(0, 3, 60), strength=np.ones(60))
        given = {"coin": coin} | {
            name: answer(taste(songs), questions, rng) for name, taste in (("tempo", by_tempo), ("sound", by_sound))
        }
        for name, answers in given.items():
            believed[name] += try_out(costs_of(songs, answers), answers).is_better
    assert believed["coin"] <= 1
    assert believed["sound"] <= 1  # the network's own ear needs no correction
    assert believed["tempo"] >= 4


def test_a_trial_never_learns_from_songs_it_asks_about(rng: np.random.Generator) -> None:
    """All answers share one song, so nothing may be learned from any of them."""
    songs = made_songs(rng)
    rows = np.array([[0, *rng.choice(np.arange(1, 200), 2, replace=False)] for _ in range(60)])
    answers = Answers(rows=rows, chosen=np.zeros(60, np.intp), strength=np.ones(60))
    trial = try_out(costs_of(songs, answers), answers)
    assert not trial.gain.any()
    assert not trial.is_better
    assert trial.n_missing is None


def test_questions_are_new_and_share_no_song(rng: np.random.Generator) -> None:
    songs = made_songs(rng, 40)
    facets = Facets.fit(songs)
    places = facets.place(songs)
    for form, size in (("pair", 2), ("odd", 3)):
        answers = no_answers()
        for _ in range(3):
            asked = choose_questions(facets, places, answers, form=form, n=4, rng=rng, among=np.arange(20))
            songs_asked = asked.rows[asked.rows >= 0].tolist()
            assert len(songs_asked) == len(set(songs_asked)) == 4 * size
            assert max(songs_asked) < 20
            known = {frozenset(row) for row in answers.rows.tolist()}
            assert not known & {frozenset(row) for row in asked.rows.tolist()}
            rows = np.concatenate([answers.rows, asked.rows])
            answers = Answers(rows=rows, chosen=rng.integers(0, size, len(rows)), strength=np.ones(len(rows)))


def test_nothing_is_asked_where_nothing_can_be(rng: np.random.Generator) -> None:
    songs = made_songs(rng, 40)
    facets = Facets.fit(songs)
    places = facets.place(songs)
    with pytest.raises(FeatureError, match="needs 3 songs"):
        choose_questions(facets, places, no_answers(), form="odd", n=1, rng=rng, among=np.arange(2))
    with pytest.raises(FeatureError, match="one of pair, odd"):
        choose_questions(facets, places, no_answers(), form="four", n=1, rng=rng)
    only = Answers(rows=np.array([[0, 1, -1]]), chosen=np.array([0]), strength=np.ones(1))
    assert not len(choose_questions(facets, places, only, form="pair", n=1, rng=rng, among=np.arange(2)))


def test_contradictions_of_every_kind() -> None:
    rows = np.array([[1, 2, -1], [2, 1, -1], [4, 5, 6], [6, 5, 4], [7, 8, -1], [7, 9, -1], [7, 8, 9], [1, 3, -1]])
    chosen = np.array([0, 1, 2, 2, 1, 0, 2, 0])
    found = contradicting_pairs(Answers(rows=rows, chosen=chosen, strength=np.ones(8)))
    assert found == [(0, 1), (2, 3), (4, 6), (5, 6)]


@pytest.mark.parametrize(
    ("rows", "chosen", "strength", "reason"),
    [
        ([[1, 2, 3]], [3], [1.0], "0, 1 or 2"),
        ([[1, 2, -1]], [2], [1.0], "0 or 1"),
        ([[1, 2, 3]], [0], [0.0], "above 0"),
        ([[1, 2, 3]], [0, 1], [1.0, 1.0], "need rows"),
    ],
)
def test_answers_that_do_not_fit(rows: list[list[int]], chosen: list[int], strength: list[float], reason: str) -> None:
    with pytest.raises(FeatureError, match=reason):
        Answers(rows=np.array(rows), chosen=np.array(chosen), strength=np.array(strength))
