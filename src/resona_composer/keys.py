"""How do keyboards and mallets sound? Piano, electric piano, organ, bells.

Modes and their ratios follow Fletcher and Rossing [1]_. Every instrument is a function of pitch, seconds until the key
is released, and velocity; it gives a mono sound with its own release.

References
----------
.. [1] N. H. Fletcher and T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., Springer, 1998.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.mixing import perform
from resona_composer.score import Note, Song
from resona_composer.waves import Samples, count, decaying, hertz, noise, ring, shaped

MODES = {  # ratio, decay in seconds, level of each mode; a decay of 1e6 lasts until the key is released
    "organ": ((0.5, 1.5, 1, 2, 3, 4), (1e6,) * 6, (0.7, 0.5, 1, 0.6, 0.35, 0.3)),
    "electric piano": ((1, 2.0, 7.1), (5.0, 2.5, 0.35), (1, 0.15, 0.2)),
    "tubular": ((0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66), (5, 4, 3, 2.5, 2, 1.3, 1), (0.5, 1, 0.4, 0.35, 0.5, 0.25, 0.2)),
    "kalimba": ((1, 2.0, 5.4, 8.9), (1.6, 0.7, 0.15, 0.08), (1, 0.12, 0.25, 0.1)),
    "music box": ((1, 2.98, 6.2, 9.7), (2.5, 1.0, 0.4, 0.2), (1, 0.35, 0.2, 0.1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A keyboard and its player, low notes to the left."""

    kind: str  # "piano" or a key of `MODES`
    felt: float = 0.3  # of the piano: 0 for a concert grand, 1 for a muted upright
    loose_ms: float = 8.0  # deviation of the timing

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Play a part; stereo."""
        hands = [note for note in notes if note.pitch < 64], [note for note in notes if note.pitch >= 64]
        key = partial(self.strike, rng)
        left, right = (perform(hand, key, song, rng, loose_ms=self.loose_ms) for hand in hands)
        return np.stack([left + 0.65 * right, 0.65 * left + right])

    def strike(self, rng: np.random.Generator, pitch: float, seconds: float, velocity: float) -> Samples:
        """Play one note."""
        if self.kind == "piano":
            return piano(pitch, seconds, velocity, rng, felt=self.felt)
        ratios, decays, levels = (np.array(row, dtype=float) for row in MODES[self.kind])
        hard = ratios ** (0.6 * (velocity - 0.8))
        is_organ = self.kind == "organ"
        release = 0.03 if is_organ else 0.6
        held = release + (seconds if is_organ else max(seconds, 0.4))
        tone = ring(held, hertz(pitch) * ratios, decays * (440 / hertz(pitch)) ** 0.3, levels * hard, 1.7 * ratios)
        return shaped(tone, 0.003, release) * np.float32(velocity)


def piano(pitch: float, seconds: float, velocity: float, rng: np.random.Generator, *, felt: float = 0.0) -> Samples:
    """Strike a piano string.

    Stretched partials of two strings that are slightly apart, so that the sound beats and dies away in two stages;
    a hammer that is harder when it is faster; its knock on the soundboard.

    Examples
    --------
    >>> piano(60, 0.5, 0.7, np.random.default_rng(0)).shape
    (37485,)
    """
    hz = hertz(pitch)
    stretch = 10 ** (-4.1 + 0.035 * max(0.0, pitch - 45))
    partials = np.arange(1, max(2, min(40, int(10_000 / hz))))
    frequency = hz * partials * np.sqrt(1 + stretch * partials**2)
    hardness = (700 + 2600 * velocity) * (1 - 0.65 * felt)
    amplitude = np.abs(np.sin(np.pi * partials / 8)) * partials**-0.7 * np.exp(-(frequency - hz) / hardness)
    decay = 14 * (110 / hz) ** 0.75 / (1 + (frequency / 2600) ** 1.1) * (1 - 0.3 * felt)
    both = np.concatenate([frequency, frequency * (1 + rng.uniform(0.00005, 0.00025))])
    levels, phases = np.concatenate([amplitude, amplitude * 0.45]), rng.uniform(-0.3, 0.3, len(both))
    body = ring(seconds + 0.35, both, np.concatenate([decay * 0.35, decay]), levels, phases)
    knock = filtered(noise(rng, 0.09) * decaying(count(0.09), 0.07), biquad("lowpass", 350 + 900 * velocity))
    body[: len(knock)] += knock[: len(body)] * np.float32(0.25 * (0.4 + felt))
    return shaped(body, 0.002, 0.35) * np.float32(velocity)
