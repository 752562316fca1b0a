"""Splits are whole by artist, complete, stable, and usable on small libraries."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import ConfigError, SplitError
from resona.pairs import SPLITS, SplitConfig, artist_digest, audit, find_leaders, split_artists, split_by_hash

LIBRARIES = st.lists(st.tuples(st.sets(st.integers(0, 30), max_size=3), st.integers(0, 4)), max_size=60)
Library = tuple[list[frozenset[str]], list[list[str]]]


def solo(*names: str) -> list[frozenset[str]]:
    return [frozenset({name}) for name in names]


def library(rows: list[tuple[set[int], int]]) -> Library:
    """Make random tracks, and a core of two genres with three artists each so that a split exists."""
    core = [({100 + number}, number % 2) for number in range(6)]
    artists = [frozenset(f"artist {a}" for a in names) for names, _ in core + rows]
    return artists, [[f"genre {g}"] for _, g in core + rows]


@given(LIBRARIES)
@settings(max_examples=60)
def test_no_artist_is_on_two_sides_and_every_genre_is_everywhere(rows: list[tuple[set[int], int]]) -> None:
    artists, genres = library(rows)
    splits = split_artists(artists, genres)
    sides = {split: np.flatnonzero(splits == split) for split in SPLITS}
    for one, other in (("train", "test"), ("train", "validation"), ("validation", "test")):
        assert audit(sides[one], sides[other], artists=artists).is_clean
    for name in ("genre 0", "genre 1"):
        assert {s for s, g in zip(splits, genres, strict=True) if g == [name]} >= set(SPLITS)
    for names, split in zip(find_leaders(artists), splits.tolist(), strict=True):
        assert (split == "") <= (len(names) != 1)  # only those are left out that link artists, or are nobody's


@given(LIBRARIES)
@settings(max_examples=25)
def test_order_and_further_tracks_of_known_artists_change_nothing(rows: list[tuple[set[int], int]]) -> None:
    artists, genres = library(rows)
    splits = split_artists(artists, genres)
    order = [*np.random.default_rng(len(rows)).permutation(len(artists)).tolist(), 0, 0, 1]
    again = split_artists([artists[i] for i in order], [genres[i] for i in order])
    assert (again == splits[order]).all()


def test_a_guest_goes_with_its_leader_and_a_link_is_left_out() -> None:
    names = [f"artist {number}" for number in range(60)]
    genres = [[f"genre {number % 2}"] for number in range(60)]
    before = split_artists(solo(*names), genres)
    guests = [frozenset({name, f"guest of {name}"}) for name in names]
    links = [frozenset(pair) for pair in pairwise(names)]
    after = split_artists([*solo(*names), *guests, *links], [*genres, *genres, *genres[1:]])
    assert (after[:60] == before).all()  # nobody moves, though all are linked in one chain
    assert (after[60:120] == before).all()
    is_within = before[1:] == before[:-1]
    assert (after[120:] == np.where(is_within, before[1:], "")).all()
    assert 0 < is_within.sum() < len(links)


def test_new_artists_move_nobody_in_a_large_library() -> None:
    artists = [f"artist {number}" for number in range(400)]
    genres = [[f"genre {number % 4}"] for number in range(400)]
    before, after = split_artists(solo(*artists[:300]), genres[:300]), split_artists(solo(*artists), genres)
    assert (after[:300] == before).all()
    shares: Counter[str] = Counter(after.tolist())
    assert shares["train"] == pytest.approx(280, abs=30)
    assert shares["test"] == pytest.approx(60, abs=20)


def test_four_artists_leave_two_for_training_as_matches_need_two() -> None:
    artists = [f"{genre}{number}" for genre in "abcde" for number in range(4)]
    splits = split_artists(solo(*artists), [[name[0]] for name in artists])
    for genre in "abcde":
        counts = Counter(s for s, a in zip(splits.tolist(), artists, strict=True) if a[0] == genre)
        assert counts == {"train": 2, "validation": 1, "test": 1}


def test_genres_are_compared_as_people_do() -> None:
    names = [["Rock"], ["ROCK"], ["rock"], ["Électro"], ["electro"], ["ELECTRO"]]
    assert set(split_artists(solo(*"abcdef"), names)) == set(SPLITS)


def test_another_salt_gives_another_split() -> None:
    artists, genres = [f"artist {n}" for n in range(100)], [[str(n % 2)] for n in range(100)]
    other = split_artists(solo(*artists), genres, SplitConfig(salt="other"))
    assert (split_artists(solo(*artists), genres) != other).any()


def test_artists_of_several_genres_satisfy_all_of_them() -> None:
    artists = [f"artist {n}" for n in range(9)]
    genres = [["a", "b"], ["a", "b"], ["a", "b"], ["a"], ["b"], ["b", "c"], ["c"], ["c"], ["a", "c"]]
    splits = split_artists(solo(*artists), genres)
    for genre in "abc":
        assert {s for s, g in zip(splits, genres, strict=True) if genre in g} == set(SPLITS)


def test_too_few_artists_are_counted() -> None:
    with pytest.raises(SplitError, match=r"this music has 1 \(artists per genre: jazz: 3, rock: 2\)"):
        split_artists(solo(*"abcde"), [["jazz"]] * 3 + [["rock"]] * 2)
    with pytest.raises(SplitError, match="no genres"):
        split_artists(solo("a"), [[]])


def test_tracks_without_a_genre_are_assigned_too() -> None:
    artists, genres = library([])
    assert split_artists([*artists, frozenset({"nobody"})], [*genres, []])[-1] in SPLITS


def test_digest_is_keyed_and_takes_any_name() -> None:
    assert artist_digest("a") != artist_digest("a", "b")
    assert len(artist_digest("\udcff\n🎵")) == 16


@pytest.mark.parametrize("shares", [{"validation": 0.0}, {"test": 0.95}, {"validation": 0.5, "test": 0.5}])
def test_impossible_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="must"):
        SplitConfig(**shares)  # type: ignore[arg-type]


def test_hash_alone_agrees_where_no_repair_is_needed() -> None:
    artists = [f"artist {n}" for n in range(300)]
    assert (split_by_hash(solo(*artists)) == split_artists(solo(*artists), [[str(n % 2)] for n in range(300)])).all()
    assert split_by_hash([]).shape == (0,)
