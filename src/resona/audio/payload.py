"""Is this the same audio as before, whatever the file is called and however it is tagged?

Tags lie around or between the audio: ID3v2 before it, ID3v1, Lyrics3 and APE behind it, metadata blocks, atoms or
chunks beside it. `payload_span` finds the bytes that are the audio itself; `content_hash` samples them. Nothing is
decoded, so a moved or re-tagged file is recognised in a fraction of a millisecond, on any machine and with any version
of the decoders. Damaged files have a payload too: whatever is left after the tags that could be understood.

References
----------
.. [1] ID3v2 and ID3v1: https://id3.org; APE tags: https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
.. [2] FLAC: RFC 9639; Ogg: RFC 3533; ISO base media files: ISO/IEC 14496-12; RIFF and AIFF: EA IFF 85.
"""

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Literal

SAMPLED_AT = (0.0, 0.2, 0.5, 0.8)  # near the clips, so that the decoder finds these bytes in memory
BLOCK_BYTES = 16_384
WHOLE_BYTES = 1 << 20  # of one block where all bytes are read
TWIN = "~"  # between the two parts of `whole_hash`

_MAX_STEPS = 4096  # tags, blocks, atoms or pages that are looked at before giving up
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_OGG_HEADER_BYTES = 27
_OGG_PAGE_BYTES = 65_307  # at the most
_OGG_LAST = 4  # flag of the page that ends a stream
_OGG_HEADER_POSITIONS = {bytes(8), b"\xff" * 8}
_SOUND_CHUNKS = {b"mdat", b"data", b"SSND"}
_FARTHEST = 1 << 40  # hostile sizes lead nowhere


def content_hash(path: Path) -> str:
    """Identify the audio of a file by 32 hex digits that survive renaming and re-tagging.

    Four blocks of the payload and its length are hashed. Two files with equal hashes hold the same encoded audio,
    unless they differ between the sampled blocks only: `is_same_audio` tells, and `whole_hash` names them apart. The
    same recording encoded twice has two hashes.

    Parameters
    ----------
    path
        Any file; what is no known format counts as payload from end to end.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     bare, tagged = Path(folder, "a"), Path(folder, "b")
    ...     _ = bare.write_bytes(b"audio" * 1000)
    ...     _ = tagged.write_bytes(b"audio" * 1000 + b"TAG" + bytes(125))
    ...     content_hash(bare) == content_hash(tagged)
    True
    """
    with path.open("rb", buffering=0) as file:
        return _sampled(file)


def whole_hash(source: Path | bytes) -> str:
    """Name the audio of a file by all of its bytes: `content_hash`, `TWIN` and 16 hex digits more.

    Parameters
    ----------
    source
        A file, or what is in one.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a")
    ...     _ = path.write_bytes(b"audio" * 100_000)
    ...     whole_hash(path).partition(TWIN)[0] == content_hash(path)
    True
    """
    digest = hashlib.blake2b(digest_size=8)
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb", buffering=0) as file:
        name = _sampled(file)
        for block in _blocks(file):
            digest.update(block)
    return f"{name}{TWIN}{digest.hexdigest()}"


def is_same_audio(a: Path, b: Path) -> bool:
    """Compare the audio of two files, byte for byte, whatever their tags are.

    Raises
    ------
    OSError
        If one cannot be read.
    """
    with a.open("rb", buffering=0) as one, b.open("rb", buffering=0) as other:
        return all(x == y for x, y in zip_longest(_blocks(one), _blocks(other)))


def _sampled(file: BinaryIO) -> str:
    digest = hashlib.blake2b(digest_size=16)
    start, end = payload_span(file)
    digest.update(str(end - start).encode())
    for fraction in SAMPLED_AT:
        digest.update(_block(file, start + int(fraction * (end - start)), end))
    return digest.hexdigest()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    start, end = payload_span(file)
    for offset in range(start, end, WHOLE_BYTES):
        yield _block(file, offset, end, WHOLE_BYTES)


def payload_span(file: BinaryIO) -> tuple[int, int]:
    """Find where the audio itself starts and ends.

    Parameters
    ----------
    file
        Opened for reading, seekable; its position is changed.

    Returns
    -------
    Two byte offsets, ``0 <= start <= end``; the whole file if nothing is left without the tags.

    Examples
    --------
    >>> import io
    >>> payload_span(io.BytesIO(b"ID3" + bytes([4, 0, 0, 0, 0, 0, 20]) + bytes(20) + b"audio"))
    (30, 35)
    """
    start, size = _without_leading_tags(file), file.seek(0, os.SEEK_END)
    end = size
    head = read_at(file, start, 16)
    if head.startswith(b"fLaC"):
        start = _after_flac_blocks(file, start + 4)
    elif head.startswith(b"OggS"):
        start = _after_ogg_headers(file, start)
    elif head == _ASF_HEADER:
        start += int.from_bytes(read_at(file, start + 16, 8), "little")
    elif head.startswith(b"DSD "):
        start, end = start + 28, int.from_bytes(read_at(file, start + 20, 8), "little") or end
    elif head.startswith(b".snd"):
        start += int.from_bytes(head[4:8], "big")
    elif head[4:8] == b"ftyp":
        return _largest(atoms(file, start), start, end)
    elif head.startswith((b"RIFF", b"RF64", b"FORM")):
        return _largest(chunks(file, start, "big" if head.startswith(b"FORM") else "little"), start, end)
    end = min(end, _without_trailing_tags(file, size))
    return (start, end) if start < end else (0, size)


def lacks_end(file: BinaryIO) -> bool:
    """Say whether an Ogg stream stops before the page that is marked as its last; other formats do not tell.

    Parameters
    ----------
    file
        Opened for reading, seekable; its position is changed.

    Examples
    --------
    >>> import io
    >>> lacks_end(io.BytesIO(b"OggS" + bytes(23))), lacks_end(io.BytesIO(b"OggS" + bytes([0, 4]) + bytes(21)))
    (True, False)
    """
    if read_at(file, _without_leading_tags(file), 4) != b"OggS":
        return False
    tail = read_at(file, file.seek(0, os.SEEK_END) - _OGG_PAGE_BYTES, _OGG_PAGE_BYTES)
    page = tail[tail.rfind(b"OggS") :]
    return len(page) < _OGG_HEADER_BYTES or not page[5] & _OGG_LAST


def read_at(file: BinaryIO, offset: int, n_bytes: int) -> bytes:
    """Read some bytes of a file, fewer at its end."""
    file.seek(min(max(offset, 0), _FARTHEST))
    return file.read(n_bytes)


def _without_leading_tags(file: BinaryIO) -> int:
    offset = 0
    for _ in range(_MAX_STEPS):
        header = read_at(file, offset, 10)
        if len(header) < 10 or not header.startswith(b"ID3"):
            break
        has_footer = bool(header[5] & 0x10)
        offset += 10 + syncsafe(header[6:]) + 10 * has_footer
    return offset


def syncsafe(digits: bytes) -> int:
    r"""Read a number of which each byte holds seven bits.

    Examples
    --------
    >>> syncsafe(b"\0\0\1\0")
    128
    """
    number = 0
    for digit in digits:
        number = number << 7 | digit & 0x7F
    return number


def _without_trailing_tags(file: BinaryIO, end: int) -> int:
    for _ in range(_MAX_STEPS):
        shorter = end
        if read_at(file, end - 128, 3) == b"TAG":
            shorter -= 128
        tail = read_at(file, shorter - 32, 32)
        if len(tail) < 32:
            pass  # a file that is shorter than a footer has none
        elif tail.startswith(b"APETAGEX"):
            has_header = bool(tail[23] & 0x80)
            shorter -= int.from_bytes(tail[12:16], "little") + 32 * has_header
        elif tail.endswith(b"LYRICS200") and tail[17:23].isdigit():
            shorter -= 15 + int(tail[17:23])
        if not 0 < shorter < end:
            break
        end = shorter
    return end


def _after_flac_blocks(file: BinaryIO, offset: int) -> int:
    for _ in range(_MAX_STEPS):
        header = read_at(file, offset, 4)
        offset += 4 + int.from_bytes(header[1:], "big")
        if len(header) < 4 or header[0] & 0x80:  # the last one
            break
    return offset


def _after_ogg_headers(file: BinaryIO, offset: int) -> int:
    """Skip the pages before the first that counts samples: a codec's headers have position 0, or −1 if they go on."""
    for _ in range(_MAX_STEPS):
        header = read_at(file, offset, _OGG_HEADER_BYTES)
        if len(header) < _OGG_HEADER_BYTES or header[6:14] not in _OGG_HEADER_POSITIONS:
            break
        offset += _OGG_HEADER_BYTES + header[26] + sum(file.read(header[26]))
    return offset


def atoms(file: BinaryIO, offset: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk an MP4's atoms: name, start and size of the content."""
    for _ in range(_MAX_STEPS):
        header = read_at(file, offset, 16)
        size, length = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, length = int.from_bytes(header[8:], "big"), 16
        if len(header) < 8 or 0 < size < length:
            break
        size = size or sys.maxsize - offset  # 0: to the end of the file
        yield header[4:8], offset + length, size - length
        offset += size


def chunks(file: BinaryIO, offset: int, order: Literal["big", "little"]) -> Iterator[tuple[bytes, int, int]]:
    """Walk the chunks of a RIFF or AIFF file: name, start and size of the content."""
    offset += 12
    for _ in range(_MAX_STEPS):
        header = read_at(file, offset, 8)
        if len(header) < 8:
            break
        size = int.from_bytes(header[4:], order)
        if not size and header[:4] in _SOUND_CHUNKS:  # written before it was known how long it would be
            size = sys.maxsize - offset
        yield header[:4], offset + 8, size
        offset += 8 + size + size % 2


def _largest(parts: Iterator[tuple[bytes, int, int]], start: int, end: int) -> tuple[int, int]:
    """Choose the longest part that holds audio; the whole file if there is none."""
    spans = [(begin, min(begin + size, end)) for name, begin, size in parts if name in _SOUND_CHUNKS]
    return max(spans, key=lambda span: span[1] - span[0], default=(start, end))


def _block(file: BinaryIO, offset: int, end: int, n_bytes: int = BLOCK_BYTES) -> bytes:
    """Read a block without the page numbers and checksums that re-tagging changes in every page of an Ogg file."""
    margin = _OGG_HEADER_BYTES
    begin = max(offset - margin, 0)
    data = bytearray(read_at(file, begin, min(n_bytes + margin + offset, end) - begin))
    page = data.find(b"OggS")
    while page >= 0:
        data[page + 18 : page + 26] = bytes(len(data[page + 18 : page + 26]))
        page = data.find(b"OggS", page + 4)
    return bytes(data[offset - begin :][:n_bytes])
