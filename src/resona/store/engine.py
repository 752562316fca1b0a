"""What does a database have to do for the store?

The tables' SQL is what SQLite and PostgreSQL both understand, with ``?`` for values. What they do not share, they do
behind this interface: opening, transactions, locks, searching by words, and sentences for what goes wrong.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from resona.tracks import Tags

PATIENCE_SECONDS = 10.0  # how long a write waits for another process's transaction

Search = tuple[str, Sequence[Any]]


class Cursor(Protocol):
    """What a statement has found or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows it has changed."""

    def fetchone(self) -> Any:
        """Give the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Give all rows."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """One thread's way to the database; outside a transaction, every statement is one of its own."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement for many rows."""

    def close(self) -> None:
        """Let go of the database."""


class Engine(Protocol):
    """A database that holds a library.

    Attributes
    ----------
    name
        How messages call the library: its file, or its address without the password.
    path
        The library file. For a server, where the file would be; only the folder beside it exists.
    address
        By which other machines open it, with the password; empty where they cannot.
    has_graph
        Whether it can find the nearest vectors without looking at all; see `resona.store.neighbours`.
    """

    name: str
    path: Path
    address: str
    has_graph: bool

    def prepare(self, connect: Callable[[], Connection], *, is_new_allowed: bool) -> None:
        """Make sure that there is a library in this version's format, or make one.

        Parameters
        ----------
        connect
            Gives a connection; called when that does not make a file where none may be.

        Raises
        ------
        StoreError
            If there is none and it may not be made, or something else is there.
        StoreVersionError
            If a newer Resona wrote it.
        """

    def connect(self) -> Connection:
        """Open one more connection."""

    def is_lost(self, connection: Connection) -> bool:
        """Whether a connection has ended by itself, as when the server was started anew."""

    def begin(self, connection: Connection, patience_seconds: float) -> None:
        """Begin a transaction that is the only one that writes, once others have ended."""

    def checkpoint(self, connection: Connection) -> None:
        """Bring what was written to where a copy of the library is made from."""

    def backup(self, connection: Connection, path: Path) -> None:
        """Copy the library into a file."""

    def translated(self) -> AbstractContextManager[None]:
        """Turn the database's own errors into the store's."""

    def alone(self, task: str) -> AbstractContextManager[None]:
        """Do what only one process may do at a time; see `Store.alone`."""

    def columns(self, connection: Connection, table: str) -> list[str]:
        """Name a table's columns."""

    def derived(self, tags: Tags) -> Mapping[str, Any]:
        """Work out columns of a track that are looked through, where the database cannot do it itself."""

    def by_artist(self, name: str) -> Search:
        """Write the condition that somebody is credited with a track."""

    def searches(self, text: str, *, is_any_word_enough: bool) -> Iterable[Search]:
        """Write queries for what somebody typed, from narrow to wide: they give `found_id` and `badness`."""
