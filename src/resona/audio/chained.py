"""Where does one Ogg stream end and the next begin, and how are streams heard as one?

Radio stations and encoders that go on in the same file write one stream behind the other. Decoders take the first for
the whole. Other formats: `resona.audio.joined`.

References
----------
.. [1] RFC 3533, section 4: chaining.
"""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import takewhile
from typing import BinaryIO

from resona.audio.channels import Channels
from resona.audio.ffmpeg import PyAvReader
from resona.audio.libsndfile import SoundFileReader
from resona.audio.source import FilePart, OpenedSource, Reader
from resona.errors import AudioError, DecodeError

MAX_LINKS = 1000

_PAGE = b"OggS\0"
_FIRST_PAGE = re.compile(rb"OggS\0[\x02\x03\x06\x07]")  # its flags say that a stream begins
_HEADER_BYTES = 27
_NO_POSITION = (1 << 64) - 1
_N_PROBES = 8
_PROBE_BYTES = 1 << 13
_LAST_BYTES = 1 << 16  # a page is hardly longer
_STEP_BYTES = 1 << 20


def find_links(file: BinaryIO) -> list[tuple[int, int]]:
    """Find the streams of a chained Ogg file.

    Parameters
    ----------
    file
        Opened for reading, seekable; its position is changed. Most files are judged by a few of their pages.

    Returns
    -------
    First byte of each, and the first behind it; none if the file is no Ogg, or one stream from end to end.

    Examples
    --------
    >>> import soundfile, numpy as np
    >>> one = io.BytesIO()
    >>> soundfile.write(one, np.sin(np.arange(8000)), 8000, format="OGG")
    >>> find_links(one), len(find_links(io.BytesIO(one.getvalue() * 2)))
    ([], 2)
    """
    file.seek(0)
    if file.read(len(_PAGE)) != _PAGE or not _seems_chained(file):
        return []
    starts = _starts(file)
    ends = [*starts[1:], file.seek(0, io.SEEK_END)]
    return list(zip(starts, ends, strict=True)) if 1 < len(starts) <= MAX_LINKS else []


class ChainedReader:
    """A `Reader` of several streams, one behind the other; each is read by what reads it best.

    Raises
    ------
    DecodeError
        If none of them can be opened.
    """

    def __init__(self, opened: OpenedSource, links: list[tuple[int, int]]) -> None:
        self._closing = ExitStack()
        readers = (_open(opened, start, end) for start, end in links)
        self._readers = [self._closing.enter_context(closing(reader)) for reader in readers if reader]
        if not self._readers:
            raise DecodeError(opened.path, "is damaged: none of its streams can be opened")
        self.sample_rate = self._readers[0].sample_rate
        self.duration_seconds = sum(reader.duration_seconds for reader in self._readers)

    def blocks(self, start_seconds: float, n_samples: int) -> Iterator[Channels]:
        """Yield blocks, see `Reader`."""
        for reader in self._readers:
            if start_seconds < reader.duration_seconds and n_samples > 0:
                n_here = round((reader.duration_seconds - start_seconds) * self.sample_rate)
                yield from _at_rate(reader, start_seconds, min(n_here, n_samples), self.sample_rate)
                n_samples -= n_here
            start_seconds = max(start_seconds - reader.duration_seconds, 0.0)

    def is_plausible(self, position_seconds: float) -> bool:  # noqa: ARG002 # Ogg counts its samples
        """Believe the duration, see `Reader`."""
        return True

    def close(self) -> None:
        """Let go of the decoders."""
        self._closing.close()


def _open(opened: OpenedSource, start: int, end: int) -> Reader | None:
    link = OpenedSource(FilePart(opened.file, start, end))
    link.path = opened.path
    measured, is_guess = partial(PyAvReader, with_measure=True), False
    for open_reader in (SoundFileReader, PyAvReader, measured):
        try:
            reader: Reader = open_reader(link)
        except AudioError:
            continue
        is_guess = reader.is_length_guessed if isinstance(reader, SoundFileReader) else is_guess
        if reader.duration_seconds > 0 and not (is_guess and open_reader is not measured):
            return reader
        reader.close()
    return None


def _at_rate(reader: Reader, start_seconds: float, n_samples: int, sample_rate: int) -> Iterator[Channels]:
    """Read a stream; one of another sample rate is changed."""
    if reader.sample_rate == sample_rate:
        yield from reader.blocks(start_seconds, n_samples)
        return
    import soxr

    n_there = round(n_samples * reader.sample_rate / sample_rate)
    for block in reader.blocks(start_seconds, n_there):
        yield soxr.resample(block, reader.sample_rate, sample_rate)


def _seems_chained(file: BinaryIO) -> bool:
    """Look at pages across the file: are they of the streams that begin it, and do they count up?"""
    n_bytes = file.seek(0, io.SEEK_END)
    file.seek(0)
    serials = {_serial(page) for page in takewhile(lambda page: page[5] & 2, _pages(file.read(_LAST_BYTES)))}
    reached = dict.fromkeys(serials, 0)
    for probe in range(1, _N_PROBES + 1):
        n_read = _PROBE_BYTES if probe < _N_PROBES else _LAST_BYTES
        file.seek(max(n_bytes * probe // _N_PROBES - n_read, 0))
        for page in _pages(file.read(n_read)):
            serial, position = _serial(page), int.from_bytes(page[6:14], "little")
            if serial not in serials or position < reached[serial]:
                return True
            if position != _NO_POSITION:
                reached[serial] = position
    return False


def _pages(content: bytes) -> Iterator[bytes]:
    """Yield the headers of the pages in some bytes."""
    place = content.find(_PAGE)
    while 0 <= place <= len(content) - _HEADER_BYTES:
        yield content[place : place + _HEADER_BYTES]
        place = content.find(_PAGE, place + _HEADER_BYTES)


def _serial(page: bytes) -> bytes:
    return page[14:18]


def _starts(file: BinaryIO) -> list[int]:
    """Find where streams begin behind others; those that begin side by side are one link."""
    starts: list[int] = []
    side = -1  # where a page would begin that begins a stream beside the last
    for place in _first_pages(file):
        if place != side:
            starts.append(place)
        file.seek(place)
        header = file.read(_HEADER_BYTES)
        side = place + _HEADER_BYTES + header[26] + sum(file.read(header[26]))
    return starts


def _first_pages(file: BinaryIO) -> list[int]:
    places: list[int] = []
    base, content = 0, b""
    while True:
        file.seek(base + len(content))
        step = file.read(_STEP_BYTES)
        content += step
        places += [base + found.start() for found in _FIRST_PAGE.finditer(content)]
        if not step or len(places) > 2 * MAX_LINKS:
            return sorted(set(places))
        tail = content[-_HEADER_BYTES:]
        base, content = base + len(content) - len(tail), tail
