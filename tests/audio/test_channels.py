"""Channels that extinguish each other are heard all the same; so are coded streams in lossless files."""

import re
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sounds import FLAC, M4A, MP3, OGG, OPUS, WAV, Format, heard_at, rising_tone, write, write_tone

from resona.audio import Clips, content_hash, decode_clips
from resona.audio.channels import Downmix


def hear(path: Path) -> Clips:
    return decode_clips(path, n_clips=3, clip_seconds=5.0, sample_rate=22050)


def check(path: Path, *, late_seconds: float = 0.0, duration_seconds: float = 36.0) -> Clips:
    """Each clip is the rising tone at its place, loud and clear."""
    clips = hear(path)
    assert clips.duration_seconds == pytest.approx(duration_seconds, abs=0.1)
    assert not clips.is_truncated
    for start, samples in zip(clips.starts_seconds, clips.samples, strict=True):
        assert heard_at(samples, 22050) == pytest.approx((start - late_seconds) % 36, abs=0.06)
        assert 0.1 < float(samples.std()) < 0.4
    return clips


RIGHT, REARS = (1, -1), (1, 1, 0, 0, -1, -1)


@pytest.mark.parametrize(
    ("kind", "signs"),
    [(FLAC, RIGHT), (MP3, RIGHT), (OGG, RIGHT), (M4A, RIGHT), (OPUS, RIGHT), (WAV, REARS), (OGG, REARS)],
)
def test_an_inverted_channel_silences_nothing(kind: Format, signs: tuple[int, ...], tmp_path: Path) -> None:
    levels = np.array(signs, dtype=np.float32)[:, None]
    samples = rising_tone(18, kind.sample_rate, len(signs)) * levels
    check(write(tmp_path / f"tone{kind.suffix}", samples, kind), duration_seconds=18)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ("a a", "heard"),
        ("a b", "heard"),  # unrelated
        ("a 0", "heard"),
        ("0 0 a 0 0 0", "heard"),
        ("0 0", "heard"),
        ("a -a", "cancelled"),
        ("a -.9a", "cancelled"),
        ("a+s s-a", "cancelled"),  # what is left of it is what was meant to be the side
        ("a b c 0 -a -b", "cancelled"),
    ],
)
def test_what_counts_as_cancelled(columns: str, what: str) -> None:
    a, b, c = np.random.default_rng(0).normal(0, 0.1, (3, 8000)).astype(np.float32)
    names = {"a": a, "b": b, "c": 0.5 * c, "0": 0 * a, "-a": -a, "-b": -b, "-.9a": -0.9 * a}
    names |= {"a+s": a + 0.3 * b, "s-a": 0.3 * b - a}
    downmix = Downmix()
    list(downmix.average([np.stack([names[name] for name in columns.split()], axis=1)]))
    assert downmix.is_cancelled == (what == "cancelled")


@pytest.fixture(scope="module")
def streams(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tone as the streams that a player sends to a receiver."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg's program, which writes DTS, is not installed")
    folder = tmp_path_factory.mktemp("streams")
    source = write(folder / "tone.wav", rising_tone(36, 44100, 2), Format(".wav", "PCM_16", sample_rate=44100))
    found = {}
    dts = "-c:a dca -strict -2 -f dts -b:a"
    for name, options in (("dts", f"{dts} 1411200"), ("14 bits", f"{dts} 1152000"), ("ac3", "-c:a ac3 -f spdif")):
        command = ["ffmpeg", "-v", "error", "-i", str(source), *options.split(), str(folder / name)]
        subprocess.run(command, check=True)
        found[name] = (folder / name).read_bytes()
    found["14 bits"] = b"".join(map(in_14_bits, re.split(rb"(?=\x7f\xfe\x80\x01)", found["14 bits"])))
    return found


def in_14_bits(frame: bytes) -> bytes:
    """Spread a frame of 512 samples over as many pairs of words that only use 14 of their 16 bits."""
    stream = np.unpackbits(np.frombuffer(frame, np.uint8))
    bits = np.pad(stream, (0, -len(stream) % 14)).reshape(-1, 14)
    words = np.packbits(np.hstack([bits[:, :1], bits[:, :1], bits]), axis=1)  # the sign is repeated
    return words.tobytes().ljust(2048, b"\0") if frame else b""


@pytest.mark.parametrize(
    ("name", "order", "suffix", "lead_seconds"),
    [
        ("dts", ">i2", ".wav", 0),  # as on a CD
        ("dts", "<i2", ".wav", 0),
        ("14 bits", ">i2", ".wav", 0),
        ("14 bits", "<i2", ".flac", 3),
        ("dts", ">i2", ".flac", 3),
        ("dts", ">i2", ".aiff", 0),
        ("ac3", "<i2", ".wav", 0),
        ("ac3", "<i2", ".flac", 3),
    ],
)
def test_a_coded_stream_is_decoded(
    name: str, order: str, suffix: str, lead_seconds: int, streams: dict[str, bytes], tmp_path: Path
) -> None:
    content = streams[name]
    samples = np.frombuffer(content[: len(content) // 4 * 4], order).reshape(-1, 2).astype(np.int16)
    lead = np.zeros((44100 * lead_seconds, 2), dtype=np.int16)
    soundfile.write(tmp_path / f"coded{suffix}", np.concatenate([lead, samples]), 44100)
    check(tmp_path / f"coded{suffix}", late_seconds=lead_seconds, duration_seconds=36 + lead_seconds)


@pytest.mark.parametrize("kind", [OGG, OPUS], ids=str)
@pytest.mark.parametrize("links", ["ab", "aa", "aaab", "silence, a"])
def test_every_stream_of_a_chained_ogg_is_heard(kind: Format, links: str, tmp_path: Path) -> None:
    other = kind if kind is OPUS else replace(kind, sample_rate=32000)
    parts = {"a": write_tone(tmp_path, kind).read_bytes(), "b": write_tone(tmp_path, other).read_bytes()}
    if "silence" in links:
        silence = np.zeros((1, 45 * kind.sample_rate), dtype=np.float32)
        parts["silence"] = write(tmp_path / f"link{kind.suffix}", silence, kind).read_bytes()
    names = links.split(", ") if "," in links else list(links)
    path = tmp_path / f"chained{kind.suffix}"
    path.write_bytes(b"".join(parts[name] for name in names))
    if "silence" in names:
        assert len(check(path, late_seconds=45, duration_seconds=81).samples) == 1
    else:
        assert len(check(path, duration_seconds=36 * len(names)).samples) == 3


def unknown_length(path: Path, kind: str) -> None:
    """Write what a program writes to a pipe, where it cannot go back and fill in the length."""
    samples = (rising_tone(36, 22050)[0] * 32767).astype("<i2")
    little, body = samples.tobytes(), samples.astype(">i2").tobytes()
    fmt = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 22050, 44100, 2, 16)
    comm = b"COMM" + struct.pack(">IhIh", 18, 1, 0, 16) + bytes.fromhex("400dac44000000000000")
    caf = b"caff\0\1\0\0desc" + struct.pack(">Qd4sIIIII", 32, 22050, b"lpcm", 0, 2, 1, 1, 16)
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, 0, 0, 0, 0)
    files = {
        "zero.wav": b"RIFF\0\0\0\0WAVE" + fmt + b"data\0\0\0\0" + little,
        "most.wav": b"RIFF\xff\xff\xff\xffWAVE" + fmt + b"data\xff\xff\xff\xff" + little,
        "zero.rf64": b"RF64\xff\xff\xff\xffWAVE" + ds64 + fmt + b"data\xff\xff\xff\xff" + little,
        "zero.aiff": b"FORM\0\0\0\0AIFF" + comm + b"SSND\0\0\0\0" + bytes(8) + body,
        "most.caf": caf + b"data" + b"\xff" * 8 + bytes(4) + body,
        "zero.caf": caf + b"data" + bytes(12) + body,
        "zero.au": b".snd" + struct.pack(">IIIII", 24, 0, 3, 22050, 1) + body,
        "most.au": b".snd" + struct.pack(">IIIII", 24, 0xFFFFFFFF, 3, 22050, 1) + body,
    }
    if kind == "zero.flac":
        content = bytearray(write(path, rising_tone(36, 22050), FLAC).read_bytes())
        content[21] &= 0xF0
        content[22:26] = bytes(4)
        path.write_bytes(content)
    else:
        path.write_bytes(files[kind])


@pytest.mark.parametrize(
    "kind",
    ["zero.wav", "most.wav", "zero.rf64", "zero.aiff", "most.caf", "zero.caf", "zero.au", "most.au", "zero.flac"],
)
def test_an_unknown_length_is_no_damage(kind: str, tmp_path: Path) -> None:
    unknown_length(tmp_path / kind, kind)
    check(tmp_path / kind)
    samples = decode_clips((tmp_path / kind).read_bytes(), n_clips=1, clip_seconds=5, sample_rate=22050).samples
    assert heard_at(samples[0], 22050) == pytest.approx(15.5, abs=0.06)
    other = tmp_path / f"other-{kind}"
    content = bytearray((tmp_path / kind).read_bytes())
    content[len(content) // 2 :] = content[: len(content) // 2 - 1 : -1]
    other.write_bytes(content)
    assert content_hash(other) != content_hash(tmp_path / kind)
