"""How does folk sound here? Wooden guitars, bows and whistles, a little percussion, a small room."""

from dataclasses import dataclass, field

import numpy as np

from resona_composer.band import accordion, acoustic_guitar, fiddle, flute, open_chords
from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.habits import Chance, Habits, bars
from resona_composer.melody import Singer, arpeggio, sing
from resona_composer.mixing import Mix
from resona_composer.pads import Pad
from resona_composer.score import Meter, Note, Song, bass_notes, chord_notes
from resona_composer.strings import PluckedString
from resona_composer.waves import Samples

STEEL = PluckedString(brightness=0.75, position=0.16, ring_seconds=5.0, pick=0.2)
NYLON = PluckedString(brightness=0.35, position=0.24, ring_seconds=3.5, pick=0.06)
ANSWER = Singer(low=60, high=77, pace="calm", sections=("chorus",))
HANDS = Kit(kick_hz=62, kick_seconds=0.2, kick_click=0.2, snare_wires=0.35, snare_seconds=0.12, grit_db=1)
ALWAYS = ("intro", "verse", "chorus", "break")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble(Habits):
    """Some people with wooden instruments.

    Attributes
    ----------
    string, size
        Of the guitar, and of its body.
    strum, picked
        Section to rhythm of chords and of picked strings.
    bass, walk
        Of an upright bass; none if empty.
    soloist, singer
        "fiddle", "flute", "accordion" or "guitar", and how it plays.
    second, second_singer
        Another one, who answers; none if empty.
    kit, grooves
        Of the percussion; none if empty.
    has_drone
        Root and fifth held on reeds.
    """

    string: PluckedString = STEEL
    size: float = 1.0
    strum: dict[str, str] = field(default_factory=dict)
    picked: dict[str, str] = field(default_factory=dict)
    bass: dict[str, str] = field(default_factory=dict)
    walk: float = 0.4
    soloist: str
    singer: Singer
    second: str = ""
    second_singer: Singer = ANSWER
    kit: Kit = HANDS
    grooves: dict[str, Groove] = field(default_factory=dict)
    has_drone: bool = False


ENSEMBLES = (
    Ensemble(
        substyle="fingerstyle",
        tempo=(84, 104),
        keys=("G", "D", "C", "A"),
        scales=("major", "major", "mixolydian", "minor"),
        verse=(bars(0, 4, 5, 3), bars(0, 3, 0, 4), bars(0, 5, 3, 4)),
        chorus=(bars(3, 4, 0, 5), bars(3, 0, 4, 0)),
        lufs=-17.0,
        glue=0.2,
        room_seconds=1.3,
        fade_seconds=2.0,
        string=NYLON,
        picked={
            "intro": "x.x.x.x.x.x.x.x.",
            "verse": "x.xxx.xxx.xxx.xx",
            "chorus": "xxxxxxxxxxxxxxxx",
            "break": "x.x.x.x.x.x.x.x.",
        },
        bass={},
        soloist="guitar",
        singer=Singer(low=67, high=83, pace="calm", sections=("verse", "chorus")),
        second="flute",
        second_singer=Singer(low=72, high=86, pace="calm", sections=("chorus",)),
    ),
    Ensemble(
        substyle="campfire folk",
        tempo=(102, 122),
        keys=("C", "G", "D", "E"),
        scales=("major", "major", "mixolydian"),
        verse=(bars(0, 3, 0, 4), bars(0, 5, 3, 4), bars(0, 0, 3, 0)),
        chorus=(bars(3, 0, 4, 0), bars(0, 4, 5, 3)),
        lufs=-14.5,
        tilt_db=0.5,
        glue=0.4,
        room_seconds=0.7,
        strum={
            "intro": "X..xx.x.X..xx.x.",
            "verse": "X...x.x...xxx.x.",
            "chorus": "X.xxX.xx.xxxX.xx",
            "break": "X-------X---x---",
        },
        bass={"verse": "x---x---x---x---", "chorus": "x---x---x---x-x-"},
        soloist="fiddle",
        singer=Singer(low=62, high=81, pace="moderate", sections=("intro", "chorus", "break")),
        second="guitar",
        second_singer=Singer(low=64, high=79, pace="moderate", sections=("verse",), is_pentatonic=True),
        grooves={
            "verse": {"kick": "x.......x.......", "tambourine": "....x.......x..."},
            "chorus": {"kick": "x...x...x...x...", "tambourine": "..x.X.x...x.X.x.", "shaker": "xoxoxoxoxoxoxoxo"},
            "end": {"kick": "X"},
        },
    ),
    Ensemble(
        substyle="celtic",
        tempo=(150, 176),
        keys=("D", "G", "A", "E"),
        scales=("dorian", "mixolydian", "major"),
        verse=(bars(0, 0, 6, 6), bars(0, 6, 0, 4)),
        chorus=(bars(0, 4, 0, 6), bars(3, 0, 6, 0)),
        meter=Meter(beats_per_bar=3),
        lufs=-14.0,
        tilt_db=1.0,
        glue=0.3,
        room_seconds=1.5,
        treble=0.6,
        string=PluckedString(brightness=0.9, position=0.12, ring_seconds=3.0, pick=0.25),
        size=0.65,
        strum={"intro": "X.x.x.", "verse": "X.xxx.", "chorus": "X.xxxx", "break": "X-----"},
        soloist="flute",
        singer=Singer(low=72, high=90, pace="busy", sections=ALWAYS),
        second="fiddle",
        second_singer=Singer(low=64, high=81, pace="busy", sections=("chorus",)),
        kit=Kit(kick_hz=70, kick_seconds=0.3, kick_sweep=0.7, kick_click=0.1, tom_hz=95, grit_db=1),
        grooves={
            "verse": {"low tom": "X.oxo.", "mid tom": "...o.x"},
            "chorus": {"low tom": "Xoxxox", "tambourine": "x.x.x."},
            "break": {"low tom": "X.....", "kick": "x....."},
            "end": {"kick": "X"},
        },
        has_drone=True,
    ),
    Ensemble(
        substyle="musette",
        tempo=(132, 160),
        keys=("A", "D", "G", "C"),
        scales=("harmonic minor", "major"),
        verse=(bars(0, 0, 4, 4, 4, 4, 0, 0), bars(0, 3, 4, 0)),
        chorus=(bars(3, 3, 0, 0, 4, 4, 0, 0), bars(5, 4, 3, 4)),
        meter=Meter(beats_per_bar=3),
        lufs=-14.5,
        tilt_db=-0.5,
        glue=0.4,
        room_seconds=0.9,
        string=PluckedString(brightness=0.55, position=0.14, ring_seconds=1.6, pick=0.3),
        strum={"intro": "..x.x.", "verse": "..x.x.", "chorus": "..x.xo", "break": "..x.x."},
        bass={"intro": "x-----", "verse": "x-----", "chorus": "x---x-", "break": "x-----"},
        walk=0.8,
        soloist="accordion",
        singer=Singer(low=67, high=86, pace="moderate", sections=ALWAYS),
        second="fiddle",
        second_singer=Singer(low=62, high=77, pace="calm", sections=("chorus", "break")),
        grooves={"verse": {"hat": "..x.x."}, "chorus": {"snare": "..o.o.", "hat": "..x.x."}, "end": {}},
    ),
)


def play(song: Song, ensemble: Ensemble, mix: Mix, chance: Chance) -> None:
    """Play a song as an ensemble would, into a mix."""
    rng = chance.track
    side = float(chance.artist.uniform(0.2, 0.5))
    if ensemble.strum:
        notes = chord_notes(song, ensemble.strum, open_chords(song), strum=0.02)
        mix.add(acoustic_guitar(song, notes, ensemble.string, rng, size=ensemble.size), -1.0, pan=-side, wet=0.2)
        mix.add(acoustic_guitar(song, notes, ensemble.string, rng, size=ensemble.size * 0.95), -5.0, pan=0.8, wet=0.2)
    if ensemble.picked:
        mix.add(_picked(song, ensemble, rng), 0.0, pan=-0.1, wet=0.25)
    if ensemble.bass:
        upright = PluckedString(brightness=0.15, position=0.3, ring_seconds=2.5, pick=0.05)
        notes = bass_notes(song, ensemble.bass, walk=ensemble.walk)
        mix.add(acoustic_guitar(song, notes, upright, rng, size=1.7), -1.5, wet=0.08)
    if ensemble.grooves:
        drums, _ = play_drums(song, ensemble.kit, ensemble.grooves, chance, loose_ms=8)
        mix.add(drums, -5.0, wet=0.2)
    mix.add(_solo(song, ensemble.soloist, ensemble.singer, rng), -1.5, pan=side / 2, wet=0.3)
    if ensemble.second:
        mix.add(_solo(song, ensemble.second, ensemble.second_singer, rng), -4.5, pan=side, wet=0.35)
    if ensemble.has_drone:
        mix.add(Pad(kind="strings", centre=50, width_cents=6).play(song, ALWAYS, rng), -14.0, wet=0.2)


def _picked(song: Song, ensemble: Ensemble, rng: np.random.Generator) -> Samples:
    """Thumb on the bass strings, fingers above: Travis picking."""
    order = ((0, 3, 1, 2), (0, 2, 1, 3, 0, 2, 1, 4), (0, 3, 2, 3))[rng.integers(3)]
    fingers = arpeggio(song, ensemble.picked, open_chords(song), order)
    thumb = bass_notes(
        song, {"verse": "x---x---x---x---", "chorus": "x---x---x---x---", "intro": "x-------x-------"}, octave=2
    )
    return acoustic_guitar(song, fingers + thumb, ensemble.string, rng, size=ensemble.size, loose_ms=9)


def _solo(song: Song, soloist: str, singer: Singer, rng: np.random.Generator) -> Samples:
    tune: list[Note] = sing(song, singer, rng)
    if soloist == "fiddle":
        return fiddle(song, tune, rng)
    if soloist == "flute":
        return flute(song, tune, rng)
    if soloist == "accordion":
        return accordion(song, tune, rng)
    return acoustic_guitar(song, tune, NYLON, rng)
