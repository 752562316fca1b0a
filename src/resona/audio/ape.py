"""What does an APE tag at the end of a file say? Neither tinytag nor, in an MP3, FFmpeg reads it.

References
----------
.. [1] https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
"""

import os
from pathlib import Path

MAX_BYTES = 1 << 20
MAX_ITEMS = 1000

_FOOTER_BYTES, _ID3V1_BYTES = 32, 128


def read_ape(path: Path) -> dict[str, list[str]]:
    r"""Read the text of an APE tag.

    Parameters
    ----------
    path
        Any file.

    Returns
    -------
    Names in lower case to their values; empty if there is no such tag.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> item = (3).to_bytes(4, "little") + bytes(4) + b"Artist\0" + b"Air"
    >>> numbers = b"".join(number.to_bytes(4, "little") for number in (2000, len(item) + 32, 1, 0))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.mp3")
    ...     _ = path.write_bytes(b"audio" * 50 + item + b"APETAGEX" + numbers + bytes(8))
    ...     read_ape(path)
    {'artist': ['Air']}
    """
    with path.open("rb") as file:
        n_bytes = file.seek(0, os.SEEK_END)
        for end in (n_bytes, n_bytes - _ID3V1_BYTES):  # an old tag may lie behind it
            file.seek(max(end - _FOOTER_BYTES, 0))
            footer = file.read(_FOOTER_BYTES)
            if footer.startswith(b"APETAGEX"):
                size = int.from_bytes(footer[12:16], "little")
                file.seek(max(end - min(size, MAX_BYTES), 0))
                return _parse(file.read(min(size, MAX_BYTES) - _FOOTER_BYTES))
    return {}


def _parse(content: bytes) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    offset = 0
    for _ in range(MAX_ITEMS):
        size, flags = (int.from_bytes(content[at : at + 4], "little") for at in (offset, offset + 4))
        name, _, rest = content[offset + 8 : offset + 264].partition(b"\0")
        start = offset + 8 + len(name) + 1
        offset = start + size
        if not rest or offset > len(content):
            break
        if not flags & 0b110:  # else it is binary, or a link
            values[name.decode("latin-1").lower()] = content[start:offset].decode("utf-8", "replace").split("\0")
    return values
