"""A progress line with rate and time left, on standard error; plain lines where that is no terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from resona.cli.context import printable

PLAIN_SECONDS = 10.0  # between two lines where standard error is not a terminal


class ProgressLine:
    """What a long step calls to say how far it is."""

    def __init__(self, title: str, unit: str, progress: Progress | None) -> None:
        self._title, self._unit, self._progress = title, unit, progress
        self._begin = self._last = time.monotonic()
        self._task = progress.add_task(title, total=None, rate="", note="") if progress else None

    def update(self, done: int, total: int | None, note: str = "") -> None:
        """Show that `done` of `total` are done; `total` None means not known yet."""
        now = time.monotonic()
        seconds = max(now - self._begin, 1e-3)
        rate = f"{done / seconds:.1f} {self._unit}/s" if done else ""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, rate=rate, note=note)
        elif now - self._last > PLAIN_SECONDS:
            self._last = now
            of = f" of {total}" if total else ""
            left = f", {_clock(seconds * (total - done) / done)} left" if total and done else ""
            click.echo(f"{self._title}: {done}{of} {rate}{left} {note}".rstrip(), err=True)


@contextmanager
def progress_line(title: str, unit: str = "tracks") -> Iterator[ProgressLine]:
    """Show progress while the block runs; the line disappears at its end.

    Parameters
    ----------
    title
        What is being done.
    unit
        What is counted, for the rate.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield ProgressLine(title, unit, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield ProgressLine(title, unit, progress)


def _clock(seconds: float) -> str:
    """Write a duration as minutes and seconds.

    Examples
    --------
    >>> _clock(61.2)
    '1:01'
    """
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


def as_text(text: str) -> Text:
    """Show a name as it is: brackets in it are not markup, control characters not obeyed."""
    return Text(printable(text))
