"""Can a network serve as an ear? It is tried in a worker, with a worker's limits, before it is let in."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import CheckpointError, ResonaError
from resona.inference import EarBundle
from resona.ingest.workers import WorkerPool

PATIENCE_SECONDS = 60.0  # for the whole trial
MOST_SECONDS = 10.0  # of CPU for one track
N_CLIPS, CLIP_SECONDS = 3, 10.0
MOST_DIMS = 8192
TOLERANCE = 1e-3  # of the largest number: between runs, and between pieces together and one by one
SAME = 1e-6  # and below this, two sounds sound alike

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarTrial:
    """What was found.

    Attributes
    ----------
    n_dims
        Of its vector.
    seconds
        Of CPU for a track of three clips, the front end's included.
    memory_bytes
        The most that the worker had taken.
    """

    n_dims: int
    seconds: float
    memory_bytes: int


def try_ear(folder: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> EarTrial:
    """Let an ear hear made-up tracks in a process of its own.

    Parameters
    ----------
    folder
        Its bundle; what the manifest says of `n_dims` is not looked at.

    Raises
    ------
    CheckpointError
        If it cannot be run, crashes, takes too long or too much memory, or gives no vectors that can be used.
    """
    pool: WorkerPool[Path, EarTrial | str] = WorkerPool(
        _build, lambda _, reason: _lost(reason), n_workers=1, patience_seconds=patience_seconds
    )
    for found in pool.run([folder]):
        if isinstance(found, EarTrial):
            return found
        raise CheckpointError(found)
    raise CheckpointError("it was not tried")


def _lost(reason: str) -> str:
    return f"it cannot be run: {reason.replace('the decoder', 'the network')}"


def _build() -> Callable[[Path], EarTrial | str]:
    return _try


def _try(folder: Path) -> EarTrial | str:
    try:
        return examine_ear(EarBundle.load(folder))
    except MemoryError:
        return "it takes too much memory"
    except ResonaError as error:
        return str(error)


def examine_ear(ear: EarBundle) -> EarTrial:
    """Let an ear hear noise, a chord and near silence, and measure it.

    Raises
    ------
    CheckpointError
        If it cannot be run, is too slow, or gives no vectors that can be used.
    """
    sounds = _sounds(ear.front.sample_rate)
    begin = time.process_time()
    vectors = {name: _vectors(ear, clips) for name, clips in sounds.items()}  # the first run also opens the network
    if time.process_time() - begin > MOST_SECONDS * (1 + len(sounds)):
        raise CheckpointError(f"it takes more than {MOST_SECONDS:.0f} s of CPU for a track")
    pieces = ear.front.pieces(sounds["noise"])
    scale = max(float(np.abs(vectors["noise"]).max()), SAME)
    again, one_by_one = ear.run(pieces), ear.run(pieces, batch=1)
    if np.abs(again - vectors["noise"]).max() > TOLERANCE * scale:
        raise CheckpointError("it is not deterministic: the same sound gives two vectors")
    if np.abs(one_by_one - vectors["noise"]).max() > TOLERANCE * scale:
        raise CheckpointError("pieces that are heard together change each other's vectors: write it for a batch of 1")
    if np.abs(vectors["noise"].mean(axis=0) - vectors["chord"].mean(axis=0)).max() <= SAME * scale:
        raise CheckpointError("it is deaf: noise and a chord give the same vector")
    begin = time.process_time()
    ear.run(ear.front.pieces(sounds["chord"]))
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return EarTrial(n_dims=vectors["noise"].shape[1], seconds=time.process_time() - begin, memory_bytes=taken)


def _vectors(ear: EarBundle, clips: list[Array]) -> Array:
    """Hear clips, and refuse what are no vectors: (n_pieces, n_dims)."""
    pieces = ear.front.pieces(clips)
    vectors = ear.run(pieces)
    if vectors.ndim != 2 or len(vectors) != len(pieces) or not 2 <= vectors.shape[1] <= MOST_DIMS:
        shape = f"{tuple(vectors.shape)} for {len(pieces)} pieces"
        raise CheckpointError(f"its output must be one vector of 2 to {MOST_DIMS} numbers a piece, got {shape}")
    if vectors.dtype.kind != "f" or not np.isfinite(vectors).all():
        raise CheckpointError("its output is not finite")
    return vectors


def _sounds(sample_rate: int) -> dict[str, list[Array]]:
    n_samples = int(CLIP_SECONDS * sample_rate)
    times, rng = np.arange(n_samples) / sample_rate, np.random.default_rng(0)
    noise = [0.1 * rng.standard_normal(n_samples) for _ in range(N_CLIPS)]
    chord: list[Any] = [
        sum(0.1 * np.sin(2 * np.pi * hz * (1 + clip) * times) for hz in (220, 277, 330)) for clip in range(N_CLIPS)
    ]
    sounds = {"noise": noise, "chord": chord, "near silence": [1e-4 * clip for clip in noise]}
    return {name: [np.asarray(clip, np.float32) for clip in clips] for name, clips in sounds.items()}
