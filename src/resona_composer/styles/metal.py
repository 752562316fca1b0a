"""How does metal sound here? Palm-muted riffs through high gain, double kick, low tuning, twin leads."""

from dataclasses import dataclass

import numpy as np

from resona_composer.band import bass_guitar, lead_guitar, rhythm_guitars
from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.habits import Chance, Habits, bars
from resona_composer.melody import Singer, sing
from resona_composer.mixing import Mix
from resona_composer.pads import Pad
from resona_composer.score import Note, Song
from resona_composer.strings import Amplifier, PluckedString

FILL: Groove = {
    "snare": "XxXx....XxXx....",
    "high tom": "....xxxx........",
    "low tom": "............xxXX",
    "crash": "X...............",
}
BLAST: Groove = {"kick": "xxxxxxxxxxxxxxxx", "snare": "x.x.x.x.x.x.x.x.", "ride": "x.x.x.x.x.x.x.x."}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetalBand(Habits):
    """A metal band.

    Attributes
    ----------
    kit, grooves
        Of the drummer.
    tuning
        Pitch of the lowest string.
    amplifier
        Of the guitars.
    riffs
        Section to rhythms of a bar to choose from; soft strokes are muted on the low root, others are chords.
    leaps
        Degrees that the riff's chords may lie above the bar's.
    singer
        Of the lead.
    has_twin_lead
        A second guitar a third above.
    choir_level_db
        None without one.
    """

    kit: Kit
    grooves: dict[str, Groove]
    tuning: int = 38
    amplifier: Amplifier
    riffs: dict[str, tuple[str, ...]]
    leaps: tuple[int, ...] = (0, 0, 1, 2)
    singer: Singer
    has_twin_lead: bool = False
    choir_level_db: float | None = None


TIGHT = Kit(
    kick_hz=62,
    kick_seconds=0.16,
    kick_click=0.7,
    snare_hz=205,
    snare_seconds=0.18,
    snare_wires=0.9,
    tom_hz=72,
    grit_db=8,
)

BANDS = (
    MetalBand(
        substyle="thrash metal",
        tempo=(172, 192),
        keys=("E", "F", "G", "A"),
        scales=("phrygian", "minor"),
        verse=(bars(0, 0, 1, 0), bars(0, 0, 0, 5)),
        chorus=(bars(0, 5, 6, 1), bars(5, 6, 0, 0)),
        lufs=-10.0,
        tilt_db=-0.5,
        glue=0.9,
        room_seconds=0.6,
        kit=TIGHT,
        grooves={
            "intro": {"kick": "x...x...x...x...", "crash": "x.......x......."},
            "verse": {"kick": "x.x.x.x.x.x.x.x.", "snare": "..X...X...X...X.", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "ride": "x.x.x.x.x.x.x.x."},
            "break": {"kick": "x..x..x.x..x..x.", "snare": "........X.......", "crash": "x.......x......."},
            "fill": FILL,
        },
        amplifier=Amplifier(drive_db=36, presence_db=7, scoop_db=-8, tight_hz=180, cabinet_hz=4700),
        riffs={
            "intro": ("X---x---X---x-x-",),
            "verse": ("ooxoooxoooxoxxoo", "xoooxoooxoooxoxo", "oooxoooxooxoooxx"),
            "chorus": ("X-xxX-xxX-xxX-xx", "Xoo-Xoo-Xoo-XoXo"),
            "break": ("xooxooxoxooxooxo",),
        },
        singer=Singer(low=69, high=88, pace="busy", sections=("chorus",)),
    ),
    MetalBand(
        substyle="doom metal",
        tempo=(62, 74),
        keys=("C", "C#", "D", "B"),
        scales=("harmonic minor", "phrygian", "minor"),
        verse=(bars(0, 1, 0, 5), bars(0, 0, 5, 4)),
        chorus=(bars(0, 5, 3, 4), bars(5, 3, 1, 0)),
        lufs=-12.0,
        tilt_db=-2.0,
        glue=0.6,
        room_seconds=2.6,
        treble=0.4,
        kit=Kit(
            kick_hz=48,
            kick_seconds=0.4,
            kick_click=0.7,
            snare_hz=165,
            snare_seconds=0.35,
            cymbal_seconds=3.2,
            tom_hz=62,
            grit_db=6,
        ),
        grooves={
            "intro": {"crash": "x...............", "kick": "x..............."},
            "verse": {"kick": "x.....x.x.......", "snare": "........X.......", "ride": "x...x...x...x..."},
            "chorus": {"kick": "x...x.x.x...xxx.", "snare": "....X.......X...", "crash": "x.......x......."},
            "break": {"low tom": "x.....x.x.....x.", "mid tom": "............x..."},
            "fill": {"snare": "........X...X.XX", "low tom": "..x...x...x....."},
        },
        tuning=33,
        amplifier=Amplifier(drive_db=34, presence_db=1, scoop_db=2, tight_hz=85, cabinet_hz=3900),
        riffs={
            "intro": ("X---------------",),
            "verse": ("X-------x---x---", "X-----x-x-------"),
            "chorus": ("X-------X-------", "X---x---X-------"),
            "break": ("X---------------",),
        },
        leaps=(0, 0, 1, -1),
        singer=Singer(low=62, high=79, pace="calm", sections=("chorus", "break")),
        choir_level_db=-12,
    ),
    MetalBand(
        substyle="melodic metal",
        tempo=(150, 168),
        keys=("D", "E", "A", "B"),
        scales=("minor", "harmonic minor"),
        verse=(bars(0, 5, 3, 4), bars(0, 6, 5, 6)),
        chorus=(bars(5, 6, 0, 2), bars(0, 5, 2, 6), bars(3, 6, 0, 0)),
        lufs=-10.5,
        tilt_db=-1.0,
        glue=0.8,
        room_seconds=1.3,
        kit=Kit(
            kick_hz=60, kick_seconds=0.17, kick_click=0.7, snare_hz=195, snare_seconds=0.22, snare_wires=1.0, grit_db=7
        ),
        grooves={
            "intro": {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "crash": "x.......x......."},
            "verse": {"kick": "xx.xxx.xxx.xxx.x", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {
                "kick": "xxxxxxxxxxxxxxxx",
                "snare": "....X.......X...",
                "ride": "x...x...x...x...",
                "crash": "........x.......",
            },
            "break": BLAST,
            "fill": FILL,
        },
        tuning=36,
        amplifier=Amplifier(drive_db=33, presence_db=5, scoop_db=-4, tight_hz=160, cabinet_hz=4500),
        riffs={
            "intro": ("xxxxxxxxxxxxxxxx",),
            "verse": ("xooxooxoxooxooxo", "xoxoooxoxoxoooxo"),
            "chorus": ("X---X---X---X-x-", "X-------X-----x-"),
            "break": ("xxxxxxxxxxxxxxxx",),
        },
        singer=Singer(low=67, high=84, pace="moderate", sections=("intro", "chorus", "break")),
        has_twin_lead=True,
        choir_level_db=-13,
    ),
    MetalBand(
        substyle="groove metal",
        tempo=(100, 118),
        keys=("B", "A", "C", "A#"),
        scales=("phrygian", "minor"),
        verse=(bars(0, 0, 0, 1), bars(0, 0, 2, 1)),
        chorus=(bars(0, 5, 1, 0), bars(0, 2, 5, 1)),
        lufs=-10.0,
        tilt_db=-1.0,
        glue=1.0,
        room_seconds=0.7,
        kit=Kit(
            kick_hz=57,
            kick_seconds=0.2,
            kick_click=0.6,
            snare_hz=235,
            snare_seconds=0.2,
            snare_wires=0.8,
            hat_hz=5000,
            grit_db=9,
        ),
        grooves={
            "intro": {"kick": "x..x..x...x.x...", "hat": "x...x...x...x..."},
            "verse": {"kick": "x..x..xx..x.x...", "snare": "........X.......", "hat": "x...x...x...x..."},
            "chorus": {"kick": "x.xxx.x.x.xxx.x.", "snare": "....X.......X...", "crash": "x...x...x...x..."},
            "break": {"kick": "x..x..x..x..x.x.", "snare": "........X.......", "ride": "x...x...x...x..."},
            "fill": FILL,
        },
        tuning=33,
        amplifier=Amplifier(drive_db=38, presence_db=6, scoop_db=-6, tight_hz=200, cabinet_hz=4600),
        riffs={
            "intro": ("o--o--o---o-X---",),
            "verse": ("o--o--oo--o-xo--", "oo-o--oox-o-o-X-", "o-oo-o--o-oox-x-"),
            "chorus": ("X--xX-x-X--xX-xx", "X-oox-ooX-oox-x-"),
            "break": ("o--o--o--o--o-o-", "x--o--o--x--o-o-"),
        },
        leaps=(0, 1, 1, 4),
        singer=Singer(low=64, high=86, pace="busy", sections=("chorus",), answers=0.5),
    ),
)


def play(song: Song, band: MetalBand, mix: Mix, chance: Chance) -> None:
    """Play a song as a band does, into a mix."""
    rng = chance.track
    drums, _ = play_drums(song, band.kit, band.grooves, chance, loose_ms=2.5)
    mix.add(drums, 1.5, wet=0.18)
    riffs = _riffs(song, band, rng)
    string = PluckedString(brightness=0.8, position=0.12, ring_seconds=7, stiffness=2e-4, pick=0.3)
    power = [
        note._replace(pitch=note.pitch + up) for note in riffs for up in ((0, 7, 12) if note.velocity > 0.6 else (0, 7))
    ]
    mix.add(rhythm_guitars(song, power, string, band.amplifier, rng), 0.0, wet=0.1)
    low = [note._replace(pitch=note.pitch - 12 if note.pitch - 12 >= 28 else note.pitch) for note in riffs]
    mix.add(bass_guitar(song, low, rng, brightness=0.6, drive_db=16), -3.0)
    tune = sing(song, band.singer, rng)
    lead = Amplifier(drive_db=32, presence_db=3, tight_hz=200, cabinet_hz=4600)
    mix.add(lead_guitar(song, tune, lead, rng), -3.0, pan=-0.2, wet=0.3, echo=0.25)
    if band.has_twin_lead:
        above = [note._replace(pitch=_third_above(song, note.pitch)) for note in tune]
        mix.add(lead_guitar(song, above, lead, rng), -4.5, pan=0.35, wet=0.3, echo=0.2)
    if band.choir_level_db is not None:
        mix.add(Pad(kind="choir", centre=64).play(song, ("chorus", "intro"), rng), band.choir_level_db, wet=0.5)


def _riffs(song: Song, band: MetalBand, rng: np.random.Generator) -> list[Note]:
    """Two bars of riff for each section, moved along with the chords; single roots, to be made chords of."""
    chosen = {}
    for section, rhythms in band.riffs.items():
        picks = rng.integers(len(rhythms), size=2)
        chosen[section] = [(rhythms[pick], rng.choice(band.leaps, len(rhythms[pick]))) for pick in picks]
    notes = []
    for bar in song.bars:
        rhythm, leaps = chosen["chorus" if bar.section == "end" else bar.section][bar.number % 2]
        for i, (beat, length, velocity) in enumerate(song.steps(bar, rhythm)):
            leap = 0 if i == 0 or velocity < 0.6 else int(leaps[i])
            degree = song.degree_at(beat) + leap
            notes.append(Note(beat, length, band.tuning + (song.scale.pitch(degree, 2) - band.tuning) % 12, velocity))
    return notes


def _third_above(song: Song, pitch: float) -> int:
    degree = min(range(-7, 42), key=lambda degree: abs(song.scale.pitch(degree, 3) - pitch))
    return song.scale.pitch(degree + 2, 3)
