"""What makes an artist recognisable? Tempo, keys, chords, room and loudness; each style adds its instruments."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from resona.synth.score import Degrees

Progressions = tuple[tuple[Degrees, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What all tracks of an artist share, whatever the style.

    Attributes
    ----------
    substyle
        The artist's own kind of music.
    tempo
        Slowest and fastest, in beats a minute.
    keys
        Favourite tonics.
    scales
        Favourite scales, keys of `score.SCALES`.
    verse, chorus
        Progressions to choose from: degrees of each bar.
    beats_per_bar, swing, swing_step
        As in `score.Song`.
    lufs, tilt_db, glue
        Of the mastering.
    room_seconds, treble, echo_beats
        Of the room and of the echo.
    fade_seconds
        At the end.
    """

    substyle: str
    tempo: tuple[int, int]
    keys: tuple[str, ...]
    scales: tuple[str, ...]
    verse: Progressions
    chorus: Progressions
    beats_per_bar: int = 4
    swing: float = 0.5
    swing_step: float = 0.5
    lufs: float = -14.0
    tilt_db: float = 0.0
    glue: float = 0.4
    room_seconds: float = 1.2
    treble: float = 0.5
    echo_beats: float = 0.75
    fade_seconds: float = 1.0


class Chance(NamedTuple):
    """Two sources of randomness: `artist` gives the same numbers for all tracks of an artist, `track` for one track."""

    artist: np.random.Generator
    track: np.random.Generator


def bars(*degrees: int) -> tuple[Degrees, ...]:
    """Write a progression of one chord a bar.

    Examples
    --------
    >>> bars(0, 4)
    ((0,), (4,))
    """
    return tuple((degree,) for degree in degrees)


def halves(*degrees: int) -> tuple[Degrees, ...]:
    """Write a progression of two chords a bar.

    Examples
    --------
    >>> halves(0, 4, 5, 3)
    ((0, 4), (5, 3))
    """
    return tuple(zip(degrees[::2], degrees[1::2], strict=True))
