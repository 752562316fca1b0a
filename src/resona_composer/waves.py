"""Which elementary sounds is everything made of? Damped modes, noise, ramps, and placing sounds in time.

Conventions: 44.1 kHz; mono is (n,), stereo is (2, n), both float32; pitch is a MIDI number (69 is A4, 440 Hz), not
necessarily whole; decays are given as the time to fall by 60 dB. This file knows nothing of music.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLE_RATE = 44_100
Samples = NDArray[np.float32]


def hertz(pitch: float) -> float:
    """Turn a MIDI pitch into a frequency."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def count(seconds: float) -> int:
    """Whole samples in a time; at least one."""
    return max(1, round(seconds * SAMPLE_RATE))


def clock(n: int) -> Samples:
    """Seconds at each of n samples."""
    return np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)


def ring(
    seconds: float, hz: ArrayLike, decay_seconds: ArrayLike, amplitude: ArrayLike, phase: ArrayLike = 0.0
) -> Samples:
    """Sum damped sinusoids: the free vibration of a string, a bar, a membrane or a plate.

    The sum over modes of a·exp(s·t), with t split into block start plus offset, is one small matrix product: a second
    of sixty modes takes a tenth of a millisecond instead of sixty sines.

    Frequencies and so on are of shape (n_modes,), or one value for all; a phase of 0 radians is a sine. Modes above
    20 kHz are left out.
    """
    block = 256
    hz, decay, size, angle = np.broadcast_arrays(*(np.atleast_1d(x) for x in (hz, decay_seconds, amplitude, phase)))
    heard = (hz < 20_000) & (size != 0)
    rate = (-np.log(1000.0) / decay[heard] + 2j * np.pi * hz[heard]) / SAMPLE_RATE
    slow = _powers(np.exp(rate * block), -(-count(seconds) // block)).T * (size[heard] * np.exp(1j * angle[heard]))
    fast = _powers(np.exp(rate), block)
    left = np.hstack([slow.real, slow.imag]).astype(np.float32)
    right = np.vstack([fast.imag, fast.real]).astype(np.float32)
    rung: Samples = (left @ right).ravel()[: count(seconds)]
    return rung


def _powers(bases: NDArray[np.complex128], n: int) -> NDArray[np.complex128]:
    """Raise each base to 0…n − 1, (n_bases, n): products cost a tenth of exponentials."""
    powers = np.repeat(bases[:, None], n, axis=1)
    powers[:, 0] = 1
    return np.cumprod(powers, axis=1, out=powers)


def noise(rng: np.random.Generator, seconds: float) -> Samples:
    """Draw white noise of deviation 1, mono."""
    return rng.standard_normal(count(seconds), dtype=np.float32)


def decaying(n: int, decay_seconds: float) -> Samples:
    """Fall exponentially from 1, by 60 dB in a given time."""
    fall: Samples = np.exp(clock(n) * np.float32(-np.log(1000.0) / decay_seconds))
    return fall


def shaped(samples: Samples, attack_seconds: float, release_seconds: float) -> Samples:
    """Fade both ends of a sound, last axis, with half cosines, so that it neither clicks in nor out."""
    faded = samples.copy()
    n = samples.shape[-1]
    for seconds, at in ((attack_seconds, slice(None)), (release_seconds, slice(None, None, -1))):
        ramp = min(n, round(seconds * SAMPLE_RATE))
        if ramp:
            faded[..., at][..., :ramp] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(ramp) / ramp)).astype(np.float32)
    return faded


def place(track: Samples, sound: Samples, at: int, gain: float = 1.0) -> None:
    """Add a sound to a track of the same number of channels, cut off where the track begins or ends."""
    skipped = max(0, -at)
    start = at + skipped
    stop = min(track.shape[-1], at + sound.shape[-1])
    if stop > start:
        track[..., start:stop] += np.float32(gain) * sound[..., skipped : skipped + stop - start]


def panned(mono: Samples, position: float) -> Samples:
    """Place a mono sound between the speakers with constant power; −1 is left, 1 is right."""
    angle = (position + 1) * np.pi / 4
    return np.outer(np.array([np.cos(angle), np.sin(angle)], dtype=np.float32), mono)


def warped(sound: Samples, ratio: Samples) -> Samples:
    """Play a sound, mono or stereo, at a varying speed: for vibrato, bends and the wobble of tape.

    `ratio`, shape (n,), is the speed at each moment, 1 unchanged. Where the sound runs out, its last value stays.
    """
    at = np.cumsum(ratio, dtype=np.float64) - ratio[0]
    grid = np.arange(sound.shape[-1])
    channels = [np.interp(at, grid, channel) for channel in np.atleast_2d(sound)]
    played: Samples = np.stack(channels).astype(np.float32).reshape(*sound.shape[:-1], -1)
    return played
