"""How do drums sound, and what do drummers play? Kits made of modes and noise, grooves, fills.

A built kit is a dictionary from piece to a few takes of one stroke, so that strokes in a row differ. A groove is a
dictionary from piece to a rhythm (see `score`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resona_composer.effects import biquad, filtered
from resona_composer.habits import Chance
from resona_composer.score import Bar, Song
from resona_composer.waves import SAMPLE_RATE, Samples, count, decaying, noise, panned, place, ring, shaped, warped

Groove = Mapping[str, str]
PLACES = {  # where a piece stands, and its level
    "kick": (0.0, 1.0),
    "snare": (0.05, 0.8),
    "rim": (0.1, 0.45),
    "clap": (-0.05, 0.6),
    "hat": (0.35, 0.3),
    "open": (0.35, 0.33),
    "ride": (-0.4, 0.3),
    "crash": (-0.35, 0.42),
    "high tom": (0.35, 0.7),
    "mid tom": (0.0, 0.75),
    "low tom": (-0.4, 0.8),
    "shaker": (-0.45, 0.18),
    "tambourine": (0.5, 0.2),
}
MEMBRANE = np.array([1.0, 1.59, 2.14, 2.3, 2.65, 2.92])
N_TAKES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """How a drum kit is built and tuned.

    Attributes
    ----------
    kick_hz, kick_sweep, kick_seconds, kick_click
        Pitch at rest, how far above it begins (in octaves), decay, and level of the beater.
    snare_hz, snare_seconds, snare_wires
        Pitch of the shell, decay, and level of the wires: 0.3 dull, 1 crisp.
    hat_hz, hat_seconds
        Where the hi-hat's sound begins, and how long it lasts when closed.
    tom_hz
        Pitch of the lowest tom.
    cymbal_seconds
        Decay of crash and ride.
    is_machine
        Hi-hats of square waves instead of metal, snare with a longer noise: an electronic kit.
    grit_db
        Drive into tape: 0 clean, 12 dirty.

    Examples
    --------
    >>> pieces = build_kit(Kit(), np.random.default_rng(0), {"kick", "hat"})
    >>> {piece: len(takes) for piece, takes in sorted(pieces.items())}
    {'hat': 3, 'kick': 3}
    """

    kick_hz: float = 52.0
    kick_sweep: float = 1.8
    kick_seconds: float = 0.35
    kick_click: float = 0.5
    snare_hz: float = 190.0
    snare_seconds: float = 0.22
    snare_wires: float = 0.7
    hat_hz: float = 6500.0
    hat_seconds: float = 0.07
    tom_hz: float = 80.0
    cymbal_seconds: float = 2.2
    is_machine: bool = False
    grit_db: float = 3.0


def build_kit(kit: Kit, rng: np.random.Generator, pieces: set[str]) -> dict[str, list[Samples]]:
    """Record some takes of each piece.

    Parameters
    ----------
    kit
        How it is built.
    rng
        Decides what no two strokes share.
    pieces
        Keys of `PLACES`.

    Returns
    -------
    Piece to mono takes with a peak of 1.
    """
    makers: dict[str, Callable[[np.random.Generator], Samples]] = {
        "kick": partial(_kick, kit),
        "snare": partial(_snare, kit),
        "rim": _rim,
        "clap": partial(_clap, kit),
        "hat": partial(_hat, kit, kit.hat_seconds),
        "open": partial(_hat, kit, 0.38),
        "ride": partial(_cymbal, 420, 0.8 * kit.cymbal_seconds, 0.25),
        "crash": partial(_cymbal, 280, kit.cymbal_seconds, 1.0),
        "high tom": partial(_tom, 1.9 * kit.tom_hz),
        "mid tom": partial(_tom, 1.4 * kit.tom_hz),
        "low tom": partial(_tom, kit.tom_hz),
        "shaker": partial(_rattle, 5200, 0.09, 0.025),
        "tambourine": partial(_rattle, 7600, 0.2, 0.002),
    }
    drive = 10 ** (kit.grit_db / 20)
    built = {}
    for piece in sorted(pieces):
        takes = [makers[piece](rng) for _ in range(N_TAKES)]
        built[piece] = [np.tanh(drive * take / np.abs(take).max()) / np.float32(np.tanh(drive)) for take in takes]
    return built


def play_drums(
    song: Song, kit: Kit, grooves: Mapping[str, Groove], chance: Chance, *, loose_ms: float = 4.0
) -> tuple[Samples, NDArray[np.intp]]:
    """Play grooves with fills at the ends of sections and crashes at their beginnings.

    Parameters
    ----------
    song
        The grid.
    kit
        How the drums are built.
    grooves
        Section to groove; "fill" is played in the last bar of a section, on top of its kick; "end" names the pieces of
        the last stroke, kick and crash unless given, and there are crashes only if it has one.
    chance
        The artist's decides the drums, the track's takes, accents and timing.
    loose_ms
        Deviation of the timing; a machine's is 0.

    Returns
    -------
    Stereo samples, shape (2, n), and the times of the kicks in samples.
    """
    grooves = {"end": {"kick": "X", "crash": "X"}, **grooves}
    pieces = build_kit(kit, chance.artist, {piece for groove in grooves.values() for piece in groove})
    rng = chance.track
    n = song.n_samples
    tracks = {piece: np.zeros(n, dtype=np.float32) for piece in pieces}
    kicks = []
    for bar in song.bars:
        for piece, rhythm in _groove(bar, grooves).items():
            for beat, _, velocity in song.steps(bar, rhythm):
                late = rng.normal(0, loose_ms / 1000) if loose_ms else 0.0
                at = max(0, round((song.seconds(beat) + late) * SAMPLE_RATE))
                takes = pieces[piece]
                gain = velocity**1.6 * (1 + 0.12 * rng.uniform(-1, 1))
                place(tracks[piece], takes[rng.integers(len(takes))], at, gain)
                if piece == "kick":
                    kicks.append(at)
    bus = np.zeros((2, n), dtype=np.float32)
    for piece, track in tracks.items():
        position, level = PLACES[piece]
        bus += panned(track, position) * np.float32(level)
    return bus, np.array(sorted(kicks), dtype=np.intp)


def _groove(bar: Bar, grooves: Mapping[str, Groove]) -> Groove:
    groove = dict(grooves.get(bar.section, {}))
    if bar.is_last and groove and "fill" in grooves and bar.n_bars > 1:
        groove = {"kick": groove.get("kick", "."), **grooves["fill"]}
    if bar.is_first and bar.energy > 0.6 and "crash" in grooves["end"]:
        groove["crash"] = "X" + "." * 15
    return groove


def _kick(kit: Kit, rng: np.random.Generator) -> Samples:
    n = count(kit.kick_seconds + 0.05)
    time = np.arange(n) / SAMPLE_RATE
    hz = kit.kick_hz * (1 + rng.normal(0, 0.004)) * 2 ** (kit.kick_sweep * np.exp(-time / 0.022))
    tone = np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE).astype(np.float32) * decaying(n, kit.kick_seconds)
    click = noise(rng, 0.02) * decaying(count(0.02), 0.012)
    knock = ring(0.03, [1800, 3400], 0.02, [0.5, 0.4])
    tone[: len(click)] += np.float32(0.6 * kit.kick_click) * filtered(click, biquad("lowpass", 5000, SAMPLE_RATE))
    tone[: len(knock)] += np.float32(kit.kick_click) * knock
    return shaped(tone, 0.0005, 0.04)


def _snare(kit: Kit, rng: np.random.Generator) -> Samples:
    seconds = kit.snare_seconds + 0.1
    n = count(seconds)
    hz = kit.snare_hz * (1 + rng.normal(0, 0.01))
    shell = ring(seconds, hz * np.array([1, 1.73, 2.6]), kit.snare_seconds * np.array([0.8, 0.5, 0.3]), [1.0, 0.6, 0.3])
    wires = filtered(
        noise(rng, seconds), biquad("highpass", 1600, SAMPLE_RATE), biquad("peak", 4500, SAMPLE_RATE, gain_db=5)
    )
    wires *= decaying(n, kit.snare_seconds * (1.6 if kit.is_machine else 1.2))
    stick = noise(rng, 0.006)
    body = shell * np.float32(0.8) + wires * np.float32(0.55 * kit.snare_wires)
    body[: len(stick)] += stick * np.float32(0.5)
    return shaped(body, 0.0003, 0.05)


def _clap(kit: Kit, rng: np.random.Generator) -> Samples:
    n = count(0.28)
    time = np.arange(n) / SAMPLE_RATE
    hands = sum(
        np.where(time >= at, np.exp(-(time - at) / 0.004), 0) for at in (0, 0.011, 0.021 + 0.002 * rng.random())
    )
    tail = np.where(time >= 0.03, np.exp(-(time - 0.03) / (0.2 * kit.snare_seconds + 0.01)), 0)
    return shaped(
        filtered(
            noise(rng, 0.28) * (hands + 0.8 * tail).astype(np.float32), biquad("bandpass", 1500, SAMPLE_RATE, q=1.1)
        ),
        0.0002,
        0.02,
    )


def _hat(kit: Kit, seconds: float, rng: np.random.Generator) -> Samples:
    n = count(seconds * 1.3 + 0.02)
    if kit.is_machine:
        time = np.arange(n) / SAMPLE_RATE
        squares = sum(
            np.sign(np.sin(2 * np.pi * hz * 20 * time + rng.uniform(0, 6))) for hz in (205, 304, 370, 523, 540, 800)
        )
        metal = np.asarray(squares, dtype=np.float32) / 6 + 0.3 * noise(rng, n / SAMPLE_RATE)[:n]
    else:
        metal = noise(rng, n / SAMPLE_RATE)[:n] * np.float32(0.7)
        hz = rng.uniform(kit.hat_hz * 0.6, 15_000, 60)
        metal += ring(n / SAMPLE_RATE, hz, seconds * rng.uniform(0.7, 1.6, 60), rng.normal(0, 0.15, 60))[:n]
    metal = filtered(
        metal, biquad("highpass", kit.hat_hz, SAMPLE_RATE), biquad("highpass", kit.hat_hz * 0.8, SAMPLE_RATE)
    )
    return shaped(metal * decaying(n, seconds * 1.2), 0.0005, 0.01)


def _cymbal(low_hz: float, seconds: float, wash: float, rng: np.random.Generator) -> Samples:
    """Two hundred modes of a plate, the high ones shorter, and the hiss of all the others."""
    n_modes = 200
    hz = low_hz * (16_000 / low_hz) ** rng.random(n_modes)
    level = rng.normal(0, 1, n_modes) * (hz / 3000) ** 0.3 / (1 + 3000 / hz * 0.3)
    sound = ring(seconds, hz, seconds * rng.uniform(0.4, 1.1, n_modes) / (1 + (hz / 9000) ** 2), level) * np.float32(
        0.12
    )
    hiss = filtered(noise(rng, seconds), biquad("highpass", 4500, SAMPLE_RATE)) * decaying(len(sound), seconds * 0.7)
    tip = ring(seconds, [low_hz * 5.2, low_hz * 8.1], seconds * 0.5, [0.25, 0.15]) * np.float32(1 - min(1.0, wash))
    return shaped(sound + hiss * np.float32(0.35 * wash) + tip, 0.001, seconds * 0.3)


def _tom(hz: float, rng: np.random.Generator) -> Samples:
    seconds = 0.55
    drop = np.exp2(0.25 * np.exp(-np.arange(count(seconds)) / SAMPLE_RATE / 0.05)).astype(np.float32)
    skin = ring(seconds * 1.2, hz * MEMBRANE, 0.6 / MEMBRANE, 1 / MEMBRANE**1.6)
    sound = warped(skin, drop)
    stick = filtered(noise(rng, 0.03) * decaying(count(0.03), 0.02), biquad("lowpass", 3500, SAMPLE_RATE))
    sound[: len(stick)] += stick * np.float32(0.5)
    return shaped(sound, 0.0005, 0.1)


def _rim(rng: np.random.Generator) -> Samples:
    return ring(0.12, [480, 1700, 2550], [0.075, 0.05, 0.035], rng.uniform(0.7, 1, 3))


def _rattle(hz: float, seconds: float, attack: float, rng: np.random.Generator) -> Samples:
    grains = filtered(noise(rng, seconds), biquad("bandpass", hz, SAMPLE_RATE, q=1.2))
    return shaped(grains, attack, 0) * decaying(len(grains), seconds)
