"""Playlists: named lists of tracks, which the page and all players share.

Every change first keeps the state before it, so that it can be undone from wherever it came: a thumb on a phone deletes
a list more easily than it makes one. A playlist with a recipe renews itself: its tracks are what the recipe found while
the library was in the playlist's `state`; nothing is kept of what it found before.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from resona.store.engine import Connection
from resona.store.tables import Table, now, text_to_sql, to_json, upsert
from resona.store.tracks import TrackTable

COLUMNS = ("playlist_id", "name", "comment", "created_at", "changed_at", "recipe", "state")
PUT = upsert("playlists", ("playlist_id",), COLUMNS)
N_STATES = 20  # of one playlist that can be gone back to
N_PAST = 1000  # of all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a playlist that renews itself holds.

    Attributes
    ----------
    words
        Words for a sound, such as "calm piano"; empty for all that pass the filter.
    where
        A filter; empty lets everything through.
    k
        How many tracks at most.
    least
        How well a track must fit the words, 0 to 1.
    profile
        Whose words and ears.
    """

    words: str = ""
    where: str = ""
    k: int = 100
    least: float = 0.3
    profile: str = "default"

    def __str__(self) -> str:
        """Say it in a line.

        Examples
        --------
        >>> str(Recipe(words="calm piano", where="year < 1980"))
        'calm piano; year < 1980'
        """
        return "; ".join(part for part in (self.words, self.where) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A playlist without its tracks; see `PlaylistTable.track_ids`.

    Attributes
    ----------
    created_at, changed_at
        In UTC, ISO 8601.
    recipe
        What it holds, if it renews itself.
    """

    playlist_id: int
    name: str
    comment: str
    created_at: str
    changed_at: str
    n_tracks: int
    duration_seconds: float
    recipe: Recipe | None = None


class PlaylistTable(Table):
    """Playlists by name.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from resona.store import Store
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     playlist_id = store.playlists.create("Sunday")
    ...     store.playlists.change(playlist_id, name="Monday")
    ...     store.playlists.undo(playlist_id), [playlist.name for playlist in store.playlists.all()]
    (True, ['Sunday'])
    """

    def create(self, name: str, track_ids: Sequence[int] = (), *, recipe: Recipe | None = None) -> int:
        """Make a playlist and give its id; several may have one name."""
        with self._store.writing() as connection:
            time = now()
            cursor = connection.execute(
                "INSERT INTO playlists (name, comment, created_at, changed_at, recipe) VALUES (?, '', ?, ?, ?)"
                " RETURNING playlist_id",
                (text_to_sql(name), time, time, _written(recipe)),
            )
            playlist_id = int(cursor.fetchone()[0])
            _put_tracks(connection, playlist_id, track_ids)
        return playlist_id

    def all(self) -> list[Playlist]:
        """List the playlists by name."""
        return self._playlists("TRUE")

    def get(self, playlist_id: int) -> Playlist | None:
        """Give one, or None."""
        return next(iter(self._playlists("playlist_id = ?", playlist_id)), None)

    def track_ids(self, playlist_id: int) -> list[int]:
        """List its tracks, in order; one may come several times, and one that is missing keeps its place."""
        sql = "SELECT track_id FROM playlist_tracks WHERE playlist_id = ? ORDER BY place"
        return [track_id for (track_id,) in self._rows(sql, (playlist_id,))]

    def change(
        self,
        playlist_id: int,
        *,
        name: str | None = None,
        comment: str | None = None,
        track_ids: Sequence[int] | None = None,
        recipe: Recipe | None = None,
        is_fixed: bool = False,
    ) -> None:
        """Replace what is given, all or nothing; one that `is_fixed` has no recipe any more."""
        with self._store.writing() as connection:
            self._keep(connection, playlist_id)
            if recipe or is_fixed:
                sql = "UPDATE playlists SET recipe = ?, state = '' WHERE playlist_id = ?"
                connection.execute(sql, (_written(recipe), playlist_id))
            for column, value in (("name", name), ("comment", comment)):
                if value is not None:
                    sql = f"UPDATE playlists SET {column} = ? WHERE playlist_id = ?"  # noqa: S608 - fixed names
                    connection.execute(sql, (text_to_sql(value), playlist_id))
            if track_ids is not None:
                _put_tracks(connection, playlist_id, track_ids)
            connection.execute("UPDATE playlists SET changed_at = ? WHERE playlist_id = ?", (now(), playlist_id))

    def state(self, playlist_id: int) -> str:
        """Give the state of the library that a recipe's tracks are of; empty where it was never followed."""
        return str(self._rows("SELECT state FROM playlists WHERE playlist_id = ?", (playlist_id,))[0][0])

    def renew(self, playlist_id: int, track_ids: Sequence[int], state: str) -> None:
        """Put in what a recipe finds in a state of the library; nothing is remembered of what it found before."""
        with self._store.writing() as connection:
            if list(track_ids) != self.track_ids(playlist_id):
                _put_tracks(connection, playlist_id, track_ids)
                connection.execute("UPDATE playlists SET changed_at = ? WHERE playlist_id = ?", (now(), playlist_id))
            connection.execute("UPDATE playlists SET state = ? WHERE playlist_id = ?", (state, playlist_id))

    def delete(self, playlist_id: int) -> None:
        """Take a playlist away; `undo` brings it back under its id."""
        with self._store.writing() as connection:
            self._keep(connection, playlist_id)
            connection.execute("DELETE FROM playlist_tracks WHERE playlist_id = ?", (playlist_id,))
            connection.execute("DELETE FROM playlists WHERE playlist_id = ?", (playlist_id,))

    def undo(self, playlist_id: int) -> bool:
        """Take the last change or deletion back; give False where nothing is remembered."""
        with self._store.writing() as connection:
            past = connection.execute(
                "SELECT past_id, name, comment, created_at, changed_at, recipe, track_ids FROM playlist_past"
                " WHERE playlist_id = ? ORDER BY past_id DESC LIMIT 1",
                (playlist_id,),
            ).fetchone()
            if past is None:
                return False
            past_id, *fields, past_ids = past
            known = TrackTable(self._store).known(json.loads(past_ids))
            track_ids = [track_id for track_id in json.loads(past_ids) if track_id in known]
            connection.execute(PUT, (playlist_id, *fields, ""))
            _put_tracks(connection, playlist_id, track_ids)
            connection.execute("DELETE FROM playlist_past WHERE past_id = ?", (past_id,))
        return True

    def _playlists(self, where: str, *parameters: int) -> list[Playlist]:
        rows = self._rows(
            "SELECT playlist_id, name, comment, created_at, changed_at, count(t.track_id),"  # noqa: S608 - fixed texts
            " coalesce(sum(t.duration_seconds), 0), recipe"
            " FROM playlists LEFT JOIN playlist_tracks USING (playlist_id) LEFT JOIN tracks t USING (track_id)"
            f" WHERE {where} GROUP BY playlist_id ORDER BY lower(name), playlist_id",
            parameters,
        )
        return [
            Playlist(
                playlist_id=playlist_id,
                name=name,
                comment=comment,
                created_at=created,
                changed_at=changed,
                n_tracks=n_tracks,
                duration_seconds=duration,
                recipe=Recipe(**json.loads(recipe)) if recipe else None,
            )
            for playlist_id, name, comment, created, changed, n_tracks, duration, recipe in rows
        ]

    def _keep(self, connection: Connection, playlist_id: int) -> None:
        """Remember the state as it is, and forget the oldest."""
        connection.execute(
            "INSERT INTO playlist_past (playlist_id, name, comment, created_at, changed_at, recipe, track_ids)"
            " SELECT playlist_id, name, comment, created_at, changed_at, recipe, ? FROM playlists"
            " WHERE playlist_id = ?",
            (to_json(self.track_ids(playlist_id)), playlist_id),
        )
        forget = (
            "DELETE FROM playlist_past WHERE ?1 IN (playlist_id, 0) AND past_id NOT IN"
            " (SELECT past_id FROM playlist_past WHERE ?1 IN (playlist_id, 0) ORDER BY past_id DESC LIMIT ?2)"
        )
        connection.execute(forget, (playlist_id, N_STATES))
        connection.execute(forget, (0, N_PAST))


def _put_tracks(connection: Connection, playlist_id: int, track_ids: Sequence[int]) -> None:
    connection.execute("DELETE FROM playlist_tracks WHERE playlist_id = ?", (playlist_id,))
    rows = [(playlist_id, place, track_id) for place, track_id in enumerate(track_ids)]
    connection.executemany("INSERT INTO playlist_tracks VALUES (?, ?, ?)", rows)


def _written(recipe: Recipe | None) -> str:
    return to_json(asdict(recipe)) if recipe else ""
