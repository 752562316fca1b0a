"""Collect the teacher vectors of every window: MN04 as given, the two MusiCNNs computed here.

    python research/teachers.py --shared DIR --musicnn DIR --cache DIR [--heard 12]

DIR of MusiCNN is the unpacked wheel's folder (see musicnn.py). Each hears `--heard` windows a track, evenly spread, at
0.09 s of one core each. A window without a vector of its own takes that of the nearest one in its track. Writes
CACHE/windows.npz: `track`, `start` (seconds in the track), `mn04` (n, 384), `msd` and `mtt` (n, 200), and how likely
the MusiCNNs find their tags, `msd_tags` and `mtt_tags` (n, 50).
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from corpus import Corpus
from musicnn import PATCH_FRAMES, Musicnn

FRAMES_PER_SECOND = 16000 / 256
BATCH = 8  # windows
N_PATCHES = 3  # of a window of 10 s


def places(corpus: Corpus, tracks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """First MusiCNN frame of each window: in the original where there is one, else in the excerpt; −1 outside it."""
    found = np.full(len(tracks), -1)
    for i, (track, start) in enumerate(zip(tracks, starts, strict=True)):
        row = corpus.heard[track][0]
        first, count = row["musicnn"]
        offset = round((start - row["start"]) * FRAMES_PER_SECOND)
        if -2 * FRAMES_PER_SECOND <= offset <= count - 8 * FRAMES_PER_SECOND:
            found[i] = first + max(0, min(offset, count - N_PATCHES * PATCH_FRAMES))
    return found


def describe(network: Musicnn, frames: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Mean over a window's patches, shape (n, 200)."""
    found = []
    for batch in np.array_split(firsts, -(-len(firsts) // BATCH)):
        rows = batch[:, None] + np.arange(N_PATCHES * PATCH_FRAMES)
        patches = torch.from_numpy(np.asarray(frames[rows], dtype=np.float32)).reshape(-1, PATCH_FRAMES, 96)
        found.append(network.describe(patches, N_PATCHES))
        if len(found) % 50 == 0:
            print(f"{len(found) * BATCH} of {len(firsts)} windows", flush=True)
    return np.concatenate(found)


def spread(track: np.ndarray, n_heard: int) -> np.ndarray:
    """Choose up to `n_heard` windows of each track; their indices, in order."""
    members = [np.flatnonzero(track == name) for name in np.unique(track)]
    picks = [np.linspace(0, len(m) - 1, min(n_heard, len(m))).round().astype(int) for m in members]
    return np.sort(np.concatenate([m[pick] for m, pick in zip(members, picks, strict=True)]))


def nearest(track: np.ndarray, start: np.ndarray, heard_track: np.ndarray, heard_start: np.ndarray) -> np.ndarray:
    """Index of the heard window that is nearest to each window in its track."""
    found = np.empty(len(track), int)
    for name in np.unique(track):
        members, heard = np.flatnonzero(track == name), np.flatnonzero(heard_track == name)
        found[members] = heard[np.abs(start[members][:, None] - heard_start[heard][None, :]).argmin(axis=1)]
    return found


def given(shared: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the vectors of MN04 that came with the corpus: tracks, starts, vectors."""
    parts = [np.load(shared / "teacher" / name) for name in ("mn04.npz", "extra_mn04.npz")]
    track, start, vectors = (np.concatenate([part[key] for part in parts]) for key in ("track", "start", "emb"))
    return track, start, vectors.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--heard", type=int, default=12)
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus = Corpus(options.cache)
    track, start, mn04 = given(options.shared)
    firsts = places(corpus, track, start)
    keep = firsts >= 0
    track, start, firsts, mn04 = track[keep], start[keep], firsts[keep], mn04[keep]
    heard = spread(track, options.heard)
    near = nearest(track, start, track[heard], start[heard])
    frames = np.memmap(options.cache / "musicnn.f16", dtype=np.float16, mode="r").reshape(-1, 96)
    networks = {name: Musicnn(options.musicnn / f"{name.upper()}_musicnn") for name in ("msd", "mtt")}
    vectors = {name: describe(network, frames, firsts[heard])[near] for name, network in networks.items()}
    tags = {f"{name}_tags": network.tags(torch.from_numpy(vectors[name])).numpy() for name, network in networks.items()}
    np.savez(options.cache / "windows.npz", track=track, start=start, mn04=mn04, **vectors, **tags)


if __name__ == "__main__":
    main()
