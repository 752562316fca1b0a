"""Small songs with known tempo, key and mode: drums, bass, chords and a melody, as arrays."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 22050
PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 3, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4)),
}
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """What is played; `key` counts semitones above C, `tuning_cents` from A = 440 Hz."""

    tempo_bpm: float
    key: int
    mode: str
    tuning_cents: float = 0.0
    with_drums: bool = True
    seed: int = 0

    def clips(self, n_clips: int = 3, seconds: float = 10.0) -> list[Samples]:
        """Cut clips from different places of the song, off the beat."""
        starts = [(7.3 + 13.7 * clip) for clip in range(n_clips)]
        return [render(self, start, seconds) for start in starts]


@lru_cache(maxsize=64)
def render(song: Song, start_seconds: float, seconds: float) -> Samples:
    """Play part of a song: four beats a bar, a chord a bar, notes on half beats."""
    rng = np.random.default_rng(song.seed)
    beat = 60.0 / song.tempo_bpm
    progressions = PROGRESSIONS[song.mode]
    chords = progressions[rng.integers(len(progressions))]
    melody = rng.choice((0, 1, 2, 4, 7), size=32, p=(0.35, 0.1, 0.25, 0.2, 0.1))
    partials = 0.3 + 0.5 * rng.random()
    samples = np.zeros(int((seconds + 4 * beat) * SAMPLE_RATE) + SAMPLE_RATE)
    first = int(start_seconds / beat) - 1
    for step in range(2 * first, int(2 * (start_seconds + seconds) / beat) + 1):
        at = int((step * beat / 2 - first * beat) * SAMPLE_RATE)
        degree = chords[(step // 8) % len(chords)]
        if song.with_drums:
            _add(samples, at, _drum(step, np.random.default_rng((song.seed, step))))
        if step % 8 == 0:
            for third in (0, 2, 4):
                _add(samples, at, 0.12 * _note(song, degree + third, 4, 4 * beat, partials))
        if step % 2 == 0:
            _add(samples, at, 0.3 * _note(song, degree, 2, beat, partials))
        note = degree + int(melody[step % len(melody)])
        _add(samples, at, 0.15 * _note(song, note, 5, beat / 2, partials))
    begin = int((start_seconds - first * beat) * SAMPLE_RATE)
    cut = samples[begin : begin + int(seconds * SAMPLE_RATE)]
    normalised: Samples = (0.5 * cut / np.abs(samples).max()).astype(np.float32)
    return normalised


@lru_cache(maxsize=256)
def _note(song: Song, degree: int, octave: int, seconds: float, partials: float) -> NDArray[np.float64]:
    octave += degree // 7
    pitch = 12 * (octave + 1) + song.key + SCALES[song.mode][degree % 7] + song.tuning_cents / 100
    hz = 440.0 * 2 ** ((pitch - 69) / 12)
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tone = sum(partials**k * np.sin(2 * np.pi * hz * (k + 1) * time) for k in range(6) if hz * (k + 1) < 10_000)
    fade = np.minimum(1.0, np.minimum(time / 0.005, (seconds - time) / 0.01))
    decayed: NDArray[np.float64] = tone * fade * np.exp(-2.0 * time / seconds)
    return decayed


def _drum(step: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Hat on each half beat, kick on beats 1 and 3, snare on 2 and 4."""
    time = np.arange(int(0.15 * SAMPLE_RATE)) / SAMPLE_RATE
    noise = rng.standard_normal(len(time))
    sound = 0.06 * np.diff(noise, prepend=0.0) * np.exp(-60 * time)
    if step % 4 == 0:
        sound += 0.8 * np.sin(2 * np.pi * (50 * time + 3 * (1 - np.exp(-40 * time)))) * np.exp(-18 * time)
    elif step % 4 == 2:
        sound += 0.25 * noise * np.exp(-25 * time)
    decayed: NDArray[np.float64] = sound
    return decayed


def _add(samples: NDArray[np.float64], at: int, sound: NDArray[np.float64]) -> None:
    if at >= 0:
        room = samples[at : at + len(sound)]
        room += sound[: len(room)]
