"""How files are analysed side by side, when any of them may crash or hang the decoder.

Each worker is a process with one pipe. A worker that dies or takes too long is replaced, and only the file it was
working on is lost, with the reason. One that was killed from outside, as the system does when memory runs out, was
probably not its file's victim: that file can have a second try. One that cannot even start, or says that it cannot
work, is no file's victim: that ends it all. Workers have low priority, cannot write files, have a memory limit where
the system keeps one, and end by themselves when the parent is gone.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Generic, TypeVar

from resona.errors import ResonaError, WorkerError

Task = TypeVar("Task")
Result = TypeVar("Result")
Function = Callable[[Task], Result]

CONTEXT: SpawnContext | ForkServerContext = multiprocessing.get_context("spawn")  # a fork inherits locks of threads
START_SECONDS = 120.0  # what a worker may take until it can begin, whatever a task may take
ENDING_SECONDS = 5.0  # from a worker's closed pipe to its exit status, on a busy machine
MEMORY_BYTES = 3 << 30  # what a worker may take on top of what it starts with; a hostile file must not take it all
NICE = 10
READY = "ready"  # the first message of a worker


class WorkerPool(Generic[Task, Result]):
    """Processes that apply one function to many tasks, in any order.

    Parameters
    ----------
    build
        Called once in each worker; returns the function. It must be picklable.
    on_loss
        Makes the result of a task whose worker was lost, from the task and a reason.
    n_workers
        Number of processes.
    patience_seconds
        How long one task may take.
    may_write
        Whether the function may write files; one that reads files of unknown origin should not.
    retries_killed
        Whether a task whose worker was killed (SIGKILL) is done once more, after all others and alone.
    """

    def __init__(
        self,
        build: Callable[[], Function[Task, Result]],
        on_loss: Callable[[Task, str], Result],
        *,
        n_workers: int,
        patience_seconds: float = 120.0,
        may_write: bool = False,
        retries_killed: bool = False,
    ) -> None:
        self._keeps_workers = False
        self._workers: list[_Worker[Task, Result]] = []
        self._retries_killed = retries_killed
        self._build = build
        self._may_write = may_write
        self._on_loss = on_loss
        self._n_workers = n_workers
        self._patience_seconds = patience_seconds

    def keep_workers(self) -> None:
        """Let idle workers stay for the next `run`, until `close`."""
        self._keeps_workers = True

    def run(self, tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield a result for every task; tasks are drawn only as workers become free.

        Raises
        ------
        WorkerError
            If a worker cannot start, or the function raises just that.
        """
        killed: list[Task] = []
        yield from self._run(tasks, self._n_workers, killed if self._retries_killed else None)
        yield from self._run(killed, 1, None)

    def _run(self, tasks: Iterable[Task], n_workers: int, killed: list[Task] | None) -> Generator[Result, None, None]:
        waiting, workers = iter(tasks), self._workers
        try:
            is_drained = False
            while True:
                busy = [worker for worker in workers if not worker.is_idle]
                while not is_drained and len(busy) < n_workers:
                    is_drained = not self._feed(waiting, workers)
                    busy = [worker for worker in workers if not worker.is_idle]
                if not busy:
                    return
                wait([worker.connection for worker in busy], timeout=0.5)
                for worker in busy:
                    yield from self._collect(worker, workers, killed)
        finally:
            self._end([worker for worker in workers if not (self._keeps_workers and worker.is_idle)])

    def close(self) -> None:
        """End the workers that were kept."""
        self._end(list(self._workers))

    def _end(self, workers: "Sequence[_Worker[Task, Result]]") -> None:
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.stop()
            self._workers.remove(worker)

    def _feed(self, waiting: Iterator[Task], workers: "list[_Worker[Task, Result]]") -> bool:
        try:
            task = next(waiting)
        except StopIteration:
            return False
        worker = next((worker for worker in workers if worker.is_idle), None)
        if worker is None:
            worker = _Worker(self._build, may_write=self._may_write)
            workers.append(worker)
        worker.give(task)
        return True

    def _collect(
        self,
        worker: "_Worker[Task, Result]",
        workers: "list[_Worker[Task, Result]]",
        killed: list[Task] | None,
    ) -> Iterator[Result]:
        if worker.connection.poll():
            task = worker.task[0]
            try:
                yield from worker.take()
            except (EOFError, ConnectionError):
                workers.remove(worker)
                reason = worker.stop(seconds=ENDING_SECONDS)
                if killed is not None and worker.was_killed:
                    killed.append(task)
                elif worker.is_ready or worker.was_killed:
                    yield self._on_loss(task, reason)
                else:
                    raise WorkerError(f"no worker can start, and no file is at fault: {reason}") from None
        elif not worker.is_ready and worker.busy_seconds < START_SECONDS:
            return
        elif worker.busy_seconds > self._patience_seconds:
            workers.remove(worker)
            worker.stop()
            yield self._on_loss(worker.task[0], f"the decoder hung for more than {self._patience_seconds:.0f} s")


class _Worker(Generic[Task, Result]):
    def __init__(self, build: Callable[[], Function[Task, Result]], *, may_write: bool) -> None:
        self.connection, theirs = CONTEXT.Pipe()
        self.task: list[Task] = []
        self.is_ready = False
        self.was_killed = False  # from outside; known once it has stopped
        self._since = 0.0
        with _one_thread(), _no_interrupts():
            self._process = CONTEXT.Process(
                target=_serve, args=(theirs, build), kwargs={"may_write": may_write}, daemon=True
            )
            self._process.start()
        theirs.close()

    @property
    def is_idle(self) -> bool:
        return not self.task

    @property
    def busy_seconds(self) -> float:
        return time.monotonic() - self._since

    def give(self, task: Task) -> None:
        self.task = [task]
        self._since = time.monotonic()
        try:
            self.connection.send(task)
        except (BrokenPipeError, ConnectionError):
            return  # it died while idle: `take` will say so

    def take(self) -> Iterator[Result]:
        """Give the result of the task, once it is there."""
        message = self.connection.recv()
        if isinstance(message, WorkerError):
            raise message
        if not self.is_ready:
            self.is_ready, self._since = True, time.monotonic()
            return
        self.task = []
        yield message

    def kill(self) -> None:
        """End the process at once: it has nothing to tidy up."""
        self._process.kill()

    def stop(self, *, seconds: float = 0.0) -> str:
        """End the process, unless it does so itself within some seconds, and say how it had ended."""
        self._process.join(timeout=seconds)
        code = self._process.exitcode
        self.was_killed = code == -signal.SIGKILL
        if code is None:
            self.kill()
            self._process.join(timeout=2)
        self.connection.close()
        if code is not None and code < 0:
            return f"the decoder crashed ({signal.Signals(-code).name})"
        return f"the decoder stopped (exit status {code})"


class _one_thread:  # noqa: N801 - reads as a statement
    """Let children start with one thread for each numerical library: the parallel work is done by processes."""

    NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self.NAMES}
        os.environ.update(dict.fromkeys(self.NAMES, "1"))

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Let children start deaf to Ctrl-C, which is the parent's to handle."""
    resource_tracker.ensure_running()  # the first process would start it, and it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, build: Callable[[], Function[Task, Result]], *, may_write: bool) -> None:
    os.nice(NICE)
    function: Function[Task, Result] | None = None
    try:
        function = build()
        _limit_resources(may_write=may_write)
        connection.send(READY)
        while True:
            connection.send(function(connection.recv()))
    except (EOFError, ConnectionError):
        return  # the parent is gone
    except WorkerError as error:
        connection.send(error)
    except Exception as error:
        if function is not None:
            raise  # the task is lost, and the parent sees it
        reason = str(error) if isinstance(error, ResonaError) else f"{type(error).__name__}: {error}"
        connection.send(WorkerError(f"no worker can start, and no file is at fault: {reason}"))


def _limit_resources(*, may_write: bool) -> None:
    """Let a hostile file take little memory and write nothing; results leave through the pipe."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # elsewhere the memory limit is not kept by the system
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - not a real file
            present = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + MEMORY_BYTES, present + MEMORY_BYTES))
