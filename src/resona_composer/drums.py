"""How do drums sound, and what do drummers play? Kits made of modes and noise, grooves, fills.

A built kit is a dictionary from piece to a few takes of one stroke, so that strokes in a row differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from resona_composer.effects import biquad, filtered
from resona_composer.score import Bar, Song, read_table
from resona_composer.waves import SAMPLE_RATE, Samples, clock, count, decaying, noise, panned, place, ring, shaped

N_TAKES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """How a drum kit is built and tuned."""

    kick_hz: float = 52.0  # at rest
    kick_sweep: float = 1.8  # octaves above it in which it begins
    kick_seconds: float = 0.35
    kick_click: float = 0.5  # level of the beater
    snare_hz: float = 190.0
    snare_seconds: float = 0.22
    snare_wires: float = 0.7  # 0.3 dull, 1 crisp
    hat_hz: float = 6500.0
    hat_seconds: float = 0.07
    tom_hz: float = 80.0
    cymbal_seconds: float = 2.2
    is_machine: bool = False  # hi-hats of square waves instead of metal
    grit_db: float = 3.0  # drive into tape: 0 clean, 12 dirty
    loose_ms: float = 5.0  # deviation of the drummer's timing
    level_db: float = 1.0  # in the mix


DRUMS = Kit()
DEFAULTS = {"fill": "snare x.......X.xoXxXx high ....x.x......... low ........x.x.x.XX", "end": "kick X crash X"}


def build_kit(kit: Kit, rng: np.random.Generator, pieces: set[str]) -> dict[str, list[Samples]]:
    """Record some takes of each piece, a key of `PIECES`: mono, with a peak of 1; no two are quite alike."""
    drive = 10 ** (kit.grit_db / 20)
    built = {}
    for piece in sorted(pieces):
        takes = [PIECES[piece][0](kit, rng) for _ in range(N_TAKES)]
        built[piece] = [np.tanh(drive * take / np.abs(take).max()) / np.float32(np.tanh(drive)) for take in takes]
    return built


def play_drums(
    song: Song, kit: Kit, grooves: Mapping[str, str], artist: np.random.Generator, rng: np.random.Generator
) -> tuple[Samples, list[int]]:
    """Play grooves with fills at the ends of sections and crashes at their beginnings.

    A groove is written as a table of rhythms; "fill" is played in the last bar of a section, on top of its kick; "end"
    is the last stroke, and choruses begin with a crash only if it has one. `artist` decides how the drums sound, `rng`
    takes, accents and timing.

    Returns
    -------
    Stereo samples, shape (2, n), and the times of the kicks in samples.
    """
    read = {section: read_table(groove) for section, groove in (DEFAULTS | dict(grooves)).items()}
    pieces = build_kit(kit, artist, {"kick", *(piece for groove in read.values() for piece in groove)})
    bus = np.zeros((2, song.n_samples), dtype=np.float32)
    kicks = []
    for bar in song.bars:
        for piece, rhythm in _groove(bar, read).items():
            _, position, level = PIECES[piece]
            for beat, _, velocity in song.steps(bar, rhythm):
                at = max(0, round((song.seconds(beat) + rng.normal(0, kit.loose_ms / 1000)) * SAMPLE_RATE))
                gain = level * velocity**1.6 * (1 + 0.12 * rng.uniform(-1, 1))
                place(bus, panned(pieces[piece][rng.integers(N_TAKES)], position), at, gain)
                if piece == "kick":
                    kicks.append(at)
    return bus, sorted(kicks)


def _groove(bar: Bar, grooves: Mapping[str, dict[str, str]]) -> dict[str, str]:
    groove = dict(grooves.get(bar.section, {}))
    is_last = bar.number == bar.n_bars - 1 > 0
    if is_last and groove:
        groove = {"kick": groove.get("kick", "."), **grooves["fill"]}
    if bar.number == 0 and bar.section == "chorus" and "crash" in grooves["end"]:
        groove["crash"] = "X" + "." * 15
    return groove


def _kick(kit: Kit, rng: np.random.Generator) -> Samples:
    n = count(kit.kick_seconds + 0.05)
    hz = kit.kick_hz * (1 + rng.normal(0, 0.004)) * 2 ** (kit.kick_sweep * np.exp(-clock(n) / 0.022))
    tone = np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE).astype(np.float32) * decaying(n, kit.kick_seconds)
    click = filtered(noise(rng, 0.02) * decaying(count(0.02), 0.012), biquad("lowpass", 5000))
    place(tone, click, 0, 0.6 * kit.kick_click)
    place(tone, ring(0.03, [1800, 3400], 0.02, [0.5, 0.4]), 0, kit.kick_click)
    return shaped(tone, 0.0005, 0.04)


def _snare(kit: Kit, rng: np.random.Generator) -> Samples:
    seconds, hz = kit.snare_seconds, kit.snare_hz * (1 + rng.normal(0, 0.01))
    drum = ring(seconds + 0.1, hz * np.array([1, 1.73, 2.6]), seconds * np.array([0.8, 0.5, 0.3]), [0.8, 0.5, 0.25])
    wires = filtered(noise(rng, seconds + 0.1), biquad("highpass", 1600), biquad("peak", 4500, gain_db=5))
    drum += wires * decaying(len(wires), 1.4 * seconds) * np.float32(0.55 * kit.snare_wires)
    place(drum, noise(rng, 0.006), 0, 0.5)  # the stick
    return shaped(drum, 0.0003, 0.05)


def _clap(kit: Kit, rng: np.random.Generator) -> Samples:
    hands = np.zeros(count(0.28), dtype=np.float32)
    for at, seconds in ((0.0, 0.03), (0.011, 0.03), (0.021, 0.03), (0.03, 1.4 * kit.snare_seconds)):
        place(hands, noise(rng, 0.25) * decaying(count(0.25), seconds), count(at * rng.uniform(0.95, 1.05)))
    return shaped(filtered(hands, biquad("bandpass", 1500, q=1.1)), 0.0002, 0.02)


def _hat(kit: Kit, rng: np.random.Generator, *, seconds: float) -> Samples:
    n = count(seconds * 1.3 + 0.02)
    metal = noise(rng, n / SAMPLE_RATE)
    if kit.is_machine:
        for square in (4100, 6080, 7400, 10_460, 10_800, 16_000):
            metal += np.float32(0.5) * np.sign(np.sin(np.float32(2 * np.pi * square) * clock(n)))
    else:
        hz, decay = rng.uniform(kit.hat_hz * 0.6, 15_000, 60), seconds * rng.uniform(0.7, 1.6, 60)
        metal += ring(n / SAMPLE_RATE, hz, decay, rng.normal(0, 0.2, 60))
    metal = filtered(metal, biquad("highpass", kit.hat_hz), biquad("highpass", kit.hat_hz * 0.8))
    return shaped(metal * decaying(n, seconds * 1.2), 0.0005, 0.01)


def _cymbal(kit: Kit, rng: np.random.Generator, *, low_hz: float, wash: float) -> Samples:
    """Two hundred modes of a plate, the high ones shorter, and the hiss of all the others."""
    seconds = kit.cymbal_seconds
    hz = low_hz * (16_000 / low_hz) ** rng.random(200)
    level = rng.normal(0, 0.12, 200) * (hz / 3000) ** 0.3 / (1 + 900 / hz)
    sound = ring(seconds, hz, seconds * rng.uniform(0.4, 1.1, 200) / (1 + (hz / 9000) ** 2), level)
    sound += ring(seconds, [low_hz * 5.2, low_hz * 8.1], seconds * 0.5, [0.25 * (1 - wash), 0.15 * (1 - wash)])
    hiss = filtered(noise(rng, seconds), biquad("highpass", 4500)) * decaying(len(sound), seconds * 0.7)
    return shaped(sound + hiss * np.float32(0.35 * wash), 0.001, seconds * 0.3)


def _tom(kit: Kit, rng: np.random.Generator, *, ratio: float) -> Samples:
    modes = np.array([1.0, 1.59, 2.14, 2.3, 2.65, 2.92])  # of a membrane
    sound = ring(0.6, kit.tom_hz * ratio * modes, 0.6 / modes, 1 / modes**1.6)
    place(sound, filtered(noise(rng, 0.03) * decaying(count(0.03), 0.02), biquad("lowpass", 3500)), 0, 0.5)
    return shaped(sound, 0.0005, 0.1)


def _rim(_: Kit, rng: np.random.Generator) -> Samples:
    return ring(0.12, [480, 1700, 2550], [0.075, 0.05, 0.035], rng.uniform(0.7, 1, 3))


def _rattle(_: Kit, rng: np.random.Generator, *, hz: float, seconds: float, attack: float) -> Samples:
    grains = filtered(noise(rng, seconds), biquad("bandpass", hz, q=1.2))
    return shaped(grains, attack, 0) * decaying(len(grains), seconds)


PIECES: dict[str, tuple[Callable[[Kit, np.random.Generator], Samples], float, float]] = {  # with its place and level
    "kick": (_kick, 0.0, 1.0),
    "snare": (_snare, 0.05, 0.8),
    "rim": (_rim, 0.1, 0.45),
    "clap": (_clap, -0.05, 0.6),
    "hat": (lambda kit, rng: _hat(kit, rng, seconds=kit.hat_seconds), 0.35, 0.3),
    "open": (partial(_hat, seconds=0.38), 0.35, 0.33),
    "ride": (partial(_cymbal, low_hz=420, wash=0.25), -0.4, 0.3),
    "crash": (partial(_cymbal, low_hz=280, wash=1.0), -0.35, 0.42),
    "high": (partial(_tom, ratio=1.7), 0.35, 0.7),  # toms
    "low": (partial(_tom, ratio=1.0), -0.4, 0.8),
    "shaker": (partial(_rattle, hz=5200, seconds=0.09, attack=0.025), -0.45, 0.18),
    "tambourine": (partial(_rattle, hz=7600, seconds=0.2, attack=0.002), 0.5, 0.2),
}
