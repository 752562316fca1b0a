from itertools import combinations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from resona.audio import decode_clips, encode_mp3
from resona.errors import ConfigError
from resona.features.mfcc import FeatureConfig, mfcc
from resona.recommend.versions.groups import Likeness, VersionConfig, VersionGroup, find_versions
from resona_composer import plan_library, render
from resona_composer.effects import biquad, convolved, filtered, room

Features = NDArray[np.float64]
CONFIG = FeatureConfig()


class Library:
    """Tracks with made-up MFCCs, added one by one."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.artists: list[set[str]] = []
        self.durations: list[float] = []
        self.features: list[Features | None] = []

    def add(self, title: str, artist: str = "a", *, sound: int, copy: int = 0, seconds: float = 200.0) -> "Library":
        """Add a track; `copy` adds noise of its own, so that no two are quite equal."""
        walk = np.cumsum(np.random.default_rng(sound).standard_normal((3, 20, 200)), axis=2)
        noise = 0.3 * np.random.default_rng((sound, copy)).standard_normal((3, 20, 200))
        self.titles.append(title)
        self.artists.append({artist} if artist else set())
        self.durations.append(seconds)
        self.features.append(walk + noise)
        return self

    def groups(self, *nearby: tuple[int, int]) -> list[VersionGroup]:
        durations = np.array(self.durations)
        return find_versions(self.titles, self.artists, durations, Likeness(self.features.__getitem__), nearby=nearby)

    def rows(self, *nearby: tuple[int, int]) -> list[tuple[int, ...]]:
        return [group.rows for group in self.groups(*nearby)]


def test_titles_that_say_what_they_are() -> None:
    library = Library().add("Creep (Live)", sound=1, seconds=260).add("Creep", sound=2).add("Creep - Acoustic", sound=3)
    assert library.groups() == [VersionGroup(rows=(1, 0, 2), kinds=("original", "version", "version"))]


def test_the_same_recording_on_a_best_of() -> None:
    library = Library().add("Creep", sound=1).add("Creep (2009 Remaster)", sound=1, copy=1)
    assert library.groups() == [VersionGroup(rows=(0, 1), kinds=("original", "same recording"))]


def test_equal_titles_with_unlike_sound_stay_apart() -> None:
    assert Library().add("Home", sound=1).add("Home", sound=2).groups() == []


def test_a_version_goes_to_the_song_that_it_sounds_like() -> None:
    library = Library().add("Home", sound=1).add("Home", sound=2).add("Home (Live)", sound=2, copy=1)
    assert library.rows() == [(1, 2)]


def test_other_artists_only_with_the_same_recording() -> None:
    library = Library().add("Hallelujah", "cohen", sound=1).add("Hallelujah", "buckley", sound=2)
    library.add("Hallelujah (Live)", "cale", sound=3).add("Hallelujah", "", sound=1, copy=1)
    assert library.rows() == [(0, 3)]


def test_titles_that_name_nothing_need_the_sound_and_a_hint() -> None:
    library = Library().add("Intro", sound=1).add("Intro", sound=2).add("Intro (Live)", sound=1, copy=1)
    assert library.rows() == []
    assert library.rows((0, 2), (0, 1)) == [(0, 2)]


def test_recordings_under_another_title_are_found_by_their_sound() -> None:
    library = Library().add("Yesterday", sound=1).add("Yesterdy", "b", sound=1, copy=1, seconds=201.0)
    assert library.rows() == []
    assert library.rows((1, 0)) == [(0, 1)]


@pytest.mark.parametrize("seconds", [220.0, 0.0, np.nan])
def test_under_another_title_durations_must_agree(seconds: float) -> None:
    library = Library().add("Yesterday", sound=1).add("Other", sound=1, copy=1, seconds=seconds)
    assert library.rows((0, 1)) == []


def test_without_features_only_words_count() -> None:
    library = Library().add("Creep", sound=1).add("Creep (Live)", sound=1, copy=1).add("Creep", sound=1, copy=2)
    library.features = [None] * 3
    assert library.rows() == [(0, 1)]


def test_common_titles_name_no_song() -> None:
    library = Library()
    for number in range(60):
        library.add("Battle (Remix)", sound=number)
    assert library.groups() == []


def test_features_are_asked_for_candidates_only() -> None:
    library = Library().add("One", sound=1).add("Two", sound=1).add("Three", sound=1).add("Three (Live)", sound=2)
    asked: set[int] = set()

    def features(row: int) -> Features | None:
        asked.add(row)
        return library.features[row]

    find_versions(library.titles, library.artists, np.array(library.durations), Likeness(features))
    assert asked == {2, 3}


def test_no_tracks_no_groups() -> None:
    assert Library().groups() == []


def test_impossible_settings() -> None:
    with pytest.raises(ConfigError, match="same_recording"):
        VersionConfig(same_recording=0.5)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Home", "Home (Live)", "Home - Remastered 2011", "Stay", "Intro", ""]),
            st.sampled_from("ab"),
            st.integers(0, 3),
        ),
        max_size=10,
    )
)
def test_groups_are_disjoint_ordered_and_never_hold_unlike_songs(tracks: list[tuple[str, str, int]]) -> None:
    library = Library()
    for number, (title, artist, sound) in enumerate(tracks):
        library.add(title, artist, sound=sound, copy=number)
    groups = library.groups(*combinations(range(len(tracks)), 2))
    members = [row for group in groups for row in group.rows]
    assert len(members) == len(set(members))
    for group in groups:
        assert len(group.rows) >= 2
        assert group.kinds[0] == "original"
        assert set(group.kinds[1:]) <= {"same recording", "version"}
        for a, b in combinations((tracks[row] for row in group.rows), 2):
            is_equally_named = a[:2] == b[:2] and a[0] in ("Home", "Stay")
            assert not (is_equally_named and a[2] != b[2])


@pytest.mark.slow
def test_bars_on_rendered_songs() -> None:
    """Two bands, two songs each under one title; each re-encoded, louder, remastered, in a hall, and cut."""
    plans = plan_library(seed=5, styles=("rock", "electronic"), n_artists_per_style=1, n_tracks_per_artist=2)
    titles, artists, durations, features, songs = [], [], [], [], []
    names = {"live": " (Live in Rome)", "remaster": " - Remastered 2011", "edit": " [Radio Edit]", "louder": ""}
    for song, plan in enumerate(plans):
        samples, sample_rate = render(plan, seconds=16.0)
        versions = {"": samples, **_versions(samples)}
        heard = {
            kind: (_clips(version.mean(axis=0), sample_rate), version.shape[1] / sample_rate)
            for kind, version in versions.items()
        }
        mp3 = decode_clips(
            encode_mp3(samples, sample_rate, bitrate_kbps=96), n_clips=3, clip_seconds=10.0, sample_rate=22050
        )
        heard["mp3"] = (np.stack([mfcc(clip, CONFIG) for clip in mp3.samples]), mp3.duration_seconds)
        for kind, (clips, seconds) in heard.items():
            titles.append("One Title" + names.get(kind, ""))
            artists.append({plan.artist})
            durations.append(seconds)
            features.append(clips)
            songs.append(song)
    groups = find_versions(titles, artists, np.array(durations), Likeness(features.__getitem__))
    found = {pair for group in groups for pair in combinations(sorted(group.rows), 2)}
    true = {(a, b) for a, b in combinations(range(len(songs)), 2) if songs[a] == songs[b]}
    assert len(found & true) >= 0.98 * len(found)
    assert len(found & true) >= 0.9 * len(true)


def _versions(samples: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Play it in a hall, with another equaliser, twice as loud, and shorter; what is too loud is bent."""
    hall = 0.6 * samples + 0.4 * convolved(samples, room(2.2, np.random.default_rng(0)))
    equaliser = biquad("lowshelf", 150, gain_db=2.5), biquad("highshelf", 5000, gain_db=3)
    n = samples.shape[1]
    return {
        "live": np.tanh(filtered(hall, biquad("highshelf", 5000, gain_db=-3))),
        "remaster": np.tanh(1.4 * filtered(samples, *equaliser)),
        "louder": np.tanh(2 * samples),
        "edit": samples[:, n // 10 : -n // 10],
    }


def _clips(mono: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Cut three clips where a scan does: around 20, 50 and 80 %."""
    samples = soxr.resample(mono, sample_rate, CONFIG.sample_rate)
    length = int(CONFIG.clip_seconds * CONFIG.sample_rate)
    starts = [min(max(int(share * len(samples)) - length // 2, 0), len(samples) - length) for share in (0.2, 0.5, 0.8)]
    return np.stack([mfcc(samples[start : start + length], CONFIG) for start in starts])
