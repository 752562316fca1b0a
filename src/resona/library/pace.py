"""How fast does a long step go, and when will it be done?"""

import time
from collections.abc import Callable

ENOUGH_SECONDS = 3.0  # before anything is told
ENOUGH_SHARE, ENOUGH_DONE = 0.1, 10  # so much of the whole, or so many, must be done


class Pace:
    """Rate and time left of a step, told only once they can be.

    They count from the first report: what came before it, as starting processes, and what was done before it, as in a
    training that goes on, change nothing. Another total, or fewer done than before, is another step.

    Parameters
    ----------
    clock
        Gives the time in seconds.

    Examples
    --------
    >>> clock = iter([0.0, 1.0, 10.0]).__next__
    >>> pace = Pace(clock)
    >>> [pace.tell(done, 140) for done in (20, 30, 40)]
    [(None, None), (None, None), (2.0, 50.0)]
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step: tuple[int | None, int, float] | None = (
            None  # its total, what was done at its first report, and when
        )
        self._done = 0

    def tell(self, done: int, total: int | None) -> tuple[float | None, float | None]:
        """Take a report; give how many are done a second, and the seconds left, each None where it cannot be told."""
        now = self._clock()
        if self._step is None or (self._step[0] != total and total is not None) or done < self._done:
            self._step = (total, done, now)
        self._done = done
        _, first, begin = self._step
        n_new, seconds = done - first, now - begin
        enough = min(ENOUGH_DONE, max(1.0, ENOUGH_SHARE * total)) if total else 1
        if seconds < ENOUGH_SECONDS or n_new < enough:
            return None, None
        return n_new / seconds, (total - done) * seconds / n_new if total else None
