"""Make new windows out of the training music, and let the MusiCNNs hear them.

    python research/remix.py --musicnn DIR --cache DIR [--count 14000]

Some 900 tracks are few. Their windows are played faster or slower, higher or lower and through another equaliser, and
most are mixed with another: alike in the student's spectrogram and in the teachers', so that the teachers can say what
they hear in them. Both parts of a mixture are of one fold. Writes CACHE/remixes.f16 (count, 258, 128), 6 s each, as
`prepare.py` does, and CACHE/remixes.npz: `first`, `second` (windows of windows.npz; −1 for none), `share` (of the first
in the power), `msd`, `mtt` (count, 200). 0.1 s of one core each.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from corpus import FEATURES, FRAMES_PER_SECOND, REMIX_FRAMES, Corpus
from musicnn import N_BANDS, PATCH_FRAMES, Musicnn
from prepare import MUSICNN
from resona.features.mfcc import hz_to_mel, mel_to_hz

SECONDS = 6.0
N_PATCHES = 2
SPEED = 1.25  # at most so much faster or slower
SEMITONES = 4.0  # at most so much higher or lower
EQUALISER_DB, N_EQUALISER = 2.0, 6  # deviation of each of the cosines that make up an equaliser
MIXED = 0.6  # of all remixes
QUIETER_DB = 12.0  # the second part, at most
EXTRA_SHARE = 2.5  # how much oftener a track of `corpus-extra` is drawn
SEED = 1
BATCH = 8
EPSILON = 1e-10

Sound = tuple[np.ndarray, np.ndarray]  # the same in power, as the student and as the teachers take it: (frames, bands)


def centres(n_bands: int, sample_rate: int) -> np.ndarray:
    """Centre frequencies of mel bands, in mel."""
    return np.linspace(0, hz_to_mel(sample_rate / 2), n_bands + 2)[1:-1]


BANDS = (centres(FEATURES.n_mels, FEATURES.sample_rate), centres(N_BANDS, MUSICNN.sample_rate))
LENGTHS = (REMIX_FRAMES, N_PATCHES * PATCH_FRAMES)
RATES = (FRAMES_PER_SECOND, MUSICNN.sample_rate / MUSICNN.hop_length)


def resample(matrix: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Read rows of a matrix at fractional places, held at its ends."""
    low = np.floor(places).astype(int).clip(0, len(matrix) - 2)
    part = (places - low).clip(0, 1)[:, None]
    return matrix[low] * (1 - part) + matrix[low + 1] * part


class Remixer:
    """Draws windows of the music that may train the shipped model, and changes them."""

    def __init__(self, corpus: Corpus, rng: np.random.Generator) -> None:
        self.corpus, self.rng = corpus, rng
        self.teacher_frames = np.memmap(corpus.cache / "musicnn.f16", dtype=np.float16, mode="r").reshape(-1, N_BANDS)
        stored = np.load(corpus.cache / "windows.npz")
        self.track, self.start = stored["track"], stored["start"]
        self.rows = [row for row in corpus.tracks if row["ships"] and (self.track == row["track"]).any()]
        self.fold = np.array([row["fold"] for row in self.rows])
        self.share = np.array([EXTRA_SHARE if row["kind"] == "extra" else 1.0 for row in self.rows])

    def draw(self) -> tuple[Sound, int, int, float]:
        """Make a remix: its sound, its two windows, and the share of the first."""
        first, fold = self._choose(np.ones(len(self.rows), dtype=bool))
        sound = self._change(first)
        if self.rng.random() >= MIXED:
            return sound, first, -1, 1.0
        second, _ = self._choose(self.fold == fold)
        other = self._change(second)
        quieter = 10 ** (-self.rng.uniform(0, QUIETER_DB) / 10)
        gain = quieter * sound[0].sum() / (other[0].sum() + EPSILON)
        return (sound[0] + gain * other[0], sound[1] + gain * other[1]), first, second, 1 / (1 + quieter)

    def _choose(self, allowed: np.ndarray) -> tuple[int, int]:
        """Choose a window, tracks alike, and say of which fold it is."""
        share = self.share * allowed
        row = self.rows[self.rng.choice(len(self.rows), p=share / share.sum())]
        return int(self.rng.choice(np.flatnonzero(self.track == row["track"]))), row["fold"]

    def _change(self, window: int) -> Sound:
        """Change speed, pitch and tone of a window."""
        seconds = SECONDS * self.rng.uniform(1 / SPEED, SPEED)
        ratio = 2 ** (self.rng.uniform(-SEMITONES, SEMITONES) / 12)
        tone = self.rng.normal(0, EQUALISER_DB, N_EQUALISER)
        parts = []
        for power, length, bands in zip(self._read(window, seconds), LENGTHS, BANDS, strict=True):
            level = resample(10 * np.log10(power + EPSILON), np.linspace(0, len(power) - 1, length))
            source = np.interp(hz_to_mel(mel_to_hz(bands) / ratio), bands, np.arange(len(bands)))
            waves = np.cos(np.pi * np.arange(1, N_EQUALISER + 1)[:, None] * bands / BANDS[0][-1])
            parts.append(10 ** ((resample(level.T, source).T + tone @ waves) / 10))
        return parts[0], parts[1]

    def _read(self, window: int, seconds: float) -> Sound:
        """Read a part of a window from one of the recordings that hold it, as power."""
        places = self.corpus.places(self.track[window], self.start[window])
        row, frame = places[self.rng.integers(len(places))]
        ends = [row[name][1] / rate for name, rate in zip(("student", "musicnn"), RATES, strict=True)]
        begin = frame / FRAMES_PER_SECOND + self.rng.uniform(0, max(0.0, FEATURES.clip_seconds - seconds))
        begin = max(0.0, min(begin, min(ends) - seconds - 0.1))
        parts = []
        for name, frames, rate in zip(
            ("student", "musicnn"), (self.corpus.frames, self.teacher_frames), RATES, strict=True
        ):
            at = row[name][0] + round(begin * rate)
            parts.append(np.asarray(frames[at : at + round(seconds * rate)], dtype=np.float32))
        return 10 ** (parts[0] / 10), (10 ** parts[1] - 1).clip(0) / 10000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--musicnn", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--count", type=int, default=14000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    remixer = Remixer(Corpus(options.cache), np.random.default_rng(SEED))
    networks = {name: Musicnn(options.musicnn / f"{name.upper()}_musicnn") for name in ("msd", "mtt")}
    heard: dict[str, list[np.ndarray]] = {name: [] for name in networks}
    facts = []
    with (options.cache / "remixes.f16").open("wb") as file:
        for done in range(0, options.count, BATCH):
            drawn = [remixer.draw() for _ in range(min(BATCH, options.count - done))]
            facts += [rest for _, *rest in drawn]
            np.stack([10 * np.log10(sound[0] + EPSILON) for sound, *_ in drawn]).astype(np.float16).tofile(file)
            sounds = np.stack([np.log10(1 + 10000 * sound[1]) for sound, *_ in drawn]).astype(np.float32)
            patches = torch.from_numpy(sounds).reshape(-1, PATCH_FRAMES, N_BANDS)
            for name, network in networks.items():
                heard[name].append(network.describe(patches, N_PATCHES))
            if done % 1000 == 0:
                print(f"{done} of {options.count} remixes", flush=True)
    first, second, share = zip(*facts, strict=True)
    vectors = {name: np.concatenate(parts) for name, parts in heard.items()}
    np.savez(options.cache / "remixes.npz", first=first, second=second, share=share, **vectors)


if __name__ == "__main__":
    main()
