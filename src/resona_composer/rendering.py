"""How does a plan become sound? The grid is laid out, the style plays, the desk mixes, the record is mastered."""

import zlib
from typing import Any

import numpy as np

from resona.config import check_range
from resona.errors import ConfigError
from resona_composer.habits import Chance, Habits, vary
from resona_composer.mastering import master
from resona_composer.mixing import Mix
from resona_composer.plan import TrackPlan
from resona_composer.score import KEYS, SCALES, Scale, Song, compose
from resona_composer.styles import ARTISTS, PLAYERS
from resona_composer.waves import SAMPLE_RATE, Samples


def render(plan: TrackPlan, *, seconds: float | None = None) -> tuple[Samples, int]:
    """Play and record a track.

    Parameters
    ----------
    plan
        What to play. The same plan gives the same samples, bit for bit.
    seconds
        Another length than the plan's; the song is laid out to fill it.

    Returns
    -------
    Samples, shape (2, n), in −1…1, and the sample rate, 44,100 Hz.

    Raises
    ------
    ConfigError
        If the length is out of range, or the plan's style, substyle or key is unknown.

    Examples
    --------
    >>> from resona_composer.plan import plan_library
    >>> samples, sample_rate = render(plan_library(seed=0)[0], seconds=3.0)
    >>> samples.shape, sample_rate
    ((2, 132300), 44100)
    """
    length = plan.seconds if seconds is None else seconds
    check_range("seconds", length, 2, 3600)
    chance = Chance(np.random.default_rng([plan.artist_seed, 1]), np.random.default_rng([plan.seed, 2]))
    habits = vary(vary(_habits(plan), chance.artist, 0.12), chance.track, 0.04)
    album = np.random.default_rng([plan.artist_seed, zlib.crc32(plan.album.encode())])
    song = _song(plan, habits, length, chance.track)
    mix = Mix(song, chance.track)
    PLAYERS[plan.style](song, habits, mix, chance)
    mixed = mix.finish(
        room_seconds=habits.room_seconds * album.uniform(0.85, 1.2),
        rng=album,
        echo_beats=habits.echo_beats,
        treble=habits.treble,
    )
    record = master(
        mixed,
        lufs=habits.lufs + album.normal(0, 0.6),
        tilt_db=habits.tilt_db + album.normal(0, 0.8),
        glue=habits.glue,
        fade_seconds=habits.fade_seconds,
    )
    return record, SAMPLE_RATE


def _habits(plan: TrackPlan) -> Any:
    for habits in ARTISTS.get(plan.style, ()):
        if habits.substyle == plan.substyle:
            return habits
    raise ConfigError(f"no style {plan.style!r} with a substyle {plan.substyle!r}")


def _song(plan: TrackPlan, habits: Habits, seconds: float, rng: np.random.Generator) -> Song:
    if plan.key not in KEYS:
        raise ConfigError(f"no key {plan.key!r}; known are {', '.join(KEYS)}")
    if plan.mode not in ("major", "minor"):
        raise ConfigError(f"no mode {plan.mode!r}; known are major and minor")
    third = 3 if plan.mode == "minor" else 4
    fitting = [SCALES[name] for name in habits.scales if SCALES[name][2] == third] or [SCALES[plan.mode]]
    scale = Scale(KEYS.index(plan.key), fitting[rng.integers(len(fitting))])
    chords = {
        "verse": habits.verse[rng.integers(len(habits.verse))],
        "chorus": habits.chorus[rng.integers(len(habits.chorus))],
    }
    return compose(scale, plan.tempo_bpm, seconds, chords, habits.meter)
