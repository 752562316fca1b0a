"""How does dance music sound here? Synthesisers with filter sweeps, and everything pumps with the kick."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from resona_composer.drums import Groove, Kit, play_drums
from resona_composer.effects import biquad, filtered
from resona_composer.habits import Chance, Habits
from resona_composer.melody import Singer, arpeggio, sing
from resona_composer.mixing import Mix, ducked, perform
from resona_composer.pads import Pad
from resona_composer.score import Note, Song, bass_notes, chord_notes, chords_near
from resona_composer.synths import Patch, line, strike
from resona_composer.waves import SAMPLE_RATE, Samples, noise, place

STRINGS = Pad(kind="strings", centre=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer(Habits):
    """A producer with a studio.

    Attributes
    ----------
    kit, grooves
        Of the drum machine.
    bass_patch, bass
        Sound, section to rhythm.
    chord_patch, chords, chord_size
        Sound, section to rhythm, notes of a chord.
    arp_patch, arp, arp_centre
        Likewise for arpeggios; the centre is a pitch.
    lead_patch, singer
        Of the tune.
    pad, pad_level_db
        Held under everything, and its level.
    pump
        How deep the kick presses everything down, 0 to 1.
    """

    kit: Kit
    grooves: dict[str, Groove]
    bass_patch: Patch
    bass: dict[str, str]
    chord_patch: Patch
    chords: dict[str, str]
    chord_size: int = 3
    arp_patch: Patch
    arp: dict[str, str]
    arp_centre: float = 72
    lead_patch: Patch
    singer: Singer
    pad: Pad = STRINGS
    pad_level_db: float = -8.0
    pump: float = 0.6


def play(song: Song, producer: Producer, mix: Mix, chance: Chance) -> None:
    """Play a song as a producer would, into a mix."""
    rng = chance.track
    drums, kicks = play_drums(song, producer.kit, producer.grooves, chance, loose_ms=0.6)
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
    pads = producer.pad.play(song, ("intro", "verse", "chorus", "break"), rng)
    mix.add(pumped(pads), producer.pad_level_db, wet=0.3)
    mix.add(_risers(song, rng), -15.0, wet=0.4)


def _bass(song: Song, producer: Producer, rng: np.random.Generator) -> Samples:
    notes = bass_notes(song, producer.bass, walk=0.2)
    if producer.bass_patch.glide_seconds:
        return line(producer.bass_patch, notes, song, rng)
    return perform(notes, partial(strike, producer.bass_patch, rng=rng), song, rng, loose_ms=0.5)


def _struck(song: Song, patch: Patch, notes: list[Note], rng: np.random.Generator) -> Samples:
    """Make stereo of two takes, whose oscillators begin at other phases; half of each is heard on the other side."""
    takes = [perform(notes, partial(strike, patch, rng=rng), song, rng, loose_ms=0.8) for _ in range(2)]
    return np.stack([takes[0] + 0.5 * takes[1], 0.5 * takes[0] + takes[1]])


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
