"""What lies around the notes? Wind, the dust of a record, and the wear of what is sampled from one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.keys import Keys
from resona_composer.score import Note, Song
from resona_composer.waves import SAMPLE_RATE, Samples, clock, noise, warped


@dataclass(frozen=True, slots=True)
class Texture:
    """Noise whose level wanders, around `centre_hz`, and `clicks` a second, as of dust in a groove."""

    centre_hz: float = 500.0
    clicks: int = 0

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:  # noqa: ARG002 - has no notes
        """Sound as long as the song; stereo."""
        n, seconds = song.n_samples, song.n_samples / SAMPLE_RATE
        n_knots = int(seconds) + 2
        wander = np.interp(clock(n), np.arange(n_knots), rng.uniform(0.2, 1.0, n_knots)).astype(np.float32)
        sound = np.stack([noise(rng, seconds)[:n] for _ in range(2)]) * wander
        n_clicks = round(seconds * self.clicks)
        for side in range(2):
            sound[side, rng.integers(0, n, n_clicks)] += 80 * rng.standard_normal(n_clicks).astype(np.float32) ** 3
        return filtered(sound, *(biquad("bandpass", self.centre_hz, q=0.5) for _ in range(2)))


@dataclass(frozen=True, slots=True)
class Record:
    """Keys as sampled from an old record: its speed varies by `wobble`, its treble ends at `dust_hz`."""

    keys: Keys
    wobble: float = 0.002
    dust_hz: float = 4000.0

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Play a part; stereo."""
        time = clock(song.n_samples)
        speed = np.sin(np.float32(2 * np.pi * 0.55) * time + np.float32(rng.uniform(0, 6)))
        worn = warped(self.keys.play(song, notes, rng), 1 + np.float32(self.wobble) * speed)
        level = np.float32(np.quantile(np.abs(worn[:, ::50]), 0.99) + 1e-6)
        return filtered(np.tanh(1.4 * worn / level), biquad("lowpass", self.dust_hz), biquad("highpass", 110))
