"""Make windows out of the training music: played otherwise, in other rooms, over each other.

Some thousand recordings are few. What the student must learn is not the music but what the teachers hear, so each
window is changed as sound before student and teachers hear the same of it.
"""

import json
from pathlib import Path

import numpy as np
from scipy import fft

from sound import SAMPLE_RATE, Row

SECONDS = 5.12
N_SAMPLES = int(SECONDS * SAMPLE_RATE)
SHARES = {"songs": 1.0, "more": 2.0, "extra": 1.0, "games": 0.3}  # how often a recording is drawn
MOST = 25  # recordings of one artist count as so many together; of a generator, each
GENERATED = 0.6  # of that, where a source holds two outputs of one prompt
PURE = 0.25  # of the windows stay as they are
SPEED, STRETCH = 0.12, 0.12  # deviation of the logarithm, of pitch and tempo together and of tempo alone
EQUALISER_DB, N_EQUALISER = 2.0, 6  # deviation of each of the cosines over the octaves
CHANCES = {"stretch": 0.3, "narrow": 0.2, "compress": 0.25, "distort": 0.08, "room": 0.25, "noise": 0.05}
MIXED, THIRD, SUNG = 0.3, 0.3, 0.15  # another on top; of these, one more; a voice over an instrumental
QUIETER_DB = 12.0  # what is mixed in, at most
LEVEL, LEVEL_DB = 0.13, 2.0  # loudness (root mean square) that teachers are given, as finished records have it
GRAIN = 2048
EPSILON = 1e-9

OCTAVES = np.log2(np.maximum(fft.rfftfreq(N_SAMPLES, 1 / SAMPLE_RATE), 20) / 20) / np.log2(SAMPLE_RATE / 40)
WAVES = np.cos(np.pi * np.arange(1, N_EQUALISER + 1)[:, None] * OCTAVES).astype(np.float32)


class Remixer:
    """Draws windows from the decoded music.

    Parameters
    ----------
    cache
        Folder of `sound.py`.
    held_out
        Whether to draw from the artists that are not trained on; never both.
    """

    def __init__(self, cache: Path, rng: np.random.Generator, *, held_out: bool = False) -> None:
        self.rng = rng
        self.samples = np.memmap(cache / "sound.i16", dtype=np.int16, mode="r")
        self.rows: list[Row] = json.loads((cache / "sound.json").read_text(encoding="utf-8"))
        chosen = np.array([row["held_out"] == held_out for row in self.rows])
        share = np.array([SHARES[row["kind"]] for row in self.rows])
        share[["noise2music" in row["source"] for row in self.rows]] *= GENERATED
        artists, artist, counts = np.unique(
            [row["artist"] for row in self.rows], return_inverse=True, return_counts=True
        )
        made = np.char.find(artists, "AI)") >= 0
        self.share = share * chosen * np.where(made, 1.0, np.minimum(1.0, MOST / counts))[artist]
        self.sings = np.array([row["sings"] for row in self.rows])

    def draw(self) -> tuple[np.ndarray, int, bool]:
        """Make a window.

        Returns
        -------
        5.12 s at 32 kHz; the row of the recording that is heard best; whether it is unchanged.
        """
        first, is_pure = self._choose(self.share), bool(self.rng.random() < PURE)
        sound = self._read(first, 1.0)[:N_SAMPLES]
        if not is_pure:
            sound = self._change(first)
            dice = self.rng.random()
            if dice < MIXED:
                sound = self._add(sound, self._change(self._choose(self.share)), 0.0)
                if self.rng.random() < THIRD:
                    sound = self._add(sound, self._change(self._choose(self.share)), -3.0)
            elif dice < MIXED + SUNG and not self.sings[first]:
                sound = self._add(sound, self._change(self._choose(self.share * self.sings)), 6.0)
            sound = self._finish(sound)
        return self._level(sound), first, is_pure

    def _choose(self, share: np.ndarray) -> int:
        return int(self.rng.choice(len(share), p=share / share.sum()))

    def _read(self, number: int, ratio: float) -> np.ndarray:
        """Read somewhere, `ratio` windows long, over and over where the recording is shorter."""
        row, wanted = self.rows[number], fft.next_fast_len(round(N_SAMPLES * ratio), real=True)
        begin = row["first"] + int(self.rng.integers(max(1, row["count"] - wanted)))
        sound = self.samples[begin : min(begin + wanted, row["first"] + row["count"])].astype(np.float32) / 32768
        return np.resize(sound, wanted) if len(sound) < wanted else sound

    def _change(self, number: int) -> np.ndarray:
        """Change speed, tempo and tone of a window."""
        speed = float(np.exp(self.rng.normal(0, SPEED)).clip(0.6, 1.7))
        if self._often("stretch"):
            tempo = float(np.exp(self.rng.normal(0, STRETCH)).clip(0.6, 1.7))
            sound = stretch(self._read(number, speed * tempo), 1 / tempo)
            sound = np.resize(sound, fft.next_fast_len(len(sound), real=True))
        else:
            sound = self._read(number, speed)
        spectrum = fft.rfft(sound)[: len(OCTAVES)]
        spectrum = np.pad(spectrum, (0, len(OCTAVES) - len(spectrum))) * (N_SAMPLES / len(sound))
        decibels = self.rng.normal(0, EQUALISER_DB, N_EQUALISER).astype(np.float32) @ WAVES
        if self._often("narrow"):
            decibels = decibels + self._narrow()
        changed: np.ndarray = fft.irfft(spectrum * 10 ** (decibels / 20), N_SAMPLES)
        return changed.astype(np.float32)

    def _narrow(self) -> np.ndarray:
        """Attenuation of highs, and now and then of lows, as codecs and small loudspeakers have it."""
        top = np.log2(self.rng.uniform(3000, 14000) / 20) / np.log2(SAMPLE_RATE / 40)
        bottom = np.log2(self.rng.uniform(40, 400) / 20) / np.log2(SAMPLE_RATE / 40) * (self.rng.random() < 0.3)
        outside = (OCTAVES - top).clip(0) + (bottom - OCTAVES).clip(0)
        loss: np.ndarray = -400 * outside
        return loss.clip(-90)

    def _add(self, sound: np.ndarray, other: np.ndarray, louder_db: float) -> np.ndarray:
        """Lay another over a sound, from as loud (and `louder_db` more) to 12 dB quieter."""
        gain = 10 ** ((louder_db - self.rng.uniform(0, QUIETER_DB)) / 20)
        return sound + other * (gain * rms(sound) / (rms(other) + EPSILON))

    def _finish(self, sound: np.ndarray) -> np.ndarray:
        """Compress, distort, put into a room, add noise: each now and then."""
        if self._often("compress"):
            sound = compress(sound, self.rng.uniform(0.3, 0.8))
        if self._often("distort"):
            drive = self.rng.uniform(1, 8)
            sound = np.tanh(sound * (drive / (3 * rms(sound) + EPSILON)))
        if self._often("room"):
            sound = self._room(sound)
        if self._often("noise"):
            noise = self.rng.standard_normal(N_SAMPLES, dtype=np.float32)
            sound = sound + noise * rms(sound) * 10 ** (-self.rng.uniform(15, 45) / 20)
        return sound

    def _room(self, sound: np.ndarray) -> np.ndarray:
        """Reverberate: noise that dies away, treble first."""
        seconds = self.rng.uniform(0.2, 1.8)
        time = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
        tail = self.rng.standard_normal(len(time), dtype=np.float32) * np.exp(-6.9 / seconds * time)
        darker = 1 / (1 + (fft.rfftfreq(N_SAMPLES, 1 / SAMPLE_RATE) / self.rng.uniform(1500, 8000)) ** 2)
        wet = fft.irfft(fft.rfft(sound) * fft.rfft(tail, N_SAMPLES) * darker, N_SAMPLES)
        share = 10 ** (-self.rng.uniform(0, 15) / 20)
        mixed: np.ndarray = sound + wet * (share * rms(sound) / (rms(wet) + EPSILON))
        return mixed.astype(np.float32)

    def _level(self, sound: np.ndarray) -> np.ndarray:
        """Give the loudness of a finished record, without clipping."""
        gain = LEVEL * 10 ** (self.rng.normal(0, LEVEL_DB) / 20) / (rms(sound) + EPSILON)
        return (sound * min(gain, 1 / (np.abs(sound).max() + EPSILON))).astype(np.float32)

    def _often(self, name: str) -> bool:
        return bool(self.rng.random() < CHANCES[name])


def rms(sound: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound))))


def compress(sound: np.ndarray, strength: float) -> np.ndarray:
    """Even out loudness: 0 leaves it, 1 makes each twentieth of a second alike."""
    blocks = sound.reshape(-1, 1024)
    level = np.sqrt(np.square(blocks).mean(axis=1)) + 0.01 * rms(sound) + EPSILON
    gain = np.interp(np.arange(len(sound)), np.arange(len(level)) * 1024 + 512, level**-strength)
    return (sound * gain).astype(np.float32)


def stretch(sound: np.ndarray, ratio: float) -> np.ndarray:
    """Make a sound `ratio` times as long at its pitch, by grains that overlap by half."""
    n_grains = int((len(sound) * ratio - GRAIN) // (GRAIN // 2))
    begins = (np.arange(n_grains) * (GRAIN // 2) / ratio).astype(int).clip(0, len(sound) - GRAIN)
    grains = np.lib.stride_tricks.sliding_window_view(sound, GRAIN)[begins] * np.hanning(GRAIN).astype(np.float32)
    halves = grains.reshape(n_grains, 2, GRAIN // 2)
    stretched: np.ndarray = (halves[1:, 0] + halves[:-1, 1]).ravel()
    return stretched
