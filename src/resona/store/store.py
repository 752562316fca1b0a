"""Where everything that Resona knows about a library is kept: one SQLite file, or a PostgreSQL database.

`Store` opens it, guards it and hands out its tables; callers know no SQL. Reading is possible from any thread and while
another process scans. Writing happens inside ``with store.writing():``, one transaction, kept whole or not at all.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from resona.config import without_password
from resona.errors import StoreError
from resona.store.albums import AlbumTable
from resona.store.discography import DiscographyTable
from resona.store.embeddings import EmbeddingTable
from resona.store.engine import PATIENCE_SECONDS, Connection, Engine
from resona.store.failures import FailureTable
from resona.store.features import FeatureTable
from resona.store.files import FileTable
from resona.store.history import HistoryTable
from resona.store.labels import LabelTable
from resona.store.layout import LayoutTable
from resona.store.links import LinkTable
from resona.store.marks import MarkTable
from resona.store.players import PlayerTable
from resona.store.playlists import PlaylistTable
from resona.store.served import ServedTable
from resona.store.settings import SettingTable
from resona.store.shelves import ShelfTable
from resona.store.sqlite import SqliteEngine, side_dir_of
from resona.store.tracks import TrackTable
from resona.store.written_tags import WrittenTagTable

if TYPE_CHECKING:
    from resona.store.neighbours import NeighbourTable

SERVERS = ("postgresql://", "postgres://")


def engine_for(library: Path | str) -> Engine:
    """Choose the engine: PostgreSQL for its addresses, SQLite for all other names.

    Raises
    ------
    StoreError
        If it is another address, or PostgreSQL's client is not installed.

    Examples
    --------
    >>> type(engine_for("music.db")).__name__
    'SqliteEngine'
    """
    address = str(library)
    if address.startswith(SERVERS):
        try:
            from resona.store.postgres import PostgresEngine
        except ImportError as error:
            reason = "a library in PostgreSQL needs its client: `pip install 'resona-music[postgres]'`"
            raise StoreError(without_password(address), reason) from error
        return PostgresEngine(address)
    if "://" in address:
        raise StoreError(without_password(address), f"no library is kept there; known are a file and {SERVERS[0]}…")
    return SqliteEngine(Path(library))


class Store:
    """A library and its tables.

    Parameters
    ----------
    library
        The SQLite file, or the address of a PostgreSQL database: ``postgresql://user@host/name``.
    is_new_allowed
        Create it, and a file's folder, where there is none.

    Attributes
    ----------
    name
        How messages call it: the file, or the address without the password.
    path
        The file; for a database, the name that its folder on this machine, `side_dir`, goes by.
    engine
        What the tables ask where databases differ.

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

    def __init__(self, library: Path | str, *, is_new_allowed: bool = True) -> None:
        self.engine = engine_for(library)
        self.name, self.path = self.engine.name, self.engine.path
        self._local = threading.local()
        self._connections: dict[threading.Thread, Connection] = {}
        self._guard = threading.Lock()
        try:
            self.engine.prepare(lambda: self.connection, is_new_allowed=is_new_allowed)
        except BaseException:
            self._disconnect()
            raise
        self.tracks = TrackTable(self)
        self.albums = AlbumTable(self)
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

    @cached_property
    def neighbours(self) -> "NeighbourTable":
        """The graphs of what is near; only a library in PostgreSQL has any."""
        from resona.store.neighbours import NeighbourTable

        return NeighbourTable(self)

    @property
    def version(self) -> int:
        """A number that changes whenever a track or an embedding does: what caches compare."""
        return int(self.settings.get("version", 0))

    @property
    def connection(self) -> Connection:
        """Give this thread's connection."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or self.engine.is_lost(connection):
            connection = self._connect()
            self._local.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give this thread's connection and translate what the database complains of.

        Raises
        ------
        StoreError
            If the library is damaged or out of reach.
        """
        with self.engine.translated():
            yield self.connection

    @contextmanager
    def writing(self, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Connection]:
        """Open a transaction: committed at the end, rolled back on any error. Nested calls join the outer one.

        Parameters
        ----------
        patience_seconds
            How long to wait for another process's transaction.

        Raises
        ------
        StoreLockedError
            If another process holds the library for longer than that.
        StoreError
            If the disk is full, or the library is read-only, damaged or out of reach.
        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        with self.engine.translated():
            self.engine.begin(connection, patience_seconds)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def alone(self, task: str) -> AbstractContextManager[None]:
        """Do what only one process may do with a library at a time.

        Parameters
        ----------
        task
            What, in a word: "scan".

        Raises
        ------
        StoreLockedError
            If another process does it.
        """
        return self.engine.alone(task)

    def checkpoint(self) -> None:
        """Bring what was written into the one file: from then on, a copy of it holds everything.

        Readers and writers are not waited for; where one is in the way, the next checkpoint brings the rest.
        """
        self.engine.checkpoint(self.connection)

    def backup(self, path: Path) -> None:
        """Copy the library as it is now, while others may read and write it; see `resona.store.backup`."""
        self.engine.backup(self.connection, path)

    def close(self) -> None:
        """Bring everything into the one file and close the connections of all threads."""
        if self._connections:
            self.checkpoint()
        self._disconnect()

    def _disconnect(self) -> None:
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> Connection:
        connection = self.engine.connect()
        with self._guard:
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()  # a server's threads come and go
            lost = self._connections.pop(threading.current_thread(), None)
            self._connections[threading.current_thread()] = connection
        if lost is not None:
            lost.close()
        return connection
