"""How are chords held by many? Pads that follow the chords of a song, each fading into the next."""

from collections.abc import Sequence

import numpy as np

from resona.synth.score import Song, chords_near
from resona.synth.synths import pad
from resona.synth.waves import SAMPLE_RATE, Samples, place, shaped



def play_pads(
    song: Song,
    kind: str,
    sections: Sequence[str],
    rng: np.random.Generator,
    *,
    centre: float = 62,
    size: int = 3,
    colour: int = 0,
    width_cents: float = 25.0,
    overlap_seconds: float = 0.5,
) -> Samples:
    """Hold the chords of some sections.

    Parameters
    ----------
    song
        The grid.
    kind, width_cents
        As in `synths.pad`.
    sections
        Where; the end is always held.
    rng
        Decides the phases.
    overlap_seconds
        Time in which a chord fades into the next.
    centre, size, colour
        As in `score.chords_near`.

    Returns
    -------
    Shape (2, n).

    Examples
    --------
    >>> from resona.synth.score import SCALES, Scale, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 4.0, verse=((0,),), chorus=((0,),))
    >>> play_pads(song, "warm", ("verse",), np.random.default_rng(0)).shape
    (2, 176400)
    """
    track = np.zeros((2, song.n_samples), dtype=np.float32)
    voicing = chords_near(song, centre, size, colour)
    for start, stop, degree in _held(song, sections):
        begins, ends = song.seconds(start), song.seconds(stop)
        sound = pad(kind, voicing[degree % 7], ends - begins + overlap_seconds, rng, width_cents=width_cents)
        sound = shaped(sound, overlap_seconds, overlap_seconds)
        place(track, sound, round((begins - overlap_seconds / 2) * SAMPLE_RATE))
    return track


def _held(song: Song, sections: Sequence[str]) -> list[tuple[float, float, int]]:
    """Chords as first beat, last beat and degree; the same chord in a row is held on."""
    held: list[tuple[float, float, int]] = []
    for bar in song.bars:
        if bar.section not in sections and bar.section != "end":
            continue
        share = song.beats_per_bar / len(bar.degrees)
        for i, degree in enumerate(bar.degrees):
            start = bar.start + i * share
            if held and held[-1][1] == start and held[-1][2] == degree and bar.section != "end":
                held[-1] = (held[-1][0], start + share, degree)
            else:
                held.append((start, start + share, degree))
    return held
