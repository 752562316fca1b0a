from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona_composer.artists import Artist
from resona_composer.drums import PIECES
from resona_composer.lines import CELLS, Bass, Chords, Riff, Tune, near
from resona_composer.score import COMMON_TIME, SCALES, SECTIONS, Meter, Scale, Song, compose, read_table
from resona_composer.styles import ARTISTS


def make_song(tempo: float = 120, seconds: float = 30.0, meter: Meter = COMMON_TIME, scale: str = "minor") -> Song:
    return compose(Scale(2, SCALES[scale]), tempo, seconds, verse="0 5 3 4", chorus="34 0", meter=meter)


@given(tempo=st.floats(50, 200), seconds=st.floats(2, 300), beats=st.sampled_from([3, 4]))
def test_bars_fill_the_time_and_the_last_stroke_can_ring(tempo: float, seconds: float, beats: int) -> None:
    song = make_song(tempo, seconds, Meter(beats_per_bar=beats))
    starts = [bar.start for bar in song.bars]
    assert starts == [float(beats * i) for i in range(len(starts))]
    assert song.bars[-1].section == "end"
    bar_seconds = 60 * beats / tempo
    assert song.seconds(song.end) < seconds or len(song.bars) == 2
    assert seconds - song.seconds(song.end) < bar_seconds + 0.7


def test_a_full_song_has_every_section() -> None:
    sections = [bar.section for bar in make_song().bars]
    assert list(dict.fromkeys(sections)) == ["intro", "verse", "chorus", "break", "end"]


@given(swing=st.floats(0.5, 0.7), step=st.sampled_from([0.25, 0.5]), beat=st.floats(0, 50))
def test_time_never_runs_backwards_and_swing_leaves_the_pairs_alone(swing: float, step: float, beat: float) -> None:
    song = make_song(meter=Meter(swing=swing, swing_step=step))
    assert song.seconds(beat + 0.01) > song.seconds(beat)
    assert song.seconds(8.0) == pytest.approx(0.03 + 4.0)
    assert song.seconds(8.0 + step) == pytest.approx(0.03 + 4.0 + swing * step)


def test_rhythms_are_read_with_held_notes() -> None:
    song = make_song()
    assert list(song.steps(song.bars[1], "X--.x-o.")) == [(4.0, 1.5, 1.0), (6.0, 1.0, 0.78), (7.0, 0.5, 0.5)]
    assert len(list(song.steps(song.bars[-1], "xxxx"))) == 1


def test_tables_speak_of_sections_that_are_there_and_the_end_begins_as_the_chorus() -> None:
    song = make_song()
    velocities = {
        bar.section: [velocity for _, _, velocity in strokes] for bar, strokes in song.strokes("* xx chorus Xx")
    }
    assert velocities == {
        "intro": [0.78] * 2,
        "verse": [0.78] * 2,
        "chorus": [1.0, 0.78],
        "break": [0.78] * 2,
        "end": [1.0],
    }


@pytest.mark.parametrize("scale", SCALES)
def test_chords_and_basses_stay_in_the_scale(scale: str, rng: np.random.Generator) -> None:
    song = make_song(scale=scale)
    allowed = {(2 + step) % 12 for step in SCALES[scale]}
    notes = Chords("verse x.x. chorus x...", 60, 4).notes(song, rng)
    assert {int(note.pitch) % 12 for note in notes} <= allowed
    assert all(abs(np.mean(pitches) - 60) <= 6 for pitches in near(song, 60, size=4).values())
    roots = Bass("verse x... chorus x...").notes(song, rng)
    assert {int(note.pitch) % 12 for note in roots} <= allowed
    assert all(28 <= note.pitch < 40 for note in roots)


def test_bass_and_guitars_play_one_riff() -> None:
    song, riff = make_song(), Riff("* xoox|ooxx", lowest=38)
    guitars = riff.notes(song, np.random.default_rng(5))
    bass = replace(riff, lowest=26, intervals=(0,)).notes(song, np.random.default_rng(5))
    roots = {note.beat: note.pitch for note in reversed(guitars)}
    assert [(note.beat, note.pitch + 12) for note in bass] == sorted(roots.items())
    assert len(guitars) > 2 * len(bass)


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), pace=st.sampled_from(sorted(CELLS)), scale=st.sampled_from(sorted(SCALES)))
def test_tunes_stay_in_scale_and_range_one_note_at_a_time(seed: int, pace: str, scale: str) -> None:
    song = make_song(scale=scale)
    tune = Tune(60, 76, pace).notes(song, np.random.default_rng(seed))
    assert tune
    assert {int(note.pitch) % 12 for note in tune} <= {(2 + step) % 12 for step in SCALES[scale]}
    assert all(54 <= note.pitch <= 82 for note in tune)
    assert all(first.beat < second.beat for first, second in pairwise(tune))
    assert {song.bar_at(note.beat).section for note in tune} <= {"verse", "chorus", "end"}


def test_a_chorus_comes_back_with_its_tune(rng: np.random.Generator) -> None:
    song = make_song(tempo=150, seconds=60.0)
    tune = Tune(60, 76, sections="chorus").notes(song, rng)
    first, second = [bar.start for bar in song.bars if bar.section == "chorus" and bar.number == 0][:2]
    rhythm = [[note.beat - start for note in tune if 0 <= note.beat - start < 8] for start in (first, second)]
    assert rhythm[0] == rhythm[1]


@pytest.mark.parametrize(
    "artist", [each for artists in ARTISTS.values() for each in artists], ids=lambda each: each.substyle
)
def test_what_artists_are_written_with_is_known(artist: Artist) -> None:
    lines = [part.line for part in artist.parts]
    tables = [line.rhythms for line in lines if isinstance(line, Chords | Bass | Riff)]
    for table in map(read_table, tables):
        assert set(table) <= {"*", *SECTIONS.split()}
        assert set("".join(table.values())) <= set("Xxo-.|")
    assert all(set(line.sections.split()) <= set(SECTIONS.split()) for line in lines if isinstance(line, Tune))
    assert set(artist.grooves) <= {"fill", "end", *SECTIONS.split()}
    for groove in map(read_table, artist.grooves.values()):
        assert set(groove) <= set(PIECES)
        assert set("".join(groove.values())) <= set("Xxo.")
    assert set("".join(artist.harmony.verse + artist.harmony.chorus)) <= set("0123456 |")
