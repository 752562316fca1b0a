"""The sounds and facts that the page's tests share."""

import numpy as np
from numpy.typing import NDArray

RATE = 22_050
GENRES = ("Rock", "Ambient", "Jazz")
HOSTILE = "<script>alert(1)</script>"
N_TRACKS = 24
SECONDS = 8.0


def tone(number: int, seconds: float = SECONDS) -> NDArray[np.float32]:
    """A chord with a beat, another for each number."""
    time = np.arange(int(seconds * RATE)) / RATE
    root = 110.0 * 2 ** (number % 12 / 12)
    chord = sum(np.sin(2 * np.pi * root * ratio * time) for ratio in (1, 1.25, 1.5))
    beat = 0.4 + 0.6 * np.exp(-6 * (time * (1.5 + number % 3) % 1.0))
    return (0.2 * chord * beat).astype(np.float32)
