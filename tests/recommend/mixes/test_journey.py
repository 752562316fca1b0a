"""A journey goes from one song to another in even steps, each nearer to the goal than the last."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import QueryError
from resona.library import Library
from resona.recommend import Request, find_path
from resona.recommend.limits import Attributes, Limits
from resona.recommend.mixes.journey import EVEN, Journey, find_journey


def unit(vectors: np.ndarray) -> np.ndarray:
    normed: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return normed


def library(seed: int, n: int = 400, d: int = 32, spread: float = 0.8) -> np.ndarray:
    """Draw tracks in genres that overlap."""
    rng = np.random.default_rng(seed)
    genres = rng.standard_normal((8, d))
    return unit(genres[rng.integers(0, 8, n)] + spread * rng.standard_normal((n, d)))


def angles_to(sounds: np.ndarray, row: int) -> np.ndarray:
    angles: np.ndarray = np.degrees(np.arccos(np.clip(sounds @ sounds[row], -1, 1)))
    return angles


def check_shape(journey: Journey, sounds: np.ndarray, ends: tuple[int, int]) -> None:
    rows = journey.rows
    assert (rows[0], rows[-1]) == ends
    assert len(set(rows.tolist())) == len(rows)
    steps = np.degrees(np.arccos(np.clip((sounds[rows[:-1]] * sounds[rows[1:]]).sum(axis=1), -1, 1)))
    np.testing.assert_allclose(journey.steps, steps, atol=0.1)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(2, 60))
def test_a_journey_is_complete_and_goes_one_way(seed: int, n: int, n_tracks: int) -> None:
    sounds = library(seed, n=n_tracks)
    journey = find_journey(sounds, (0, 1), n=n)
    check_shape(journey, sounds, (0, 1))
    assert len(journey.rows) == min(n, n_tracks)
    if journey.is_monotone:
        assert (np.diff(angles_to(sounds, 1)[journey.rows]) <= 1e-3).all()


@pytest.mark.parametrize("seed", range(6))
def test_in_a_large_enough_library_it_is_monotone_and_even(seed: int) -> None:
    sounds = library(seed, n=2000)
    journey = find_journey(sounds, (3, 7), n=12)
    check_shape(journey, sounds, (3, 7))
    assert journey.is_monotone
    assert journey.evenness <= 2


def test_through_music_as_a_model_hears_it_paths_are_monotone_and_even_where_they_can_be(
    library: Library, rng: np.random.Generator
) -> None:
    catalogue = library.catalogue
    pairs = [rng.choice(catalogue.track_ids, 2, replace=False) for _ in range(10)]
    ways = [find_path(catalogue, Request.of((f"#{a}", f"#{b}"), k=6, per_artist=0)) for a, b in pairs]
    n_possible = n_even = 0
    for way in ways:
        vectors = catalogue.directions[catalogue.rows_of_ids([track.track_id for track in way.tracks])]
        assert way.is_monotone == bool((np.diff(vectors @ vectors[-1]) >= 0).all())
        n_nearer = (catalogue.directions @ vectors[-1] > vectors[0] @ vectors[-1]).sum() - 1
        if n_nearer >= 4:  # with fewer, some step must lead away
            n_possible += 1
            assert way.is_monotone
            n_even += way.evenness <= EVEN
    assert n_possible >= 5
    assert n_even >= 0.8 * n_possible  # 48 songs: now and then nothing lies in between


def test_artists_are_limited_and_the_ends_own_artists_welcome() -> None:
    sounds = library(1)
    artists = [frozenset({f"artist {row % 9}"}) for row in range(len(sounds))]
    attributes = Attributes(artists=artists, albums=[""] * len(sounds), versions=[-1] * len(sounds))
    journey = find_journey(sounds, (0, 9), n=12, attributes=attributes, limits=Limits(per_artist=2))
    names = [next(iter(artists[row])) for row in journey.rows[1:-1]]
    assert max(map(names.count, names)) <= 2
    assert journey.relaxed == []


def test_a_limit_that_cannot_be_kept_is_named() -> None:
    sounds = library(2, n=30)
    attributes = Attributes(artists=[frozenset({"one"})] * 30, albums=[""] * 30, versions=[-1] * 30)
    journey = find_journey(sounds, (0, 1), n=8, attributes=attributes)
    assert len(journey.rows) == 8
    assert journey.relaxed == ["up to 6 tracks of one artist instead of 2"]


def test_only_allowed_tracks_lie_between() -> None:
    sounds = library(3)
    allowed = np.arange(len(sounds)) % 2 == 1
    journey = find_journey(sounds, (0, 2), n=10, allowed=allowed)
    assert allowed[journey.rows[1:-1]].all()


def test_opposite_and_equal_sounds_are_no_trouble() -> None:
    sounds = unit(np.array([[1.0, 0], [-1, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]))
    for ends in ((0, 1), (2, 3), (1, 3), (3, 1), (0, 2)):
        rows = find_journey(sounds, ends, n=6).rows
        assert sorted(rows.tolist()) == list(range(6))
        assert (rows[0], rows[-1]) == ends


@pytest.mark.parametrize(("ends", "n"), [((1, 1), 5), ((0, 1), 1)])
def test_a_journey_to_nowhere_is_refused(ends: tuple[int, int], n: int) -> None:
    with pytest.raises(QueryError, match="two different tracks"):
        find_journey(library(0), ends, n=n)
