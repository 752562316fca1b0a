"""What runs in the background, one at a time, how far it is, and how it is stopped; and the drawing of the map."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from resona.errors import ResonaError
from resona.library import Library, Pace

log = logging.getLogger("resona.web")

Tell = Callable[..., None]


class _Stopped(Exception):  # noqa: N818 - not an error
    """Someone asked the job to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How far the job is that runs, or that ran last.

    Attributes
    ----------
    number
        Which of the server's jobs it is, from 1 on; 0 before the first.
    kind
        "scan", "training", "evaluation", "doctor" or "model"; empty before the first.
    state
        "idle", a stage of the job, "done", "stopped" or "failed".
    n_found, n_due, n_done, n_failed
        Files found; of the stage's files, tracks or steps, how many are due, done, and failed.
    file_name, words
        What it is at.
    seconds_left
        None where it cannot be told yet.
    message
        What happened, in a sentence; empty while it runs.
    """

    number: int = 0
    kind: str = ""
    state: str = "idle"
    n_found: int = 0
    n_due: int = 0
    n_done: int = 0
    n_failed: int = 0
    file_name: str = ""
    words: str = ""
    seconds_left: float | None = None
    message: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state not in ("idle", "done", "stopped", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTask:
    """Something that takes long.

    Attributes
    ----------
    kind, stage
        As in `JobState`; the first stage.
    work
        Does it. It is given a function to call, with fields of a `JobState`, as it goes on, which ends it where
        somebody asks for that; it gives a sentence for the end.
    stopped
        A sentence for when it was stopped.
    """

    kind: str
    stage: str
    work: Callable[[Tell], str]
    stopped: str


def run_to_the_end(work: Callable[[], None], on_failure: Callable[[str], None]) -> None:
    """Do what a thread is for; whatever goes wrong ends it with one sentence, and the next one can begin."""
    try:
        work()
    except ResonaError as error:
        on_failure(str(error))
    except BaseException as error:  # nobody stands above a thread
        log.error("background work failed", exc_info=error)
        on_failure(f"this should not have happened ({type(error).__name__}: {error}); the server's terminal shows more")


class Jobs:
    """The one job that a server runs at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._guard = threading.Lock()
        self._pace = Pace()
        self.state = JobState()

    def start(self, task: LongTask) -> bool:
        """Begin; give False where another one is under way."""
        with self._guard:
            if self.state.is_running:
                return False
            self._thread = threading.Thread(target=self._run, args=(task,), name=task.kind)
            self.state = JobState(number=self.state.number + 1, kind=task.kind, state=task.stage)
            self._pace, self._is_stopping = Pace(), False
            run_to_the_end(self._thread.start, self._fail)
            return True

    def stop(self) -> None:
        """Stop at the next report of how far it is."""
        self._is_stopping = True

    def close(self) -> None:
        """Stop and wait for the end."""
        self.stop()
        if self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    def _run(self, task: LongTask) -> None:
        run_to_the_end(lambda: self._work(task), self._fail)

    def _work(self, task: LongTask) -> None:
        try:
            message = task.work(self._tell)
        except _Stopped:
            self._end("stopped", task.stopped)
        else:
            self._end("done", message)

    def _fail(self, message: str) -> None:
        self._end("failed", message)

    def _end(self, state: str, message: str) -> None:
        self.state = replace(self.state, state=state, message=message, file_name="", words="", seconds_left=None)

    def _tell(self, **fields: Any) -> None:
        if self._is_stopping:
            raise _Stopped
        told = replace(self.state, **fields)
        _, seconds_left = self._pace.tell(told.n_done, told.n_due)
        self.state = replace(told, seconds_left=seconds_left)


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
