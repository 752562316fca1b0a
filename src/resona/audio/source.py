"""What is there to read, and who can read it?

`OpenedSource` is a file or a stream after the checks that need no decoder. `Reader` is what the decoders have in
common: `resona.audio.libsndfile` and `resona.audio.ffmpeg` implement it. Positions are seconds; signals are
blocks of a second or two, so that memory stays bounded whatever a file declares about itself.
"""

import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from resona.addresses import ELSEWHERE, RemotePath
from resona.audio.channels import Channels
from resona.errors import AudioError, DecodeError, EmptyAudioError, ReadError, UnsupportedAudioError

Source = Path | str | bytes | BinaryIO

BLOCK_SAMPLES = 1 << 17
PREROLL_SECONDS = 0.25  # lossy codecs lean on earlier frames: up to 0.15 s after a seek are wrong in some MP3s
MAX_STREAM_BYTES = 1 << 29  # of a source that cannot seek, such as standard input

_MAX_CHECKED_BYTES = 1 << 30
_DEVICE_ERRORS = {errno.EIO, errno.ENXIO, errno.ENODEV, errno.ETIMEDOUT, errno.ESTALE, errno.EHOSTDOWN, errno.ENOTCONN}
_MAX_CHANNELS = 64
_SAMPLE_RATES_HZ = range(1_000, 768_001)
_MAGIC = (
    b"ID3", b"fLaC", b"OggS", b"RIFF", b"FORM", b"MAC ", b"wvpk", b"MP+", b"MPCK", b"DSD ", b"0&\xb2u",
    b"\x1aE\xdf\xa3",
)  # fmt: skip


class Reader(Protocol):
    """One opened file, as the decoder sees it.

    Attributes
    ----------
    sample_rate
        In Hz.
    duration_seconds
        As the file declares it.
    """

    sample_rate: int
    duration_seconds: float

    def blocks(self, start_seconds: float, n_samples: int) -> Iterator[Channels]:
        """Yield `n_samples` samples from a position on, fewer where the audio ends.

        Raises
        ------
        DecodeError
            If the file is too damaged for this reader.
        """

    def is_plausible(self, position_seconds: float) -> bool:
        """Tell whether the declared duration fits what was read up to a position."""

    def close(self) -> None:
        """Let go of the decoder."""


class OpenedSource:
    """A file or a stream, opened for reading.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a binary file object; one that cannot seek is read into memory.

    Attributes
    ----------
    path
        For messages: the file, or a description of the stream.
    name
        The absolute path; None for a stream.
    file
        Opened for reading.
    is_suspect
        Set by a decoder to which the system reported an error: the disk or the share may be bad, rather than the file.

    Raises
    ------
    EmptyAudioError, UnsupportedAudioError, ReadError
        If it holds nothing, is no regular file, or cannot be read.

    Examples
    --------
    >>> OpenedSource(b"")
    Traceback (most recent call last):
        ...
    resona.errors.EmptyAudioError: 'audio stream': is empty (0 bytes)
    """

    def __init__(self, source: Source) -> None:
        if isinstance(source, RemotePath):
            raise ReadError(source, ELSEWHERE)
        self.name = Path(source).absolute() if isinstance(source, Path | str) else None
        self.path = Path(source) if isinstance(source, Path | str) else Path("audio stream")
        self.is_suspect = False
        try:
            self.file = self._open(source)
            n_bytes = self.file.seek(0, os.SEEK_END)
        except OSError as error:
            raise _read_error(self.path, error) from error
        if not n_bytes:
            self.close()
            raise EmptyAudioError(self.path, "is empty (0 bytes)")

    def _open(self, source: Source) -> BinaryIO:
        if isinstance(source, bytes):
            return io.BytesIO(source)
        if not isinstance(source, Path | str):
            return source if source.seekable() else io.BytesIO(source.read(MAX_STREAM_BYTES))
        if not stat.S_ISREG(self.path.stat().st_mode):  # opening a pipe would wait for its other end
            raise UnsupportedAudioError(self.path, "is not a regular file")
        return self.path.open("rb", buffering=0)

    def rewind(self) -> BinaryIO:
        """Give the file, at its start."""
        self.file.seek(0)
        return self.file

    def read_through(self) -> None:
        """Read the whole file, where an error of the disk or the share shows that decoders take for damage.

        Raises
        ------
        ReadError
            If there is one. If not, the file is in memory now, and what is read again has no such error.
        """
        self.is_suspect = False
        try:
            file = self.rewind()
            while file.tell() < _MAX_CHECKED_BYTES and file.read(1 << 20):
                continue
        except OSError as error:
            raise _read_error(self.path, error) from error

    def refusal(self) -> AudioError:
        """Say why no decoder opens it."""
        head = self.rewind().read(16)
        if head.startswith(_MAGIC) or head[4:8] == b"ftyp":
            return DecodeError(self.path, "is damaged or incomplete: its beginning is audio, the rest cannot be read")
        return UnsupportedAudioError(self.path, "is not audio, or not in a format that Resona reads")

    def close(self) -> None:
        """Let go of a file that was opened here."""
        if self.name is not None:
            self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class FilePart(io.BufferedReader):
    """The bytes of a file from one place to another, as a file.

    Examples
    --------
    >>> FilePart(io.BytesIO(b"head sound tail"), 5, 10).read()
    b'sound'
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        super().__init__(_RawPart(file, start, end))


class _RawPart(io.RawIOBase):
    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._size, self._position = file, start, end - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._position = max(offset + (0, self._position, self._size)[whence], 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._position)
        content = self._file.read(max(min(len(buffer), self._size - self._position), 0))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)


def check_limits(path: Path, *, sample_rate: int, n_channels: int) -> None:
    """Refuse what no music file has, before memory is set aside for it.

    Raises
    ------
    UnsupportedAudioError
        Naming the value.

    Examples
    --------
    >>> check_limits(Path("a.wav"), sample_rate=44100, n_channels=2)
    """
    if sample_rate not in _SAMPLE_RATES_HZ:
        raise UnsupportedAudioError(path, f"declares a sample rate of {sample_rate} Hz; 1,000 to 768,000 are read")
    if not 1 <= n_channels <= _MAX_CHANNELS:
        raise UnsupportedAudioError(path, f"declares {n_channels} channels; 1 to {_MAX_CHANNELS} are read")


def check_device(path: Path, error: OSError) -> None:
    """Tell an error of the disk or the share from one of the file.

    Raises
    ------
    ReadError
        If it is the disk's or the share's.

    Examples
    --------
    >>> check_device(Path("a.mp3"), FileNotFoundError(errno.ENOENT, "No such file or directory"))
    >>> check_device(Path("a.mp3"), OSError(errno.EIO, "Input/output error"))
    Traceback (most recent call last):
        ...
    resona.errors.ReadError: 'a.mp3': cannot be read: Input/output error
    """
    if error.errno in _DEVICE_ERRORS:
        raise _read_error(path, error) from error


def _read_error(path: Path, error: OSError) -> ReadError:
    return ReadError(path, f"cannot be read: {error.strerror or error}")
