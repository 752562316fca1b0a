"""How do parts become a mix? Performing notes, setting levels, sending to a room and to an echo.

Conventions: parts are brought to a common loudness before their fader, so that a fader in dB means the same for a flute
and for a wall of guitars.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from resona_composer.effects import biquad, convolved, echoed, filtered, room
from resona_composer.score import Note, Song
from resona_composer.waves import SAMPLE_RATE, Samples, panned, place

Instrument = Callable[[float, float, float], Samples]


def perform(
    notes: Iterable[Note],
    instrument: Instrument,
    song: Song,
    rng: np.random.Generator,
    *,
    loose_ms: float = 5.0,
    n_takes: int = 1,
) -> Samples:
    """Play notes on an instrument.

    Notes of the same pitch, length and strength are made once, or a few times, and placed often.

    Parameters
    ----------
    notes
        In any order; those beyond the last stroke are left out, those on it ring on.
    instrument
        Function of pitch, seconds and velocity.
    song
        The clock and the length.
    rng
        Decides timing and accents.
    loose_ms
        Deviation of the timing.
    n_takes
        Different sounds of the same note: more for instruments that a hand touches.

    Returns
    -------
    Mono, as long as the song.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> from resona_composer.waves import ring
    >>> song = compose(Scale(0, SCALES["major"]), 120, 4.0, {"verse": ((0,),), "chorus": ((0,),)})
    >>> sine = lambda pitch, seconds, velocity: ring(seconds, 440.0, 1.0, velocity)
    >>> perform([Note(0, 1, 69)], sine, song, np.random.default_rng(0)).shape
    (176400,)
    """
    track = np.zeros(song.n_samples, dtype=np.float32)
    made: dict[tuple[float, float, float, int], Samples] = {}
    for i, note in enumerate(notes):
        if note.beat > song.end + 0.5:
            continue
        start = song.seconds(note.beat)
        length = note.length if note.beat < song.end - 0.01 else max(note.length, 4.0)
        seconds = round(max(0.05, song.seconds(note.beat + length) - start), 2)
        velocity = round(note.velocity * 5) / 5
        key = (note.pitch, seconds, velocity, i * 7 // 5 % n_takes)
        if key not in made:
            made[key] = instrument(*key[:3])
        at = round((start + rng.normal(0, loose_ms / 1000)) * SAMPLE_RATE)
        place(track, made[key], max(0, at), 1 + 0.1 * float(rng.uniform(-1, 1)))
    return track


def ducked(samples: Samples, kicks: Iterable[int], *, depth: float, seconds: float) -> Samples:
    """Press samples down at each kick and let them rise again: the pump of dance music.

    Examples
    --------
    >>> ducked(np.ones((2, 10), dtype=np.float32), [0], depth=1.0, seconds=0.1)[0, :2].round(2)
    array([0., 0.], dtype=float32)
    """
    rise = (np.arange(round(seconds * SAMPLE_RATE)) / (seconds * SAMPLE_RATE)).astype(np.float32) ** 2
    gain = np.ones(samples.shape[-1], dtype=np.float32)
    for kick in kicks:
        stop = min(len(gain), kick + len(rise))
        if kick < stop:
            gain[kick:stop] = np.minimum(gain[kick:stop], 1 - np.float32(depth) * (1 - rise[: stop - kick]))
    return samples * gain


@dataclass(slots=True)
class Mix:
    """A mixing desk.

    Attributes
    ----------
    song
        The grid: its length, and its beat for the echo.
    rng
        The engineer's hand: no two mixes have their faders quite alike.
    dry, wet, echo
        What has been added, shape (2, n): heard directly, sent to the room, sent to the echo.

    Examples
    --------
    >>> from resona_composer.score import SCALES, Scale, compose
    >>> song = compose(Scale(0, SCALES["major"]), 120, 4.0, {"verse": ((0,),), "chorus": ((0,),)})
    >>> mix = Mix(song, np.random.default_rng(0))
    >>> mix.add(np.ones(song.n_samples, dtype=np.float32), 0, pan=-0.5, wet=0.2)
    >>> mix.dry.shape
    (2, 176400)
    """

    song: Song
    rng: np.random.Generator
    dry: Samples = field(init=False)
    wet: Samples = field(init=False)
    echo: Samples = field(init=False)

    def __post_init__(self) -> None:
        self.dry, self.wet, self.echo = (np.zeros((2, self.song.n_samples), dtype=np.float32) for _ in range(3))

    def add(self, part: Samples, level_db: float, *, pan: float = 0.0, wet: float = 0.0, echo: float = 0.0) -> None:
        """Add a part, mono or stereo, at a loudness; `wet` and `echo` are shares sent to the room and the echo."""
        fader = np.float32(10 ** ((level_db + self.rng.normal(0, 0.8)) / 20) * 0.1 / _level(part))
        faded = part * fader if part.ndim == 2 else panned(part * fader, pan)
        self.dry += faded
        if wet:
            self.wet += faded * np.float32(wet)
        if echo:
            self.echo += faded * np.float32(echo)

    def finish(
        self, *, room_seconds: float, rng: np.random.Generator, echo_beats: float = 0.75, treble: float = 0.5
    ) -> Samples:
        """Add room and echo to what was heard directly."""
        wet = self.wet
        total = self.dry
        if self.echo.any():
            repeats = echoed(self.echo, round(echo_beats * 60 / self.song.tempo_bpm * SAMPLE_RATE))
            total, wet = total + repeats, wet + 0.4 * repeats
        wet = filtered(wet, biquad("highpass", 220, SAMPLE_RATE))  # a room full of bass is mud
        return total + convolved(wet, room(SAMPLE_RATE, room_seconds, rng, treble=treble))


def _level(part: Samples) -> float:
    """Loudness of the louder moments: ears judge a part by them, not by its rests."""
    mono = part[::2] * np.float32(0.71) if part.ndim == 1 else part[:, ::2].mean(axis=0)
    heard = filtered(mono, biquad("highpass", 50, SAMPLE_RATE // 2))
    blocks = heard[: len(heard) // 2205 * 2205].reshape(-1, 2205)
    levels = np.sqrt(np.mean(blocks**2, axis=1))
    return max(float(np.quantile(levels, 0.93)), 0.3 * float(levels.max())) + 1e-6  # a part may have one note only
