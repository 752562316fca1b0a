"""Files written one behind the other are heard as one, and coded frames in the samples of a WAV as what they say."""

import io
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from sounds import MP3, VBR_MP3, VBR_MP3_WITHOUT_LENGTH, Format, heard_at, rising_tone, write

from resona.audio import decode_clips
from resona.audio.joined import find_parts

CBR_MP3_WITHOUT_LENGTH = replace(MP3, container_option=("write_xing", "0"))
AAC = Format(".aac", codec="aac", container="adts", codec_option=("aac_coder", "fast"))
AC3, EAC3 = (Format(f".{name}", codec=name, container=name, sample_rate=48000) for name in ("ac3", "eac3"))
TAG = b"TAG" + bytes(125)
APE = b"APETAGEX" + struct.pack("<IIII", 2000, 2000, 1, 0xA0000000) + bytes(8)


def piece(folder: Path, kind: Format, begin: int, end: int, *, n_channels: int = 2) -> bytes:
    """A part of the rising tone, in seconds."""
    tone = rising_tone(36, kind.sample_rate, n_channels)[:, begin * kind.sample_rate : end * kind.sample_rate]
    path = write(folder / f"{begin}{kind.suffix}", tone, kind)
    return path.read_bytes()


def check(path: Path) -> None:
    clips = decode_clips(path, n_clips=3, clip_seconds=5.0, sample_rate=22050)
    assert clips.duration_seconds == pytest.approx(36, abs=0.25)
    assert not clips.is_truncated
    for start, samples in zip(clips.starts_seconds, clips.samples, strict=True):
        assert heard_at(samples, 22050) == pytest.approx(start, abs=0.25)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MP3, MP3),
        (VBR_MP3, VBR_MP3),
        (replace(MP3, sample_rate=44100), replace(MP3, sample_rate=48000)),
        (VBR_MP3, CBR_MP3_WITHOUT_LENGTH),
        (CBR_MP3_WITHOUT_LENGTH, replace(VBR_MP3, sample_rate=44100)),
        (replace(AAC, sample_rate=44100), AAC),
        (replace(AC3, sample_rate=44100), AC3),
    ],
    ids=str,
)
def test_joined_files_are_heard_as_one(first: Format, second: Format, tmp_path: Path) -> None:
    path = tmp_path / f"joined{first.suffix}"
    path.write_bytes(piece(tmp_path, first, 0, 9) + piece(tmp_path, second, 9, 24) + piece(tmp_path, first, 24, 36))
    check(path)


@pytest.mark.parametrize(
    "between", [TAG, APE + bytes(2000), TAG * 2, bytes(3000)], ids=["ID3v1", "APE", "two", "zeros"]
)
def test_tags_between_the_parts_are_passed_by(between: bytes, tmp_path: Path) -> None:
    path = tmp_path / "joined.mp3"
    path.write_bytes(piece(tmp_path, MP3, 0, 15) + between + piece(tmp_path, MP3, 15, 36) + TAG)
    check(path)


@pytest.mark.parametrize("kind", [MP3, VBR_MP3, VBR_MP3_WITHOUT_LENGTH, AAC, AC3], ids=str)
def test_one_stream_has_no_parts(kind: Format, tmp_path: Path) -> None:
    content = piece(tmp_path, kind, 0, 20)
    for altered in (content, content + TAG, content + bytes(50_000), content[: len(content) * 3 // 4]):
        assert find_parts(io.BytesIO(altered)) == []
    damaged = content[:50_000] + b"\xff\xfb" * 9000 + content[68_000:]
    assert find_parts(io.BytesIO(damaged)) == []


@pytest.mark.parametrize("kind", [AC3, EAC3], ids=str)
def test_coded_frames_in_the_samples_of_a_wav_are_decoded(kind: Format, tmp_path: Path) -> None:
    frames = piece(tmp_path, kind, 0, 36)
    form = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 2, 48000, 192000, 4, 16, b"data", len(frames))
    path = tmp_path / "coded.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(form) + len(frames)) + b"WAVE" + form + frames)
    check(path)
