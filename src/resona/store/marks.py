"""What somebody starred, rated and played.

None of it is a judgement of likeness: one may play a song every day that is like no other. Lists do not follow it; only
`resona.store.labels` does.

An item is a track, an album or an artist, by the id that players know it by: "tr-12", "al-…", "ar-…".
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from resona.store.settings import SettingTable
from resona.store.tables import AMONG, Table, now, to_json, upsert

QUEUE = "queue of "  # in the settings, before the name of a profile
LAST_ID = 1 << 63  # the first that is none
RATE = upsert("ratings", ("profile", "item"), ("profile", "item", "rating", "rated_at"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What somebody was playing.

    Attributes
    ----------
    track_ids
        In the order of playing.
    at, position_ms
        Which of them plays, and how far it had come.
    by
        The player that said so; empty where none has.
    changed_at
        In UTC, ISO 8601; empty where it never was.
    """

    track_ids: tuple[int, ...] = ()
    at: int = 0
    position_ms: int = 0
    by: str = ""
    changed_at: str = ""


class MarkTable(Table):
    """Stars, ratings and plays, by profile."""

    def star(self, profile: str, items: Sequence[str]) -> None:
        """Star items; those that have a star keep its time."""
        with self._store.writing() as connection:
            connection.executemany(
                "INSERT INTO stars VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [(profile, item, now()) for item in items]
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
            self._write(RATE, (profile, item, rating, now()))
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

    def played(self, profile: str, among: Sequence[int] | None = None) -> list[tuple[int, int, str]]:
        """Give track id, number of plays and time of the last for every track played, or for those among some."""
        some, asked = ("", ()) if among is None else (f" AND track_id IN {AMONG}", (to_json(list(among)),))
        sql = f"SELECT track_id, count(*), max(played_at) FROM plays WHERE profile = ?{some} GROUP BY track_id"  # noqa: S608 - fixed texts
        return self._rows(sql, (profile, *asked))

    def queue(self, profile: str) -> Queue:
        """Give what was being played; an empty one where nobody has said so."""
        kept = SettingTable(self._store).get(QUEUE + profile, {})
        return Queue(**{**kept, "track_ids": tuple(kept.get("track_ids", ()))})

    def keep_queue(self, profile: str, queue: Queue) -> None:
        """Remember what is being played, instead of what was before."""
        SettingTable(self._store).put(QUEUE + profile, asdict(replace(queue, changed_at=now())))

    def of(self, profile: str, items: Sequence[str]) -> dict[str, Mark]:
        """Give what some items are marked with; those without marks are left out."""
        some = "WHERE profile = ? AND item IN (SELECT value FROM json_each(?))"
        asked = (profile, to_json(list(items)))
        starred = dict(self._rows(f"SELECT item, starred_at FROM stars {some}", asked))  # noqa: S608 - fixed texts
        rated = dict(self._rows(f"SELECT item, rating FROM ratings {some}", asked))  # noqa: S608 - fixed texts
        numbers = [int(number) for number in (item.removeprefix("tr-") for item in items) if number.isdecimal()]
        plays = self.played(profile, [number for number in numbers if number < LAST_ID])
        played = {f"tr-{track_id}": (n_plays, at) for track_id, n_plays, at in plays}
        marks = {
            item: Mark(
                starred_at=starred.get(item, ""),
                rating=rated.get(item, 0),
                n_plays=played.get(item, (0, ""))[0],
                played_at=played.get(item, (0, ""))[1],
            )
            for item in items
        }
        return {item: mark for item, mark in marks.items() if mark != Mark()}
