"""How is a library kept in a PostgreSQL database? For archives that one file, or one machine, is too small for.

The tables' SQL is written with ``?`` for values and runs here almost as it is; `_spoken` does the rest. As in SQLite,
one transaction writes at a time: each holds a lock of the database's own, which ends with its connection. Values are
written into the statements by psycopg on this side, so that a text may stand for any type, as it may in SQLite.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg

from resona.artists import artist_key, read_credit
from resona.config import without_password
from resona.errors import StoreError, StoreLockedError, StoreLostError, StoreVersionError
from resona.store.engine import PATIENCE_SECONDS, Connection, Cursor, Search
from resona.store.postgres_schema import LATEST, NAME_SIGN, STEPS
from resona.store.search import asked_words, words_of
from resona.store.tables import RawName, text_to_sql
from resona.tracks import Tags, fold, plain

N_BEGIN = 500  # letters of a title that are compared from its beginning
PHRASES = (  # of SQLite, as a pattern, and what PostgreSQL says instead
    (r"temp\.found", "pg_temp.found"),
    (r"found \(path VARCHAR", 'found (path VARCHAR COLLATE "C"'),
    (r"json_group_array\(json_array\((.*?)\)\)", r"coalesce(json_agg(json_build_array(\1))::text, '[]')"),
    (r"(\w+) = \? COLLATE NOCASE", r"lower(\1) = lower(?)"),
    (r"(\w+) COLLATE NOCASE", r"lower(\1)"),
)


class PostgresConnection:
    """A connection that takes the statements of the tables.

    Parameters
    ----------
    raw
        In autocommit mode.
    """

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        raw.adapters.register_loader("varchar", _NameLoader)
        self.raw = raw

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, or has failed and waits for its end."""
        status = psycopg.pq.TransactionStatus
        return self.raw.info.transaction_status in (status.INTRANS, status.INERROR, status.ACTIVE)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run one statement."""
        spoken, order = _spoken(sql)
        values = [_fitted(parameters[place]) for place in order]
        cursor: Cursor = self.raw.execute(spoken, values)
        return cursor

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement for many rows."""
        spoken, order = _spoken(sql)
        cursor: psycopg.Cursor[Any] = self.raw.cursor()
        cursor.executemany(spoken, [[_fitted(row[place]) for place in order] for row in parameters])
        return cursor

    def copy(self, table: str, content: bytes) -> None:
        """Load rows in PostgreSQL's own binary form: far faster than statements."""
        with self.raw.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(content)

    def close(self) -> None:
        """Let go of the database."""
        self.raw.close()


class PostgresEngine:
    """A database that holds a library, in the first schema of its search path.

    Parameters
    ----------
    address
        As PostgreSQL's own programs take it: ``postgresql://user:password@host:5432/name?sslmode=require``.

    Raises
    ------
    StoreError
        If the address cannot be read.
    """

    has_graph = True

    def __init__(self, address: str) -> None:
        try:
            parts = psycopg.conninfo.conninfo_to_dict(address)
        except psycopg.Error as error:
            raise StoreError(without_password(address), f"this is no address of a database: {error}") from error
        self.address, self.name = address, without_password(address)
        self.path = _data_dir() / _folder_name(parts)

    def prepare(self, connect: Callable[[], Connection], *, is_new_allowed: bool) -> None:
        """Make sure that there is a library in this version's format, or make one; see `Engine`."""
        with self.translated():
            connection = connect()
            if self._format(connection) == LATEST:
                return
            if not is_new_allowed and not self._format(connection):
                raise StoreError(self.name, "there is no library here yet; `resona scan FOLDER` makes one")
            self.begin(connection, PATIENCE_SECONDS)  # another process may be doing the same
            try:
                for step in STEPS[self._format(connection) :]:
                    connection.execute(step)
                connection.execute("UPDATE resona_format SET version = ?", (LATEST,))
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _format(self, connection: Connection) -> int:
        """Say in which format a library is here; 0 for none."""
        sql = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        tables = {name for (name,) in connection.execute(sql)}
        if tables and "resona_format" not in tables:
            raise StoreError(
                self.name, "this database holds other tables, but no Resona library; give the library one of its own"
            )
        if not tables:
            return 0
        (version,) = connection.execute("SELECT version FROM resona_format").fetchone()
        if version > LATEST:
            raise StoreVersionError(
                self.name,
                f"written by a newer Resona (format {version}, this one reads up to {LATEST}); upgrade Resona",
            )
        return int(version)

    def connect(self) -> Connection:
        """Open one more connection."""
        with self.translated():
            raw: psycopg.Connection[Any] = psycopg.connect(
                self.address,
                autocommit=True,
                cursor_factory=psycopg.ClientCursor,
                client_encoding="UTF8",
                connect_timeout=int(PATIENCE_SECONDS),
            )
        if raw.info.parameter_status("server_encoding") != "UTF8":
            raw.close()
            raise StoreError(self.name, "the database must be made with ENCODING 'UTF8', to hold names in any script")
        return PostgresConnection(raw)

    def is_lost(self, connection: Connection) -> bool:
        """Whether a connection has ended by itself, as when the server was started anew."""
        return isinstance(connection, PostgresConnection) and connection.raw.closed

    def begin(self, connection: Connection, patience_seconds: float) -> None:
        """Begin the transaction that writes, once those of others have ended."""
        patience = f"SET LOCAL lock_timeout = {max(1, round(1000 * patience_seconds))}"
        try:
            connection.execute(f"BEGIN; {patience}; SELECT pg_advisory_xact_lock({_lock('write')})")
        except psycopg.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def checkpoint(self, connection: Connection) -> None:
        """Do nothing: the server keeps what was committed."""

    def backup(self, connection: Connection, path: Path) -> None:  # noqa: ARG002 - a program of its own does it
        """Refuse: the database has a program for it."""
        reason = f"a library in PostgreSQL is copied by `pg_dump --format=custom --file={path} ADDRESS`"
        raise StoreError(self.name, reason)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn PostgreSQL's errors into the store's."""
        try:
            yield
        except psycopg.Error as error:
            raise _translate(self.name, error) from error

    @contextmanager
    def alone(self, task: str) -> Iterator[None]:
        """Hold a lock in the database, which ends with its connection."""
        with closing(self.connect()) as connection:
            with self.translated():
                (is_free,) = connection.execute(f"SELECT pg_try_advisory_lock({_lock(task)})").fetchone()
            if not is_free:
                reason = f"another {task} of this library is running; wait for it to finish"
                raise StoreLockedError(self.name, reason)
            try:
                yield
            finally:
                with suppress(psycopg.Error):  # without a server there is no lock
                    connection.execute(f"SELECT pg_advisory_unlock({_lock(task)})")

    def columns(self, connection: Connection, table: str) -> list[str]:
        """Name a table's columns."""
        sql = (
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum"
        )
        return [name for (name,) in connection.execute(sql, (table,))]

    def derived(self, tags: Tags) -> Mapping[str, Any]:
        """Work out what a track is looked for by: the beginning of its title, words, and keys of those credited."""
        credit = read_credit(tags.artist, tags.album_artist, title=tags.title)
        named = ((tags.title, "A"), (tags.artist, "B"), (tags.album, "C"))
        places = [(word, weight) for name, weight in named for word in words_of(name)]
        return {
            "title_words": " ".join([*words_of(tags.title), ""])[:N_BEGIN],
            "words": " ".join(f"'{word}':{place}{weight}" for place, (word, weight) in enumerate(places, start=1)),
            "artist_keys": _keys({*credit.names, *credit.perhaps}),
            "genre_keys": _keys({fold(plain(genre)) for genre in tags.genres}),
        }

    def by_artist(self, name: str) -> Search:
        """Write the condition that somebody is credited with a track."""
        return "artist_keys @> ?::text[]", (_keys({artist_key(name)}),)

    def searches(self, text: str, *, is_any_word_enough: bool) -> Iterable[Search]:
        """Write queries of the columns that `derived` gives."""
        words, begin = asked_words(text), " ".join(words_of(text))
        if not words:
            return []
        lists = "SELECT track_id AS found_id, 0 AS badness FROM tracks WHERE"
        any_place, title = ([f"'{word}':*{weight}" for word in words] for weight in ("", "A"))
        if is_any_word_enough:
            query = " | ".join(any_place)
            rank = "SELECT track_id AS found_id, -ts_rank('{0, .25, .5, 1}', words, ?::tsquery) AS badness"
            return [(f"{rank} FROM tracks WHERE words @@ ?::tsquery", (query, query))]
        begins = [(f"{lists} title_words LIKE ?", (f"{begin[: N_BEGIN - 1]}{end}",)) for end in (" %", "%") if begin]
        holds = [(f"{lists} words @@ ?::tsquery", (" & ".join(found),)) for found in (title, any_place)]
        return [*begins, *holds]


class _NameLoader(psycopg.adapt.Loader):
    """Reads a path: text, or bytes where it is not valid UTF-8."""

    def load(self, data: "bytes | bytearray | memoryview") -> str | bytes:
        text = bytes(data).decode()
        return bytes.fromhex(text[1:]) if text.startswith(NAME_SIGN) else text


@lru_cache(maxsize=1000)
def _spoken(sql: str) -> tuple[str, tuple[int, ...]]:
    """Write a statement as PostgreSQL and psycopg want it, and say which value each mark stands for.

    Examples
    --------
    >>> _spoken("SELECT ?2 LIKE 'a%' OR ?1")
    ("SELECT %s LIKE 'a%%' OR %s", (1, 0))
    """
    for phrase, other in PHRASES:
        sql = re.sub(phrase, other, sql)
    order: list[int] = []

    def mark(found: re.Match[str]) -> str:
        order.append(int(found[1]) - 1 if found[1] else len(order))
        return "%s"

    return re.sub(r"\?(\d*)", mark, sql.replace("%", "%%")), tuple(order)


def _fitted(value: Any) -> Any:
    """Write a value as SQLite would keep it: what is no number is none; no text holds a NUL."""
    if isinstance(value, RawName):
        return NAME_SIGN + value.hex()
    if isinstance(value, str):
        return value.replace("\0", "")
    return None if isinstance(value, float) and math.isnan(value) else value


def _keys(names: Set[str]) -> list[str]:
    return sorted(text_to_sql(name).replace("\0", "") for name in names)


def _lock(task: str) -> str:
    return f"hashtextextended('resona {task} ' || current_schema(), 0)"


def _folder_name(parts: Mapping[str, Any]) -> str:
    """Name a database's folder on this machine, so that no two have one."""
    place = "\n".join(f"{key}={value}" for key, value in sorted(parts.items()) if key not in ("user", "password"))
    name = re.sub(r"\W+", "-", str(parts.get("dbname") or "default"))
    return f"{name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("resona", appauthor=False) / "postgresql"


GONE = "the database cannot be reached; what was stored before is safe: try again once it answers"
REASONS: tuple[tuple[str, type[StoreError], str], ...] = (  # by the beginning of PostgreSQL's own code
    ("55P03", StoreLockedError, "another process is writing to it; wait for it to finish, then try again"),
    ("53100", StoreError, "the server's disk is full; what was stored before is safe: free some space and try again"),
    ("53300", StoreError, "the server has no connection left; raise max_connections, or try again later"),
    ("42501", StoreError, "this user may not do that; make it the owner of the library's schema"),
    ("25006", StoreError, "the server only reads, as a replica does; give the address of the one that writes"),
    ("3D000", StoreError, "there is no such database; `createdb NAME` makes one"),
    ("28", StoreError, "the server does not let this user in; check user and password"),
    ("08", StoreLostError, GONE),
    ("57P", StoreLostError, GONE),
)


IN_BETWEEN = re.compile(r"starting up|shutting down|recovery mode|not yet accepting")


def _translate(name: str, error: "psycopg.Error") -> StoreError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    for code, kind, reason in REASONS:
        if (error.sqlstate or "").startswith(code):
            return kind(name, reason)
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        _, is_refused, reason = lines[-1].rpartition("FATAL:")
        if is_refused and not IN_BETWEEN.search(reason):
            return StoreError(name, f"the server says: {reason.strip()}")
        return StoreLostError(name, f"{GONE} ({reason.strip()})")
    return StoreError(name, lines[0])
