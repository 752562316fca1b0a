"""Sound is decoded in a process of its own.

A hostile file may crash or hang a decoder or take all memory; then that process ends and the asker gets the reason. One
process, one file at a time; it ends when nobody asks for a while.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from resona.audio import (
    Picture,
    cut_flac,
    decode_span,
    read_cover,
    read_tags,
    scale_picture,
    silence_decoders,
    whole_hash,
)
from resona.errors import AudioError, BusyError, DecodeError, ResonaError, WorkerError
from resona.ingest import AnalysisConfig, Listened, listen
from resona.ingest.workers import WorkerPool
from resona.tracks import Tags

PATIENCE_SECONDS = 60.0
IDLE_SECONDS = 60.0
N_WAITING = 16

N_PEAKS = 480
PEAK_RATE = 4000  # Hz: an outline needs no more
PEAK_BLOCK_SECONDS = 60.0
LONGEST_OUTLINE_SECONDS = 3600.0
EXCERPT_RATE = 22_050


class Task(Protocol):
    """Something to do with one audio file."""

    @property
    def path(self) -> Path:
        """The file."""

    def __call__(self) -> Any:
        """Do it; an `AudioError` is an outcome like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSound:
    """What there is to know about a file from elsewhere; `audio_hash` is its `whole_hash`."""

    audio_hash: str
    tags: Tags
    cover: Picture | None
    listened: Listened


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
    """Read the tags and the cover of a file and listen to its clips."""

    path: Path
    analysis: AnalysisConfig

    def __call__(self) -> ForeignSound:
        """Do it."""
        listened = listen(self.path, self.analysis)
        return ForeignSound(
            audio_hash=whole_hash(self.path),
            tags=read_tags(self.path),
            cover=read_cover(self.path),
            listened=listened,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Measure the loudest sample of each of `N_PEAKS` equal parts of a track, 0…1 with 1 the loudest of all."""

    path: Path
    start_seconds: float
    duration_seconds: float

    def __call__(self) -> list[float]:
        """Do it, minute by minute; what is longer than an hour has no outline."""
        if not 0 < self.duration_seconds <= LONGEST_OUTLINE_SECONDS:
            return []
        end = self.start_seconds + self.duration_seconds
        starts = np.arange(self.start_seconds, end, PEAK_BLOCK_SECONDS)
        blocks = [
            np.abs(decode_span(self.path, start, min(start + PEAK_BLOCK_SECONDS, end), sample_rate=PEAK_RATE))
            for start in starts.tolist()
        ]
        parts = np.array_split(np.concatenate(blocks), N_PEAKS)
        peaks = np.array([part.max(initial=0.0) for part in parts])
        return [round(float(peak), 3) for peak in peaks / max(float(peaks.max()), 1e-9)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Decode a part of a track, for a browser that cannot play the whole file."""

    path: Path
    start_seconds: float
    seconds: float

    def __call__(self) -> NDArray[np.float32]:
        """Do it: mono at `EXCERPT_RATE`."""
        end = self.start_seconds + self.seconds
        return decode_span(self.path, self.start_seconds, end, sample_rate=EXCERPT_RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Cut a part of a file out, as FLAC."""

    path: Path
    start_seconds: float
    end_seconds: float | None

    def __call__(self) -> bytes:
        """Do it."""
        return cut_flac(self.path, self.start_seconds, self.end_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrink:
    """Make a picture smaller; `path` is the file that it was in or beside."""

    path: Path
    content: bytes
    size: int

    def __call__(self) -> bytes:
        """Do it."""
        return scale_picture(self.content, self.size)


class Ear:
    """A process that performs tasks, one after the other.

    Parameters
    ----------
    patience_seconds
        How long one task may take.
    n_waiting
        Requests in the queue, at the most.
    """

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS, n_waiting: int = N_WAITING) -> None:
        self._patience_seconds = patience_seconds
        self._tasks: queue.Queue[tuple[Task, Future[Any]] | None] = queue.Queue(n_waiting)
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._current: Future[Any] = Future()

    def ask(self, task: Task) -> Any:
        """Perform a task and wait for its result.

        Raises
        ------
        AudioError
            If the file cannot be heard, or crashed or stalled the decoder.
        BusyError
            If too many requests are waiting.
        WorkerError
            If the process cannot work at all; the next request tries again.
        """
        future: Future[Any] = Future()
        with self._guard:
            try:
                self._tasks.put_nowait((task, future))
            except queue.Full as error:
                raise BusyError("too many files are waiting to be heard; try again soon") from error
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="ear", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError as error:
                    self._thread = None
                    raise BusyError("the system has no thread to spare; try again soon") from error
        result = future.result()
        if isinstance(result, BaseException):
            raise result
        return result

    def close(self) -> None:
        """End the process once it has done what it was asked."""
        with self._guard:
            thread = self._thread
        if thread is not None:
            self._tasks.put(None)
            thread.join()

    def _work(self) -> None:
        pool: WorkerPool[Task, Any] = WorkerPool(_build, _lost, n_workers=1, patience_seconds=self._patience_seconds)
        while self._thread is threading.current_thread():
            try:
                for result in pool.run(self._waiting()):
                    self._current.set_result(result)
            except Exception as error:  # whoever asked is told, and the next one is heard
                self._current.set_result(_unable(error))

    def _waiting(self) -> Iterator[Task]:
        """Hand out tasks: the pool draws the next one only when it has given the last one's result."""
        while True:
            try:
                item = self._tasks.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                item = None
            if item is None:
                with self._guard:
                    if self._tasks.empty():
                        self._thread = None
                        return
                continue
            task, self._current = item
            yield task


def _build() -> Callable[[Task], Any]:
    silence_decoders()
    return _perform


def _perform(task: Task) -> Any:
    try:
        return task()
    except AudioError as error:
        return error
    except MemoryError:
        return DecodeError(task.path, "needs too much memory to decode")
    except OSError as error:
        return DecodeError(task.path, f"cannot be read: {error.strerror or error}")


def _unable(error: Exception) -> ResonaError:
    return error if isinstance(error, ResonaError) else WorkerError(f"nothing can be heard: {error}")


def _lost(task: Task, reason: str) -> AudioError:
    return DecodeError(task.path, reason)
