"""Which tracks pass a filter, once it is parsed?

An expression is a small tree of objects that compare whole columns at once. There is no SQL, no `eval` and no file
access, so a filter can do nothing but say yes or no to each track. `where` makes the trees.

Conventions: a column has one entry for each track of the library, in one order: numbers as float64 with NaN for
unknown, text as a `TextColumn`. Text is compared as `plain` writes it, and whole names also without a leading "The".
"""

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.tracks import fold, plain

Mask = NDArray[np.bool_]
Columns = Mapping[str, Any]  # field name to TextColumn or float64 array

TOLD = "sound: "  # before a word that is told of a track's sound, as the name of a column
WILDCARD = re.compile(r"\[!?\]?[^\]]*\]|[*?]")
COMPARISONS = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}


class TextColumn:
    """One text attribute of every track, folded once at its first use; keep it between requests.

    Parameters
    ----------
    values
        One entry for each track: a string, or a tuple where a track has several values. Empty is unknown.

    Examples
    --------
    >>> TextColumn(["Rock", ("Jazz", "Rock"), ""]).test(lambda text: text == "rock")
    array([ True,  True, False])
    """

    def __init__(self, values: Sequence[str | tuple[str, ...]]) -> None:
        self._values = values

    @cached_property
    def _folded(self) -> tuple[NDArray[np.intp], list[str], NDArray[np.intp]]:
        """Number the different entries: each track's number, all values, and whose entry each value belongs to."""
        numbers: dict[str | tuple[str, ...], int] = {}
        rows = [numbers.setdefault(value, len(numbers)) for value in self._values]
        texts = [(number, plain(part)) for value, number in numbers.items() for part in _parts(value)]
        known = [(number, text) for number, text in texts if text]
        owners = np.array([number for number, _ in known], dtype=np.intp)
        return np.array(rows, dtype=np.intp), [text for _, text in known], owners

    def test(self, predicate: Callable[[str], bool]) -> Mask:
        """Say for each track whether any of its values passes; unknown ones never do.

        Parameters
        ----------
        predicate
            Gets each different value once, folded by `plain`.

        Returns
        -------
        Shape (n_tracks,).
        """
        rows, texts, owners = self._folded
        passes = np.zeros(len(self._values), dtype=np.bool_)
        passes[owners[np.fromiter(map(predicate, texts), np.bool_, len(texts))]] = True
        return passes[rows]


def _parts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


class Expression:
    """A parsed filter."""

    __slots__ = ()

    @property
    def fields(self) -> frozenset[str]:
        """The columns that `matches` will look at."""
        raise NotImplementedError

    def matches(self, columns: Columns) -> Mask:
        """Say for each track whether it passes.

        Parameters
        ----------
        columns
            At least those named by `fields`.

        Returns
        -------
        Shape (n_tracks,).
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Known(Expression):
    """The field has a value."""

    field: str

    @property
    def fields(self) -> frozenset[str]:
        """The one field."""
        return frozenset({self.field})

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        column = columns[self.field]
        return column.test(bool) if isinstance(column, TextColumn) else ~np.isnan(column)


@dataclass(frozen=True, slots=True)
class Within(Known):
    """The number lies in one of some closed intervals."""

    intervals: tuple[tuple[float, float], ...]

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        column = columns[self.field]
        found: Mask = np.logical_or.reduce([(column >= low) & (column <= high) for low, high in self.intervals])
        return found


@dataclass(frozen=True, slots=True)
class Ordered(Known):
    """The number is below or above a limit."""

    operator: str
    limit: float

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        found: Mask = COMPARISONS[self.operator](columns[self.field], self.limit)
        return found


@dataclass(frozen=True, slots=True)
class Named(Known):
    """The text is one of some names, as `key` writes them."""

    names: tuple[str, ...]
    key: Callable[[str], str] = fold

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        wanted = set(map(self.key, self.names))
        found: Mask = columns[self.field].test(lambda value: self.key(value) in wanted)
        return found


@dataclass(frozen=True, slots=True)
class Contains(Known):
    """The text has a part."""

    part: str

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        wanted = plain(self.part)
        found: Mask = columns[self.field].test(lambda value: wanted in value)
        return found


@dataclass(frozen=True, slots=True)
class Glob(Known):
    """The path, or a folder that it lies in, matches a shell pattern; it may begin at any folder."""

    pattern: str

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        wanted = plain(self.pattern).replace("\\", "/").rstrip("/")
        literal = max(WILDCARD.split(wanted), key=len)  # looked for first: fifty times faster than the pattern
        start = "" if wanted.startswith("/") else "(?:.*/)?"
        body = fnmatch.translate(wanted).removesuffix(r"\Z").removesuffix(r"\z")
        regex = re.compile(f"{start}{body}(?:/.*)?", re.DOTALL)

        def is_match(value: str) -> bool:
            path = value.replace("\\", "/")
            return literal in path and bool(regex.fullmatch(path))

        found: Mask = columns[self.field].test(is_match)
        return found


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The opposite."""

    part: Expression

    @property
    def fields(self) -> frozenset[str]:
        """Those of the part."""
        return self.part.fields

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        return ~self.part.matches(columns)


@dataclass(frozen=True, slots=True)
class All(Expression):
    """Every part passes."""

    parts: tuple[Expression, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Those of all parts."""
        return frozenset[str]().union(*(part.fields for part in self.parts))

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        found: Mask = np.logical_and.reduce([part.matches(columns) for part in self.parts])
        return found


@dataclass(frozen=True, slots=True)
class Either(All):
    """Some part passes."""

    def matches(self, columns: Columns) -> Mask:
        """See `Expression.matches`."""
        found: Mask = np.logical_or.reduce([part.matches(columns) for part in self.parts])
        return found
