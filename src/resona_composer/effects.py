"""How is a finished sound changed? Filters, rooms, echoes, levels; and other versions of a recording.

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

from resona.errors import ConfigError
from resona_composer.waves import Samples, shaped

Biquad = NDArray[np.float64]
FilterKind = Literal["lowpass", "highpass", "bandpass", "peak", "lowshelf", "highshelf"]
VERSIONS = ("live", "remaster", "louder", "edit")


def biquad(kind: FilterKind, hz: float, sample_rate: int, *, q: float = 0.7071, gain_db: float = 0.0) -> Biquad:
    """Design a second-order filter [1]_.

    Returns
    -------
    Shape (6,): one second-order section as scipy writes it.

    Examples
    --------
    >>> biquad("lowpass", 11025, 44100).round(3).tolist()
    [0.293, 0.586, 0.293, 1.0, -0.0, 0.172]
    """
    angle = 2 * np.pi * min(hz, 0.49 * sample_rate) / sample_rate
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
        sign, slope = (1 if kind == "lowshelf" else -1), 2 * np.sqrt(a) * alpha
        plus, minus = a + 1, a - 1
        rows = [
            a * (plus - sign * minus * cos + slope),
            sign * 2 * a * (minus - sign * plus * cos),
            a * (plus - sign * minus * cos - slope),
            plus + sign * minus * cos + slope,
            -sign * 2 * (minus + sign * plus * cos),
            plus + sign * minus * cos - slope,
        ]
    section: Biquad = np.array(rows) / rows[3]
    return section


def filtered(samples: Samples, *sections: Biquad) -> Samples:
    """Run samples through second-order sections, one after another.

    Examples
    --------
    >>> filtered(np.ones(8, dtype=np.float32), biquad("highpass", 5000, 44100)).round(1)[-1] + 0.0
    np.float32(0.0)
    """
    from scipy.signal import sosfilt

    run: Samples = sosfilt(np.stack(sections).astype(np.float32), samples + _inaudible(samples.shape[-1]))
    return run


@lru_cache(maxsize=8)
def _inaudible(n: int) -> Samples:
    """Noise at −300 dB: silence would decay inside a filter into denormal numbers, which cost thirty times the time."""
    return np.resize(np.random.default_rng(0).standard_normal(61, dtype=np.float32) * np.float32(1e-15), n)


def equalise(
    samples: Samples, sample_rate: int, *, low_db: float = 0.0, mid_db: float = 0.0, high_db: float = 0.0
) -> Samples:
    """Raise or lower the bass (below 150 Hz), the middle (around 1.2 kHz) and the treble (above 5 kHz).

    Examples
    --------
    >>> equalise(np.ones((2, 100), dtype=np.float32), 44100, low_db=6).shape
    (2, 100)
    """
    return filtered(
        samples,
        biquad("lowshelf", 150, sample_rate, gain_db=low_db),
        biquad("peak", 1200, sample_rate, gain_db=mid_db),
        biquad("highshelf", 5000, sample_rate, gain_db=high_db),
    )


def room(sample_rate: int, seconds: float, rng: np.random.Generator, *, treble: float = 0.5) -> Samples:
    """Make the impulse response of a room: a few early reflections, then decaying noise that darkens [2]_.

    Parameters
    ----------
    sample_rate
        In Hz.
    seconds
        Until the bass has fallen by 60 dB; also the length.
    rng
        Decides the reflections: two rooms are never the same.
    treble
        Decay time of the treble as a share of the bass's.

    Returns
    -------
    Shape (2, n), with energy 1 in each channel.

    Examples
    --------
    >>> room(44100, 0.5, np.random.default_rng(0)).shape
    (2, 22050)
    """
    n = max(64, round(seconds * sample_rate))
    time = np.arange(n, dtype=np.float32) / np.float32(sample_rate)
    raw = rng.standard_normal((2, n), dtype=np.float32)
    dark = filtered(raw, biquad("lowpass", 1500, sample_rate))
    falls = np.exp(np.float32(-6.9 / seconds) * time), np.exp(np.float32(-6.9 / (seconds * treble)) * time)
    response = dark * falls[0] * 2 + filtered(raw - dark, biquad("lowpass", 9000, sample_rate)) * falls[1]
    response *= np.minimum(1, time / 0.012 + 0.05)  # diffusion builds up over the first milliseconds
    early = rng.integers(round(0.004 * sample_rate), round(0.05 * sample_rate), size=(2, 8)) % n
    for channel in range(2):
        response[channel, early[channel]] += rng.uniform(2, 6, 8).astype(np.float32)
    response = filtered(response, biquad("highpass", 120, sample_rate))
    scaled: Samples = response / np.sqrt(np.sum(response**2, axis=1, keepdims=True))
    return scaled


def convolved(samples: Samples, response: Samples) -> Samples:
    """Let samples sound in a room; the tail beyond their end is cut off.

    Parameters
    ----------
    samples
        Shape (2, n), or (n,) for a mono source in a stereo room.
    response
        Shape (2, m).

    Returns
    -------
    Shape (2, n).

    Examples
    --------
    >>> impulse, echo = np.eye(1, 8, dtype=np.float32)[0], np.ones((2, 3), dtype=np.float32)
    >>> convolved(impulse, echo)[1].round(3) + 0.0
    array([1., 1., 1., 0., 0., 0., 0., 0.], dtype=float32)
    """
    from scipy.fft import irfft, next_fast_len, rfft

    n = samples.shape[-1]
    size = next_fast_len(n + response.shape[-1], real=True)
    wet: Samples = irfft(rfft(samples, size) * rfft(response, size), size)[..., :n]
    return wet


def echoed(samples: Samples, step: int, *, feedback: float = 0.45, n_repeats: int = 6) -> Samples:
    """Repeat samples at a fixed step, each time weaker, duller and from the other side (ping-pong).

    Parameters
    ----------
    samples
        Shape (2, n).
    step
        Samples between repeats.
    feedback
        Level of each repeat against the one before it.
    n_repeats
        How many.

    Returns
    -------
    Shape (2, n): the repeats alone, without the source.

    Examples
    --------
    >>> echoed(np.eye(2, 4, dtype=np.float32), 2, feedback=0.5, n_repeats=1).round(2).shape
    (2, 4)
    """
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


def reverberate(
    samples: Samples, sample_rate: int, *, seconds: float = 1.8, wet: float = 0.3, seed: int = 0
) -> Samples:
    """Move a recording into a synthetic room, as on a live album.

    Parameters
    ----------
    samples
        Shape (2, n).
    sample_rate
        In Hz.
    seconds
        Decay time of the room.
    wet
        Share of reverberation, 0 to 1.
    seed
        Of the room.

    Examples
    --------
    >>> reverberate(np.zeros((2, 1000), dtype=np.float32), 44100, seconds=0.1).shape
    (2, 1000)
    """
    response = room(sample_rate, seconds, np.random.default_rng(seed))
    return samples * np.float32(1 - wet) + convolved(samples, response) * np.float32(wet)


def amplify(samples: Samples, gain_db: float) -> Samples:
    """Change the level; what would exceed full scale is limited softly.

    Examples
    --------
    >>> float(np.abs(amplify(np.array([0.1, 0.9], dtype=np.float32), 20)).max()) < 1
    True
    """
    loud = samples * np.float32(10 ** (gain_db / 20))
    knee, ceiling = np.float32(0.8), np.float32(0.966)
    over = np.maximum(np.abs(loud) - knee, 0)
    bent: Samples = np.sign(loud) * (
        np.minimum(np.abs(loud), knee) + (ceiling - knee) * np.tanh(over / (ceiling - knee))
    )
    return bent


def trim(
    samples: Samples, sample_rate: int, *, start_seconds: float = 0.0, end_seconds: float | None = None
) -> Samples:
    """Cut a piece out, with 20 ms fades.

    Raises
    ------
    ConfigError
        If nothing would be left.

    Examples
    --------
    >>> trim(np.ones((2, 44100), dtype=np.float32), 44100, start_seconds=0.25, end_seconds=0.5).shape
    (2, 11025)
    """
    stop = None if end_seconds is None else round(end_seconds * sample_rate)
    piece = samples[..., round(start_seconds * sample_rate) : stop]
    if not piece.shape[-1]:
        raise ConfigError(f"nothing lies between {start_seconds} s and {end_seconds} s")
    fade = 0.02 * sample_rate / 44_100  # `shaped` counts in samples of 44.1 kHz
    return shaped(piece, fade, fade)


def make_version(samples: Samples, sample_rate: int, kind: str, *, seed: int = 0) -> Samples:
    """Make another version of a recording: the same performance, told apart by the ear all the same.

    Parameters
    ----------
    samples
        Shape (2, n).
    sample_rate
        In Hz.
    kind
        "live" (a hall, dull treble), "remaster" (other equaliser, 3 dB louder), "louder" (6 dB), "edit" (shorter).
    seed
        Of the hall.

    Raises
    ------
    ConfigError
        If the kind is unknown.

    Examples
    --------
    >>> make_version(np.ones((2, 44100), dtype=np.float32), 44100, "edit").shape
    (2, 35280)
    """
    seconds = samples.shape[-1] / sample_rate
    if kind == "live":
        hall = reverberate(samples, sample_rate, seconds=2.2, wet=0.4, seed=seed)
        return amplify(equalise(hall, sample_rate, low_db=-2, high_db=-3), 0)
    if kind == "remaster":
        return amplify(equalise(samples, sample_rate, low_db=2.5, mid_db=-1.5, high_db=3), 3)
    if kind == "louder":
        return amplify(samples, 6)
    if kind == "edit":
        return trim(samples, sample_rate, start_seconds=0.1 * seconds, end_seconds=0.9 * seconds)
    raise ConfigError(f"no version {kind!r}; known are {', '.join(VERSIONS)}")
