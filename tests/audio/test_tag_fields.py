"""Moods and genres are written into files of every kind; nothing else changes, and it can be taken back."""

# mypy: disable-error-code="no-untyped-call"

import shutil
from pathlib import Path

import mutagen.id3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import FLAC, M4A, MP3, OGG, OPUS, WAV, Format, write_tone

from resona.audio import content_hash, read_fields, read_tags, take_difference, undo_difference, write_fields
from resona.errors import AudioError, UnsupportedAudioError

WMA, AIFF = Format(".wma", codec="wmav2", container="asf"), Format(".aiff", "PCM_24")
WV, TTA = Format(".wv", codec="wavpack", container="wv"), Format(".tta", codec="tta", container="tta")
LONG = ["calm", "sad " * 2000]  # takes more pages of an Ogg file, and moves the data of others


@pytest.mark.parametrize("kind", [MP3, FLAC, OGG, OPUS, M4A, WMA, AIFF, WAV, WV, TTA], ids=str)
def test_fields_are_written_and_taken_back_byte_for_byte(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    written, back = (path.with_name(f"{name}{path.suffix}") for name in ("written", "back"))
    assert read_fields(path) == {"genre": [], "mood": []}
    for moods in (["calm", "sad"], LONG):
        shutil.copy(path, written)
        write_fields(written, {"mood": moods, "genre": ["Rock", "Folk pop"]})
        told = read_fields(written)
        assert ["; ".join(told[field]) for field in ("mood", "genre")] == ["; ".join(moods), "Rock; Folk pop"]
        assert read_tags(written).genres == ("Rock", "Folk pop")
        assert content_hash(written) == content_hash(path)
        kept = take_difference(path, written)
        assert len(kept) < 2000
        undo_difference(written, kept, back)
        assert back.read_bytes() == path.read_bytes()
    write_fields(written, {"mood": []})
    assert not read_fields(written)["mood"]


def test_an_older_id3_tag_stays_one_and_id3v1_stays_as_it_is(tmp_path: Path) -> None:
    path = write_tone(tmp_path, MP3)
    tags = mutagen.id3.ID3()
    for frame in (mutagen.id3.TIT2(1, ["Ночь"]), mutagen.id3.TYER(1, ["1999"]), mutagen.id3.TCON(1, ["(17)"])):
        tags.add(frame)
    tags.save(path, v2_version=3, v1=2)
    old, before = path.read_bytes()[-128:], read_tags(path)
    assert read_fields(path) == {"genre": ["Rock"], "mood": []}
    write_fields(path, {"mood": ["calm", "sad"]})
    after = mutagen.id3.ID3(path, translate=False)
    assert (after.version, after["TXXX:MOOD"].text, after["TYER"].text) == ((2, 3, 0), ["calm; sad"], ["1999"])
    assert (path.read_bytes()[-128:], read_tags(path)) == (old, before)


def test_what_cannot_be_tagged_is_said(tmp_path: Path) -> None:
    text, damaged, gone = (tmp_path / name for name in ("a.txt", "a.flac", "gone.mp3"))
    text.write_text("no music")
    damaged.write_bytes(b"fLaC" + bytes(100))
    with pytest.raises(UnsupportedAudioError, match="files of this kind"):
        read_fields(text)
    for path in (damaged, gone):
        with pytest.raises(AudioError, match="its tags cannot be read"):
            write_fields(path, {"mood": ["calm"]})


@given(before=st.binary(max_size=200), after=st.binary(max_size=200), shared=st.binary(max_size=200))
def test_a_difference_turns_anything_back(
    before: bytes, after: bytes, shared: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    old, new, out = (folder / name for name in ("old", "new", "out"))
    for left, right in ((before + shared, after + shared), (shared + before, shared + after)):
        old.write_bytes(left)
        new.write_bytes(right)
        undo_difference(new, take_difference(old, new), out)
        assert out.read_bytes() == left


def test_a_difference_of_another_file_is_refused(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a" * 100)
    new.write_bytes(b"b" * 50)
    kept = take_difference(old, new)
    new.write_bytes(b"b")
    for difference in (kept, b"", kept[:-20]):
        with pytest.raises(ValueError, match=r"size|cannot be read"):
            undo_difference(new, difference, tmp_path / "out")
