import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import lfilter
from songs import Samples, Song

from resona.features.loudness import integrated_loudness
from resona.features.mfcc import FeatureConfig, power_spectrogram

CONFIG = FeatureConfig()


def loudness(*clips: Samples, config: FeatureConfig = CONFIG) -> float | None:
    return integrated_loudness([power_spectrogram(clip, config) for clip in clips], config)


def sine(hz: float, peak_db: float, seconds: float = 10.0, sample_rate: int = 22050) -> Samples:
    times = np.arange(int(seconds * sample_rate)) / sample_rate
    tone: Samples = (10 ** (peak_db / 20) * np.sin(2 * np.pi * hz * times)).astype(np.float32)
    return tone


def slow_loudness(samples: NDArray[np.float64]) -> float:
    """BS.1770-4 as it is written: both filters in the time domain at 48 kHz, gated blocks of 400 ms; two channels."""
    shelf = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
    low_cut = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
    filtered = lfilter(*low_cut, lfilter(*shelf, samples))
    powers = np.array([2 * np.mean(filtered[at : at + 19_200] ** 2) for at in range(0, len(samples) - 19_199, 4_800)])
    levels = -0.691 + 10 * np.log10(powers)
    heard = powers[levels > -70]
    gate = -0.691 + 10 * np.log10(heard.mean()) - 10
    return float(-0.691 + 10 * np.log10(powers[levels > max(gate, -70)].mean()))


@pytest.mark.parametrize("peak_db", [-23.0, -33.0, -60.0])
def test_ebu_tech_3341_sines(peak_db: float) -> None:
    """A sine of 1 kHz in both channels reads its peak level (EBU Tech 3341, cases 1 and 2)."""
    assert loudness(sine(1000, peak_db)) == pytest.approx(peak_db, abs=0.1)


def test_ebu_tech_3341_gating() -> None:
    """Quiet parts more than 10 LU below do not count (EBU Tech 3341, case 3)."""
    parts = [sine(1000, peak_db) for peak_db in (-36.0, -23.0, -23.0, -23.0, -36.0)]
    assert loudness(*parts) == pytest.approx(-23.0, abs=0.1)


def test_equals_the_filters_in_the_time_domain() -> None:
    config = FeatureConfig(sample_rate=48_000, n_fft=4096, hop_length=1200)
    song = Song(tempo_bpm=120.0, key=0, mode="minor").clips(1)[0]
    stretched = np.interp(np.arange(10 * 48_000) / 48_000 * 22_050, np.arange(len(song)), song)
    measured = loudness(stretched.astype(np.float32), config=config)
    assert measured == pytest.approx(slow_loudness(stretched), abs=0.15)


@settings(max_examples=15)
@given(gain_db=st.floats(-20, 6))
def test_a_gain_moves_loudness_as_much(gain_db: float) -> None:
    song = Song(tempo_bpm=100.0, key=0, mode="major").clips(1)[0]
    before, after = loudness(song), loudness(np.float32(10 ** (gain_db / 20)) * song)
    assert before is not None
    assert after == pytest.approx(before + gain_db, abs=0.05)


def test_bass_counts_less_than_treble() -> None:
    bass, middle, treble = (loudness(sine(hz, -20.0)) or 0.0 for hz in (50, 1000, 4000))
    assert bass < middle < treble


def test_silence_has_no_loudness() -> None:
    assert loudness(np.zeros(22_050, dtype=np.float32)) is None
    assert loudness(sine(1000, -80.0)) is None


def test_a_short_track_has_one_block() -> None:
    assert loudness(sine(1000, -20.0, seconds=0.2)) == pytest.approx(-20.0, abs=1.5)
