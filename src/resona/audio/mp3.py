"""Where in an MP3 does each of its frames begin?

libmpg123 finds a position by reading every header before it, with two system calls each: a quarter of the time that
three clips take. The same walk takes an eighth of that in large steps; and where all frames have one bit rate, the
place of each is known beforehand. Nothing here is guessed: a file in which a frame is not what and where it should be
has no known places, and is left to libmpg123.

References
----------
.. [1] Frames: ISO/IEC 11172-3 and 13818-3; the header that counts them: http://gabriel.mp3-tech.org/mp3infotag.html
"""

from dataclasses import dataclass
from typing import BinaryIO

from resona.audio.payload import payload_span, read_at

DECODER_DELAY = 529  # samples that every decoder is late

_KBPS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_SAMPLE_RATES_HZ = (44_100, 48_000, 32_000, 0)  # of MPEG-1; halves and quarters of MPEG-2 and 2.5
_DIVISORS = {0b11: 1, 0b10: 2, 0b00: 4}
_HEADER_BYTES = 4
_SLACK_BYTES = 2  # between where a frame of a constant bit rate should begin and where it does
_STEP_BYTES = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3:
    """The frames of an MP3.

    Attributes
    ----------
    first_byte
        Where the first frame that is music begins.
    lead
        The two bytes that every frame begins with.
    sizes
        The size of a frame by its third byte; 0 where that is no header of this stream.
    frame_samples
        Samples in each frame.
    n_skipped
        Samples at the start that are no music.
    n_warm_up
        How many frames before the one that is wanted a decoder must see: its bits may lie up to 511 bytes back.
    mean_bytes
        Of a frame, if all have one bit rate; else 0.
    """

    first_byte: int
    lead: bytes
    sizes: tuple[int, ...]
    frame_samples: int
    n_skipped: int
    n_warm_up: int
    mean_bytes: float


def read_mp3(file: BinaryIO, n_samples: int) -> Mp3 | None:
    """Look at the first frames.

    Parameters
    ----------
    file
        Opened for reading without a buffer, seekable; its position is changed.
    n_samples
        The length of the music as libmpg123 has it; what is read here must agree.

    Returns
    -------
    None if it is not clear where its music begins.
    """
    start, end = payload_span(file)
    head = read_at(file, start, 4096)
    sizes = frame_sizes(head)
    if not sizes or not (size := sizes[head[2]]):
        return None
    is_first_version, tag = bool(head[1] & 0b1000), behind_side(head[:size])
    frame_samples = 1152 if is_first_version else 576
    n_skipped, mean_bytes = 0, 0.0
    if tag[:4] in {b"Xing", b"Info"}:
        n_frames, n_skipped, n_left_out = _lengths(tag)
        if not n_frames or n_samples != n_frames * frame_samples - n_skipped - n_left_out:
            return None
        start += size
        mean_bytes = (end - start) / n_frames if tag.startswith(b"Info") else 0.0
    elif b"Xing" in head or b"Info" in head or b"VBRI" in head:
        return None
    return Mp3(
        first_byte=start,
        lead=head[:2],
        sizes=sizes,
        frame_samples=frame_samples,
        n_skipped=n_skipped,
        n_warm_up=12 if is_first_version else 56,
        mean_bytes=mean_bytes,
    )


def find_frame(file: BinaryIO, mp3: Mp3, number: int) -> int | None:
    """Find the byte at which a frame begins.

    Parameters
    ----------
    file
        As for `read_mp3`.
    mp3
        What that found.
    number
        Of the frame; the first is 0.

    Returns
    -------
    None if the frames before it do not join.
    """
    if mp3.mean_bytes and (place := _expected(file, mp3, number)):
        return place
    return _walk(file, mp3, number)


def _expected(file: BinaryIO, mp3: Mp3, number: int) -> int:
    """Look for a frame where a constant bit rate puts it; 0 if it is not there, followed by others."""
    place = mp3.first_byte + round(number * mp3.mean_bytes)
    for start in range(place - _SLACK_BYTES, place + _SLACK_BYTES + 1):
        at, data = 0, read_at(file, start, 4 * max(mp3.sizes))
        for _ in range(3):
            size = mp3.sizes[data[at + 2]] if data[at : at + 2] == mp3.lead and at + 2 < len(data) else 0
            if abs(size - mp3.mean_bytes) > 1:
                break
            at += size
        else:
            return start
    return 0


def _walk(file: BinaryIO, mp3: Mp3, number: int) -> int | None:
    """Go from frame to frame."""
    sizes, (first, second) = mp3.sizes, mp3.lead
    position = mp3.first_byte
    data = bytearray(_STEP_BYTES)
    while number > 0:
        file.seek(position)
        end = (file.readinto(data) or 0) - _HEADER_BYTES  # type: ignore[attr-defined]
        at = 0
        while at < end and number > 0:
            size = sizes[data[at + 2]]
            if data[at] != first or data[at + 1] != second or not size:
                return None
            at += size
            number -= 1
        if not at:
            return None
        position += at
    return position


def frame_sizes(header: bytes) -> tuple[int, ...]:
    """Tell the size of a frame by its third byte, for the stream that a header belongs to."""
    if len(header) < _HEADER_BYTES or header[0] != 0xFF or header[1] & 0b1110_0110 != 0b1110_0010:
        return ()  # not layer III
    divisor = _DIVISORS.get(header[1] >> 3 & 0b11, 0)
    rate_index = header[2] >> 2 & 0b11
    if not divisor or not _SAMPLE_RATES_HZ[rate_index]:
        return ()
    kbps, factor = _KBPS[divisor == 1], (144_000 if divisor == 1 else 72_000) * divisor
    sample_rate = _SAMPLE_RATES_HZ[rate_index]
    return tuple(
        factor * kbps[byte >> 4] // sample_rate + (byte >> 1 & 1)
        if byte >> 2 & 0b11 == rate_index and kbps[byte >> 4]
        else 0
        for byte in range(256)
    )


def behind_side(frame: bytes) -> bytes:
    """Give what stands behind a frame's side information: in the first frame, the header that counts them."""
    is_first_version, is_mono = bool(frame[1] & 0b1000), frame[3] >> 6 == 0b11
    n_bytes = (17 if is_mono else 32) if is_first_version else (9 if is_mono else 17)
    return frame[_HEADER_BYTES + n_bytes :]


def _lengths(tag: bytes) -> tuple[int, int, int]:
    """Read how many frames there are, and how many samples libmpg123 leaves out at the start and at the end."""
    flags, n_frames = int.from_bytes(tag[4:8], "big"), int.from_bytes(tag[8:12], "big")
    if flags & 0b1111 != 0b1111 or len(tag) < 144:  # the parts lie elsewhere
        return 0, 0, 0
    if not tag[120]:  # written by an encoder that does not tell its delay
        return n_frames, 0, 0
    delay, padding = divmod(int.from_bytes(tag[141:144], "big"), 1 << 12)
    return n_frames, delay + DECODER_DELAY, max(padding - DECODER_DELAY, 0)
