"""Where does a scan put what it only needs for a while? In folders of their own, which end with it, however it ends.

A process that is killed cannot tidy up. So each folder is locked for as long as its process lives, and whoever makes a
new one takes away those that nobody holds. The lock is the system's own: it holds between containers, too.
"""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "resona-scan-"
YOUNG_SECONDS = 60.0  # what was just made may not be locked yet


class Scratch:
    """A new folder among the temporary files of this machine.

    Attributes
    ----------
    path
        The folder.

    Examples
    --------
    >>> scratch = Scratch()
    >>> scratch.path.is_dir()
    True
    >>> scratch.close()
    >>> scratch.path.exists()
    False
    """

    def __init__(self) -> None:
        sweep(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def close(self) -> None:
        """Take it away."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep(folder: Path, *, youngest_seconds: float = YOUNG_SECONDS) -> int:
    """Take away what killed processes left in a folder, and give the number of it."""
    n_swept = 0
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it belongs to somebody else, or has just gone
            if time.time() - path.stat().st_mtime < youngest_seconds:
                continue
            lock = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its process lives
                shutil.rmtree(path)
                n_swept += 1
            finally:
                os.close(lock)
    return n_swept
