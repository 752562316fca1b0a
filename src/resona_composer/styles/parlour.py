"""How do ambient and folk sound here? Piano, pads and bells in long rooms; wooden guitars, bows and flutes in small."""

from resona_composer.artists import Artist, Harmony, Part
from resona_composer.drums import Kit
from resona_composer.keys import Keys
from resona_composer.lines import Bass, Chords, Tune
from resona_composer.mastering import Production
from resona_composer.pads import Pad
from resona_composer.score import SECTIONS, Meter
from resona_composer.strings import Guitar, String
from resona_composer.synths import Synth
from resona_composer.textures import Texture

HANDS = Kit(
    kick_hz=60, kick_seconds=0.25, kick_click=0.15, snare_wires=0.35, hat_hz=8000, grit_db=1, loose_ms=8, level_db=-5
)
PICKED = ((0, 3, 1, 2), (0, 2, 1, 3, 0, 2, 1, 4), (0, 3, 2, 3))
FELT = Keys(kind="piano", felt=0.6, loose_ms=14)
SUB = Synth(shape="triangle", cutoff_hz=260, sweep_octaves=0.5, attack_seconds=0.15, sub=0.3)
NYLON = Guitar(string=String(brightness=0.45, position=0.2, ring_seconds=3.5))
STEEL = Guitar(string=String(brightness=0.75, position=0.16, pick=0.2), is_doubled=True)
MANDOLIN = Guitar(string=String(brightness=0.75, position=0.12, ring_seconds=3.0, pick=0.2), size=0.65)
UPRIGHT = Guitar(string=String(brightness=0.15, position=0.3, ring_seconds=2.5, pick=0.05), size=1.7)
FLUTE = Synth(
    shape="triangle", cutoff_hz=1900, sweep_octaves=0.8, attack_seconds=0.06, breath=0.02, glide_seconds=0.025
)
BODY = ((290, 3.0, 5.0), (480, 3.0, 4.0), (1100, 1.5, -5.0), (2700, 1.2, 5.0))
FIDDLE = Synth(cutoff_hz=2800, sweep_octaves=0.6, breath=0.03, glide_seconds=0.05, vibrato_cents=22, body=BODY)


def pad(kind: str, level_db: float, rhythms: str = "* x", *, width_cents: float = 25.0) -> Part:
    """Hold chords that melt into each other."""
    sound = Pad(kind=kind, width_cents=width_cents, overlap_seconds=1.6)
    return Part(sound, Chords(rhythms, 60, has_second=True), level_db, wet=0.5)


AMBIENT = (
    Artist(
        substyle="solo piano",
        harmony=Harmony((66, 84), "A D F C", "minor major major", "0 5 2 6|0 3 5 4|0 2 3 4", "5 3 0 4|3 4 5 0"),
        production=Production(lufs=-19.0, tilt_db=-1.0, room_seconds=2.6, treble=0.4, fade_seconds=3.0),
        parts=(
            Part(
                FELT, Chords("* oooo chorus oooooooo break o-o-", 56, orders=((0, 1, 2, 3), (0, 2, 1, 2))), -2, wet=0.4
            ),
            Part(FELT, Tune(72, 88, "calm"), -1, wet=0.4),
            pad("strings", -12, "chorus x"),
            Part(SUB, Bass("* x"), -10),
        ),
    ),
    Artist(
        substyle="drone",
        harmony=Harmony((56, 66), "D E G C", "lydian dorian minor", "0 0 3 3|0 0 5 5", "0 0 4 4|5 5 0 0"),
        production=Production(lufs=-20.0, tilt_db=-2.0, room_seconds=5.0, fade_seconds=4.0),
        parts=(
            pad("choir", 2, width_cents=50.0),
            Part(Keys(kind="tubular"), Chords("verse .x.. chorus x..x.... break ...x....", 69), -8, wet=0.6, echo=0.5),
            Part(SUB, Bass("* x"), -4),
            Part(Texture(500), None, -16),
        ),
    ),
    Artist(
        substyle="ambient electronica",
        harmony=Harmony((82, 96), "C G A F", "major lydian minor", "0 5 3 3|3 0 5 4", "3 4 5 0|0 2 3 5"),
        production=Production(lufs=-16.5, room_seconds=2.8, treble=0.6, fade_seconds=2.5),
        parts=(
            pad("warm", 0, width_cents=15.0),
            Part(
                Keys(kind="kalimba"),
                Chords("* x..x..x.x..x..x. chorus x.xx.xx.x.xx.xx.", 69, orders=PICKED),
                -2,
                echo=0.5,
            ),
            Part(SUB, Bass("verse x---.x-- chorus x---..x-x---..x-"), -4),
        ),
        kit=HANDS,
        grooves={
            "verse": "kick x....x.. rim .x.x shaker o.xoo.xoo.xoo.xo",
            "chorus": "kick x..x.x.. rim ....x.......x..x shaker oxxooxxooxxooxxo hat .x.x.x.x",
            "end": "kick X",
        },
    ),
)

FOLK = (
    Artist(
        substyle="fingerstyle",
        harmony=Harmony(
            (84, 104), "G D C A", "major major mixolydian minor", "0 4 5 3|0 3 0 4|0 5 3 4", "3 4 0 5|3 0 4 0"
        ),
        production=Production(lufs=-17.0, tilt_db=1.0, room_seconds=1.3, fade_seconds=2.0),
        parts=(
            Part(
                NYLON, Chords("* xxxxxxxx verse x.xxx.xxx.xxx.xx chorus xxxxxxxxxxxxxxxx", frets="open", orders=PICKED)
            ),
            Part(NYLON, Tune(67, 83, "calm"), -2),
            Part(FLUTE, Tune(72, 86, "calm", "chorus"), -5),
        ),
    ),
    Artist(
        substyle="campfire folk",
        harmony=Harmony((102, 122), "C G D E", "major major mixolydian", "0 3 0 4|0 5 3 4|0 0 3 0", "3 0 4 0|0 4 5 3"),
        production=Production(lufs=-14.5, tilt_db=0.5, room_seconds=0.7),
        parts=(
            Part(STEEL, Chords("* X...x.x...xxx.x. chorus X.xxX.xx.xxxX.xx break X-Xx", frets="open", strum=0.02), -1),
            Part(UPRIGHT, Bass("verse xxxx chorus x---x---x---x-x-", walk=0.4), -1.5, wet=0),
            Part(FIDDLE, Tune(62, 81, sections="intro chorus break"), -2),
            Part(NYLON, Tune(64, 79, sections="verse", is_pentatonic=True), -4),
        ),
        kit=HANDS,
        grooves={
            "verse": "kick x.x. tambourine .x.x",
            "chorus": "kick xxxx tambourine .xXx.xXx shaker xoxoxoxoxoxoxoxo",
            "end": "kick X",
        },
    ),
    Artist(
        substyle="celtic",
        harmony=Harmony(
            (150, 176), "D G A E", "dorian mixolydian major", "0 0 6 6|0 6 0 4", "0 4 0 6|3 0 6 0", Meter(3)
        ),
        production=Production(tilt_db=-0.5, room_seconds=1.5, treble=0.6),
        parts=(
            Part(MANDOLIN, Chords("intro Xxx verse X.xxx. chorus X.xxxx break X", frets="open", strum=0.02), -1),
            Part(FLUTE, Tune(72, 90, "busy", SECTIONS), -1.5),
            Part(FIDDLE, Tune(64, 81, "busy", "chorus"), -4.5),
            Part(Pad(kind="strings", width_cents=6.0), Chords("* x", 50), -14),
        ),
        kit=HANDS,
        grooves={
            "verse": "low X.oxo. high ...o.x",
            "chorus": "low Xoxxox tambourine xxx",
            "break": "low X kick x",
            "end": "kick X",
        },
    ),
)
