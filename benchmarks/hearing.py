r"""What does MusiCNN cost as an ear, and what in TensorFlow, as its authors published it? In one run, on one core.

    .venv/bin/python benchmarks/hearing.py --library corpus.db --wheel musicnn-0.1.0-py3-none-any.whl \
        --tensorflow away/bin/python

The wheel is what `pip download --no-deps musicnn==0.1.0` fetches. `--tensorflow` names the Python of a throw-away
environment (see `musicnn_original.py`); without it only our own is measured. Tracks are taken evenly from the library,
and both hear the same nine pieces of each. Rounds alternate. The least CPU time of all rounds counts, and the median is
given beside it: the machine may do much else.
"""

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from resona.audio import decode_clips, silence_decoders
from resona.inference import EarBundle
from resona.inference.musicnn import FRONT
from resona.library import Library
from resona.library.ears import fetch_ear

ORIGINAL = Path(__file__).with_name("musicnn_original.py")
NINE = replace(FRONT, pieces_per_clip=3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True, help="where tracks are taken from; it is not changed")
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--tensorflow", type=Path, help="Python of an environment with TensorFlow")
    parser.add_argument("--tracks", type=int, default=50, help="whose vectors are compared")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    silence_decoders()
    with tempfile.TemporaryDirectory() as scratch, Library(Path(scratch, "ears.db")) as library:
        ear = library.models.add("musicnn", **fetch_ear("musicnn", options.wheel))
        clips = list(heard(options.library, options.tracks))
        pieces = np.stack([NINE.pieces(track) for track in clips])
        times: dict[str, Callable[[], float]] = {
            "spectrogram, three clips": lambda: timed(lambda: NINE.pieces(clips[0])),
            "three pieces": lambda: timed(lambda: ear.hear(clips[0])),
            "nine pieces, network alone": lambda: timed(lambda: ear.run(pieces[0])),
            "nine pieces": lambda: timed(lambda: ear.run(NINE.pieces(clips[0]))),
        }
        with original(options.tensorflow, options.wheel, Path(scratch), pieces) as (others, vectors):
            measured = {name: [] for name in {**times, **others}}
            for _ in range(options.rounds):
                for name, once in {**times, **others}.items():
                    measured[name].append(once())
        found = {name: {"least": min(rounds), "median": statistics.median(rounds)} for name, rounds in measured.items()}
        print(json.dumps({**_short(found), **compared(ear, pieces, vectors())}, indent=1))


def heard(path: Path, n_tracks: int) -> Iterator[list[np.ndarray]]:
    """Decode tracks, evenly taken from a library."""
    with Library(path, is_new_allowed=False) as library:
        tracks = library.store.tracks.all()
    for place in np.linspace(0, len(tracks) - 1, n_tracks).round().astype(int).tolist():
        found = decode_clips(tracks[place].path, n_clips=3, clip_seconds=10, sample_rate=FRONT.sample_rate)
        yield list(found.samples)


def timed(once: Callable[[], object]) -> float:
    begin = time.process_time()
    once()
    return time.process_time() - begin


@contextmanager
def original(python: Path | None, wheel: Path, scratch: Path, pieces: np.ndarray) -> Iterator[tuple[dict, Callable]]:
    """Give the authors' implementation, ready: names to rounds of nine pieces, and what gives its vectors."""
    if python is None:
        yield {}, lambda: None
        return
    np.save(scratch / "patches.npy", pieces.reshape(-1, *pieces.shape[2:]))
    command = [str(python), str(ORIGINAL), str(wheel), str(scratch)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        if process.stdout.readline() != "ready\n":
            raise SystemExit(f"{ORIGINAL.name} does not run in {python}")

        def ask(batch: int) -> float:
            process.stdin.write(f"{batch}\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        def vectors() -> np.ndarray:
            process.stdin.close()
            process.wait()
            return np.load(scratch / "vectors.npy").reshape(*pieces.shape[:2], -1)

        yield {f"TensorFlow, nine pieces in batches of {size}": lambda size=size: ask(size) for size in (1, 9)}, vectors


def compared(ear: EarBundle, pieces: np.ndarray, vectors: np.ndarray | None) -> dict[str, float]:
    """Say how much memory all this took, and how near our vectors are to the original's."""
    facts: dict[str, float] = {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    if vectors is None:
        return facts
    ours, theirs = (np.stack([ear.run(track) for track in pieces]).mean(axis=1), vectors.mean(axis=1))
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    largest = float(np.abs(ours - theirs).max())
    return {
        **facts,
        "tracks": len(ours),
        "least cosine": float(((ours * theirs).sum(1) / lengths).min()),
        "largest difference": largest,
    }


def _short(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {name: {key: round(value, 4) for key, value in times.items()} for name, times in found.items()}


if __name__ == "__main__":
    main()
