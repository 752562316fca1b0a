"""What made-up programs of the ladder do, apart from the tests: their processes load this and nothing more."""

import os
import signal
from collections.abc import Callable

import numpy as np

from resona.errors import AudioError
from resona.tracks import Track


def build_size() -> Callable[[Track], np.ndarray]:
    """Hear a file as its size."""

    def listen(track: Track) -> np.ndarray:
        if track.path.name == "crash.wav":
            os.abort()
        if track.path.name == "refused.wav":
            raise AudioError(track.path, "no")
        return np.array([track.path.stat().st_size, 1.0])

    return listen


def die(*_: object) -> np.ndarray:
    """Meet an instruction that this processor does not know."""
    os.kill(os.getpid(), signal.SIGILL)
    raise AssertionError


def build_dying() -> Callable[[Track], np.ndarray]:
    return die


def build_refusing() -> Callable[[Track], np.ndarray]:
    def listen(track: Track) -> np.ndarray:
        raise AudioError(track.path, "not for me")

    return listen


def build_infinite() -> Callable[[Track], np.ndarray]:
    return lambda _track: np.array([np.inf])


def compare_size(numbers: np.ndarray) -> np.ndarray:
    distances: np.ndarray = np.abs(numbers[:, None, 0] - numbers[None, :, 0]).astype(np.float32)
    return distances
