"""What runs in the background, one at a time, and how far it is: the scan, and the drawing of the map."""

import threading
import time
from dataclasses import dataclass, replace

from resona.errors import ResonaError
from resona.library import Library, ScanProgress


class _Stopped(Exception):  # noqa: N818 - not an error
    """Someone asked the scan to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    """How far a scan is.

    Attributes
    ----------
    state
        "idle", "finding", "listening", "done", "stopped" or "failed".
    n_found, n_due, n_done, n_failed
        Files found; of these new or changed; of those heard, and failed.
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
        return self.state in ("finding", "listening")


class ScanJob:
    """The one scan that a server runs at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._guard = threading.Lock()
        self._since = 0.0
        self.state = ScanState()

    def start(self) -> bool:
        """Look at the library's folders again; give False where that is under way already."""
        with self._guard:
            if self.state.is_running:
                return False
            self.state = ScanState(state="finding")
            self._is_stopping = False
            self._thread = threading.Thread(target=self._run, name="scan")
            self._thread.start()
            return True

    def stop(self) -> None:
        """Stop after the file that is being heard."""
        self._is_stopping = True

    def close(self) -> None:
        """Stop and wait for the end."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            summary = self._library.scan(on_progress=self._show)
        except _Stopped:
            self._end("stopped", "Stopped; what was heard is kept, and the next scan goes on from here.")
        except ResonaError as error:
            self._end("failed", str(error))
        else:
            gone = f", {summary.n_missing} gone" if summary.n_missing else ""
            passed_over = "".join(f" Not looked at: {path}: {reason}." for path, reason in summary.unreadable[:3])
            self._end("done", f"{summary.n_stored} heard, {summary.n_failed} failed{gone}.{passed_over}")

    def _end(self, state: str, message: str) -> None:
        self.state = replace(self.state, state=state, message=message, file_name="", seconds_left=None)

    def _show(self, progress: ScanProgress) -> None:
        if self._is_stopping:
            raise _Stopped
        if not self.state.n_due:
            self._since = time.monotonic()
        seconds_left = None
        if progress.n_done:
            seconds_left = (time.monotonic() - self._since) / progress.n_done * (progress.n_due - progress.n_done)
        self.state = ScanState(
            state="listening" if progress.n_due else "finding",
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
        self._thread: threading.Thread | None = None
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
            self._thread = threading.Thread(target=self._run, name="layout", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._library.map.draw()
            self.message = ""
        except ResonaError as error:
            self.message = f"the map could not be drawn: {error}"
        finally:
            self.is_running = False
