import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from resona.errors import WorkerError
from resona.ingest.workers import WorkerPool


def _behave(task: str) -> str:
    if task == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == "exit":
        os._exit(7)
    if task == "hang":
        time.sleep(60)
    if task == "greedy":
        try:
            bytearray(64 << 30)
        except MemoryError:
            return "no memory"
    return task.upper()


def _build() -> Callable[[str], str]:
    return _behave


def _lost(task: str, reason: str) -> str:
    return f"{task}: {reason}"


def run(tasks: list[str], n_workers: int = 2, patience_seconds: float = 30.0) -> list[str]:
    pool = WorkerPool(_build, _lost, n_workers=n_workers, patience_seconds=patience_seconds)
    return sorted(pool.run(tasks))


def test_every_task_has_a_result() -> None:
    assert run([f"task {number}" for number in range(50)]) == sorted(f"TASK {number}" for number in range(50))


def test_no_task_no_worker() -> None:
    assert run([]) == []


def test_crash_costs_only_its_own_task() -> None:
    results = run(["a", "crash", "b", "exit", "c"])
    assert results == [
        "A",
        "B",
        "C",
        "crash: the decoder crashed (SIGSEGV)",
        "exit: the decoder stopped (exit status 7)",
    ]


def test_a_worker_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    pool = WorkerPool(_build_mortal, _lost, n_workers=2, retries_killed=True)
    tasks = [str(tmp_path / name) for name in ("a", "once", "always", "b")]
    results = [Path(result).name for result in pool.run(tasks)]
    assert sorted(results[:2]) == ["a", "b"]
    assert sorted(results[2:]) == ["always: the decoder crashed (SIGKILL)", "once"]  # at last, alone


def _build_mortal() -> Callable[[str], str]:
    return _die


def _die(task: str) -> str:
    mark = Path(task)
    if mark.name == "always" or (mark.name == "once" and not mark.exists()):
        mark.mkdir(exist_ok=True)  # no file can be written
        os.kill(os.getpid(), signal.SIGKILL)
    return task


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("import", "no such library"), ("crash", "SIGILL"), ("exit", "exit status 7"), ("task", "the model is damaged")],
)
def test_what_no_task_is_to_blame_for_ends_it_all(fault: str, reason: str) -> None:
    pool: WorkerPool[str, str] = WorkerPool(partial(_build_broken, fault), _lost, n_workers=2, retries_killed=True)
    with pytest.raises(WorkerError, match=reason):
        list(pool.run(["a", "b", "c"]))
    assert _children() == 0


def _build_broken(fault: str) -> Callable[[str], str]:
    if fault == "import":
        raise ImportError("no such library")
    if fault == "crash":
        os.kill(os.getpid(), signal.SIGILL)
    if fault == "exit":
        os._exit(7)
    return _blame_the_model


def _blame_the_model(_: str) -> str:
    raise WorkerError("the model is damaged")


def test_hang_costs_only_its_own_task() -> None:
    results = run(["hang", "a", "b"], patience_seconds=1)
    assert results == ["A", "B", "hang: the decoder hung for more than 1 s"]


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux keeps the memory limit")
def test_memory_is_limited() -> None:
    assert run(["greedy"]) == ["no memory"]


def test_stopping_early_leaves_no_process() -> None:
    pool = WorkerPool(_build, _lost, n_workers=2)
    results = pool.run(f"task {number}" for number in range(1000))
    next(results)
    results.close()
    assert _children() == 0


def _children() -> int:
    import multiprocessing

    return len(multiprocessing.active_children())


def test_build_runs_once_in_each_worker() -> None:
    pool = WorkerPool(partial(_counting_build, []), _lost, n_workers=1)
    assert sorted(pool.run(["a", "b", "c"])) == ["1", "1", "1"]


def _counting_build(calls: list[int]) -> Callable[[str], str]:
    calls.append(1)
    return lambda _: str(len(calls))


def test_workers_cannot_write_files_and_come_last(tmp_path: Path) -> None:
    forbidden, niceness = sorted(WorkerPool(_build_writer, _lost, n_workers=1).run([str(tmp_path / "a"), ""]))[::-1]
    assert forbidden == "File too large"
    assert int(niceness) >= 10


def _build_writer() -> Callable[[str], str]:
    return _write


def _write(path: str) -> str:
    if not path:
        return str(os.nice(0))
    try:
        Path(path).write_bytes(b"x" * 100)
    except OSError as error:
        return str(error.strerror)
    return "written"
