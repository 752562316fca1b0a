import os
from functools import partial
from pathlib import Path

import pytest
from work import (
    build,
    build_broken,
    build_mortal,
    build_writer,
    counting_build,
    lost,
)

from resona.errors import WorkerError
from resona.ingest.workers import WorkerPool


def run(tasks: list[str], n_workers: int = 2, patience_seconds: float = 30.0) -> list[str]:
    pool = WorkerPool(build, lost, n_workers=n_workers, patience_seconds=patience_seconds)
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
    pool = WorkerPool(build_mortal, lost, n_workers=2, retries_killed=True)
    tasks = [str(tmp_path / name) for name in ("a", "once", "always", "b")]
    results = [Path(result).name for result in pool.run(tasks)]
    assert sorted(results[:2]) == ["a", "b"]
    assert sorted(results[2:]) == ["always: the decoder crashed (SIGKILL)", "once"]  # at last, alone


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("import", "no such library"), ("crash", "SIGILL"), ("exit", "exit status 7"), ("task", "the model is damaged")],
)
def test_what_no_task_is_to_blame_for_ends_it_all(fault: str, reason: str) -> None:
    pool: WorkerPool[str, str] = WorkerPool(partial(build_broken, fault), lost, n_workers=2, retries_killed=True)
    with pytest.raises(WorkerError, match=reason):
        list(pool.run(["a", "b", "c"]))
    assert _children() == 0


def test_hang_costs_only_its_own_task() -> None:
    results = run(["hang", "a", "b"], patience_seconds=1)
    assert results == ["A", "B", "hang: the decoder hung for more than 1 s"]


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux keeps the memory limit")
def test_memory_is_limited() -> None:
    assert run(["greedy"]) == ["no memory"]


def test_stopping_early_leaves_no_process() -> None:
    pool = WorkerPool(build, lost, n_workers=2)
    results = pool.run(f"task {number}" for number in range(1000))
    next(results)
    results.close()
    assert _children() == 0


def _children() -> int:
    import multiprocessing

    return len(multiprocessing.active_children())


def test_build_runs_once_in_each_worker() -> None:
    pool = WorkerPool(partial(counting_build, []), lost, n_workers=1)
    assert sorted(pool.run(["a", "b", "c"])) == ["1", "1", "1"]


def test_workers_cannot_write_files_and_come_last(tmp_path: Path) -> None:
    forbidden, niceness = sorted(WorkerPool(build_writer, lost, n_workers=1).run([str(tmp_path / "a"), ""]))[::-1]
    assert forbidden == "File too large"
    assert int(niceness) >= 10
