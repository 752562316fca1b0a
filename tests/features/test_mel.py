"""Spectrograms are those of the programs that networks were trained with."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resona.errors import ConfigError, FeatureError
from resona.features.front import FrontEnd
from resona.features.mel import MelConfig, mel_spectrogram

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "mel.npz")
SIGNALS = np.load(Path(__file__).parents[1] / "golden" / "mfcc.npz")
ABOUT = json.loads(str(GOLDEN["about"]))
SOUNDS = ("noise", "notes", "clicks")
SMALL: dict[str, Any] = {"sample_rate": 8000, "n_fft": 256, "hop_length": 128, "n_mels": 20}


@pytest.mark.parametrize("kind", ABOUT["settings"])
@pytest.mark.parametrize("sound", SOUNDS)
def test_spectrograms_are_those_of_librosa_and_kaldi(kind: str, sound: str) -> None:
    config = MelConfig(sample_rate=ABOUT["sample_rate"], log="none", floor=0.0, **ABOUT["settings"][kind])
    expected = GOLDEN[f"{kind}_{sound}"]
    computed = mel_spectrogram(SIGNALS[f"signal_{sound}"].astype(np.float32) / 32768, config)[:, ::10]
    assert computed.shape == expected.shape
    assert np.abs(computed - expected).max() < 1e-4 * expected.max()


def test_what_follows_the_bands_is_as_the_settings_say() -> None:
    samples = np.random.default_rng(0).standard_normal(8000).astype(np.float32)
    bands = mel_spectrogram(samples, MelConfig(**SMALL, log="none", floor=0.0))

    def made(**settings: Any) -> np.ndarray:
        return mel_spectrogram(samples, MelConfig(**SMALL, **settings))

    assert np.allclose(made(log="log10", gain=1e4, offset=1.0, floor=0.0), np.log10(1 + 1e4 * bands), atol=1e-5)
    assert np.allclose(
        made(log="ln", offset=1e-5, centre=-4.5, spread=5.0), (np.log(bands + 1e-5) + 4.5) / 5, atol=1e-5
    )
    relative = made(is_relative=True, top_db=10.0)
    assert relative.max() == 0
    assert relative.min() == -10
    emphasised = mel_spectrogram(samples[1:] - np.float32(0.97) * samples[:-1], MelConfig(**SMALL))
    assert np.array_equal(made(preemphasis=0.97), emphasised)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_fft": 10**9}, "n_fft must be"),
        ({"n_fft": "512"}, "cannot be read"),
        ({"hop_length": float("nan")}, "hop_length must be"),
        ({"log": "loud"}, "log must be 'none' or 'ln'"),
        ({"power": 3}, "power must be 1 or 2"),
        ({"floor": 0.0}, "silence has no logarithm"),
        ({"fmax": 9000.0}, "need 0 <= fmin < fmax"),
        ({"bands": 3}, "no setting 'bands'"),
        ({"window": []}, "window must be"),
    ],
)
def test_impossible_spectrograms_are_refused(change: dict[str, object], message: str) -> None:
    values = {"sample_rate": 8000, "length": 8000, "axes": ["batch", "bands", "frames"], "mel": SMALL | change}
    with pytest.raises(ConfigError, match=message):
        FrontEnd.of(values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"axes": ["bands", "batch", "frames"]}, "axes must be batch, bands, frames"),
        ({"axes": ["batch", "bands", "bands", "frames"]}, "named once"),
        ({"axes": None}, "cannot be read"),
        ({"length": 10**7}, "length must be"),
        ({"cut": "spectrogram", "length": 200_000}, "values of a piece must be"),
        ({"cut": "clip"}, "cut must be"),
        ({"sample_rate": 16000}, "the spectrogram is of 8000 Hz"),
        ({"mel": 3}, "cannot be read"),
        ({"pooling": "median"}, "pooling must be 'mean' or 'max'"),
    ],
)
def test_impossible_front_ends_are_refused(change: dict[str, object], message: str) -> None:
    values = {"sample_rate": 8000, "length": 8000, "axes": ["batch", "bands", "frames"], "mel": SMALL}
    with pytest.raises(ConfigError, match=message):
        FrontEnd.of(values | change)
    with pytest.raises(ConfigError, match="lacks 'axes'"):
        FrontEnd.of({})


def test_pieces_are_spread_over_clips_and_laid_out_as_the_network_wants() -> None:
    clips = [np.arange(80_000, dtype=np.float32), -np.arange(80_000, dtype=np.float32)]
    wave = FrontEnd(sample_rate=8000, length=16_000, pieces_per_clip=3, axes=("batch", "channel", "samples"))
    pieces = wave.pieces(clips)
    assert pieces.shape == (6, 1, 16_000)
    assert pieces[:, 0, 0].tolist() == [0, 32_000, 64_000, 0, -32_000, -64_000]
    middle = FrontEnd(sample_rate=8000, length=16_000, clips="middle", axes=("batch", "samples"))
    assert middle.pieces(clips)[:, 0].tolist() == [-32_000]
    short = wave.pieces([np.arange(7000, dtype=np.float32)])
    assert short[0, 0, [6999, 7000, 15_999]].tolist() == [6999, 0, 1999]


def test_pieces_of_a_spectrogram_are_cut_from_it() -> None:
    clip = np.random.default_rng(0).standard_normal(80_000).astype(np.float32)
    config = MelConfig(**SMALL)
    front = FrontEnd(
        sample_rate=8000,
        mel=config,
        cut="spectrogram",
        length=100,
        pieces_per_clip=2,
        axes=("batch", "frames", "bands"),
    )
    whole = mel_spectrogram(clip, config)
    assert np.array_equal(front.pieces([clip]), np.stack([whole[:, :100].T, whole[:, -100:].T]))
    of_sound = FrontEnd(sample_rate=8000, mel=config, length=8000, axes=("batch", "bands", "channel", "frames"))
    assert np.array_equal(of_sound.pieces([clip])[0, :, 0], mel_spectrogram(clip[36_000:44_000], config))


def test_no_signal_is_refused() -> None:
    config = MelConfig(**SMALL, padding="none")
    with pytest.raises(FeatureError, match="fill a window of 256"):
        mel_spectrogram(np.zeros(200, np.float32), config)
    with pytest.raises(FeatureError, match="finite"):
        mel_spectrogram(np.full(8000, np.nan, np.float32), config)
