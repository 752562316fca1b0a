"""Clips are cut where they should be, in every format, and what cannot be heard is refused with a reason."""

import io
import math
import struct
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from sounds import (
    FLAC,
    FORMATS,
    M4A,
    MP3,
    OGG,
    VBR_MP3_WITHOUT_LENGTH,
    WAV,
    Format,
    Signal,
    heard_at,
    rising_tone,
    write,
    write_tone,
)

from resona.audio import Clips, decode_clips, decode_span, plan_clips
from resona.audio.decode import MAX_WHOLE_SECONDS
from resona.errors import EmptyAudioError, UnsupportedAudioError


def hear(source: Path | bytes | BinaryIO, *, n_clips: int = 3, clip_seconds: float = 10.0) -> Clips:
    return decode_clips(source, n_clips=n_clips, clip_seconds=clip_seconds, sample_rate=22050)


@pytest.mark.parametrize("kind", FORMATS, ids=str)
def test_clips_are_centred_on_20_50_and_80_percent_in_every_format(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    clips = hear(path)
    assert clips.duration_seconds == pytest.approx(36, abs=0.1)
    assert not clips.is_truncated
    assert [len(samples) for samples in clips.samples] == [220_500] * 3
    for start, centre, samples in zip(clips.starts_seconds, (0.2, 0.5, 0.8), clips.samples, strict=True):
        assert start + 5 == pytest.approx(centre * 36, abs=0.1)
        # Encoders put up to 50 ms of silence first; players without their notes cannot know.
        assert heard_at(samples, 22050) == pytest.approx(start, abs=0.06)
        assert heard_at(samples, 22050, at_seconds=9.5) == pytest.approx(start + 9.5, abs=0.06)
        assert samples.dtype == np.float32


def test_the_one_bit_samples_of_a_dsf_file_are_heard(tmp_path: Path) -> None:
    tone = np.repeat(rising_tone(3, 22050)[0], 128)
    bits = np.random.default_rng(0).random(len(tone), dtype=np.float32) * 2 - 1 < tone  # the density is the signal
    data = np.packbits(bits, bitorder="little").tobytes()
    data += bytes(-len(data) % 4096)
    numbers = struct.pack("<6IQII", 1, 0, 1, 1, 2_822_400, 1, len(bits), 4096, 0)
    body = b"fmt " + struct.pack("<Q", 52) + numbers + b"data" + struct.pack("<Q", len(data) + 12) + data
    path = tmp_path / "tone.dsf"
    path.write_bytes(b"DSD " + struct.pack("<QQQ", 28, 28 + len(body), 0) + body)
    clips = decode_clips(path, n_clips=1, clip_seconds=2, sample_rate=22050)
    assert clips.duration_seconds == pytest.approx(3, abs=0.05)
    assert heard_at(clips.samples[0], 22050) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("kind", [WAV, FLAC, MP3, OGG, M4A], ids=str)
def test_seeking_gives_the_samples_of_a_full_decode(kind: Format, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 22050 * 33)).astype(np.float32)
    path = write(tmp_path / f"noise{kind.suffix}", noise, kind)
    whole = hear(path, n_clips=0).samples[0]
    clips = hear(path)
    for start, samples in zip(clips.starts_seconds, clips.samples, strict=True):
        first = round(start * 22050)
        np.testing.assert_allclose(samples, whole[first : first + len(samples)], atol=2e-4)


@pytest.mark.parametrize("sample_rate", [8000, 11025, 44100, 48000, 192_000])
def test_any_sample_rate_becomes_the_one_asked_for(sample_rate: int, tmp_path: Path) -> None:
    path = write_tone(tmp_path, Format(".flac", "PCM_16", sample_rate=sample_rate), 31)
    clips = hear(path)
    assert clips.samples[1].shape == (220_500,)
    assert heard_at(clips.samples[1], 22050) == pytest.approx(clips.starts_seconds[1], abs=0.01)


@pytest.mark.parametrize(
    ("kind", "n_channels"),
    [(WAV, 2), (WAV, 6), (FLAC, 6), (MP3, 2), (M4A, 2), (OGG, 6)],
    ids=str,
)
def test_channels_are_averaged(kind: Format, n_channels: int, tmp_path: Path) -> None:
    levels = np.linspace(1, 0.2, n_channels, dtype=np.float32)[:, None]
    path = write(tmp_path / f"tone{kind.suffix}", rising_tone(4, 22050, n_channels) * levels, kind)
    (samples,) = hear(path).samples
    assert np.abs(samples[2000:60000]).max() == pytest.approx(0.5 * 0.6, rel=0.1)


def test_a_short_track_is_one_clip_of_all_of_it(tmp_path: Path) -> None:
    clips = hear(write_tone(tmp_path, FLAC, 24.9))
    assert clips.starts_seconds == (0.0,)
    assert clips.samples[0].shape == (round(24.9 * 22050),)


def test_excerpts_of_thirty_seconds_are_three_clips_if_some_milliseconds_are_missing(tmp_path: Path) -> None:
    assert hear(write_tone(tmp_path, FLAC, 29.95)).starts_seconds == (0.99, 9.975, 18.96)


def test_a_second_is_enough_and_a_tenth_is_not(tmp_path: Path) -> None:
    assert hear(write_tone(tmp_path, WAV, 1)).samples[0].shape == (22050,)
    assert hear(write_tone(tmp_path, MP3, 1)).samples[0].shape == (22050,)
    with pytest.raises(EmptyAudioError, match=r"holds 0\.10 seconds of sound, 0\.5 are needed"):
        hear(write_tone(tmp_path, WAV, 0.1))


@pytest.mark.parametrize("kind", [FLAC, MP3, M4A], ids=str)
def test_a_span_is_what_was_asked_for(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    samples = decode_span(path, 12.5, 15.0, sample_rate=22050)
    assert samples.shape == (round(2.5 * 22050),)
    assert heard_at(samples, 22050) == pytest.approx(12.5, abs=0.06)
    assert len(decode_span(path, 34.0, None, sample_rate=22050)) == pytest.approx(44100, rel=0.05)
    with pytest.raises(EmptyAudioError, match=r"0\.00 seconds"):
        decode_span(path, 50.0, 60.0, sample_rate=22050)


def test_clips_of_a_cue_track_count_from_its_start(tmp_path: Path) -> None:
    path = write_tone(tmp_path, FLAC, 100)
    clips = decode_clips(path, n_clips=3, clip_seconds=5, sample_rate=22050, start_seconds=40, end_seconds=80)
    assert clips.duration_seconds == 40
    assert clips.starts_seconds == (5.5, 17.5, 29.5)
    assert heard_at(clips.samples[2], 22050) == pytest.approx(69.5, abs=0.01)


class Pipe(io.RawIOBase):
    """Bytes that can only be read once, like standard input."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._content.readinto(buffer)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


@pytest.mark.parametrize("kind", [MP3, M4A], ids=str)
def test_bytes_and_streams_are_heard_like_files(kind: Format, tmp_path: Path) -> None:
    path = write_tone(tmp_path, kind)
    expected = hear(path).samples
    with path.open("rb") as file:
        for source in (path.read_bytes(), file, cast("BinaryIO", Pipe(path.read_bytes()))):
            np.testing.assert_allclose(hear(source).samples, expected, atol=1e-6)


def test_the_suffix_is_not_trusted(tmp_path: Path) -> None:
    for kind, name in ((MP3, "a.flac"), (M4A, "b.mp3"), (FLAC, "c.m4a"), (WAV, "d.raw")):
        assert len(hear(write_tone(tmp_path, kind, name=name)).samples) == 3


@pytest.mark.parametrize(
    "name", ["emoji 🎸.flac", "two\nlines.flac", "a:b|c.flac", "-y.flac", "caf\udce9.flac", "%s.m4a"]
)
def test_any_file_name_can_be_opened(name: str, tmp_path: Path) -> None:
    kind = M4A if name.endswith("m4a") else FLAC
    assert hear(write_tone(tmp_path, kind, name=name)).duration_seconds == pytest.approx(36, abs=0.1)


def _sound(tmp_path: Path, samples: Signal, subtype: str = "FLOAT") -> Path:
    soundfile.write(tmp_path / "signal.wav", samples, 22050, subtype)
    return tmp_path / "signal.wav"


@pytest.mark.parametrize("level", [0.0, 0.25, 1e-5, math.nan, math.inf])
def test_constants_and_non_numbers_are_refused(level: float, tmp_path: Path) -> None:
    with pytest.raises(EmptyAudioError, match="nothing but silence"):
        hear(_sound(tmp_path, np.full(22050 * 33, level, dtype=np.float32)))


def test_a_silent_clip_is_left_out(tmp_path: Path) -> None:
    tone = rising_tone(60, 22050)[0].copy()
    tone[22050 * 20 : 22050 * 40] = 0
    clips = hear(_sound(tmp_path, tone))
    assert clips.starts_seconds == (7.0, 43.0)


def test_a_hidden_track_behind_silence_is_found(tmp_path: Path) -> None:
    tone = np.zeros(22050 * 120, dtype=np.float32)
    tone[-22050 * 12 :] = rising_tone(12, 22050)[0]
    clips = hear(_sound(tmp_path, tone))
    assert clips.starts_seconds == (110.0,)
    assert heard_at(clips.samples[0], 22050) == pytest.approx(2.0, abs=0.02)


def test_a_signal_out_of_scale_is_brought_back(tmp_path: Path) -> None:
    (samples,) = hear(_sound(tmp_path, rising_tone(5, 22050)[0] * np.float32(1e30))).samples
    assert np.abs(samples).max() == pytest.approx(1.0)
    (samples,) = hear(_sound(tmp_path, rising_tone(5, 22050)[0] * 3)).samples
    assert np.abs(samples).max() == pytest.approx(1.5, abs=0.01)


def test_the_length_of_a_variable_mp3_without_a_frame_count_is_measured(tmp_path: Path) -> None:
    noise = np.zeros((1, 22050 * 60), dtype=np.float32)
    noise[:, 22050 * 5 :] = np.random.default_rng(0).normal(0, 0.2, 22050 * 55)  # a quiet start misleads
    path = write(tmp_path / "vbr.mp3", noise, VBR_MP3_WITHOUT_LENGTH)
    assert abs(soundfile.info(path).duration - 60) > 5
    clips = hear(path)
    assert clips.duration_seconds == pytest.approx(60, abs=0.2)
    assert not clips.is_truncated


def test_three_hours_are_heard_in_little_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "long.wav"
    n_seconds, second = 3 * 3600, 4 * 44100
    with soundfile.SoundFile(path, "w", 44100, 2, "PCM_16") as sound:
        sound.write(np.zeros((1, 2)))
    header = bytearray(path.read_bytes()[:44])
    header[4:8] = (36 + n_seconds * second).to_bytes(4, "little")
    header[40:44] = (n_seconds * second).to_bytes(4, "little")
    with path.open("wb") as file:  # sparse: takes no space on the disk
        file.write(header)
        for centre in (0.2, 0.5, 0.8):
            file.seek(44 + round(centre * n_seconds) * second)
            file.write(np.random.default_rng(0).integers(-999, 999, 2 * 44100, dtype=np.int16).tobytes())
        file.truncate(44 + n_seconds * second)
    tracemalloc.start()
    clips = hear(path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert clips.duration_seconds == n_seconds
    assert len(clips.samples) == 3
    assert peak_bytes < 20e6


def test_a_whole_track_is_capped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert MAX_WHOLE_SECONDS * 22050 * 4 < 200e6
    monkeypatch.setattr("resona.audio.decode.MAX_WHOLE_SECONDS", 3.0)
    clips = hear(write_tone(tmp_path, FLAC), n_clips=0)
    assert clips.samples[0].shape == (3 * 22050,)
    assert clips.duration_seconds == 36


@given(
    duration_seconds=st.floats(0.5, 1e6),
    n_clips=st.integers(0, 24),
    clip_seconds=st.floats(1, 120),
)
def test_planned_clips_lie_inside_the_track(duration_seconds: float, n_clips: int, clip_seconds: float) -> None:
    plan = plan_clips(duration_seconds, n_clips=n_clips, clip_seconds=clip_seconds)
    assert len(plan) in {1, n_clips}
    assert plan == sorted(plan)
    assert all(start >= 0 and start + seconds <= duration_seconds + 0.001 for start, seconds in plan)
    assert len({seconds for _, seconds in plan}) == 1


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    target = write_tone(tmp_path, MP3, name="secret.mp3")
    for content in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:31\n#EXTINF:31,\n{target}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {target}\n",
    ):
        playlist = tmp_path / "playlist.mp3"
        playlist.write_text(content)
        with pytest.raises(UnsupportedAudioError, match="not audio, or not in a format"):
            hear(playlist)
