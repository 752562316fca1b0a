"""What taggers write is read back; what they left out comes from names; nothing they write can do harm."""

# mypy: disable-error-code="no-untyped-call"

from pathlib import Path
from typing import Any

import mutagen
import mutagen.apev2
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggopus
import mutagen.oggvorbis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import FLAC, M4A, MP3, OGG, OPUS, WAV, Format, write_tone

from resona.audio import read_tags
from resona.audio.tag_text import MAX_LENGTH, clean
from resona.tracks import FILE_NAME, FOLDER, TAG, Tags

BJORK = Tags(
    artist="Björk",
    album_artist="Кино",
    title="ジョーガ 🎻",
    album="Homogenic",
    genres=("Art Pop", "Electronic"),
    year=1997,
    track_number=2,
    duration_seconds=3.0,
    sources=dict.fromkeys(("artist", "album_artist", "title", "album", "genres", "year", "track_number"), TAG),
)


def tone(folder: Path, kind: Format, name: str = "") -> Path:
    return write_tone(folder, kind, 3, name=name)


def check(path: Path) -> None:
    tags = read_tags(path)
    assert tags.duration_seconds == pytest.approx(3.0, abs=0.15)
    for field in BJORK.sources:
        assert getattr(tags, field) == getattr(BJORK, field)
        assert tags.sources[field] == TAG


@pytest.mark.parametrize("version", [(2, 2), (2, 3), (2, 4)])
@pytest.mark.parametrize("encoding", [mutagen.id3.Encoding.UTF16, mutagen.id3.Encoding.UTF8])
def test_id3v2(version: tuple[int, int], encoding: mutagen.id3.Encoding, tmp_path: Path) -> None:
    path = tone(tmp_path, MP3)
    frames = [
        mutagen.id3.TPE1(encoding, BJORK.artist),
        mutagen.id3.TPE2(encoding, BJORK.album_artist),
        mutagen.id3.TIT2(encoding, BJORK.title),
        mutagen.id3.TALB(encoding, BJORK.album),
        mutagen.id3.TCON(encoding, list(BJORK.genres)),
        mutagen.id3.TDRC(encoding, "1997-09-22"),
        mutagen.id3.TRCK(encoding, "02/10"),
    ]
    if version == (2, 2):
        _write_id3v22(path, frames)
    else:
        tags = mutagen.id3.ID3()
        for frame in frames:
            tags.add(frame)
        if version == (2, 3):
            tags.update_to_v23()
        tags.save(path, v2_version=version[1])
    check(path)


def _write_id3v22(path: Path, frames: list[Any]) -> None:
    """Write the old form by hand, which mutagen only reads: three letters and three bytes of length."""
    names = {"TPE1": "TP1", "TPE2": "TP2", "TIT2": "TT2", "TALB": "TAL", "TCON": "TCO", "TDRC": "TYE", "TRCK": "TRK"}
    body = b""
    for frame in frames:
        text = "; ".join(str(value) for value in frame.text)
        content = b"\x01" + text.encode("utf-16")
        body += names[frame.FrameID].encode() + len(content).to_bytes(3, "big") + content
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x02\x00\x00" + size + body + path.read_bytes())


def test_id3v1(tmp_path: Path) -> None:
    path = tone(tmp_path, MP3)
    fields = (b"Sinnerman".ljust(30, b"\0"), b"Nina Simone".ljust(30, b"\0"), b"Pastel Blues".ljust(30, b"\0"), b"1965")
    path.write_bytes(path.read_bytes() + b"TAG" + b"".join(fields) + bytes(28) + b"\0\x0a\x08")
    tags = read_tags(path)
    assert (tags.artist, tags.title, tags.album) == ("Nina Simone", "Sinnerman", "Pastel Blues")
    assert (tags.genres, tags.year, tags.track_number) == (("Jazz",), 1965, 10)


@pytest.mark.parametrize("has_id3v2", ["no ID3v2", "an ID3v2 of other things"])
def test_an_ape_tag_wins_over_the_id3v1_behind_it(has_id3v2: str, tmp_path: Path) -> None:
    path = tone(tmp_path, MP3)
    if has_id3v2 != "no ID3v2":
        other = mutagen.id3.ID3()
        other.add(mutagen.id3.TXXX(3, desc="replaygain_track_gain", text="-3 dB"))
        other.save(path, v1=0)
    title, artist = "A Title Which Is Longer Than Thirty", "An Orchestra of a Very Long Name Indeed"
    fields = (title.encode()[:30], artist.encode()[:30], b"Album".ljust(30, b"\0"), b"1965")  # a reissue since
    ape = mutagen.apev2.APEv2()
    ape.update({"Title": title, "Artist": artist, "Genre": "Chamber Pop", "Disc": "2/3", "Year": "2001"})
    ape.save(path)
    path.write_bytes(path.read_bytes() + b"TAG" + b"".join(fields) + bytes(28) + b"\0\x0a\x11")
    tags = read_tags(path)
    assert (tags.title, tags.artist, tags.album, tags.genres) == (title, artist, "Album", ("Chamber Pop",))
    assert (tags.disc_number, tags.track_number, tags.year) == (2, 10, 2001)


def _id3v23(text: str, *, encoding: int = 0, unsynchronised: bool = False) -> bytes:
    """Write a genre frame behind another one, as old taggers do."""
    body = bytes([encoding]) + text.encode("utf-16" if encoding else "latin-1")
    frames = b"TPE1" + (4).to_bytes(4, "big") + bytes(2) + b"\0Air"
    frames += b"TCON" + len(body).to_bytes(4, "big") + bytes(2) + body
    if unsynchronised:
        frames = frames.replace(b"\xff", b"\xff\0")
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0" + (b"\x80" if unsynchronised else b"\0") + size + frames


@pytest.mark.parametrize("kind", [MP3, WAV, Format(".aiff", "PCM_16")], ids=str)
@pytest.mark.parametrize("encoding", [0, 1])
def test_genres_are_read_in_id3s_own_words(kind: Format, encoding: int, tmp_path: Path) -> None:
    path = tone(tmp_path, kind)
    tag = _id3v23("(17)(138)Viking Metal", encoding=encoding, unsynchronised=kind is MP3)
    if kind is MP3:
        path.write_bytes(tag + path.read_bytes())
    else:
        tag += bytes(len(tag) % 2)
        order = "little" if kind is WAV else "big"
        content = path.read_bytes() + (b"id3 " if kind is WAV else b"ID3 ") + len(tag).to_bytes(4, order) + tag  # type: ignore[arg-type]
        path.write_bytes(content[:4] + (len(content) - 8).to_bytes(4, order) + content[8:])  # type: ignore[arg-type]
    assert read_tags(path).genres == ("Rock", "Black Metal", "Viking Metal")
    assert read_tags(path).artist == "Air"


@pytest.mark.parametrize(
    ("name", "disc"),
    [
        ("CD 2/01 A.flac", 2),
        ("Album (Disc 1)/01 A.flac", 1),
        ("Discovery/2-01 A.flac", 2),
        ("Discovery/01 A.flac", None),
    ],
)
def test_the_disc_is_told_by_names(name: str, disc: int | None, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    assert read_tags(tone(path.parent, FLAC, path.name)).disc_number == disc


@pytest.mark.parametrize("kind", [MP3, FLAC, OPUS, M4A], ids=str)
def test_all_values_of_artists_and_the_disc_are_kept(kind: Format, tmp_path: Path) -> None:
    path = tone(tmp_path, kind)
    both = ["Lena Ahl", "Omar Reyes"]
    if kind is MP3:
        tags = mutagen.id3.ID3()
        for frame in (mutagen.id3.TPE1(3, both), mutagen.id3.TPE2(3, both), mutagen.id3.TPOS(3, "2/3")):
            tags.add(frame)
        tags.save(path)
    elif kind is M4A:
        file = mutagen.mp4.MP4(path)
        file["\xa9ART"], file["aART"], file["disk"] = both, both, [(2, 3)]
        file.save()
    else:
        file = mutagen.File(path)
        file.update(artist=both, albumartist=both, discnumber="2/3")
        file.save()
    read = read_tags(path)
    assert (read.artist, read.album_artist, read.disc_number) == ("Lena Ahl; Omar Reyes", "Lena Ahl; Omar Reyes", 2)


@pytest.mark.parametrize("kind", [FLAC, OGG, OPUS], ids=str)
def test_vorbis_comments(kind: Format, tmp_path: Path) -> None:
    path = tone(tmp_path, kind)
    file = mutagen.File(path)
    file.update(
        artist=BJORK.artist, albumartist=BJORK.album_artist, title=BJORK.title, album=BJORK.album,
        genre=list(BJORK.genres), date="1997", tracknumber="2",
    )  # fmt: skip
    file.save()
    check(path)


def test_mp4(tmp_path: Path) -> None:
    path = tone(tmp_path, M4A)
    file = mutagen.mp4.MP4(path)
    file["\xa9ART"], file["aART"], file["\xa9nam"] = BJORK.artist, BJORK.album_artist, BJORK.title
    file["\xa9alb"], file["\xa9gen"], file["\xa9day"] = BJORK.album, list(BJORK.genres), "1997-09-22T07:00:00Z"
    file["trkn"] = [(2, 10)]
    file.save()
    check(path)


@pytest.mark.parametrize(
    "kind", [Format(".wv", codec="wavpack", container="wv"), Format(".tta", codec="tta", container="tta"), MP3], ids=str
)
def test_ape_tags(kind: Format, tmp_path: Path) -> None:
    path = tone(tmp_path, kind)
    tags = mutagen.apev2.APEv2()
    tags.update({
        "Artist": BJORK.artist, "Album Artist": BJORK.album_artist, "Title": BJORK.title, "Album": BJORK.album,
        "Genre": list(BJORK.genres), "Year": "1997", "Track": "2/10",
    })  # fmt: skip
    tags.save(path)
    check(path)


def test_wav_and_asf(tmp_path: Path) -> None:
    path = tone(tmp_path, WAV)
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(mutagen.id3.TPE1(3, BJORK.artist))
    file.save()
    assert read_tags(path).artist == BJORK.artist
    path = tone(tmp_path, Format(".wma", codec="wmav2", container="asf"))
    file = mutagen.File(path)
    file.update({"Author": BJORK.artist, "Title": BJORK.title, "WM/Genre": list(BJORK.genres), "WM/Year": "1997"})
    file["WM/PartOfSet"] = "2/3"
    file.save()
    assert read_tags(path).disc_number == 2
    assert set(read_tags(path).genres) == set(BJORK.genres)
    assert (read_tags(path).artist, read_tags(path).title, read_tags(path).year) == (BJORK.artist, BJORK.title, 1997)


def test_a_wrong_suffix_does_not_hide_tags(tmp_path: Path) -> None:
    path = tone(tmp_path, FLAC)
    file = mutagen.flac.FLAC(path)
    file["artist"] = "Air"
    file.save()
    assert read_tags(path.rename(tmp_path / "wrong.m4a")).artist == "Air"


def test_names_fill_the_gaps_and_say_so(tmp_path: Path) -> None:
    path = tone(tmp_path, FLAC, "03 - Air - La femme d'argent.flac")
    file = mutagen.flac.FLAC(path)
    file["artist"] = "AIR"
    file.save()
    tags = read_tags(path)
    assert (tags.artist, tags.title, tags.track_number) == ("AIR", "La femme d'argent", 3)
    assert tags.sources == {"artist": TAG, "title": FILE_NAME, "track_number": FILE_NAME}


def test_placeholders_count_as_missing(tmp_path: Path) -> None:
    path = tone(tmp_path, FLAC, "Air - Kelly.flac")
    file = mutagen.flac.FLAC(path)
    file.update(
        artist="Unknown Artist",
        albumartist="Various Artists",
        album="Unbekanntes Album",
        genre=["Other", "Genre inconnu"],
    )
    file.save()
    tags = read_tags(path)
    assert (tags.artist, tags.album_artist, tags.album, tags.genres) == ("Air", "", "", ())


def test_the_genre_folder_fills_in(tmp_path: Path) -> None:
    (tmp_path / "world_folk" / "album").mkdir(parents=True)
    path = tone(tmp_path / "world_folk" / "album", FLAC, "Artist ~ Title.flac")
    tags = read_tags(path, root=tmp_path)
    assert (tags.artist, tags.title, tags.genres) == ("Artist", "Title", ("world folk",))
    assert tags.sources["genres"] == FOLDER
    assert read_tags(path).genres == ()
    for artist in ("Abba", "Air", "Massive Attack"):
        (tmp_path / artist).mkdir()
    assert read_tags(path, root=tmp_path).genres == ()


def test_hostile_tags_are_tamed(tmp_path: Path) -> None:
    path = tone(tmp_path, FLAC)
    file = mutagen.flac.FLAC(path)
    file.update(
        artist="A\u202egnp.exe\x1b[2J\x00B", title="x" * 1_000_000, genre=[f"genre {n}" for n in range(5000)],
        date="year 99999999999999999999", tracknumber="-1e9", album="\ud7ff\U0010ffff\n\n\t",
    )  # fmt: skip
    file.save()
    tags = read_tags(path)
    assert tags.artist == "A gnp.exe [2J B"
    assert len(tags.title) == MAX_LENGTH
    assert len(tags.genres) == 16
    assert (tags.year, tags.track_number) == (None, None)


@pytest.mark.parametrize("content", [b"", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2", b"fLaC\xff\xff\xff\xff", b"OggS" * 9])
def test_damaged_tags_fall_back_to_the_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Air - Kelly.mp3"
    path.write_bytes(content)
    assert (read_tags(path).artist, read_tags(path).title) == ("Air", "Kelly")
    assert read_tags(tmp_path / "gone" / "07 Kelly.mp3").track_number == 7


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("BjÃ¶rk", "Björk"),
        ("Áåäà", "Беда"),
        ("Ãðàæäàíñêàÿ îáîðîíà", "Гражданская оборона"),
        ("Mötley Crüe", "Mötley Crüe"),
        ("Æon", "Æon"),
        ("Ñ", "Ñ"),
        ("Пикник", "Пикник"),
        ("Cafe\u0301", "Café"),
        ("caf\udce9", "café"),
        ("\udcca\udce8\udced\udcee", "Кино"),
        ("\ud800", "\ufffd"),
        ("\U0001f469\u200d\U0001f3a4", "\U0001f469\u200d\U0001f3a4"),
    ],
)
def test_broken_encodings_are_repaired_where_that_is_safe(written: str, meant: str) -> None:
    assert clean(written) == meant


@given(st.text(alphabet=st.characters(), max_size=600))
def test_clean_text_is_always_fit(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert cleaned == " ".join(cleaned.split())
    assert len(cleaned) <= MAX_LENGTH
    assert cleaned.isprintable() or "\u200d" in cleaned or any(not c.isprintable() and ord(c) > 0x9F for c in cleaned)
