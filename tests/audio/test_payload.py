"""The hash of the audio survives renaming and re-tagging, and nothing else."""

# mypy: disable-error-code="no-untyped-call"

import io
from pathlib import Path

import mutagen
import mutagen.apev2
import mutagen.id3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sounds import FLAC, FORMATS, M4A, MP3, OGG, OPUS, WAV, Format, write_tone

from resona.audio import content_hash
from resona.audio.payload import payload_span

WMA, AIFF = Format(".wma", codec="wmav2", container="asf"), Format(".aiff", "PCM_24")
WV = Format(".wv", codec="wavpack", container="wv")


@pytest.mark.parametrize("kind", [MP3, FLAC, OGG, OPUS, M4A, WMA, AIFF, WAV, WV], ids=str)
def test_retagging_and_renaming_change_nothing(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    hashes = {content_hash(path)}
    path = path.rename(tmp_path / "renamed.bin")
    for text in ("short", "long " * 20_000, "x"):  # 100 kB adds pages to an Ogg file and moves the data of an MP4
        file = mutagen.File(path)
        if file.tags is None:
            file.add_tags()
        if isinstance(file.tags, mutagen.id3.ID3):
            file.tags.add(mutagen.id3.TIT2(3, text))
        else:
            file["\xa9nam" if kind == M4A else "title"] = text
        file.save()
        hashes.add(content_hash(path))
    assert len(hashes) == 1
    file.delete()
    hashes.add(content_hash(path))
    assert len(hashes) == 1


def test_tags_before_and_behind_an_mp3(tmp_path: Path) -> None:
    path = write_tone(tmp_path, MP3)
    before = content_hash(path)
    tags = mutagen.apev2.APEv2()
    tags["Title"] = "x" * 1000
    tags.save(path)
    content = path.read_bytes()
    lyrics = b"LYRICSBEGIN" + b"LYR00005Hello" + b"000024LYRICS200"
    path.write_bytes(b"ID3\x04\x00\x10\x00\x00\x01\x00" + bytes(138) + content + lyrics + b"TAG" + bytes(125))
    assert content_hash(path) == before


@pytest.mark.parametrize("kind", FORMATS, ids=str)
def test_other_audio_has_another_hash(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    before, content = content_hash(path), bytearray(path.read_bytes())
    with path.open("rb") as file:
        start, end = payload_span(file)
    assert (end - start) > 0.9 * len(content) - 8192
    content[(start + end) // 2 + 100] ^= 1
    path.write_bytes(content)
    assert content_hash(path) != before
    path.write_bytes(content[:-5])
    assert content_hash(path) != before


def test_every_format_differs(tmp_path: Path) -> None:
    formats = [kind for kind in FORMATS if kind.suffix != ".m4b"]  # the same audio as .m4a
    hashes = {content_hash(write_tone(tmp_path, kind)) for kind in formats}
    assert len(hashes) == len(formats)
    assert all(len(digest) == 32 for digest in hashes)


def test_only_a_few_blocks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.truncate(1 << 33)
    assert content_hash(path) == content_hash(path)


@given(
    st.sampled_from(
        [b"", b"ID3", b"fLaC", b"OggS", b"RIFF", b"FORM", b"DSD ", b"0&\xb2u\x8ef\xcf\x11", b"\0\0\0\x20ftyp"]
    ),
    st.binary(max_size=300),
    st.sampled_from([b"", b"TAG" + bytes(125), b"APETAGEX" + b"\xff" * 24, b"999999LYRICS200"]),
)
@example(b"", b"APETAGEX", b"")
def test_any_bytes_have_a_payload(start: bytes, middle: bytes, end: bytes) -> None:
    content = start + middle + end
    first, last = payload_span(io.BytesIO(content))
    assert 0 <= first <= last <= len(content)
