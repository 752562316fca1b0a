"""How does a server answer at once while the library changes?"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

log = logging.getLogger("resona.library")


class Warm(Generic[Value]):
    """A value that follows the library, ready at once.

    While the library changes, requests are served from the last state and a thread loads the next one; only the very
    first request waits.

    Parameters
    ----------
    load
        Works the value out; what it raises, `get` raises.
    key
        What changes whenever the value may.
    rest
        How long nothing is loaded after a load, in parts of the time that this took: while a scan goes on, everything
        changes with each file.

    Examples
    --------
    >>> Warm(lambda: "lists", lambda: 1).get()
    'lists'
    """

    def __init__(self, load: Callable[[], Value], key: Callable[[], object], *, rest: float = 0.0) -> None:
        self._load_value, self._key, self._rest = load, key, rest
        self._rested_at = 0.0
        self._current: tuple[object, Value] | None = None
        self._loading = threading.Lock()

    @property
    def is_loading(self) -> bool:
        """Whether the next state is being worked out now."""
        return self._loading.locked()

    def get(self) -> Value:
        """Give the value."""
        current = self._current
        if current is None:
            with self._loading:
                return (self._current or self._load())[1]
        is_stale = time.monotonic() >= self._rested_at and current[0] != self._key()
        if is_stale and self._loading.acquire(blocking=False):
            threading.Thread(target=self._reload, name="warm", daemon=True).start()
        return current[1]

    def renew(self) -> None:
        """Load it now if it has changed, and wait: for whoever has just changed it and wants to see that."""
        with self._loading:
            if self._current is None or self._current[0] != self._key():
                self._load()

    def settle(self) -> None:
        """Wait until nothing is being loaded: before what it is loaded from is closed."""
        with self._loading:
            pass

    def _load(self) -> tuple[object, Value]:
        key, begin = self._key(), time.monotonic()
        self._current = key, self._load_value()
        end = time.monotonic()
        self._rested_at = end + self._rest * (end - begin)
        return self._current

    def _reload(self) -> None:
        try:
            self._load()
        except Exception as error:  # the last state serves on, and the next request tries again
            log.error("the library's new state cannot be loaded", exc_info=error)
        finally:
            self._loading.release()
