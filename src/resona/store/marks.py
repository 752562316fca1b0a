"""What somebody starred, rated and played.

None of it is a judgement of likeness: one may play a song every day that is like no other. Lists do not follow it; only
`resona.store.labels` does.

An item is a track, an album or an artist, by the id that players know it by: "tr-12", "al-…", "ar-…".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resona.store.tables import Table, now, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one profile has marked an item with; empty and 0 where it has not.

    Attributes
    ----------
    starred_at, played_at
        In UTC, ISO 8601; of the last play.
    rating
        1 to 5.
    n_plays
        Of a track.
    """

    starred_at: str = ""
    rating: int = 0
    n_plays: int = 0
    played_at: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """A track that was played; `played_at` in UTC, ISO 8601, empty for now."""

    track_id: int
    played_at: str = ""


class MarkTable(Table):
    """Stars, ratings and plays, by profile."""

    def star(self, profile: str, items: Sequence[str]) -> None:
        """Star items; those that have a star keep its time."""
        with self._store.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO stars VALUES (?, ?, ?)", [(profile, item, now()) for item in items]
            )

    def unstar(self, profile: str, items: Sequence[str]) -> None:
        """Take stars back."""
        with self._store.writing() as connection:
            connection.executemany(
                "DELETE FROM stars WHERE profile = ? AND item = ?", [(profile, item) for item in items]
            )

    def rate(self, profile: str, item: str, rating: int) -> None:
        """Rate an item with 1 to 5, or take its rating back with 0."""
        if rating:
            self._write("INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?)", (profile, item, rating, now()))
        else:
            self._write("DELETE FROM ratings WHERE profile = ? AND item = ?", (profile, item))

    def play(self, profile: str, plays: Sequence[Play]) -> None:
        """Remember what was played."""
        rows = [(profile, play.track_id, play.played_at or now()) for play in plays]
        with self._store.writing() as connection:
            connection.executemany("INSERT INTO plays (profile, track_id, played_at) VALUES (?, ?, ?)", rows)

    def starred(self, profile: str) -> list[str]:
        """List the items with a star, the newest first."""
        sql = "SELECT item FROM stars WHERE profile = ? ORDER BY starred_at DESC, item"
        return [item for (item,) in self._rows(sql, (profile,))]

    def rated(self, profile: str) -> dict[str, int]:
        """Give the rating of every item that has one."""
        return dict(self._rows("SELECT item, rating FROM ratings WHERE profile = ?", (profile,)))

    def played(self, profile: str) -> list[tuple[int, int, str]]:
        """Give track id, number of plays and time of the last for every track played."""
        sql = "SELECT track_id, count(*), max(played_at) FROM plays WHERE profile = ? GROUP BY track_id"
        return self._rows(sql, (profile,))

    def of(self, profile: str, items: Sequence[str]) -> dict[str, Mark]:
        """Give what some items are marked with; those without marks are left out."""
        rows = self._rows(
            """
            SELECT value, ifnull(starred_at, ''), ifnull(rating, 0),
                (SELECT count(*) FROM plays p WHERE p.profile = ?1 AND p.track_id = CAST(substr(value, 4) AS INTEGER)
                    AND value LIKE 'tr-%'),
                ifnull((SELECT max(played_at) FROM plays p WHERE p.profile = ?1
                    AND p.track_id = CAST(substr(value, 4) AS INTEGER) AND value LIKE 'tr-%'), '')
            FROM json_each(?2)
            LEFT JOIN stars s ON s.profile = ?1 AND s.item = value
            LEFT JOIN ratings r ON r.profile = ?1 AND r.item = value
            """,
            (profile, to_json(list(items))),
        )
        marks = {
            item: Mark(starred_at=starred_at, rating=rating, n_plays=n_plays, played_at=played_at)
            for item, starred_at, rating, n_plays, played_at in rows
        }
        return {item: mark for item, mark in marks.items() if mark != Mark()}
