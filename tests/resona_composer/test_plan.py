from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.artists import artist_key
from resona.errors import ConfigError
from resona.pairs import split_artists
from resona_composer import STYLES, plan_library
from resona_composer.score import KEYS
from resona_composer.styles import ARTISTS


def test_default_library_is_enough_for_the_demo() -> None:
    """Among artists that are not learned from, some share a genre: without them nothing could be measured."""
    library = plan_library(seed=0)
    splits = split_artists([{artist_key(track.artist)} for track in library], [(track.genre,) for track in library])
    for split in ("validation", "test"):
        held_out = {(track.genre, track.artist) for track, home in zip(library, splits, strict=True) if home == split}
        shared = Counter(genre for genre, _ in held_out)
        assert sum(count for count in shared.values() if count > 1) >= 4
    assert all(track.seconds >= 30 for track in library)


def test_same_seed_gives_the_same_library_and_another_seed_another() -> None:
    assert plan_library(seed=5) == plan_library(seed=5)
    assert plan_library(seed=5) != plan_library(seed=6)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), n_artists=st.integers(1, 16), n_tracks=st.integers(1, 12))
def test_names_are_unique_however_large_the_library(seed: int, n_artists: int, n_tracks: int) -> None:
    library = plan_library(seed=seed, n_artists_per_style=n_artists, n_tracks_per_artist=n_tracks)
    assert len(library) == len(STYLES) * n_artists * n_tracks
    assert len({track.artist for track in library}) == len(STYLES) * n_artists
    assert len({track.title for track in library}) == len(library)
    albums = {track.album: track.artist for track in library}
    assert all(albums[track.album] == track.artist for track in library)


def test_an_artist_keeps_to_habits() -> None:
    for track in plan_library(seed=1, n_tracks_per_artist=8):
        artist = next(each for each in ARTISTS[track.style] if each.substyle == track.substyle)
        slowest, fastest = artist.harmony.tempo
        assert slowest <= track.tempo_bpm <= fastest
        assert track.key in artist.harmony.keys.split()
        assert track.key in KEYS
        assert track.mode in ("major", "minor")


def test_albums_number_their_tracks_and_come_out_in_order() -> None:
    tracks = plan_library(seed=2, styles=["folk"], n_artists_per_style=1, n_tracks_per_artist=6)
    assert [track.track_number for track in tracks] == [1, 2, 3, 4, 1, 2]
    assert len({track.album for track in tracks}) == 2
    assert tracks[0].year < tracks[-1].year


def test_some_names_are_not_ascii() -> None:
    names = "".join(track.artist + track.album for track in plan_library(seed=0, n_tracks_per_artist=8))
    assert not names.isascii()


@pytest.mark.parametrize(
    ("settings_", "match"),
    [
        ({"styles": ["polka"]}, "polka"),
        ({"n_artists_per_style": 0}, "n_artists_per_style"),
        ({"n_tracks_per_artist": 0}, "n_tracks_per_artist"),
        ({"seconds": 0.5}, "seconds"),
    ],
)
def test_impossible_libraries_are_refused(settings_: dict[str, object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        plan_library(**settings_)  # type: ignore[arg-type]
