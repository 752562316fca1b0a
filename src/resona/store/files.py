"""Which files a scan has found, and how they compare with what the library knows.

The found files go into a temporary table, on disk when it grows, so that a walk over half a million files needs no more
memory than one over a hundred; what is new, changed, back or gone is then one query each.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from resona.store.failures import UNREACHABLE
from resona.store.tables import Table, path_from_sql, path_to_sql

BATCH = 1000

DUE = """
SELECT path, size_bytes, mtime_ns, (
    SELECT audio_hash FROM tracks t
    WHERE t.path = found.path OR (t.is_missing AND t.size_bytes = found.size_bytes) LIMIT 1
) FROM temp.found WHERE is_due AND path > ? ORDER BY path LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What has to be done for one file.

    Attributes
    ----------
    size_bytes, mtime_ns
        The file's state when it was found.
    known_hash
        The audio's hash if the file is probably one that has been heard before, re-tagged or moved; else None.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    known_hash: str | None = None


class FileTable(Table):
    """The files of one walk; each new walk begins with `start`."""

    def start(self) -> None:
        """Forget the last walk."""
        with self._store.reading() as connection:
            connection.executescript(
                "DROP TABLE IF EXISTS temp.found;"
                "CREATE TEMP TABLE found (path PRIMARY KEY, size_bytes INTEGER, mtime_ns INTEGER, is_due INTEGER)"
            )

    def put_many(self, files: Iterable[tuple[Path, int, int]]) -> None:
        """Add files found: path, size in bytes, time of last change in nanoseconds."""
        with self._store.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO temp.found VALUES (?, ?, ?, 0)",
                ((path_to_sql(path), size, mtime) for path, size, mtime in files),
            )

    def mark_due(self) -> int:
        """Find what is new or changed, leave out what failed in its present state, and give the number."""
        with self._store.writing() as connection:
            connection.execute(
                """
                UPDATE temp.found SET is_due = 1 WHERE NOT EXISTS (
                    SELECT 1 FROM failures f WHERE f.path = found.path
                    AND f.size_bytes = found.size_bytes AND f.mtime_ns = found.mtime_ns AND f.kind <> ?
                ) AND NOT EXISTS (
                    SELECT 1 FROM tracks t
                    WHERE t.path = found.path AND t.size_bytes = found.size_bytes AND t.mtime_ns = found.mtime_ns
                )
                """,
                (UNREACHABLE,),
            )
            return int(connection.execute("SELECT count(*) FROM temp.found WHERE is_due").fetchone()[0])

    def due(self) -> Iterator[Work]:
        """Go through the files to analyse, by path, a thousand in memory at a time."""
        last: str | bytes = ""
        while True:
            rows = self._rows(DUE, (last, BATCH))
            for path, size, mtime, known_hash in rows:
                yield Work(path=path_from_sql(path), size_bytes=size, mtime_ns=mtime, known_hash=known_hash)
            if len(rows) < BATCH:
                return
            last = rows[-1][0]

    def count(self) -> int:
        """Count the files found."""
        return int(self._rows("SELECT count(*) FROM temp.found")[0][0])

    def count_failed(self) -> int:
        """Count the files found that are known to fail in their present state."""
        sql = "SELECT count(*) FROM temp.found JOIN failures USING (path, size_bytes, mtime_ns) WHERE NOT is_due"
        return int(self._rows(sql)[0][0])

    def returned_ids(self) -> list[int]:
        """List tracks that were missing and are found again."""
        rows = self._rows("SELECT track_id FROM tracks JOIN temp.found USING (path) WHERE is_missing")
        return [track_id for (track_id,) in rows]

    def vanished_ids(self, folders: Iterable[Path], *, besides: Iterable[Path] = ()) -> list[int]:
        """List tracks in or below `folders`, but not `besides`, whose files were not found."""
        rows = self._rows(
            "SELECT track_id, path FROM tracks WHERE NOT is_missing AND path NOT IN (SELECT path FROM temp.found)"
        )
        return [track_id for track_id, path in rows if _is_among(path, folders, besides)]

    def vanished_failures(self, folders: Iterable[Path], *, besides: Iterable[Path] = ()) -> list[Path]:
        """List files in or below `folders`, but not `besides`, that failed once and were not found."""
        rows = self._rows("SELECT path FROM failures WHERE path NOT IN (SELECT path FROM temp.found)")
        return [path_from_sql(path) for (path,) in rows if _is_among(path, folders, besides)]


def _is_among(path: str | bytes, folders: Iterable[Path], besides: Iterable[Path]) -> bool:
    name = os.fsencode(path)
    return _is_below(name, folders) and not _is_below(name, besides)


def _is_below(path: bytes, folders: Iterable[Path]) -> bool:
    roots = map(os.fsencode, folders)
    return any(path == root or path.startswith(root.rstrip(b"/") + b"/") for root in roots)
