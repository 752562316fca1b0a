"""A progress line with rate and time left, on standard error; plain lines where that is no terminal."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from resona.cli.cells import fitted
from resona.cli.context import printable
from resona.library import Pace

PLAIN_SECONDS = 10.0  # between two lines where standard error is not a terminal
SHOWN_SECONDS = 0.1  # between two looks of the line on a terminal
BAR_CELLS = 20


class ProgressLine:
    """What a long step calls to say how far it is."""

    def __init__(self, title: str, *, is_terminal: bool = False) -> None:
        self._title, self._is_terminal, self._pace = title, is_terminal, Pace()
        self._begin = self._last = time.monotonic()
        self._step = ""

    def update(self, done: int, total: int | None, note: str = "") -> None:
        """Show that `done` of `total` are done; `total` None means not known yet, 0 that there is nothing to count."""
        rate, left = self._pace.tell(done, total)
        speed = ", ".join(
            [*([f"{rate:.1f}/s"] if rate is not None else []), *([f"{_clock(left)} left"] if left is not None else [])]
        )
        now = time.monotonic()
        is_new_step = done == 0 and bool(note) and note != self._step
        if not is_new_step and now - self._last <= (SHOWN_SECONDS if self._is_terminal else PLAIN_SECONDS):
            return
        self._last, self._step = now, note
        count = f"{done} of {total}" if total else f"{done}" if done else ""
        told = ", ".join(part for part in (count, speed, printable(note)) if part)
        if self._is_terminal:
            filled = round(BAR_CELLS * min(done / total, 1)) if total else 0
            line = f"{self._title} {'━' * filled:╌<{BAR_CELLS}} {_clock(now - self._begin)} {told}"
            click.echo(f"\r{fitted(line, shutil.get_terminal_size().columns - 1)}", err=True, nl=False)
        else:
            click.echo(f"{self._title}: {told}", err=True)

    def clear(self) -> None:
        """Take the line off the terminal."""
        if self._is_terminal:
            click.echo(f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r", err=True, nl=False)


@contextmanager
def progress_line(title: str) -> Iterator[ProgressLine]:
    """Show progress while the block runs; the line disappears at its end.

    Where standard error is no terminal, a line is written every `PLAIN_SECONDS`, and as a step begins.

    Parameters
    ----------
    title
        What is being done.
    """
    line = ProgressLine(title, is_terminal=sys.stderr.isatty() and os.environ.get("TERM") != "dumb")
    try:
        yield line
    finally:
        line.clear()


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
