"""Where do files end that were written one behind the other, and are a WAV's samples the frames of a codec?

An MP3 says in its first frame how long it is, and decoders believe it whatever follows; AAC and AC-3 say nothing, and
decoders go on at the rate of the first frame. AC-3 under the header of a WAV is noise.

References
----------
.. [1] MP3: http://gabriel.mp3-tech.org/mp3infotag.html; ADTS: ISO/IEC 13818-7, 6.2; AC-3: ETSI TS 102 366, 4.4 and E.1.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from resona.audio.chained import find_links
from resona.audio.mp3 import behind_side, frame_sizes
from resona.audio.payload import payload_span, read_at, syncsafe

MAX_PARTS = 1000

_N_PROBES = 8
_PROBE_BYTES = 1 << 13
_N_CHAINED = 4  # frames that join are no chance
_HEADER_BYTES = 8
_STEP_BYTES = 1 << 17
_LEAST_BYTES = 1 << 13  # of a part; what is less behind a stream is a remnant
_AC3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AC3_MOST, _EAC3_MOST = 10, 16  # `bsid` up to which a frame is one or the other


class Frames(NamedTuple):
    """Frames of a codec.

    Attributes
    ----------
    sync
        Their first byte.
    size
        Of a frame by its first eight bytes; 0 where that is no header.
    rate
        What stands for the sample rate.
    """

    sync: int
    size: Callable[[bytes], int]
    rate: Callable[[bytes], int]


def find_streams(file: BinaryIO) -> list[tuple[int, int]]:
    """Find the parts of a file that decoders would not hear as one: see `find_parts` and `find_links`."""
    return find_links(file) or find_parts(file)


def is_joined(path: Path) -> bool:
    """Whether a file is longer than it says, since others were written behind it.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        return len(find_streams(file)) > 1


def find_parts(file: BinaryIO) -> list[tuple[int, int]]:
    """Find the parts of a file that no decoder takes for one stream.

    Parameters
    ----------
    file
        Opened for reading, seekable; its position is changed. Most files are judged by a few of their bytes.

    Returns
    -------
    First byte of each, and the first behind it; none where the file is what it seems.

    Examples
    --------
    >>> import io
    >>> find_parts(io.BytesIO(b"no frames"))
    []
    """
    head = read_at(file, 0, _HEADER_BYTES)
    if head.startswith((b"OggS", b"fLaC")) or head.endswith(b"ftyp"):
        return []
    start, end = payload_span(file)
    head = read_at(file, start, _HEADER_BYTES)
    frames = next((frames for frames in (MP3, ADTS, AC3) if frames.size(head)), None)
    if frames is None or not _is_chain(file, frames, start):
        return []
    if frames is AC3 and read_at(file, 0, 4) in {b"RIFF", b"RF64"}:
        return [(start, end)]
    if frames is MP3 and _n_bytes(read_at(file, start, 1024)):
        return _declared(file, start, end)
    return _changing(file, frames, start, end)


def _mp3_size(header: bytes) -> int:
    sizes = frame_sizes(header)
    return sizes[header[2]] if sizes else 0


def _adts_size(header: bytes) -> int:
    if len(header) < _HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > _HEADER_BYTES else 0


def _ac3_size(header: bytes) -> int:
    if len(header) < _HEADER_BYTES or not header.startswith(b"\x0b\x77"):
        return 0
    rate, code, kind = header[4] >> 6, header[4] & 63, header[5] >> 3
    if kind > _AC3_MOST:
        return 2 * ((header[2] & 7) << 8 | header[3]) + 2 if kind <= _EAC3_MOST else 0
    if rate > 2 or code >> 1 >= len(_AC3_KBPS):
        return 0
    kbps = _AC3_KBPS[code >> 1]
    return (4 * kbps, 2 * (kbps * 96_000 // 44_100 + (code & 1)), 6 * kbps)[rate]


MP3 = Frames(0xFF, _mp3_size, lambda header: (header[1] & 0b11000) << 8 | header[2] & 0b1100)
ADTS = Frames(0xFF, _adts_size, lambda header: header[2] >> 2 & 15)
AC3 = Frames(0x0B, _ac3_size, lambda header: header[4] >> 6)


def _declared(file: BinaryIO, start: int, end: int) -> list[tuple[int, int]]:
    """Go from one MP3 to the next, as far as they say how long they are."""
    parts: list[tuple[int, int]] = []
    while end - start > _LEAST_BYTES and len(parts) < MAX_PARTS:
        n_bytes = _n_bytes(read_at(file, start, 1024))
        behind = _behind(file, start + n_bytes, end) if n_bytes else end
        is_next = end - behind > _LEAST_BYTES and _is_chain(file, MP3, behind)
        parts.append((start, start + n_bytes if is_next else end))
        start = behind if is_next else end
    return parts if len(parts) > 1 else []


def _n_bytes(frame: bytes) -> int:
    """Read how long an MP3 says that it is; 0 where it does not."""
    tag = behind_side(frame)
    if tag[:4] not in {b"Xing", b"Info"} or tag[7] & 3 != 3:
        return 0
    return int.from_bytes(tag[12:16], "big")


def _behind(file: BinaryIO, place: int, end: int) -> int:
    """Go past the tags, and zeros, between two MP3s."""
    while place < end:
        head = read_at(file, place, 1 << 12)
        zeros = len(head) - len(head.lstrip(b"\0"))
        if zeros:
            place += zeros
        elif head.startswith(b"TAG"):
            place += 128
        elif head.startswith(b"ID3"):
            place += 10 + syncsafe(head[6:10]) + 10 * bool(head[5] & 0x10)
        elif head.startswith(b"APETAGEX"):
            is_header = bool(head[23] & 0x20)
            place += 32 + int.from_bytes(head[12:16], "little") * is_header
        else:
            break
    return place


def _changing(file: BinaryIO, frames: Frames, start: int, end: int) -> list[tuple[int, int]]:
    """Find where the sample rate changes, if a few places tell that it does."""
    first = frames.rate(read_at(file, start, _HEADER_BYTES))
    for probe in range(1, _N_PROBES + 1):
        place = max(start + (end - start) * probe // _N_PROBES - _PROBE_BYTES, start)
        found = _first_of(read_at(file, place, min(_PROBE_BYTES, end - place)), frames)
        if found and frames.rate(found.header) != first:
            return _walked(file, frames, start, end)
    return []


def _walked(file: BinaryIO, frames: Frames, start: int, end: int) -> list[tuple[int, int]]:
    """Go from frame to frame, and begin a part wherever they have another rate."""
    starts, rate, place = list[int](), -1, start
    while end - place > _HEADER_BYTES and len(starts) < MAX_PARTS:
        data = read_at(file, place, min(_STEP_BYTES, end - place))
        found = _first_of(data, frames)
        if found is None:
            place += max(len(data) - _PROBE_BYTES, _HEADER_BYTES)
            continue
        if frames.rate(found.header) != rate:
            starts.append(place + found.place)
            rate = frames.rate(found.header)
        at = found.place
        while (size := frames.size(header := data[at : at + _HEADER_BYTES])) and frames.rate(header) == rate:
            at += size
        place += at
    return list(zip(starts, [*starts[1:], end], strict=True)) if len(starts) > 1 else []


class _Found(NamedTuple):
    place: int
    header: bytes


def _first_of(data: bytes, frames: Frames, *, n_chained: int = _N_CHAINED, is_here: bool = False) -> _Found | None:
    """Find the first of some frames that join; at the very beginning, if it must be here."""
    place = 0 if is_here else data.find(frames.sync)
    while place >= 0:
        at = place
        for number in range(n_chained):
            header = data[at : at + _HEADER_BYTES]
            size = frames.size(header)
            if not size or frames.rate(header) != frames.rate(data[place : place + _HEADER_BYTES]):
                break
            if number == n_chained - 1:
                return _Found(place, data[place : place + _HEADER_BYTES])
            at += size
        if is_here:
            return None
        place = data.find(frames.sync, place + 1)
    return None


def _is_chain(file: BinaryIO, frames: Frames, place: int) -> bool:
    return _first_of(read_at(file, place, _PROBE_BYTES), frames, n_chained=2, is_here=True) is not None
