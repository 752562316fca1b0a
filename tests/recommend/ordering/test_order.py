"""Flow makes small steps, close to the best possible; shuffling is fair and repeatable."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.recommend.ordering.order import flow, path_length, shuffle
from resona.recommend.ordering.transitions import step_costs


def playlist(seed: int, n: int) -> np.ndarray:
    """Draw the steps of a list with varied sound, tempo, key and energy."""
    rng = np.random.default_rng(seed)
    sounds = rng.standard_normal((n, 16)).astype(np.float32)
    sounds /= np.linalg.norm(sounds, axis=1, keepdims=True)
    descriptors = {
        "tempo_bpm": rng.uniform(60, 180, n),
        "key": rng.integers(0, 12, n).astype(float),
        "mode": rng.integers(0, 2, n).astype(float),
        "energy": rng.uniform(0, 1, n),
    }
    return step_costs(sounds, descriptors)


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_flow_keeps_every_track_and_is_no_longer_than_before(seed: int, n: int) -> None:
    costs = playlist(seed, n)
    order = flow(costs)
    assert sorted(order.tolist()) == list(range(n))
    assert path_length(costs, order) <= path_length(costs, np.arange(n)) + 1e-9
    assert order.tolist() == flow(costs).tolist()
    assert n == 0 or order[0] == 0


def test_flow_is_near_the_best_order() -> None:
    ratios = []
    for seed in range(12):
        costs = playlist(seed, 7)
        orders = np.array([(0, *rest) for rest in permutations(range(1, 7))])
        best = costs[orders[:, :-1], orders[:, 1:]].sum(axis=1).min()
        ratios.append(path_length(costs, flow(costs)) / best)
    assert np.mean(ratios) < 1.05


def test_no_stretch_can_be_reversed_with_gain() -> None:
    costs = playlist(3, 15)
    order = flow(costs)
    for first in range(1, 15):
        for last in range(first + 1, 15):
            other = np.concatenate([order[:first], order[first : last + 1][::-1], order[last + 1 :]])
            assert path_length(costs, other) >= path_length(costs, order) - 1e-9


def test_flow_avoids_jumps() -> None:
    costs = playlist(1, 30)
    jumps = [costs[order[:-1], order[1:]].max() for order in (np.arange(30), flow(costs))]
    assert jumps[1] < jumps[0]


@given(st.integers(0, 50), st.integers(0, 2**32))
def test_a_shuffle_is_a_permutation_that_its_seed_repeats(n: int, seed: int) -> None:
    assert sorted(shuffle(n, seed=seed).tolist()) == list(range(n))
    assert shuffle(n, seed=seed).tolist() == shuffle(n, seed=seed).tolist()


def test_another_seed_is_another_order() -> None:
    assert shuffle(30, seed=1).tolist() != shuffle(30, seed=2).tolist()
