"""What Resona writes, it and others read."""

import io
from pathlib import Path

import mutagen.mp3
import numpy as np
import pytest
import soundfile
from sounds import heard_at, rising_tone

from resona.audio import decode_clips, encode_mp3, read_tags, write_audio
from resona.errors import AudioError, UnsupportedAudioError
from resona.tracks import Tags

TAGS = Tags(
    artist="Ærtist", title="Tïtle 日本 🎸", album="Ålbum", genres=("Rock", "Drum & Bass"), year=1999, track_number=7
)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".wav"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_sound_and_tags_come_back(suffix: str, n_channels: int, tmp_path: Path) -> None:
    sample_rate = 48000 if suffix == ".opus" else 44100
    path = tmp_path / f"tone{suffix}"
    write_audio(path, rising_tone(12, sample_rate, n_channels), sample_rate, TAGS)
    tags = read_tags(path)
    for field in ("artist", "title", "album", "genres", "year", "track_number"):
        assert getattr(tags, field) == getattr(TAGS, field)
    clips = decode_clips(path, n_clips=1, clip_seconds=10, sample_rate=22050)
    assert clips.duration_seconds == pytest.approx(12, abs=0.02)
    assert heard_at(clips.samples[0], 22050) == pytest.approx(1.0, abs=0.02)
    assert np.abs(clips.samples[0]).max() == pytest.approx(0.5, abs=0.03)
    assert soundfile.info(path).channels == n_channels


def test_mp3_tags_are_readable_by_others(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.mp3", rising_tone(1, 44100), 44100, TAGS)
    assert str(mutagen.File(tmp_path / "a.mp3")["TIT2"]) == TAGS.title


def test_a_vector_and_no_tags_will_do(tmp_path: Path) -> None:
    write_audio(tmp_path / "plain.flac", rising_tone(1, 22050)[0], 22050)
    assert read_tags(tmp_path / "plain.flac").title == "plain"


def test_the_same_signal_gives_the_same_mp3(tmp_path: Path) -> None:
    for name in ("a.mp3", "b.mp3"):
        write_audio(tmp_path / name, rising_tone(2, 44100, 2), 44100, TAGS)
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()


@pytest.mark.parametrize("bitrate_kbps", [64, 128])
def test_encoding_in_memory(bitrate_kbps: int) -> None:
    content = encode_mp3(rising_tone(20, 44100, 2), 44100, bitrate_kbps=bitrate_kbps)
    assert len(content) == pytest.approx(20 * bitrate_kbps * 125, rel=0.02)
    clips = decode_clips(content, n_clips=1, clip_seconds=10, sample_rate=22050)
    assert heard_at(clips.samples[0], 22050) == pytest.approx(5.0, abs=0.02)
    assert mutagen.File(io.BytesIO(content)).info.bitrate_mode == mutagen.mp3.BitrateMode.CBR


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    tone = rising_tone(1, 44100)
    with pytest.raises(UnsupportedAudioError, match=r"cannot be written: known are \.mp3"):
        write_audio(tmp_path / "a.xyz", tone, 44100)
    with pytest.raises(UnsupportedAudioError, match="one or two channels, not 6"):
        write_audio(tmp_path / "a.mp3", rising_tone(1, 44100, 6), 44100)
    with pytest.raises(UnsupportedAudioError, match="cannot be written"):
        write_audio(tmp_path / "a.opus", tone, 44100)
    with pytest.raises(AudioError, match="cannot be written: No such file or directory"):
        write_audio(tmp_path / "missing" / "a.flac", tone, 44100)
    with pytest.raises(UnsupportedAudioError, match="cannot be encoded"):
        encode_mp3(tone, 12345, bitrate_kbps=64)
