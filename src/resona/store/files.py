"""Which files a scan has found, and how they compare with what the library knows.

The found files go into a temporary table, on disk when it grows, so that a walk over half a million files needs no more
memory than one over a hundred; what is new, changed, back or gone is then one query each.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from resona.store.failures import UNREACHABLE
from resona.store.tables import AMONG, Table, is_among, path_from_sql, path_to_sql, upsert

BATCH = 1000
FOUND = ("path", "size_bytes", "mtime_ns", "ctime_ns", "side", "is_due", "is_again")
MOST_LIKE = 200  # tracks of the same size that a file is compared with

# The tracks of files that are as they were: those that are there, and those that are back in a place nobody has taken.
# Where two files of one size and time were heard, as on a disk that counts in seconds, a new name shows in the ctime.
KNOWN = """
SELECT t.track_id, t.path, t.audio_hash, t.is_missing FROM temp.found JOIN tracks t USING (path)
WHERE t.size_bytes = found.size_bytes AND t.mtime_ns = found.mtime_ns AND t.side = found.side
AND (NOT t.is_missing OR NOT EXISTS (SELECT 1 FROM tracks o WHERE o.path = t.path AND NOT o.is_missing))
AND (t.ctime_ns = found.ctime_ns OR NOT EXISTS (
    SELECT 1 FROM tracks o
    WHERE o.size_bytes = t.size_bytes AND o.mtime_ns = t.mtime_ns AND o.audio_hash <> t.audio_hash
))
"""
MARK_DUE = f"""
UPDATE temp.found SET is_due = TRUE WHERE NOT EXISTS (
    SELECT 1 FROM failures f WHERE f.path = found.path
    AND f.size_bytes = found.size_bytes AND f.mtime_ns = found.mtime_ns AND f.side = found.side
    AND f.kind <> ?
) AND path NOT IN (SELECT path FROM ({KNOWN}) AS known GROUP BY path HAVING count(DISTINCT audio_hash) = 1)
"""  # noqa: S608 - fixed texts
# Tracks of files that are elsewhere: what they lack is made up for as they are scanned, where files are fetched anyway.
LACKS_VECTOR = "NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model_id = ? AND e.track_id = t.track_id)"
LACKS_FEATURES = "NOT EXISTS (SELECT 1 FROM features e WHERE e.fingerprint = ? AND e.track_id = t.track_id)"
MARK_AGAIN = """
UPDATE temp.found SET is_due = TRUE, is_again = TRUE WHERE (? OR path LIKE '%_://_%') AND EXISTS (
    SELECT 1 FROM tracks t WHERE t.path = found.path AND NOT t.is_missing AND ({lacks})
) AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.path = found.path AND f.kind <> ?)
"""
DUE = f"""
SELECT path, size_bytes, mtime_ns, ctime_ns, side, is_again, (
    SELECT json_group_array(json_array(track_id)) FROM (
        SELECT track_id FROM tracks t WHERE t.path = found.path
        UNION SELECT * FROM (
            SELECT track_id FROM tracks t WHERE t.size_bytes = found.size_bytes LIMIT {MOST_LIKE}
        ) AS of_that_size
    ) AS likely
) FROM temp.found WHERE is_due AND path > ? ORDER BY path LIMIT ?
"""  # noqa: S608 - fixed texts
# What was heard of a damaged file is heard anew.
LIKELY = f"""
SELECT track_id, audio_hash, start_seconds, end_seconds, is_missing, path, size_bytes, mtime_ns, ctime_ns FROM tracks t
WHERE track_id IN {AMONG} AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.path = t.path AND f.kind <> ?)
"""  # noqa: S608 - fixed texts
SETTLED = """
SELECT 1 FROM tracks WHERE path = ? AND size_bytes = ? AND mtime_ns = ? AND side = ? AND NOT is_missing
UNION SELECT 1 FROM failures WHERE path = ? AND size_bytes = ? AND mtime_ns = ? AND side = ?
"""


class KnownPart(NamedTuple):
    """A part of some audio that was heard, and the other file that holds it unless that one changed since.

    Attributes
    ----------
    path, state
        The other file, its size in bytes and its times of last change of content and of name in ns; no path where it
        is known to be gone, or is the file that is asked about.
    """

    audio_hash: str
    start_seconds: float
    end_seconds: float | None
    track_id: int
    path: Path | None
    state: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What has to be done for one file.

    Attributes
    ----------
    size_bytes, mtime_ns, ctime_ns
        The file's state when it was found.
    side
        Stands for the state of the cue sheets beside it; empty where there are none.
    known
        What it probably holds, because it was heard at its place or in a file of its size: it may be re-tagged, moved
        or copied.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    ctime_ns: int = 0
    side: str = ""
    known: frozenset[KnownPart] = field(default_factory=frozenset)


class FileTable(Table):
    """The files of one walk; each new walk begins with `start`."""

    def start(self) -> None:
        """Forget the last walk."""
        with self._store.reading() as connection:
            connection.execute("DROP TABLE IF EXISTS temp.found")
            connection.execute(
                "CREATE TEMP TABLE found (path VARCHAR PRIMARY KEY,"
                " size_bytes BIGINT, mtime_ns BIGINT, ctime_ns BIGINT, side TEXT, is_due BOOLEAN, is_again BOOLEAN)"
            )

    def put_many(self, files: Iterable[tuple[Path, int, int, int, str]]) -> None:
        """Add files found: path, size in bytes, times of last change of content and of name in ns, and `Work.side`."""
        with self._store.writing() as connection:
            rows = ((path_to_sql(path), *state, False, False) for path, *state in files)
            connection.executemany(upsert("temp.found", ("path",), FOUND), rows)

    def mark_due(
        self, *, models: Sequence[str] = (), features: Sequence[str] = (), is_all_lacking_due: bool = False
    ) -> int:
        """Find what is new or changed, leave out what failed in its present state, and give the number.

        Parameters
        ----------
        models
            Files that are elsewhere are also due where a track lacks the vector of one of these.
        features
            Or features under one of these fingerprints.
        is_all_lacking_due
            So are files that are here, as where nothing is kept that could make up for it.
        """
        lacks = " OR ".join([LACKS_VECTOR] * len(models) + [LACKS_FEATURES] * len(features))
        with self._store.writing() as connection:
            connection.execute(MARK_DUE, (UNREACHABLE,))
            if lacks:
                connection.execute(
                    MARK_AGAIN.format(lacks=lacks), (is_all_lacking_due, *models, *features, UNREACHABLE)
                )
            return int(connection.execute("SELECT count(*) FROM temp.found WHERE is_due").fetchone()[0])

    def due(self) -> Iterator[Work]:
        """Go through the files to analyse, by path, a thousand in memory at a time."""
        last: str | bytes = ""
        while True:
            rows = [
                (*row, {track_id for (track_id,) in json.loads(likely)})
                for *row, likely in self._rows(DUE, (last, BATCH))
            ]
            parts = self._heard(set[int]().union(*(likely for *_, likely in rows)))
            for path, size, mtime, ctime, side, is_again, likely in rows:
                work = Work(path=path_from_sql(path), size_bytes=size, mtime_ns=mtime, ctime_ns=ctime, side=side)
                known = [parts[track_id] for track_id in likely & parts.keys()] if not is_again else []
                own = (part._replace(path=None) if part.path == work.path else part for part in known)
                yield replace(work, known=frozenset(own))
            if len(rows) < BATCH:
                return
            last = path_to_sql(path_from_sql(rows[-1][0]))

    def _heard(self, track_ids: Iterable[int]) -> dict[int, KnownPart]:
        rows = self._rows(LIKELY, (json.dumps(sorted(track_ids)), UNREACHABLE))
        return {
            track_id: KnownPart(
                audio_hash, start, end, track_id, None if is_missing else path_from_sql(path), tuple(state)
            )
            for track_id, audio_hash, start, end, is_missing, path, *state in rows
        }

    def are_due(self, works: Iterable[Work]) -> list[Work]:
        """Leave out of some files those that were stored, or failed, in their present state."""
        return [work for work in works if not self._rows(SETTLED, (path_to_sql(work.path), *_state(work)) * 2)]

    def count(self) -> int:
        """Count the files found."""
        return int(self._rows("SELECT count(*) FROM temp.found")[0][0])

    def count_failed(self) -> int:
        """Count the files found that are known to fail in their present state."""
        sql = "SELECT count(*) FROM temp.found JOIN failures USING (path, size_bytes, mtime_ns, side) WHERE NOT is_due"
        return int(self._rows(sql)[0][0])

    def returned_ids(self) -> list[int]:
        """List tracks that were missing and are found again as they were; after `mark_due`."""
        rows = self._rows(
            f"SELECT track_id FROM ({KNOWN}) AS known JOIN temp.found f USING (path) WHERE is_missing AND NOT f.is_due"  # noqa: S608 - fixed texts
        )
        return [track_id for (track_id,) in rows]

    def vanished_ids(self, folders: Iterable[Path], *, besides: Iterable[Path] = ()) -> list[int]:
        """List tracks in or below `folders`, but not `besides`, whose files were not found."""
        rows = self._rows(
            "SELECT track_id, path FROM tracks WHERE NOT is_missing AND path NOT IN (SELECT path FROM temp.found)"
        )
        return [track_id for track_id, path in rows if is_among(path, folders, besides)]

    def vanished_failures(self, folders: Iterable[Path], *, besides: Iterable[Path] = ()) -> list[Path]:
        """List files in or below `folders`, but not `besides`, that failed once and were not found."""
        rows = self._rows("SELECT path FROM failures WHERE path NOT IN (SELECT path FROM temp.found)")
        return [path_from_sql(path) for (path,) in rows if is_among(path, folders, besides)]


def _state(work: Work) -> tuple[int, int, str]:
    return work.size_bytes, work.mtime_ns, work.side
