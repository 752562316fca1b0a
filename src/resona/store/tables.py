"""What the tables have in common: the connection of the store they belong to, and how values are written."""

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from resona.addresses import place
from resona.store.engine import Connection, Engine

AMONG = "(SELECT CAST(value AS BIGINT) FROM json_each(?))"  # of ids, given as JSON: any number of them is one value


class Connections(Protocol):
    """What a table needs of the store."""

    @property
    def engine(self) -> Engine:
        """What databases differ in."""

    @property
    def name(self) -> str:
        """How messages call the library."""

    @property
    def version(self) -> int:
        """A number that changes whenever a track does."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection for reading."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection inside a transaction."""


class Table:
    """A part of the store that knows its own SQL."""

    def __init__(self, store: Connections) -> None:
        self._store = store

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._store.reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def _touch(self) -> None:
        """Change the library's version, so that caches of tracks and vectors know that they are stale."""
        self._write(
            "INSERT INTO settings VALUES ('version', '1') ON CONFLICT (name)"
            " DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)"
        )

    def _write(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        with self._store.writing() as connection:
            return connection.execute(sql, parameters).rowcount


def upsert(table: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """Write the statement that puts a row in place of an earlier one with the same key.

    Parameters
    ----------
    key
        Columns of a unique index.
    columns
        All of the table, in its order.

    Examples
    --------
    >>> upsert("settings", ["name"], ["name", "value"])
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
    """
    marks = ", ".join("?" * len(columns))
    news = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT ({', '.join(key)}) DO UPDATE SET {news}"  # noqa: S608 - fixed names


class RawName(bytes):
    """A path that is not valid UTF-8."""

    __slots__ = ()


def path_to_sql(path: Path) -> str | RawName:
    """Write a path as text, or as bytes where its name is not valid UTF-8."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return RawName(os.fsencode(text))
    return text


def path_from_sql(value: str | bytes) -> Path:
    """Read what `path_to_sql` wrote.

    Examples
    --------
    >>> name = Path(os.fsdecode(bytes([99, 0xE9])))
    >>> path_from_sql(path_to_sql(name)) == name
    True
    """
    return place(os.fsdecode(value))


def is_among(path: str | bytes, folders: Iterable[Path], besides: Iterable[Path] = ()) -> bool:
    """Whether a path, as it is stored, is or is below one of some folders, but none of others.

    Examples
    --------
    >>> is_among("/music/a/b.mp3", [Path("/music")]), is_among("/music/a/b.mp3", [Path("/music")], [Path("/music/a")])
    (True, False)
    """
    name = os.fsencode(path)
    return _is_below(name, folders) and not _is_below(name, besides)


def _is_below(path: bytes, folders: Iterable[Path]) -> bool:
    roots = map(os.fsencode, folders)
    return any(path == root or path.startswith(root.rstrip(b"/") + b"/") for root in roots)


def text_to_sql(text: str) -> str:
    """Replace what cannot be written as UTF-8, such as half a surrogate pair from a broken tag."""
    return text.encode("utf-8", "replace").decode()


def to_json(value: Any) -> str:
    """Write a list or mapping as compact JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def now() -> str:
    """Give the time in UTC as ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
