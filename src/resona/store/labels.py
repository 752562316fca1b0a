"""What the owner has said about songs: alike or not, and which of three is the odd one out."""

from collections.abc import Sequence
from dataclasses import dataclass

from resona.store.tables import Table, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One judgement.

    Attributes
    ----------
    kind
        "pair": `a` and `b` are alike (`value` 1) or not (0). "odd": of `a`, `b` and `c`, `c` is the odd one out.
    value
        1 or 0 for a pair; 1 for an odd one out.
    strength
        How sure the owner is, 1 being usual.
    source
        Where it came from: "command", "interview", "page", "playlist" or "file".
    profile
        Whose taste it is.
    """

    kind: str
    a: int
    b: int
    c: int | None = None
    value: float = 1.0
    strength: float = 1.0
    source: str = "command"
    profile: str = "default"
    label_id: int = 0
    labelled_at: str = ""

    @property
    def track_ids(self) -> tuple[int, ...]:
        """The two or three tracks that it is about."""
        return (self.a, self.b) if self.c is None else (self.a, self.b, self.c)


class LabelTable(Table):
    """Judgements, oldest first."""

    def add(self, labels: Sequence[Label]) -> list[int]:
        """Store judgements and give their ids."""
        ids = []
        with self._store.writing() as connection:
            for label in labels:
                cursor = connection.execute(
                    "INSERT INTO labels (profile, kind, a, b, c, value, strength, source, labelled_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING label_id",
                    (
                        label.profile,
                        label.kind,
                        label.a,
                        label.b,
                        label.c,
                        label.value,
                        label.strength,
                        label.source,
                        label.labelled_at or now(),
                    ),
                )
                ids.append(int(cursor.fetchone()[0]))
        return ids

    def remove(self, label_ids: Sequence[int]) -> int:
        """Take judgements back; give how many there were."""
        return sum(self._write("DELETE FROM labels WHERE label_id = ?", (label_id,)) for label_id in label_ids)

    def all(self, profile: str | None = None) -> list[Label]:
        """List the judgements of one profile, or of all."""
        columns = "label_id, profile, kind, a, b, c, value, strength, source, labelled_at"
        sql = f"SELECT {columns} FROM labels WHERE ? IS NULL OR profile = ? ORDER BY label_id"  # noqa: S608 - fixed names
        names = columns.split(", ")
        return [Label(**dict(zip(names, row, strict=True))) for row in self._rows(sql, (profile, profile))]

    def state(self, profile: str) -> tuple[int, int, int]:
        """Give three numbers that change whenever a profile's judgements do: count, newest id, sum of ids."""
        sql = (
            "SELECT count(*), coalesce(max(label_id), 0), CAST(coalesce(sum(label_id), 0) AS BIGINT)"
            " FROM labels WHERE profile = ?"
        )
        ((count, newest, total),) = self._rows(sql, (profile,))
        return count, newest, total

    def forget(self, profile: str) -> int:
        """Forget all that one profile said; give how many judgements there were."""
        return self._write("DELETE FROM labels WHERE profile = ?", (profile,))

    def profiles(self) -> list[str]:
        """List the profiles that have judgements."""
        return [name for (name,) in self._rows("SELECT DISTINCT profile FROM labels ORDER BY profile")]
