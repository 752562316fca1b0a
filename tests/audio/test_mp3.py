"""A clip of an MP3 is that of the whole decode, wherever its frames are known, and whatever surrounds them."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sounds import Format, Signal, rising_tone, write

from resona.audio.libsndfile import SoundFileReader
from resona.audio.mp3 import Mp3, find_frame, read_mp3
from resona.audio.source import OpenedSource

SECONDS = 4.0
CBR = Format(".mp3", codec="libmp3lame", sample_rate=44100, container="mp3")
BARE = ("write_xing", "0")
KINDS = {
    "128": replace(CBR, codec_option=("b", "128000")),
    "192": replace(CBR, codec_option=("b", "192000")),
    "320": replace(CBR, codec_option=("b", "320000")),
    "320 bare": replace(CBR, codec_option=("b", "320000"), container_option=BARE),
    "48 kHz": replace(CBR, sample_rate=48000),
    "MPEG-2": replace(CBR, sample_rate=22050, codec_option=("b", "32000")),
    "MPEG-2.5": replace(CBR, sample_rate=8000, codec_option=("b", "16000")),
    "average": replace(CBR, codec_option=("abr", "1")),
    "average bare": replace(CBR, codec_option=("abr", "1"), container_option=BARE),
    "variable, by libsndfile": Format(".mp3", "MPEG_LAYER_III", sample_rate=44100),
}


def music(sample_rate: int, n_channels: int) -> Signal:
    """Noise that comes and goes, so that frames lend each other bits; a little different in each channel."""
    rng = np.random.default_rng(0)
    shape = (n_channels, round(SECONDS * sample_rate))
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * np.arange(shape[1]) / sample_rate)
    common = rng.normal(0, 0.15, shape[1])
    return (swell**4 * (common + rng.normal(0, 0.02, shape))).astype(np.float32)


def differences(path: Path) -> list[float]:
    """Compare clips with the whole decode; by libmpg123's own seeks they are at most as near."""
    whole = soundfile.read(path, dtype="float32", always_2d=True)[0].mean(axis=1)
    found = []
    with OpenedSource(path) as opened:
        reader = SoundFileReader(opened)
        last = min(reader.duration_seconds, SECONDS) - 1  # a length that is not declared is a guess
        for start in (0.8 * last, 0.0, 0.2 * last, 0.55 * last, last):
            samples = np.concatenate(list(reader.blocks(start, reader.sample_rate))).mean(axis=1)
            first = round(start * reader.sample_rate)
            assert len(samples) == reader.sample_rate
            found.append(float(np.abs(samples - whole[first : first + len(samples)]).max()))
    return found


def frames_of(path: Path) -> Mp3 | None:
    with path.open("rb", buffering=0) as file:
        return read_mp3(file, soundfile.info(path).frames)


@pytest.mark.parametrize(
    ("name", "n_channels"), [*((name, 2) for name in KINDS), ("128", 1), ("MPEG-2", 1), ("MPEG-2.5", 1), ("average", 1)]
)
def test_a_clip_is_that_of_the_whole_decode(name: str, n_channels: int, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = write(tmp_path / "a.mp3", music(kind.sample_rate, n_channels), kind)
    assert frames_of(path) is not None
    assert max(differences(path)) < 1e-6


def test_frames_of_a_few_bytes_lean_on_many_before_them(tmp_path: Path) -> None:
    kind = Format(".mp3", "MPEG_LAYER_III", sample_rate=22050)
    path = write(tmp_path / "a.mp3", rising_tone(SECONDS, 22050), kind)
    assert frames_of(path) is not None
    assert max(differences(path)) < 1e-6


@pytest.mark.parametrize("name", ["192", "320 bare", "average"])
def test_tags_around_the_audio_change_nothing(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = write(tmp_path / "a.mp3", music(kind.sample_rate, 2), kind)
    picture = b"\xff\xfb\x90\x64" * 50_000  # looks like headers
    size = bytes(len(picture) >> shift & 0x7F for shift in (21, 14, 7, 0))
    ape = b"APETAGEX" + b"".join(number.to_bytes(4, "little") for number in (2000, 32, 0, 0)) + bytes(8)
    content = path.read_bytes()
    content = content[content.index(b"\xff\xfb") :]  # without FFmpeg's tag
    plain = differences(path)
    path.write_bytes(b"ID3\x04\0\0" + size + picture + content + ape + b"TAG" + bytes(125))
    assert frames_of(path) is not None
    assert max(plain + differences(path)) < 1e-6


def test_frames_of_one_bit_rate_are_found_without_reading_those_before(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", music(44100, 2), KINDS["192"])
    known = frames_of(path)
    assert known is not None
    walked = replace(known, mean_bytes=0.0)
    content = path.read_bytes()
    blank = content[: known.first_byte] + bytes(60_000) + content[known.first_byte + 60_000 :]
    with path.open("rb", buffering=0) as file:
        assert all(find_frame(file, known, number) == find_frame(file, walked, number) for number in range(0, 150, 7))
    path.write_bytes(blank)
    with path.open("rb", buffering=0) as file:
        place = find_frame(file, known, 140)
        assert place is not None
        assert content[place : place + 2] == known.lead
        assert find_frame(file, walked, 140) is None


@pytest.mark.parametrize("name", ["192", "320 bare", "average"])
def test_what_is_not_as_it_should_be_is_left_to_libmpg123(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    content = write(tmp_path / "a.mp3", music(kind.sample_rate, 2), kind).read_bytes()
    known = frames_of(tmp_path / "a.mp3")
    assert known is not None
    for file in (
        io.BytesIO(content[: len(content) // 2]),
        io.BytesIO(content[:20_000] + b"junk" * 1001 + content[20_000:]),
        io.BytesIO(content[:20_000] + content[21_000:]),
    ):
        assert find_frame(file, replace(known, mean_bytes=0.0), 150) is None
    assert read_mp3(io.BytesIO(b"\xff\xfb\x00\x00" * 500), 100_000) is None  # no bit rate
    assert read_mp3(io.BytesIO(b"\xff\xfd\x90\x00" * 500), 100_000) is None  # layer II
    assert read_mp3(io.BytesIO(b"OggS" + content), 100_000) is None
    if name != "320 bare":
        assert read_mp3(io.BytesIO(content), 100_000) is None  # the frames are counted, and are not so many
