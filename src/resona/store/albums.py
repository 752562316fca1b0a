"""Whose is an album of which no file names an album artist?

The files of one folder that name one album are one album, whoever is credited: it belongs to whom all tracks credit, or
to nobody in particular where there are several, as on a sampler. What is guessed stands in the album artist, with
"folder" as its source, and follows the tracks: it is settled anew whenever files have changed.
"""

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from resona.artists import artist_key, names_in
from resona.store.tables import Table, to_json
from resona.tracks import FOLDER, fold

VARIOUS = "Various Artists"
GUESSED = f'"album_artist":"{FOLDER}"'  # in the sources of a track
LEAST_SHARE = 0.5  # of artists to tracks, where no numbers tell a sampler from two albums of one name


class Entry(NamedTuple):
    """A track of an album: whom it credits, and its place, without a number where that is unknown."""

    artist: str
    disc: int | None = None
    number: int | None = None


def album_owner(tracks: Sequence[Entry]) -> str:
    """Say whose an album is; empty where each track's own artist is as good a guess.

    Two artists with a first track each have two albums of one name. Where tracks have no numbers, a sampler has at
    least half as many artists as tracks.

    Examples
    --------
    >>> album_owner([Entry("Ana", 1, 1), Entry("Ana feat. Bo", 1, 2)])
    'Ana'
    >>> album_owner([Entry("Ana", 1, 1), Entry("Bo", 1, 2)])
    'Various Artists'
    >>> album_owner([Entry("Ana", 1, 1), Entry("Bo", 1, 1)]), album_owner([Entry("Ana"), Entry("Ana")])
    ('', '')
    """
    if len({track.artist for track in tracks}) < 2:
        return ""
    credited = [names for names in (names_in(track.artist) for track in tracks) if names]
    everybody = {tuple(map(artist_key, names)) for names in credited}
    if len(everybody) < 2:
        return ""
    common = frozenset[str].intersection(*map(frozenset, everybody))
    for name in credited[0]:
        if artist_key(name) in common:
            return name
    places = [(track.disc or 1, track.number) for track in tracks if track.number]
    if len(places) == len(tracks):
        return VARIOUS if len(set(places)) == len(places) else ""
    return VARIOUS if len(everybody) >= LEAST_SHARE * len(tracks) else ""


class AlbumTable(Table):
    """The albums that have no album artist."""

    def settle(self) -> int:
        """Guess whose they are, and give of how many tracks that has changed."""
        rows = self._rows(
            "SELECT track_id, path, artist, album_artist, album, disc_number, track_number, sources FROM tracks"
            " WHERE NOT is_missing AND album <> '' ORDER BY track_id"
        )
        guessed = {row[0] for row in rows if GUESSED in row[-1]}
        albums = defaultdict[tuple[str, str], list[tuple[int, str, Entry]]](list)
        for track_id, path, artist, by, album, disc, number, _ in rows:
            if not by or track_id in guessed:
                place = os.fsdecode(path).rpartition("/")[0], fold(album)
                albums[place].append((track_id, by, Entry(artist, disc, number)))
        changes = []
        for tracks in albums.values():
            owner = album_owner([entry for *_, entry in tracks])
            changes += [(owner, track_id) for track_id, by, _ in tracks if by != owner]
        return self._put(changes)

    def _put(self, changes: Sequence[tuple[str, int]]) -> int:
        if changes:
            with self._store.writing() as connection:
                for owner, track_id in changes:
                    ((sources,),) = self._rows("SELECT sources FROM tracks WHERE track_id = ?", (track_id,))
                    known = {name: source for name, source in json.loads(sources).items() if name != "album_artist"}
                    told = to_json(known | ({"album_artist": FOLDER} if owner else {}))
                    connection.execute(
                        "UPDATE tracks SET album_artist = ?, sources = ? WHERE track_id = ?", (owner, told, track_id)
                    )
                self._touch()
        return len(changes)
