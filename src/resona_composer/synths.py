"""How do synthesisers sound? Filtered oscillators: basses, chords and leads; and bowed and blown tunes.

An oscillator reads one cycle from a table. There is a table for each cut-off of the low-pass filter, in thirds of an
octave above the fundamental, with the filter's resonance drawn in: moving from table to table *is* the filter sweep,
at any pitch, without recursion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.mixing import perform
from resona_composer.score import Note, Song
from resona_composer.waves import SAMPLE_RATE, Samples, clock, count, hertz, shaped

TABLE = 4096
N_HARMONICS = 160
STEPS_PER_OCTAVE = 3
FIRST_CUTOFF = 0.5  # in harmonics


@lru_cache(maxsize=16)
def _tables(shape: str, resonance: float) -> Samples:
    """One cycle for each cut-off, shape (n_cutoffs, TABLE)."""
    k = np.arange(1, N_HARMONICS + 1)
    level = {
        "saw": 1 / k,
        "square": (k % 2) / k,
        "pulse": np.sin(np.pi * 0.22 * k) / k,
        "triangle": (k % 2) / k**2 * np.where(k % 4 == 1, 1, -1),
    }[shape]
    cutoff = FIRST_CUTOFF * 2.0 ** (np.arange(8.4 * STEPS_PER_OCTAVE) / STEPS_PER_OCTAVE)
    x = k / cutoff[:, None]
    gain = 1 / np.sqrt((1 - x**2) ** 2 + (x / resonance) ** 2) / np.sqrt(1 + x**4)
    spectrum = np.zeros((len(cutoff), TABLE // 2 + 1), dtype=complex)
    spectrum[:, 1 : N_HARMONICS + 1] = -0.5j * TABLE * level * gain
    tables: Samples = np.fft.irfft(spectrum, TABLE).astype(np.float32)
    return tables


def oscillate(shape: str, hz: Samples, cutoff_hz: Samples, *, resonance: float = 1.0, phase: float = 0.0) -> Samples:
    """Run an oscillator through a low-pass filter that moves.

    `shape` is "saw", "square", "pulse" or "triangle"; `hz` and `cutoff_hz` are of shape (n,); a resonance of 0.7 is
    flat, 2 sings, 6 whistles; `phase` is the share of a cycle at the start. Mono, within about ±1.5.
    """
    tables = _tables(shape, resonance)
    turns = np.cumsum(hz, dtype=np.float64)
    at = (turns * (TABLE / SAMPLE_RATE) + phase * TABLE).astype(np.int64).astype(np.int32) & np.int32(TABLE - 1)
    harmonic = np.minimum(cutoff_hz, np.float32(9000)) / hz
    level = np.log2(np.maximum(harmonic, FIRST_CUTOFF) / np.float32(FIRST_CUTOFF)) * np.float32(STEPS_PER_OCTAVE)
    level = np.minimum(level, np.float32(len(tables) - 1.001))
    lower = level.astype(np.int32)
    flat = tables.ravel()
    at += lower * np.int32(TABLE)
    low, high = flat.take(at), flat.take(at + np.int32(TABLE))
    mixed: Samples = low + (high - low) * (level - lower.astype(np.float32))
    return mixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Synth:
    """A synthesiser's settings."""

    shape: str = "saw"
    n_voices: int = 1  # oscillators for each key
    detune_cents: float = 12.0  # how far they spread
    cutoff_hz: float = 1200.0  # where the filter rests
    sweep_octaves: float = 2.0  # how far above it starts
    sweep_seconds: float = 0.25  # in which it falls
    resonance: float = 1.0  # as in `oscillate`
    attack_seconds: float = 0.004
    release_seconds: float = 0.1
    fall_seconds: float = 0.0  # in which a held note falls by 60 dB; 0: it stays
    sub: float = 0.0  # level of a sine an octave below
    breath: float = 0.0  # level of noise that follows the loudness of a line
    glide_seconds: float = 0.0  # above 0, notes are played as a line that glides from one to the next
    vibrato_cents: float = 0.0  # of long notes of a line
    body: tuple[tuple[float, float, float], ...] = ()  # resonances that the sound passes: Hz, quality and dB

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Play a part: a line is mono; struck notes are stereo, of two takes with other phases."""
        if self.glide_seconds:
            played = self._line(song, notes, rng)
        else:
            key = partial(self.strike, rng)
            left, right = (perform(notes, key, song, rng, loose_ms=0.8) for _ in range(2))
            played = np.stack([left + 0.5 * right, 0.5 * left + right])
        resonances = [biquad("peak", hz, q=q, gain_db=gain_db) for hz, q, gain_db in self.body]
        return filtered(played, *resonances) if resonances else played

    def strike(self, rng: np.random.Generator, pitch: float, seconds: float, velocity: float) -> Samples:
        """Play one note, mono; longer than `seconds` by the release."""
        n = count(seconds + self.release_seconds)
        time = clock(n)
        octaves = self.sweep_octaves * velocity * np.exp(-time * np.float32(3 / self.sweep_seconds))
        cutoff = np.float32(self.cutoff_hz) * np.exp2(octaves)
        sound = self._voices(np.full(n, hertz(pitch), dtype=np.float32), cutoff, rng)
        if self.fall_seconds:
            sound *= _falling(time, self.fall_seconds)
        return shaped(sound, self.attack_seconds, self.release_seconds) * np.float32(velocity)

    def _line(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        pitch, gate, since = self._controls(song, notes)
        heard = np.flatnonzero(gate > 1e-4)
        level, since = gate[heard], since[heard]
        vibrato = np.sin(np.float32(2 * np.pi * 5.4 / SAMPLE_RATE) * heard.astype(np.float32))
        depth = np.float32(self.vibrato_cents / 100) * np.minimum(1, since / np.float32(0.4))  # it comes in late
        hz = 440 * np.exp2((pitch[heard] + depth * vibrato - 69) / 12)
        octaves = np.float32(self.sweep_octaves) * level * _falling(since, self.sweep_seconds / 0.43)
        sound = self._voices(hz, np.float32(self.cutoff_hz) * np.exp2(octaves), rng)
        if self.breath:
            sound += np.float32(self.breath) * rng.standard_normal(len(heard), dtype=np.float32)
        if self.fall_seconds:
            sound *= _falling(since, self.fall_seconds)
        track = np.zeros(song.n_samples, dtype=np.float32)
        track[heard] = sound * level
        return track

    def _voices(self, hz: Samples, cutoff_hz: Samples, rng: np.random.Generator) -> Samples:
        sound = np.zeros(len(hz), dtype=np.float32)
        for cents in np.linspace(-1, 1, self.n_voices) * self.detune_cents if self.n_voices > 1 else [0.0]:
            tuned = hz * np.float32(2 ** (cents / 1200))
            sound += oscillate(self.shape, tuned, cutoff_hz, resonance=self.resonance, phase=float(rng.random()))
        sound /= np.float32(np.sqrt(self.n_voices))
        if self.sub:
            turns = np.cumsum(hz, dtype=np.float64) / (2 * SAMPLE_RATE) % 1
            sound += np.float32(self.sub) * np.sin(2 * np.pi * turns.astype(np.float32))
        return sound

    def _controls(self, song: Song, notes: Sequence[Note]) -> tuple[Samples, Samples, Samples]:
        """Pitch, loudness 0 to 1, and seconds since the note began, at each sample; it ends where the next begins."""
        n = song.n_samples
        pitch = np.full(n, notes[0].pitch if notes else 60, dtype=np.float32)
        gate, since = np.zeros(n, dtype=np.float32), np.full(n, 9, dtype=np.float32)
        starts = [min(n, round(song.seconds(note.beat) * SAMPLE_RATE)) for note in notes]
        for note, start, following in zip(notes, starts, [*starts, n][1:], strict=True):
            stop = min(following, round(song.seconds(note.beat + note.length) * SAMPLE_RATE))
            pitch[start:following] = note.pitch
            gate[start:stop] = note.velocity
            since[start:following] = clock(following - start)
        return _smoothed(pitch, self.glide_seconds / 3), _smoothed(gate, 0.004 + self.attack_seconds / 2), since


def _falling(since: Samples, seconds: float) -> Samples:
    """Fall by 60 dB in a time, from each note's beginning."""
    fall: Samples = np.exp(since * np.float32(-6.9 / seconds))
    return fall


def _smoothed(steps: Samples, seconds: float) -> Samples:
    """Follow steps as a capacitor does."""
    from scipy.signal import lfilter

    keep = float(np.exp(-1 / (seconds * SAMPLE_RATE)))
    followed, _ = lfilter([1 - keep], [1, -keep], steps.astype(np.float64), zi=[keep * float(steps[0])])
    smooth: Samples = followed.astype(np.float32)
    return smooth
