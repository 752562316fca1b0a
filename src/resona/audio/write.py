"""How is a signal written as a music file? For the demonstration's songs and for tests of robustness.

Conventions: signals are float32 of shape (n_channels, n_samples) or (n_samples,), in −1…1. libsndfile writes all but
MP3, whose tags it would write in the wrong encoding: FFmpeg's libraries with LAME do that.
"""

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from resona.audio.source import BLOCK_SAMPLES
from resona.errors import AudioError, UnsupportedAudioError
from resona.tracks import Tags

MP3_KBPS = 192

_SUBTYPES = {".wav": "PCM_16", ".flac": "PCM_16", ".ogg": "VORBIS", ".opus": "OPUS", ".aiff": "PCM_16"}


def write_audio(path: Path, samples: NDArray[np.float32], sample_rate: int, tags: Tags | None = None) -> None:
    """Write a signal as WAV, FLAC, Ogg Vorbis, Opus, AIFF or MP3 (192 kb/s), as the path's suffix says.

    Parameters
    ----------
    path
        Where; its folder exists.
    samples
        Shape (n_channels, n_samples) or (n_samples,); what is beyond −1…1 is clipped.
    sample_rate
        In Hz.
    tags
        Title, artist, album, genres, year and track number are written; AIFF keeps only the first two.

    Raises
    ------
    UnsupportedAudioError
        If the suffix is unknown, or the format cannot hold such a signal.
    AudioError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from resona.audio import read_tags
    >>> tone = np.sin(np.arange(22050) / 10).astype(np.float32)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "tone.mp3")
    ...     write_audio(path, tone, 22050, Tags(artist="Сплин", genres=("Rock", "Pop")))
    ...     read_tags(path).artist, read_tags(path).genres
    ('Сплин', ('Rock', 'Pop'))
    """
    fields = _fields(tags or Tags())
    suffix = path.suffix.lower()
    try:
        if suffix == ".mp3":
            with path.open("wb") as file:
                _write_mp3(file, np.atleast_2d(samples), sample_rate, MP3_KBPS, fields)
        elif suffix in _SUBTYPES:
            _write_sound(path, np.atleast_2d(samples), sample_rate, fields)
        else:
            raise UnsupportedAudioError(path, f"cannot be written: known are .mp3, {', '.join(_SUBTYPES)}")
    except OSError as error:
        raise AudioError(path, f"cannot be written: {error.strerror or error}") from error
    except ValueError as error:
        raise UnsupportedAudioError(path, f"cannot be written: {error}") from error


def encode_mp3(samples: NDArray[np.float32], sample_rate: int, *, bitrate_kbps: int) -> bytes:
    """Encode a signal as MP3 of a constant bit rate; `resona.audio.decode_clips` takes the bytes.

    Parameters
    ----------
    samples, sample_rate
        As for `write_audio`, mono or stereo.
    bitrate_kbps
        Such as 64.

    Returns
    -------
    The content of an MP3 file.

    Raises
    ------
    UnsupportedAudioError
        If MP3 has no such sample rate, bit rate or number of channels.

    Examples
    --------
    >>> len(encode_mp3(np.zeros((2, 44100), dtype=np.float32), 44100, bitrate_kbps=64)) // 1000
    8
    """
    file = io.BytesIO()
    try:
        _write_mp3(file, np.atleast_2d(samples), sample_rate, bitrate_kbps, {})
    except (OSError, ValueError) as error:
        raise UnsupportedAudioError("audio stream", f"cannot be encoded: {error}") from error
    return file.getvalue()


def _fields(tags: Tags) -> dict[str, str]:
    fields = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "genre": "; ".join(tags.genres),
        "date": str(tags.year or ""),
        "tracknumber": str(tags.track_number or ""),
    }
    return {name: text for name, text in fields.items() if text}


def _write_sound(path: Path, samples: NDArray[np.float32], sample_rate: int, fields: dict[str, str]) -> None:
    import soundfile

    subtype = _SUBTYPES[path.suffix.lower()]
    container = {".ogg": "OGG", ".opus": "OGG"}.get(path.suffix.lower())
    try:
        with (
            path.open("wb") as file,
            soundfile.SoundFile(
                file, "w", sample_rate, len(samples), subtype, format=container or path.suffix[1:]
            ) as sound,
        ):
            for name, text in fields.items():
                setattr(sound, name, text)
            for start in range(0, samples.shape[1], BLOCK_SAMPLES):  # libvorbis keeps each write on the stack
                sound.write(samples[:, start : start + BLOCK_SAMPLES].T)
    except soundfile.SoundFileError as error:
        raise UnsupportedAudioError(path, f"cannot be written: {error}") from error


def _write_mp3(
    file: BinaryIO, samples: NDArray[np.float32], sample_rate: int, bitrate_kbps: int, fields: dict[str, str]
) -> None:
    import av

    if len(samples) > 2:
        raise ValueError(f"MP3 holds one or two channels, not {len(samples)}")
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(file, "w", format="mp3") as container:
        container.metadata.update({"track" if name == "tracknumber" else name: text for name, text in fields.items()})
        stream = container.add_stream("libmp3lame", rate=sample_rate, layout=layout)
        stream.bit_rate = bitrate_kbps * 1000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, dtype=np.float32), "fltp", layout)
        frame.sample_rate = sample_rate
        for source in (frame, None):
            container.mux(stream.encode(source))
