"""What makes an artist recognisable? Tempo, keys, chords, drums, players, room and loudness.

A player is a *part*: a line (see `lines`) on a sound. Sounds are descriptions with one method, `play`: guitars,
synthesisers, keys, pads, textures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from resona_composer.drums import DRUMS, Kit
from resona_composer.lines import Line
from resona_composer.mastering import Production
from resona_composer.score import COMMON_TIME, Meter, Note, Song
from resona_composer.waves import Samples

T = TypeVar("T")


class Sound(Protocol):
    """What all sounds can do."""

    def play(self, song: Song, notes: Sequence[Note], rng: np.random.Generator) -> Samples:
        """Play notes; mono or stereo, as long as the song."""


@dataclass(frozen=True, slots=True)
class Part:
    """A player."""

    sound: Sound
    line: Line | None  # a texture needs none
    level_db: float = 0.0
    wet: float = 0.25  # share sent to the room; who sends none stands in the middle
    echo: float = 0.0  # share sent to the echo
    pump: float = 0.0  # how deep the kick presses it down, 0 to 1


class Harmony(NamedTuple):
    """What an artist's songs are made of."""

    tempo: tuple[int, int]  # slowest and fastest, in beats a minute
    keys: str  # favourite tonics
    scales: str  # favourite keys of `score.SCALES`
    verse: str  # progressions to choose from, as `score` writes them, between bars
    chorus: str
    meter: Meter = COMMON_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """What all tracks of an artist share."""

    substyle: str  # the artist's own kind of music
    harmony: Harmony
    production: Production
    parts: tuple[Part, ...]
    kit: Kit = DRUMS
    grooves: Mapping[str, str] = field(default_factory=dict)  # of sections, as in `play_drums`; none, no drums


def vary(described: T, rng: np.random.Generator, amount: float) -> T:
    """Build the same thing a little differently: levels in dB move, other numbers that are not whole grow or shrink.

    So two artists of one kind do not sound the same, and neither do two tracks.

    `described` is a dataclass, whose fields may be dataclasses or, called `parts`, tuples of them; an amount
    of 0.1 is a tenth, or one dB.

    Examples
    --------
    >>> vary(Kit(grit_db=20), np.random.default_rng(0), 0.1).grit_db == 20
    False
    """
    changed: dict[str, Any] = {}
    for each in fields(described):  # type: ignore[arg-type]
        value = getattr(described, each.name)
        if is_dataclass(value):
            changed[each.name] = vary(value, rng, amount)
        elif each.name == "parts":
            changed[each.name] = tuple(vary(part, rng, amount) for part in value)
        elif each.type is float and each.name.endswith("_db"):
            changed[each.name] = value + 10 * amount * rng.normal()
        elif each.type is float and each.name != "lufs":
            changed[each.name] = value * np.exp(amount * rng.normal())
    return replace(described, **changed)  # type: ignore[type-var]
