"""Which notes does a player choose? Chords, basses, riffs and tunes.

Each line is a description with one method, `notes`, that reads a song's grid. Equal generators choose equally: a bass
that is given the guitars' generator plays the guitars' riff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from resona_composer.score import Bar, Note, Song, read, read_table

CELLS = {  # rhythms of a beat, by how busy they are
    "calm": ("x---", "x---", "----", "x-x-", "...."),
    "moderate": ("x-x-", "x---", "x-x-", "..x-", "x--x", "----"),
    "busy": ("x-x-", "xxx-", "x-xx", "x--x", "..x-", "xxxx"),
}
MOVES = (-2, -1, -1, 0, 1, 1, 2, 4, -3)
Motif = Sequence[tuple[float, float, int]]  # beat and length from its start, and the move in degrees to each note
Voicing = Mapping[int, tuple[int, ...]]  # degree to pitches, ascending


class Line(Protocol):
    """What all lines can do."""

    def notes(self, song: Song, rng: np.random.Generator) -> list[Note]:
        """Choose the notes of a song."""


@dataclass(frozen=True, slots=True)
class Chords:
    """Chords, struck together or, with `orders`, one note after another.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 9.0, verse="0", chorus="0")
    >>> rng = np.random.default_rng(0)
    >>> [note.pitch for note in Chords("intro x...", frets="open").notes(song, rng)][:5]
    [48, 55, 60, 64, 67]
    >>> [note.pitch for note in Chords("intro xxxx", orders=((0, 1, 2, 3),)).notes(song, rng)][:4]
    [60, 64, 67, 72]
    """

    rhythms: str
    centre: int = 64  # mean pitch: chords lie so near to it that the hand hardly moves
    size: int = 3  # more notes than three add the seventh and the ninth
    has_second: bool = False
    frets: str = ""  # voices chords on a guitar's strings instead: see `fretted`
    orders: tuple[tuple[int, ...], ...] = ()  # ways through a chord's notes, and on to the next octave; one is drawn
    strum: float = 0.0  # beats from string to string; up-strokes, off the beat, run downwards

    def notes(self, song: Song, rng: np.random.Generator) -> list[Note]:
        """Choose the notes of a song."""
        voiced = near(song, self.centre, size=self.size, has_second=self.has_second)
        if self.frets:
            voiced = fretted(song)[self.frets]
        order = self.orders[rng.integers(len(self.orders))] if self.orders else ()
        notes = []
        for _, strokes in song.strokes(self.rhythms):
            for i, (beat, length, velocity) in enumerate(strokes):
                pitches = voiced[song.degree_at(beat) % 7]
                if order:
                    octave, which = divmod(order[i % len(order)], len(pitches))
                    notes.append(Note(beat, length, pitches[which] + 12 * octave, velocity))
                    continue
                down = beat % 1 == 0
                for j, pitch in enumerate(pitches if down else pitches[::-1]):
                    notes.append(Note(beat + j * self.strum, length, pitch, velocity * (1.0 if down else 0.85)))
        return notes


def near(song: Song, centre: float, *, size: int = 3, has_second: bool = False) -> Voicing:
    """Voice the seven chords of a scale so that the mean of each comes nearest to a pitch."""
    voiced = {}
    for degree in range(7):
        second = [song.scale.pitch(degree + 1, 4)] if has_second else []
        ordered = sorted({pitch % 12 for pitch in [*song.scale.chord(degree, 4, size), *second]})
        inversions = [ordered[i:] + [pitch + 12 for pitch in ordered[:i]] for i in range(len(ordered))]
        placed = [tuple(p + 12 * octave for p in notes) for notes in inversions for octave in range(2, 8)]
        voiced[degree] = min(placed, key=lambda notes: abs(float(np.mean(notes)) - centre))
    return voiced


def fretted(song: Song) -> dict[str, Voicing]:
    """Voice the seven chords of a scale on a guitar's strings, as "power" and as "open" chords."""
    roots = {degree: song.scale.root(degree, 40) for degree in range(7)}
    power = {degree: (root, root + 7, root + 12) for degree, root in roots.items()}
    full = {}
    for degree, (root, _, octave) in power.items():
        third, fifth = ((song.scale.pitch(degree + up, 4) - root) % 12 for up in (2, 4))
        full[degree] = (root, root + fifth, octave, octave + third, octave + fifth)
    return {"power": power, "open": full}


@dataclass(frozen=True, slots=True)
class Bass:
    """Roots in a rhythm."""

    rhythms: str
    walk: float = 0.0  # above 0 the last stroke leads to the next bar; above 0.5 fifth and octave come between
    lowest: int = 28  # roots lie in the octave above it

    def notes(self, song: Song, rng: np.random.Generator) -> list[Note]:  # noqa: ARG002 - nothing is left to chance
        """Choose the notes of a song."""
        notes = []
        for bar, strokes in song.strokes(self.rhythms):
            for i, (beat, length, velocity) in enumerate(strokes):
                pitch = song.scale.root(song.degree_at(beat), self.lowest)
                if self.walk and i and i == len(strokes) - 1:
                    target = song.scale.root(song.degree_at(bar.start + song.beats_per_bar), self.lowest)
                    pitch = target + (2 if target < pitch else -1 if self.walk > 0.5 else -5 if target > pitch else 7)
                elif self.walk > 0.5 and i % 3 == 2:
                    pitch += 7 if i % 2 else 12
                notes.append(Note(beat, length, pitch, velocity))
        return notes


@dataclass(frozen=True, slots=True)
class Riff:
    """Two bars for each section that move along with the chords: soft strokes on the low root, loud ones leap."""

    rhythms: str  # of each section several, between bars, two of which are drawn
    lowest: int = 38  # pitch of the lowest string
    leaps: tuple[int, ...] = (0, 0, 1, 2)  # degrees above the bar's that loud strokes may take
    intervals: tuple[int, ...] = (0, 7, 12)  # above each root; of soft strokes only the first two

    def notes(self, song: Song, rng: np.random.Generator) -> list[Note]:
        """Choose the notes of a song."""
        chosen = {}
        for section, written in read_table(self.rhythms).items():
            rhythms = written.split("|")
            picks = rng.integers(len(rhythms), size=2)
            chosen[section] = [(rhythms[pick], rng.choice(self.leaps, len(rhythms[pick]))) for pick in picks]
        notes: list[Note] = []
        for bar in song.bars:
            section = "chorus" if bar.section == "end" else bar.section
            rhythm, leaps = chosen.get(section, chosen.get("*", []))[bar.number % 2]
            for i, (beat, length, velocity) in enumerate(song.steps(bar, rhythm)):
                is_loud = velocity > 0.6
                root = song.scale.root(song.degree_at(beat) + (int(leaps[i]) if i and is_loud else 0), self.lowest)
                intervals = self.intervals if is_loud else self.intervals[:2]
                notes.extend(Note(beat, length, root + interval, velocity) for interval in intervals)
        return notes


@dataclass(frozen=True, slots=True)
class Tune:
    """Motifs that repeat, answer and come to rest; a section that returns brings its tune back.

    A motif is a rhythm with a step to each note. On strong beats the nearest chord tone is taken, so the same motif
    sounds related but new over each chord. Phrases are A B A C, and the last note of each is held.
    """

    low: int  # range, as pitches
    high: int
    pace: str = "moderate"  # a key of `CELLS`
    sections: str = "verse chorus"
    is_pentatonic: bool = False  # leaves out the two degrees that clash
    answers: float = 0.0  # share of phrases that are left silent, for others to answer

    def notes(self, song: Song, rng: np.random.Generator) -> list[Note]:
        """Choose the notes of a song, one at a time."""
        motifs = {section: [self._motif(song, rng) for _ in range(3)] for section in self.sections.split()}
        silent = {section: rng.random(4) < self.answers for section in motifs}
        notes: list[Note] = []
        degree = _nearest(song, (self.low + self.high) / 2)
        for bar in song.bars:
            phrase = bar.number // 2 % 4
            if bar.section in motifs and bar.number % 2 == 0 and not silent[bar.section][phrase]:
                degree = self._play(song, motifs[bar.section][(0, 1, 0, 2)[phrase]], bar, degree, notes)
        if notes:
            last = _nearest(song, notes[-1].pitch, song.scale.chord(0, 4))
            notes.append(Note(song.end, 4.0, song.scale.pitch(last, 4), 0.7))
        return notes

    def _motif(self, song: Song, rng: np.random.Generator) -> Motif:
        """Two bars of rhythm with moves; the last beats are held, so that a phrase can breathe."""
        cells, n_beats = CELLS[self.pace], 2 * song.beats_per_bar
        half = rng.integers(len(cells), size=n_beats // 2)
        other = half if rng.random() < 0.5 else rng.integers(len(cells), size=n_beats // 2)
        marks = "x" + "".join(cells[i] for i in (*half, *other))[1 : 4 * n_beats - 8] + "x" + "-" * 7
        return [(beat, length, int(rng.choice(MOVES))) for beat, length, _ in read(marks, 0.25)]

    def _play(self, song: Song, motif: Motif, bar: Bar, degree: int, notes: list[Note]) -> int:
        room = song.beats_per_bar * (bar.n_bars - bar.number)
        for at, length, move in motif:
            beat = bar.start + at
            if at >= room or beat >= song.end:
                break
            degree += move
            pitch = song.scale.pitch(degree, 4)
            degree += 7 * ((pitch < self.low) - (pitch > self.high))
            if at % 2 == 0 or length >= 1:
                chord = song.scale.chord(song.degree_at(beat), 4)
                degree = _nearest(song, song.scale.pitch(degree, 4), chord)
            elif self.is_pentatonic:
                degree = song.scale.pentatonic(degree)
            accent = 0.85 if at % 1 == 0 else 0.7
            notes.append(Note(beat, length, song.scale.pitch(degree, 4), accent))
        return degree


def _nearest(song: Song, pitch: float, chord: Sequence[int] = ()) -> int:
    """Find the degree whose pitch is nearest, among those of a chord where one is given."""
    classes = {tone % 12 for tone in chord} or set(range(12))
    fitting = [degree for degree in range(-28, 29) if song.scale.pitch(degree, 4) % 12 in classes]
    return min(fitting, key=lambda degree: abs(song.scale.pitch(degree, 4) - pitch))
