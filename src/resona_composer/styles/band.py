"""How do rock and metal sound here? Electric guitars left and right, a bass, drums, a lead that sings."""

from dataclasses import replace

from resona_composer.artists import Artist, Harmony, Part
from resona_composer.drums import Kit
from resona_composer.keys import Keys
from resona_composer.lines import Bass, Chords, Riff, Tune
from resona_composer.mastering import Production
from resona_composer.pads import Pad
from resona_composer.score import Meter
from resona_composer.strings import Amplifier, Guitar, String

BACKBEAT = "snare ....X.......X..."
HEAVY = String(brightness=0.8, position=0.12, ring_seconds=7.0, stiffness=2e-4, pick=0.3)
TIGHT = Kit(kick_hz=60, kick_seconds=0.17, kick_click=0.7, snare_hz=200, snare_wires=0.9, grit_db=8, loose_ms=2.5)
PICKED = ((0, 2, 3, 1), (0, 1, 2, 4, 3, 2), (4, 3, 2, 1, 2, 3))


def bass(line: Bass | Riff, *, drive_db: float = 6.0) -> Part:
    """Play a bass guitar."""
    string = String(brightness=0.5, position=0.13, ring_seconds=6.0, stiffness=2e-4)
    amplifier = Amplifier(drive_db=drive_db, tight_hz=45, presence_db=0, cabinet_hz=3000)
    return Part(Guitar(string=string, amplifier=amplifier), line, -2, wet=0)


def guitars(line: Chords | Riff, amplifier: Amplifier, level_db: float = -1.0, *, string: String = HEAVY) -> Part:
    """Play a part twice, left and right."""
    return Part(Guitar(string=string, amplifier=amplifier, is_doubled=True), line, level_db, wet=0.12)


def lead(tune: Tune, *, drive_db: float) -> Part:
    """Sing a tune on one string: long notes, vibrato, an amplifier that sustains."""
    string = String(brightness=0.7, position=0.22, ring_seconds=14.0, pick=0.1)
    amplifier = Amplifier(drive_db=drive_db, presence_db=3, cabinet_hz=4400)
    return Part(Guitar(string=string, amplifier=amplifier, vibrato=0.006), tune, -3, wet=0.3, echo=0.25)


def metal(riff: Riff, amplifier: Amplifier, tune: Tune) -> tuple[Part, ...]:
    """Let bass and guitars play one riff under a lead."""
    low = replace(riff, lowest=max(26, riff.lowest - 12), intervals=(0,))
    return bass(low, drive_db=16), guitars(riff, amplifier, 0), lead(tune, drive_db=32)


ROCK = (
    Artist(
        substyle="garage rock",
        harmony=Harmony((148, 172), "E A D G", "mixolydian major minor", "0 0 3 3|0 3 0 4", "3 0 4 0|5 3 0 4"),
        production=Production(lufs=-11.0, tilt_db=1.5, room_seconds=0.5),
        parts=(
            bass(Bass("intro . * x-x-x-x-x-x-x-x-", walk=0.3), drive_db=14),
            guitars(
                Chords("intro X-x-x-x- verse x-x-x-x- chorus X-xxx-xxX-xxx-xx break X---", frets="power", strum=0.012),
                Amplifier(drive_db=26, presence_db=7, tight_hz=140, cabinet_hz=6000),
            ),
            lead(Tune(64, 81, sections="intro chorus", is_pentatonic=True), drive_db=32),
        ),
        kit=Kit(kick_hz=58, kick_seconds=0.25, snare_hz=215, snare_wires=0.9, hat_hz=5200, grit_db=9),
        grooves={
            "intro": f"kick x... {BACKBEAT} open xxxx",
            "verse": f"kick x.x.....x.x..... {BACKBEAT} hat XxXxXxXx",
            "chorus": f"kick x.x...x.x.x...x. {BACKBEAT} open XxXx",
            "break": "kick xxxx low xxxxxxxx",
        },
    ),
    Artist(
        substyle="indie rock",
        harmony=Harmony((114, 132), "D G A C", "major major lydian", "0 5 3 4|3 0 5 4", "3 4 0 5|0 4 5 3"),
        production=Production(lufs=-13.0, tilt_db=0.5, room_seconds=1.4, treble=0.7),
        parts=(
            bass(Bass("verse x--xx--xx--xx--x chorus x-x-x-x-x-x-x-x-", walk=0.7)),
            guitars(
                Chords("chorus X---x-xx-xx-x-x-", frets="open", strum=0.012), Amplifier(drive_db=8, cabinet_hz=6200)
            ),
            guitars(
                Chords("* xxxxxxxx verse xxx.xxx.xxx.xxx. chorus xxxxxxxxxxxxxxxx", 62, has_second=True, orders=PICKED),
                Amplifier(drive_db=0, presence_db=5, tight_hz=150, cabinet_hz=6500),
                -3,
            ),
            lead(Tune(67, 84, "calm", "chorus break"), drive_db=14),
        ),
        kit=Kit(kick_hz=50, kick_seconds=0.3, snare_hz=180, snare_wires=0.6, hat_hz=7200, hat_seconds=0.05, grit_db=2),
        grooves={
            "intro": "kick xxxx hat xoxoxoxo",
            "verse": f"kick x...x..xx...x... {BACKBEAT} hat x.oox.oox.oox.oo",
            "chorus": f"kick X...X...X...X.x. {BACKBEAT} hat xxxxxxxx tambourine .x.x.x.x",
            "break": "kick x.x. rim .x.x",
        },
    ),
    Artist(
        substyle="blues rock",
        harmony=Harmony(
            (84, 104), "A E G C", "mixolydian dorian", "0 3 0 0|0 0 3 0", "3 3 0 0|4 3 0 4", Meter(swing=0.64)
        ),
        production=Production(room_seconds=0.9),
        parts=(
            bass(Bass("* x-xxx-x-", walk=0.8)),
            guitars(
                Chords("verse x-oxx-ox chorus X-xxX-xx", frets="power", strum=0.012),
                Amplifier(drive_db=13, presence_db=3, tight_hz=95, cabinet_hz=5000),
            ),
            lead(Tune(60, 79, "busy", "verse chorus break", is_pentatonic=True, answers=0.4), drive_db=19),
            Part(Keys(kind="organ"), Chords("intro . chorus xx * x", 62), -5),
        ),
        kit=Kit(kick_hz=60, kick_seconds=0.28, snare_hz=205, snare_wires=0.5, hat_hz=5800, hat_seconds=0.1, grit_db=4),
        grooves={
            "intro": "kick x.x. hat xxxx",
            "verse": "kick x..xx... snare .X.X hat x.xxx.xx",
            "chorus": "kick x..xx..x snare ..X...Xo ride x.xxx.xx",
            "break": "kick x... rim .x.x",
            "fill": "snare x.xxX.XX low ..x.x..X",
        },
    ),
)

METAL = (
    Artist(
        substyle="thrash metal",
        harmony=Harmony((172, 192), "E F G A", "phrygian minor", "0 0 1 0|0 0 0 5", "0 5 6 1|5 6 0 0"),
        production=Production(lufs=-10.0, tilt_db=0.5, room_seconds=0.6),
        parts=metal(
            Riff(
                "intro X---x---X---x-x- verse ooxoooxoooxoxxoo|xoooxoooxoooxoxo|oooxoooxooxoooxx "
                "chorus X-xxX-xxX-xxX-xx|Xoo-Xoo-Xoo-XoXo break xooxooxoxooxooxo"
            ),
            Amplifier(drive_db=36, presence_db=9, scoop_db=-8, tight_hz=180, cabinet_hz=5200),
            Tune(69, 88, "busy", "chorus"),
        ),
        kit=TIGHT,
        grooves={
            "intro": "kick xxxx crash x.x.",
            "verse": "kick xxxxxxxx snare .X.X.X.X hat xxxxxxxx",
            "chorus": f"kick xxxxxxxxxxxxxxxx {BACKBEAT} ride xxxxxxxx",
            "break": "kick x..x..x.x..x..x. snare ..X. crash x.x.",
        },
    ),
    Artist(
        substyle="doom metal",
        harmony=Harmony((62, 74), "C C# D B", "harmonic phrygian minor", "0 1 0 5|0 0 5 4", "0 5 3 4|5 3 1 0"),
        production=Production(lufs=-12.0, tilt_db=-2.0, room_seconds=2.6, treble=0.4),
        parts=(
            *metal(
                Riff("verse X---x-x-|X--xx--- chorus X-X-|XxX- intro X break X", 33, leaps=(0, 0, 1, -1)),
                Amplifier(drive_db=34, presence_db=1, scoop_db=2, tight_hz=85, cabinet_hz=3900),
                Tune(62, 79, "calm", "chorus break"),
            ),
            Part(Pad(kind="choir"), Chords("intro x chorus x"), -12, wet=0.5),
        ),
        kit=Kit(
            kick_hz=48, kick_seconds=0.4, snare_hz=165, snare_seconds=0.35, cymbal_seconds=3.2, tom_hz=62, grit_db=6
        ),
        grooves={
            "intro": "kick x crash x",
            "verse": "kick x..xx... snare ..X. ride xxxx",
            "chorus": f"kick x...x.x.x...xxx. {BACKBEAT} crash x.x.",
            "break": "low x..xx..x high ...x",
            "fill": "snare ........X...X.XX low ..x...x...x.....",
        },
    ),
    Artist(
        substyle="melodic metal",
        harmony=Harmony((150, 168), "D E A B", "minor harmonic", "0 5 3 4|0 6 5 6", "5 6 0 2|0 5 2 6|3 6 0 0"),
        production=Production(lufs=-10.5, tilt_db=0.0, room_seconds=1.3),
        parts=(
            *metal(
                Riff("* xxxxxxxxxxxxxxxx verse xooxooxoxooxooxo|xoxoooxoxoxoooxo chorus X-X-X-Xx|X---X--x", 36),
                Amplifier(drive_db=33, presence_db=7, scoop_db=-4, tight_hz=160, cabinet_hz=4900),
                Tune(67, 84, sections="intro chorus break"),
            ),
            Part(Pad(kind="choir"), Chords("intro x chorus x"), -13, wet=0.5),
        ),
        kit=replace(TIGHT, snare_hz=190, snare_wires=1.0),
        grooves={
            "intro": f"kick xxxxxxxxxxxxxxxx {BACKBEAT} crash x.x.",
            "verse": f"kick xx.xxx.xxx.xxx.x {BACKBEAT} hat xxxxxxxx",
            "chorus": f"kick xxxxxxxxxxxxxxxx {BACKBEAT} ride xxxx crash ..x.",
            "break": "kick xxxxxxxxxxxxxxxx snare xxxxxxxx ride xxxxxxxx",
        },
    ),
)
