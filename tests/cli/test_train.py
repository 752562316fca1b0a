"""How a training looks off a terminal, and how it goes on after Ctrl-C."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner, Result

from resona.cli import progress
from resona.cli.cells import n_cells
from resona.cli.main import cli
from resona.library import Library, Pace

OPTIONS = ("train", "--init", "none", "--pairs", "60", "--epochs", "2")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def test_the_command_that_is_printed_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = library.store.side_dir / "runs"
    update = progress.ProgressLine.update

    def interrupt(line: progress.ProgressLine, done: int, total: int | None, text: str = "") -> None:
        update(line, done, total, text)
        if text.startswith("hearing"):
            raise KeyboardInterrupt

    library.store.features.remove(library.store.tracks.all()[0].track_id)
    (runs / "base-004").mkdir(parents=True)
    (runs / "base-004" / "checkpoint.safetensors").write_bytes(b"of an older training")
    with monkeypatch.context() as stopped:
        stopped.setattr(progress.ProgressLine, "update", interrupt)
        done = call("--library", str(library.store.path), *OPTIONS)
    assert isinstance(done.exception, click.Abort)
    program, *arguments = shlex.split(str(done.exception).splitlines()[-1])
    assert program == "resona"
    assert arguments[-2:] == ["2", "--resume"]
    assert not (runs / "base-005" / "curves.csv").exists()
    assert call(*arguments).exception is None
    assert sorted(path.name for path in runs.iterdir()) == ["base-004", "base-005"]
    assert len((runs / "base-005" / "curves.csv").read_text().splitlines()) == 1 + 3


def test_a_terminal_has_one_line_that_is_gone_in_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((0.0, 1.0, 1.05, 62.0))
    monkeypatch.setattr("resona.cli.progress.time.monotonic", times.__next__)
    monkeypatch.setenv("COLUMNS", "60")
    line = progress.ProgressLine("Learning", is_terminal=True)
    for _ in range(3):
        line.update(10, 40, "夜に駆ける\x1b[2J")
    line.clear()
    said = capsys.readouterr().err
    assert "\n" not in said
    first, second, blank, rest = said.split("\r")[1:]
    assert first.startswith("Learning ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 0:01 10 of 40, 夜に駆ける")
    assert " 1:02 " in second
    assert "\x1b" not in said
    assert n_cells(first) == n_cells(second) == len(blank) == 59
    assert not blank.strip() + rest


def test_lines_off_a_terminal_tell_no_time_that_nobody_can_know(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("resona.cli.progress.time.monotonic", lambda: now)
    line = progress.ProgressLine("Learning")
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
