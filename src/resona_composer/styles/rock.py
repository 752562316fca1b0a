"""How does rock sound here? Guitars left and right, bass, drums, a lead; sometimes an organ."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from resona_composer.band import bass_guitar, lead_guitar, open_chords, power_chords, rhythm_guitars
from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.habits import Chance, Habits, bars
from resona_composer.keys import organ
from resona_composer.melody import Singer, arpeggio, sing
from resona_composer.mixing import Mix, perform
from resona_composer.score import Meter, Song, bass_notes, chord_notes, chords_near
from resona_composer.strings import Amplifier, PluckedString
from resona_composer.waves import Samples

FILL: Groove = {
    "snare": "x.......X.xoXxXx",
    "high tom": "....x.x.........",
    "mid tom": "........x.x.....",
    "low tom": "..........x.x.XX",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RockBand(Habits):
    """A rock band.

    Attributes
    ----------
    kit, grooves
        Of the drummer; section to groove.
    string, amplifier
        Of the guitars.
    strum
        Section to rhythm of chords; soft strokes are muted power chords, loud ones full.
    has_open_chords
        Full chords instead of power chords.
    picked
        Section to rhythm of picked chords.
    bass, walk, bass_drive_db
        Section to rhythm, how much it walks, its amplifier.
    singer
        Of the lead guitar.
    organ_level_db
        None without one.
    """

    kit: Kit
    grooves: dict[str, Groove]
    string: PluckedString
    amplifier: Amplifier
    strum: dict[str, str]
    has_open_chords: bool = False
    picked: dict[str, str] = field(default_factory=dict)
    bass: dict[str, str]
    walk: float = 0.3
    bass_drive_db: float = 6.0
    singer: Singer
    organ_level_db: float | None = None


BANDS = (
    RockBand(
        substyle="garage rock",
        tempo=(148, 172),
        keys=("E", "A", "D", "G"),
        scales=("mixolydian", "major", "minor"),
        verse=(bars(0, 0, 3, 3), bars(0, 6, 3, 0), bars(0, 3, 0, 4)),
        chorus=(bars(3, 0, 4, 0), bars(0, 3, 4, 3), bars(5, 3, 0, 4)),
        lufs=-11.0,
        tilt_db=1.0,
        glue=0.8,
        room_seconds=0.5,
        kit=Kit(kick_hz=58, kick_seconds=0.25, snare_hz=215, snare_wires=0.9, hat_hz=5200, grit_db=9),
        grooves={
            "intro": {"kick": "x.......x.......", "snare": "....X.......X...", "open": "x...x...x...x..."},
            "verse": {"kick": "x.x.....x.x.....", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
            "chorus": {"kick": "x.x...x.x.x...x.", "snare": "....X.......X...", "open": "X...x...X...x..."},
            "break": {"kick": "x...x...x...x...", "low tom": "x.x.x.x.x.x.x.x."},
            "fill": FILL,
        },
        string=PluckedString(brightness=0.85, ring_seconds=6),
        amplifier=Amplifier(drive_db=26, presence_db=6, tight_hz=140, cabinet_hz=5600),
        strum={
            "intro": "X-x-x-x-X-x-x-x-",
            "verse": "x-x-x-x-x-x-x-x-",
            "chorus": "X-xxx-xxX-xxx-xx",
            "break": "X-------X-------",
        },
        bass={"verse": "x-x-x-x-x-x-x-x-", "chorus": "x-x-x-x-x-x-x-x-", "break": "x-x-x-x-x-x-x-x-"},
        bass_drive_db=14,
        singer=Singer(low=64, high=81, pace="moderate", sections=("chorus", "intro"), is_pentatonic=True),
    ),
    RockBand(
        substyle="indie rock",
        tempo=(114, 132),
        keys=("D", "G", "A", "C"),
        scales=("major", "major", "lydian"),
        verse=(bars(0, 5, 3, 4), bars(0, 2, 3, 3), bars(3, 0, 5, 4)),
        chorus=(bars(3, 4, 0, 5), bars(0, 4, 5, 3), bars(3, 0, 4, 5)),
        lufs=-13.0,
        tilt_db=0.5,
        room_seconds=1.4,
        treble=0.7,
        kit=Kit(kick_hz=50, kick_seconds=0.3, snare_hz=180, snare_wires=0.6, hat_hz=7200, hat_seconds=0.05, grit_db=2),
        grooves={
            "intro": {"kick": "x...x...x...x...", "hat": "x.o.x.o.x.o.x.o."},
            "verse": {"kick": "x...x..xx...x...", "snare": "....x.......x...", "hat": "x.oox.oox.oox.oo"},
            "chorus": {
                "kick": "X...x...X...x.x.",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.x.",
                "tambourine": "..x...x...x...x.",
            },
            "break": {"kick": "x.......x.......", "rim": "....x.......x..."},
            "fill": FILL,
        },
        string=PluckedString(brightness=0.8, position=0.11, ring_seconds=5),
        amplifier=Amplifier(drive_db=2, presence_db=5, tight_hz=160, cabinet_hz=6200),
        strum={"chorus": "X---x-xx-xx-x-x-"},
        has_open_chords=True,
        picked={
            "intro": "x.x.x.x.x.x.x.x.",
            "verse": "xxx.xxx.xxx.xxx.",
            "chorus": "xxxxxxxxxxxxxxxx",
            "break": "x.x.x.x.x.x.x.x.",
        },
        bass={"verse": "x--xx--xx--xx--x", "chorus": "x-x-x-x-x-x-x-x-", "break": "x-------x-------"},
        walk=0.7,
        singer=Singer(low=67, high=84, pace="calm", sections=("chorus", "break")),
    ),
    RockBand(
        substyle="stadium rock",
        tempo=(92, 110),
        keys=("E", "B", "F#", "C#"),
        scales=("minor", "minor", "major"),
        verse=(bars(0, 5, 2, 6), bars(0, 0, 5, 6), bars(0, 3, 5, 4)),
        chorus=(bars(5, 2, 0, 6), bars(0, 5, 2, 6), bars(5, 6, 0, 0)),
        lufs=-12.0,
        tilt_db=0.0,
        room_seconds=2.4,
        treble=0.6,
        kit=Kit(
            kick_hz=46,
            kick_seconds=0.45,
            snare_hz=170,
            snare_seconds=0.34,
            snare_wires=0.8,
            cymbal_seconds=3.0,
            grit_db=5,
        ),
        grooves={
            "intro": {"kick": "x...............", "hat": "x...x...x...x..."},
            "verse": {"kick": "x.....x.x.......", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {
                "kick": "X.....xxX.x.....",
                "snare": "....X.......X...",
                "ride": "x.x.x.x.x.x.x.x.",
                "open": "....x.......x...",
            },
            "break": {"kick": "x.........x.....", "low tom": "x.xxx.xxx.xxx.xx"},
            "fill": FILL,
        },
        string=PluckedString(brightness=0.65, ring_seconds=9),
        amplifier=Amplifier(drive_db=24, presence_db=3, cabinet_hz=4600),
        strum={"verse": "o-o-o-o-o-o-o-oo", "chorus": "X---x-x-X---x-xx", "break": "X---------------"},
        picked={"intro": "x.x.x.x.x.x.x.x."},
        bass={"verse": "x-x-x-x-x-x-x-x-", "chorus": "x-x-x-x-x-x-x-x-", "break": "x---------------"},
        singer=Singer(low=66, high=83, pace="calm", sections=("chorus",)),
        organ_level_db=-8,
    ),
    RockBand(
        substyle="blues rock",
        tempo=(84, 104),
        keys=("A", "E", "G", "C"),
        scales=("mixolydian", "dorian"),
        verse=(bars(0, 3, 0, 0), bars(0, 0, 3, 0)),
        chorus=(bars(3, 3, 0, 0), bars(4, 3, 0, 4)),
        meter=Meter(swing=0.64),
        lufs=-14.0,
        tilt_db=-1.0,
        room_seconds=0.9,
        kit=Kit(kick_hz=60, kick_seconds=0.28, snare_hz=205, snare_wires=0.5, hat_hz=5800, hat_seconds=0.1, grit_db=4),
        grooves={
            "intro": {"kick": "x...x...", "hat": "x.x.x.x."},
            "verse": {"kick": "x..xx...", "snare": "..X...X.", "hat": "x.xxx.xx"},
            "chorus": {"kick": "x..xx..x", "snare": "..X...Xo", "ride": "x.xxx.xx"},
            "break": {"kick": "x.......", "rim": "..x...x."},
            "fill": {"snare": "x.xxX.XX", "low tom": "..x.x..X"},
        },
        string=PluckedString(brightness=0.55, position=0.2, ring_seconds=5),
        amplifier=Amplifier(drive_db=13, presence_db=3, tight_hz=95, cabinet_hz=4400),
        strum={"intro": "x-oxx-ox", "verse": "x-oxx-ox", "chorus": "X-xxX-xx"},
        bass={"intro": "x-x-x-x-", "verse": "x-xxx-x-", "chorus": "x-xxx-x-", "break": "x-x-x-x-"},
        walk=0.8,
        bass_drive_db=4,
        singer=Singer(
            low=60, high=79, pace="busy", sections=("verse", "chorus", "break"), is_pentatonic=True, answers=0.4
        ),
        organ_level_db=-5,
    ),
)


def play(song: Song, band: RockBand, mix: Mix, chance: Chance) -> None:
    """Play a song as a band does, into a mix."""
    rng = chance.track
    drums, _ = play_drums(song, band.kit, band.grooves, chance, loose_ms=5)
    mix.add(drums, 1.0, wet=0.22)
    bass = bass_notes(song, band.bass, walk=band.walk)
    mix.add(bass_guitar(song, bass, rng, brightness=0.5, drive_db=band.bass_drive_db), -1.5)
    if band.strum:
        mix.add(_strummed(song, band, rng), -1.5, wet=0.12)
    if band.picked:
        order = ((0, 2, 3, 1), (0, 1, 2, 4, 3, 2), (4, 3, 2, 1, 2, 3))[rng.integers(3)]
        notes = arpeggio(song, band.picked, chords_near(song, 62, 3, colour=1), order)
        clean = Amplifier(drive_db=0, presence_db=5, tight_hz=150, cabinet_hz=6500)
        mix.add(rhythm_guitars(song, notes, band.string, clean, rng), -4.0, wet=0.35, echo=0.2)
    lead = Amplifier(drive_db=band.amplifier.drive_db + 6, presence_db=2, cabinet_hz=4200)
    mix.add(lead_guitar(song, sing(song, band.singer, rng), lead, rng), -2.5, pan=0.15, wet=0.3, echo=0.25)
    if band.organ_level_db is not None:
        rhythm = {"verse": "x---------------", "chorus": "x-------x-------", "break": "x---------------"}
        notes = chord_notes(song, rhythm, chords_near(song, 62, 3))
        wheels = tuple(chance.artist.uniform(0.3, 1.0, 6))
        keys = perform(notes, partial(organ, drawbars=wheels), song, rng)
        mix.add(keys, band.organ_level_db, pan=-0.3, wet=0.3)


def _strummed(song: Song, band: RockBand, rng: np.random.Generator) -> Samples:
    voicing = open_chords(song) if band.has_open_chords else power_chords(song)
    notes = chord_notes(song, band.strum, voicing, strum=0.012)
    return rhythm_guitars(song, notes, band.string, band.amplifier, rng)
