"""What makes an artist recognisable? Tempo, keys, chords, room and loudness; each style adds its instruments."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from resona_composer.score import COMMON_TIME, Degrees, Meter

T = TypeVar("T")

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
    meter
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
    meter: Meter = COMMON_TIME
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


def vary(habits: T, rng: np.random.Generator, amount: float) -> T:
    """Build the same instruments a little differently.

    Levels in dB move, and within each instrument every number that is not whole grows or shrinks; so two artists of
    one kind do not sound the same, and neither do two tracks.

    Parameters
    ----------
    habits
        A dataclass, whose fields may be dataclasses.
    rng
        Decides.
    amount
        Deviation: 0.1 is a tenth, or one dB.

    Examples
    --------
    >>> from resona_composer.strings import Amplifier
    >>> vary(Amplifier(drive_db=20), np.random.default_rng(0), 0.1).drive_db == 20
    False
    """
    changed: dict[str, Any] = {}
    for each in fields(habits):  # type: ignore[arg-type]
        value = getattr(habits, each.name)
        if is_dataclass(value):
            changed[each.name] = vary(value, rng, amount)
        elif each.type is float and each.name.endswith("_db"):
            changed[each.name] = value + 10 * amount * rng.normal()
        elif each.type is float and not isinstance(habits, Habits):
            changed[each.name] = value * np.exp(amount * rng.normal())
    return replace(habits, **changed)  # type: ignore[type-var]


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
