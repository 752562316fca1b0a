"""How is a finished sound changed? Filters, rooms, echoes.

Conventions: `samples` are float32 with time last, mono (n,) or stereo (2, n); nothing is modified, a new array comes
back. Frequencies are in Hz, levels in dB.

References
----------
.. [1] R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", 1998.
.. [2] J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979: rooms as decaying noise.
"""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resona_composer.waves import SAMPLE_RATE, Samples, clock, count

Biquad = NDArray[np.float64]
FilterKind = Literal["lowpass", "highpass", "bandpass", "peak", "lowshelf", "highshelf"]


def biquad(kind: FilterKind, hz: float, *, q: float = 0.7071, gain_db: float = 0.0) -> Biquad:
    """Design a second-order filter [1]_: one section as scipy writes it, shape (6,).

    Examples
    --------
    >>> biquad("lowpass", 11025).round(3).tolist()
    [0.293, 0.586, 0.293, 1.0, -0.0, 0.172]
    """
    angle = 2 * np.pi * min(hz / SAMPLE_RATE, 0.49)
    cos, alpha = np.cos(angle), np.sin(angle) / (2 * q)
    a = 10 ** (gain_db / 40)
    if kind == "peak":
        rows = [1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a]
    elif kind == "bandpass":
        rows = [alpha, 0, -alpha, 1 + alpha, -2 * cos, 1 - alpha]
    elif kind in ("lowpass", "highpass"):
        side = 1 - cos if kind == "lowpass" else 1 + cos
        middle = side if kind == "lowpass" else -side
        rows = [side / 2, middle, side / 2, 1 + alpha, -2 * cos, 1 - alpha]
    else:
        s = 1 if kind == "lowshelf" else -1  # a high shelf mirrors a low one
        plus, minus, slope = a + 1, a - 1, 2 * np.sqrt(a) * alpha
        above = [a * (plus - s * minus * cos + slope), s * 2 * a * (minus - s * plus * cos)]
        below = [plus + s * minus * cos + slope, -s * 2 * (minus + s * plus * cos)]
        rows = [*above, above[0] - 2 * a * slope, *below, below[0] - 2 * slope]
    section: Biquad = np.array(rows) / rows[3]
    return section


def filtered(samples: Samples, *sections: Biquad) -> Samples:
    """Run samples through second-order sections, one after another.

    Examples
    --------
    >>> filtered(np.ones(8, dtype=np.float32), biquad("highpass", 5000)).round(1)[-1] + 0.0
    np.float32(0.0)
    """
    from scipy.signal import sosfilt

    run: Samples = sosfilt(np.stack(sections).astype(np.float32), samples + _inaudible(samples.shape[-1]))
    return run


@lru_cache(maxsize=8)
def _inaudible(n: int) -> Samples:
    """Noise at −300 dB: silence would decay inside a filter into denormal numbers, which cost thirty times the time."""
    return np.resize(np.random.default_rng(0).standard_normal(61, dtype=np.float32) * np.float32(1e-15), n)


def room(seconds: float, rng: np.random.Generator, *, treble: float = 0.5) -> Samples:
    """Make the impulse response of a room: a few early reflections, then decaying noise that darkens [2]_.

    It lasts until the bass has fallen by 60 dB; `treble` is the treble's decay time as a share of that. Shape (2, n),
    with energy 1 in each channel.

    Examples
    --------
    >>> room(0.5, np.random.default_rng(0)).shape
    (2, 22050)
    """
    n = max(4096, count(seconds))
    time = clock(n)
    raw = rng.standard_normal((2, n), dtype=np.float32)
    dark = filtered(raw, biquad("lowpass", 1500))
    falls = np.exp(np.float32(-6.9 / seconds) * time), np.exp(np.float32(-6.9 / (seconds * treble)) * time)
    response = dark * falls[0] * 2 + filtered(raw - dark, biquad("lowpass", 9000)) * falls[1]
    response *= np.minimum(1, time / 0.012 + 0.05)  # diffusion builds up over the first milliseconds
    early = rng.integers(count(0.004), count(0.05), size=(2, 8))
    for channel in range(2):
        response[channel, early[channel]] += rng.uniform(2, 6, 8).astype(np.float32)
    response = filtered(response, biquad("highpass", 120))
    scaled: Samples = response / np.sqrt(np.sum(response**2, axis=1, keepdims=True))
    return scaled


def convolved(samples: Samples, response: Samples) -> Samples:
    """Let samples, shape (2, n), sound in a room, shape (2, m); the tail beyond their end is cut off."""
    from scipy.signal import fftconvolve

    wet: Samples = fftconvolve(samples, response, axes=-1)[:, : samples.shape[-1]]
    return wet


def echoed(samples: Samples, step: int, *, feedback: float = 0.45, n_repeats: int = 6) -> Samples:
    """Repeat samples, shape (2, n), every `step`: weaker, duller and from the other side (ping-pong); repeats only."""
    repeats = np.zeros_like(samples)
    source = samples
    for repeat in range(1, n_repeats + 1):
        if repeat * step >= samples.shape[-1]:
            break
        quarter = source[::-1] * np.float32(feedback / 4)
        source = 2 * quarter
        source[:, 1:] += quarter[:, :-1]
        source[:, :-1] += quarter[:, 1:]
        repeats[:, repeat * step :] += source[:, : samples.shape[-1] - repeat * step]
    return repeats
