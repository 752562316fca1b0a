"""What runs behind the page: whatever goes wrong, it ends with a sentence, and the next one runs."""

import threading
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from unittest.mock import Mock

import pytest
from tasks import Honest

from resona.errors import WorkerError
from resona.library import Library, Warm
from resona.library.ear import Ear
from resona.web.jobs import Jobs, LayoutJob, LongTask
from resona.web.state import State, Turns
from resona.web.tasks import scanning


def run_scan(job: Jobs, library: Library) -> str:
    assert job.start(scanning(library))
    while job.state.is_running:
        time.sleep(0.01)
    return job.state.state


@pytest.mark.parametrize("error", [RuntimeError("a broken runtime"), SystemExit(3), MemoryError("no more")])
def test_a_scan_that_breaks_ends_with_a_sentence_and_the_next_one_runs(
    error: BaseException, shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Jobs()
    with monkeypatch.context() as broken:
        broken.setattr(import_module("resona.library.folders"), "embed_stored", Mock(side_effect=error))
        assert run_scan(job, shelf) == "failed"
    assert str(error) in job.state.message
    assert run_scan(job, shelf) == "done"
    with monkeypatch.context() as broken:
        broken.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("can't start new thread")))
        assert job.start(scanning(shelf))
        assert job.state.state == "failed"
    job.close()
    assert run_scan(job, shelf) == "done"


@pytest.mark.parametrize("stage", ["extracting", "embedding"])
def test_stop_is_heard_in_every_stage(stage: str, shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model_id = shelf.model.model_id
    known = shelf.store.embeddings.track_ids(model_id)
    for track_id in known:
        shelf.store.embeddings.remove(track_id)
        if stage == "extracting":
            shelf.store.features.remove(track_id)
    job, seen = Jobs(), []
    tell = job._tell

    def stop_there(**told: Any) -> None:
        seen.append((told["state"], told["n_due"]))
        if told["state"] == stage:
            job.stop()
        tell(**told)

    monkeypatch.setattr(job, "_tell", stop_there)
    assert run_scan(job, shelf) == "stopped"
    assert seen[-1] == (stage, len(known))
    assert not shelf.store.embeddings.track_ids(model_id)
    monkeypatch.undo()
    assert run_scan(job, shelf) == "done"
    assert shelf.store.embeddings.track_ids(model_id) == known


def test_one_job_runs_at_a_time_and_is_stopped() -> None:
    jobs, go = Jobs(), threading.Event()

    def work(tell: Any) -> str:
        tell(n_done=1, n_due=3, words="one")
        assert go.wait(10)
        tell(n_done=2)
        return "all"

    task = LongTask(kind="training", stage="learning", work=work, stopped="kept")
    assert jobs.start(task)
    assert not jobs.start(task)
    jobs.stop()
    go.set()
    jobs.close()
    told = (jobs.state.kind, jobs.state.state, jobs.state.message, jobs.state.n_done, jobs.state.words)
    assert told == ("training", "stopped", "kept", 1, "")


def test_a_map_that_breaks_is_drawn_another_time(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    job = LayoutJob(shelf)
    monkeypatch.setattr(type(shelf.map), "draw", Mock(side_effect=RuntimeError("no room")))
    job.ensure()
    while job.is_running:
        time.sleep(0.01)
    assert "no room" in job.message


def test_an_ear_whose_process_cannot_work_says_so_to_each(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    monkeypatch.setattr("resona.library.ear.WorkerPool.run", Mock(side_effect=broken_pool))
    for _ in range(2):
        with pytest.raises(WorkerError, match="nothing can be heard: no pipes left"):
            ear.ask(Honest())
    ear.close()


def broken_pool(tasks: Iterator[Any]) -> Iterator[Any]:
    for _ in tasks:
        raise OSError("no pipes left")
    return iter(())


def test_lists_say_that_they_are_worked_out_anew() -> None:
    begun, go, keys = threading.Event(), threading.Event(), iter(range(9))

    def load() -> str:
        begun.set()
        assert go.wait(10)
        return "lists"

    warm = Warm(load, lambda: next(keys))
    assert not warm.is_loading
    first = threading.Thread(target=warm.get)
    first.start()
    assert begun.wait(10)
    assert warm.is_loading
    go.set()
    first.join()
    assert not warm.is_loading
    begun.clear()
    go.clear()
    assert warm.get() == "lists"  # of before, while the next are loaded
    assert begun.wait(10)
    end = threading.Thread(target=warm.settle)
    end.start()
    assert end.is_alive()
    go.set()
    end.join()
    assert not warm.is_loading


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order = Turns(1), list[int]()

    def ask(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    with turns:
        for n_waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._waiting) < n_waiting:
                time.sleep(0.001)
    with turns:  # whoever comes later waits for all of them
        assert order == [0, 1, 2, 3, 4]
    for thread in threads:
        thread.join()


def test_the_first_visitor_waits_for_nothing(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Mock(side_effect=shelf.music.discography)
    monkeypatch.setattr(shelf.music, "discography", load)
    state = State(library=shelf)
    state.warm().join()
    assert state.lists.is_preparing is False
    known = state.discography
    assert load.call_count == 1
    sort = Mock(side_effect=lambda: sorted(known.albums))
    first = state.orders.get(known, "albums", sort)
    assert state.orders.get(known, "albums", sort) is first
    assert state.orders.get(object(), "albums", sort) is not first
    assert sort.call_count == 2
