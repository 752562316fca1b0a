"""Cue sheets as programs write them, and as they should not."""

from pathlib import Path

import pytest
from sounds import FLAC, heard_at, write_tone

from resona.audio import decode_span, find_cue, read_cue

SHEET = """\ufeffREM GENRE "Art Rock; Jazz"
REM DATE 1971
PERFORMER "Группа"
TITLE "Альбом"
FILE "album.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    PERFORMER "Guest"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Second"
    INDEX 00 00:11:70
    INDEX 01 00:12:15
  TRACK 03 AUDIO
    INDEX 01 00:24:00
"""


@pytest.fixture
def album(tmp_path: Path) -> Path:
    path = write_tone(tmp_path, FLAC, name="album.flac")
    path.with_suffix(".cue").write_text(SHEET)
    return path


def test_tracks_are_read(album: Path) -> None:
    sheet = find_cue(album)
    assert sheet == album.with_suffix(".cue")
    first, second, third = read_cue(sheet)
    assert (first.number, first.title, first.performer, first.start_seconds) == (1, "First", "Guest", 0.0)
    assert (second.title, second.performer) == ("Second", "Группа")
    assert (second.start_seconds, second.end_seconds) == (12.2, 24.0)
    assert third.end_seconds is None
    tags = second.tags
    assert (tags.album, tags.genres, tags.year, tags.track_number) == ("Альбом", ("Art Rock", "Jazz"), 1971, 2)
    assert tags.duration_seconds == pytest.approx(11.8)
    assert "title" not in third.tags.sources


def test_a_track_of_the_sheet_can_be_heard(album: Path) -> None:
    entry = read_cue(album.with_suffix(".cue"))[1]
    samples = decode_span(album, entry.start_seconds, entry.end_seconds, sample_rate=22050)
    assert heard_at(samples, 22050) == pytest.approx(12.2, abs=0.01)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_encodings(encoding: str, album: Path) -> None:
    album.with_suffix(".cue").write_bytes(SHEET.removeprefix("\ufeff").encode(encoding))
    assert read_cue(album.with_suffix(".cue"))[1].performer == "Группа"


def test_other_names_of_the_sheet(album: Path) -> None:
    sheet = album.with_suffix(".cue").rename(album.with_name("album.flac.cue"))
    assert find_cue(album) == sheet
    sheet.unlink()
    assert find_cue(album) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  TRACK 02", 'FILE "two.wav" WAVE\n  TRACK 02'),  # several files
        ("00:12:15", "00:00:00"),  # no time between two tracks
        ("00:12:15", "00:30:00"),  # backwards
        ("INDEX 01 00:12:15", ""),  # no position
        ("INDEX 01 00:12:15", "INDEX 01 ab:cd:ef"),
        (SHEET, ""),
        (SHEET, "\0\xff" * 1000),
        (SHEET, "x" * 1_100_000),
        (SHEET[SHEET.index("  TRACK 02") :], ""),  # one track
    ],
)
def test_a_sheet_that_does_not_split_a_file_is_ignored(old: str, new: str, album: Path) -> None:
    album.with_suffix(".cue").write_text(SHEET.replace(old, new))
    assert read_cue(album.with_suffix(".cue")) == []


def test_a_missing_sheet_has_no_tracks(tmp_path: Path) -> None:
    assert read_cue(tmp_path / "none.cue") == []
    assert read_cue(tmp_path) == []
