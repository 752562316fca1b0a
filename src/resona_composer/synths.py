"""How do synthesisers sound? Filtered oscillators, and lines that glide.

An oscillator reads one cycle from a table. There is a table for each cut-off of the low-pass filter, in thirds of an
octave above the fundamental, with the filter's resonance drawn in: moving from table to table *is* the filter sweep,
at any pitch, without recursion.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resona_composer.score import Note, Song
from resona_composer.waves import SAMPLE_RATE, Samples, count, hertz, shaped

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


def oscillate(
    shape: str, hz: NDArray[np.floating] | float, cutoff_hz: Samples, *, resonance: float = 1.0, phase: float = 0.0
) -> Samples:
    """Run an oscillator through a low-pass filter that moves.

    Parameters
    ----------
    shape
        "saw", "square", "pulse" or "triangle".
    hz
        Frequency, one value or shape (n,).
    cutoff_hz
        Shape (n,): of the filter, at each moment.
    resonance
        0.7 is flat, 2 sings, 6 whistles.
    phase
        Share of a cycle at the start.

    Returns
    -------
    Shape (n,), within about ±1.5.

    Examples
    --------
    >>> oscillate("saw", 110.0, np.full(441, 2000, dtype=np.float32)).shape
    (441,)
    """
    tables = _tables(shape, resonance)
    n = len(cutoff_hz)
    frequency = np.broadcast_to(np.asarray(hz, dtype=np.float32), n)
    turns = np.cumsum(frequency, dtype=np.float64)
    at = (turns * (TABLE / SAMPLE_RATE) + phase * TABLE).astype(np.int64).astype(np.int32) & np.int32(TABLE - 1)
    harmonic = np.minimum(cutoff_hz, np.float32(9000)) / frequency
    level = np.log2(np.maximum(harmonic, FIRST_CUTOFF) / np.float32(FIRST_CUTOFF)) * np.float32(STEPS_PER_OCTAVE)
    level = np.minimum(level, np.float32(len(tables) - 1.001))
    lower = level.astype(np.int32)
    flat = tables.ravel()
    at += lower * np.int32(TABLE)
    low, high = flat.take(at), flat.take(at + np.int32(TABLE))
    mixed: Samples = low + (high - low) * (level - lower.astype(np.float32))
    return mixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The settings of a synthesiser.

    Attributes
    ----------
    shape
        Of the oscillators.
    n_voices, detune_cents
        Oscillators for each key, and how far they spread.
    cutoff_hz, sweep_octaves, sweep_seconds
        The filter rests at the first, starts that many octaves above it, and falls within that time.
    resonance
        As in `oscillate`.
    attack_seconds, release_seconds, fall_seconds
        The loudness: rise, end, and the time in which a held note falls by 60 dB (0: it stays).
    sub
        Level of a sine an octave below.
    glide_seconds, vibrato_cents
        Only for lines: from note to note, and on long notes.

    Examples
    --------
    >>> strike(Patch(shape="saw", n_voices=3), 57, 0.2, 0.8, np.random.default_rng(0)).shape
    (13230,)
    """

    shape: str = "saw"
    n_voices: int = 1
    detune_cents: float = 12.0
    cutoff_hz: float = 1200.0
    sweep_octaves: float = 2.0
    sweep_seconds: float = 0.25
    resonance: float = 1.0
    attack_seconds: float = 0.004
    release_seconds: float = 0.1
    fall_seconds: float = 0.0
    sub: float = 0.0
    glide_seconds: float = 0.0
    vibrato_cents: float = 0.0


def strike(patch: Patch, pitch: float, seconds: float, velocity: float, rng: np.random.Generator) -> Samples:
    """Play one note of a patch, mono; longer than `seconds` by the release."""
    n = count(seconds + patch.release_seconds)
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    octaves = patch.sweep_octaves * velocity * np.exp(-time * np.float32(3 / patch.sweep_seconds))
    cutoff = np.float32(patch.cutoff_hz) * np.exp2(octaves)
    cents = np.linspace(-1, 1, patch.n_voices) * patch.detune_cents if patch.n_voices > 1 else np.zeros(1)
    sound = np.zeros(n, dtype=np.float32)
    for cent in cents:
        hz = hertz(pitch + cent / 100)
        sound += oscillate(patch.shape, hz, cutoff, resonance=patch.resonance, phase=float(rng.random()))
    sound /= np.float32(np.sqrt(patch.n_voices))
    if patch.sub:
        sound += np.float32(patch.sub) * np.sin(np.float32(np.pi * hertz(pitch)) * time)
    if patch.fall_seconds:
        sound *= np.exp(time * np.float32(-6.9 / patch.fall_seconds))
    return shaped(sound, patch.attack_seconds, patch.release_seconds) * np.float32(velocity)


def line(patch: Patch, notes: list[Note], song: Song, rng: np.random.Generator, *, breath: float = 0.0) -> Samples:
    """Play one note at a time, gliding and with vibrato: leads, basses, flutes and fiddles.

    Parameters
    ----------
    patch
        One voice of it is used for each `n_voices`.
    notes
        In order; a note ends where the next begins.
    song
        The clock and the length.
    rng
        Decides phases and breath.
    breath
        Level of noise that follows the loudness.

    Returns
    -------
    Mono, as long as the song.
    """
    pitch, gate, since = _controls(patch, notes, song)
    heard = np.flatnonzero(gate > 1e-4)
    level, since = gate[heard], since[heard]
    vibrato = np.sin(np.float32(2 * np.pi * 5.4 / SAMPLE_RATE) * heard.astype(np.float32))
    depth = np.float32(patch.vibrato_cents / 100) * np.minimum(1, since / np.float32(0.4))  # it comes in late
    hz = 440 * np.exp2((pitch[heard] + depth * vibrato - 69) / 12)
    cutoff = np.float32(patch.cutoff_hz) * np.exp2(
        np.float32(patch.sweep_octaves) * level * _falling(since, patch.sweep_seconds / 0.43)
    )
    total = np.zeros(len(heard), dtype=np.float32)
    for voice in range(patch.n_voices):
        apart = (voice - (patch.n_voices - 1) / 2) * patch.detune_cents / max(1, patch.n_voices - 1)
        total += oscillate(
            patch.shape, hz * 2 ** (apart / 1200), cutoff, resonance=patch.resonance, phase=float(rng.random())
        )
    if patch.sub:
        turns = np.cumsum(hz, dtype=np.float64) / (2 * SAMPLE_RATE) % 1
        total += np.float32(patch.sub) * np.sin(2 * np.pi * turns.astype(np.float32))
    if breath:
        total += np.float32(breath) * rng.standard_normal(len(heard), dtype=np.float32)
    if patch.fall_seconds:
        total *= _falling(since, patch.fall_seconds)
    track = np.zeros(song.n_samples, dtype=np.float32)
    track[heard] = total * level
    return track


def _falling(since: Samples, seconds: float) -> Samples:
    """Fall by 60 dB in a time, from each note's beginning."""
    fall: Samples = np.exp(since * np.float32(-6.9 / seconds))
    return fall


def _controls(patch: Patch, notes: list[Note], song: Song) -> tuple[Samples, Samples, Samples]:
    """Pitch, loudness 0 to 1, and seconds since the note began, at each sample."""
    n = song.n_samples
    pitch = np.full(n, notes[0].pitch if notes else 60, dtype=np.float32)
    gate, since = np.zeros(n, dtype=np.float32), np.full(n, 9, dtype=np.float32)
    starts = [min(n, round(song.seconds(note.beat) * SAMPLE_RATE)) for note in notes]
    for note, start, following in zip(notes, starts, [*starts, n][1:], strict=True):
        stop = min(following, round(song.seconds(note.beat + note.length) * SAMPLE_RATE))
        pitch[start:following] = note.pitch
        gate[start:stop] = note.velocity
        since[start:following] = np.arange(following - start, dtype=np.float32) / np.float32(SAMPLE_RATE)
    return _smoothed(pitch, patch.glide_seconds / 3), _smoothed(gate, 0.004 + patch.attack_seconds / 2), since


def _smoothed(steps: Samples, seconds: float) -> Samples:
    """Follow steps as a capacitor does."""
    from scipy.signal import lfilter

    if not seconds:
        return steps
    keep = float(np.exp(-1 / (seconds * SAMPLE_RATE)))
    followed, _ = lfilter([1 - keep], [1, -keep], steps.astype(np.float64), zi=[keep * float(steps[0])])
    smooth: Samples = followed.astype(np.float32)
    return smooth
