"""How a training looks off a terminal, and how it goes on after Ctrl-C."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from resona.cli import progress
from resona.cli.main import cli
from resona.library import Library, Pace

OPTIONS = ("train", "--init", "none", "--pairs", "60", "--epochs", "2")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


@pytest.mark.parametrize("note", ["hearing"])
def test_the_command_that_is_printed_goes_on(note: str, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = library.store.side_dir / "runs"
    update = progress.ProgressLine.update

    def interrupt(line: progress.ProgressLine, done: int, total: int | None, text: str = "") -> None:
        update(line, done, total, text)
        if text.startswith(note):
            raise KeyboardInterrupt

    if note == "hearing":
        track_id = library.store.tracks.all()[0].track_id
        library.store.features.remove(track_id)
    (runs / "base-004").mkdir(parents=True)
    (runs / "base-004" / "checkpoint.safetensors").write_bytes(b"of an older training")
    with monkeypatch.context() as stopped:
        stopped.setattr(progress.ProgressLine, "update", interrupt)
        done = call("--library", str(library.store.path), *OPTIONS)
    assert isinstance(done.exception, click.Abort)
    program, *arguments = shlex.split(str(done.exception).splitlines()[-1])
    assert program == "resona"
    is_finished = note == "embedding"
    assert arguments[-2:] == (["models", "base-005"] if is_finished else ["2", "--resume"])
    before = checkpointed(runs / "base-005")
    again = call(*arguments)
    assert again.exception is None
    assert sorted(path.name for path in runs.iterdir()) == ["base-004", "base-005"]
    assert len((runs / "base-005" / "curves.csv").read_text().splitlines()) == 1 + 3
    assert (before is None) == (note == "hearing")
    if before is not None:  # what was learned was not learned again
        assert (checkpointed(runs / "base-005") or [])[: len(before)] == before


def checkpointed(run: Path) -> list[str] | None:
    path = run / "curves.csv"
    lines = path.read_text().splitlines() if path.exists() else []
    return lines[1:] if len(lines) > 2 else None


def test_lines_off_a_terminal_tell_no_time_that_nobody_can_know(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("resona.cli.progress.time.monotonic", lambda: now)
    line = progress.ProgressLine("Learning", None)
    monkeypatch.setattr(line, "_pace", Pace(lambda: now))
    now = 300.0  # what comes before the first step takes long
    line.update(0, 0, "looking at the start")
    for step in range(1, 601):
        now += 0.5 if step > 1 else 200.0
        line.update(step, 1200, "epoch 1 of 2")
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == [
        "Learning: looking at the start",
        "Learning: 1 of 1200, epoch 1 of 2",
        "Learning: 22 of 1200, 2.0/s, 9:49 left, epoch 1 of 2",
    ]
    assert 25 < len(lines) < 35
    assert all(re.search(r"\d of 1200, 2.0/s, \d:\d\d left", line) for line in lines[2:])
