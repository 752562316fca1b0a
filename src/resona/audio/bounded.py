"""How much of a file may its tags ask to be read at once? Sizes in tags are written by strangers."""

from pathlib import Path
from types import TracebackType
from typing import Self

MAX_TAG_BYTES = 1 << 26  # one field, a large picture included


class BoundedFile:
    """A file for tinytag, opened for reading, that refuses to read more than a limit at once.

    Parameters
    ----------
    path
        The file.
    max_bytes
        The limit.

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

    def __init__(self, path: Path, *, max_bytes: int = MAX_TAG_BYTES) -> None:
        self._file = path.open("rb")
        self._max_bytes = max_bytes
        self.seek, self.tell = self._file.seek, self._file.tell

    def read(self, n_bytes: int = -1) -> bytes:
        """Read at most the limit.

        Raises
        ------
        OSError
            If there is more than the limit to be read.
        """
        content = self._file.read(self._max_bytes + 1 if n_bytes < 0 else min(n_bytes, self._max_bytes + 1))
        if len(content) > self._max_bytes:
            raise OSError(f"a tag of more than {self._max_bytes} bytes")
        return content

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
