"""Does a file of a kind that mostly holds films hold sound alone?

Music is sold and saved in MP4, 3GP, Matroska and WebM too. Films are no music, and would each be an error if they were
taken for it, so a scan looks at the list of a file's streams: a few short reads, and nothing is decoded.

References
----------
.. [1] ISO/IEC 14496-12, 8.4.3 (handlers); RFC 8794 (EBML) and RFC 9559, 5.1.4 (tracks of Matroska).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from resona.audio.payload import atoms

FILM_SUFFIXES = frozenset({".3g2", ".3gp", ".3gpp", ".mkv", ".mov", ".mp4", ".webm"})

_EBML, _SEGMENT, _TRACKS, _TRACK, _KIND = 0x1A45DFA3, 0x18538067, 0x1654AE6B, 0xAE, 0x83
_VIDEO, _SOUND = 1, 2
_MAX_ELEMENTS = 1000


def is_film(path: Path) -> bool:
    """Whether a file is of a kind that mostly holds films, and holds more than sound.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    return path.suffix.lower() in FILM_SUFFIXES and not is_sound_alone(path)


def is_sound_alone(path: Path) -> bool:
    """Look for streams of sound and of pictures.

    Parameters
    ----------
    path
        An MP4, 3GP, QuickTime, Matroska or WebM file.

    Returns
    -------
    False if there are pictures or no sound, or if it is of another kind.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
    ...     is_sound_alone(Path(file.name))
    False
    """
    with path.open("rb") as file:
        head = file.read(8)
        is_matroska = int.from_bytes(head[:4], "big") == _EBML
        kinds = set(_matroska_kinds(file) if is_matroska else _mp4_kinds(file))
    return _SOUND in kinds and _VIDEO not in kinds


def _mp4_kinds(file: BinaryIO) -> Iterator[int]:
    for moov, moov_end in _inside(file, 0, 1 << 62, b"moov"):
        for trak, trak_end in _inside(file, moov, moov_end, b"trak"):
            for mdia, mdia_end in _inside(file, trak, trak_end, b"mdia"):
                for handler, _ in _inside(file, mdia, mdia_end, b"hdlr"):
                    file.seek(handler + 8)
                    yield {b"vide": _VIDEO, b"soun": _SOUND}.get(file.read(4), 0)


def _inside(file: BinaryIO, start: int, end: int, wanted: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of the atoms of one name within another."""
    for name, begin, size in atoms(file, start):
        if begin > end:
            return
        if name == wanted:
            yield begin, min(begin + size, end)


def _matroska_kinds(file: BinaryIO) -> Iterator[int]:
    """Go down to the list of tracks, which comes before the sound."""
    offset = 0
    for _ in range(_MAX_ELEMENTS):
        file.seek(offset)
        name, size = _number(file, keeps_marker=True), _number(file)
        if name < 0 or size < 0:
            return
        offset = file.tell()
        if name == _KIND:
            yield int.from_bytes(file.read(min(size, 8)), "big")
        if name not in {_SEGMENT, _TRACKS, _TRACK}:  # else the next element is the first inside of it
            offset += size


def _number(file: BinaryIO, *, keeps_marker: bool = False) -> int:
    """Read an EBML number: the zeros that it begins with count its further bytes. −1 is none."""
    first = file.read(1)
    if not first or not first[0]:
        return -1
    n_more = 8 - first[0].bit_length()
    lead = first[0] if keeps_marker else first[0] ^ (0x80 >> n_more)
    return int.from_bytes(bytes([lead]) + file.read(n_more), "big")
