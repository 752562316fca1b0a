"""A track is its audio: what was said of it follows it wherever its file goes."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_scan import RATE, scan, write_tone

from resona.audio import write_audio
from resona.library import Label, Library
from resona.tracks import Tags

NAMES = ("01", "02", "03", "04", "05")
SHEET = """PERFORMER "Band"
FILE "{file}" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    INDEX 01 00:0{second}:00
  TRACK 03 AUDIO
    TITLE "Three"
    INDEX 01 00:0{third}:00
"""


@pytest.fixture
def library(place: Path | str) -> Iterator[Library]:
    with Library(place) as opened:
        opened.store.settings.put("current_model", "mfcc")
        yield opened


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        write_tone(tmp_path / "music" / f"{name}.wav", seconds=1.0, hz=300 + 100 * number)  # all of one size
    return tmp_path / "music"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    rng, seconds = np.random.default_rng(0), np.arange(3 * RATE) / RATE
    parts = [0.3 * np.sin(2 * np.pi * hz * seconds) + rng.normal(0, 0.02, len(seconds)) for hz in (300, 500, 700)]
    path = tmp_path / "music" / "album.flac"
    path.parent.mkdir()
    soundfile.write(path, np.concatenate(parts), RATE)
    return path


def write_sheet(path: Path, second: int = 3, third: int = 6, file: str = "album.flac") -> None:
    path.write_text(SHEET.format(file=file, second=second, third=third))


def places(library: Library) -> dict[int, tuple[str, float]]:
    return {track.track_id: (track.path.name, track.start_seconds) for track in library.store.tracks.all()}


def titles(library: Library) -> dict[str, int]:
    return {track.tags.title: track.track_id for track in library.store.tracks.all()}


@pytest.mark.parametrize("moves", ["5-6 4-5 3-4 2-3 1-2", "1-x 2-1 x-2", "1-x 2-1 3-2 4-3 5-4 x-5", "1-x"])
@pytest.mark.parametrize("is_stamped", [False, True])
def test_ids_follow_renumbered_and_swapped_files(
    moves: str,
    is_stamped: bool,  # noqa: FBT001 - a case
    library: Library,
    music: Path,
) -> None:
    if is_stamped:
        for path in music.iterdir():
            os.utime(path, (1e9, 1e9))  # as on a disk that counts in seconds: nothing but the name is changed
    scan(library, music)
    expected = {track.path.stem: track.track_id for track in library.store.tracks.all()}
    vectors = {track_id: library.store.embeddings.get(track_id, library.model.model_id) for track_id in places(library)}
    for move in moves.split():
        old, new = (name.zfill(2) for name in move.split("-"))
        (music / f"{old}.wav").rename(music / f"{new}.wav")
        expected[new] = expected.pop(old)
    summary = scan(library, music)
    assert {Path(name).stem: track_id for track_id, (name, _) in places(library).items()} == expected
    assert (summary.n_missing, library.store.tracks.count(is_missing=True)) == (0, 0)
    for track_id, vector in vectors.items():
        assert np.array_equal(library.store.embeddings.get(track_id, library.model.model_id), vector)  # type: ignore[arg-type]


def test_another_song_under_the_same_name_inherits_nothing(library: Library, music: Path) -> None:
    scan(library, music)
    first, second, *_ = places(library)
    library.store.labels.add([Label(kind="pair", a=first, b=second)])
    library.store.history.add("seed", [first])
    content = (music / "01.wav").read_bytes()
    write_tone(music / "01.wav", seconds=2.0, hz=2000)
    scan(library, music)
    (other,) = library.store.tracks.at(music / "01.wav")
    assert other.track_id != first
    assert first not in places(library)
    (music / "sub").mkdir()
    (music / "sub" / "back.wav").write_bytes(content)
    scan(library, music)
    assert places(library)[first] == ("back.wav", 0.0)
    assert library.store.labels.all()[0].track_ids == (first, second)
    assert library.store.history.given("seed") == {first}


def test_the_same_recording_written_anew_stays_the_track(library: Library, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    notes = np.repeat(rng.uniform(200, 2000, 24), RATE // 4)
    samples = 0.3 * np.sin(2 * np.pi * np.cumsum(notes) / RATE)
    path = tmp_path / "music" / "song.flac"
    path.parent.mkdir()
    soundfile.write(path, samples, RATE)
    scan(library, path.parent)
    (track_id,) = places(library)
    soundfile.write(path, 0.7 * samples + rng.normal(0, 1e-4, len(samples)), RATE)
    scan(library, path.parent)
    assert list(places(library)) == [track_id]


def test_a_copy_is_another_track_until_the_first_is_gone(library: Library, music: Path) -> None:
    scan(library, music)
    first, second, *_ = places(library)
    (music / "copy.wav").write_bytes((music / "01.wav").read_bytes())
    scan(library, music)
    (copy,) = library.store.tracks.at(music / "copy.wav")
    library.store.labels.add([Label(kind="pair", a=copy.track_id, b=second)])
    (music / "copy.wav").unlink()
    assert scan(library, music).n_missing == 0
    assert library.store.labels.all()[0].track_ids == (first, second)
    assert library.store.tracks.count(is_missing=True) == 0


def test_a_sheet_that_comes_changes_and_goes_is_followed(library: Library, album: Path) -> None:
    sheet = album.with_name("anything.cue")
    scan(library, album.parent)
    (whole,) = places(library)
    write_sheet(sheet)
    scan(library, album.parent)
    parts = titles(library)
    assert set(parts) == {"One", "Two", "Three"}
    assert whole not in parts.values()
    library.store.labels.add([Label(kind="pair", a=parts["Two"], b=parts["Three"])])
    write_sheet(sheet, second=2, third=5)
    scan(library, album.parent)
    assert titles(library) == parts
    assert [start for _, start in places(library).values()] == [0.0, 2.0, 5.0]
    assert library.store.tracks.count(is_missing=True) == 1  # the whole
    sheet.unlink()
    scan(library, album.parent)
    assert places(library) == {whole: ("album.flac", 0.0)}
    write_sheet(sheet, second=2, third=5)
    album.rename(album.with_name("other.flac"))
    scan(library, album.parent)
    assert list(places(library)) == [whole]  # the sheet names a file that is not there
    write_sheet(sheet, file="other.wav")
    scan(library, album.parent)
    assert titles(library) == parts


def test_a_sheet_of_joined_files_speaks_of_all(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "music" / "album.mp3"
    path.parent.mkdir()
    rng, content = np.random.default_rng(0), b""
    for _ in range(3):
        write_audio(path, rng.normal(0, 0.2, (1, 3 * RATE)).astype(np.float32), RATE, Tags(title="Part"))
        content += path.read_bytes()
    path.write_bytes(content)
    write_sheet(path.with_suffix(".cue"), file=path.name)
    scan(library, path.parent)
    assert set(titles(library)) == {"One", "Two", "Three"}


def test_what_was_measured_is_not_overwritten_by_a_tag(library: Library, album: Path) -> None:
    scan(library, album.parent)
    content = bytearray(album.read_bytes())
    content[22:26] = (3 * RATE).to_bytes(4, "big")  # STREAMINFO declares a third of the samples
    album.write_bytes(content)
    assert scan(library, album.parent).n_stored == 1
    (track,) = library.store.tracks.all()
    assert track.tags.duration_seconds == pytest.approx(9.0)


def test_a_file_that_became_something_else_is_retired(library: Library, music: Path) -> None:
    scan(library, music)
    (music / "01.wav").write_bytes(b"no longer music " * 999)
    scan(library, music)
    assert len(places(library)) == 4
    assert library.store.tracks.count(is_missing=True) == 1
