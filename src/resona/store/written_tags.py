"""Which tags were written into files, and what was there before.

Beside the fields, what turns the file back into what it was, byte for byte, is kept until that is undone; see
`resona.audio.difference`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from resona.store.tables import Table, now, path_from_sql, path_to_sql, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTags:
    """What was written into one file.

    Attributes
    ----------
    path
        Where it was then.
    before, after
        Field to its texts.
    hash_before, hash_after
        Of the whole file.
    written_at
        In UTC, ISO 8601.
    """

    written_id: int = 0
    track_id: int
    path: Path
    before: dict[str, list[str]]
    after: dict[str, list[str]]
    hash_before: str
    hash_after: str
    written_at: str = ""


class WrittenTagTable(Table):
    """What was written and not undone.

    Examples
    --------
    >>> import tempfile
    >>> from resona.store import Store
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     made = WrittenTags(track_id=1, path=Path("a.mp3"), before={}, after={}, hash_before="a", hash_after="b")
    ...     number = store.written_tags.add(made, b"how")
    ...     store.written_tags.difference(number), store.written_tags.all()[0].path.name
    (b'how', 'a.mp3')
    """

    def add(self, written: WrittenTags, difference: bytes) -> int:
        """Keep what was written into a file, with what undoes it, and give its number."""
        with self._store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO written_tags"
                " (track_id, path, before, after, hash_before, hash_after, difference, written_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING written_id",
                (
                    written.track_id,
                    path_to_sql(written.path),
                    to_json(written.before),
                    to_json(written.after),
                    written.hash_before,
                    written.hash_after,
                    difference,
                    now(),
                ),
            )
            return int(cursor.fetchone()[0])

    def all(self) -> list[WrittenTags]:
        """List what was written, the newest first."""
        rows = self._rows(
            "SELECT written_id, track_id, path, before, after, hash_before, hash_after, written_at"
            " FROM written_tags ORDER BY written_id DESC"
        )
        return [
            WrittenTags(
                written_id=written_id,
                track_id=track_id,
                path=path_from_sql(path),
                before=json.loads(before),
                after=json.loads(after),
                hash_before=hash_before,
                hash_after=hash_after,
                written_at=written_at,
            )
            for written_id, track_id, path, before, after, hash_before, hash_after, written_at in rows
        ]

    def difference(self, written_id: int) -> bytes:
        """Give what turns the file back."""
        return bytes(self._rows("SELECT difference FROM written_tags WHERE written_id = ?", (written_id,))[0][0])

    def remove(self, written_id: int) -> None:
        """Forget it, as after it was undone."""
        self._write("DELETE FROM written_tags WHERE written_id = ?", (written_id,))
