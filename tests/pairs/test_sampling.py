"""Pairs carry true labels, no track meets itself, and nobody dominates."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import ConfigError, SplitError
from resona.pairs import PairConfig, PairSet, draw_pairs, split_pairs_randomly


def draw(genres: list[list[str]], artists: list[str], n_pairs: int, **options: bool) -> PairSet:
    config = PairConfig(n_pairs=n_pairs, **options)
    return draw_pairs(genres, [{artist} for artist in artists], config, rng=np.random.default_rng(7))


@given(
    st.lists(st.tuples(st.sets(st.sampled_from("xyz")), st.sampled_from("abcdef")), max_size=25),
    st.integers(2, 60),
    st.booleans(),
)
@settings(max_examples=60)
def test_labels_are_true_and_pairs_are_distinct(
    rows: list[tuple[set[str], str]],
    n_pairs: int,
    across: bool,  # noqa: FBT001 - hypothesis fills it
) -> None:
    genres = [["x"], ["x"], ["y"], *(sorted(names) for names, _ in rows)]
    artists = ["1", "2", "3", *(artist for _, artist in rows)]
    pairs = draw(genres, artists, n_pairs, across_artists=across)
    for a, b, is_match in zip(pairs.a, pairs.b, pairs.is_match, strict=True):
        assert a != b
        assert is_match == bool(set(genres[a]) & set(genres[b]))
        assert not (across and is_match and artists[a] == artists[b])
    assert len({frozenset(pair) for pair in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)}) == len(pairs)
    assert abs(pairs.is_match.sum() - (~pairs.is_match).sum()) <= n_pairs % 2
    assert len(pairs) <= n_pairs


def test_half_match_and_the_seed_decides() -> None:
    genres, artists = [[str(n % 3)] for n in range(60)], [str(n % 20) for n in range(60)]
    first, second = draw(genres, artists, 400), draw(genres, artists, 400)
    assert len(first) == 400
    assert first.is_match.sum() == 200
    assert (first.a == second.a).all()
    assert (first.is_match == second.is_match).all()


def test_a_giant_genre_and_a_giant_artist_do_not_dominate() -> None:
    # rock: one artist with 900 tracks and 29 with one; jazz: 30 artists with one track each
    genres = [["rock"]] * 929 + [["jazz"]] * 30
    artists = ["giant"] * 900 + [f"rock {n}" for n in range(29)] + [f"jazz {n}" for n in range(30)]
    pairs = draw(genres, artists, 600)
    ends = Counter(artists[track] for track in [*pairs.a, *pairs.b])
    jazz = sum(count for artist, count in ends.items() if artist.startswith("jazz"))
    assert jazz / ends.total() == pytest.approx(0.5, abs=0.08)
    assert ends["giant"] / ends.total() < 0.08


def test_small_libraries_give_what_exists() -> None:
    pairs = draw([["x"], ["x"], ["y"]], list("abc"), 100)
    assert len(pairs) == 2  # one match exists, so one non-match is drawn beside it


def test_a_split_is_drawn_from_itself_only() -> None:
    genres, artists = [[str(n % 2)] for n in range(40)], [{str(n)} for n in range(40)]
    among = np.arange(40) < 10
    config = PairConfig(n_pairs=30)
    pairs = draw_pairs(genres, artists, config, rng=np.random.default_rng(0), among=among)
    assert max(pairs.a.max(), pairs.b.max()) < 10
    assert len(pairs.within(np.arange(40) < 5)) < len(pairs)


@pytest.mark.parametrize(
    ("genres", "message"),
    [
        ([["x"], ["y"]], "share a genre by different"),
        ([["x"], ["x"]], "of different genres"),
        ([[], []], "share a genre"),
    ],
)
def test_impossible_draws_say_what_is_missing(genres: list[list[str]], message: str) -> None:
    with pytest.raises(SplitError, match=message):
        draw(genres, ["a", "b"], 10, across_artists=True)


def test_sets_join_and_carry_weights() -> None:
    genre = PairSet(np.array([0]), np.array([1]), np.array([True]))
    judged = PairSet(np.array([2]), np.array([3]), np.array([False]), np.array([5.0], np.float32))
    both = genre + judged
    assert both.weight.tolist() == [1.0, 5.0]
    assert both[1:].a.tolist() == [2]


def test_random_pair_split_leaks_every_track() -> None:
    genres, artists = [[str(n % 2)] for n in range(30)], [str(n) for n in range(30)]
    train, test = split_pairs_randomly(draw(genres, artists, 300), rng=np.random.default_rng(0))
    assert (len(train), len(test)) == (210, 90)
    assert set(np.union1d(test.a, test.b)) <= set(np.union1d(train.a, train.b))


def test_too_few_pairs_are_refused() -> None:
    with pytest.raises(ConfigError, match="n_pairs"):
        PairConfig(n_pairs=1)
