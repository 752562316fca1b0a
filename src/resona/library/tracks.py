"""What does the library know of a track?"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio import TWIN
from resona.errors import UnknownTrackError
from resona.features.recordings import is_one_recording
from resona.library.models import Models
from resona.recommend.queries.resolve import nearest_names
from resona.store import Store
from resona.tracks import Track


class Tracks:
    """The tracks by number and by words: ``library.tracks``."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store, self._models = store, models

    def __len__(self) -> int:
        return self._store.tracks.count()

    def get(self, track_id: int) -> Track:
        """Give one track.

        Raises
        ------
        UnknownTrackError
            If there is none with that number.
        """
        track = self._store.tracks.get(track_id)
        if track is None:
            raise UnknownTrackError(f"#{track_id}", [])
        return track

    def at(self, path: Path) -> list[Track]:
        """Give the tracks of a file: one, several of a cue sheet, or none."""
        return [track for track in self._store.tracks.at(path) if not track.is_missing]

    def below(self, folder: Path) -> list[Track]:
        """List the tracks in a folder or below it, by path."""
        return self._store.tracks.below(folder)

    def of(self, track_ids: Sequence[int]) -> list[Track]:
        """Give tracks in the order asked for; unknown ids are left out."""
        return self._store.tracks.get_many(track_ids)

    def all(self) -> list[Track]:
        """List the tracks by id; those that are missing are left out."""
        return self._store.tracks.all()

    def search(self, text: str, *, limit: int = 50) -> list[Track]:
        """Find tracks by words of title, artist and album, as one types; where none has them, the nearest."""
        return self._store.tracks.search(text, limit=limit) or nearest_names(self._store, text)[:limit]

    def with_audio(self, audio_hash: str, features: NDArray[np.float16]) -> Track | None:
        """Find the track that is the same audio as a file from elsewhere: its `whole_hash`, and clips as heard."""
        features_id = self._models.current.feature_fingerprint
        for track in self._store.tracks.with_audio(audio_hash.partition(TWIN)[0], audio_hash):
            known = self._store.features.get(track.track_id, features_id)
            if known is None or is_one_recording(known, features):
                return track
        return None

    def descriptors(self, track: Track) -> dict[str, float | str | None]:
        """Say what was measured of a track: tempo, key, loudness and others; empty where nothing was."""
        return self._store.features.descriptors(track.track_id).get(track.track_id, {})

    def clips(self, track: Track) -> list[tuple[float, float]]:
        """Say which parts of a track were listened to: where each begins and how long it is, in seconds."""
        model = self._models.current
        starts = self._store.features.starts_seconds(track.track_id, model.feature_fingerprint)
        longest = model.features.clip_seconds
        duration = track.tags.duration_seconds or longest
        seconds = duration if len(starts) == 1 else min(longest, duration)
        return [(start, seconds) for start in starts]
