"""How do parts become a mix? Performing notes, setting levels, sending to a room and to an echo.

Conventions: parts are brought to a common loudness before their fader, so that a fader in dB means the same for a flute
and for a wall of guitars.
"""

from collections.abc import Callable, Iterable

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
    """Play notes on an instrument; mono, as long as the song.

    Notes of the same pitch, length and strength are made once, or a few times, and placed often.

    Those beyond the last stroke are left out, those on it ring on. Timing deviates by `loose_ms`; of instruments that a
    hand touches, there are `n_takes` of the same note.
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
    """Press samples down at each kick and let them rise again: the pump of dance music."""
    rise = (np.arange(round(seconds * SAMPLE_RATE)) / (seconds * SAMPLE_RATE)).astype(np.float32) ** 2
    gain = np.ones(samples.shape[-1], dtype=np.float32)
    for kick in kicks:
        stop = min(len(gain), kick + len(rise))
        if kick < stop:
            gain[kick:stop] = np.minimum(gain[kick:stop], 1 - np.float32(depth) * (1 - rise[: stop - kick]))
    return samples * gain


class Mix:
    """A mixing desk, whose engineer's hand is `rng`: no two mixes have their faders quite alike.

    What has been added is heard directly (dry), sent to the room (wet) and sent to the echo.
    """

    def __init__(self, song: Song, rng: np.random.Generator) -> None:
        self.song, self.rng = song, rng
        self.dry, self.wet, self.echo = (np.zeros((2, song.n_samples), dtype=np.float32) for _ in range(3))

    def add(self, part: Samples, level_db: float, *, pan: float = 0.0, wet: float = 0.0, echo: float = 0.0) -> None:
        """Add a part, mono or stereo, at a loudness; `wet` and `echo` are shares sent to the room and the echo."""
        fader = np.float32(10 ** ((level_db + self.rng.normal(0, 0.8)) / 20) * 0.1 / _level(part))
        faded = part * fader if part.ndim == 2 else panned(part * fader, pan)
        self.dry += faded
        self.wet += faded * np.float32(wet)
        self.echo += faded * np.float32(echo)

    def finish(self, *, room_seconds: float, treble: float, rng: np.random.Generator) -> Samples:
        """Add a room, and an echo of three quarters of a beat, to what was heard directly."""
        repeats = echoed(self.echo, round(0.75 * 60 / self.song.tempo_bpm * SAMPLE_RATE))
        wet = filtered(self.wet + 0.4 * repeats, biquad("highpass", 220))  # a room full of bass is mud
        return self.dry + repeats + convolved(wet, room(room_seconds, rng, treble=treble))


def _level(part: Samples) -> float:
    """Loudness of the louder moments: ears judge a part by them, not by its rests."""
    mono = part[::2] * np.float32(0.71) if part.ndim == 1 else part[:, ::2].mean(axis=0)
    heard = filtered(mono, biquad("highpass", 100))  # 50 Hz, as every second sample is left out
    blocks = heard[: len(heard) // 2205 * 2205].reshape(-1, 2205)
    levels = np.sqrt(np.mean(blocks**2, axis=1))
    return max(float(np.quantile(levels, 0.93)), 0.3 * float(levels.max())) + 1e-6  # a part may have one note only
