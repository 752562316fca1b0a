"""Which notes are played, and when? Scales, bars, rhythms and the clock that turns beats into seconds.

Conventions: time is in beats from the start of the music (a beat is a quarter note); degrees count the steps of a
seven-note scale from 0, the tonic; pitches are MIDI numbers. Rhythms are written as strings, one character a step,
one string a bar: `X` loud, `x` normal, `o` soft, `-` held, `.` silent. This file knows nothing of sound.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
VELOCITIES = {"X": 1.0, "x": 0.78, "o": 0.5}
SHORT_FORM = (("intro", 1, 0.5), ("verse", 2, 0.65), ("chorus", 2, 1.0), ("break", 1, 0.4), ("chorus", 2, 1.0))
Degrees = tuple[int, ...]


class Note(NamedTuple):
    """A note: where it begins and how long it lasts in beats, its pitch, and how hard it is played, 0 to 1."""

    beat: float
    length: float
    pitch: float
    velocity: float = 0.8


class Meter(NamedTuple):
    """How beats are grouped and divided.

    `swing` is the share that the first of two steps takes, 0.5 for straight time; a step lasts `swing_step` beats.
    """

    beats_per_bar: int = 4
    swing: float = 0.5
    swing_step: float = 0.5


COMMON_TIME = Meter()


@dataclass(frozen=True, slots=True)
class Scale:
    """Seven steps from a tonic.

    Examples
    --------
    >>> a_minor = Scale(9, SCALES["minor"])
    >>> a_minor.pitch(0, 4), a_minor.chord(0, 4), a_minor.chord(0, 3, size=4)
    (69, (69, 72, 76), (57, 60, 64, 67))
    """

    tonic: int
    steps: tuple[int, ...]

    def pitch(self, degree: int, octave: int) -> int:
        """Tell the pitch of a degree; octave 4 begins at the tonic from middle C up to the B above it."""
        return 12 * (octave + 1 + degree // 7) + self.tonic + self.steps[degree % 7]

    def chord(self, degree: int, octave: int, size: int = 3) -> tuple[int, ...]:
        """Stack thirds on a degree: 3 notes are a triad, 4 a seventh, 5 a ninth."""
        return tuple(self.pitch(degree + 2 * i, octave) for i in range(size))

    def pentatonic(self, degree: int) -> int:
        """Move a degree that a pentatonic scale lacks to its neighbour below."""
        missing = (1, 5) if self.steps[2] == 3 else (3, 6)
        return degree - 1 if degree % 7 in missing else degree


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a song.

    Attributes
    ----------
    start
        Its first beat.
    section
        "intro", "verse", "chorus", "break" or "end" (a last stroke that rings).
    energy
        0 to 1: how much is going on.
    degrees
        Its chords, which share its time equally.
    number, n_bars
        Position in the section, from 0, and the section's length.
    """

    start: float
    section: str
    energy: float
    degrees: Degrees
    number: int
    n_bars: int

    @property
    def is_first(self) -> bool:
        """Whether a section begins here."""
        return self.number == 0

    @property
    def is_last(self) -> bool:
        """Whether a section ends here: the place for a fill."""
        return self.number == self.n_bars - 1 and self.section != "end"


@dataclass(frozen=True, slots=True)
class Song:
    """The grid that all players share.

    Attributes
    ----------
    bars
        In order; the last is the "end" stroke.
    scale
        What they play in.
    tempo_bpm, meter
        Quarter notes a minute, and how they are grouped.
    n_samples
        Length of the whole track.

    Examples
    --------
    >>> song = compose(Scale(0, SCALES["major"]), 120, 30.0, {"verse": ((0,), (4,)), "chorus": ((3,), (0,))})
    >>> len(song.bars), song.end, song.seconds(4.0), song.degree_at(12.5)
    (15, 56.0, 2.03, 4)
    """

    bars: tuple[Bar, ...]
    scale: Scale
    tempo_bpm: float
    meter: Meter
    n_samples: int

    @property
    def end(self) -> float:
        """The beat of the last stroke."""
        return self.bars[-1].start

    @property
    def beats_per_bar(self) -> int:
        """Quarter notes in a bar."""
        return self.meter.beats_per_bar

    def seconds(self, beat: float) -> float:
        """Tell when a beat sounds: 30 ms after the file begins, the off-beat of each pair late by the swing."""
        pair, swing = 2 * self.meter.swing_step, self.meter.swing
        whole, rest = divmod(beat, pair)
        share = rest / pair
        bent = share * 2 * swing if share < 0.5 else 1 - (1 - share) * 2 * (1 - swing)
        return 0.03 + (whole + bent) * pair * 60 / self.tempo_bpm

    def bar_at(self, beat: float) -> Bar:
        """Find the bar that a beat lies in."""
        return self.bars[min(len(self.bars) - 1, max(0, int(beat / self.beats_per_bar + 1e-6)))]

    def degree_at(self, beat: float) -> int:
        """Find the chord that sounds at a beat."""
        bar = self.bar_at(beat)
        share = (beat - bar.start) / self.beats_per_bar
        return bar.degrees[min(len(bar.degrees) - 1, max(0, int(share * len(bar.degrees) + 1e-6)))]

    def steps(self, bar: Bar, rhythm: str) -> Iterator[tuple[float, float, float]]:
        """Read a rhythm in a bar: beat, length and velocity of each stroke. Of the last bar only its first is read."""
        step = self.beats_per_bar / len(rhythm)
        for i, mark in enumerate(rhythm):
            if mark in VELOCITIES and not (bar.section == "end" and i):
                held = len(rhythm[i + 1 :]) - len(rhythm[i + 1 :].lstrip("-"))
                yield bar.start + i * step, (held + 1) * step, VELOCITIES[mark]


def compose(
    scale: Scale, tempo_bpm: float, seconds: float, chords: Mapping[str, Sequence[Degrees]], meter: Meter = COMMON_TIME
) -> Song:
    """Lay out a song that fills a time: intro, verse, chorus, break, chorus, as often as it fits, and a last stroke.

    Parameters
    ----------
    scale, tempo_bpm, meter
        As in `Song`.
    seconds
        Length of the track.
    chords
        Of "verse" and "chorus": the degrees of each bar, repeated from the beginning of each section; the intro and the
        break use the verse's.
    """
    n_bars = max(1, int((seconds - 0.6) * tempo_bpm / 60 / meter.beats_per_bar))
    unit = 4 if n_bars >= 28 else 2 if n_bars >= 11 else 1
    bars: list[Bar] = []
    for name, units, energy in _sections(n_bars, unit):
        degrees = chords["chorus" if name == "chorus" else "verse"]
        for number in range(units * unit):
            if len(bars) < n_bars:
                start = float(meter.beats_per_bar * len(bars))
                bars.append(Bar(start, name, energy, degrees[number % len(degrees)], number, units * unit))
    bars.append(Bar(float(meter.beats_per_bar * n_bars), "end", 1.0, (0,), 0, 1))
    return Song(tuple(bars), scale, tempo_bpm, meter, round(seconds * 44_100))


def _sections(n_bars: int, unit: int) -> Iterator[tuple[str, int, float]]:
    """Repeat the form without its intro until the bars are full; what is left over is cut off."""
    yield from SHORT_FORM
    used = 8 * unit
    while used < n_bars:
        yield from SHORT_FORM[1:]
        used += 7 * unit


def chords_near(song: Song, centre: float, size: int, colour: int = 0) -> dict[int, tuple[int, ...]]:
    """Voice the seven chords of a scale around a pitch, so that the hand hardly moves between them.

    Parameters
    ----------
    song
        Its scale is used.
    centre
        Pitch that the mean of each chord comes nearest to.
    size
        Notes of a chord; more than three add the seventh and the ninth.
    colour
        Degree added above the root (1 makes an added second), 0 for none.

    Returns
    -------
    Degree to pitches, ascending.
    """
    voiced = {}
    for degree in range(7):
        pitches = {pitch % 12 for pitch in song.scale.chord(degree, 4, size)}
        if colour:
            pitches.add(song.scale.pitch(degree + colour, 4) % 12)
        ordered = sorted(pitches)
        inversions = [ordered[i:] + [pitch + 12 for pitch in ordered[:i]] for i in range(len(ordered))]
        placed = [tuple(p + 12 * octave for p in notes) for notes in inversions for octave in range(2, 8)]
        voiced[degree] = min(placed, key=lambda notes: abs(float(np.mean(notes)) - centre))
    return voiced


def chord_notes(
    song: Song, rhythms: dict[str, str], voicing: Mapping[int, tuple[int, ...]], *, strum: float = 0.0
) -> list[Note]:
    """Play chords in a rhythm.

    Parameters
    ----------
    song
        The grid.
    rhythms
        Section to rhythm; sections that are missing stay silent, except the end, which is played as the chorus.
    voicing
        Degree to pitches, as `chords_near` gives them.
    strum
        Delay from string to string in beats; up-strokes, off the beat, run downwards.
    """
    notes = []
    for bar in song.bars:
        for beat, length, velocity in song.steps(bar, _rhythm(rhythms, bar)):
            pitches = voicing[song.degree_at(beat) % 7]
            down = beat % 1 == 0
            for i, pitch in enumerate(pitches if down else pitches[::-1]):
                notes.append(Note(beat + i * strum, length, pitch, velocity * (1.0 if down else 0.85)))
    return notes


def bass_notes(song: Song, rhythms: dict[str, str], *, octave: int = 1, walk: float = 0.0) -> list[Note]:
    """Play roots in a rhythm; with `walk`, the strokes of a bar's second half lead to the next bar by fifth and step.

    Parameters
    ----------
    song
        The grid.
    rhythms
        Section to rhythm, as in `chord_notes`.
    octave
        Of the tonic; 1 is a bass guitar's.
    walk
        0 for roots alone; above 0, fifth or octave before the bar line, and above 0.5 also on other weak strokes.
    """
    notes = []
    for bar in song.bars:
        strokes = list(song.steps(bar, _rhythm(rhythms, bar)))
        for i, (beat, length, velocity) in enumerate(strokes):
            pitch = _low(song, song.degree_at(beat), octave)
            if walk and i and i == len(strokes) - 1:
                target = _low(song, song.degree_at(bar.start + song.beats_per_bar), octave)
                pitch = target + (2 if target < pitch else -1 if walk > 0.5 else -5 if target > pitch else 7)
            elif walk > 0.5 and i % 3 == 2:
                pitch += 7 if i % 2 else 12
            notes.append(Note(beat, length, pitch, velocity))
    return notes


def _low(song: Song, degree: int, octave: int) -> int:
    """Put a root into the octave from E up, where bass strings lie."""
    pitch = song.scale.pitch(degree % 7, octave)
    floor = 12 * (octave + 1) + 4
    return floor + (pitch - floor) % 12


def _rhythm(rhythms: dict[str, str], bar: Bar) -> str:
    return rhythms.get(bar.section, rhythms.get("chorus", "X") if bar.section == "end" else ".")
