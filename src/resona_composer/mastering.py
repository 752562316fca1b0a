"""How does a mix become a record? Tone, compression, loudness, a limiter, fades.

References
----------
.. [1] ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak audio level", 2015.
"""

import numpy as np
from numpy.typing import NDArray

from resona_composer.effects import biquad, equalise, filtered
from resona_composer.waves import SAMPLE_RATE, Samples, shaped


def loudness(samples: Samples) -> float:
    """Measure loudness as broadcasters do [1]_.

    Parameters
    ----------
    samples
        Shape (2, n) at 44.1 kHz.

    Returns
    -------
    In LUFS, gated; −70 for silence.

    Examples
    --------
    >>> from resona_composer.waves import ring
    >>> tone = ring(2.0, 997.0, 1e9, 1.0)
    >>> abs(loudness(np.stack([tone, np.zeros_like(tone)])) + 3.01) < 0.1
    True
    """
    weighted = filtered(
        samples, biquad("highshelf", 1500, SAMPLE_RATE, gain_db=4), biquad("highpass", 38, SAMPLE_RATE, q=0.5)
    )
    step = SAMPLE_RATE // 10
    n = weighted.shape[-1] // step
    tenths = np.sum(weighted[:, : n * step].reshape(2, n, step).astype(np.float64) ** 2, axis=(0, 2)) / step
    power = np.convolve(tenths, np.full(4, 0.25), mode="valid") if n >= 4 else tenths
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not len(power):
        return -70.0
    gated = power[power > power.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def master(
    samples: Samples, *, lufs: float, tilt_db: float = 0.0, glue: float = 0.3, fade_seconds: float = 1.0
) -> Samples:
    """Finish a record: tone, compression, loudness, limiter, fades.

    Parameters
    ----------
    samples
        Shape (2, n).
    lufs
        Loudness aimed at; dense music ends a little below it.
    tilt_db
        Treble against bass.
    glue
        0 to 1: how much loud moments are compressed.
    fade_seconds
        At the end.

    Returns
    -------
    Shape (2, n), peaks at 0.966 or below (−0.3 dBFS).

    Examples
    --------
    >>> from resona_composer.waves import noise
    >>> quiet = np.stack([noise(np.random.default_rng(0), 2.0)] * 2) * np.float32(0.01)
    >>> bool(abs(loudness(master(quiet, lufs=-20.0, fade_seconds=0.1)) + 20) < 1)
    True
    """
    toned = equalise(
        filtered(samples, biquad("highpass", 28, SAMPLE_RATE)), SAMPLE_RATE, low_db=-tilt_db, high_db=tilt_db
    )
    levelled = toned * np.float32(10 ** ((lufs - loudness(toned)) / 20))
    pressed = levelled * _glue(levelled, glue) if glue else levelled
    pressed *= np.float32(10 ** ((lufs - loudness(pressed)) / 20))
    return shaped(_limited(pressed), 0.005, min(fade_seconds, samples.shape[-1] / SAMPLE_RATE / 4))


def _glue(samples: Samples, amount: float) -> Samples:
    """Slow gain that follows the level with 10 ms blocks: up to 2:1 above the mean."""
    from scipy.signal import lfilter

    block = 441
    n = samples.shape[-1] // block
    power = np.mean(samples[:, : n * block].reshape(2, n, block) ** 2, axis=(0, 2)) + 1e-9
    followed = lfilter([0.12], [1, -0.88], power) + 1e-9
    gain = np.minimum(1, (np.mean(power) / followed) ** (amount / 4)) if amount else np.ones(n)
    return _stretched(gain, block, samples.shape[-1])


def _limited(samples: Samples, ceiling: float = 0.966) -> Samples:
    """Turn down around each peak, beginning before it."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    block, reach = 64, 12
    n = -(-samples.shape[-1] // block)
    peaks = np.zeros(n * block, dtype=np.float32)
    peaks[: samples.shape[-1]] = np.abs(samples).max(axis=0)
    needed = np.minimum(1, ceiling / np.maximum(peaks.reshape(n, block).max(axis=1), 1e-9))
    gain = uniform_filter1d(minimum_filter1d(needed, 2 * reach + 3), 2 * reach + 1)
    limited: Samples = np.clip(samples * _stretched(gain, block, samples.shape[-1]), -ceiling, ceiling)
    return limited


def _stretched(gain: NDArray[np.float64], block: int, n: int) -> Samples:
    """Draw lines from the middle of each block to the next."""
    return np.interp(np.arange(n), np.arange(len(gain)) * block + block / 2, gain).astype(np.float32)
