"""A mix lasts as long as asked for, drifts, stays near where it began, and spaces its artists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import ConfigError
from resona.recommend.limits import Attributes
from resona.recommend.mixes.radio import RadioConfig, draw_radio

N_TRACKS = 600


def library(seed: int) -> tuple[np.ndarray, np.ndarray, Attributes]:
    rng = np.random.default_rng(seed)
    genres = rng.standard_normal((8, 16))
    sounds = genres[rng.integers(0, 8, N_TRACKS)] + 0.8 * rng.standard_normal((N_TRACKS, 16))
    sounds = (sounds / np.linalg.norm(sounds, axis=1, keepdims=True)).astype(np.float32)
    artists = [frozenset({f"artist {row % 60}"}) for row in range(N_TRACKS)]
    versions = [row // 3 if row % 7 == 0 else -1 for row in range(N_TRACKS)]
    durations = rng.uniform(120, 400, N_TRACKS)
    durations[::50] = np.nan
    return sounds, durations, Attributes(artists=artists, albums=[""] * N_TRACKS, versions=versions)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0, 1), st.floats(0, 20_000), st.integers(0, 8))
def test_a_mix_lasts_as_long_as_asked_for_and_repeats_nothing(
    seed: int, drift: float, seconds: float, spacing: int
) -> None:
    sounds, durations, attributes = library(seed)
    config = RadioConfig(seconds=seconds, drift=drift, spacing=spacing, seed=seed)
    mix = draw_radio(sounds, sounds[0], durations, attributes=attributes, config=config).tolist()
    lengths = np.where(np.isnan(durations), np.nanmedian(durations), durations)[mix]
    assert lengths.sum() >= seconds
    assert lengths[:-1].sum() < seconds or not mix
    assert len(set(mix)) == len(mix)
    groups = [attributes.versions[row] for row in mix if attributes.versions[row] >= 0]
    assert len(set(groups)) == len(groups)
    for place, row in enumerate(mix):
        assert all(
            attributes.artists[row] != attributes.artists[other] for other in mix[max(0, place - spacing) : place]
        )


def test_a_seed_repeats_its_mix_and_another_draws_another() -> None:
    sounds, durations, attributes = library(0)
    mixes = [
        draw_radio(sounds, sounds[0], durations, attributes=attributes, config=RadioConfig(seed=seed)).tolist()
        for seed in (1, 1, 2)
    ]
    assert mixes[0] == mixes[1] != mixes[2]


def test_it_drifts_but_stays_anchored() -> None:
    nearness: dict[float, list[float]] = {drift: [] for drift in (0.0, 0.5, 1.0)}
    ends, steps, strangers = [], [], []
    for seed in range(8):
        sounds, durations, attributes = library(seed)
        for drift, values in nearness.items():
            config = RadioConfig(seconds=7200, drift=drift, seed=seed)
            mix = draw_radio(sounds, sounds[0], durations, attributes=attributes, config=config)
            values.append(float((sounds[mix] @ sounds[0]).mean()))
        quarter = len(mix) // 4
        ends.append(float((sounds[mix[-quarter:]] @ sounds[0]).mean()))
        steps.append(float((sounds[mix[1:]] * sounds[mix[:-1]]).sum(axis=1).mean()))
        strangers.append(float((sounds @ sounds[0]).mean()))
    assert np.mean(nearness[0.0]) > np.mean(nearness[0.5]) > np.mean(nearness[1.0])  # drift leads away
    assert np.mean(ends) > np.mean(strangers) + 0.2  # but not out of reach, even at the end
    assert np.mean(steps) > np.mean(strangers) + 0.2  # and neighbours belong together


def test_only_what_is_allowed_is_played_to_the_last() -> None:
    sounds, durations, attributes = library(0)
    preference = np.full(N_TRACKS, -np.inf)
    preference[[1, 2, 3, 4]] = 0
    mix = draw_radio(sounds, sounds[0], durations, attributes=attributes, preference=preference)
    assert sorted(mix.tolist()) == [1, 2, 3, 4]


def test_one_artist_alone_is_played_too() -> None:
    sounds, durations, _ = library(0)
    same = Attributes(artists=[frozenset({"x"})] * N_TRACKS, albums=[""] * N_TRACKS, versions=[-1] * N_TRACKS)
    assert len(draw_radio(sounds, sounds[0], durations, attributes=same)) > 5


def test_nothing_allowed_is_an_empty_mix() -> None:
    sounds, durations, attributes = library(0)
    nothing = np.full(N_TRACKS, -np.inf)
    assert len(draw_radio(sounds, sounds[0], durations, attributes=attributes, preference=nothing)) == 0


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="drift"):
        RadioConfig(drift=2)
