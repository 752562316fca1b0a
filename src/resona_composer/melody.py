"""Which tune is played over the chords? Motifs that repeat, answer and come to rest.

A motif is a rhythm with a step to each note. It is played over the chords as they come: on strong beats the nearest
chord tone is taken, so the same motif sounds related but new over each chord. Phrases are A B A C, and the last note
of each is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from resona_composer.score import Bar, Note, Song

CELLS = {  # rhythms of a beat, by how busy they are
    "calm": ("x---", "x---", "----", "x-x-", "...."),
    "moderate": ("x-x-", "x---", "x-x-", "..x-", "x--x", "----"),
    "busy": ("x-x-", "xxx-", "x-xx", "x--x", "..x-", "xxxx"),
}
MOVES = (-2, -1, -1, 0, 1, 1, 2, 4, -3)


class Step(NamedTuple):
    """A note of a motif: beat and length from its start, and the move in degrees from the note before it."""

    beat: float
    length: float
    move: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Singer:
    """How a part makes tunes.

    Attributes
    ----------
    low, high
        Range, as pitches.
    pace
        A key of `CELLS`.
    sections
        Where the part plays.
    is_pentatonic
        Leaves out the two degrees that clash.
    answers
        Share of phrases that are left silent, for others to answer.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 20.0, {"verse": ((0,),), "chorus": ((0,), (4,))})
    >>> tune = sing(song, Singer(low=60, high=72, sections=("chorus",)), np.random.default_rng(1))
    >>> all(note.pitch % 12 in song.scale.steps and 58 <= note.pitch <= 74 for note in tune)
    True
    """

    low: int
    high: int
    pace: str = "moderate"
    sections: tuple[str, ...] = ("verse", "chorus")
    is_pentatonic: bool = False
    answers: float = 0.0


def sing(song: Song, singer: Singer, rng: np.random.Generator) -> list[Note]:
    """Make a tune for the sections of a song; a section that returns brings its tune back.

    Parameters
    ----------
    song
        The grid.
    singer
        Range and manner.
    rng
        Decides the motifs.

    Returns
    -------
    Notes in order, one at a time.
    """
    motifs = {section: [_motif(song, singer, rng) for _ in range(3)] for section in sorted(singer.sections)}
    silent = {section: rng.random(4) < singer.answers for section in motifs}
    notes: list[Note] = []
    degree = _degree_near(song, (singer.low + singer.high) / 2)
    for bar in song.bars:
        phrase = bar.number // 2
        if bar.section in motifs and bar.number % 2 == 0 and not silent[bar.section][phrase % 4]:
            motif = motifs[bar.section][(0, 1, 0, 2)[phrase % 4]]
            degree = _play(song, singer, motif, bar, degree, notes)
    if notes:
        last = _degree_near(song, notes[-1].pitch, song.scale.chord(0, 4))
        notes.append(Note(song.end, 4.0, song.scale.pitch(last, 4), 0.7))
    return notes


def _motif(song: Song, singer: Singer, rng: np.random.Generator) -> Sequence[Step]:
    """Two bars of rhythm with moves; the last beats are held, so that a phrase can breathe."""
    cells = CELLS[singer.pace]
    n_beats = 2 * song.beats_per_bar
    half = [cells[rng.integers(len(cells))] for _ in range(n_beats // 2)]
    other = half if rng.random() < 0.5 else [cells[rng.integers(len(cells))] for _ in range(n_beats // 2)]
    marks = "x" + "".join([*half, *other])[1 : 4 * n_beats - 8] + "x" + "-" * 7
    steps = []
    for i, mark in enumerate(marks):
        if mark == "x":
            held = len(marks[i + 1 :]) - len(marks[i + 1 :].lstrip("-"))
            steps.append(Step(i / 4, (held + 1) / 4, int(rng.choice(MOVES))))
    return steps


def _play(song: Song, singer: Singer, motif: Sequence[Step], bar: Bar, degree: int, notes: list[Note]) -> int:
    room = song.beats_per_bar * (bar.n_bars - bar.number)
    for step in motif:
        beat = bar.start + step.beat
        if step.beat >= room or beat >= song.end:
            break
        degree += step.move
        pitch = song.scale.pitch(degree, 4)
        degree += 7 * ((pitch < singer.low) - (pitch > singer.high))
        if step.beat % 2 == 0 or step.length >= 1:
            chord = song.scale.chord(song.degree_at(beat), 4)
            degree = _degree_near(song, song.scale.pitch(degree, 4), chord)
        elif singer.is_pentatonic:
            degree = song.scale.pentatonic(degree)
        accent = 0.85 if step.beat % 1 == 0 else 0.7
        notes.append(Note(beat, step.length, song.scale.pitch(degree, 4), accent))
    return degree


def _degree_near(song: Song, pitch: float, chord: Sequence[int] = ()) -> int:
    """Find the degree whose pitch is nearest, among those of a chord where one is given."""
    classes = {tone % 12 for tone in chord} or set(range(12))
    fitting = [degree for degree in range(-28, 29) if song.scale.pitch(degree, 4) % 12 in classes]
    return min(fitting, key=lambda degree: abs(song.scale.pitch(degree, 4) - pitch))


def arpeggio(
    song: Song, rhythms: dict[str, str], voicing: Mapping[int, tuple[int, ...]], order: Sequence[int]
) -> list[Note]:
    """Play the notes of the chords one by one.

    Parameters
    ----------
    song
        The grid.
    rhythms
        Section to rhythm; the end takes the chorus's first stroke.
    voicing
        Degree to pitches, ascending.
    order
        Which note of the chord comes at each stroke of a bar; numbers beyond the chord go to the next octave.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, chords_near, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 9.0, {"verse": ((0,),), "chorus": ((0,),)})
    >>> [note.pitch for note in arpeggio(song, {"intro": "x.x.x.x."}, chords_near(song, 64, 3), (0, 1, 2, 3))]
    [60, 64, 67, 72, 60]
    """
    notes = []
    for bar in song.bars:
        rhythm = rhythms.get(bar.section, next(iter(rhythms.values())) if bar.section == "end" else ".")
        for i, (beat, length, velocity) in enumerate(song.steps(bar, rhythm)):
            chord = voicing[song.degree_at(beat) % 7]
            octave, which = divmod(order[i % len(order)], len(chord))
            notes.append(Note(beat, length, chord[which] + 12 * octave, velocity))
    return notes
