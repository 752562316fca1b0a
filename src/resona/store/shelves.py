"""Which tracks are by an artist, on an album, of a genre, and how good are their tags?

Pages are counted in SQL, so that a hundred thousand tracks never have to be in memory to show fifty.
"""

from dataclasses import dataclass
from typing import Any

from resona.store.engine import Search
from resona.store.tables import Table
from resona.store.tracks import WHOLE, as_track
from resona.tracks import Track

ORDERS = {
    "artist": (
        "artist COLLATE NOCASE, album COLLATE NOCASE, disc_number NULLS FIRST, track_number NULLS FIRST,"
        " title COLLATE NOCASE"
    ),
    "album": "album COLLATE NOCASE, disc_number NULLS FIRST, track_number NULLS FIRST, title COLLATE NOCASE",
    "title": "title COLLATE NOCASE, artist COLLATE NOCASE",
    "newest": "added_at DESC",
}
EMPTY = {"title": "= ''", "artist": "= ''", "album": "= ''", "genres": "= '[]'", "year": "IS NULL"}


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
        where, values = self._asked(artist, album, genre)
        sql = f"SELECT {WHOLE} FROM tracks WHERE {where} ORDER BY {ORDERS[order]}, track_id LIMIT ? OFFSET ?"  # noqa: S608 - fixed texts
        return [as_track(row) for row in self._rows(sql, (*values, limit, offset))]

    def count(self, *, artist: str | None = None, album: str | None = None, genre: str | None = None) -> int:
        """Count the tracks on all of the given shelves, or all tracks."""
        where, values = self._asked(artist, album, genre)
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
        for field, empty in EMPTY.items():
            ((n_tracks, n_missing, n_from_tag),) = self._rows(
                f"SELECT count(*), count(CASE WHEN {field} {empty} THEN 1 END),"  # noqa: S608 - fixed names
                f" count(CASE WHEN json_extract(sources, '$.{field}') = 'tag' THEN 1 END)"
                " FROM tracks WHERE NOT is_missing"
            )
            n_from_name = n_tracks - n_missing - n_from_tag
            found.append(
                TagQuality(
                    field=field,
                    n_tracks=n_tracks,
                    n_from_tag=n_from_tag,
                    n_from_name=n_from_name,
                    n_missing=n_missing,
                )
            )
        return found

    def _asked(self, artist: str | None, album: str | None, genre: str | None) -> tuple[str, tuple[Any, ...]]:
        asked: list[Search] = [("NOT is_missing", ())]
        if artist is not None:
            asked.append(self._store.engine.by_artist(artist))
        if album is not None:
            asked.append(("album = ? COLLATE NOCASE", (album,)))
        if genre is not None:
            asked.append(("EXISTS (SELECT 1 FROM json_each(genres) WHERE value = ? COLLATE NOCASE)", (genre,)))
        return " AND ".join(test for test, _ in asked), tuple(value for _, values in asked for value in values)
