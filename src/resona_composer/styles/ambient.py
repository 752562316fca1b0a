"""How does quiet music sound here? Piano, pads, bells, long rooms; drums, if any, from far away."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from resona_composer.band import fiddle
from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.effects import biquad, filtered
from resona_composer.habits import Chance, Habits, bars
from resona_composer.keys import bell, piano
from resona_composer.melody import Singer, arpeggio, sing
from resona_composer.mixing import Mix, perform
from resona_composer.pads import Pad
from resona_composer.score import Meter, Note, Song, bass_notes, chord_notes, chords_near
from resona_composer.synths import Patch, strike
from resona_composer.waves import SAMPLE_RATE, Samples, noise

AMBIENT_PAD = Pad(kind="warm", centre=60, has_second=True, overlap_seconds=1.6)
RIGHT_HAND = Singer(low=72, high=88, pace="calm", sections=("verse", "chorus"))
BOW = Singer(low=50, high=69, pace="calm", sections=("chorus",))
DISTANT = Kit(kick_hz=48, kick_click=0.15, snare_wires=0.3, hat_hz=8500, hat_seconds=0.03, grit_db=1)
EVERYWHERE = ("intro", "verse", "chorus", "break")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer(Habits):
    """A composer of quiet music.

    Attributes
    ----------
    pad, pad_level_db, pad_sections
        Held chords, their level, where.
    piano_level_db, felt, left_hand, right_hand
        None without a piano; how muted it is; section to rhythm of its arpeggios; the tune it plays.
    bell, bell_level_db, bells
        Kind, level and section to rhythm of bells.
    bow_level_db, bow
        None without a bowed string, and its tune.
    bass
        Section to rhythm of a soft bass.
    kit, grooves, drum_level_db
        Of distant drums; no grooves, no drums.
    air_level_db
        Of wind or rain.
    """

    pad: Pad
    pad_level_db: float = -2.0
    pad_sections: tuple[str, ...] = EVERYWHERE
    piano_level_db: float | None = None
    felt: float = 0.5
    left_hand: dict[str, str] = field(default_factory=dict)
    right_hand: Singer = RIGHT_HAND
    bell: str = "kalimba"
    bell_level_db: float = -6.0
    bells: dict[str, str] = field(default_factory=dict)
    bow_level_db: float | None = None
    bow: Singer = BOW
    bass: dict[str, str] = field(default_factory=dict)
    kit: Kit = DISTANT
    grooves: dict[str, Groove] = field(default_factory=dict)
    drum_level_db: float = -8.0
    air_level_db: float = -24.0


COMPOSERS = (
    Composer(
        substyle="solo piano",
        tempo=(66, 84),
        keys=("A", "D", "F", "C"),
        scales=("minor", "major", "major"),
        verse=(bars(0, 5, 2, 6), bars(0, 3, 5, 4), bars(0, 2, 3, 4)),
        chorus=(bars(5, 3, 0, 4), bars(3, 4, 5, 0)),
        lufs=-19.0,
        tilt_db=-1.0,
        glue=0.2,
        room_seconds=2.6,
        treble=0.4,
        fade_seconds=3.0,
        pad=replace(AMBIENT_PAD, kind="strings"),
        pad_level_db=-15,
        pad_sections=("chorus",),
        piano_level_db=0,
        felt=0.6,
        left_hand={"intro": "x.x.x.x.", "verse": "x.x.x.x.", "chorus": "xxxxxxxx", "break": "x---x---"},
        air_level_db=-30,
    ),
    Composer(
        substyle="drone",
        tempo=(56, 66),
        keys=("D", "E", "G", "C"),
        scales=("lydian", "dorian", "minor"),
        verse=(bars(0, 0, 3, 3), bars(0, 0, 5, 5)),
        chorus=(bars(0, 0, 4, 4), bars(5, 5, 0, 0)),
        lufs=-20.0,
        tilt_db=-2.0,
        glue=0.1,
        room_seconds=5.0,
        treble=0.5,
        echo_beats=1.5,
        fade_seconds=4.0,
        pad=replace(AMBIENT_PAD, kind="choir", width_cents=50.0),
        pad_level_db=2,
        bell="tubular",
        bell_level_db=-8,
        bells={"verse": "....x...........", "chorus": "x.....x.........", "break": "......x........."},
        bass=dict.fromkeys(EVERYWHERE, "x---------------"),
        air_level_db=-14,
    ),
    Composer(
        substyle="ambient electronica",
        tempo=(82, 96),
        keys=("C", "G", "A", "F"),
        scales=("major", "lydian", "minor"),
        verse=(bars(0, 5, 3, 3), bars(3, 0, 5, 4)),
        chorus=(bars(3, 4, 5, 0), bars(0, 2, 3, 5)),
        meter=Meter(swing=0.54, swing_step=0.25),
        lufs=-16.5,
        room_seconds=2.8,
        treble=0.6,
        fade_seconds=2.5,
        pad=replace(AMBIENT_PAD, width_cents=15.0),
        pad_level_db=0,
        bell="kalimba",
        bell_level_db=-2,
        bells={
            "intro": "x..x..x.x..x..x.",
            "verse": "x..x..x.x..x..x.",
            "chorus": "x.xx.xx.x.xx.xx.",
            "break": "x.....x.....x...",
        },
        bass={"verse": "x-------..x-----", "chorus": "x---..x-x---..x-"},
        grooves={
            "verse": {"kick": "x.........x.....", "rim": "....x.......x...", "shaker": "o.xoo.xoo.xoo.xo"},
            "chorus": {
                "kick": "x.....x...x.....",
                "rim": "....x.......x..x",
                "shaker": "oxxooxxooxxooxxo",
                "hat": "..x...x...x...x.",
            },
            "end": {"kick": "X"},
        },
        drum_level_db=-4,
        air_level_db=-26,
    ),
    Composer(
        substyle="cinematic",
        tempo=(68, 84),
        keys=("D", "C", "A#", "E"),
        scales=("minor", "harmonic minor"),
        verse=(bars(0, 5, 2, 6), bars(0, 6, 5, 4)),
        chorus=(bars(5, 6, 0, 0), bars(0, 2, 5, 6)),
        lufs=-17.0,
        tilt_db=-1.0,
        glue=0.2,
        room_seconds=3.4,
        treble=0.55,
        fade_seconds=3.0,
        pad=replace(AMBIENT_PAD, kind="strings", width_cents=32.0),
        pad_level_db=1,
        piano_level_db=-4,
        felt=0.15,
        left_hand={"intro": "x---x---x---x---", "verse": "x.x.x.x.x.x.x.x.", "chorus": "xxxxxxxxxxxxxxxx"},
        bow_level_db=-3,
        bass={"verse": "x---------------", "chorus": "x---------------"},
        kit=Kit(kick_hz=42, kick_seconds=0.9, kick_sweep=0.8, kick_click=0.2, tom_hz=52, cymbal_seconds=3.5, grit_db=1),
        grooves={
            "chorus": {"kick": "X.......x.......", "low tom": "......x.......xx"},
            "break": {"low tom": "x..............."},
        },
        drum_level_db=-3,
        air_level_db=-30,
    ),
)


def play(song: Song, composer: Composer, mix: Mix, chance: Chance) -> None:
    """Play a piece as its composer would, into a mix."""
    rng = chance.track
    tone = float(chance.artist.uniform(0.8, 1.25))
    pads = composer.pad.play(song, composer.pad_sections, rng)
    mix.add(filtered(pads, biquad("lowpass", 4500 * tone, SAMPLE_RATE)), composer.pad_level_db, wet=0.5)
    if composer.piano_level_db is not None:
        mix.add(_pianist(song, composer, rng), composer.piano_level_db, wet=0.4)
    if composer.bells:
        order = ((0, 2, 4, 1, 3, 5), (0, 3, 1, 4, 2, 4), (4, 2, 3, 0, 1, 5))[rng.integers(3)]
        notes = arpeggio(song, composer.bells, chords_near(song, 69, 3, colour=1), order)
        rung = perform(notes, partial(bell, composer.bell), song, rng, loose_ms=12)
        mix.add(rung, composer.bell_level_db, pan=0.25, wet=0.6, echo=0.5)
    if composer.bow_level_db is not None:
        mix.add(
            fiddle(song, sing(song, composer.bow, rng), rng, brightness=0.6), composer.bow_level_db, pan=-0.2, wet=0.6
        )
    if composer.bass:
        soft = Patch(
            shape="triangle", cutoff_hz=260 * tone, sweep_octaves=0.5, attack_seconds=0.15, release_seconds=0.4, sub=0.3
        )
        notes = bass_notes(song, composer.bass)
        mix.add(perform(notes, partial(strike, soft, rng=rng), song, rng), -3.0, wet=0.1)
    if composer.grooves:
        drums, _ = play_drums(song, composer.kit, composer.grooves, chance, loose_ms=6)
        mix.add(filtered(drums, biquad("lowpass", 7000, SAMPLE_RATE)), composer.drum_level_db, wet=0.7)
    mix.add(_air(song, rng), composer.air_level_db)


def _pianist(song: Song, composer: Composer, rng: np.random.Generator) -> Samples:
    """Left hand in arpeggios over a root, right hand with the tune; low notes to the left; the pedal is held."""
    order = ((0, 1, 2, 3), (0, 2, 1, 2), (0, 2, 3, 4, 3, 2))[rng.integers(3)]
    low = arpeggio(song, composer.left_hand, chords_near(song, 52, 3), order)
    roots = [
        note._replace(pitch=note.pitch - 12)
        for note in bass_notes(song, dict.fromkeys(EVERYWHERE, "x---------------"), octave=3)
    ]
    high = sing(song, composer.right_hand, rng)
    closing = chord_notes(song, {}, chords_near(song, 60, 3, colour=1), strum=0.06)

    def key(pitch: float, seconds: float, velocity: float) -> Samples:
        return piano(pitch, seconds + 0.5, velocity, rng, felt=composer.felt)

    def hand(notes: list[Note], touch: float) -> Samples:
        return perform([note._replace(velocity=note.velocity * touch) for note in notes], key, song, rng, loose_ms=14)

    left, right = hand(low + roots + closing, 0.62), hand(high, 0.85)
    return np.stack([left + 0.65 * right, 0.65 * left + right])


def _air(song: Song, rng: np.random.Generator) -> Samples:
    """Wind: noise whose colour and level wander."""
    seconds = song.n_samples / SAMPLE_RATE
    wind = np.stack([noise(rng, seconds)[: song.n_samples] for _ in range(2)])
    n_knots = int(seconds) + 2
    wander = np.interp(np.arange(song.n_samples) / SAMPLE_RATE, np.arange(n_knots), rng.uniform(0.2, 1.0, n_knots))
    return filtered(wind, biquad("lowpass", 1100, SAMPLE_RATE), biquad("highpass", 200, SAMPLE_RATE)) * wander.astype(
        np.float32
    )
