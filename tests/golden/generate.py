"""Make the golden files: what the libraries that everybody trusts say of the same input.

    python tests/golden/generate.py

Needs librosa and kaldi-native-fbank, which neither Resona nor its tests import. Each file records the versions that
made it.
"""

import json
from pathlib import Path
from typing import Any

import kaldi_native_fbank
import librosa
import numpy as np
import scipy

HERE = Path(__file__).parent
SAMPLE_RATE = 22050
SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"n_mfcc": 13},
    {"n_fft": 1024, "hop_length": 256, "n_mels": 64, "n_mfcc": 20, "fmin": 50.0, "fmax": 8000.0},
)
DEFAULTS = {"n_fft": 2048, "hop_length": 512, "n_mels": 128, "n_mfcc": 40, "fmin": 0.0, "fmax": SAMPLE_RATE / 2}


def signals() -> dict[str, np.ndarray]:
    """One second each, int16: noise, notes that fade, clicks in silence (most of it below the dynamic range)."""
    rng = np.random.default_rng(0)
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    notes = sum(np.sin(2 * np.pi * hz * times) * np.exp(-4 * times) for hz in (220.0, 277.18, 329.63, 1760.0))
    clicks = np.where(np.arange(SAMPLE_RATE) % 5000 == 100, 0.9, 0.0)
    floats = {"noise": 0.1 * rng.standard_normal(SAMPLE_RATE), "notes": 0.2 * notes, "clicks": clicks}
    return {name: np.round(signal * 32767).astype(np.int16) for name, signal in floats.items()}


def mfcc() -> None:
    """Write signals, mel filters, MFCCs and spectral centroids."""
    arrays: dict[str, Any] = {f"signal_{name}": signal for name, signal in signals().items()}
    for number, setting in enumerate(SETTINGS):
        full = DEFAULTS | setting
        n_mfcc, hop = full.pop("n_mfcc"), full.pop("hop_length")
        arrays[f"filters_{number}"] = librosa.filters.mel(sr=SAMPLE_RATE, **full)
        for name, signal in signals().items():
            samples = signal.astype(np.float32) / 32768
            arrays[f"mfcc_{number}_{name}"] = librosa.feature.mfcc(
                y=samples, sr=SAMPLE_RATE, n_mfcc=n_mfcc, hop_length=hop, **full
            )
    versions = {module.__name__: module.__version__ for module in (librosa, np, scipy)}
    about = json.dumps({"versions": versions, "settings": SETTINGS, "sample_rate": SAMPLE_RATE})
    np.savez_compressed(HERE / "mfcc.npz", about=about, **arrays)


MEL_SETTINGS: dict[str, dict[str, Any]] = {
    "slaney": {"n_fft": 512, "hop_length": 256, "n_mels": 96},
    "htk": {
        "n_fft": 1024, "hop_length": 320, "win_length": 800, "n_mels": 64, "fmin": 50.0, "fmax": 8000.0,
        "scale": "htk", "norm": "none", "power": 1, "padding": "zeros", "window": "hamming",
    },
    "kaldi": {
        "n_fft": 1024, "hop_length": 220, "win_length": 550, "n_mels": 80, "fmin": 20.0,
        "scale": "kaldi", "norm": "none", "padding": "none", "window": "hann_symmetric",
    },
}  # fmt: skip


def of_librosa(samples: np.ndarray, setting: dict[str, Any]) -> np.ndarray:
    """Mel power or magnitude, without logarithm."""
    return librosa.feature.melspectrogram(
        y=samples, sr=SAMPLE_RATE, n_fft=setting["n_fft"], hop_length=setting["hop_length"], n_mels=setting["n_mels"],
        win_length=setting.get("win_length"), window=setting.get("window", "hann"), power=setting.get("power", 2),
        pad_mode={"zeros": "constant"}.get(setting.get("padding", ""), "reflect"), fmin=setting.get("fmin", 0.0),
        fmax=setting.get("fmax"), htk=setting.get("scale") == "htk",
        norm=None if setting.get("norm") == "none" else "slaney",
    )  # fmt: skip


def of_kaldi(samples: np.ndarray, setting: dict[str, Any]) -> np.ndarray:
    """Mel power, without logarithm and what speech recognition does to each frame."""
    options = kaldi_native_fbank.FbankOptions()
    frames, bands = options.frame_opts, options.mel_opts
    frames.samp_freq, frames.dither, frames.preemph_coeff, frames.remove_dc_offset = SAMPLE_RATE, 0.0, 0.0, False
    frames.frame_shift_ms = 1000 * setting["hop_length"] / SAMPLE_RATE + 1e-3  # rounded down to samples
    frames.frame_length_ms = 1000 * setting["win_length"] / SAMPLE_RATE + 1e-3
    frames.window_type, frames.snip_edges = "hanning", True
    bands.num_bins, bands.low_freq, bands.high_freq = setting["n_mels"], setting["fmin"], 0.0
    options.use_log_fbank = options.use_energy = False
    computer = kaldi_native_fbank.OnlineFbank(options)
    computer.accept_waveform(SAMPLE_RATE, samples.tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(frame) for frame in range(computer.num_frames_ready)]).T


def mel() -> None:
    """Write mel spectrograms as librosa and Kaldi compute them, of every tenth frame."""
    arrays: dict[str, Any] = {}
    for kind, setting in MEL_SETTINGS.items():
        for name, signal in signals().items():
            samples = signal.astype(np.float32) / 32768
            spectrogram = of_kaldi(samples, setting) if kind == "kaldi" else of_librosa(samples, setting)
            arrays[f"{kind}_{name}"] = spectrogram[:, ::10]
    versions = {module.__name__: module.__version__ for module in (librosa, np, scipy, kaldi_native_fbank)}
    about = json.dumps({"versions": versions, "settings": MEL_SETTINGS, "sample_rate": SAMPLE_RATE})
    np.savez_compressed(HERE / "mel.npz", about=about, **arrays)


if __name__ == "__main__":
    mfcc()
    mel()
