"""What does a player need to know of a track, besides its tags: size, place in the file, since when it is here?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resona.store.tables import AMONG, Table
from resona.store.tracks import QUALIFIED, as_track
from resona.tracks import Track

N_OWN = 5  # columns before those of the track itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A track as players see it.

    Attributes
    ----------
    size_bytes
        Of the whole file.
    end_seconds
        Where it ends in its file; None for the end of the file.
    added_at
        In UTC, ISO 8601.
    tempo_bpm, loudness_lufs
        None where they could not be determined.
    """

    track: Track
    size_bytes: int
    end_seconds: float | None
    added_at: str
    tempo_bpm: float | None
    loudness_lufs: float | None

    @property
    def is_part(self) -> bool:
        """Say whether it is a part of its file, as in a cue sheet."""
        return self.track.start_seconds > 0 or self.end_seconds is not None


class ServedTable(Table):
    """Tracks as players see them."""

    def get_many(self, track_ids: Sequence[int]) -> list[Served]:
        """Give tracks in the order asked for, missing ones too; unknown ids are left out."""
        rows = self._rows(
            f"SELECT t.size_bytes, t.end_seconds, t.added_at, d.tempo_bpm, d.loudness_lufs, {QUALIFIED}"  # noqa: S608 - fixed names
            " FROM tracks t LEFT JOIN descriptors d USING (track_id)"
            f" WHERE t.track_id IN {AMONG}",
            (json.dumps(list(track_ids)),),
        )
        found = {row[N_OWN]: row for row in rows}
        return [_as_served(found[track_id]) for track_id in track_ids if track_id in found]


def _as_served(row: tuple[Any, ...]) -> Served:
    size_bytes, end_seconds, added_at, tempo_bpm, loudness_lufs, *track = row
    return Served(
        track=as_track(tuple(track)),
        size_bytes=size_bytes,
        end_seconds=end_seconds,
        added_at=added_at,
        tempo_bpm=tempo_bpm,
        loudness_lufs=loudness_lufs,
    )
