"""Groups are the ones that are there, complete, repeatable, and named by what sets them apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import QueryError
from resona.recommend.mixes.clusters import find_clusters, name_clusters


def library(seed: int, n: int, k: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw tracks around k directions; return them and their true groups."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, k, n)
    sounds = np.eye(k, 16)[truth] + spread * rng.standard_normal((n, 16))
    return (sounds / np.linalg.norm(sounds, axis=1, keepdims=True)).astype(np.float32), truth


@pytest.mark.parametrize("seed", range(4))
def test_groups_that_are_there_are_found(seed: int) -> None:
    sounds, truth = library(seed, 500, 6, 0.08)
    groups = find_clusters(sounds, k=6, seed=seed)
    assert sorted(len(set(truth[rows])) for rows in groups) == [1] * 6


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(1, 80), st.integers(0, 8))
def test_every_track_is_in_one_group_nearest_to_its_centre_first(seed: int, n: int, k: int) -> None:
    sounds, _ = library(seed, n, 5, 0.5)
    if max(k, 2) > n:
        return
    groups = find_clusters(sounds, k=k, seed=seed)
    assert sorted(np.concatenate(groups).tolist()) == list(range(n))
    assert [len(rows) for rows in groups] == sorted(map(len, groups), reverse=True)
    again = find_clusters(sounds, k=k, seed=seed)
    assert [rows.tolist() for rows in groups] == [rows.tolist() for rows in again]


def test_equal_sounds_make_fewer_groups() -> None:
    same = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (10, 1))
    assert [len(rows) for rows in find_clusters(same, k=3)] == [10]


def test_a_large_library_is_split_from_a_sample() -> None:
    sounds, truth = library(0, 25_000, 4, 0.05)
    groups = find_clusters(sounds, k=4)
    assert sorted(len(set(truth[rows])) for rows in groups) == [1] * 4


def test_more_groups_than_tracks_are_refused() -> None:
    with pytest.raises(QueryError, match="3 tracks cannot make 9 groups"):
        find_clusters(np.eye(3, dtype=np.float32), k=9)


def test_names_tell_what_is_special() -> None:
    groups = [np.arange(0, 10), np.arange(10, 20), np.arange(20, 30)]
    genres = [("metal", "rock")] * 10 + [("ambient",)] * 10 + [("rock",)] * 10
    high, middle, low = np.linspace(0.8, 1, 10), np.linspace(0.4, 0.6, 10), np.linspace(0, 0.2, 10)
    descriptors = {
        "energy": np.concatenate([high, low, middle]),
        "tempo_bpm": 60 + 120 * np.concatenate([high, np.full(10, np.nan), middle]),
        "brightness_hz": 5000 * np.concatenate([middle, low, high]),
    }
    names = list(map(str, name_clusters(groups, genres, descriptors)))
    assert names == ["Intense fast metal", "Calm dark ambient", "Slow bright rock"]


def test_names_differ_even_when_nothing_is_known() -> None:
    groups = [np.arange(3), np.arange(3, 5), np.arange(5, 6)]
    assert list(map(str, name_clusters(groups, [()] * 6, {}))) == ["Mixed", "Mixed 2", "Mixed 3"]


def test_words_name_a_group_only_where_it_stands_out() -> None:
    groups = [np.arange(0, 4), np.arange(4, 8)]
    genres = [("rock",)] * 4 + [()] * 4
    here, both = (np.asarray(np.repeat(values, 4), np.float32) for values in ([0.1, 0.6], [0.8, 0.9]))
    told = [("piano", "instrument", here), ("vocals", "voice", both), ("calm", "mood", here), ("70s", "era", here)]
    assert list(map(str, name_clusters(groups, genres, {}, told))) == ["Rock", "Calm piano"]
    there, faint = (np.asarray(values, np.float32) for values in (here[::-1], here / 2))
    others = [("guitar", "instrument", there), ("jazz", "genre", here), ("flute", "instrument", faint)]
    assert list(map(str, name_clusters(groups, genres, {}, others))) == ["Rock, guitar", "Jazz, flute"]
