"""Which files could not be heard, and why."""

from dataclasses import dataclass
from pathlib import Path

from resona.store.tables import Table, now, path_from_sql, path_to_sql, text_to_sql, upsert

PUT = upsert("failures", ("path",), ("path", "kind", "reason", "size_bytes", "mtime_ns", "failed_at", "side"))
UNREACHABLE = "Unreachable"  # the kind of failure that is not the file's fault, and tried again at each scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that could not be analysed; not tried again until it changes or is asked for.

    Attributes
    ----------
    kind
        The name of the error, such as "DecodeError".
    reason
        One sentence.
    size_bytes, mtime_ns, side
        The file's state when it failed; see `Work`.
    """

    path: Path
    kind: str
    reason: str
    size_bytes: int
    mtime_ns: int
    side: str = ""
    failed_at: str = ""


class FailureTable(Table):
    """One row per failing file."""

    def put(self, failure: Failure) -> None:
        """Record a failure in place of the file's earlier one."""
        self._write(
            PUT,
            (
                path_to_sql(failure.path),
                failure.kind,
                text_to_sql(failure.reason),
                failure.size_bytes,
                failure.mtime_ns,
                now(),
                failure.side,
            ),
        )

    def remove(self, path: Path) -> None:
        """Forget a file's failure."""
        self._write("DELETE FROM failures WHERE path = ?", (path_to_sql(path),))

    def clear(self) -> int:
        """Forget all failures, so that the next scan tries the files again; give their number."""
        return self._write("DELETE FROM failures")

    def all(self) -> list[Failure]:
        """List all failures by path."""
        rows = self._rows("SELECT path, kind, reason, size_bytes, mtime_ns, failed_at FROM failures ORDER BY path")
        return [
            Failure(path=path_from_sql(path), kind=kind, reason=reason, size_bytes=size, mtime_ns=mtime, failed_at=at)
            for path, kind, reason, size, mtime, at in rows
        ]

    def count(self) -> int:
        """Count the failing files."""
        return int(self._rows("SELECT count(*) FROM failures")[0][0])
