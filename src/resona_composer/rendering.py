"""How does a plan become sound? The grid is laid out, the artist plays, the desk mixes, the record is mastered."""

import zlib

import numpy as np

from resona.config import check_range
from resona.errors import ConfigError
from resona_composer.artists import Artist, vary
from resona_composer.drums import play_drums
from resona_composer.mastering import master
from resona_composer.mixing import Mix, ducked
from resona_composer.plan import TrackPlan
from resona_composer.score import KEYS, SCALES, Scale, Song, compose
from resona_composer.styles import ARTISTS
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
        If the length is out of range, or the plan's style, substyle, key or mode is unknown.

    Examples
    --------
    >>> from resona_composer.plan import plan_library
    >>> samples, sample_rate = render(plan_library(seed=0)[0], seconds=3.0)
    >>> samples.shape, sample_rate
    ((2, 132300), 44100)
    """
    length = plan.seconds if seconds is None else seconds
    check_range("seconds", length, 2, 3600)
    by_artist, rng = np.random.default_rng([plan.artist_seed, 1]), np.random.default_rng([plan.seed, 2])
    album = np.random.default_rng([plan.artist_seed, zlib.crc32(plan.album.encode())])
    artist = vary(vary(_artist(plan), by_artist, 0.12), rng, 0.04)
    song = _song(plan, artist, length, rng)
    mix = Mix(song, rng)
    drums, kicks = play_drums(song, artist.kit, artist.grooves, by_artist, rng)
    if artist.grooves:
        mix.add(drums, artist.kit.level_db, wet=0.12)
    for part in artist.parts:
        # Equal lines choose equally: bass and guitars play one riff.
        notes = part.line.notes(song, np.random.default_rng([plan.seed, 3])) if part.line else []
        sound = part.sound.play(song, notes, rng)
        if part.pump:
            sound = ducked(sound, kicks, depth=min(0.9, part.pump), seconds=min(0.3, 45 / song.tempo_bpm))
        pan = float(by_artist.uniform(-0.4, 0.4)) if part.wet else 0.0
        mix.add(sound, part.level_db, pan=pan, wet=part.wet, echo=part.echo)
    production = vary(artist.production, album, 0.06)
    mixed = mix.finish(room_seconds=production.room_seconds, treble=production.treble, rng=album)
    return master(mixed, production), SAMPLE_RATE


def _artist(plan: TrackPlan) -> Artist:
    for artist in ARTISTS.get(plan.style, ()):
        if artist.substyle == plan.substyle:
            return artist
    raise ConfigError(f"no style {plan.style!r} with a substyle {plan.substyle!r}")


def _song(plan: TrackPlan, artist: Artist, seconds: float, rng: np.random.Generator) -> Song:
    if plan.key not in KEYS:
        raise ConfigError(f"no key {plan.key!r}; known are {', '.join(KEYS)}")
    if plan.mode not in ("major", "minor"):
        raise ConfigError(f"no mode {plan.mode!r}; known are major and minor")
    harmony, third = artist.harmony, 3 if plan.mode == "minor" else 4
    fitting = [SCALES[name] for name in harmony.scales.split() if SCALES[name][2] == third] or [SCALES[plan.mode]]
    scale = Scale(KEYS.index(plan.key), fitting[rng.integers(len(fitting))])
    verse, chorus = (str(rng.choice(chords.split("|"))) for chords in (harmony.verse, harmony.chorus))
    return compose(scale, plan.tempo_bpm, seconds, verse=verse, chorus=chorus, meter=harmony.meter)
