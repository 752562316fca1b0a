"""How do players of strings and winds perform? Guitars, basses, fiddles and flutes that several styles share."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.mixing import perform
from resona_composer.score import Note, Song
from resona_composer.strings import Amplifier, PluckedString, body, pluck
from resona_composer.synths import Patch, line, strike
from resona_composer.waves import SAMPLE_RATE, Samples, warped

MUTED = 0.55  # strokes up to this velocity are damped with the palm


def power_chords(song: Song, *, tuning: int = 40) -> dict[int, tuple[int, ...]]:
    """Voice degrees as root, fifth and octave, from the lowest string up.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> song = compose(Scale(9, SCALES["minor"]), 120, 4.0, {"verse": ((0,),), "chorus": ((0,),)})
    >>> power_chords(song)[0]
    (45, 52, 57)
    """
    roots = {degree: tuning + (song.scale.pitch(degree, 2) - tuning) % 12 for degree in range(7)}
    return {degree: (root, root + 7, root + 12) for degree, root in roots.items()}


def open_chords(song: Song, *, tuning: int = 40) -> dict[int, tuple[int, ...]]:
    """Voice degrees as a guitarist does on five or six strings: root, fifth, octave, third, fifth.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 4.0, {"verse": ((0,),), "chorus": ((0,),)})
    >>> open_chords(song)[0]
    (48, 55, 60, 64, 67)
    """
    voiced: dict[int, tuple[int, ...]] = {}
    for degree, (root, _, octave) in power_chords(song, tuning=tuning).items():
        third, fifth = ((song.scale.pitch(degree + up, 4) - root) % 12 for up in (2, 4))
        voiced[degree] = (root, root + fifth, octave, octave + third, octave + fifth)
    return voiced


def rhythm_guitars(
    song: Song, notes: Sequence[Note], string: PluckedString, amplifier: Amplifier, rng: np.random.Generator
) -> Samples:
    """Play a part twice, left and right, through an amplifier; soft notes are palm-muted.

    Returns
    -------
    Shape (2, n).
    """
    muted = PluckedString(
        brightness=string.brightness * 0.55, position=0.1, ring_seconds=1.4, stiffness=string.stiffness, pick=0.5
    )

    def guitar(pitch: float, seconds: float, velocity: float) -> Samples:
        pressed = pitch + rng.normal(0, 0.03)  # no finger presses a string quite the same way twice
        if velocity <= MUTED:
            return pluck(muted, pressed, min(seconds, 0.4), 0.9, rng)
        return pluck(string, pressed, seconds, velocity, rng)

    takes = [perform(notes, guitar, song, rng, loose_ms=6, n_takes=2) for _ in range(2)]
    return amplifier.play(np.stack(takes))


def lead_guitar(song: Song, notes: Sequence[Note], amplifier: Amplifier, rng: np.random.Generator) -> Samples:
    """Sing a tune on one string: long notes, vibrato, an amplifier that sustains; mono."""
    string = PluckedString(brightness=0.7, position=0.22, ring_seconds=14.0, pick=0.1)
    dry = perform(notes, partial(pluck, string, rng=rng), song, rng, loose_ms=8)
    wave = np.sin(2 * np.pi * 5.3 * np.arange(song.n_samples) / SAMPLE_RATE)
    return amplifier.play(warped(dry, (1 + 0.006 * wave).astype(np.float32)))


def acoustic_guitar(
    song: Song,
    notes: Sequence[Note],
    string: PluckedString,
    rng: np.random.Generator,
    *,
    size: float = 1.0,
    loose_ms: float = 7.0,
) -> Samples:
    """Play a part on a wooden guitar, a mandolin (size 0.6) or an upright bass (size 1.8); mono."""
    return body(perform(notes, partial(pluck, string, rng=rng), song, rng, loose_ms=loose_ms), size=size)


def bass_guitar(
    song: Song, notes: Sequence[Note], rng: np.random.Generator, *, brightness: float = 0.4, drive_db: float = 6.0
) -> Samples:
    """Play a bass with some amplifier; mono."""
    string = PluckedString(
        brightness=brightness, position=0.13, ring_seconds=6.0, stiffness=2e-4, pick=0.3 * brightness
    )
    direct = perform(notes, partial(pluck, string, rng=rng), song, rng, loose_ms=5)
    level = float(np.quantile(np.abs(direct), 0.98)) + 1e-6
    gain = 10 ** (drive_db / 20)
    driven = np.tanh(direct * np.float32(gain * 0.6 / level)).astype(np.float32)
    return filtered(
        driven,
        biquad("highpass", 35, SAMPLE_RATE),
        biquad("peak", 90, SAMPLE_RATE, gain_db=3),
        biquad("lowpass", 900 + 4500 * brightness, SAMPLE_RATE),
    )


def fiddle(song: Song, notes: list[Note], rng: np.random.Generator, *, brightness: float = 1.0) -> Samples:
    """Bow a tune; mono."""
    patch = Patch(
        shape="saw",
        n_voices=2,
        detune_cents=5,
        cutoff_hz=2800 * brightness,
        sweep_octaves=0.6,
        sweep_seconds=2.0,
        resonance=0.7,
        attack_seconds=0.07,
        glide_seconds=0.04,
        vibrato_cents=22,
    )
    bowed = line(patch, notes, song, rng, breath=0.03)
    return filtered(
        bowed,
        biquad("highpass", 190, SAMPLE_RATE),
        biquad("peak", 290, SAMPLE_RATE, q=3, gain_db=5),
        biquad("peak", 480, SAMPLE_RATE, q=3, gain_db=4),
        biquad("peak", 1100, SAMPLE_RATE, q=1.5, gain_db=-5),
        biquad("peak", 2700, SAMPLE_RATE, q=1.2, gain_db=5),
        biquad("lowpass", 7500, SAMPLE_RATE),
    )


def flute(song: Song, notes: list[Note], rng: np.random.Generator, *, breath: float = 0.06) -> Samples:
    """Blow a tune on a flute or whistle; mono."""
    patch = Patch(
        shape="triangle",
        cutoff_hz=1900,
        sweep_octaves=0.8,
        sweep_seconds=3.0,
        resonance=0.7,
        attack_seconds=0.06,
        glide_seconds=0.025,
        vibrato_cents=14,
    )
    return filtered(
        line(patch, notes, song, rng, breath=breath),
        biquad("highpass", 300, SAMPLE_RATE),
        biquad("lowpass", 8000, SAMPLE_RATE),
    )


def accordion(song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
    """Play reeds of two ranks that beat against each other; mono."""
    patch = Patch(
        shape="pulse",
        n_voices=2,
        detune_cents=9,
        cutoff_hz=3200,
        sweep_octaves=0.2,
        resonance=0.7,
        attack_seconds=0.035,
        release_seconds=0.06,
    )
    reeds = perform(notes, partial(strike, patch, rng=rng), song, rng, loose_ms=6)
    return filtered(reeds, biquad("highpass", 180, SAMPLE_RATE), biquad("peak", 900, SAMPLE_RATE, gain_db=3))
