"""Signals and files for the tests: a tone whose pitch tells the time, in every format that the two wheels can write."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Signal = NDArray[np.float32]

LOW_HZ, RISE_HZ = 300.0, 40.0  # the pitch at time t is LOW_HZ + RISE_HZ * t


@lru_cache(maxsize=8)
def rising_tone(seconds: float, sample_rate: int, n_channels: int = 1) -> Signal:
    """Shape (n_channels, n_samples); the same in every channel."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    tone = 0.5 * np.sin(2 * np.pi * (LOW_HZ * time + RISE_HZ / 2 * time**2))
    return np.tile(tone.astype(np.float32), (n_channels, 1))


def heard_at(samples: Signal, sample_rate: int, *, at_seconds: float = 0.0) -> float:
    """Tell from the pitch which time of `rising_tone` is heard at a place of a signal."""
    start = round(at_seconds * sample_rate)
    piece = samples[start : start + sample_rate // 2]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), n=1 << 18))
    peak_hz = float(spectrum.argmax()) * sample_rate / (1 << 18)
    return (peak_hz - LOW_HZ) / RISE_HZ - len(piece) / sample_rate / 2


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written: by libsndfile with a subtype, or by FFmpeg with a codec."""

    suffix: str
    subtype: str = ""
    codec: str = ""
    sample_rate: int = 22050
    container: str = ""
    codec_option: tuple[str, str] | None = None
    container_option: tuple[str, str] | None = None

    def __str__(self) -> str:
        options = [option[0] for option in (self.codec_option, self.container_option) if option]
        return "-".join([self.suffix[1:], self.subtype or self.codec, *options]).lower()


_FAST = ("aac_coder", "fast")
WAV, FLAC, OGG = Format(".wav", "PCM_16"), Format(".flac", "PCM_16"), Format(".ogg", "VORBIS")
MP3 = Format(".mp3", codec="libmp3lame", container="mp3")
VBR_MP3 = replace(MP3, codec_option=("abr", "1"))
VBR_MP3_WITHOUT_LENGTH = replace(VBR_MP3, container_option=("write_xing", "0"))
M4A = Format(".m4a", codec="aac", container="ipod", codec_option=_FAST)
OPUS = Format(".opus", codec="libopus", sample_rate=48000, container="opus")
FORMATS = [
    WAV,
    Format(".wav", "PCM_24"),
    Format(".wav", "PCM_U8"),
    Format(".wav", "FLOAT"),
    Format(".aiff", "PCM_24"),
    FLAC,
    Format(".flac", "PCM_24", sample_rate=96000),
    OGG,
    Format(".ogg", "OPUS", sample_rate=48000),
    Format(".mp3", "MPEG_LAYER_III"),
    Format(".w64", "PCM_16"),
    Format(".caf", "ALAC_16"),
    Format(".au", "PCM_16"),
    MP3,
    VBR_MP3,
    VBR_MP3_WITHOUT_LENGTH,
    M4A,
    Format(".m4a", codec="alac", container="ipod"),
    Format(".m4b", codec="aac", container="mp4", codec_option=_FAST),
    Format(".aac", codec="aac", container="adts", codec_option=_FAST),
    Format(".wma", codec="wmav2", container="asf"),
    OPUS,
    Format(".mka", codec="libopus", sample_rate=48000, container="matroska"),
    Format(".wv", codec="wavpack", container="wv"),
    Format(".tta", codec="tta", container="tta"),
    Format(".ac3", codec="ac3", sample_rate=44100, container="ac3"),
    Format(".mp2", codec="mp2", container="mp2"),
]


def write(path: Path, samples: Signal, kind: Format) -> Path:
    """Write a signal of shape (n_channels, n_samples)."""
    if kind.codec:
        _write_ffmpeg(path, samples, kind)
    else:
        container = "OGG" if kind.suffix in {".ogg", ".opus"} else kind.suffix[1:]
        with soundfile.SoundFile(path, "w", kind.sample_rate, len(samples), kind.subtype, format=container) as sound:
            for start in range(0, samples.shape[1], 1 << 16):
                sound.write(samples[:, start : start + (1 << 16)].T)
    return path


def write_tone(folder: Path, kind: Format, seconds: float = 36, *, name: str = "", n_channels: int = 1) -> Path:
    """Write `rising_tone`; what was encoded once is kept for the next test."""
    path = folder / (name or f"tone{kind.suffix}")
    path.write_bytes(_tone_bytes(kind, seconds, n_channels))
    return path


@lru_cache(maxsize=64)
def _tone_bytes(kind: Format, seconds: float, n_channels: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = write(Path(folder, f"tone{kind.suffix}"), rising_tone(seconds, kind.sample_rate, n_channels), kind)
        return path.read_bytes()


def _options(option: tuple[str, str] | None) -> dict[str, str]:
    return dict([option]) if option else {}


def _write_ffmpeg(path: Path, samples: Signal, kind: Format) -> None:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    with av.open(str(path), "w", format=kind.container, options=_options(kind.container_option)) as container:
        stream = container.add_stream(kind.codec, rate=kind.sample_rate, options=_options(kind.codec_option))
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(samples, "fltp", layout)
        frame.sample_rate = kind.sample_rate
        for source in (frame, None):
            container.mux(stream.encode(source))
