"""How is a file heard that lies elsewhere? By a copy on this machine, gone as soon as it is heard.

Copies lie as their originals do, with the cue sheets beside them and the other folders of the root: names, sheets and
genre folders are then read as of any file. A few are made ahead of those who hear them.
"""

import errno
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Lock

from resona.addresses import RemotePath
from resona.audio import fetch, folders_in, is_film
from resona.errors import AudioError, WorkerError
from resona.ingest.analyse import Failed, Outcome
from resona.ingest.scratch import Scratch
from resona.store import UNREACHABLE, Work

N_AHEAD = 2  # copies that wait for each of those who hear
FULL = (errno.ENOSPC, errno.EDQUOT)

Hear = Callable[[Iterable[Work]], Generator[Outcome, None, None]]
Coming = deque[Work | Future[Work | Failed]]


class Copies:
    """Copies of the files to be heard, of those that are elsewhere.

    Parameters
    ----------
    roots
        The scanned folders.
    n_workers
        How many hear at once.

    Attributes
    ----------
    roots
        The same, as they are found among the copies.
    """

    def __init__(self, roots: Sequence[Path], n_workers: int = 1) -> None:
        self._scratch: Scratch | None = None
        self._n_ahead = N_AHEAD * n_workers
        self._works: dict[Path, Work] = {}
        self._in_use: Counter[Path] = Counter()
        self._guard = Lock()
        self._threads = ThreadPoolExecutor(self._n_ahead, thread_name_prefix="copies")
        self.roots = tuple(map(self._root, roots))

    def heard(self, hear: Hear, works: Iterable[Work]) -> Generator[Outcome, None, None]:
        """Have files heard, by copies where they are elsewhere; the first ones are begun at once.

        Parameters
        ----------
        hear
            Takes files of this machine, and gives the outcomes.
        works
            The files.

        Raises
        ------
        WorkerError
            If there is no room for copies.
        """
        waiting = iter(works)
        coming = deque(map(self._started, islice(waiting, self._n_ahead)))
        return self._heard(hear, coming, waiting)

    def _heard(self, hear: Hear, coming: Coming, waiting: Iterator[Work]) -> Generator[Outcome, None, None]:
        refused: list[Failed] = []
        with closing(hear(self._copied(coming, waiting, refused))) as outcomes:
            for outcome in outcomes:
                yield self._settled(outcome)
                yield from map(self._refused, _drained(refused))
        yield from map(self._refused, _drained(refused))

    def close(self) -> None:
        """Take the copies off the disk."""
        self._threads.shutdown(cancel_futures=True)
        if self._scratch:
            self._scratch.close()

    def _root(self, root: Path) -> Path:
        if not isinstance(root, RemotePath):
            return root
        copy = self._place(root)
        with suppress(AudioError, OSError):  # without the folders, none is a genre's
            for name in folders_in(root):
                (copy / name).mkdir(parents=True, exist_ok=True)
        return copy

    def _place(self, path: RemotePath) -> Path:
        if self._scratch is None:
            self._scratch = Scratch()
        return self._scratch.path.joinpath(*(part.rstrip(":") for part in path.parts))

    def _copied(self, coming: Coming, waiting: Iterator[Work], refused: list[Failed]) -> Iterator[Work]:
        """Give files as they can be heard here, in their order; those of which no copy can be had are left out."""
        while True:
            coming.extend(map(self._started, islice(waiting, max(0, self._n_ahead - len(coming)))))
            if not coming:
                return
            first = coming.popleft()
            work = first if isinstance(first, Work) else first.result()
            if isinstance(work, Failed):
                refused.append(work)
            else:
                yield work

    def _started(self, work: Work) -> Work | Future[Work | Failed]:
        if not isinstance(work.path, RemotePath):
            return work
        copy = self._place(work.path)
        with self._guard:
            self._works[copy] = work
            self._in_use[copy.parent] += 1
        return self._threads.submit(self._copy, work, work.path, copy)

    def _copy(self, work: Work, path: RemotePath, copy: Path) -> Work | Failed:
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            state = fetch(path, copy, with_sheets=bool(work.side))
            if state != (work.size_bytes, work.mtime_ns, work.ctime_ns):
                return self._failure(work, "changed while it was read; the next scan tries again")
            if is_film(copy):
                return Failed(work, "UnsupportedAudioError", "is a film: it holds more than sound")
            status = copy.stat()
        except AudioError as error:
            return self._failure(work, f"{error.reason}; the next scan tries again")
        except OSError as error:
            if error.errno in FULL:
                reason = f"there is no room for copies in {tempfile.gettempdir()}; free some space or set TMPDIR"
                raise WorkerError(reason) from error
            return self._failure(work, f"cannot be copied to this machine: {error.strerror or error}")
        return replace(work, path=copy, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)

    @staticmethod
    def _failure(work: Work, reason: str) -> Failed:
        return Failed(work, UNREACHABLE, reason)

    def _refused(self, failed: Failed) -> Outcome:
        if isinstance(failed.work.path, RemotePath):
            self._forget(self._place(failed.work.path))
        return failed

    def _settled(self, outcome: Outcome) -> Outcome:
        """Let an outcome speak of the original, and take the copy off the disk."""
        copy = outcome.work.path
        if copy not in self._works:
            return outcome
        work = self._forget(copy)
        return replace(outcome, work=work)

    def _forget(self, copy: Path) -> Work:
        folder = copy.parent
        with self._guard:
            work = self._works.pop(copy)
            with suppress(OSError):
                if work.side:
                    copy.write_bytes(b"")  # its name still tells whose a cue sheet is
                else:
                    copy.unlink(missing_ok=True)
            self._in_use[folder] -= 1
            if not self._in_use[folder]:  # the cue sheets serve all files of a folder
                del self._in_use[folder]
                with suppress(OSError):
                    for path in folder.iterdir():
                        if path.is_file():
                            path.unlink()
            return work


def _drained(items: list[Failed]) -> list[Failed]:
    """Take everything out of a list."""
    taken, items[:] = list(items), []
    return taken
