"""Which genres does an ID3v2 tag name, in its own words? tinytag keeps the first of their numbers and drops the rest.

References
----------
.. [1] https://id3.org/id3v2.3.0, 4.2.1, TCON: "(51)(39)", "(4)Eurodisco", "(RX)", "((I have not been numbered)".
"""

from typing import BinaryIO

from resona.audio.payload import chunks, syncsafe

MAX_BYTES = 1 << 22  # of a tag that are looked through
_MAX_FRAMES = 1000
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def read_genres(file: BinaryIO) -> list[str]:
    r"""Read the values of TCON in the first ID3v2 tag of an MP3, WAV, AIFF or other file.

    Parameters
    ----------
    file
        Opened for reading, seekable; its position is changed.

    Returns
    -------
    The values as they are written; none without such a tag.

    Examples
    --------
    >>> import io
    >>> frame = b"TCON" + (12).to_bytes(4, "big") + bytes(2) + b"\0(17)(138)Viking"[:12]
    >>> read_genres(io.BytesIO(b"ID3\3\0\0" + bytes([0, 0, 0, len(frame)]) + frame))
    ['(17)(138)Vi']
    """
    file.seek(_start(file))
    header = file.read(10)
    if len(header) < 10 or not header.startswith(b"ID3"):
        return []
    version, flags = header[3], header[5]
    content = file.read(min(syncsafe(header[6:]), MAX_BYTES))
    if flags & 0x80 and version < 4:  # a zero was put behind each 255
        content = content.replace(b"\xff\0", b"\xff")
    if flags & 0x40 and version > 2:
        size = _size(content[:4], version)
        content = content[size if version == 4 else size + 4 :]
    return _values(content, version)


def _start(file: BinaryIO) -> int:
    """Find where the tag begins, if there is one: 0, or in a part of the file of its own."""
    file.seek(0)
    head = file.read(28)
    if head.startswith(b"DSD "):
        return int.from_bytes(head[20:], "little")
    if head.startswith((b"RIFF", b"RF64", b"FORM")):
        parts = chunks(file, 0, "big" if head.startswith(b"FORM") else "little")
        return next((start for name, start, _ in parts if name.upper() == b"ID3 "), 0)
    return 0


def _values(content: bytes, version: int) -> list[str]:
    name_bytes, header_bytes = (3, 6) if version == 2 else (4, 10)
    name = b"TCO" if version == 2 else b"TCON"
    for _ in range(_MAX_FRAMES):
        size = _size(content[name_bytes : header_bytes - (0 if version == 2 else 2)], version)
        if len(content) < header_bytes or not content[0]:
            break
        if content.startswith(name):
            return _decode(content[header_bytes : header_bytes + size])
        content = content[header_bytes + size :]
    return []


def _decode(frame: bytes) -> list[str]:
    if not frame or frame[0] >= len(_ENCODINGS):
        return []
    text = frame[1:].decode(_ENCODINGS[frame[0]], "replace")
    return [value.removeprefix("\ufeff") for value in text.split("\0") if value]


def _size(digits: bytes, version: int) -> int:
    return syncsafe(digits) if version == 4 else int.from_bytes(digits, "big")
