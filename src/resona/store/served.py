"""What does a player need to know of a track, besides its tags: size, place in the file, since when it is here?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from resona.store.tables import AMONG, Table
from resona.store.tracks import TrackTable
from resona.tracks import Track


@dataclass(frozen=True, slots=True)
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
        return self.of(TrackTable(self._store).get_many(track_ids))

    def of(self, tracks: Sequence[Track]) -> list[Served]:
        """Say of tracks what players need to know besides; those that are gone altogether are left out."""
        rows = self._rows(
            "SELECT t.track_id, t.size_bytes, t.end_seconds, t.added_at, d.tempo_bpm, d.loudness_lufs"  # noqa: S608 - fixed texts
            " FROM tracks t LEFT JOIN descriptors d USING (track_id)"
            f" WHERE t.track_id IN {AMONG}",
            (json.dumps([track.track_id for track in tracks]),),
        )
        known = {track_id: values for track_id, *values in rows}
        return [Served(track, *known[track.track_id]) for track in tracks if track.track_id in known]
