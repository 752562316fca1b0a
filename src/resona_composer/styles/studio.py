"""How do electronic music and hip-hop sound here? Drum machines, synthesisers that sweep, chords off an old record."""

from dataclasses import replace

from resona_composer.artists import Artist, Harmony, Part
from resona_composer.drums import Kit
from resona_composer.keys import Keys
from resona_composer.lines import Bass, Chords, Tune
from resona_composer.mastering import Production
from resona_composer.pads import Pad
from resona_composer.score import Meter
from resona_composer.strings import Guitar, String
from resona_composer.synths import Synth
from resona_composer.textures import Record, Texture

FOUR, CLAPS = "kick XXXX", "clap .X.X"
SHUFFLE = Meter(swing=0.58, swing_step=0.25)
ORDERS = ((0, 1, 2, 3), (0, 2, 1, 3, 2, 4), (3, 2, 1, 0, 1, 2), (0, 3, 1, 4, 2, 5))
MACHINE = Kit(kick_hz=49, kick_sweep=2.5, snare_hz=190, hat_hz=7800, hat_seconds=0.05, is_machine=True, loose_ms=0.6)
BREAKS = Kit(kick_hz=58, kick_seconds=0.22, snare_hz=205, snare_seconds=0.17, hat_hz=5600, grit_db=9, level_db=2)
LEAD = Synth(shape="square", cutoff_hz=2200, sweep_octaves=0.8, glide_seconds=0.04, vibrato_cents=14)
STAB = Synth(n_voices=3, detune_cents=9, cutoff_hz=800, sweep_octaves=2.4, sweep_seconds=0.18, resonance=1.4)
PLUCK = Synth(shape="pulse", cutoff_hz=1500, sweep_octaves=1.5, sweep_seconds=0.1, fall_seconds=0.5)
DEEP = Synth(shape="square", cutoff_hz=280, sweep_octaves=2.2, sweep_seconds=0.15, resonance=1.3, sub=0.5)
SUPERSAW = Synth(n_voices=7, detune_cents=22, cutoff_hz=2600, sweep_octaves=1.2, sweep_seconds=0.6)
REESE = Synth(n_voices=3, detune_cents=38, cutoff_hz=200, sweep_seconds=0.9, sub=1.0, glide_seconds=0.08)
BOOM = Synth(shape="triangle", cutoff_hz=320, sub=0.4, fall_seconds=2.2, glide_seconds=0.06)
NYLON = Guitar(string=String(brightness=0.35, position=0.25, ring_seconds=2.5, pick=0.05), loose_ms=14)
UPRIGHT = Guitar(string=String(brightness=0.12, position=0.3, ring_seconds=2.2, pick=0.05), size=1.7)
WHISTLE = Synth(shape="triangle", cutoff_hz=1900, attack_seconds=0.06, glide_seconds=0.025, breath=0.1)

ELECTRONIC = (
    Artist(
        substyle="house",
        harmony=Harmony((119, 126), "A C F G", "minor dorian", "0 3 5 4|0 0 3 3", "5 6 0 3|0 5 3 6", SHUFFLE),
        production=Production(lufs=-11.5, tilt_db=0.5, room_seconds=0.9),
        parts=(
            Part(DEEP, Bass("verse ..x..x..x.x...x. chorus ..x..xx.x.x..xx.", walk=0.2), wet=0, pump=0.5),
            Part(STAB, Chords("break . * x..x..x.....x...", 62, 4), -3.5, echo=0.15, pump=0.5),
            Part(PLUCK, Chords("chorus x.xx.xx.x.xx.xx. break x..x..x...x..x..", 72, orders=ORDERS), -5.5, echo=0.4),
            Part(LEAD, Tune(67, 82, sections="chorus break", answers=0.3), -4),
            Part(Pad(kind="strings"), Chords("* x", 62), -8, pump=0.5),
        ),
        kit=MACHINE,
        grooves={
            "intro": f"{FOUR} hat .x.x.x.x",
            "verse": f"{FOUR} {CLAPS} open .x.x.x.x shaker xoxoxoxoxoxoxoxo",
            "chorus": f"{FOUR} {CLAPS} open .X.X.X.X hat xoxxxoxxxoxxxoxx",
            "break": f"{CLAPS} shaker xoxoxoxoxoxoxoxo",
            "fill": f"snare x...x...x.x.xxxx {CLAPS}",
        },
    ),
    Artist(
        substyle="trance",
        harmony=Harmony((133, 140), "F# A D E", "minor", "0 5 2 6|0 0 5 6", "5 6 0 0|0 5 2 6|3 0 6 5"),
        production=Production(lufs=-11.0, tilt_db=2.0, room_seconds=2.2, treble=0.7),
        parts=(
            Part(replace(DEEP, shape="saw"), Bass("break . * .xxx.xxx.xxx.xxx"), -1, wet=0, pump=0.7),
            Part(SUPERSAW, Chords("chorus X-xx-xx-X-xx-xxx break x", 62), -3, echo=0.15, pump=0.7),
            Part(replace(PLUCK, shape="saw"), Chords("* xxxxxxxxxxxxxxxx", 69, orders=ORDERS), -5, echo=0.4, pump=0.7),
            Part(replace(LEAD, shape="saw", n_voices=3, cutoff_hz=4200), Tune(69, 86, sections="chorus"), -4, echo=0.3),
            Part(Pad(kind="strings"), Chords("* x", 62), -6, pump=0.7),
        ),
        kit=replace(MACHINE, kick_seconds=0.3, kick_click=0.9, grit_db=5),
        grooves={
            "intro": FOUR,
            "verse": f"{FOUR} open .x.x.x.x hat xxxxxxxx",
            "chorus": f"{FOUR} {CLAPS} open .X.X.X.X hat xxxxxxxxxxxxxxxx ride xxxxxxxx",
            "break": "snare ....x.......x.x.",
            "fill": f"snare x...x...x.x.xxxx {CLAPS}",
        },
    ),
    Artist(
        substyle="drum and bass",
        harmony=Harmony((168, 176), "F G D A#", "minor dorian", "0 0 5 5|0 0 3 6", "0 0 5 6|5 5 6 0"),
        production=Production(lufs=-11.0, tilt_db=0.5, room_seconds=1.3),
        parts=(
            Part(REESE, Bass("verse x--x-x-- chorus x---x-x---x---xx", walk=0.2), wet=0, pump=0.35),
            Part(replace(PLUCK, shape="triangle", fall_seconds=2.0), Chords("chorus ...x...x * x--x----", 64, 5), -3.5),
            Part(PLUCK, Chords("chorus x..x..x.x..x..x. break xxxx", 76, orders=ORDERS), -5.5, echo=0.4),
            Part(
                replace(LEAD, shape="triangle"), Tune(67, 84, "calm", "intro break chorus", answers=0.3), -4, echo=0.3
            ),
            Part(Pad(kind="air"), Chords("* x", 62), -6, pump=0.3),
        ),
        kit=replace(BREAKS, kick_click=0.8, snare_wires=0.9, hat_hz=6800, grit_db=7, loose_ms=0.6),
        grooves={
            "intro": "hat xxxxxxxx shaker xoxoxoxoxoxoxoxo",
            "verse": "kick X....x.. snare ....X..o.o..X..o hat xxxxxxxx",
            "chorus": "kick X.x.......xx.... snare ....X..o.o..X.o. ride xxxxxxxx hat .x.x.x.x",
            "break": "kick x rim .x.x",
            "fill": "snare ....X..x.xXx.xXX hat xxxxxxxx",
        },
    ),
)

HIP_HOP = (
    Artist(
        substyle="boom bap",
        harmony=Harmony((85, 95), "C D F A", "minor dorian", "03 03|0 5|00 34", "34 00|54 00", SHUFFLE),
        production=Production(lufs=-12.5, tilt_db=-1.0, room_seconds=0.6),
        parts=(
            Part(UPRIGHT, Bass("verse x-----x-..x---x- chorus x--x--x---x--x--", walk=0.6), wet=0),
            Part(Record(Keys(kind="piano"), dust_hz=3200), Chords("break . * x--x-x-.", 60, 4, strum=0.02), -2.5),
            Part(WHISTLE, Tune(69, 84, sections="chorus break", is_pentatonic=True), -5, echo=0.3),
            Part(Texture(2600, clicks=14), None, -19),
        ),
        kit=replace(BREAKS, grit_db=11, loose_ms=7),
        grooves={
            "intro": "hat xxxxxxxx",
            "verse": "kick X.....xo..x..... snare ....X..o....X... hat x.x.x.xxx.x.x.x.",
            "chorus": "kick X..x..x...x..x.. snare ....X..o.o..X..o hat x.x.x.x.x.x.xxx.",
            "break": "kick X..x.x.. rim .x.x",
            "fill": "snare ....X..o..x.XxxX hat xxxx....",
        },
    ),
    Artist(
        substyle="trap",
        harmony=Harmony((132, 148), "F C# D# G", "harmonic minor phrygian", "0 0 5 5|0 0 1 0", "0 0 5 4|5 5 0 0"),
        production=Production(lufs=-11.0, tilt_db=0.5, room_seconds=1.6),
        parts=(
            Part(BOOM, Bass("verse x--x-x-- chorus x--x--x---x--x-- break x"), 1, wet=0),
            Part(Record(Keys(kind="electric piano"), dust_hz=2600), Chords("verse . * x-..", 60), -3),
            Part(Keys(kind="music box"), Tune(70, 86, sections="intro verse chorus break"), -4.5, echo=0.3),
            Part(Pad(kind="choir"), Chords("chorus x break x"), -9),
        ),
        kit=replace(MACHINE, kick_click=0.8, hat_hz=8200, hat_seconds=0.035, grit_db=9),
        grooves={
            "intro": "hat xxxx",
            "verse": "kick X..x.x.. clap ..X. hat x...x...x...x...x...x...x.x.xxxx",
            "chorus": "kick X..x..x...x..x.. clap ..X. hat x.x.x.x.xxxxx.x.x.x.x.x.x.xxxxxx",
            "break": "clap ..x. rim ...x..x.",
            "fill": "clap ........X.....xx hat x.x.xxxxx.x.xxxx",
        },
    ),
    Artist(
        substyle="lo-fi",
        harmony=Harmony(
            (70, 82), "C F A# D#", "major dorian major", "1 4 0 5|3 2 1 0|0 5 1 4", "3 4 2 5|1 4 0 0", SHUFFLE
        ),
        production=Production(lufs=-15.5, tilt_db=-1.5, room_seconds=0.9, fade_seconds=2.5),
        parts=(
            Part(UPRIGHT, Bass("verse x------xx---..x- chorus x-----..x---x-x-", walk=0.6), wet=0),
            Part(Record(Keys(kind="electric piano"), 0.005), Chords("* x--.x-x-", 60, 5, strum=0.02), -2.5),
            Part(NYLON, Tune(62, 79, is_pentatonic=True, answers=0.3), -4.5, echo=0.3),
            Part(Pad(kind="warm"), Chords("chorus x break x"), -10),
            Part(Texture(2600, clicks=14), None, -16),
        ),
        kit=replace(BREAKS, kick_click=0.15, snare_hz=170, snare_wires=0.45, hat_hz=4600, grit_db=6, loose_ms=11),
        grooves={
            "intro": "hat xxxx",
            "verse": "kick x......x..x..... rim .x.x hat x.x.x.x.x.x.x.xo",
            "chorus": "kick x..o...x..x..... snare ....x.......x..o hat x.xox.x.x.xox.x. shaker .x.x.x.x",
            "break": "rim .x.x",
            "fill": "snare ....x.......x.xx hat xxxxx...",
            "end": "kick X",
        },
    ),
)
