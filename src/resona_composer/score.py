"""When does what sound? Scales, bars, rhythms and the clock that turns beats into seconds.

Conventions: time is in beats from the start of the music (a beat is a quarter note); degrees count the steps of a
seven-note scale from 0, the tonic; pitches are MIDI numbers. Rhythms are written as strings, one character a step,
one word a bar: `X` loud, `x` normal, `o` soft, `-` held, `.` silent; tables of rhythms as names and rhythms in turn,
`verse x.x. chorus xxxx`, where `*` names all sections that are not named. Progressions, too, are one word a bar: `0 34`
is a bar of degree 0 and a bar of 3 and 4. This file knows nothing of sound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from resona_composer.waves import count

KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
}
VELOCITIES = {"X": 1.0, "x": 0.78, "o": 0.5}
FORM = (("intro", 1), ("verse", 2), ("chorus", 2), ("break", 1), ("chorus", 2))
SECTIONS = "intro verse chorus break"
Degrees = tuple[int, ...]


class Note(NamedTuple):
    """A note: where it begins and how long it lasts in beats, its pitch, and how hard it is played, 0 to 1."""

    beat: float
    length: float
    pitch: float
    velocity: float = 0.8


class Meter(NamedTuple):
    """How beats are grouped and divided."""

    beats_per_bar: int = 4
    swing: float = 0.5  # share that the first of two steps takes
    swing_step: float = 0.5  # beats that a step lasts


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

    def root(self, degree: int, lowest: int) -> int:
        """Put a degree into the octave from a lowest pitch up, where a string's frets lie."""
        return lowest + (self.pitch(degree, 2) - lowest) % 12

    def pentatonic(self, degree: int) -> int:
        """Move a degree that a pentatonic scale lacks to its neighbour below."""
        missing = (1, 5) if self.steps[2] == 3 else (3, 6)
        return degree - 1 if degree % 7 in missing else degree


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a song."""

    start: float  # its first beat
    section: str  # one of `SECTIONS`, or "end": a last stroke that rings
    degrees: Degrees  # its chords, which share its time equally
    number: int  # position in the section, from 0
    n_bars: int  # the section's length


@dataclass(frozen=True, slots=True)
class Song:
    """The grid that all players share.

    Examples
    --------
    >>> song = compose(Scale(0, SCALES["major"]), 120, 30.0, verse="0 4", chorus="3 0")
    >>> len(song.bars), song.end, song.seconds(4.0), song.degree_at(12.5)
    (15, 56.0, 2.03, 4)
    """

    bars: tuple[Bar, ...]  # the last is the "end" stroke
    scale: Scale
    tempo_bpm: float  # quarter notes a minute
    meter: Meter
    n_samples: int  # of the whole track

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
        strokes = read(rhythm, self.beats_per_bar / len(rhythm))
        for at, length, velocity in islice(strokes, 1 if bar.section == "end" else None):
            yield bar.start + at, length, velocity

    def strokes(self, rhythms: str) -> Iterator[tuple[Bar, list[tuple[float, float, float]]]]:
        """Read a table of sections and rhythms, bar by bar; the end is played as the chorus begins."""
        table = read_table(rhythms)
        for bar in self.bars:
            section = "chorus" if bar.section == "end" else bar.section
            yield bar, list(self.steps(bar, table.get(section, table.get("*", "X" if bar.section == "end" else "."))))


def read(rhythm: str, step: float) -> Iterator[tuple[float, float, float]]:
    """Read a rhythm whose characters last `step` beats: place, length and velocity of each stroke.

    Examples
    --------
    >>> list(read("X--.o", 0.5))
    [(0.0, 1.5, 1.0), (2.0, 0.5, 0.5)]
    """
    for i, mark in enumerate(rhythm):
        if mark in VELOCITIES:
            held = len(rhythm[i + 1 :]) - len(rhythm[i + 1 :].lstrip("-"))
            yield i * step, (held + 1) * step, VELOCITIES[mark]


def read_table(text: str) -> dict[str, str]:
    """Read names and rhythms in turn.

    Examples
    --------
    >>> read_table("verse x.x. chorus xxxx")
    {'verse': 'x.x.', 'chorus': 'xxxx'}
    """
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def compose(
    scale: Scale, tempo_bpm: float, seconds: float, *, verse: str, chorus: str, meter: Meter = COMMON_TIME
) -> Song:
    """Lay out a song that fills a time: intro, verse, chorus, break, chorus, as often as it fits, and a last stroke.

    The progressions are repeated from the beginning of each section; the intro and the break use the verse's.
    """
    n_bars = max(1, int((seconds - 0.6) * tempo_bpm / 60 / meter.beats_per_bar))
    unit = 4 if n_bars >= 28 else 2 if n_bars >= 11 else 1
    bars: list[Bar] = []
    for name, units in _sections(n_bars, unit):
        degrees = [tuple(map(int, bar)) for bar in (chorus if name == "chorus" else verse).split()]
        for number in range(min(units * unit, n_bars - len(bars))):
            start = float(meter.beats_per_bar * len(bars))
            bars.append(Bar(start, name, degrees[number % len(degrees)], number, units * unit))
    bars.append(Bar(float(meter.beats_per_bar * n_bars), "end", (0,), 0, 1))
    return Song(tuple(bars), scale, tempo_bpm, meter, count(seconds))


def _sections(n_bars: int, unit: int) -> Iterator[tuple[str, int]]:
    """Repeat the form without its intro until the bars are full; what is left over is cut off."""
    yield from FORM
    for _ in range(0, n_bars - 8 * unit, 7 * unit):
        yield from FORM[1:]
