"""What a recommendation needs to know of the whole library, loaded once and kept while it is true."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resona.errors import VectorIndexError
from resona.inference import Model
from resona.recommend.ranking import Ranker
from resona.selection.artists import artist_keys
from resona.selection.limits import Attributes
from resona.store import Store
from resona.tracks import Track

Array = NDArray[np.float32]


@dataclass
class Catalogue:
    """The tracks of a library that a model has embedded, in the order of their ids.

    Attributes
    ----------
    store, model
        Where it was loaded from.
    version
        The store's version then.
    track_ids
        Shape (n,), ascending: row → track.
    vectors
        Shape (n, d).
    """

    store: Store
    model: Model
    version: int
    track_ids: NDArray[np.int64]
    vectors: Array

    @classmethod
    def load(cls, store: Store, model: Model) -> "Catalogue":
        """Load the vectors; the rest is loaded when it is first asked for.

        Raises
        ------
        VectorIndexError
            If the model has embedded nothing yet.
        """
        version = store.version
        track_ids, vectors = store.embeddings.matrix(model.model_id)
        if not len(track_ids):
            raise VectorIndexError("the library holds no track that can be compared yet; `resona scan FOLDER` fills it")
        return cls(store=store, model=model, version=version, track_ids=track_ids, vectors=vectors)

    @cached_property
    def ranker(self) -> Ranker:
        """Distances from anything to all rows."""
        return Ranker.fit(self.model, self.vectors)

    @cached_property
    def tracks(self) -> list[Track]:
        """The track of each row."""
        known = {track.track_id: track for track in self.store.tracks.all()}
        return [known[int(track_id)] for track_id in self.track_ids]

    @cached_property
    def attributes(self) -> Attributes:
        """What the limits look at."""
        return Attributes(
            artists=[artists_of(track) for track in self.tracks],
            albums=[track.album_key for track in self.tracks],
            versions=[-1] * len(self.tracks),
        )

    def rows_of(self, tracks: tuple[Track, ...]) -> NDArray[np.intp]:
        """Find the rows of tracks; those without an embedding are left out."""
        wanted = np.array([track.track_id for track in tracks], dtype=np.int64)
        rows = np.searchsorted(self.track_ids, wanted)
        is_there = (rows < len(self.track_ids)) & (self.track_ids[np.minimum(rows, len(self.track_ids) - 1)] == wanted)
        found: NDArray[np.intp] = rows[is_there]
        return found


def artists_of(track: Track) -> frozenset[str]:
    """Give the keys of everybody credited, or the folder where nobody is."""
    tags = track.tags
    return artist_keys(tags.artist, tags.album_artist, title=tags.title) or frozenset({track.artist_key})
