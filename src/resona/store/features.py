"""What was heard: the clips' feature matrices, and the descriptors, of each track."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import NAMES
from resona.errors import StoreError
from resona.store.tables import Table, to_json, upsert

DescriptorValues = Mapping[str, float | str | None]

PUT = upsert("features", ("fingerprint", "track_id"), ("track_id", "fingerprint", "shape", "starts_seconds", "content"))
PUT_DESCRIPTORS = upsert("descriptors", ("track_id",), ("track_id", "fingerprint", *NAMES))


KEEP_FEATURES = "keep_features"  # the setting that says where features go
IN_LIBRARY = "library"


class FeatureTable(Table):
    """Feature matrices by track and by the fingerprint of the front end's settings."""

    @property
    def place(self) -> str:
        """Where the features of what is heard go: `IN_LIBRARY`, or as `resona scan --keep-features` said."""
        rows = self._rows("SELECT value FROM settings WHERE name = ?", (KEEP_FEATURES,))
        return str(json.loads(rows[0][0])) if rows else IN_LIBRARY

    def keep_at(self, place: str) -> None:
        """Say where the features of what is heard go from now on."""
        self._write(upsert("settings", ("name",), ("name", "value")), (KEEP_FEATURES, to_json(place)))

    def check_kept(self) -> None:
        """Check that what is heard is kept here.

        Raises
        ------
        StoreError
            If it is not, so that what looks at it has nothing to look at.
        """
        if self.place != IN_LIBRARY:
            reason = "this looks at features, and this library keeps none; `resona scan --keep-features library` does"
            raise StoreError(self._store.name, reason)

    def put(
        self, track_id: int, fingerprint: str, clips: NDArray[np.float16], starts_seconds: Sequence[float] = ()
    ) -> None:
        """Store a track's clips in place of earlier ones under the same fingerprint.

        Parameters
        ----------
        clips
            Shape (n_clips, n_mfcc, n_frames), float16.
        starts_seconds
            Where each clip begins in the track.
        """
        content = np.ascontiguousarray(clips, dtype="<f2")
        self._write(
            PUT,
            (
                track_id,
                fingerprint,
                to_json(list(clips.shape)),
                to_json([round(float(start), 3) for start in starts_seconds]),
                content.tobytes(),
            ),
        )

    def remove(self, track_id: int) -> None:
        """Forget the features, under all fingerprints, of a track whose audio has changed."""
        self._write("DELETE FROM features WHERE track_id = ?", (track_id,))

    def get(self, track_id: int, fingerprint: str) -> NDArray[np.float16] | None:
        """Give a track's clips, shape (n_clips, n_mfcc, n_frames), or None."""
        rows = self._rows(
            "SELECT shape, content FROM features WHERE fingerprint = ? AND track_id = ?", (fingerprint, track_id)
        )
        return _clips(*rows[0]) if rows else None

    def starts_seconds(self, track_id: int, fingerprint: str) -> list[float]:
        """Give where each clip begins in the track; empty where nothing is stored."""
        rows = self._rows(
            "SELECT starts_seconds FROM features WHERE fingerprint = ? AND track_id = ?", (fingerprint, track_id)
        )
        return list(json.loads(rows[0][0])) if rows else []

    def track_ids(self, fingerprint: str) -> list[int]:
        """List the tracks with features under a fingerprint, in order."""
        rows = self._rows("SELECT track_id FROM features WHERE fingerprint = ? ORDER BY track_id", (fingerprint,))
        return [track_id for (track_id,) in rows]

    def lacking_ids(self, fingerprint: str) -> list[int]:
        """List the tracks that are there but have no features under a fingerprint."""
        rows = self._rows(
            "SELECT track_id FROM tracks t WHERE NOT is_missing AND NOT EXISTS"
            " (SELECT 1 FROM features f WHERE f.fingerprint = ? AND f.track_id = t.track_id) ORDER BY track_id",
            (fingerprint,),
        )
        return [track_id for (track_id,) in rows]

    def each(self, fingerprint: str, track_ids: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Go through the clips of some tracks, one track in memory at a time; tracks without features are skipped."""
        for track_id in track_ids:
            clips = self.get(track_id, fingerprint)
            if clips is not None:
                yield track_id, clips

    def put_descriptors(self, track_id: int, fingerprint: str, values: DescriptorValues) -> None:
        """Store a track's descriptors; names that are not in `resona.descriptors.NAMES` are not kept."""
        self._write(PUT_DESCRIPTORS, (track_id, fingerprint, *(values.get(name) for name in NAMES)))

    def descriptors(self, track_id: int | None = None) -> dict[int, dict[str, float | str | None]]:
        """Give the descriptors of one track, or of all, by track id."""
        sql = f"SELECT track_id, {', '.join(NAMES)} FROM descriptors"  # noqa: S608 - fixed names
        rows = self._rows(sql) if track_id is None else self._rows(sql + " WHERE track_id = ?", (track_id,))
        return {row[0]: dict(zip(NAMES, row[1:], strict=True)) for row in rows}

    def undescribed_ids(self, fingerprint: str) -> list[int]:
        """List the tracks that are there but were not described under a fingerprint."""
        rows = self._rows(
            "SELECT track_id FROM tracks t WHERE NOT is_missing AND NOT EXISTS"
            " (SELECT 1 FROM descriptors d WHERE d.fingerprint = ? AND d.track_id = t.track_id) ORDER BY track_id",
            (fingerprint,),
        )
        return [track_id for (track_id,) in rows]


def _clips(shape: str, content: bytes) -> NDArray[np.float16]:
    return np.frombuffer(content, dtype="<f2").reshape(json.loads(shape)).astype(np.float16, copy=False)
