"""How are chords held by many? Choirs and orchestras whose chords fade into the next.

A pad is made in one inverse transform: each harmonic is a narrow band of noise [1]_.

References
----------
.. [1] N. O. Paul, "PADsynth algorithm", ZynAddSubFX documentation, 2005.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from resona_composer.score import Note, Song
from resona_composer.waves import SAMPLE_RATE, Samples, count, hertz, place, shaped

SPECTRA = {  # slope of the harmonics in dB per octave; centres of formants in Hz
    "strings": (-7.0, (500.0, 1400.0, 2800.0)),
    "choir": (-9.0, (650.0, 1080.0, 2650.0)),
    "warm": (-13.0, ()),
    "air": (-5.0, (3200.0, 6000.0)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """Many voices."""

    kind: str  # a key of `SPECTRA`
    width_cents: float = 25.0  # of a harmonic: 5 is glass, 60 a crowd
    overlap_seconds: float = 0.5  # in which a chord fades into the next

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Hold chords: the notes of each follow each other; stereo, as long as the song."""
        track = np.zeros((2, song.n_samples), dtype=np.float32)
        for (beat, length), chord in groupby(notes, key=lambda note: note[:2]):
            begins, ends = song.seconds(beat), song.seconds(beat + length)
            sound = self.hold([note.pitch for note in chord], ends - begins + self.overlap_seconds, rng)
            sound = shaped(sound, self.overlap_seconds, self.overlap_seconds)
            place(track, sound, round((begins - self.overlap_seconds / 2) * SAMPLE_RATE))
        return track

    def hold(self, pitches: Sequence[float], seconds: float, rng: np.random.Generator) -> Samples:
        """Hold a chord [1]_; stereo, of mean power 1, not faded; left and right have other phases."""
        from scipy.fft import irfft, next_fast_len

        n = count(seconds)
        size = next_fast_len(n, real=True)
        level = np.zeros(size // 2 + 1, dtype=np.float32)
        for hz in map(hertz, pitches):
            for harmonic in range(1, min(48, int(11_000 / hz)) + 1):
                self._add_band(level, size / SAMPLE_RATE, hz * harmonic, harmonic)
        turn = rng.random((2, len(level)), dtype=np.float32) * np.float32(2 * np.pi)
        both: Samples = irfft(level * np.exp(1j * turn), size)[:, :n].astype(np.float32)
        return both / np.float32(np.sqrt(np.mean(both**2)) + 1e-9)

    def _add_band(self, level: Samples, bins_per_hz: float, hz: float, harmonic: int) -> None:
        slope, formants = SPECTRA[self.kind]
        middle = hz * bins_per_hz
        spread = max(0.35, hz * (2 ** (self.width_cents / 1200) - 1)) * bins_per_hz
        bins = np.arange(max(1, int(middle - 3 * spread)), min(len(level), int(middle + 3 * spread) + 2))
        loud = harmonic ** (slope / 6.02) / np.sqrt(spread)
        if formants:
            loud *= 0.35 + sum(1.6 / (1 + ((hz - centre) / (0.14 * centre)) ** 2) for centre in formants)
        level[bins] += (loud * np.exp(-0.5 * ((bins - middle) / spread) ** 2)).astype(np.float32)
