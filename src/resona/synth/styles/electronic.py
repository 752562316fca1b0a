"""How does dance music sound here? Synthesisers with filter sweeps, and everything pumps with the kick."""

from dataclasses import dataclass

import numpy as np

from resona.synth.drums import Groove, Kit, build_kit, play_drums
from resona.synth.effects import biquad, filtered
from resona.synth.habits import Chance, Habits, bars
from resona.synth.melody import Singer, arpeggio, sing
from resona.synth.mixing import Mix, ducked, perform
from resona.synth.pads import play_pads
from resona.synth.score import Note, Song, bass_notes, chord_notes, chords_near
from resona.synth.synths import Patch, line, strike
from resona.synth.waves import SAMPLE_RATE, Samples, noise, place

ROLL: Groove = {"snare": "x...x...x.x.xxxx", "clap": "....x.......x..."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer(Habits):
    """A producer with a studio.

    Attributes
    ----------
    kit, grooves
        Of the drum machine.
    bass_patch, bass, bass_octave
        Sound, section to rhythm, octave of the tonic.
    chord_patch, chords, chord_size
        Sound, section to rhythm, notes of a chord.
    arp_patch, arp, arp_centre
        Likewise for arpeggios; the centre is a pitch.
    lead_patch, singer
        Of the tune.
    pad, pad_level_db
        Kind of the pad and its level.
    pump
        How deep the kick presses everything down, 0 to 1.
    """

    kit: Kit
    grooves: dict[str, Groove]
    bass_patch: Patch
    bass: dict[str, str]
    bass_octave: int = 1
    chord_patch: Patch
    chords: dict[str, str]
    chord_size: int = 3
    arp_patch: Patch
    arp: dict[str, str]
    arp_centre: float = 72
    lead_patch: Patch
    singer: Singer
    pad: str = "strings"
    pad_level_db: float = -8.0
    pump: float = 0.6


MACHINE = Kit(kick_hz=47, kick_sweep=2.4, kick_seconds=0.4, kick_click=0.6, snare_hz=185, hat_hz=7500, hat_seconds=0.05, is_machine=True)

PRODUCERS = (
    Producer(
        substyle="house",
        tempo=(119, 126),
        keys=("A", "C", "F", "G"),
        scales=("minor", "dorian"),
        verse=(bars(0, 3, 5, 4), bars(0, 0, 3, 3)),
        chorus=(bars(5, 6, 0, 3), bars(0, 5, 3, 6)),
        swing=0.55,
        swing_step=0.25,
        lufs=-11.5,
        glue=0.7,
        room_seconds=0.9,
        kit=MACHINE,
        grooves={
            "intro": {"kick": "X...X...X...X...", "hat": "..x...x...x...x."},
            "verse": {"kick": "X...X...X...X...", "clap": "....x.......x...", "open": "..x...x...x...x.", "shaker": "xoxoxoxoxoxoxoxo"},
            "chorus": {"kick": "X...X...X...X...", "clap": "....X.......X...", "open": "..X...X...X...X.", "hat": "xoxxxoxxxoxxxoxx"},
            "break": {"clap": "....x.......x...", "shaker": "xoxoxoxoxoxoxoxo"},
            "fill": ROLL,
        },
        bass_patch=Patch(shape="square", cutoff_hz=260, sweep_octaves=2.2, sweep_seconds=0.15, resonance=1.3, sub=0.7, release_seconds=0.06),
        bass={"verse": "..x..x..x.x...x.", "chorus": "..x..xx.x.x..xx."},
        chord_patch=Patch(shape="saw", n_voices=3, detune_cents=9, cutoff_hz=700, sweep_octaves=2.4, sweep_seconds=0.18, resonance=1.4, release_seconds=0.16),
        chords={"intro": "x..x..x.....x...", "verse": "x..x..x.....x...", "chorus": "x..x..x..x..x.x."},
        chord_size=4,
        arp_patch=Patch(shape="pulse", cutoff_hz=1500, sweep_octaves=1.5, sweep_seconds=0.1, fall_seconds=0.5, release_seconds=0.1),
        arp={"chorus": "x.xx.xx.x.xx.xx.", "break": "x..x..x...x..x.."},
        lead_patch=Patch(shape="square", cutoff_hz=2200, sweep_octaves=0.8, glide_seconds=0.03, vibrato_cents=12),
        singer=Singer(low=67, high=82, sections=("chorus", "break"), pace="moderate", answers=0.3),
        pump=0.55,
    ),
    Producer(
        substyle="trance",
        tempo=(133, 140),
        keys=("F#", "A", "D", "E"),
        scales=("minor",),
        verse=(bars(0, 5, 2, 6), bars(0, 0, 5, 6)),
        chorus=(bars(5, 6, 0, 0), bars(0, 5, 2, 6), bars(3, 0, 6, 5)),
        lufs=-11.0,
        tilt_db=1.0,
        glue=0.8,
        room_seconds=2.2,
        treble=0.7,
        kit=Kit(kick_hz=50, kick_sweep=2.8, kick_seconds=0.3, kick_click=0.9, snare_hz=200, hat_hz=8200, hat_seconds=0.045, is_machine=True, grit_db=5),
        grooves={
            "intro": {"kick": "X...X...X...X..."},
            "verse": {"kick": "X...X...X...X...", "open": "..x...x...x...x.", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {"kick": "X...X...X...X...", "clap": "....X.......X...", "open": "..X...X...X...X.", "hat": "xxxxxxxxxxxxxxxx", "ride": "x.x.x.x.x.x.x.x."},
            "break": {"snare": "....x.......x.x."},
            "fill": ROLL,
        },
        bass_patch=Patch(shape="saw", cutoff_hz=220, sweep_octaves=2.0, sweep_seconds=0.12, resonance=1.2, sub=0.5, release_seconds=0.04),
        bass={"intro": ".xxx.xxx.xxx.xxx", "verse": ".xxx.xxx.xxx.xxx", "chorus": ".xxx.xxx.xxx.xxx"},
        chord_patch=Patch(shape="saw", n_voices=7, detune_cents=22, cutoff_hz=2600, sweep_octaves=1.2, sweep_seconds=0.6, resonance=0.8, attack_seconds=0.01, release_seconds=0.25),
        chords={"chorus": "X-xx-xx-X-xx-xxx", "break": "x---------------"},
        arp_patch=Patch(shape="saw", n_voices=2, detune_cents=8, cutoff_hz=900, sweep_octaves=2.5, sweep_seconds=0.12, resonance=1.6, fall_seconds=0.7, release_seconds=0.12),
        arp={"intro": "xxxxxxxxxxxxxxxx", "verse": "xxxxxxxxxxxxxxxx", "chorus": "xxxxxxxxxxxxxxxx", "break": "x.x.x.x.x.x.x.x."},
        arp_centre=69,
        lead_patch=Patch(shape="saw", n_voices=3, detune_cents=16, cutoff_hz=4200, sweep_octaves=0.5, glide_seconds=0.04, vibrato_cents=10),
        singer=Singer(low=69, high=86, sections=("chorus",), pace="moderate"),
        pad_level_db=-6,
        pump=0.8,
    ),
    Producer(
        substyle="synthwave",
        tempo=(92, 112),
        keys=("C", "D", "F", "A"),
        scales=("minor", "dorian", "major"),
        verse=(bars(0, 5, 6, 0), bars(0, 3, 5, 6)),
        chorus=(bars(5, 6, 0, 2), bars(3, 5, 0, 6)),
        lufs=-13.0,
        tilt_db=-0.5,
        glue=0.5,
        room_seconds=1.9,
        kit=Kit(kick_hz=52, kick_seconds=0.3, snare_hz=175, snare_seconds=0.4, snare_wires=1.0, hat_hz=7000, tom_hz=95, is_machine=True, grit_db=6),
        grooves={
            "intro": {"kick": "x.......x.......", "hat": "x.x.x.x.x.x.x.x."},
            "verse": {"kick": "X...x...X...x...", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {"kick": "X...x...X...x.x.", "snare": "....X.......X...", "hat": "xxx.xxx.xxx.xxx.", "tambourine": "..x...x...x...x."},
            "break": {"high tom": "x.....x.........", "low tom": "........x.....x."},
            "fill": {"snare": "....X.......X.X.", "high tom": "x.xx............", "mid tom": "......xx........", "low tom": "........x.xx.xx."},
        },
        bass_patch=Patch(shape="saw", n_voices=2, detune_cents=10, cutoff_hz=420, sweep_octaves=1.6, sweep_seconds=0.14, resonance=1.1, release_seconds=0.05),
        bass={"intro": "x.x.x.x.x.x.x.x.", "verse": "xxxxxxxxxxxxxxxx", "chorus": "xxxxxxxxxxxxxxxx", "break": "x-------x-------"},
        chord_patch=Patch(shape="pulse", n_voices=3, detune_cents=14, cutoff_hz=1300, sweep_octaves=0.8, sweep_seconds=0.8, attack_seconds=0.02, release_seconds=0.3),
        chords={"verse": "x---------------", "chorus": "X-------x-----x-"},
        arp_patch=Patch(shape="square", cutoff_hz=1100, sweep_octaves=1.6, sweep_seconds=0.15, fall_seconds=0.6, release_seconds=0.1),
        arp={"intro": "x.x.x.x.x.x.x.x.", "chorus": "xxxxxxxxxxxxxxxx", "break": "x.x.x.x.x.x.x.x."},
        lead_patch=Patch(shape="saw", n_voices=2, detune_cents=12, cutoff_hz=1900, sweep_octaves=1.2, sweep_seconds=0.5, resonance=1.2, glide_seconds=0.07, vibrato_cents=25),
        singer=Singer(low=64, high=81, sections=("verse", "chorus"), pace="calm"),
        pad="warm",
        pad_level_db=-6,
        pump=0.3,
    ),
    Producer(
        substyle="drum and bass",
        tempo=(168, 176),
        keys=("F", "G", "D", "A#"),
        scales=("minor", "dorian"),
        verse=(bars(0, 0, 5, 5), bars(0, 0, 3, 6)),
        chorus=(bars(0, 0, 5, 6), bars(5, 5, 6, 0)),
        lufs=-11.0,
        tilt_db=0.5,
        glue=0.8,
        room_seconds=1.3,
        kit=Kit(kick_hz=56, kick_seconds=0.22, kick_click=0.8, snare_hz=210, snare_seconds=0.17, snare_wires=0.9, hat_hz=6800, grit_db=7),
        grooves={
            "intro": {"hat": "x.x.x.x.x.x.x.x.", "shaker": "xoxoxoxoxoxoxoxo"},
            "verse": {"kick": "X.........x.....", "snare": "....X..o.o..X..o", "hat": "x.x.x.x.x.x.x.x."},
            "chorus": {"kick": "X.x.......xx....", "snare": "....X..o.o..X.o.", "ride": "x.x.x.x.x.x.x.x.", "hat": "..x...x...x...x."},
            "break": {"kick": "x...............", "rim": "....x.......x..."},
            "fill": {"snare": "....X..x.xXx.xXX", "hat": "x.x.x.x.x.x.x.x."},
        },
        bass_patch=Patch(shape="saw", n_voices=3, detune_cents=38, cutoff_hz=190, sweep_octaves=2.4, sweep_seconds=0.9, resonance=1.3, sub=1.3, glide_seconds=0.08),
        bass={"verse": "x-----x---x-----", "chorus": "x---x-x---x---xx"},
        chord_patch=Patch(shape="triangle", n_voices=2, detune_cents=7, cutoff_hz=1400, sweep_octaves=1.0, sweep_seconds=0.3, fall_seconds=2.0, release_seconds=0.4),
        chords={"intro": "x-----x---------", "verse": "x-----------x---", "break": "x-----x---------", "chorus": "......x.......x."},
        chord_size=5,
        arp_patch=Patch(shape="pulse", cutoff_hz=1700, sweep_octaves=1.2, sweep_seconds=0.08, fall_seconds=0.35, release_seconds=0.08),
        arp={"chorus": "x..x..x.x..x..x.", "break": "x...x...x...x..."},
        arp_centre=76,
        lead_patch=Patch(shape="triangle", cutoff_hz=2600, sweep_octaves=0.6, glide_seconds=0.05, vibrato_cents=18),
        singer=Singer(low=67, high=84, sections=("intro", "break", "chorus"), pace="calm", answers=0.3),
        pad="air",
        pad_level_db=-6,
        pump=0.35,
    ),
)


def play(song: Song, producer: Producer, mix: Mix, chance: Chance) -> None:
    """Play a song as a producer would, into a mix."""
    rng = chance.track
    pieces = {piece for groove in producer.grooves.values() for piece in groove} | {"kick", "crash"}
    drums, kicks = play_drums(song, build_kit(producer.kit, chance.artist, pieces), producer.grooves, rng, loose_ms=0.6)
    mix.add(drums, 1.5, wet=0.08)

    def pumped(part: Samples) -> Samples:
        return ducked(part, kicks, depth=producer.pump, seconds=min(0.3, 45 / song.tempo_bpm))

    mix.add(pumped(_bass(song, producer, rng)), 0.0)
    chords = chord_notes(song, producer.chords, chords_near(song, 62, producer.chord_size))
    mix.add(pumped(_struck(song, producer.chord_patch, chords, rng)), -3.5, wet=0.3, echo=0.15)
    order = ((0, 1, 2, 3), (0, 2, 1, 3, 2, 4), (3, 2, 1, 0, 1, 2), (0, 3, 1, 4, 2, 5))[rng.integers(4)]
    arp = arpeggio(song, producer.arp, chords_near(song, producer.arp_centre, 3), order)
    mix.add(pumped(_struck(song, producer.arp_patch, _opening(song, arp), rng)), -5.5, wet=0.25, echo=0.4)
    tune = line(producer.lead_patch, sing(song, producer.singer, rng), song, rng)
    mix.add(tune, -4.0, pan=float(chance.artist.uniform(-0.2, 0.2)), wet=0.3, echo=0.3)
    colour = int(chance.artist.integers(2))
    sections = ("intro", "verse", "chorus", "break")
    mix.add(pumped(play_pads(song, producer.pad, sections, rng, centre=64, colour=colour)), producer.pad_level_db, wet=0.3)
    mix.add(_risers(song, rng), -15.0, wet=0.4)


def _bass(song: Song, producer: Producer, rng: np.random.Generator) -> Samples:
    notes = bass_notes(song, producer.bass, octave=producer.bass_octave, walk=0.2)
    if producer.bass_patch.glide_seconds:
        return line(producer.bass_patch, notes, song, rng)
    return perform(notes, lambda *note: strike(producer.bass_patch, *note, rng), song, rng, loose_ms=0.5)


def _struck(song: Song, patch: Patch, notes: list[Note], rng: np.random.Generator) -> Samples:
    """Stereo by two takes, whose oscillators begin at other phases."""
    takes = [perform(notes, lambda *note: strike(patch, *note, rng), song, rng, loose_ms=0.8) for _ in range(2)]
    return np.stack(takes)


def _opening(song: Song, notes: list[Note]) -> list[Note]:
    """Play softly, so with the filter closed, at the beginning of intro and break, and louder towards their end."""
    opened = []
    for note in notes:
        bar = song.bar_at(note.beat)
        share = (note.beat - bar.start) / song.beats_per_bar + bar.number
        rise = 0.3 + 0.7 * share / bar.n_bars if bar.section in ("intro", "break") else 1.0
        opened.append(note._replace(velocity=note.velocity * rise))
    return opened


def _risers(song: Song, rng: np.random.Generator) -> Samples:
    """Noise that swells towards each chorus, and falls from its first beat."""
    track = np.zeros((2, song.n_samples), dtype=np.float32)
    for bar in song.bars:
        if bar.section != "chorus" or not bar.is_first:
            continue
        at = song.seconds(bar.start)
        seconds = min(at, 2 * song.beats_per_bar * 60 / song.tempo_bpm)
        hiss = np.stack([noise(rng, seconds) for _ in range(2)])
        rise = np.linspace(0, 1, hiss.shape[-1], dtype=np.float32)
        dull, bright = (filtered(hiss, biquad("bandpass", hz, SAMPLE_RATE, q=1.5)) for hz in (900, 6000))
        place(track, (dull * (1 - rise) + bright * rise) * rise**3, round((at - seconds) * SAMPLE_RATE))
        place(track, bright[:, ::-1] * np.exp(-5 * rise) * np.float32(0.5), round(at * SAMPLE_RATE))
    return track
