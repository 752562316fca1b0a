"""Which recordings the library knows, and what their files say about them."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from resona.store.engine import Connection
from resona.store.places import Part, Places
from resona.store.tables import AMONG, Table, is_among, now, path_from_sql, path_to_sql, text_to_sql, to_json
from resona.tracks import Tags, Track

COLUMNS = (
    "track_id, path, start_seconds, is_missing, artist, album_artist, title, album, genres, year, disc_number,"
    " track_number, duration_seconds, sources"
)
LOUDNESS = "(SELECT loudness_lufs FROM descriptors WHERE descriptors.track_id = tracks.track_id)"
WHOLE = f"{COLUMNS}, {LOUDNESS}"
N_RANKED = 2_000  # matches of each kind that are put in order; all, if there are no more


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """Everything that a scan writes about a track, apart from features.

    Attributes
    ----------
    audio_hash
        Of the audio itself, so that renamed and re-tagged files are recognised.
    start_seconds, end_seconds
        The part of the file, for tracks of a cue sheet; the whole file otherwise.
    ctime_ns, side
        See `resona.store.files.Work`.
    is_heard
        Whether the duration was measured now; otherwise one that was measured earlier is kept.
    same_as
        Otherwise, the track as which it was heard.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    audio_hash: str
    tags: Tags
    start_seconds: float = 0.0
    end_seconds: float | None = None
    ctime_ns: int = 0
    side: str = ""
    is_heard: bool = True
    same_as: int = 0


class TrackTable(Table):
    """Tracks; a vanished one is marked missing and never deleted."""

    def put(self, record: TrackRecord) -> int:
        """Store the one track of a file; see `put_file`."""
        return self.put_file([record])[0]

    def put_file(
        self, records: Sequence[TrackRecord], *, is_same: Callable[[int, int], bool] = lambda _track_id, _place: False
    ) -> list[int]:
        """Store the tracks of a file, all that it holds, and give their ids: those that their audio had before.

        Parameters
        ----------
        records
            Of one path and one hash.
        is_same
            Says of a track that was at this path, and of a position in `records`, whether they are one recording.
        """
        with self._store.writing() as connection:
            self._touch()
            ids = Places(self._store).settle([_found(record) for record in records], is_same)
            return [self._put(connection, record, track_id) for record, track_id in zip(records, ids, strict=True)]

    def reunite(self) -> int:
        """Give judgements and history of missing tracks to tracks of the same audio; see `Places.reunite`."""
        with self._store.writing():
            n_tracks = Places(self._store).reunite()
            if n_tracks:
                self._touch()
            return n_tracks

    def retire(self, path: Path, audio_hash: str) -> None:
        """Mark the tracks of a file missing whose audio it holds no longer."""
        sql = "UPDATE tracks SET is_missing = TRUE WHERE path = ? AND audio_hash <> ? AND NOT is_missing"
        if self._write(sql, (path_to_sql(path), audio_hash)):
            self._touch()

    def set_tags(self, track_id: int, tags: Tags) -> None:
        """Put other tags in place of those of the file, until the file changes; the duration stays as measured."""
        values = {name: value for name, value in self._tag_values(tags).items() if name != "duration_seconds"}
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

    def delete(self, track_ids: Sequence[int]) -> None:
        """Forget tracks for good, with all that was heard and said of them."""
        some = AMONG.replace("?", "?1")
        with self._store.writing():
            for sql in (
                f"DELETE FROM labels WHERE a IN {some} OR b IN {some} OR c IN {some}",  # noqa: S608 - fixed texts
                f"DELETE FROM tracks WHERE track_id IN {some}",  # noqa: S608 - fixed texts
            ):
                self._write(sql, (json.dumps(list(track_ids)),))
            self._touch()

    def get(self, track_id: int) -> Track | None:
        """Give one track, or None."""
        rows = self._rows(f"SELECT {WHOLE} FROM tracks WHERE track_id = ?", (track_id,))  # noqa: S608 - fixed names
        return as_track(rows[0]) if rows else None

    def get_many(self, track_ids: Sequence[int]) -> list[Track]:
        """Give tracks in the order asked for; unknown ids are left out."""
        sql = f"SELECT {WHOLE} FROM tracks WHERE track_id IN {AMONG}"  # noqa: S608 - fixed names
        found = {row[0]: row for row in self._rows(sql, (json.dumps(list(track_ids)),))}
        return [as_track(found[track_id]) for track_id in track_ids if track_id in found]

    def known(self, track_ids: Iterable[int]) -> set[int]:
        """Say which of some ids are those of tracks, missing ones too."""
        sql = f"SELECT track_id FROM tracks WHERE track_id IN {AMONG}"  # noqa: S608 - fixed texts
        return {track_id for (track_id,) in self._rows(sql, (json.dumps(list(track_ids)),))}

    def all(self, *, with_missing: bool = False) -> list[Track]:
        """List the tracks by id."""
        sql = f"SELECT {WHOLE} FROM tracks WHERE ? OR NOT is_missing ORDER BY track_id"  # noqa: S608 - fixed names
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

    def with_audio(self, *audio_hashes: str) -> list[Track]:
        """List the tracks that are a whole file with the audio of one of these names."""
        sql = (
            f"SELECT {WHOLE} FROM tracks WHERE audio_hash IN ({', '.join('?' * len(audio_hashes))})"  # noqa: S608 - fixed names
            " AND end_seconds IS NULL AND NOT is_missing ORDER BY track_id"
        )
        return [as_track(row) for row in self._rows(sql, audio_hashes)]

    def with_part(
        self, audio_hash: str, start_seconds: float, end_seconds: float | None, *, besides: Path
    ) -> list[int]:
        """List the tracks, missing ones too, that are a part of some audio, but not those of one file."""
        sql = "SELECT track_id, start_seconds, end_seconds, path FROM tracks WHERE audio_hash = ?"
        return [
            track_id
            for track_id, *span, path in self._rows(sql, (audio_hash,))
            if span == [start_seconds, end_seconds] and path != path_to_sql(besides)
        ]

    def at(self, path: Path) -> list[Track]:
        """List the tracks of a file: one, or several with a cue sheet; where it is gone, those that it held."""
        sql = f"SELECT {WHOLE} FROM tracks WHERE path = ? ORDER BY start_seconds, track_id"  # noqa: S608 - fixed names
        tracks = [as_track(row) for row in self._rows(sql, (path_to_sql(path),))]
        return [track for track in tracks if not track.is_missing] or tracks

    def search(self, text: str, *, limit: int = 50, is_any_word_enough: bool = False) -> list[Track]:
        """Find tracks by words of title, artist and album; the last letters of a word may be left out.

        Case and accents do not matter. Titles that begin so come first, then those that hold all words, then tracks
        that do; if any word is enough, the best matches.
        """
        return self.get_many(self.find_ids(text, limit=limit, is_any_word_enough=is_any_word_enough))

    def find_ids(self, text: str, *, limit: int, is_any_word_enough: bool = False) -> list[int]:
        """Find the ids of tracks as `search` does."""
        found: dict[int, None] = {}
        for query, values in self._store.engine.searches(text, is_any_word_enough=is_any_word_enough):
            sql = (
                f"SELECT track_id FROM ({query} LIMIT ?) AS found JOIN tracks ON track_id = found_id"  # noqa: S608 - fixed texts
                " WHERE NOT is_missing ORDER BY badness, length(title), track_id LIMIT ?"
            )
            rows = self._rows(sql, (*values, max(N_RANKED, limit), limit))
            found |= dict.fromkeys(track_id for (track_id,) in rows)
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def below(self, folder: Path) -> list[Track]:
        """List the tracks in a folder or below it, by path."""
        return self.get_many(self.ids_below([folder]))

    def ids_below(
        self, folders: Sequence[Path], *, besides: Sequence[Path] = (), with_missing: bool = False
    ) -> list[int]:
        """List the tracks in or below some folders, but not below others, by path."""
        sql = "SELECT track_id, path FROM tracks WHERE ? OR NOT is_missing ORDER BY path, start_seconds"
        return [track_id for track_id, path in self._rows(sql, (with_missing,)) if is_among(path, folders, besides)]

    def count(self, *, is_missing: bool = False) -> int:
        """Count the tracks that are there, or those that are missing."""
        return int(self._rows("SELECT count(*) FROM tracks WHERE is_missing = ?", (is_missing,))[0][0])

    def audio_names(self) -> dict[int, str]:
        """Name every track by its audio, so that a file can speak of it whatever it is called: see `named_by_audio`."""
        return {part.track_id: part.name for part in Places(self._store).all()}

    def named_by_audio(self, name: str) -> int | None:
        """Find the track that holds some audio, or None; one that is there rather than a missing one."""
        return Places(self._store).find(name)

    def count_missing(self, track_ids: Sequence[int]) -> int:
        """Count those of some tracks that are missing."""
        sql = f"SELECT count(*) FROM tracks WHERE is_missing AND track_id IN {AMONG}"  # noqa: S608 - fixed texts
        return int(self._rows(sql, (json.dumps(list(track_ids)),))[0][0])

    def _put(self, connection: Connection, record: TrackRecord, track_id: int | None) -> int:
        values = self._values(record)
        sql = "SELECT audio_hash, start_seconds, end_seconds FROM tracks WHERE track_id = ?"
        is_known = (record.audio_hash, record.start_seconds, record.end_seconds) in self._rows(sql, (track_id,))
        if track_id is None:
            names, marks = ", ".join(values), ", ".join("?" * len(values))
            cursor = connection.execute(
                f"INSERT INTO tracks ({names}, added_at) VALUES ({marks}, ?) RETURNING track_id",  # noqa: S608 - fixed names
                (*values.values(), now()),
            )
            track_id = int(cursor.fetchone()[0])
        else:
            if is_known and not record.is_heard:
                del values["duration_seconds"]
            assignments = ", ".join(f"{name} = ?" for name in values)
            connection.execute(
                f"UPDATE tracks SET {assignments}, is_missing = FALSE WHERE track_id = ?",  # noqa: S608 - fixed names
                (*values.values(), track_id),
            )
        if not (is_known or record.is_heard):
            Places(self._store).copy_heard(track_id, record.same_as)
        return track_id

    def _values(self, record: TrackRecord) -> dict[str, Any]:
        return {
            "path": path_to_sql(record.path),
            "start_seconds": record.start_seconds,
            "end_seconds": record.end_seconds,
            "size_bytes": record.size_bytes,
            "mtime_ns": record.mtime_ns,
            "ctime_ns": record.ctime_ns,
            "side": record.side,
            "audio_hash": record.audio_hash,
            **self._tag_values(record.tags),
        }

    def _tag_values(self, tags: Tags) -> dict[str, Any]:
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
            **self._store.engine.derived(tags),
        }


def _found(record: TrackRecord) -> Part:
    length = record.tags.duration_seconds
    return Part(
        path=record.path,
        audio_hash=record.audio_hash,
        start=record.start_seconds,
        end=record.start_seconds + length if length else None,
        is_open=record.end_seconds is None,
        state=(record.size_bytes, record.mtime_ns),
    )


_parsed = lru_cache(1000)(json.loads)  # genres and sources: few, again and again


def as_track(row: tuple[Any, ...]) -> Track:
    """Read a row of `WHOLE`."""
    (track_id, path, start, missing, artist, album_artist, title, album, genres, year, *numbers, sources, lufs) = row
    disc, number, duration = numbers
    return Track(
        track_id=track_id,
        path=path_from_sql(path),
        start_seconds=start,
        is_missing=bool(missing),
        loudness_lufs=lufs,
        tags=Tags(
            artist=artist,
            album_artist=album_artist,
            title=title,
            album=album,
            genres=tuple(_parsed(genres)),
            year=year,
            disc_number=disc,
            track_number=number,
            duration_seconds=duration,
            sources=dict(_parsed(sources)),
        ),
    )
