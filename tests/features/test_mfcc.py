import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from resona.errors import ConfigError, FeatureError
from resona.features.mfcc import FeatureConfig, cepstrum, log_mel, mel_filters, mfcc, power_spectrogram

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "mfcc.npz")
ABOUT = json.loads(str(GOLDEN["about"]))
CONFIGS = [FeatureConfig(**setting) for setting in ABOUT["settings"]]
SIGNALS = ("noise", "notes", "clicks")


def signal(name: str) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = GOLDEN[f"signal_{name}"].astype(np.float32) / 32768
    return samples


@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_mel_filters_equal_librosa(number: int) -> None:
    np.testing.assert_allclose(mel_filters(CONFIGS[number]), GOLDEN[f"filters_{number}"], atol=1e-7)


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_mfcc_equals_librosa(number: int, name: str) -> None:
    difference = mfcc(signal(name), CONFIGS[number]) - GOLDEN[f"mfcc_{number}_{name}"]
    assert np.abs(difference).max() < 1e-3


@settings(max_examples=30)
@given(n_samples=st.integers(1, 30_000), hop_length=st.sampled_from((100, 512, 1024)))
def test_number_of_frames(n_samples: int, hop_length: int) -> None:
    config = FeatureConfig(hop_length=hop_length)
    frames = mfcc(np.full(n_samples, 0.1, dtype=np.float32), config)
    assert frames.shape == (config.n_mfcc, 1 + n_samples // hop_length)


@settings(max_examples=30)
@given(gain_db=st.floats(-30, 20), name=st.sampled_from(("noise", "notes")))
def test_a_gain_changes_only_coefficient_0(gain_db: float, name: str) -> None:
    gain = np.float32(10 ** (gain_db / 20))
    config = FeatureConfig()
    difference = mfcc(gain * signal(name), config) - mfcc(signal(name), config)
    np.testing.assert_allclose(difference[0], gain_db * np.sqrt(config.n_mels), atol=1e-2)
    np.testing.assert_allclose(difference[1:], 0, atol=1e-2)


def test_frames_of_a_full_clip() -> None:
    config = FeatureConfig()
    samples = np.zeros(int(config.clip_seconds * config.sample_rate), dtype=np.float32)
    assert mfcc(samples, config).shape[1] == config.n_frames


def test_power_of_a_sine_obeys_parseval() -> None:
    config = FeatureConfig()
    times = np.arange(config.sample_rate) / config.sample_rate
    power = power_spectrogram(np.sin(2 * np.pi * 1000 * times).astype(np.float32), config)
    mean_square = 2 * power[:, 10].sum() / (config.n_fft**2 * 3 / 8)  # 3/8: mean square of a Hann window
    assert mean_square == pytest.approx(0.5, rel=1e-3)


def test_dynamic_range_is_80_db() -> None:
    levels = log_mel(power_spectrogram(signal("clicks"), FeatureConfig()), FeatureConfig())
    assert levels.max() - levels.min() == pytest.approx(80.0)


def test_first_coefficients_do_not_depend_on_how_many_are_kept() -> None:
    levels = log_mel(power_spectrogram(signal("notes"), FeatureConfig()), FeatureConfig())
    few, many = cepstrum(levels, n_mfcc=13), cepstrum(levels, n_mfcc=20)
    np.testing.assert_allclose(many[:13], few, atol=1e-3)  # dB; each shape of a product may be summed in another order


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros(0, dtype=np.float32), "non-empty vector"),
        (np.zeros((2, 100), dtype=np.float32), r"got shape \(2, 100\)"),
        (np.array([0.0, np.nan], dtype=np.float32), "finite"),
        (np.array([0.0, np.inf], dtype=np.float32), "finite"),
    ],
)
def test_bad_samples(samples: NDArray[np.float32], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        mfcc(samples, FeatureConfig())


def test_bad_matrices() -> None:
    with pytest.raises(FeatureError, match="1025"):
        log_mel(np.ones((513, 4), dtype=np.float32), FeatureConfig())
    with pytest.raises(FeatureError, match="n_mels, n_frames"):
        cepstrum(np.ones(128, dtype=np.float32))
    with pytest.raises(FeatureError, match="1 to 8"):
        cepstrum(np.ones((8, 4), dtype=np.float32), n_mfcc=9)
    with pytest.raises(FeatureError, match="finite"):
        cepstrum(np.full((128, 4), np.inf, dtype=np.float32))


@pytest.mark.parametrize(
    "setting",
    [{"n_mfcc": 129}, {"hop_length": 4096}, {"fmin": 9000.0, "fmax": 8000.0}, {"fmax": 12_000.0}, {"n_clips": -1}],
)
def test_impossible_settings(setting: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        FeatureConfig(**setting)  # type: ignore[arg-type]
