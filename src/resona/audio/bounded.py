"""How much of a file may its tags ask to be read at once? Sizes in tags are written by strangers."""

import io
from pathlib import Path

from resona.audio.source import FilePart

MAX_TAG_BYTES = 1 << 26  # one field, a large picture included


class BoundedFile(io.BufferedReader):
    """A file for tinytag, opened for reading, that refuses to read more than a limit at once.

    Parameters
    ----------
    path
        The file.
    max_bytes
        The limit.
    n_left_out
        Bytes at its end that are taken for none of it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.mp3")
    ...     _ = path.write_bytes(bytes(100))
    ...     with BoundedFile(path, max_bytes=10) as file:
    ...         len(file.read(10)), len(file.read())
    Traceback (most recent call last):
        ...
    OSError: a tag of more than 10 bytes
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_TAG_BYTES, n_left_out: int = 0) -> None:
        self._file = path.open("rb", buffering=0)
        end = path.stat().st_size - n_left_out
        super().__init__(FilePart(self._file, 0, end).detach() if n_left_out else self._file)
        self._max_bytes = max_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most the limit.

        Raises
        ------
        OSError
            If there is more than the limit to be read.
        """
        n_bytes = self._max_bytes + 1
        content = super().read(n_bytes if size is None or size < 0 else min(size, n_bytes))
        if len(content) > self._max_bytes:
            raise OSError(f"a tag of more than {self._max_bytes} bytes")
        return content

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._file.close()
