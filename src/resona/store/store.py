"""Where everything that Resona knows about a library is kept: one SQLite file.

`Store` opens the file, guards it and hands out its tables; callers know no SQL. Reading is possible from any thread and
while another process scans (write-ahead log). Writing happens inside ``with store.writing():``, one transaction, kept
whole or not at all.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resona.errors import StoreError, StoreLockedError, StoreVersionError
from resona.store import search, shelves
from resona.store.backup import write_backup
from resona.store.discography import DiscographyTable
from resona.store.embeddings import EmbeddingTable
from resona.store.failures import FailureTable
from resona.store.features import FeatureTable
from resona.store.files import FileTable
from resona.store.history import HistoryTable
from resona.store.labels import LabelTable
from resona.store.layout import LayoutTable
from resona.store.links import LinkTable
from resona.store.marks import MarkTable
from resona.store.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate
from resona.store.players import PlayerTable
from resona.store.playlists import PlaylistTable
from resona.store.served import ServedTable
from resona.store.settings import SettingTable
from resona.store.shelves import ShelfTable
from resona.store.tracks import TrackTable
from resona.store.written_tags import WrittenTagTable

PATIENCE_SECONDS = 10.0  # how long a write waits for another process's transaction


def side_dir_of(path: Path) -> Path:
    """Give the folder beside a library file for what is not in it: models, runs, index."""
    return path.with_name(path.name + ".d")


class Store:
    """A library file and its tables.

    Parameters
    ----------
    path
        The SQLite file.
    is_new_allowed
        Create it, and its folder, where there is none.

    Raises
    ------
    StoreError
        If the file is missing, not a Resona library, damaged or not readable.
    StoreVersionError
        If a newer Resona wrote it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     store.tracks.count()
    0
    """

    def __init__(self, path: Path, *, is_new_allowed: bool = True) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        try:
            if not is_new_allowed and not path.exists():
                raise StoreError(path, "there is no library here yet; `resona scan FOLDER` makes one")
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(path, f"its folder cannot be reached or made: {error.strerror}") from error
        with self._translated():
            self._prepare(self.connection)
        self.tracks = TrackTable(self)
        self.files = FileTable(self)
        self.features = FeatureTable(self)
        self.embeddings = EmbeddingTable(self)
        self.failures = FailureTable(self)
        self.history = HistoryTable(self)
        self.labels = LabelTable(self)
        self.layout = LayoutTable(self)
        self.discography = DiscographyTable(self)
        self.links = LinkTable(self)
        self.marks = MarkTable(self)
        self.players = PlayerTable(self)
        self.playlists = PlaylistTable(self)
        self.served = ServedTable(self)
        self.settings = SettingTable(self)
        self.shelves = ShelfTable(self)
        self.written_tags = WrittenTagTable(self)

    @property
    def side_dir(self) -> Path:
        """The folder beside the file for what is not in it: models, runs, index."""
        return side_dir_of(self.path)

    @property
    def version(self) -> int:
        """A number that changes whenever a track or an embedding does: what caches compare."""
        return int(self.settings.get("version", 0))

    @property
    def connection(self) -> sqlite3.Connection:
        """Give this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection and translate what SQLite complains of.

        Raises
        ------
        StoreError
            If the file is damaged or out of reach.
        """
        with self._translated():
            yield self.connection

    @contextmanager
    def writing(self, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[sqlite3.Connection]:
        """Open a transaction: committed at the end, rolled back on any error. Nested calls join the outer one.

        Parameters
        ----------
        patience_seconds
            How long to wait for another process's transaction.

        Raises
        ------
        StoreLockedError
            If another process holds the file for longer than that.
        StoreError
            If the disk is full or the file is read-only or damaged.
        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        with self._translated():
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience_seconds)}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def checkpoint(self) -> None:
        """Bring what was written into the one file: from then on, a copy of it holds everything.

        Readers and writers are not waited for; where one is in the way, the next checkpoint brings the rest.
        """
        with suppress(sqlite3.DatabaseError):  # a full or read-only disk: what was stored stays in the log
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def backup(self, path: Path) -> None:
        """Copy the library as it is now, while others may read and write it; see `resona.store.backup`."""
        with self._translated():
            write_backup(self.connection, self.path, path)

    def close(self) -> None:
        """Bring everything into the one file and close the connections of all threads."""
        if self._connections:
            self.checkpoint()
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        with self._translated():
            connection = sqlite3.connect(
                self.path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        search.add_to(connection)
        shelves.add_is_by(connection)
        with self._translated():
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        with self._guard:
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()  # a server's threads come and go
            self._connections[threading.current_thread()] = connection
        return connection

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

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _translate(self.path, error) from error


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
    (
        "disk I/O",
        StoreError,
        "the disk refuses to write or read it: check quota, size limits and cable, then try again",
    ),
    ("malformed", StoreError, "the file is damaged; restore it from a backup, or delete it and scan again"),
)


def _translate(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    text = str(error)
    for sign, kind, reason in COMPLAINTS:
        if sign in text:
            return kind(path, reason)
    return StoreError(path, text)
