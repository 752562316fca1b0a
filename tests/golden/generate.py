"""Make the golden files: what the libraries that everybody trusts say of the same input.

    python tests/golden/generate.py

Needs librosa, which neither Resona nor its tests import. Each file records the versions that made it.
"""

import json
from pathlib import Path
from typing import Any

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


if __name__ == "__main__":
    mfcc()
