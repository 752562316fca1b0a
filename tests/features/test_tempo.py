import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from songs import SAMPLE_RATE, Samples, Song

from resona.features.mfcc import FeatureConfig, power_spectrogram
from resona.features.tempo import Pulse, autocorrelation, measure_pulse, onset_strength

CONFIG = FeatureConfig()
LIMITS = (50.0, 220.0)


def pulse_of(clips: list[Samples]) -> Pulse:
    onsets = [onset_strength(power_spectrogram(clip, CONFIG), CONFIG) for clip in clips]
    return measure_pulse(onsets, CONFIG, limits_bpm=LIMITS)


def clicks(tempo_bpm: float, rng: np.random.Generator, phase: float = 0.0) -> Samples:
    """Ten seconds of short noises on each beat."""
    samples = np.zeros(10 * SAMPLE_RATE + 1000, dtype=np.float32)
    for time in np.arange(phase, 10.0, 60.0 / tempo_bpm):
        start = int(time * SAMPLE_RATE)
        samples[start : start + 400] += rng.standard_normal(400) * np.exp(-np.arange(400) / 80)
    return samples[: 10 * SAMPLE_RATE]


@settings(max_examples=25)
@given(tempo_bpm=st.floats(70, 160))
def test_tempo_of_clicks_within_one_per_cent(tempo_bpm: float) -> None:
    rng = np.random.default_rng(0)
    pulse = pulse_of([clicks(tempo_bpm, rng, phase) for phase in (0.0, 0.13, 0.31)])
    assert pulse.tempo_bpm == pytest.approx(tempo_bpm, rel=0.01)
    assert pulse.clarity is not None
    assert pulse.clarity > 0.5


@pytest.mark.parametrize("tempo_bpm", [62.0, 87.5, 104.0, 133.3, 171.0])
@pytest.mark.parametrize("band", ["drums", "no drums"])
def test_tempo_of_songs_or_an_octave(tempo_bpm: float, band: str) -> None:
    song = Song(tempo_bpm=tempo_bpm, key=2, mode="minor", with_drums=band == "drums", seed=int(tempo_bpm))
    measured = pulse_of(song.clips()).tempo_bpm
    assert measured is not None
    octaves = np.log2(measured / tempo_bpm)
    assert abs(octaves - round(octaves)) < np.log2(1.04)


@settings(max_examples=10)
@given(gain_db=st.floats(-40, 6))
def test_a_gain_changes_nothing(gain_db: float) -> None:
    clips = Song(tempo_bpm=101.0, key=0, mode="major").clips(1)
    louder = [np.float32(10 ** (gain_db / 20)) * clip for clip in clips]
    before, after = pulse_of(clips), pulse_of(louder)
    assert after.tempo_bpm == before.tempo_bpm
    assert after.clarity == pytest.approx(before.clarity, abs=1e-3)


def test_several_clips_are_surer_than_a_noisy_one(rng: np.random.Generator) -> None:
    clips = [
        clicks(123.0, rng, phase) + 0.2 * rng.standard_normal(220_500).astype(np.float32) for phase in (0, 0.1, 0.2)
    ]
    assert pulse_of(clips).tempo_bpm == pytest.approx(123.0, rel=0.01)


def test_noise_has_no_tempo(rng: np.random.Generator) -> None:
    pulses = [pulse_of([rng.standard_normal(220_500).astype(np.float32)]) for _ in range(20)]
    assert sum(pulse.tempo_bpm is None for pulse in pulses) >= 16
    assert max(pulse.clarity or 0.0 for pulse in pulses) < 0.25


def test_clarity_orders_click_song_noise(rng: np.random.Generator) -> None:
    song = Song(tempo_bpm=110.0, key=0, mode="major", with_drums=False)
    noise = rng.standard_normal(220_500).astype(np.float32)
    values = [pulse_of(clips).clarity or 0.0 for clips in ([clicks(110.0, rng)], song.clips(), [noise])]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("n_samples", [1, 2048, 40_000])
def test_silence_and_crumbs_have_no_pulse(n_samples: int) -> None:
    nothing = Pulse(tempo_bpm=None, confidence=None, clarity=None)
    assert pulse_of([np.zeros(n_samples, dtype=np.float32)]) == nothing


def test_autocorrelation_equals_a_slow_sum(rng: np.random.Generator) -> None:
    envelope = rng.standard_normal(50)
    slow = [np.dot(envelope[: 50 - lag], envelope[lag:]) * 50 / (50 - lag) for lag in range(50)]
    np.testing.assert_allclose(autocorrelation(envelope), slow, atol=1e-9)
