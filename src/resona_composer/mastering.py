"""How does a mix become a record? Tone, loudness, a limiter, fades.

References
----------
.. [1] ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak audio level", 2015.
"""

from dataclasses import dataclass

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.waves import SAMPLE_RATE, Samples, shaped

CEILING = 0.966  # −0.3 dBFS


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """What all records of an artist sound like."""

    lufs: float = -14.0  # loudness; dense music ends a little below it
    tilt_db: float = 0.0  # treble against bass
    room_seconds: float = 1.2  # decay of the room's bass
    treble: float = 0.5  # decay of its treble as a share of it
    fade_seconds: float = 1.0  # at the end


def loudness(samples: Samples) -> float:
    """Measure loudness as broadcasters do [1]_: of samples of shape (2, n), in LUFS, gated; −70 for silence.

    Examples
    --------
    >>> from resona_composer.waves import ring
    >>> tone = ring(2.0, 997.0, 1e9, 1.0)
    >>> abs(loudness(np.stack([tone, np.zeros_like(tone)])) + 3.01) < 0.1
    True
    """
    weighted = filtered(samples, biquad("highshelf", 1500, gain_db=4), biquad("highpass", 38, q=0.5))
    step = SAMPLE_RATE // 10
    n = weighted.shape[-1] // step
    tenths = np.sum(weighted[:, : n * step].reshape(2, n, step).astype(np.float64) ** 2, axis=(0, 2)) / step
    power = np.convolve(tenths, np.full(4, 0.25), mode="valid") if n >= 4 else tenths
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not len(power):
        return -70.0
    gated = power[power > power.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def master(samples: Samples, production: Production) -> Samples:
    """Finish a record, shape (2, n): tone, loudness, peaks at `CEILING` or below, fades."""
    tilt_db, lufs = production.tilt_db, production.lufs
    tilt = biquad("lowshelf", 150, gain_db=-tilt_db), biquad("highshelf", 5000, gain_db=tilt_db)
    toned = filtered(samples, biquad("highpass", 28), *tilt)
    levelled = toned * np.float32(10 ** ((lufs - loudness(toned)) / 20))
    return shaped(_limited(levelled), 0.005, min(production.fade_seconds, samples.shape[-1] / SAMPLE_RATE / 4))


def _limited(samples: Samples) -> Samples:
    """Turn down around each peak, beginning before it."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    block, reach = 64, 12
    peaks = np.abs(samples).max(axis=0)
    highest = np.maximum.reduceat(peaks, np.arange(0, len(peaks), block))
    needed = np.minimum(1, CEILING / np.maximum(highest, 1e-9))
    gain = uniform_filter1d(minimum_filter1d(needed, 2 * reach + 3), 2 * reach + 1)
    slow = np.interp(np.arange(len(peaks)), np.arange(len(gain)) * block + block / 2, gain).astype(np.float32)
    limited: Samples = np.clip(samples * slow, -CEILING, CEILING)
    return limited
