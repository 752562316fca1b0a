"""Cue sheets as programs write them, and as they should not."""

from pathlib import Path

import pytest
from sounds import FLAC, heard_at, write_tone

from resona.audio import decode_span, find_entries

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
SIDES = """FILE "{0}" WAVE
  TRACK 01 AUDIO
    TITLE "A1"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "A2"
    INDEX 01 00:10:00
  TRACK 03 AUDIO
    TITLE "B1"
    INDEX 00 00:30:00
FILE "{1}" WAVE
    INDEX 01 00:00:00
  TRACK 04 AUDIO
    TITLE "B2"
    INDEX 01 00:08:00
"""


@pytest.fixture
def album(tmp_path: Path) -> Path:
    path = write_tone(tmp_path, FLAC, name="album.flac")
    path.with_suffix(".cue").write_text(SHEET)
    return path


def titles(path: Path) -> list[str]:
    return [entry.title for entry in find_entries(path)]


def test_tracks_are_read(album: Path) -> None:
    first, second, third = find_entries(album)
    assert (first.number, first.title, first.performer, first.start_seconds) == (1, "First", "Guest", 0.0)
    assert (second.title, second.performer) == ("Second", "Группа")
    assert (second.start_seconds, second.end_seconds) == (12.2, 24.0)
    assert third.end_seconds is None
    tags = second.tags
    assert (tags.album, tags.genres, tags.year, tags.track_number) == ("Альбом", ("Art Rock", "Jazz"), 1971, 2)
    assert tags.duration_seconds == pytest.approx(11.8)
    assert "title" not in third.tags.sources


def test_a_track_of_the_sheet_can_be_heard(album: Path) -> None:
    entry = find_entries(album)[1]
    samples = decode_span(album, entry.start_seconds, entry.end_seconds, sample_rate=22050)
    assert heard_at(samples, 22050) == pytest.approx(12.2, abs=0.01)


@pytest.mark.parametrize(
    ("encoding", "performer", "title"),
    [
        *(
            (encoding, "Группа", "Закрой за мной дверь")
            for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")
        ),
        ("shift_jis", "宇多田ヒカル", "夜明けの歌"),
        ("euc-jp", "宇多田ヒカル", "夜明けの歌"),
        ("gb18030", "周杰伦", "我的地盘"),
        ("big5", "周杰倫", "我的地盤"),
        ("cp949", "아이유", "가을 아침"),
        ("cp1250", "Kayah i Bregović", "Zażółć gęślą jaźń, śpij"),
        ("cp1252", "Françoise Hardy", "Le temps de l’amour"),
        ("cp1253", "Χάρις Αλεξίου", "Τα τραγούδια"),
        ("cp1254", "Sezen Aksu", "Işık doğudan şarkısı"),
    ],
)
def test_encodings(encoding: str, performer: str, title: str, album: Path) -> None:
    sheet = SHEET.removeprefix("\ufeff").replace("Альбом", "x").replace("Группа", performer).replace("Second", title)
    album.with_suffix(".cue").write_bytes(sheet.encode(encoding))
    second = find_entries(album)[1]
    assert (second.performer, second.title) == (performer, title)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("shift_jis", "日本"),
        ("gb18030", "中国音乐"),
        ("cp949", "한국"),
        ("cp1250", "Łódź"),
        ("cp1251", "Альбом"),
        ("koi8-r", "Альбом"),
    ],
)
def test_an_encoding_shows_in_the_name_of_the_file(encoding: str, name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.flac").touch()
    sheet = SHEET.removeprefix("\ufeff").replace("Альбом", "x").replace("album", name).replace("Группа", name)
    (tmp_path / "rip.cue").write_bytes(sheet.encode(encoding))
    assert [entry.performer for entry in find_entries(tmp_path / f"{name}.flac")] == ["Guest", name, name]


@pytest.mark.parametrize(
    ("sheet", "file", "audio"),
    [
        ("album.cue", "album.wav", "album.flac"),
        ("ALBUM.CUE", "album.wav", "album.flac"),
        ("album.flac.cue", "CDImage.wav", "album.flac"),
        ("album.cue", "CDImage.wav", "album.flac"),  # it is called like the file
        ("whatever.cue", "album.flac", "album.flac"),
        ("whatever.cue", "Album.WAV", "album.flac"),
        ("whatever.cue", r"D:\rips\album.wav", "album.flac"),
        ("whatever.cue", "u\u0308ber.wav", "über.flac"),
    ],
)
def test_the_sheet_of_a_file_is_found(sheet: str, file: str, audio: str, tmp_path: Path) -> None:
    (tmp_path / audio).touch()
    (tmp_path / sheet).write_text(SHEET.replace("album.wav", file))
    assert len(titles(tmp_path / audio)) == 3


def test_other_files_of_the_folder_are_left_alone(album: Path) -> None:
    for name in ("other.flac", "album.wav"):
        album.with_name(name).touch()
    assert titles(album.with_name("other.flac")) == []
    assert len(titles(album.with_name("album.wav"))) == 3
    assert titles(album) == []  # the very file that the sheet names is there


def test_a_sheet_may_name_several_files(tmp_path: Path) -> None:
    a, b = tmp_path / "A.flac", tmp_path / "B.flac"
    a.touch()
    b.touch()
    (tmp_path / "vinyl.cue").write_text(SIDES.format("A.wav", "B.wav"))
    assert (titles(a), titles(b)) == (["A1", "A2"], ["B1", "B2"])
    assert [entry.start_seconds for entry in find_entries(b)] == [0.0, 8.0]


def test_a_data_track_is_no_music(album: Path) -> None:
    album.with_suffix(".cue").write_text(SHEET.replace("TRACK 03 AUDIO", "TRACK 03 MODE1/2352"))
    assert titles(album) == ["First", "Second"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("00:12:15", "00:00:00"),  # no time between two tracks
        ("00:12:15", "00:30:00"),  # backwards
        ("INDEX 01 00:12:15", ""),  # no position
        ("INDEX 01 00:12:15", "INDEX 01 ab:cd:ef"),
        (SHEET, ""),
        (SHEET, "\0\xff" * 1000),
        (SHEET, "x" * 1_100_000),
    ],
)
def test_a_sheet_that_makes_no_sense_is_ignored(old: str, new: str, album: Path) -> None:
    album.with_suffix(".cue").write_text(SHEET.replace(old, new))
    assert find_entries(album) == []


def test_where_there_is_no_sheet_there_are_no_tracks(tmp_path: Path) -> None:
    assert find_entries(tmp_path / "none.flac") == []
    (tmp_path / "folder.cue").mkdir()
    assert find_entries(tmp_path / "folder.flac") == []
    assert find_entries(tmp_path / "nowhere" / "none.flac") == []
