"""How do plucked strings sound? Guitars, bass, harp; and the amplifier behind an electric guitar.

A string is the closed form of the Karplus-Strong loop [1]_ [2]_: noise goes round a delay line with a low-pass filter
in it, so each partial begins at random, weighted by the place of the pluck, and dies away the faster the higher it is.
Written as damped modes it is in tune at any pitch, has no aliases, and may be stiff.

References
----------
.. [1] K. Karplus and A. Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music Journal 7(2),
   1983.
.. [2] D. A. Jaffe and J. O. Smith, "Extensions of the Karplus-Strong plucked-string algorithm", Computer Music
   Journal 7(2), 1983.
"""

from dataclasses import dataclass

import numpy as np

from resona_composer.effects import Biquad, biquad, filtered
from resona_composer.waves import SAMPLE_RATE, Samples, count, decaying, hertz, noise, ring, shaped

BIAS = np.float32(0.2)  # of the valve: even overtones


@dataclass(frozen=True, slots=True, kw_only=True)
class PluckedString:
    """A string and the way it is plucked.

    Attributes
    ----------
    brightness
        0 dull (nylon, thumb) to 1 bright (steel, plectrum).
    position
        Where it is plucked, as a share of its length.
    ring_seconds
        Decay of the fundamental at 110 Hz.
    stiffness
        Stretches the upper partials; 0.0001 is a guitar's.
    pick
        Level of the plectrum's click.

    Examples
    --------
    >>> nylon = PluckedString(brightness=0.3, ring_seconds=3.0)
    >>> pluck(nylon, 45, 0.5, 0.8, np.random.default_rng(0)).shape
    (24255,)
    """

    brightness: float = 0.6
    position: float = 0.17
    ring_seconds: float = 5.0
    stiffness: float = 1e-4
    pick: float = 0.15


def pluck(string: PluckedString, pitch: float, seconds: float, velocity: float, rng: np.random.Generator) -> Samples:
    """Pluck a string and damp it after a time.

    Parameters
    ----------
    string
        The string.
    pitch
        MIDI number.
    seconds
        Until it is damped.
    velocity
        0 to 1: harder is louder and brighter.
    rng
        Decides how the partials begin.

    Returns
    -------
    Mono, 50 ms longer than `seconds`.
    """
    hz = hertz(pitch)
    partial = np.arange(1, max(2, min(64, int(9000 / hz))))
    frequency = hz * partial * np.sqrt(1 + string.stiffness * partial**2)
    slope = 1.75 - 0.9 * string.brightness - 0.3 * velocity
    amplitude = np.sin(np.pi * partial * string.position) * partial**-slope * rng.uniform(0.6, 1.2, len(partial))
    loss = (frequency / (500 + 2500 * string.brightness)) ** 1.2
    decay = string.ring_seconds * (110 / hz) ** 0.4 / (1 + loss)
    body = ring(seconds + 0.05, frequency, decay, amplitude, rng.uniform(-0.6, 0.6, len(partial)))
    click = noise(rng, 0.012) * decaying(count(0.012), 0.01) * np.float32(string.pick * velocity)
    body[: len(click)] += click[: len(body)]
    return shaped(body, 0.001, 0.05) * np.float32(velocity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amplifier:
    """A guitar amplifier with its loudspeaker.

    Attributes
    ----------
    drive_db
        Gain before the valve: 0 is clean, 15 crunches, 35 sings and growls.
    tight_hz
        Bass below it is kept out of the valve, so that low strings stay clear.
    presence_db
        Boost around 3 kHz.
    scoop_db
        Cut around 700 Hz, as metal likes it.
    cabinet_hz
        Where the loudspeaker stops.

    Examples
    --------
    >>> loud = Amplifier(drive_db=30).play(np.sin(np.arange(4410, dtype=np.float32) / 40))
    >>> loud.shape, bool(np.abs(loud).max() < 3)
    ((4410,), True)
    """

    drive_db: float = 20.0
    tight_hz: float = 110.0
    presence_db: float = 4.0
    scoop_db: float = 0.0
    cabinet_hz: float = 5000.0

    def play(self, guitar: Samples) -> Samples:
        """Amplify a guitar, mono or stereo; it is first brought to a fixed level, so that the drive means the same."""
        voiced = filtered(guitar, biquad("highpass", self.tight_hz, SAMPLE_RATE), biquad("lowpass", 6500, SAMPLE_RATE))
        level = np.quantile(np.abs(voiced[..., ::97]), 0.98) + 1e-6
        hot = voiced * np.float32(10 ** (self.drive_db / 20) * 0.5 / level)
        # The valve makes overtones. It is also asked halfway between samples, so that fewer of them fold back.
        between = np.zeros_like(hot)
        between[..., 1:-2] = (9 * (hot[..., 1:-2] + hot[..., 2:-1]) - hot[..., :-3] - hot[..., 3:]) / 16
        valve, half = np.tanh(hot + BIAS), np.tanh(between + BIAS)
        squeezed = 0.5 * (valve + half)
        squeezed[..., 1:] += 0.25 * (half[..., :-1] - half[..., 1:])
        return filtered(squeezed - np.tanh(BIAS), *self._loudspeaker())

    def _loudspeaker(self) -> list[Biquad]:
        return [
            biquad("highpass", 75, SAMPLE_RATE),
            biquad("peak", 130, SAMPLE_RATE, q=1.2, gain_db=3),
            biquad("peak", 700, SAMPLE_RATE, q=0.8, gain_db=self.scoop_db),
            biquad("peak", 2900, SAMPLE_RATE, q=1.0, gain_db=self.presence_db),
            biquad("lowpass", self.cabinet_hz, SAMPLE_RATE, q=0.6),
            biquad("lowpass", self.cabinet_hz * 1.2, SAMPLE_RATE, q=0.9),
        ]


def body(guitar: Samples, *, size: float = 1.0) -> Samples:
    """Put a string on a wooden box: resonances of air and top around 100, 200 and 400 Hz.

    Examples
    --------
    >>> body(np.ones(100, dtype=np.float32), size=0.8).shape
    (100,)
    """
    return filtered(
        guitar,
        biquad("highpass", 70 / size, SAMPLE_RATE),
        biquad("peak", 102 / size, SAMPLE_RATE, q=3, gain_db=5),
        biquad("peak", 205 / size, SAMPLE_RATE, q=2.5, gain_db=4),
        biquad("peak", 410 / size, SAMPLE_RATE, q=1.5, gain_db=2),
        biquad("peak", 1500, SAMPLE_RATE, q=0.7, gain_db=-3),
        biquad("highshelf", 6000, SAMPLE_RATE, gain_db=3),
    )
