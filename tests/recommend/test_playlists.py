"""Playlists survive odd names, other machines and other programs."""

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resona.errors import QueryError
from resona.recommend.playlists import PathMap, csv_table, m3u8, paths
from resona.recommend.queries.named_files import PLAYLISTS, read_playlist
from resona.tracks import Tags, Track

names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
raw_names = st.binary(min_size=1, max_size=8).map(lambda raw: os.fsdecode(raw.replace(b"/", b"_").replace(b"\0", b"_")))
parts = st.lists(st.one_of(names, raw_names).filter(lambda name: name not in (".", "..")), min_size=1, max_size=4)
absolute = parts.map(lambda names: "/" + "/".join(names))


def track(path: str, **tags: Any) -> Track:
    return Track(track_id=1, path=Path(path), tags=Tags(**tags))


def first(content: bytes, folder: str, suffix: str = ".m3u") -> list[str]:
    """The likeliest path of each entry."""
    return [os.path.normpath(names[0]) for names in read_playlist(content, folder, suffix=suffix)]


@given(st.lists(absolute, max_size=5), st.one_of(st.just(""), absolute))
@example(["/m/a\nb.mp3", "/m/#1.mp3", "/m/ x.mp3", "/m/AC\\DC.mp3", "/m/bad\udcff.mp3", "/m/C:\\x", "/m/a://b"], "/m")
@example(["/http:/x", "/file:/x"], "/")
def test_what_is_written_is_read_back(files: list[str], folder: str) -> None:
    content = m3u8([track(path, title="t") for path in files], folder=folder)
    assert first(content, folder or "/elsewhere") == [os.path.normpath(path) for path in files]


@given(st.lists(absolute, max_size=5))
def test_paths_survive_as_zero_separated_bytes(files: list[str]) -> None:
    content = paths([track(path) for path in files], separator=b"\0")
    assert [os.fsdecode(path) for path in content.split(b"\0")[:-1]] == [str(Path(path)) for path in files]


@given(st.text(max_size=30), st.text(max_size=30), st.floats(0, 1e5))
def test_every_entry_is_two_lines_whatever_its_tags(artist: str, title: str, seconds: float) -> None:
    content = m3u8([track("/a.mp3", artist=artist, title=title, duration_seconds=seconds)] * 2)
    lines = content.decode().split("\n")
    assert lines[:2] == ["#EXTM3U", "#EXTENC:UTF-8"]
    assert [line.startswith("#EXTINF:") for line in lines[2:6]] == [True, False, True, False]
    assert len(lines) == 7


def test_an_entry_as_players_expect_it() -> None:
    entries = [
        track("/music/Sigur Rós/a.flac", artist="Sigur Rós", title="Svefn-g-englar", duration_seconds=604.6),
        track("/other/b.mp3"),
    ]
    assert m3u8(entries, folder="/music/lists").decode().split("\n")[2:] == [
        "#EXTINF:605,Sigur Rós - Svefn-g-englar", "../Sigur Rós/a.flac", "#EXTINF:-1,b", "../../other/b.mp3", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("/music=/mnt/nas", "/music/a/b.mp3", "/mnt/nas/a/b.mp3"),
        ("/music/=/mnt/nas/", "/music/a.mp3", "/mnt/nas/a.mp3"),
        ("/music=/mnt", "/musical/a.mp3", "/musical/a.mp3"),
        ("/music=D:\\Songs", "/music/a/b.mp3", "D:\\Songs\\a\\b.mp3"),
        ("/music=\\\\nas\\music", "/music/a/b.mp3", "\\\\nas\\music\\a\\b.mp3"),
        ("C:\\Music=/music", "C:\\Music\\a\\b.mp3", "/music/a/b.mp3"),
        ("/music=/m=1", "/music/a=b.mp3", "/m=1/a=b.mp3"),
    ],
)
def test_paths_are_mapped_for_other_machines(text: str, path: str, expected: str) -> None:
    assert PathMap.parse(text).apply(path) == expected


def test_the_first_map_that_fits_wins_and_beats_relative() -> None:
    maps = [PathMap("/no", "/x"), PathMap("/music/live", "/live"), PathMap("/music", "/m")]
    content = m3u8([track("/music/live/a.mp3"), track("/z/b.mp3")], folder="/z", path_maps=maps)
    assert content.decode().split("\n")[3:6:2] == ["/live/a.mp3", "b.mp3"]
    assert paths([track("/music/a.mp3")], path_maps=maps) == b"/m/a.mp3\n"


@pytest.mark.parametrize("text", ["", "=", "/music", "/music=", "=/m"])
def test_half_a_map_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="FROM=TO"):
        PathMap.parse(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a.mp3", ["/l/a.mp3"]),
        (b"\xef\xbb\xbf#EXTM3U\nBj\xc3\xb6rk.mp3\n", ["/l/Björk.mp3"]),
        ("#EXTM3U\r\nBjörk.mp3\r\n".encode("utf-16"), ["/l/Björk.mp3"]),
        (b"Bj\xf6rk.mp3\n", ["/l/Björk.mp3"]),
        (b"file:/m/a.mp3", ["/m/a.mp3"]),
        (b"#EXTENC: UTF-8\nBj\xf6rk.mp3\n", ["/l/Bj\udcf6rk.mp3"]),
        (b"a.mp3\rb.mp3\r\n\n c.mp3 \n", ["/l/a.mp3", "/l/b.mp3", "/l/c.mp3"]),
        (b"..\\x\\a.mp3\n", ["/x/a.mp3"]),
        (b"C:\\Music\\a.mp3\n\\\\nas\\m\\a.mp3", ["C:/Music/a.mp3", "//nas/m/a.mp3"]),
        (
            b"file:///m/a%20b.mp3\nFILE://localhost/m/c.mp3\nfile:///C:/m/d.mp3",
            ["/m/a b.mp3", "/m/c.mp3", "C:/m/d.mp3"],
        ),
        (b"https://example.org/a.mp3\nmms://x/y\n", []),
        (b"#EXTINF:1,x\n#comment\n./#1.mp3", ["/l/#1.mp3"]),
    ],
)
def test_lists_of_other_programs_are_read(content: bytes, expected: list[str]) -> None:
    assert first(content, "/l") == [os.path.normpath(path) for path in expected]


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (
            ".pls",
            "[playlist]\nNumberOfEntries=2\nFile1=R\u00f6y/a & b.mp3\nTitle1=x\nfile2=http://radio/\nFile3=/m/c.mp3\n",
        ),
        (
            ".xspf",
            '<?xml version="1.0" encoding="UTF-8"?><playlist><trackList><track><location>R%C3%B6y/a%20&amp;%20b.mp3'
            "</location></track><track>\n<location>\nfile:///m/c.mp3 </location></track></trackList></playlist>",
        ),
        (
            ".wpl",
            '<?wpl version="1.0"?><smil><body><seq><media src="R\u00f6y\\a &amp; b.mp3" cid="{1}"/>'
            "<media cid='{2}' src='/m/c.mp3'/></seq></body></smil>",
        ),
        (
            ".asx",
            '<asx><entry><REF HREF = "R\u00f6y/a &amp; b.mp3"/></entry><entry><ref href="/m/c.mp3"/></entry></asx>',
        ),
        (".pls", '[playlist]\nFile2="/m/c.mp3"\nFile10=x.mp3\nFile1=R\u00f6y/a & b.mp3\n'),
        (
            ".xspf",
            "<x:location><![CDATA[R\u00f6y/a & b.mp3]]></x:location><location xml:space='x'>/m/c.mp3</location>",
        ),
        (".m3u", "\"R\u00f6y/a & b.mp3\"\n'/m/c.mp3'\n"),
        (".zpl", "\ufeff<smil><media src=\"R\u00f6y/a &amp; b.mp3\"/><media src='file:///m/c.mp3'/></smil>"),
    ],
)
def test_other_kinds_of_lists_are_read(suffix: str, content: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le") if content[0].isascii() else ("utf-8",):
        names = read_playlist(content.encode(encoding), "/l", suffix=suffix)
        assert ["/l/R\u00f6y/a & b.mp3" in names[0], "/m/c.mp3" in names[1]] == [True, True]


@given(st.binary(max_size=200), st.sampled_from(PLAYLISTS))
def test_any_bytes_are_read_without_complaint(content: bytes, suffix: str) -> None:
    assert all(isinstance(path, str) for names in read_playlist(content, "/l", suffix=suffix) for path in names)


def test_a_table_is_read_back_by_others() -> None:
    records = [{"rank": 1, "title": 'a,"b"\nc', "bpm": None}, {"rank": 2, "title": "é", "bpm": 120.5}]
    back = list(csv.DictReader(io.StringIO(csv_table(records), newline="")))
    assert back == [{"rank": "1", "title": 'a,"b"\nc', "bpm": ""}, {"rank": "2", "title": "é", "bpm": "120.5"}]
    assert csv_table([]) == ""
