"""By which ids does another server know the library's tracks and artists?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from resona.store.tables import AMONG, Table, now, text_to_sql, upsert

PUT = upsert("links", ("server", "item_id"), ("server", "item_id", "track_id", "artist_id", "artist", "seen_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A track as another server knows it.

    Attributes
    ----------
    server
        The server's address.
    item_id
        The track's id there.
    artist_id, artist
        Of its artist there; empty where the server gives none.
    """

    server: str
    item_id: str
    track_id: int
    artist_id: str = ""
    artist: str = ""


class LinkTable(Table):
    """The links to other servers."""

    def replace(self, server: str, links: Iterable[Link]) -> None:
        """Forget what was known of a server, and keep these."""
        with self._store.writing():
            self._write("DELETE FROM links WHERE server = ?", (server,))
            self.add(links)

    def add(self, links: Iterable[Link]) -> None:
        """Keep links, in place of earlier ones of the same items."""
        at = now()
        rows = [
            (link.server, text_to_sql(link.item_id), link.track_id, link.artist_id, text_to_sql(link.artist), at)
            for link in links
        ]
        with self._store.writing() as connection:
            connection.executemany(PUT, rows)

    def count(self, server: str) -> int:
        """Count the tracks that are linked to a server."""
        return int(self._rows("SELECT count(DISTINCT track_id) FROM links WHERE server = ?", (server,))[0][0])

    def find(self, item_id: str) -> Link | None:
        """Find what an id stands for on any server: the one that was linked last."""
        rows = self._rows(
            "SELECT server, item_id, track_id, artist_id, artist FROM links WHERE item_id = ?"
            " ORDER BY seen_at DESC LIMIT 1",
            (text_to_sql(item_id),),
        )
        return _link(rows[0]) if rows else None

    def of_artist(self, artist_id: str) -> list[Link]:
        """Find the tracks of an artist by the id it has on any server: on the one that was linked last."""
        rows = self._rows(
            "SELECT server, item_id, track_id, artist_id, artist FROM links WHERE artist_id = ?"
            " ORDER BY seen_at DESC, server, item_id",
            (text_to_sql(artist_id),),
        )
        return [_link(row) for row in rows if row[0] == rows[0][0]]

    def artists(self, server: str) -> list[tuple[str, str]]:
        """List the artists that a server names, each with its id there."""
        sql = (
            "SELECT DISTINCT artist, artist_id FROM links WHERE server = ? AND artist_id != '' ORDER BY artist_id DESC"
        )
        return [(name, artist_id) for name, artist_id in self._rows(sql, (server,))]

    def of(self, server: str, track_ids: Iterable[int]) -> dict[int, Link]:
        """Give the links of some tracks to a server, by track id; tracks without one are left out."""
        rows = self._rows(
            "SELECT server, item_id, track_id, artist_id, artist FROM links"  # noqa: S608 - fixed texts
            f" WHERE server = ? AND track_id IN {AMONG} ORDER BY item_id DESC",
            (server, str(list(track_ids))),
        )
        return {row[2]: _link(row) for row in rows}


def _link(row: tuple[Any, ...]) -> Link:
    server, item_id, track_id, artist_id, artist = row
    return Link(server=server, item_id=item_id, track_id=track_id, artist_id=artist_id, artist=artist)
