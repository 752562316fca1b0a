"""What runs in the background, one at a time, and how far it is: the scan, and the drawing of the map."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from resona.errors import ResonaError
from resona.library import Library, Pace, ScanProgress

log = logging.getLogger("resona.web")


class _Stopped(Exception):  # noqa: N818 - not an error
    """Someone asked the scan to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    """How far a scan is.

    Attributes
    ----------
    state
        "idle", a stage of `ScanProgress`, "done", "stopped" or "failed".
    n_found, n_due, n_done, n_failed
        Files found; of the stage's, how many are due, done, and failed.
    seconds_left
        None where it cannot be told yet.
    message
        What happened, in a sentence; empty while it runs.
    """

    state: str = "idle"
    n_found: int = 0
    n_due: int = 0
    n_done: int = 0
    n_failed: int = 0
    file_name: str = ""
    seconds_left: float | None = None
    message: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state not in ("idle", "done", "stopped", "failed")


def run_to_the_end(work: Callable[[], None], on_failure: Callable[[str], None]) -> None:
    """Do what a thread is for; whatever goes wrong ends it with one sentence, and the next one can begin."""
    try:
        work()
    except ResonaError as error:
        on_failure(str(error))
    except BaseException as error:  # nobody stands above a thread
        log.error("background work failed", exc_info=error)
        on_failure(f"this should not have happened ({type(error).__name__}: {error}); the server's terminal shows more")


class ScanJob:
    """The one scan that a server runs at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._guard = threading.Lock()
        self._pace = Pace()
        self.state = ScanState()

    def start(self) -> bool:
        """Look at the library's folders again; give False where that is under way already."""
        with self._guard:
            if self.state.is_running:
                return False
            self._thread = threading.Thread(target=self._run, name="scan")
            self.state, self._pace, self._is_stopping = ScanState(state="finding"), Pace(), False
            run_to_the_end(self._thread.start, self._fail)
            return True

    def stop(self) -> None:
        """Stop after the file that is being heard."""
        self._is_stopping = True

    def close(self) -> None:
        """Stop and wait for the end."""
        self.stop()
        if self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        run_to_the_end(self._scan, self._fail)

    def _scan(self) -> None:
        try:
            summary = self._library.scan(on_progress=self._show)
        except _Stopped:
            self._end("stopped", "Stopped; what was heard is kept, and the next scan goes on from here.")
            return
        gone = f", {summary.n_missing} gone" if summary.n_missing else ""
        passed_over = "".join(f" Not looked at: {path}: {reason}." for path, reason in summary.unreadable[:3])
        self._end("done", f"{summary.n_stored} heard, {summary.n_failed} failed{gone}.{passed_over}")

    def _fail(self, message: str) -> None:
        self._end("failed", message)

    def _end(self, state: str, message: str) -> None:
        self.state = replace(self.state, state=state, message=message, file_name="", seconds_left=None)

    def _show(self, progress: ScanProgress) -> None:
        if self._is_stopping:
            raise _Stopped
        _, seconds_left = self._pace.tell(progress.n_done, progress.n_due)
        self.state = ScanState(
            state=progress.stage,
            n_found=progress.n_found,
            n_due=progress.n_due,
            n_done=progress.n_done,
            n_failed=progress.n_failed,
            file_name=progress.path.name if progress.path else "",
            seconds_left=seconds_left,
        )


class LayoutJob:
    """The drawing of the map."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._version = -1
        self.is_running = False
        self.message = ""

    def ensure(self) -> None:
        """See to it that every track has a place, now or soon."""
        version = self._library.map.version
        with self._guard:
            if self.is_running or version == self._version:
                return
            self.is_running = True
            self._version = version
            try:
                threading.Thread(target=self._run, name="layout", daemon=True).start()
            except RuntimeError as error:  # the system has no thread to give
                self.is_running, self._version = False, -1
                self._fail(str(error))

    def _run(self) -> None:
        self.message = ""
        run_to_the_end(self._draw, self._fail)
        self.is_running = False

    def _draw(self) -> None:
        self._library.map.draw()

    def _fail(self, message: str) -> None:
        self.message = f"the map could not be drawn: {message}"
