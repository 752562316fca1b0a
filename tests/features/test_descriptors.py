import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from songs import Samples, Song

from resona.config import fingerprint
from resona.errors import ConfigError, FeatureError
from resona.features.descriptors import (
    DescriptorConfig,
    Descriptors,
    describe,
    perceived_energy,
    spectral_centroid,
    spectral_entropy,
)
from resona.features.mfcc import FeatureConfig, power_spectrogram

CONFIG = FeatureConfig()


def described(clips: list[Samples], settings: DescriptorConfig | None = None) -> Descriptors:
    return describe([power_spectrogram(clip, CONFIG) for clip in clips], CONFIG, settings)


@pytest.fixture(scope="module")
def song() -> Descriptors:
    return described(Song(tempo_bpm=120.0, key=9, mode="minor", seed=1).clips())


def test_a_song_has_every_descriptor(song: Descriptors) -> None:
    assert None not in dataclasses.astuple(song)
    assert song.tempo_bpm == pytest.approx(120.0, rel=0.01)
    assert (song.key, song.mode) == (9, "minor")


def test_values_survive_json(song: Descriptors) -> None:
    values = dataclasses.asdict(song)
    assert json.loads(json.dumps(values)) == values


def test_the_order_of_clips_does_not_matter() -> None:
    clips = Song(tempo_bpm=93.0, key=5, mode="major", seed=2).clips()
    one, other = described(clips), described(clips[::-1])
    for field in dataclasses.fields(Descriptors):
        assert getattr(one, field.name) == pytest.approx(getattr(other, field.name))


def test_silence_has_no_descriptor() -> None:
    silence = described([np.zeros(220_500, dtype=np.float32)] * 3)
    assert set(dataclasses.astuple(silence)) == {None}


def test_a_crumb_of_sound_is_described_as_far_as_it_goes(rng: np.random.Generator) -> None:
    crumb = described([0.1 * rng.standard_normal(3000).astype(np.float32)])
    assert crumb.tempo_bpm is None
    assert crumb.loudness_lufs is not None


def test_no_clips_is_an_error() -> None:
    with pytest.raises(FeatureError, match="at least one clip"):
        describe([], CONFIG)


@pytest.mark.parametrize(
    "settings", [{"tempo_min_bpm": 5.0}, {"tempo_max_bpm": 999.0}, {"tempo_min_bpm": 100.0, "tempo_max_bpm": 150.0}]
)
def test_impossible_settings(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="tempo_m"):
        DescriptorConfig(**settings)


def test_limits_of_tempo_fold_octaves() -> None:
    slow = DescriptorConfig(tempo_min_bpm=50.0, tempo_max_bpm=100.0)
    assert fingerprint(slow) != fingerprint(DescriptorConfig())
    clips = Song(tempo_bpm=140.0, key=0, mode="major").clips()
    assert described(clips, slow).tempo_bpm == pytest.approx(70.0, rel=0.01)


def test_centroid_of_a_tone_is_its_frequency() -> None:
    times = np.arange(44_100) / 22_050
    tone = np.sin(2 * np.pi * 3000 * times).astype(np.float32)
    assert described([tone]).brightness_hz == pytest.approx(3000, rel=0.01)


def test_entropy_orders_tone_song_noise(rng: np.random.Generator) -> None:
    tone = np.zeros(1025)
    tone[100] = 1.0
    noise = np.abs(rng.standard_normal(1025))
    low, high = spectral_entropy(tone, CONFIG), spectral_entropy(noise, CONFIG)
    assert low is not None
    assert high is not None
    assert 0 <= low < 0.3
    assert 0.95 < high <= 1
    assert spectral_entropy(np.zeros(1025), CONFIG) is None
    assert spectral_centroid(np.zeros(1025), CONFIG) is None


LEVELS = st.floats(-50, 0)
RATES = st.floats(0, 10)
BRIGHTNESSES = st.floats(100, 8000)
ENTROPIES = st.floats(0.2, 1)


@given(LEVELS, RATES, BRIGHTNESSES, ENTROPIES)
def test_energy_is_a_share_and_grows_with_each_cause(level: float, rate: float, hz: float, entropy: float) -> None:
    energy = perceived_energy(level, rate, hz, entropy)
    assert energy is not None
    assert 0 <= energy <= 1
    more = [
        perceived_energy(level + 1, rate, hz, entropy),
        perceived_energy(level, rate + 0.1, hz, entropy),
        perceived_energy(level, rate, 1.1 * hz, entropy),
        perceived_energy(level, rate, hz, entropy + 0.01),
    ]
    assert all(value is not None and value >= energy for value in more)


def test_drums_add_energy() -> None:
    calm = described(Song(tempo_bpm=80.0, key=0, mode="major", with_drums=False).clips())
    busy = described(Song(tempo_bpm=160.0, key=0, mode="major").clips())
    assert calm.energy is not None
    assert busy.energy is not None
    assert busy.energy > calm.energy + 0.2
