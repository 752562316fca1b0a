"""Is what looks like sound a coded stream, such as the DTS of a surround CD?

Such streams lie in the 16 bits of stereo PCM, in WAV, FLAC or any other lossless file, to be sent to a receiver as they
are; played as sound they are loud noise. They run at the carrier's pace: what is heard at a time lies at that time, so
that a piece of the carrier is cut out and decoded.

References
----------
.. [1] IEC 61937-1 (the preamble of AC-3 and others) and ETSI TS 102 114, 5.3 (synchronisation of DTS, 14 and 16 bits).
"""

import io
import re
from collections.abc import Iterator
from contextlib import closing

import numpy as np

from resona.audio.channels import Channels
from resona.audio.ffmpeg import PyAvReader
from resona.audio.source import OpenedSource, Reader
from resona.errors import UnsupportedAudioError

_SYNC = re.compile(
    rb"\xfe\x7f\x01\x80|\x7f\xfe\x80\x01|\xff\x1f\x00\xe8|\x1f\xff\xe8\x00|\x72\xf8\x1f\x4e|\xf8\x72\x4e\x1f"
)
_LEAST_SYNCS = 3  # in so many samples: a frame has 2,048 at the most, and chance gives one in 10,000 tracks
_LOOKED_AT = 1 << 14
_PIECE_SECONDS = 30.0
_PREROLL_SECONDS = 0.5
_FULL_SCALE = 32_768.0


def heard_blocks(reader: Reader, start_seconds: float, n_samples: int) -> Iterator[Channels]:
    """Yield a reader's blocks, decoded where they carry a coded stream.

    Parameters
    ----------
    reader
        The file.
    start_seconds, n_samples
        As for `Reader.blocks`.

    Raises
    ------
    UnsupportedAudioError
        If it is a coded stream that FFmpeg does not know.
    """
    n_before, is_known = 0, False
    for block in reader.blocks(start_seconds, n_samples):
        if not is_known and block.any():
            is_known = True
            if _is_coded(block):
                yield from _decoded(reader, start_seconds + n_before / reader.sample_rate, n_samples - n_before)
                return
        n_before += len(block)
        yield block


def _is_coded(block: Channels) -> bool:
    if block.shape[1] != 2:
        return False
    first = int(block.any(axis=1).argmax())
    return len(_SYNC.findall(_carried(block[first : first + _LOOKED_AT]))) >= _LEAST_SYNCS


def _carried(block: Channels) -> bytes:
    """Give the bits that samples stand for; none if they are not of 16 bits."""
    numbers = block * np.float32(_FULL_SCALE)
    whole = numbers.astype("<i2") if np.abs(block).max(initial=0.0) <= 1 else np.zeros(0)
    return whole.tobytes() if np.array_equal(whole, numbers) else b""


def _decoded(reader: Reader, start_seconds: float, n_samples: int) -> Iterator[Channels]:
    """Decode the stream piece by piece."""
    rate = reader.sample_rate
    for first in range(0, n_samples, round(_PIECE_SECONDS * rate)):
        n_wanted = min(round(_PIECE_SECONDS * rate), n_samples - first)
        begin = start_seconds + first / rate
        n_early = round(min(begin, _PREROLL_SECONDS) * rate)
        carrier = b"".join(map(_carried, reader.blocks(begin - n_early / rate, n_early + n_wanted + rate // 2)))
        if sync := _SYNC.search(carrier):
            yield from _decode(carrier[sync.start() // 4 * 4 :], rate, n_early - sync.start() // 4, n_wanted)


def _decode(carrier: bytes, sample_rate: int, n_surplus: int, n_wanted: int) -> Iterator[Channels]:
    """Let FFmpeg find the stream in a WAV file; it comes as long as its carrier."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.frombuffer(carrier, "<i2").reshape(-1, 2), sample_rate, "PCM_16", format="WAV")
    opened = OpenedSource(file)
    with closing(PyAvReader(opened)) as reader:
        if reader.codec.startswith("pcm"):
            raise UnsupportedAudioError(opened.path, "holds a coded stream (DTS or AC-3) that cannot be decoded")
        n_surplus = max(n_surplus, 0)
        for block in reader.blocks(0.0, n_surplus + n_wanted):
            yield block[n_surplus:]
            n_surplus = max(n_surplus - len(block), 0)
