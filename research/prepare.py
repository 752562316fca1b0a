"""Decode all training audio once: log-mel spectrograms for the student, mel spectrograms for MusiCNN.

    python research/prepare.py --originals DIR --shared DIR --cache DIR

Reads the full-length originals (`corpus/originals.py` rebuilds them), the low-bit-rate excerpts of the same tracks and
the extra excerpts. Writes to CACHE: `index.json` (one row per recording), `student.f16` (frames, 128) in dB without a
floor, so that gain, equalisation and mixing can be simulated exactly before the cepstrum is taken, and `musicnn.f16`
(frames, 96), the input of the MusiCNN teachers. About ten minutes on two cores for 45 hours.
"""

import argparse
import csv
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
import soxr
from scipy.signal import get_window

from resona.features.mfcc import FeatureConfig, mel_filters, power_spectrogram

STUDENT = FeatureConfig()
MUSICNN = FeatureConfig(sample_rate=16000, n_fft=512, hop_length=256, n_mels=96, n_mfcc=40)
PIECE = 1 << 20  # samples at a time, to bound memory

Row = dict[str, Any]


def rows(originals: Path, shared: Path) -> list[Row]:
    """List recordings: where, which track, and where an excerpt starts in its track (seconds)."""
    corpus, extra = shared / "corpus", shared / "corpus-extra"
    with (corpus / "originals.csv").open(newline="", encoding="utf-8") as file:
        full = list(csv.DictReader(file))
    with (corpus / "manifest-a.csv").open(newline="", encoding="utf-8") as file:
        excerpts = {row["path"]: row for row in csv.DictReader(file)}
    with (extra / "manifest.csv").open(newline="", encoding="utf-8") as file:
        others = list(csv.DictReader(file))
    found = []
    for row in full:
        facts = {key: row[key] for key in ("track", "genre", "artist", "album", "label_source")} | {"ships": True}
        if (originals / row["track"]).exists():
            found.append({**facts, "kind": "original", "file": str(originals / row["track"]), "start": 0.0})
        start = float(excerpts[row["excerpt"]]["excerpt_start_s"])
        found.append({**facts, "kind": "excerpt", "file": str(corpus / row["excerpt"]), "start": start})
    for row in others:
        ships = row["may_train_shipped_model"] == "1"
        facts = {"track": row["path"], "genre": row["genre_guess"], "artist": row["artist"], "album": row["source"]}
        facts |= {"label_source": "guess", "kind": "extra", "ships": ships, "start": 0.0}
        found.append({**facts, "file": str(extra / row["path"])})
    return found


def decode(path: str) -> tuple[np.ndarray, int]:
    """Read a whole file as mono."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return samples.mean(axis=1), rate
    except soundfile.LibsndfileError:
        with av.open(path) as container:
            frames = list(container.decode(audio=0))
        resampler = av.AudioResampler(format="flt", layout="mono", rate=frames[0].rate)
        parts = [part.to_ndarray()[0] for frame in [*frames, None] for part in resampler.resample(frame)]
        return np.concatenate(parts), frames[0].rate


def student_input(samples: np.ndarray) -> np.ndarray:
    """Log-mel spectrogram in dB, shape (frames, 128), equal to the product's up to the floor below the peak."""
    hop, pad = STUDENT.hop_length, STUDENT.n_fft // 2
    parts = []
    for start in range(0, len(samples), PIECE):  # PIECE is a multiple of the hop
        piece = samples[max(0, start - pad) : start + PIECE + pad]
        power = power_spectrogram(piece, STUDENT)[:, pad // hop if start else 0 :][:, : PIECE // hop]
        parts.append(10 * np.log10(np.maximum(mel_filters(STUDENT) @ power, 1e-10)).T.astype(np.float16))
    return np.concatenate(parts)


def musicnn_input(samples: np.ndarray) -> np.ndarray:
    """log10(1 + 10,000 × mel power), shape (frames, 96), as MusiCNN was trained on."""
    n_fft, hop = MUSICNN.n_fft, MUSICNN.hop_length
    window = get_window("hann", n_fft).astype(np.float32)
    padded = np.pad(samples, n_fft // 2, mode="reflect" if len(samples) > n_fft else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    parts = []
    for start in range(0, len(frames), 8192):
        power = np.abs(np.fft.rfft(frames[start : start + 8192] * window)).astype(np.float32) ** 2
        parts.append(np.log10(1 + 10000 * power @ mel_filters(MUSICNN).T).astype(np.float16))
    return np.concatenate(parts)


def analyse(row: Row) -> tuple[np.ndarray, np.ndarray]:
    """Decode one recording and compute both inputs."""
    samples, rate = decode(row["file"])
    low = soxr.resample(samples, rate, STUDENT.sample_rate)
    teacher = soxr.resample(samples, rate, MUSICNN.sample_rate)
    return student_input(low), musicnn_input(teacher)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--originals", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    found = rows(options.originals, options.shared)
    n_student = n_musicnn = 0
    with (
        ProcessPoolExecutor(options.workers) as pool,
        (options.cache / "student.f16").open("wb") as student_file,
        (options.cache / "musicnn.f16").open("wb") as musicnn_file,
    ):
        for done, (row, (student, musicnn)) in enumerate(zip(found, pool.map(analyse, found), strict=True), 1):
            student.tofile(student_file)
            musicnn.tofile(musicnn_file)
            row |= {"student": [n_student, len(student)], "musicnn": [n_musicnn, len(musicnn)]}
            n_student, n_musicnn = n_student + len(student), n_musicnn + len(musicnn)
            if done % 50 == 0:
                print(f"{done} of {len(found)} recordings, {n_student / 43.07 / 3600:.1f} hours", flush=True)
    (options.cache / "index.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
