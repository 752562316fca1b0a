"""Shelves in order: each order is worked out once for each state of the library."""

from collections.abc import Callable
from typing import Any


class Orders:
    """Remembers the shelves of one discography in the orders that were asked for.

    Examples
    --------
    >>> orders, shelves = Orders(), object()
    >>> [orders.get(shelves, "by name", lambda: sorted("bac")) for _ in range(2)][1]
    ['a', 'b', 'c']
    """

    def __init__(self) -> None:
        self._kept: tuple[object, dict[str, list[Any]]] = (None, {})

    def get(self, known: object, name: str, sort: Callable[[], list[Any]]) -> list[Any]:
        """Give what `sort` gives, worked out once for each `name` until another discography comes."""
        kept = self._kept
        if kept[0] is not known:
            kept = self._kept = known, {}
        if name not in kept[1]:
            kept[1][name] = sort()
        return kept[1][name]
