"""How does a part of a file become a file of its own? For players, which know nothing of cue sheets.

Sound goes through unchanged where it can: 16 or 24 bits as the file has them, all channels, its own sample rate.
"""

import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio.channels import Channels
from resona.audio.ffmpeg import PyAvReader
from resona.audio.libsndfile import SoundFileReader
from resona.audio.source import OpenedSource, Reader
from resona.errors import AudioError, DecodeError, UnsupportedAudioError

MAX_SECONDS = 2 * 3600.0
MAX_CHANNELS = 8  # of FLAC
MAX_SAMPLE_RATE = 655_350  # of FLAC, in Hz
LOSSLESS = frozenset({".aif", ".aiff", ".ape", ".caf", ".flac", ".tak", ".tta", ".w64", ".wav", ".wv"})


def cut_flac(path: Path, start_seconds: float, end_seconds: float | None) -> bytes:
    """Write a part of a file as FLAC.

    Parameters
    ----------
    path
        The file.
    start_seconds, end_seconds
        Where the part begins and ends; None is the end of the file.

    Returns
    -------
    The content of a FLAC file.

    Raises
    ------
    AudioError
        If the file cannot be read, or the part is empty or longer than two hours.

    Examples
    --------
    >>> import soundfile, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "album.wav")
    ...     soundfile.write(path, np.arange(80, dtype=np.int16).repeat(2).reshape(80, 2), 8000)
    ...     part, rate = soundfile.read(io.BytesIO(cut_flac(path, 0.001, 0.002)), dtype="int16")
    >>> rate, part[:, 1]
    (8000, array([ 8,  9, 10, 11, 12, 13, 14, 15], dtype=int16))
    """
    openers: tuple[Callable[[OpenedSource], Reader], ...] = (SoundFileReader, PyAvReader)
    errors: list[AudioError] = []
    with closing(OpenedSource(path)) as opened:
        for open_reader in openers:
            try:
                with closing(open_reader(opened)) as reader:
                    return _written(path, reader, start_seconds, end_seconds)
            except AudioError as error:
                errors.append(error)
    raise errors[-1]


def _written(path: Path, reader: Reader, start_seconds: float, end_seconds: float | None) -> bytes:
    import soundfile

    end = reader.duration_seconds if end_seconds is None else end_seconds
    n_samples = round((end - start_seconds) * reader.sample_rate)
    if not 0 < n_samples <= MAX_SECONDS * reader.sample_rate:
        raise UnsupportedAudioError(path, f"a part of {end - start_seconds:.1f} s cannot be cut out of it")
    blocks = reader.blocks(start_seconds, n_samples)
    first = next(blocks, None)
    if first is None or not len(first):
        raise DecodeError(path, "holds nothing where this part begins")
    if first.shape[1] > MAX_CHANNELS or reader.sample_rate > MAX_SAMPLE_RATE:
        raise UnsupportedAudioError(path, "FLAC holds neither so many channels nor so high a sample rate")
    content, n_bits = io.BytesIO(), _n_bits(path, first)
    with soundfile.SoundFile(content, "w", reader.sample_rate, first.shape[1], f"PCM_{n_bits}", format="FLAC") as sound:
        sound.write(_integers(first, n_bits))
        for block in blocks:
            if block.shape[1:] == first.shape[1:]:  # of a stream that changes its channels, the first kind is kept
                sound.write(_integers(block, n_bits))
    return content.getvalue()


def _n_bits(path: Path, samples: Channels) -> int:
    """Keep 24 bits of what has them and lost nothing: 16 are enough for a lossy format, in a third of the space."""
    is_finer = bool((np.modf(samples * np.float32(1 << 15))[0] != 0).any())
    return 24 if is_finer and path.suffix.lower() in LOSSLESS else 16


def _integers(samples: Channels, n_bits: int) -> NDArray[np.int32] | NDArray[np.int16]:
    """Undo the decoder's scaling exactly; libsndfile's own would be one off for loud samples."""
    half = 1 << (n_bits - 1)
    values = np.clip(np.rint(np.nan_to_num(samples).astype(np.float64) * half), -half, half - 1)
    return values.astype(np.int16) if n_bits == 16 else values.astype(np.int32) << 8
