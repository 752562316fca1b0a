"""How is a library kept in one SQLite file? What needs no server, and is what everybody has who does not ask for more.

Reading is possible from any thread and while another process scans (write-ahead log).
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from resona.artists import artist_key, read_credit
from resona.errors import StoreError, StoreLockedError, StoreVersionError
from resona.store import search
from resona.store.backup import write_backup
from resona.store.engine import PATIENCE_SECONDS, Connection, Search
from resona.store.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate
from resona.store.tables import text_to_sql
from resona.tracks import Tags


def side_dir_of(path: Path) -> Path:
    """Give the folder beside a library file for what is not in it: models, runs, index."""
    return path.with_name(path.name + ".d")


class SqliteEngine:
    """A library file.

    Parameters
    ----------
    path
        The file.
    """

    has_graph = False

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.address = path, str(path), ""

    def prepare(self, connect: Callable[[], Connection], *, is_new_allowed: bool) -> None:
        """Make sure that there is a library in this version's format, or make one; see `Engine`."""
        try:
            if not is_new_allowed and not self.path.exists():
                raise StoreError(self.path, "there is no library here yet; `resona scan FOLDER` makes one")
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(self.path, f"its folder cannot be reached or made: {error.strerror}") from error
        with self.translated():
            self._prepare(cast("sqlite3.Connection", connect()))

    def connect(self) -> Connection:
        """Open one more connection."""
        with self.translated():
            connection = sqlite3.connect(
                self.path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        search.add_to(connection)
        connection.create_function("is_by", 4, _is_by, deterministic=True)
        with self.translated():
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def is_lost(self, connection: Connection) -> bool:  # noqa: ARG002 - a file does not go away
        """Say that a connection stays; see `Engine`."""
        return False

    def begin(self, connection: Connection, patience_seconds: float) -> None:
        """Begin a transaction that writes, once those of other processes have ended."""
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience_seconds)}")
        connection.execute("BEGIN IMMEDIATE")

    def checkpoint(self, connection: Connection) -> None:
        """Bring what was written into the one file, as far as no reader or writer is in the way."""
        with suppress(sqlite3.DatabaseError):  # a full or read-only disk: what was stored stays in the log
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def backup(self, connection: Connection, path: Path) -> None:
        """Copy the library as it is now; see `resona.store.backup`."""
        with self.translated():
            write_backup(cast("sqlite3.Connection", connection), self.path, path)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn SQLite's errors into the store's."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _translate(self.path, error) from error

    @contextmanager
    def alone(self, task: str) -> Iterator[None]:
        """Hold a lock beside the file, which ends with its process."""
        from filelock import FileLock, Timeout

        folder = side_dir_of(self.path)
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{task}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            reason = f"another {task} of this library is running; wait for it to finish"
            raise StoreLockedError(self.path, reason) from error
        try:
            yield
        finally:
            lock.release()

    def columns(self, connection: Connection, table: str) -> list[str]:
        """Name a table's columns."""
        return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]

    def derived(self, tags: Tags) -> Mapping[str, Any]:  # noqa: ARG002 - triggers keep the index
        """Give no columns: SQLite is taught the functions that its index is kept with."""
        return {}

    def by_artist(self, name: str) -> Search:
        """Write the condition that somebody is credited with a track."""
        return "is_by(artist, album_artist, title, ?)", (name,)

    def searches(self, text: str, *, is_any_word_enough: bool) -> Iterable[Search]:
        """Write queries of the index."""
        badness = "bm25(track_search, 4, 2, 1)" if is_any_word_enough else "0"
        sql = f"SELECT rowid AS found_id, {badness} AS badness FROM track_search WHERE track_search MATCH ?"  # noqa: S608 - fixed texts
        patterns = search.match_patterns(text, is_any_word_enough=is_any_word_enough)
        return [(sql, (text_to_sql(pattern),)) for pattern in patterns]

    def _prepare(self, connection: sqlite3.Connection) -> None:
        is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID and not is_empty:
            raise StoreError(self.path, "this is a database, but not a Resona library; choose another --library")
        if version > SCHEMA_VERSION:
            raise StoreVersionError(
                self.path,
                f"written by a newer Resona (format {version}, this one reads up to {SCHEMA_VERSION}); upgrade Resona",
            )
        if version < SCHEMA_VERSION:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = OFF")  # a step may make a table anew
            migrate(connection)
            connection.execute("PRAGMA foreign_keys = ON")


def _is_by(artist: str, album_artist: str, title: str, name: str) -> bool:
    credit, key = read_credit(artist, album_artist, title=title), artist_key(name)
    return key in credit.names or key in credit.perhaps


COMPLAINTS: tuple[tuple[str, type[StoreError], str], ...] = (
    ("locked", StoreLockedError, "another process is writing to it; wait for it to finish, then try again"),
    ("not a database", StoreError, "this is not a Resona library; choose another --library"),
    ("full", StoreError, "the disk is full; what was stored before is safe: free some space and run it again"),
    (
        "disk I/O",
        StoreError,
        "the disk is full or has failed; what was stored before is safe: run it again after a look",
    ),
    ("readonly", StoreError, "the file or its folder may not be written to; check its permissions"),
    ("unable to open", StoreError, "it cannot be opened; check that it is a file whose folder may be written to"),
    ("malformed", StoreError, "the file is damaged; restore it from a backup, or delete it and scan again"),
)


def _translate(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    text = str(error)
    for sign, kind, reason in COMPLAINTS:
        if sign in text:
            return kind(path, reason)
    return StoreError(path, text)
