"""Several seeds together find what they have in common, and negatives turn away without turning upside down."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resona.errors import QueryError
from resona.recommend.queries.seeds import METHODS, centroid, combine

unit = st.floats(0, 1, width=32)
one_seed = arrays(np.float32, (1, 12), elements=unit, unique=True)
three_seeds = arrays(np.float32, (3, 12), elements=unit)


@given(one_seed, st.sampled_from(METHODS), st.floats(0.1, 10))
def test_one_seed_ranks_as_it_does_alone(similarities: np.ndarray, method: str, weight: float) -> None:
    combined = combine(similarities, method=method, weights=[weight])
    assert np.argsort(-combined, kind="stable").tolist() == np.argsort(-similarities[0], kind="stable").tolist()


@given(three_seeds, st.sampled_from(METHODS), st.permutations(range(3)))
def test_the_order_of_seeds_does_not_matter(similarities: np.ndarray, method: str, order: list[int]) -> None:
    weights = np.array([1.0, 2.0, 3.0])
    combined = combine(similarities, method=method, weights=weights.tolist())
    again = combine(similarities[order], method=method, weights=weights[order].tolist())
    np.testing.assert_allclose(combined, again, atol=1e-5)
    assert 0 <= combined.min() <= combined.max() <= 1 + 1e-5


@given(three_seeds, three_seeds, st.sampled_from(METHODS), st.floats(0, 1))
def test_negatives_cost_at_most_their_strength_and_never_help(
    similarities: np.ndarray, negatives: np.ndarray, method: str, strength: float
) -> None:
    without = combine(similarities, method=method)
    with_negatives = combine(similarities, method=method, negatives=negatives, strength=strength)
    assert (with_negatives <= without + 1e-6).all()
    assert (with_negatives >= (1 - strength) * without - 1e-6).all()


def test_a_heavier_seed_pulls_harder() -> None:
    similarities = np.array([[0.9, 0.2], [0.2, 0.9]], dtype=np.float32)
    for method in METHODS:
        assert combine(similarities, method=method, weights=[3, 1]).argmax() == 0
        assert combine(similarities, method=method, weights=[1, 3]).argmax() == 1


def test_the_mean_ranks_as_the_centroid() -> None:
    rng = np.random.default_rng(0)
    sounds = rng.standard_normal((50, 8)).astype(np.float32)
    sounds /= np.linalg.norm(sounds, axis=1, keepdims=True)
    weights = [1.0, 2.0, 0.5]
    by_centroid = np.argsort(-(sounds @ centroid(sounds[:3], weights)))
    assert by_centroid.tolist() == np.argsort(-combine(sounds[:3] @ sounds.T, weights=weights)).tolist()


def test_seeds_that_cancel_out_still_make_a_query() -> None:
    assert centroid(np.array([[1, 0], [-1, 0]], dtype=np.float32)).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"method": "median"}, "mean, best, fusion"),
        ({"weights": [1.0]}, "3 positive numbers"),
        ({"weights": [1.0, 0.0, 1.0]}, "3 positive numbers"),
        ({"weights": [1.0, float("nan"), 1.0]}, "3 positive numbers"),
        ({"strength": 2.0}, "0 to 1"),
    ],
)
def test_wrong_requests_are_refused(kwargs: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        combine(np.zeros((3, 4), dtype=np.float32), **kwargs)  # type: ignore[arg-type]


def test_no_seed_is_refused() -> None:
    with pytest.raises(QueryError, match="at least one track"):
        combine(np.zeros((0, 4), dtype=np.float32))
