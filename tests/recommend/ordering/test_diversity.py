"""More diversity means less alike neighbours, at the price of similarity, and none means no change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import QueryError
from resona.recommend.ordering.diversity import diversify


def crowd(seed: int, n: int = 60, d: int = 8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a ranking of tracks that lie in few tight groups around a query."""
    rng = np.random.default_rng(seed)
    groups = rng.standard_normal((6, d))
    sounds = groups[rng.integers(0, 6, n)] + 0.2 * rng.standard_normal((n, d))
    sounds = (sounds / np.linalg.norm(sounds, axis=1, keepdims=True)).astype(np.float32)
    similarities = sounds @ sounds[0]
    rows = np.argsort(-similarities)
    return rows, similarities[rows], sounds


def slow_mmr(rows: np.ndarray, similarities: np.ndarray, sounds: np.ndarray, diversity: float) -> list[int]:
    """Carbonell and Goldstein's formula, one track at a time."""
    cosines = sounds[rows] @ sounds[rows].T
    likeness = (cosines - cosines.min()) / (cosines.max() - cosines.min())
    relevance = (similarities - similarities.min()) / (similarities.max() - similarities.min())
    order, left = [0], list(range(1, len(rows)))
    while left:
        values = [(1 - diversity) * relevance[i] - diversity * max(likeness[i, j] for j in order) for i in left]
        order.append(left.pop(int(np.argmax(values))))
    return [int(rows[i]) for i in order]


def mean_likeness(rows: np.ndarray, sounds: np.ndarray) -> float:
    cosines = sounds[rows] @ sounds[rows].T
    return float(cosines[np.triu_indices(len(rows), 1)].mean())


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0.05, 1))
def test_it_is_maximal_marginal_relevance(seed: int, diversity: float) -> None:
    rows, similarities, sounds = crowd(seed, n=20)
    assert diversify(rows, similarities, sounds, diversity=diversity).tolist() == slow_mmr(
        rows, similarities, sounds, diversity
    )


@given(st.integers(0, 1000), st.floats(0, 1), st.integers(1, 80))
def test_nothing_is_lost_and_the_first_stays(seed: int, diversity: float, pool: int) -> None:
    rows, similarities, sounds = crowd(seed)
    mixed = diversify(rows, similarities, sounds, diversity=diversity, pool=pool)
    assert sorted(mixed.tolist()) == sorted(rows.tolist())
    assert mixed[0] == rows[0]
    assert mixed[pool:].tolist() == rows[pool:].tolist()


def test_no_diversity_changes_nothing() -> None:
    rows, similarities, sounds = crowd(0)
    assert diversify(rows, similarities, sounds, diversity=0).tolist() == rows.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_more_diversity_makes_the_top_less_alike(seed: int) -> None:
    rows, similarities, sounds = crowd(seed)
    tops = [diversify(rows, similarities, sounds, diversity=d)[:10] for d in (0.0, 0.4, 0.8)]
    likeness = [mean_likeness(top, sounds) for top in tops]
    assert likeness[0] >= likeness[1] >= likeness[2]
    assert likeness[0] > likeness[2]
    relevance = [float((sounds[top] @ sounds[0]).mean()) for top in tops]
    assert relevance[0] > relevance[2]


@pytest.mark.parametrize("diversity", [-0.1, 1.1, float("nan")])
def test_impossible_diversity_is_refused(diversity: float) -> None:
    with pytest.raises(QueryError, match="0 to 1"):
        diversify(*crowd(0), diversity=diversity)
