"""A progress line with rate and time left, on standard error; plain lines where that is no terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from resona.cli.context import printable
from resona.library import Pace

PLAIN_SECONDS = 10.0  # between two lines where standard error is not a terminal


class ProgressLine:
    """What a long step calls to say how far it is."""

    def __init__(self, title: str, progress: Progress | None) -> None:
        self._title, self._progress, self._pace = title, progress, Pace()
        self._last, self._step = time.monotonic(), ""
        self._task = progress.add_task(title, total=None, speed="", note="") if progress else None

    def update(self, done: int, total: int | None, note: str = "") -> None:
        """Show that `done` of `total` are done; `total` None means not known yet, 0 that there is nothing to count."""
        rate, left = self._pace.tell(done, total)
        speed = ", ".join(
            [*([f"{rate:.1f}/s"] if rate is not None else []), *([f"{_clock(left)} left"] if left is not None else [])]
        )
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total or None, speed=speed, note=note)
            return
        now = time.monotonic()
        is_new_step = done == 0 and bool(note) and note != self._step
        if is_new_step or now - self._last > PLAIN_SECONDS:
            self._last, self._step = now, note
            count = f"{done} of {total}" if total else f"{done}" if done else ""
            click.echo(f"{self._title}: {', '.join(part for part in (count, speed, note) if part)}", err=True)


@contextmanager
def progress_line(title: str) -> Iterator[ProgressLine]:
    """Show progress while the block runs; the line disappears at its end.

    Where standard error is no terminal, a line is written every `PLAIN_SECONDS`, and as a step begins.

    Parameters
    ----------
    title
        What is being done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield ProgressLine(title, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield ProgressLine(title, progress)


def _clock(seconds: float) -> str:
    """Write a duration as minutes and seconds, with hours where there are any.

    Examples
    --------
    >>> _clock(61.2), _clock(7384)
    ('1:01', '2:03:04')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def as_text(text: str) -> Text:
    """Show a name as it is: brackets in it are not markup, control characters not obeyed."""
    return Text(printable(text))
