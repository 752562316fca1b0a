"""What did a file hold before it was changed? Kept as the few bytes that it takes to change it back.

A change of tags leaves the sound alone, but may move it, and in an Ogg file renumbers every page. Both states are laid
over each other from the beginning, and from the end; kept are the bytes that differ the one way or the other.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEAD = struct.Struct("<?QQ")  # whether from the end, size before, number of bytes of runs
RUN = struct.Struct("<QI")  # where in the part that both have, and how many bytes follow
BLOCK_BYTES = 1 << 20
APART = RUN.size  # bytes: nearer runs are cheaper as one

Bytes = NDArray[np.uint8]


def take_difference(before: Path, after: Path) -> bytes:
    """Give what turns the file `after` back into `before`; see `undo_difference`."""
    old, new = _content(before), _content(after)
    return min((_difference(old, new, is_from_end=way) for way in (False, True)), key=len)


def undo_difference(after: Path, difference: bytes, out: Path) -> None:
    """Write what a file was before.

    Raises
    ------
    ValueError
        If the difference is none, or of another file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     old, new, out = (Path(folder, name) for name in ("old", "new", "out"))
    ...     _ = old.write_bytes(b"tag" + bytes(5000)), new.write_bytes(b"a longer tag" + bytes(5000))
    ...     kept = take_difference(old, new)
    ...     undo_difference(new, kept, out)
    ...     len(kept) < 100, out.read_bytes() == old.read_bytes()
    (True, True)
    """
    try:
        content = zlib.decompress(difference)
        is_from_end, size, n_runs = HEAD.unpack_from(content)
        runs, rest = content[HEAD.size : HEAD.size + n_runs], content[HEAD.size + n_runs :]
        new = _content(after)
        n_both = min(size, len(new))
        if len(rest) != size - n_both:
            raise ValueError("the file has another size than the one that was written")
        both = _shared(new, n_both, is_from_end=is_from_end).copy()
        place = 0
        while place < len(runs):
            start, length = RUN.unpack_from(runs, place)
            place += RUN.size + length
            both[start : start + length] = np.frombuffer(runs[place - length : place], np.uint8)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"what was kept cannot be read ({error})") from error
    out.write_bytes(rest + both.tobytes() if is_from_end else both.tobytes() + rest)


def _difference(old: Bytes, new: Bytes, *, is_from_end: bool) -> bytes:
    n_both = min(len(old), len(new))
    shared = [_shared(content, n_both, is_from_end=is_from_end) for content in (old, new)]
    runs = b"".join(RUN.pack(start, len(part)) + part for start, part in _runs(*shared))
    rest = old[: len(old) - n_both] if is_from_end else old[n_both:]
    return zlib.compress(HEAD.pack(is_from_end, len(old), len(runs)) + runs + rest.tobytes())


def _runs(old: Bytes, new: Bytes) -> Iterator[tuple[int, bytes]]:
    """Go through the stretches of `old` that are otherwise in `new`, of one length both."""
    for block in range(0, len(old), BLOCK_BYTES):
        differs = np.flatnonzero(old[block : block + BLOCK_BYTES] != new[block : block + BLOCK_BYTES]) + block
        for run in np.split(differs, np.flatnonzero(np.diff(differs) > APART) + 1):
            if len(run):
                yield int(run[0]), old[run[0] : run[-1] + 1].tobytes()


def _shared(content: Bytes, n_bytes: int, *, is_from_end: bool) -> Bytes:
    return content[len(content) - n_bytes :] if is_from_end else content[:n_bytes]


def _content(path: Path) -> Bytes:
    """Map a file into memory; an empty one cannot be."""
    if not path.stat().st_size:
        return np.zeros(0, np.uint8)
    return np.memmap(path, np.uint8, "r")
