"""Collect the teacher vectors of every window: MN04 as given, both MusiCNNs computed here.

    python research/teachers.py --shared DIR --musicnn DIR --cache DIR [--heard 4]

DIR of MusiCNN is the unpacked wheel's folder (see musicnn.py). The MusiCNNs hear `--heard` windows a track, evenly
spread; the others take the vector of the nearest one heard. About 0.07 s of one core a window and network. Writes
CACHE/windows.npz: `track`, `start` (seconds in the track), `mn04` (n, 384), `msd` (n, 200), `mtt` (n, 200).
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
    heard = {}
    for row in corpus.recordings:  # originals stand before their excerpts
        heard.setdefault(row["track"], row)
    found = np.full(len(tracks), -1)
    for i, (track, start) in enumerate(zip(tracks, starts, strict=True)):
        first, count = heard[track]["musicnn"]
        offset = round((start - heard[track]["start"]) * FRAMES_PER_SECOND)
        if -2 * FRAMES_PER_SECOND <= offset <= count - 8 * FRAMES_PER_SECOND:
            found[i] = first + max(0, min(offset, count - N_PATCHES * PATCH_FRAMES))
    return found


@torch.inference_mode()
def describe(network: Musicnn, frames: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Mean over a window's patches, shape (n, 200)."""
    found = []
    for batch in np.array_split(firsts, -(-len(firsts) // BATCH)):
        rows = batch[:, None] + np.arange(N_PATCHES * PATCH_FRAMES)
        patches = torch.from_numpy(np.asarray(frames[rows], dtype=np.float32)).reshape(-1, PATCH_FRAMES, 96)
        with torch.autocast("cpu", torch.bfloat16):
            vectors = network(patches).float()
        found.append(vectors.unflatten(0, (-1, N_PATCHES)).mean(dim=1).numpy())
        if len(found) % 50 == 0:
            print(f"{len(found) * BATCH} of {len(firsts)} windows", flush=True)
    return np.concatenate(found)


def nearest_heard(track: np.ndarray, start: np.ndarray, heard: int) -> np.ndarray:
    """Choose up to `heard` windows a track; give for each window the index of the nearest chosen one."""
    nearest = np.arange(len(track))
    for name in np.unique(track):
        members = np.flatnonzero(track == name)
        chosen = members[np.unique(np.linspace(0, len(members) - 1, min(heard, len(members))).round().astype(int))]
        nearest[members] = chosen[np.abs(start[members][:, None] - start[chosen][None, :]).argmin(axis=1)]
    return nearest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--heard", type=int, default=4)
    options = parser.parse_args()
    corpus = Corpus(options.cache)
    given = [np.load(options.shared / "teacher" / f"{name}mn04.npz") for name in ("", "extra_")]
    track, start, mn04 = (np.concatenate([part[key] for part in given]) for key in ("track", "start", "emb"))
    firsts = places(corpus, track, start)
    keep = firsts >= 0
    track, start, firsts = track[keep], start[keep], firsts[keep]
    nearest = nearest_heard(track, start, options.heard)
    chosen, back = np.unique(nearest, return_inverse=True)
    frames = np.memmap(options.cache / "musicnn.f16", dtype=np.float16, mode="r").reshape(-1, 96)
    vectors = {"mn04": mn04[keep].astype(np.float32)}
    for name in ("msd", "mtt"):
        network = Musicnn(options.musicnn / f"{name.upper()}_musicnn")
        vectors[name] = describe(network, frames, firsts[chosen])[back]
    np.savez(options.cache / "windows.npz", track=track, start=start, **vectors)


if __name__ == "__main__":
    main()
