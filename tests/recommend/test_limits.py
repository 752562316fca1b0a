"""Lists are full, in the order of the ranking, hold no more of the same than allowed, and say what gave way."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import ConfigError
from resona.recommend.limits import Attributes, Limits, Selection, Wanted, select
from resona.recommend.ordering.spacing import space_out

N_TRACKS = 24
generators = st.integers(0, 2**32 - 1).map(np.random.default_rng)  # far faster than drawing each value


def draw_library(rng: np.random.Generator) -> Attributes:
    """Draw a library with few artists (some tracks by two), albums and groups of versions."""
    names = rng.choice(list("abcdefgh"), (N_TRACKS, 2)).tolist()
    return Attributes(
        artists=[frozenset(pair[:n]) for pair, n in zip(names, rng.integers(0, 3, N_TRACKS), strict=True)],
        albums=rng.choice(["", *"xyzw"], N_TRACKS).tolist(),
        versions=rng.integers(-1, 9, N_TRACKS).tolist(),
    )


masks = generators.map(lambda rng: rng.random(N_TRACKS) < rng.random())
rankings = generators.map(lambda rng: rng.permutation(N_TRACKS))
libraries = generators.map(draw_library)
limits = st.builds(
    Limits,
    per_artist=st.integers(0, 3),
    per_album=st.integers(0, 3),
    with_seed_artists=st.booleans(),
    with_versions=st.booleans(),
)
requests = st.builds(
    Wanted,
    n=st.integers(0, 20),
    seeds=st.frozensets(st.integers(0, N_TRACKS - 1), max_size=3),
    seed_artists=st.frozensets(st.sampled_from("abcdefgh"), max_size=2),
    given=st.frozensets(st.integers(0, N_TRACKS - 1), max_size=5),
)


def check_limits(chosen: Selection, library: Attributes, request: Wanted, limits: Limits) -> None:
    rows = chosen.rows.tolist()
    artists = Counter(key for row in rows for key in library.artists[row])
    albums = Counter(library.albums[row] for row in rows if library.albums[row])
    versions = [library.versions[row] for row in rows if library.versions[row] >= 0]
    seed_versions = {library.versions[row] for row in request.seeds}
    assert not limits.per_artist or max(artists.values(), default=0) <= limits.per_artist
    assert not limits.per_album or max(albums.values(), default=0) <= limits.per_album
    assert limits.with_seed_artists or not set(artists) & request.seed_artists
    assert limits.with_versions or (len(versions) == len(set(versions)) and not seed_versions & set(versions))
    assert not set(rows) & request.given


@settings(max_examples=50)
@given(libraries, rankings, requests, limits, masks)
def test_unless_it_says_so_no_limit_is_passed(
    library: Attributes, ranking: np.ndarray, request: Wanted, limits: Limits, mask: np.ndarray
) -> None:
    chosen = select(ranking, library, request, limits=limits, allowed={"filter": mask})
    if not chosen.relaxed:
        check_limits(chosen, library, request, limits)


@settings(max_examples=50)
@given(libraries, rankings, requests, limits, masks)
def test_a_soft_list_is_full_and_keeps_the_order_and_the_filters(
    library: Attributes, ranking: np.ndarray, request: Wanted, limits: Limits, mask: np.ndarray
) -> None:
    chosen = select(ranking, library, request, limits=limits, allowed={"filter": mask}).rows.tolist()
    possible = [row for row in ranking.tolist() if mask[row] and row not in request.seeds]
    assert len(chosen) == min(request.n, len(possible))
    assert chosen == [row for row in possible if row in set(chosen)]


@settings(max_examples=50)
@given(libraries, rankings, requests, st.integers(1, 3))
def test_a_strict_list_is_what_the_slow_obvious_loop_makes(
    library: Attributes, ranking: np.ndarray, request: Wanted, per_artist: int
) -> None:
    limits = Limits(per_artist=per_artist, per_album=0, with_versions=True, is_strict=True)
    chosen = select(ranking, library, request, limits=limits)
    expected: list[int] = []
    for row in ranking.tolist():
        keys = library.artists[row]
        counts = [sum(key in library.artists[other] for other in expected) for key in keys]
        is_free = row not in request.seeds and row not in request.given and not keys & request.seed_artists
        if is_free and len(expected) < request.n and max(counts, default=0) < per_artist:
            expected.append(row)
    assert chosen.rows.tolist() == expected
    assert chosen.relaxed == []


def library_of(*names: str, albums: list[str] | None = None, versions: list[int] | None = None) -> Attributes:
    """One track for each name."""
    n = len(names)
    return Attributes(
        artists=[frozenset({name}) for name in names], albums=albums or [""] * n, versions=versions or [-1] * n
    )


def test_what_was_removed_is_counted_down_to_the_last_chosen() -> None:
    library = library_of(
        "seed", "a", "seed", "b", "b", "b", "c", "d", "seed", versions=[0, 0, -1, -1, -1, -1, -1, -1, -1]
    )
    request = Wanted(n=3, seeds=[0], seed_artists=frozenset({"seed"}))
    no_c = np.array([True] * 6 + [False] + [True] * 2)
    chosen = select(np.arange(9), library, request, limits=Limits(per_artist=1), allowed={"filter": no_c})
    assert chosen.rows.tolist() == [3, 4, 7]
    assert chosen.removed == {"filter": 1, "version": 1, "seed artist": 1, "per artist": 1}
    assert chosen.relaxed == ["up to 2 tracks of one artist instead of 1"]


def test_limits_give_way_one_after_another() -> None:
    library = library_of(*"aaaabbs", albums=["x", "x", "x", "x", "y", "y", "z"])
    request = Wanted(n=7, seed_artists=frozenset("s"))
    chosen = select(np.arange(7), library, request, limits=Limits(per_artist=2, per_album=1))
    assert chosen.rows.tolist() == list(range(7))
    assert chosen.relaxed == [
        "up to 4 tracks of one album instead of 1",
        "up to 4 tracks of one artist instead of 2",
        "tracks by the seeds' own artists",
    ]


def test_only_what_had_to_give_way_does() -> None:
    library = library_of(*"aab", versions=[1, 1, -1])
    chosen = select(np.arange(3), library, Wanted(n=3), limits=Limits(per_artist=2))
    assert chosen.relaxed == ["several versions of one recording"]


def test_nothing_is_a_short_list_too() -> None:
    library = library_of("a", "b")
    nothing = select(np.arange(2), library, Wanted(n=5), allowed={"filter": np.zeros(2, dtype=bool)})
    assert nothing.rows.tolist() == []
    assert nothing.removed == {"filter": 2}
    assert select(np.arange(0), library, Wanted(n=5)).rows.tolist() == []


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(ConfigError, match="per_artist"):
        Limits(per_artist=-1)


@given(st.lists(st.sampled_from("aaabbcde"), max_size=7), st.integers(0, 3))
def test_tracks_of_one_artist_are_spaced_whenever_they_can_be(names: list[str], spacing: int) -> None:
    artists = [frozenset({name}) for name in names]
    rows, is_spaced = space_out(np.arange(len(names)), artists, spacing=spacing)

    def is_fine(order: tuple[int, ...]) -> bool:
        return all(names[order[i]] not in [names[j] for j in order[max(0, i - spacing) : i]] for i in range(len(order)))

    assert sorted(rows.tolist()) == list(range(len(names)))
    assert is_spaced == is_fine(tuple(rows.tolist())) == any(map(is_fine, permutations(range(len(names)))))


@given(st.lists(st.frozensets(st.sampled_from("abcd"), max_size=2), max_size=12), st.integers(0, 3))
def test_spacing_changes_nothing_that_is_spaced_already(artists: list[frozenset[str]], spacing: int) -> None:
    once, is_spaced = space_out(np.arange(len(artists)), artists, spacing=spacing)
    if is_spaced:
        assert space_out(once, artists, spacing=spacing)[0].tolist() == once.tolist()
