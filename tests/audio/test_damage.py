"""A damaged file gives what can still be heard, or one clear sentence; nothing else, whatever is done to it."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sounds import FLAC, FORMATS, M4A, MP3, OGG, OPUS, VBR_MP3, WAV, Format, heard_at, write_tone

from resona.audio import Clips, content_hash, decode_clips, read_cover, read_tags
from resona.errors import AudioError, DecodeError, EmptyAudioError, UnsupportedAudioError

FAST_START_M4A = Format(
    ".m4a", codec="aac", container="mp4", codec_option=("aac_coder", "fast"), container_option=("movflags", "faststart")
)


def hear(path: Path) -> Clips:
    return decode_clips(path, n_clips=3, clip_seconds=10, sample_rate=22050)


def damaged(folder: Path, kind: Format, *, keep: float = 1.0, junk_at: float = 1.0, junk_part: float = 0.02) -> Path:
    """Write a tone of 36 seconds, of which a part is cut off or overwritten."""
    path = write_tone(folder, kind)
    content = bytearray(path.read_bytes())
    start = round(junk_at * len(content))
    end = min(start + round(junk_part * len(content)), len(content))
    content[start:end] = np.random.default_rng(0).integers(0, 256, end - start, dtype=np.uint8).tobytes()
    path.write_bytes(content[: round(keep * len(content))])
    return path


def test_what_is_no_audio_is_refused_with_a_reason(tmp_path: Path) -> None:
    empty, text, picture = tmp_path / "empty.mp3", tmp_path / "text.mp3", tmp_path / "picture.ogg"
    empty.touch()
    text.write_text("no music here\n" * 500)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    with pytest.raises(EmptyAudioError, match=r"empty\.mp3.*is empty \(0 bytes\)"):
        hear(empty)
    for path in (text, picture):
        with pytest.raises(UnsupportedAudioError, match="is not audio, or not in a format that Resona reads"):
            hear(path)
    with pytest.raises(DecodeError, match="cannot be read: No such file"):
        hear(tmp_path / "missing.mp3")
    with pytest.raises(UnsupportedAudioError, match="is not a regular file"):
        hear(tmp_path)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    with pytest.raises(UnsupportedAudioError, match="is not a regular file"):
        hear(tmp_path / "pipe.mp3")


def test_a_forbidden_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tone(tmp_path, WAV)
    path.chmod(0)
    if os.geteuid() == 0:  # who may read everything
        monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(DecodeError, match="cannot be read: Permission denied"):
        hear(path)


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "silent.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 16
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), dtype=np.uint8))
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(UnsupportedAudioError, match="holds no audio"):
        hear(path)


def test_copy_protection_is_named(tmp_path: Path) -> None:
    path = write_tone(tmp_path, M4A)
    content = path.read_bytes()
    entry = content.index(b"mp4a", content.index(b"stsd"))
    path.write_bytes(content[:entry] + b"drms" + content[entry + 4 :])
    with pytest.raises(UnsupportedAudioError, match="copy-protected"):
        hear(path)


@pytest.mark.parametrize(
    "kind", [FLAC, MP3, VBR_MP3, OGG, OPUS, FAST_START_M4A, Format(".wma", codec="wmav2", container="asf")], ids=str
)
def test_of_half_a_file_half_is_heard_and_it_is_said(kind: Format, tmp_path: Path) -> None:
    clips = hear(damaged(tmp_path, kind, keep=0.5))
    assert clips.is_truncated
    assert clips.duration_seconds == pytest.approx(18, abs=3)
    assert clips.starts_seconds == (0.0,)
    assert len(clips.samples[0]) / 22050 == pytest.approx(clips.duration_seconds, rel=0.1)
    assert heard_at(clips.samples[0], 22050, at_seconds=15) == pytest.approx(15, abs=0.1)


def test_half_a_file_that_declares_no_length_is_just_shorter(tmp_path: Path) -> None:
    assert hear(damaged(tmp_path, WAV, keep=0.5)).duration_seconds == pytest.approx(18, abs=3)


@pytest.mark.parametrize("kind", [OGG, M4A], ids=str)
def test_a_file_without_its_index_is_damaged(kind: Format, tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="is damaged or incomplete"):
        hear(damaged(tmp_path, kind, keep=0.05))


@pytest.mark.parametrize("kind", [FLAC, MP3, VBR_MP3, OGG, OPUS, M4A], ids=str)
def test_junk_in_the_middle_is_skipped(kind: Format, tmp_path: Path) -> None:
    clips = hear(damaged(tmp_path, kind, junk_at=0.5))
    assert len(clips.samples) == 3
    assert clips.duration_seconds == pytest.approx(36, abs=1)
    assert clips.is_truncated == (kind in {FLAC, MP3, VBR_MP3})  # the others resynchronise without a word
    assert heard_at(clips.samples[0], 22050) == pytest.approx(clips.starts_seconds[0], abs=0.06)


def test_junk_before_an_mp3_is_skipped(tmp_path: Path) -> None:
    path = write_tone(tmp_path, MP3)
    path.write_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n" + path.read_bytes())
    assert hear(path).duration_seconds == pytest.approx(36, abs=0.1)


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (22, (400).to_bytes(2, "little"), "400 channels"),
        (24, (4_000_000).to_bytes(4, "little"), "4000000 Hz"),
    ],
)
def test_absurd_headers_set_no_memory_aside(offset: int, value: bytes, reason: str, tmp_path: Path) -> None:
    path = write_tone(tmp_path, WAV)
    content = bytearray(path.read_bytes())
    content[offset : offset + len(value)] = value
    path.write_bytes(content)
    with pytest.raises(UnsupportedAudioError, match=reason):
        hear(path)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([kind for kind in FORMATS if kind.sample_rate == 22050]),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=30),
    keep=st.floats(0, 1),
)
def test_no_mutation_escapes_as_another_error(
    kind: Format, places: list[tuple[float, int]], keep: float, tmp_path: Path
) -> None:
    path = write_tone(tmp_path, kind)
    content = bytearray(path.read_bytes())
    for place, value in places:
        # half of them among the headers
        content[int(place * 600) if value % 2 else int(place * (len(content) - 1))] = value
    path.write_bytes(content[: int(keep * len(content))])
    content_hash(path)
    read_tags(path)
    read_cover(path)
    try:
        clips = hear(path)
    except AudioError as error:
        assert error.reason  # noqa: PT017 # some mutations are harmless, so it may raise or not
    else:
        assert len({samples.shape for samples in clips.samples}) == 1
        assert all(np.isfinite(samples).all() and np.ptp(samples) > 0 for samples in clips.samples)


def test_decoders_can_be_silenced(tmp_path: Path) -> None:
    path = damaged(tmp_path, MP3, junk_at=0.4, junk_part=0.3)
    program = (
        "import sys; from pathlib import Path; from resona.audio import decode_clips, silence_decoders\n"
        "if sys.argv[2:]: silence_decoders()\n"
        "decode_clips(Path(sys.argv[1]), n_clips=3, clip_seconds=10, sample_rate=22050)\n"
        "print('heard', file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, str(path)]
    loud = subprocess.run(command, check=True, capture_output=True).stderr
    quiet = subprocess.run([*command, "quiet"], check=True, capture_output=True).stderr
    assert len(loud) > len(quiet)
    assert quiet == b"heard\n"
