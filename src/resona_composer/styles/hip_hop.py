"""How do beats sound here? Swung drums, deep bass, and chords that seem to come from an old record."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from resona_composer.band import acoustic_guitar, flute
from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.effects import biquad, filtered
from resona_composer.habits import Chance, Habits, bars, halves
from resona_composer.keys import bell, electric_piano, piano
from resona_composer.melody import Singer, sing
from resona_composer.mixing import Mix, perform
from resona_composer.pads import Pad
from resona_composer.score import Meter, Note, Song, bass_notes, chord_notes, chords_near
from resona_composer.strings import PluckedString
from resona_composer.synths import Patch, line
from resona_composer.waves import SAMPLE_RATE, Samples, noise, warped

STRINGS = Pad(kind="strings", centre=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatMaker(Habits):
    """A maker of beats.

    Attributes
    ----------
    kit, grooves, loose_ms
        Of the drums, and how late or early they may be.
    sampled, chords, chord_size
        Instrument on the old record ("piano" or "electric piano"); section to rhythm; notes of a chord.
    dust_hz, wobble, crackle_level_db
        The record: where its treble ends, how much its speed varies, how loud it crackles.
    bass_kind, bass
        "upright", "808" or "synth", and section to rhythm.
    soloist, singer
        "bell", "flute", "guitar" or "synth", and how it plays.
    pad, pad_level_db
        Held under chorus and break, and its level.
    """

    kit: Kit
    grooves: dict[str, Groove]
    loose_ms: float = 7.0
    sampled: str
    chords: dict[str, str]
    chord_size: int = 4
    dust_hz: float = 4000.0
    wobble: float = 0.002
    crackle_level_db: float = -22.0
    bass_kind: str
    bass: dict[str, str]
    soloist: str
    singer: Singer
    pad: Pad = STRINGS
    pad_level_db: float = -14.0


BEAT_MAKERS = (
    BeatMaker(
        substyle="boom bap",
        tempo=(85, 95),
        keys=("C", "D", "F", "A"),
        scales=("minor", "dorian"),
        verse=(halves(0, 3, 0, 3), bars(0, 5), halves(0, 0, 3, 4)),
        chorus=(halves(3, 4, 0, 0), halves(5, 4, 0, 0)),
        meter=Meter(swing=0.6, swing_step=0.25),
        lufs=-12.5,
        tilt_db=-1.0,
        glue=0.7,
        room_seconds=0.6,
        kit=Kit(
            kick_hz=60,
            kick_seconds=0.22,
            kick_click=0.4,
            snare_hz=200,
            snare_seconds=0.18,
            snare_wires=0.8,
            hat_hz=5400,
            grit_db=11,
        ),
        grooves={
            "intro": {"hat": "x.x.x.x.x.x.x.x."},
            "verse": {"kick": "X.....xo..x.....", "snare": "....X..o....X...", "hat": "x.x.x.xxx.x.x.x."},
            "chorus": {
                "kick": "X..x..x...x..x..",
                "snare": "....X..o.o..X..o",
                "hat": "x.x.x.x.x.x.xxx.",
                "tambourine": "....x.......x...",
            },
            "break": {"kick": "X.....x...x.....", "rim": "....x.......x..."},
            "fill": {"snare": "....X..o..x.XxxX", "hat": "x.x.x.x........."},
        },
        sampled="piano",
        chords={"intro": "x-----x---x-----", "verse": "x-----x---x-....", "chorus": "x---x---x-----x-"},
        dust_hz=3200,
        crackle_level_db=-20,
        bass_kind="upright",
        bass={"verse": "x-----x-..x---x-", "chorus": "x--x--x---x--x--"},
        soloist="flute",
        singer=Singer(low=69, high=84, pace="moderate", sections=("chorus", "break"), is_pentatonic=True),
    ),
    BeatMaker(
        substyle="trap",
        tempo=(132, 148),
        keys=("F", "C#", "D#", "G"),
        scales=("harmonic minor", "minor", "phrygian"),
        verse=(bars(0, 0, 5, 5), bars(0, 0, 1, 0)),
        chorus=(bars(0, 0, 5, 4), bars(5, 5, 0, 0)),
        lufs=-11.0,
        tilt_db=0.5,
        glue=0.7,
        room_seconds=1.6,
        kit=Kit(
            kick_hz=52,
            kick_seconds=0.25,
            kick_click=0.8,
            snare_hz=220,
            snare_seconds=0.2,
            hat_hz=8200,
            hat_seconds=0.035,
            is_machine=True,
            grit_db=9,
        ),
        loose_ms=0.8,
        grooves={
            "intro": {"hat": "x...x...x...x..."},
            "verse": {
                "kick": "X.....x...x.....",
                "clap": "........X.......",
                "hat": "x...x...x...x...x...x...x.x.xxxx",
                "open": "..............x.",
            },
            "chorus": {
                "kick": "X..x..x...x..x..",
                "clap": "........X.......",
                "snare": "........x......o",
                "hat": "x.x.x.x.xxxxx.x.x.x.x.x.x.xxxxxx",
            },
            "break": {"clap": "........x.......", "rim": "......x.....x..."},
            "fill": {"clap": "........X.....xx", "hat": "x.x.xxxxx.x.xxxx"},
            "end": {"kick": "X", "crash": "X"},
        },
        sampled="electric piano",
        chords={"intro": "x---------------", "chorus": "x-------........", "break": "x---------------"},
        chord_size=3,
        dust_hz=2600,
        wobble=0.0012,
        crackle_level_db=-34,
        bass_kind="808",
        bass={"verse": "x-----x---x-----", "chorus": "x--x--x---x--x--", "break": "x---------------"},
        soloist="bell",
        singer=Singer(low=70, high=86, pace="moderate", sections=("intro", "verse", "chorus", "break")),
        pad=Pad(kind="choir", centre=64),
        pad_level_db=-9,
    ),
    BeatMaker(
        substyle="lo-fi",
        tempo=(70, 82),
        keys=("C", "F", "A#", "D#"),
        scales=("major", "dorian", "major"),
        verse=(bars(1, 4, 0, 5), bars(3, 2, 1, 0), bars(0, 5, 1, 4)),
        chorus=(bars(3, 4, 2, 5), bars(1, 4, 0, 0)),
        meter=Meter(swing=0.58, swing_step=0.25),
        lufs=-15.5,
        tilt_db=-1.5,
        glue=0.5,
        room_seconds=0.9,
        fade_seconds=2.5,
        kit=Kit(
            kick_hz=56,
            kick_seconds=0.25,
            kick_click=0.15,
            snare_hz=170,
            snare_wires=0.45,
            hat_hz=4600,
            hat_seconds=0.05,
            grit_db=6,
        ),
        loose_ms=11,
        grooves={
            "intro": {"hat": "x...x...x...x..."},
            "verse": {"kick": "x......x..x.....", "rim": "....x.......x...", "hat": "x.x.x.x.x.x.x.xo"},
            "chorus": {
                "kick": "x..o...x..x.....",
                "snare": "....x.......x..o",
                "hat": "x.xox.x.x.xox.x.",
                "shaker": "..x...x...x...x.",
            },
            "break": {"rim": "....x.......x..."},
            "fill": {"snare": "....x.......x.xx", "hat": "x.x.x.x.x......."},
            "end": {"kick": "X"},
        },
        sampled="electric piano",
        chords={
            "intro": "x-----..x---x---",
            "verse": "x-----..x---x---",
            "chorus": "x-----x-..x---x-",
            "break": "x---------------",
        },
        chord_size=5,
        dust_hz=3600,
        wobble=0.005,
        crackle_level_db=-17,
        bass_kind="upright",
        bass={"verse": "x------xx---..x-", "chorus": "x-----..x---x-x-", "break": "x---------------"},
        soloist="guitar",
        singer=Singer(low=62, high=79, pace="moderate", sections=("verse", "chorus"), is_pentatonic=True, answers=0.3),
        pad=Pad(kind="warm", centre=64),
        pad_level_db=-10,
    ),
    BeatMaker(
        substyle="west coast",
        tempo=(90, 101),
        keys=("B", "E", "F#", "A"),
        scales=("minor", "dorian"),
        verse=(bars(0, 0, 3, 4), bars(0, 6, 5, 4)),
        chorus=(bars(0, 5, 3, 4), bars(3, 3, 0, 0)),
        meter=Meter(swing=0.55, swing_step=0.25),
        lufs=-12.0,
        tilt_db=0.5,
        glue=0.6,
        room_seconds=1.1,
        kit=Kit(
            kick_hz=54,
            kick_seconds=0.3,
            kick_click=0.6,
            snare_hz=190,
            snare_seconds=0.25,
            hat_hz=7600,
            is_machine=True,
            grit_db=5,
        ),
        loose_ms=3,
        grooves={
            "intro": {"hat": "x.x.x.x.x.x.x.x.", "clap": "....x.......x..."},
            "verse": {
                "kick": "X..x..x...x.....",
                "clap": "....X.......X...",
                "hat": "x.xxx.xxx.xxx.x.",
                "shaker": "xoxoxoxoxoxoxoxo",
            },
            "chorus": {
                "kick": "X..x..x.x.x..x..",
                "clap": "....X.......X...",
                "snare": "....x.......x...",
                "hat": "x.xxx.xxx.xxx.xx",
                "tambourine": "..x...x...x...x.",
            },
            "break": {"kick": "X.....x.........", "clap": "....x.......x..."},
            "fill": {"clap": "....X.......X.XX", "low tom": "......x.x......."},
        },
        sampled="electric piano",
        chords={"intro": "x---------x-----", "verse": "x---------x-----", "chorus": "x--x--x---------"},
        chord_size=4,
        dust_hz=7000,
        wobble=0.0006,
        crackle_level_db=-34,
        bass_kind="synth",
        bass={"verse": "x--x..x-..x-x.x.", "chorus": "x--x..x-x.x-x.xx", "break": "x-----..x-------"},
        soloist="synth",
        singer=Singer(low=74, high=90, pace="calm", sections=("intro", "chorus", "break"), is_pentatonic=True),
        pad_level_db=-8,
    ),
)


def play(song: Song, maker: BeatMaker, mix: Mix, chance: Chance) -> None:
    """Play a song as a maker of beats would, into a mix."""
    rng = chance.track
    drums, _ = play_drums(song, maker.kit, maker.grooves, chance, loose_ms=maker.loose_ms)
    mix.add(drums, 2.0, wet=0.1)
    mix.add(_bass(song, maker, rng), 0.5)
    centre = float(chance.artist.uniform(57, 63))
    chords = chord_notes(song, maker.chords, chords_near(song, centre, maker.chord_size), strum=0.02)
    mix.add(_old_record(song, maker, _sampled(song, maker, chords, rng), rng), -2.5, wet=0.15)
    mix.add(_solo(song, maker, sing(song, maker.singer, rng), rng), -4.5, pan=0.2, wet=0.35, echo=0.3)
    pads = maker.pad.play(song, ("chorus", "break"), rng)
    mix.add(filtered(pads, biquad("lowpass", 0.8 * maker.dust_hz, SAMPLE_RATE)), maker.pad_level_db, wet=0.3)
    mix.add(_crackle(song, rng), maker.crackle_level_db)


def _sampled(song: Song, maker: BeatMaker, notes: list[Note], rng: np.random.Generator) -> Samples:
    def key(pitch: float, seconds: float, velocity: float) -> Samples:
        if maker.sampled == "piano":
            return piano(pitch, seconds, velocity, rng, felt=0.3)
        return electric_piano(pitch, seconds, velocity, rng)

    played = perform(notes, key, song, rng, loose_ms=9)
    tremolo = 0.25 * np.sin(2 * np.pi * 4.6 * np.arange(song.n_samples) / SAMPLE_RATE).astype(np.float32)
    return np.stack([played * (1 + tremolo), played * (1 - tremolo)])


def _old_record(song: Song, maker: BeatMaker, samples: Samples, rng: np.random.Generator) -> Samples:
    """Wobble, saturation, no treble: as sampled from vinyl with twelve bits."""
    time = np.arange(song.n_samples) / SAMPLE_RATE
    speed = 1 + maker.wobble * (
        np.sin(2 * np.pi * 0.55 * time + rng.uniform(0, 6)) + 0.4 * np.sin(2 * np.pi * 6.1 * time)
    )
    worn = warped(samples, speed.astype(np.float32))
    level = np.float32(np.quantile(np.abs(worn[:, ::50]), 0.99) + 1e-6)
    bits = np.round(np.tanh(1.4 * worn / level) * 512) / np.float32(512)
    return filtered(bits, biquad("lowpass", maker.dust_hz, SAMPLE_RATE), biquad("highpass", 110, SAMPLE_RATE))


def _bass(song: Song, maker: BeatMaker, rng: np.random.Generator) -> Samples:
    if maker.bass_kind == "upright":
        string = PluckedString(brightness=0.12, position=0.3, ring_seconds=2.2, pick=0.05)
        return acoustic_guitar(song, bass_notes(song, maker.bass, walk=0.6), string, rng, size=1.7)
    if maker.bass_kind == "808":
        boom = Patch(
            shape="triangle", cutoff_hz=260, sweep_octaves=1.5, sweep_seconds=0.06, fall_seconds=2.2, glide_seconds=0.06
        )
        deep = line(boom, bass_notes(song, maker.bass, walk=0.3), song, rng)
        driven: Samples = np.tanh(2.2 * deep / np.float32(np.abs(deep).max() + 1e-6))
        return driven
    funk = Patch(
        shape="saw", cutoff_hz=240, sweep_octaves=2.3, sweep_seconds=0.13, resonance=1.7, sub=0.6, glide_seconds=0.05
    )
    return line(funk, bass_notes(song, maker.bass, walk=0.7), song, rng)


def _solo(song: Song, maker: BeatMaker, tune: list[Note], rng: np.random.Generator) -> Samples:
    if maker.soloist == "flute":
        return filtered(flute(song, tune, rng, breath=0.12), biquad("lowpass", 4500, SAMPLE_RATE))
    if maker.soloist == "guitar":
        nylon = PluckedString(brightness=0.35, position=0.25, ring_seconds=2.5, pick=0.05)
        return acoustic_guitar(song, tune, nylon, rng, loose_ms=14)
    if maker.soloist == "bell":
        return perform(tune, partial(bell, "music box"), song, rng, loose_ms=2)
    whine = Patch(
        shape="saw",
        cutoff_hz=1500,
        sweep_octaves=0.4,
        resonance=1.5,
        attack_seconds=0.02,
        glide_seconds=0.12,
        vibrato_cents=18,
    )
    return line(whine, tune, song, rng)


def _crackle(song: Song, rng: np.random.Generator) -> Samples:
    """Dust in the groove: clicks at random times, and the hiss of the record."""
    n = song.n_samples
    clicks = np.zeros((2, n), dtype=np.float32)
    n_clicks = round(n / SAMPLE_RATE * 14)
    for side in range(2):
        clicks[side, rng.integers(0, n, n_clicks)] = rng.standard_normal(n_clicks).astype(np.float32) ** 3
    hiss = np.stack([noise(rng, n / SAMPLE_RATE)[:n] for _ in range(2)]) * np.float32(0.012)
    return filtered(clicks + hiss, biquad("bandpass", 2600, SAMPLE_RATE, q=0.5))
