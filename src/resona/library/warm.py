"""How does a server answer at once while the library changes?"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


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

    Examples
    --------
    >>> Warm(lambda: "lists", lambda: 1).get()
    'lists'
    """

    def __init__(self, load: Callable[[], Value], key: Callable[[], object]) -> None:
        self._load_value, self._key = load, key
        self._current: tuple[object, Value] | None = None
        self._loading = threading.Lock()

    def get(self) -> Value:
        """Give the value."""
        current = self._current
        if current is None:
            with self._loading:
                return (self._current or self._load())[1]
        if current[0] != self._key() and self._loading.acquire(blocking=False):
            threading.Thread(target=self._reload, name="warm", daemon=True).start()
        return current[1]

    def _load(self) -> tuple[object, Value]:
        key = self._key()
        self._current = key, self._load_value()
        return self._current

    def _reload(self) -> None:
        try:
            self._load()
        finally:
            self._loading.release()
