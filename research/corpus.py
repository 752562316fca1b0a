"""The prepared training music: windows with teacher vectors, artist-disjoint folds, and validation tracks."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from resona.features.mfcc import TOP_DB, FeatureConfig, cepstrum

FEATURES = FeatureConfig()
FRAMES_PER_SECOND = FEATURES.sample_rate / FEATURES.hop_length
CLIP_CENTRES = (0.2, 0.5, 0.8)
N_FOLDS = 3
REMIX_FRAMES = 258  # 6 s
STYLES = {  # rough styles of corpus-extra, for validation only
    "rock": ("rock", "metal", "punk"),
    "hiphop": ("hiphop", "rap"),
    "pop": ("pop", "soul", "vocal", "cappella"),
    "acoustic": ("acoustic", "folk", "country", "blues", "western", "world"),
    "chiptune": ("chiptune", "retro"),
    "orchestral": ("orchestral", "classical", "piano"),
    "ambient": ("ambient",),
    "electronic": ("electronic", "dance"),
}

Row = dict[str, Any]


def style(guess: str) -> str:
    """Fold the many guesses of corpus-extra into few styles; the first that fits."""
    return next((name for name, words in STYLES.items() if any(word in guess for word in words)), "other")


def folds(rows: list[Row]) -> list[int]:
    """Assign tracks to folds so that no artist and no soundtrack is in two, with genres spread evenly.

    Whatever shares an artist or an album is one group; groups go, largest first, to the fold that holds least of
    their genres.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            name = parent[name]
        return name

    for row in rows:
        keys = ["artist:" + row["artist"]] + (["album:" + row["album"]] if row["kind"] != "extra" else [])
        for key in keys:
            parent[root(key)] = root(keys[0])
    groups = defaultdict(list)
    for i, row in enumerate(rows):
        groups[root("artist:" + row["artist"])].append(i)
    held: list[Counter[str]] = [Counter() for _ in range(N_FOLDS)]
    fold = [0] * len(rows)
    for members in sorted(groups.values(), key=lambda group: (-len(group), rows[group[0]]["track"])):
        genres = Counter(rows[i]["genre"] + rows[i]["label_source"] for i in members)
        best = min(range(N_FOLDS), key=lambda f: (sum(held[f][g] * n for g, n in genres.items()), held[f].total()))
        held[best] += genres
        for i in members:
            fold[i] = best
    return fold


@dataclass
class Corpus:
    """The caches that `prepare.py` and `teachers.py` wrote.

    Attributes
    ----------
    cache
        Their folder.
    n_mfcc
        Coefficients of the clips.
    """

    cache: Path
    n_mfcc: int = FEATURES.n_mfcc

    @cached_property
    def recordings(self) -> list[Row]:
        """One row per recording."""
        rows: list[Row] = json.loads((self.cache / "index.json").read_text(encoding="utf-8"))
        return rows

    @cached_property
    def frames(self) -> np.ndarray:
        """Log-mel frames of all recordings, shape (n, 128), in dB."""
        return np.memmap(self.cache / "student.f16", dtype=np.float16, mode="r").reshape(-1, FEATURES.n_mels)

    @cached_property
    def tracks(self) -> list[Row]:
        """One row per track, with its `fold`: the recording that validation listens to (a low-bit-rate excerpt)."""
        rows = [row for row in self.recordings if row["kind"] != "original"]
        rows.sort(key=lambda row: (row["kind"] == "extra", row["track"]))
        return [row | {"fold": fold} for row, fold in zip(rows, folds(rows), strict=True)]

    def clips(self, row: Row) -> np.ndarray:
        """MFCCs of a track's clips as the product cuts them, shape (3, n_mfcc, 431)."""
        count = row["student"][1]
        return np.stack([self.cut(row, round(centre * count - FEATURES.n_frames / 2)) for centre in CLIP_CENTRES])

    def cut(self, row: Row, frame: int) -> np.ndarray:
        """MFCCs of 10 s from a frame of a recording on, or the nearest that it has, shape (n_mfcc, 431)."""
        first, count = row["student"]
        begin = first + max(0, min(frame, count - FEATURES.n_frames))
        decibels = np.asarray(self.frames[begin : first + count][: FEATURES.n_frames], dtype=np.float32).T
        decibels = np.pad(decibels, ((0, 0), (0, FEATURES.n_frames - decibels.shape[1])), mode="wrap")
        return cepstrum(np.maximum(decibels, decibels.max() - TOP_DB), n_mfcc=self.n_mfcc)

    @cached_property
    def heard(self) -> dict[str, list[Row]]:
        """The recordings of each track, the original before its excerpt."""
        found: dict[str, list[Row]] = {}
        for row in self.recordings:
            found.setdefault(row["track"], []).append(row)
        return found

    def places(self, track: str, start: float) -> list[tuple[Row, int]]:
        """Find the recordings that hold a window, give or take two seconds, and its first frame in each."""
        found = [(row, round((start - row["start"]) * FRAMES_PER_SECOND)) for row in self.heard[track]]
        return [(row, frame) for row, frame in found if -100 <= frame <= row["student"][1] - 330]


class Remixes:
    """What `remix.py` made of windows that may be heard.

    Parameters
    ----------
    cache
        Where it was written.
    usable
        Which windows may be heard, shape (n_windows,).

    Attributes
    ----------
    heard
        What the MusiCNNs heard, by name, shape (n, 200) each.
    """

    def __init__(self, cache: Path, usable: np.ndarray) -> None:
        stored = np.load(cache / "remixes.npz")
        first, second = stored["first"], stored["second"]
        self.index = np.flatnonzero(usable[first] & ((second < 0) | usable[second]))
        self.first, self.second, self.share = (stored[name][self.index] for name in ("first", "second", "share"))
        self.heard = {name: stored[name][self.index] for name in ("msd", "mtt")}
        frames = np.memmap(cache / "remixes.f16", dtype=np.float16, mode="r")
        self.frames = frames.reshape(-1, REMIX_FRAMES, FEATURES.n_mels)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.index)

    def mixed(self, vectors: np.ndarray) -> np.ndarray:
        """Mix the windows' vectors (n_windows, d) as their sounds were mixed: (n, d)."""
        share = self.share[:, None]
        mixed: np.ndarray = share * vectors[self.first] + (1 - share) * vectors[self.second]
        return mixed

    def crop(self, i: int, n_frames: int, rng: np.random.Generator) -> np.ndarray:
        """Cut frames out of remix `i`, or all of it where more are asked for, shape (n_frames, 128)."""
        begin = rng.integers(max(1, REMIX_FRAMES - n_frames + 1))
        return np.asarray(self.frames[self.index[i], begin : begin + n_frames])


def rank_average_precision(similarity: np.ndarray, labels: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Average precision of each query's list, without itself and whatever shares one of `groups` (artist, album).

    Parameters
    ----------
    similarity
        Shape (n, n).
    labels
        Shape (n,); what is relevant.
    groups
        Each of shape (n,).

    Returns
    -------
    Shape (n,); NaN where nothing is relevant.
    """
    blocked = np.eye(len(labels), dtype=bool)
    for group in groups:
        blocked |= group[:, None] == group[None, :]
    found = np.full(len(labels), np.nan)
    for i, row in enumerate(similarity):
        candidates = np.flatnonzero(~blocked[i])
        order = candidates[np.argsort(-row[candidates], kind="stable")]
        relevant = labels[order] == labels[i]
        if relevant.any():
            precision = np.cumsum(relevant) / np.arange(1, len(order) + 1)
            found[i] = precision[relevant].mean()
    return found


def hub_skewness(similarity: np.ndarray, k: int = 10) -> float:
    """Skewness of how often each track is among the `k` nearest of others."""
    without_self = similarity.copy()
    np.fill_diagonal(without_self, -np.inf)
    near = np.argpartition(-without_self, k, axis=1)[:, :k]
    counts = np.bincount(near.ravel(), minlength=len(similarity)).astype(float)
    return float(((counts - counts.mean()) ** 3).mean() / counts.std() ** 3)
