"""Which tracks are by an artist, on an album, of a genre, and how good are their tags?

Pages are counted in SQL, so that a hundred thousand tracks never have to be in memory to show fifty.
"""

import sqlite3
from dataclasses import dataclass

from resona.artists import artist_key, read_credit
from resona.store.tables import Table
from resona.store.tracks import COLUMNS, as_track
from resona.tracks import Track

ORDERS = {
    "artist": "artist COLLATE NOCASE, album COLLATE NOCASE, disc_number, track_number, title COLLATE NOCASE",
    "album": "album COLLATE NOCASE, disc_number, track_number, title COLLATE NOCASE",
    "title": "title COLLATE NOCASE, artist COLLATE NOCASE",
    "newest": "added_at DESC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TagQuality:
    """How many of the tracks that are there have a field, by where its value came from."""

    field: str
    n_tracks: int
    n_from_tag: int
    n_from_name: int
    n_missing: int


class ShelfTable(Table):
    """What can be browsed."""

    def tracks(
        self,
        *,
        artist: str | None = None,
        album: str | None = None,
        genre: str | None = None,
        order: str = "artist",
        limit: int,
        offset: int = 0,
    ) -> list[Track]:
        """List the tracks on all of the given shelves, or all tracks.

        Parameters
        ----------
        artist
            Whoever is credited: as album artist, as a guest, or as one of several, too.
        order
            A key of `ORDERS`.
        """
        where, values = _asked(artist, album, genre)
        sql = f"SELECT {COLUMNS} FROM tracks WHERE {where} ORDER BY {ORDERS[order]}, track_id LIMIT ? OFFSET ?"  # noqa: S608 - fixed texts
        return [as_track(row) for row in self._rows(sql, (*values, limit, offset))]

    def count(self, *, artist: str | None = None, album: str | None = None, genre: str | None = None) -> int:
        """Count the tracks on all of the given shelves, or all tracks."""
        where, values = _asked(artist, album, genre)
        return int(self._rows(f"SELECT count(*) FROM tracks WHERE {where}", values)[0][0])  # noqa: S608 - fixed texts

    def first_genres(self) -> dict[int, str]:
        """Give the first genre of each track that has one, by track id."""
        return dict(
            self._rows(
                "SELECT track_id, json_extract(genres, '$[0]') FROM tracks WHERE NOT is_missing AND genres != '[]'"
            )
        )

    def tag_quality(self) -> list[TagQuality]:
        """Count, field by field, how many tracks say it themselves, and for how many it was guessed."""
        found = []
        for field, empty in (("title", "''"), ("artist", "''"), ("album", "''"), ("genres", "'[]'"), ("year", "NULL")):
            ((n_tracks, n_missing, n_from_tag),) = self._rows(
                f"SELECT count(*), total({field} IS {empty}), total(json_extract(sources, '$.{field}') IS 'tag')"  # noqa: S608 - fixed names
                " FROM tracks WHERE NOT is_missing"
            )
            n_from_name = n_tracks - int(n_missing) - int(n_from_tag)
            found.append(
                TagQuality(
                    field=field,
                    n_tracks=n_tracks,
                    n_from_tag=int(n_from_tag),
                    n_from_name=n_from_name,
                    n_missing=int(n_missing),
                )
            )
        return found


def add_is_by(connection: sqlite3.Connection) -> None:
    """Teach a connection the function that tells whose a track is."""
    connection.create_function("is_by", 4, _is_by, deterministic=True)


def _is_by(artist: str, album_artist: str, title: str, name: str) -> bool:
    credit, key = read_credit(artist, album_artist, title=title), artist_key(name)
    return key in credit.names or key in credit.perhaps


def _asked(artist: str | None, album: str | None, genre: str | None) -> tuple[str, tuple[str, ...]]:
    tests = {
        "is_by(artist, album_artist, title, ?)": artist,
        "album = ? COLLATE NOCASE": album,
        "EXISTS (SELECT 1 FROM json_each(genres) WHERE value = ? COLLATE NOCASE)": genre,
    }
    asked = {test: value for test, value in tests.items() if value is not None}
    return " AND ".join(["NOT is_missing", *asked]), tuple(asked.values())
