"""Which track is the audio that was found in a file?

A track is its audio: the file's hash, and the part of the file where a cue sheet divides it. Its place, a path, comes
second: a track that is found elsewhere moves there with its id, and with all that was said of it; one whose place was
taken by other audio is missing, until its audio is found again. So a track is only missing while its audio is nowhere.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resona.addresses import RemotePath
from resona.store.tables import AMONG, Table, path_from_sql, path_to_sql

LEAST_SHARED = 0.5  # of two parts of a file, by which they are one track whose borders were corrected
OPEN_TO = "CASE WHEN duration_seconds > 0 THEN start_seconds + duration_seconds END"
HEARD = ("features", "embeddings", "descriptors")
ONCE = {"descriptors": "", "features": "fingerprint", "embeddings": "model_id", "given": "seed", "layout": "model_id"}
OFTEN = ("playlist_tracks", "plays", "links")  # rows that belong to one track, which may have several; of `ONCE`, one
MARKS = ("stars", "ratings")  # which name a track as players do
OWN = {"track_id", "added_at", "is_missing"}  # columns of a track that its place does not change


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of some audio, and where it is.

    Attributes
    ----------
    start, end
        In seconds; the end is None where the audio was never measured.
    is_open
        Whether it goes on to the end of the file.
    state
        The file's size in bytes, and when it was changed in ns.
    track_id, is_missing
        Of a part that is known.
    """

    path: Path
    audio_hash: str
    start: float
    end: float | None
    is_open: bool
    state: tuple[int, int] = (0, 0)
    track_id: int = 0
    is_missing: bool = False

    @property
    def name(self) -> str:
        """The hash; with the seconds of a part, as in a media fragment: ``…#t=26.0,52.0``.

        Examples
        --------
        >>> Part(path=Path("a"), audio_hash="c0ffee", start=26.0, end=52.0, is_open=True).name
        'c0ffee#t=26.0,52.0'
        """
        is_whole = self.is_open and not self.start
        return self.audio_hash if is_whole else f"{self.audio_hash}#t={self.start},{self.end or ''}"

    @property
    def is_there(self) -> bool:
        """Whether it is known and a file is at its place; what cannot be looked at is no reason to move it."""
        if isinstance(self.path, RemotePath):
            return not self.is_missing
        try:
            os.stat(self.path)  # noqa: PTH116 - what cannot be looked at is there
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return not self.is_missing
        return not self.is_missing


def shared(a: Part, b: Part) -> float:
    """Say how much two parts of one file have in common: their intersection over their union, 0 to 1.

    Examples
    --------
    >>> song = Part(path=Path("a"), audio_hash="x", start=26.0, end=52.0, is_open=False)
    >>> shared(song, Part(path=Path("a"), audio_hash="x", start=25.0, end=51.0, is_open=False)) > 0.9
    True
    """
    if a.start == b.start and a.is_open and b.is_open:  # whatever the file says of its length
        return 1.0
    if a.end is None or b.end is None:
        return 0.0
    union = max(a.end, b.end) - min(a.start, b.start)
    return max(0.0, min(a.end, b.end) - max(a.start, b.start)) / union if union else 1.0


class Places(Table):
    """Where tracks are."""

    def all(self) -> list[Part]:
        """List the parts that are known."""
        return self._parts("true")

    def find(self, name: str) -> int | None:
        """Find the track whose audio has a name; where borders were corrected since, the one that shares most."""
        audio_hash, _, span = name.partition("#t=")
        start, _, end = span.partition(",")
        try:
            asked = Part(
                path=Path(),
                audio_hash=audio_hash,
                start=float(start or 0),
                end=float(end) if end else None,
                is_open=not end,
            )
        except ValueError:
            return None
        known = self._parts("audio_hash = ?", audio_hash)
        likely = [(-shared(part, asked), part.is_missing, part.track_id) for part in known]
        return min((found for found in likely if found[0] <= -LEAST_SHARED), default=(0, False, None))[-1]

    def settle(self, parts: Sequence[Part], is_same: Callable[[int, int], bool]) -> list[int | None]:
        """Clear a path for the audio found there, and say which tracks it is: their ids, None for new ones.

        Parameters
        ----------
        parts
            All that the file holds.
        is_same
            Says of a track that was there, and of a position in `parts`, whether they are one recording.
        """
        path = path_to_sql(parts[0].path)
        heirs = self._heirs(parts)
        here = [
            part for part in self._parts("path = ? AND NOT is_missing", path) if part.track_id not in heirs.values()
        ]
        for place, part in enumerate(parts):
            if place in heirs:
                continue
            likely = (old for old in here if shared(old, part) >= LEAST_SHARED and old.track_id not in heirs.values())
            known = next((old.track_id for old in likely if is_same(old.track_id, place)), None)
            heirs |= {place: known} if known is not None else {}
        self._write("UPDATE tracks SET is_missing = TRUE WHERE path = ? AND NOT is_missing", (path,))
        return [heirs.get(place) for place in range(len(parts))]

    def _heirs(self, parts: Sequence[Part]) -> dict[int, int]:
        """Match parts with known ones of the same audio that are here, or nowhere, those first that share most.

        Of several in other places, one comes first whose file had the same size and time: a name was changed.
        """
        path = parts[0].path
        known = self._parts("audio_hash = ?", parts[0].audio_hash)
        free = [part for part in known if (part.path == path and not part.is_missing) or not part.is_there]
        likely = [
            (-shared(part, old), old.path != path, old.state != part.state, old.is_missing, old.track_id, place)
            for place, part in enumerate(parts)
            for old in free
            if shared(part, old) >= LEAST_SHARED
        ]
        heirs: dict[int, int] = {}
        for *_, track_id, place in sorted(likely):
            if place not in heirs and track_id not in heirs.values():
                heirs[place] = track_id
        return heirs

    def copy_heard(self, track_id: int, best_id: int) -> None:
        """Give a track what was heard of the same part of the same audio elsewhere, at best as a certain track."""
        rows = self._rows(
            "SELECT o.track_id, o.duration_seconds FROM tracks o JOIN tracks t USING (audio_hash, start_seconds)"
            " WHERE t.track_id = ? AND o.track_id <> t.track_id"
            " AND coalesce(o.end_seconds, -1) = coalesce(t.end_seconds, -1) ORDER BY o.track_id <> ? LIMIT 1",
            (track_id, best_id),
        )
        self._forget_heard(track_id)  # without a twin, it is heard again at the end of the scan
        for twin_id, duration_seconds in rows:
            self._write("UPDATE tracks SET duration_seconds = ? WHERE track_id = ?", (duration_seconds, track_id))
            for table in HEARD:
                columns = ", ".join(self._columns(table)[1:])
                self._write(
                    f"INSERT INTO {table} (track_id, {columns}) SELECT ?, {columns} FROM {table} WHERE track_id = ?",  # noqa: S608 - fixed names
                    (track_id, twin_id),
                )

    def _forget_heard(self, track_id: int) -> None:
        for table in HEARD:
            self._write(f"DELETE FROM {table} WHERE track_id = ?", (track_id,))  # noqa: S608 - fixed names

    def reunite(self) -> int:
        """Make one track of each missing one and one of the same audio that is there, and give their number.

        The older id remains. Where somebody has compared the two, they stay two.
        """
        n_tracks = 0
        while couples := [couple for couple in self._couples() if not self._are_compared(*couple)]:
            united: set[int] = set()
            for couple in couples:
                if united.isdisjoint(couple):  # or the next round sees what became of them
                    self._unite(*couple)
                    united.update(couple)
            n_tracks += len(united) // 2
        return n_tracks

    def _couples(self) -> list[tuple[int, int]]:
        """List every missing track with every one of the same audio that is there."""
        rows = self._rows(
            "SELECT o.track_id, t.track_id FROM tracks o JOIN tracks t USING (audio_hash)"
            " WHERE o.is_missing AND NOT t.is_missing ORDER BY o.track_id, t.track_id"
        )
        ids = sorted({track_id for row in rows for track_id in row})
        parts = {part.track_id: part for part in self._parts(f"track_id IN {AMONG}", json.dumps(ids))}
        return [(a, b) for a, b in rows if shared(parts[a], parts[b]) >= LEAST_SHARED]

    def _unite(self, missing_id: int, there_id: int) -> None:
        kept, dropped = sorted((missing_id, there_id))
        for name in ("a", "b", "c"):
            self._write(f"UPDATE labels SET {name} = ? WHERE {name} = ?", (kept, dropped))  # noqa: S608 - fixed names
        borders = self._rows(
            "SELECT DISTINCT start_seconds, end_seconds FROM tracks WHERE track_id IN (?, ?)", (kept, dropped)
        )
        if len(borders) > 1 and kept == missing_id:  # it was heard between other borders
            self._forget_heard(kept)
        for table, other in ONCE.items():
            self._hand_over(table, "track_id", other, kept, dropped)
        for table in OFTEN:
            self._write(f"UPDATE {table} SET track_id = ? WHERE track_id = ?", (kept, dropped))  # noqa: S608 - fixed names
        for table in MARKS:
            item = f"tr-{dropped}"
            self._hand_over(table, "item", "profile", f"tr-{kept}", item)
            self._write(f"DELETE FROM {table} WHERE item = ?", (item,))  # noqa: S608 - fixed names
        columns = ", ".join(name for name in self._columns("tracks") if name not in OWN)
        (values,) = self._rows(f"SELECT {columns} FROM tracks WHERE track_id = ?", (there_id,))  # noqa: S608 - fixed names
        self._write("DELETE FROM tracks WHERE track_id = ?", (dropped,))
        marks = ", ".join("?" * len(values))
        self._write(
            f"UPDATE tracks SET ({columns}) = ({marks}), is_missing = FALSE WHERE track_id = ?",  # noqa: S608 - fixed names
            (*values, kept),
        )

    def _hand_over(self, table: str, owner: str, other: str, heir: int | str, dropped: int | str) -> None:
        """Give rows to an heir, unless it has one with the same other part of the key."""
        same = f" AND o.{other} = {table}.{other}" if other else ""
        has_one = f"SELECT 1 FROM {table} o WHERE o.{owner} = ?1{same}"  # noqa: S608 - fixed names
        self._write(f"UPDATE {table} SET {owner} = ?1 WHERE {owner} = ?2 AND NOT EXISTS ({has_one})", (heir, dropped))  # noqa: S608 - fixed names

    def _columns(self, table: str) -> list[str]:
        with self._store.reading() as connection:
            return self._store.engine.columns(connection, table)

    def _are_compared(self, one: int, other: int) -> bool:
        return bool(self._rows("SELECT 1 FROM labels WHERE ? IN (a, b, c) AND ? IN (a, b, c) LIMIT 1", (one, other)))

    def _parts(self, condition: str, *values: object) -> list[Part]:
        rows = self._rows(
            f"SELECT track_id, path, audio_hash, start_seconds, {OPEN_TO}, end_seconds IS NULL, is_missing,"  # noqa: S608 - fixed texts
            f" size_bytes, mtime_ns FROM tracks WHERE {condition} ORDER BY track_id",
            values,
        )
        return [
            Part(
                track_id=track_id,
                path=path_from_sql(path),
                audio_hash=audio_hash,
                start=start,
                end=end,
                is_open=bool(is_open),
                is_missing=bool(is_missing),
                state=(size_bytes, mtime_ns),
            )
            for track_id, path, audio_hash, start, end, is_open, is_missing, size_bytes, mtime_ns in rows
        ]
