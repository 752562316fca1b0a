"""How do struck and blown keyboards sound? Piano, electric piano, organ, bells, mallets.

Every instrument is a function of pitch, seconds until the key is released, and velocity; it gives a mono sound with its
own release. Modes and their ratios follow Fletcher and Rossing [1]_.

References
----------
.. [1] N. H. Fletcher and T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., Springer, 1998.
"""

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.waves import SAMPLE_RATE, Samples, count, decaying, hertz, noise, ring, shaped


def piano(pitch: float, seconds: float, velocity: float, rng: np.random.Generator, *, felt: float = 0.0) -> Samples:
    """Strike a piano string.

    Stretched partials of two strings that are slightly apart, so that the sound beats and dies away in two stages;
    a hammer that is harder when it is faster; its knock on the soundboard.

    Parameters
    ----------
    pitch, seconds, velocity
        MIDI number, time until the damper falls, 0 to 1.
    rng
        Decides the beating and the knock.
    felt
        0 for a concert grand, 1 for a muted upright.

    Examples
    --------
    >>> piano(60, 0.5, 0.7, np.random.default_rng(0)).shape
    (37485,)
    """
    hz = hertz(pitch)
    stretch = 10 ** (-4.1 + 0.035 * max(0.0, pitch - 45))
    partial = np.arange(1, max(2, min(40, int(10_000 / hz))))
    frequency = hz * partial * np.sqrt(1 + stretch * partial**2)
    hardness = (700 + 2600 * velocity) * (1 - 0.65 * felt)
    amplitude = np.abs(np.sin(np.pi * partial / 8)) * partial**-0.7 * np.exp(-(frequency - hz) / hardness)
    decay = 14 * (110 / hz) ** 0.75 / (1 + (frequency / 2600) ** 1.1) * (1 - 0.3 * felt)
    beat = 1 + rng.uniform(0.00005, 0.00025)
    body = ring(
        seconds + 0.35,
        np.concatenate([frequency, frequency * beat]),
        np.concatenate([decay * 0.35, decay]),
        np.concatenate([amplitude, amplitude * 0.45]),
        rng.uniform(-0.3, 0.3, 2 * len(partial)),
    )
    knock = filtered(
        noise(rng, 0.09) * decaying(count(0.09), 0.07), biquad("lowpass", 350 + 900 * velocity, SAMPLE_RATE)
    )
    body[: len(knock)] += knock[: len(body)] * np.float32(0.25 * (0.4 + felt))
    return shaped(body, 0.002, 0.35) * np.float32(velocity)


def electric_piano(pitch: float, seconds: float, velocity: float, rng: np.random.Generator) -> Samples:
    """Strike a tine: a round tone that barks when hit hard, with a bell that is soon gone.

    Examples
    --------
    >>> electric_piano(60, 0.5, 0.7, np.random.default_rng(0)).shape
    (30870,)
    """
    hz = hertz(pitch)
    tine = ring(seconds + 0.2, [hz, 2.0 * hz, 7.1 * hz], [5.0, 2.5, 0.35], [1.0, 0.12, 0.25 * velocity])
    tine *= np.float32(1 + 0.05 * rng.standard_normal())
    pickup = np.tanh((0.4 + 1.3 * np.float32(velocity)) * tine + np.float32(0.35)) - np.tanh(np.float32(0.35))
    return shaped(pickup.astype(np.float32), 0.002, 0.15) * np.float32(velocity)


def organ(pitch: float, seconds: float, velocity: float, *, drawbars: tuple[float, ...]) -> Samples:
    """Hold a key of a tone-wheel organ.

    Parameters
    ----------
    pitch, seconds, velocity
        As for the piano; the velocity is only a level.
    drawbars
        Levels of up to seven wheels: 1/2, 3/2, 1, 2, 3, 4 and 5 times the pitch.

    Examples
    --------
    >>> organ(60, 0.5, 0.7, drawbars=(0.8, 0.6, 1.0)).shape
    (23373,)
    """
    ratios = np.array([0.5, 1.5, 1, 2, 3, 4, 5])[: len(drawbars)]
    tone = ring(seconds + 0.03, hertz(pitch) * ratios, 1e6, drawbars, np.arange(len(ratios)) * 1.7)
    return shaped(tone, 0.006, 0.03) * np.float32(velocity)


BELLS = {  # ratio, decay in seconds, level of each mode
    "tubular": ((0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66), (5, 4, 3, 2.5, 2, 1.3, 1), (0.5, 1, 0.4, 0.35, 0.5, 0.25, 0.2)),
    "kalimba": ((1, 2.0, 5.4, 8.9), (1.6, 0.7, 0.15, 0.08), (1, 0.12, 0.25, 0.1)),
    "music box": ((1, 2.98, 6.2, 9.7), (2.5, 1.0, 0.4, 0.2), (1, 0.35, 0.2, 0.1)),
}


def bell(kind: str, pitch: float, seconds: float, velocity: float) -> Samples:
    """Strike a bell, bar or tongue of `BELLS`.

    Examples
    --------
    >>> bell("kalimba", 72, 0.5, 0.7).shape
    (48510,)
    """
    ratios, decays, levels = (np.array(row, dtype=float) for row in BELLS[kind])
    hard = ratios ** (0.6 * (velocity - 0.8))
    tone = ring(max(seconds, 0.4) + 0.6, hertz(pitch) * ratios, decays * (440 / hertz(pitch)) ** 0.3, levels * hard)
    return shaped(tone, 0.001, 0.5) * np.float32(velocity)
