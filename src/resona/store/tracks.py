"""Which recordings the library knows, and what their files say about them."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resona.store.search import match_pattern
from resona.store.tables import Table, now, path_from_sql, path_to_sql, text_to_sql, to_json
from resona.tracks import Tags, Track

COLUMNS = (
    "track_id, path, start_seconds, is_missing, artist, album_artist, title, album, genres, year, disc_number,"
    " track_number, duration_seconds, sources"
)
QUALIFIED = ", ".join(f"t.{name.strip()}" for name in COLUMNS.split(","))
N_RANKED = 10_000  # matches of a search that are put in order; all, if there are no more


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """Everything that a scan writes about a track, apart from features.

    Attributes
    ----------
    audio_hash
        Of the audio itself, so that renamed and re-tagged files are recognised.
    start_seconds, end_seconds
        The part of the file, for tracks of a cue sheet; the whole file otherwise.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    audio_hash: str
    tags: Tags
    start_seconds: float = 0.0
    end_seconds: float | None = None


class TrackTable(Table):
    """Tracks; a vanished one is marked missing and never deleted."""

    def put(self, record: TrackRecord) -> int:
        """Store a new or changed track and give its id.

        A track at the same place keeps its id; so does one whose file is gone and whose audio is the same (moved or
        renamed).
        """
        with self._store.writing() as connection:
            self._touch()
            track_id = self._known_id(record)
            values = _values(record)
            if track_id is None:
                names = ", ".join(values)
                marks = ", ".join("?" * len(values))
                cursor = connection.execute(
                    f"INSERT INTO tracks ({names}, added_at) VALUES ({marks}, ?)",  # noqa: S608 - fixed names
                    (*values.values(), now()),
                )
                return int(cursor.lastrowid or 0)
            assignments = ", ".join(f"{name} = ?" for name in values)
            connection.execute(
                f"UPDATE tracks SET {assignments}, is_missing = 0 WHERE track_id = ?",  # noqa: S608 - fixed names
                (*values.values(), track_id),
            )
            return track_id

    def set_tags(self, track_id: int, tags: Tags) -> None:
        """Put other tags in place of those of the file, until the file changes."""
        values = _tag_values(tags)
        assignments = ", ".join(f"{name} = ?" for name in values)
        with self._store.writing():
            self._write(f"UPDATE tracks SET {assignments} WHERE track_id = ?", (*values.values(), track_id))  # noqa: S608
            self._touch()

    def set_missing(self, track_ids: Iterable[int], *, is_missing: bool = True) -> None:
        """Mark tracks whose files are gone, or back again."""
        rows = [(is_missing, track_id) for track_id in track_ids]
        if not rows:
            return
        with self._store.writing() as connection:
            connection.executemany("UPDATE tracks SET is_missing = ? WHERE track_id = ?", rows)
            self._touch()

    def get(self, track_id: int) -> Track | None:
        """Give one track, or None."""
        rows = self._rows(f"SELECT {COLUMNS} FROM tracks WHERE track_id = ?", (track_id,))  # noqa: S608 - fixed names
        return as_track(rows[0]) if rows else None

    def get_many(self, track_ids: Sequence[int]) -> list[Track]:
        """Give tracks in the order asked for; unknown ids are left out."""
        sql = f"SELECT {COLUMNS} FROM tracks WHERE track_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - fixed names
        found = {row[0]: row for row in self._rows(sql, (json.dumps(list(track_ids)),))}
        return [as_track(found[track_id]) for track_id in track_ids if track_id in found]

    def all(self, *, with_missing: bool = False) -> list[Track]:
        """List the tracks by id."""
        sql = f"SELECT {COLUMNS} FROM tracks WHERE ? OR NOT is_missing ORDER BY track_id"  # noqa: S608 - fixed names
        return [as_track(row) for row in self._rows(sql, (with_missing,))]

    def columns(self, *names: str) -> list[tuple[Any, ...]]:
        """Give some columns of all tracks that are not missing, by id: faster than whole tracks.

        Raises
        ------
        ValueError
            If a name is not a column.
        """
        unknown = set(names) - set(COLUMNS.replace(",", " ").split())
        if unknown:
            raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
        return self._rows(f"SELECT {', '.join(names)} FROM tracks WHERE NOT is_missing ORDER BY track_id")  # noqa: S608

    def at(self, path: Path) -> list[Track]:
        """List the tracks of a file: one, or several with a cue sheet."""
        sql = f"SELECT {COLUMNS} FROM tracks WHERE path = ? ORDER BY start_seconds"  # noqa: S608 - fixed names
        return [as_track(row) for row in self._rows(sql, (path_to_sql(path),))]

    def search(self, text: str, *, limit: int = 50, is_any_word_enough: bool = False) -> list[Track]:
        """Find tracks by words of title, artist and album; the last letters of a word may be left out.

        Case and accents do not matter. The best matches come first; of very many, the best of the first `N_RANKED`, so
        that a single letter in a large library is answered as one types.
        """
        pattern = match_pattern(text, is_any_word_enough=is_any_word_enough)
        if not pattern:
            return []
        sql = (
            f"SELECT {QUALIFIED} FROM (SELECT rowid AS found_id, bm25(track_search, 4, 2, 1) AS badness"  # noqa: S608 - fixed names
            f" FROM track_search WHERE track_search MATCH ? LIMIT {max(N_RANKED, limit)})"
            " JOIN tracks t ON t.track_id = found_id WHERE NOT is_missing ORDER BY badness, found_id LIMIT ?"
        )
        return [as_track(row) for row in self._rows(sql, (text_to_sql(pattern), limit))]

    def below(self, folder: Path) -> list[Track]:
        """List the tracks in a folder or below it, by path."""
        prefix = os.fsencode(folder).rstrip(b"/") + b"/"
        rows = self._rows("SELECT track_id, path FROM tracks WHERE NOT is_missing ORDER BY path, start_seconds")
        return self.get_many([track_id for track_id, path in rows if os.fsencode(path).startswith(prefix)])

    def count(self, *, is_missing: bool = False) -> int:
        """Count the tracks that are there, or those that are missing."""
        return int(self._rows("SELECT count(*) FROM tracks WHERE is_missing = ?", (is_missing,))[0][0])

    def _known_id(self, record: TrackRecord) -> int | None:
        here = self._rows(
            "SELECT track_id FROM tracks WHERE path = ? AND start_seconds = ?",
            (path_to_sql(record.path), record.start_seconds),
        )
        if here:
            return int(here[0][0])
        same = self._rows(
            "SELECT track_id, path FROM tracks WHERE audio_hash = ? AND start_seconds = ?",
            (record.audio_hash, record.start_seconds),
        )
        return next((track_id for track_id, path in same if not path_from_sql(path).exists()), None)


def _values(record: TrackRecord) -> dict[str, Any]:
    return {
        "path": path_to_sql(record.path),
        "start_seconds": record.start_seconds,
        "end_seconds": record.end_seconds,
        "size_bytes": record.size_bytes,
        "mtime_ns": record.mtime_ns,
        "audio_hash": record.audio_hash,
        **_tag_values(record.tags),
    }


def _tag_values(tags: Tags) -> dict[str, Any]:
    return {
        "duration_seconds": tags.duration_seconds,
        "artist": text_to_sql(tags.artist),
        "album_artist": text_to_sql(tags.album_artist),
        "title": text_to_sql(tags.title),
        "album": text_to_sql(tags.album),
        "genres": to_json([text_to_sql(genre) for genre in tags.genres]),
        "year": tags.year,
        "disc_number": tags.disc_number,
        "track_number": tags.track_number,
        "sources": to_json(tags.sources),
    }


def as_track(row: tuple[Any, ...]) -> Track:
    """Read a row of `COLUMNS`."""
    (track_id, path, start, missing, artist, album_artist, title, album, genres, year, *numbers, sources) = row
    disc, number, duration = numbers
    return Track(
        track_id=track_id,
        path=path_from_sql(path),
        start_seconds=start,
        is_missing=bool(missing),
        tags=Tags(
            artist=artist,
            album_artist=album_artist,
            title=title,
            album=album,
            genres=tuple(json.loads(genres)),
            year=year,
            disc_number=disc,
            track_number=number,
            duration_seconds=duration,
            sources=json.loads(sources),
        ),
    )
