"""A gain by chance is called certain no more often than promised, however few the artists."""

import numpy as np
import pytest

from resona.metrics.permutation import sign_flip_p
from resona.train.run import MOST_CHANCE

N_TRIALS = 300


def draw_gains(n_artists: int, mean: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw what tracks gain: artists have gains of their own and one to twelve tracks, of which gains vary too."""
    artists = np.repeat(np.arange(n_artists), rng.integers(1, 13, n_artists))
    own = rng.standard_t(3, n_artists)  # heavy tails: one artist may decide the mean
    return mean + own[artists] + rng.normal(size=len(artists)), artists


@pytest.mark.parametrize("n_artists", [1, 2, 3, 5, 6, 10, 15, 30])
def test_true_gains_of_zero_are_rarely_accepted(n_artists: int) -> None:
    rng = np.random.default_rng(n_artists)
    found = [sign_flip_p(*draw_gains(n_artists, 0.0, rng), rng=rng) for _ in range(N_TRIALS)]
    assert np.mean(np.array(found) <= MOST_CHANCE) <= 0.05


def test_true_gains_are_accepted_from_six_artists_on() -> None:
    rng = np.random.default_rng(0)
    for n_artists, power in ((5, 0.0), (6, 0.5), (10, 0.8)):
        found = [sign_flip_p(*draw_gains(n_artists, 3.0, rng), rng=rng) for _ in range(100)]
        assert np.mean(np.array(found) <= MOST_CHANCE) >= power
        assert n_artists > 5 or min(found) > MOST_CHANCE


def test_no_query_and_no_difference_prove_nothing() -> None:
    rng = np.random.default_rng(0)
    assert sign_flip_p(np.empty(0), [], rng=rng) == 1
    assert sign_flip_p(np.zeros(40), np.arange(40), rng=rng) == 1
