"""How do plucked strings sound? Guitars and basses, of wood or with an amplifier.

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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.mixing import perform
from resona_composer.score import Note, Song
from resona_composer.waves import Samples, clock, count, decaying, hertz, noise, ring, shaped, warped

BIAS = np.float32(0.2)  # of the valve: even overtones
MUTED = 0.55  # strokes up to this velocity are damped with the palm where there is an amplifier


@dataclass(frozen=True, slots=True, kw_only=True)
class String:
    """A string and the way it is plucked."""

    brightness: float = 0.6  # 0 dull (nylon, thumb) to 1 bright (steel, plectrum)
    position: float = 0.17  # where it is plucked, as a share of its length
    ring_seconds: float = 5.0  # decay of the fundamental at 110 Hz
    stiffness: float = 1e-4  # stretches the upper partials
    pick: float = 0.15  # level of the plectrum's click


def pluck(string: String, pitch: float, seconds: float, velocity: float, rng: np.random.Generator) -> Samples:
    """Pluck a string and damp it after a time; harder is louder and brighter. Mono, 50 ms longer than `seconds`."""
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
    """A guitar amplifier with its loudspeaker."""

    drive_db: float = 20.0  # before the valve: 0 is clean, 15 crunches, 35 sings and growls
    tight_hz: float = 110.0  # bass below it is kept out of the valve, so that low strings stay clear
    presence_db: float = 4.0  # around 3 kHz
    scoop_db: float = 0.0  # around 700 Hz
    cabinet_hz: float = 5000.0  # where the loudspeaker stops

    def play(self, guitar: Samples) -> Samples:
        """Amplify a guitar, mono or stereo; it is first brought to a fixed level, so that the drive means the same."""
        voiced = filtered(guitar, biquad("highpass", self.tight_hz), biquad("lowpass", 6500))
        level = np.quantile(np.abs(voiced[..., ::97]), 0.98) + 1e-6
        hot = voiced * np.float32(10 ** (self.drive_db / 20) * 0.5 / level)
        # The valve makes overtones. It is also asked halfway between samples, so that fewer of them fold back.
        between = np.zeros_like(hot)
        between[..., 1:-2] = (9 * (hot[..., 1:-2] + hot[..., 2:-1]) - hot[..., :-3] - hot[..., 3:]) / 16
        valve, half = np.tanh(hot + BIAS), np.tanh(between + BIAS)
        squeezed = 0.5 * (valve + half)
        squeezed[..., 1:] += 0.25 * (half[..., :-1] - half[..., 1:])
        return filtered(
            squeezed - np.tanh(BIAS),
            biquad("highpass", 0.6 * self.tight_hz),
            biquad("peak", 130, q=1.2, gain_db=3),
            biquad("peak", 700, q=0.8, gain_db=self.scoop_db),
            biquad("peak", 2900, q=1.0, gain_db=self.presence_db),
            biquad("lowpass", self.cabinet_hz, q=0.6),
            biquad("lowpass", self.cabinet_hz * 1.2, q=0.9),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guitar:
    """A guitar and its player."""

    string: String
    amplifier: Amplifier | None = None  # none for wood alone
    size: float = 1.0  # of the wooden body: 0.6 is a mandolin's, 1.8 an upright bass's
    is_doubled: bool = False  # played twice, left and right
    vibrato: float = 0.0  # depth, as a share of the pitch
    loose_ms: float = 7.0  # deviation of the timing

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Play a part; stereo if it is doubled."""
        stroke, n_takes = partial(self._stroke, rng), 2 if self.amplifier else 1
        takes = [
            perform(notes, stroke, song, rng, loose_ms=self.loose_ms, n_takes=n_takes)
            for _ in range(2 if self.is_doubled else 1)
        ]
        dry = np.stack(takes) if self.is_doubled else takes[0]
        if self.vibrato:
            dry = warped(
                dry, 1 + np.float32(self.vibrato) * np.sin(np.float32(2 * np.pi * 5.3) * clock(song.n_samples))
            )
        return self.amplifier.play(dry) if self.amplifier else self._body(dry)

    def _stroke(self, rng: np.random.Generator, pitch: float, seconds: float, velocity: float) -> Samples:
        pressed = pitch + rng.normal(0, 0.02)  # no finger presses a string quite the same way twice
        if not self.amplifier or velocity > MUTED:
            return pluck(self.string, pressed, seconds, velocity, rng)
        muted = replace(self.string, brightness=self.string.brightness * 0.55, position=0.1, ring_seconds=1.4, pick=0.5)
        return pluck(muted, pressed, min(seconds, 0.4), 0.9, rng)

    def _body(self, guitar: Samples) -> Samples:
        """Put a string on a wooden box: resonances of air and top around 100, 200 and 400 Hz."""
        return filtered(
            guitar,
            biquad("highpass", 70 / self.size),
            biquad("peak", 102 / self.size, q=3, gain_db=5),
            biquad("peak", 205 / self.size, q=2.5, gain_db=4),
            biquad("peak", 410 / self.size, q=1.5, gain_db=2),
            biquad("peak", 1500, q=0.7, gain_db=-3),
            biquad("highshelf", 6000, gain_db=3),
        )
