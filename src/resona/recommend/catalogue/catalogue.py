"""What a recommendation needs to know of the whole library: loaded once, kept while it is true."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.inference import Model, Words
from resona.inference.model import unit
from resona.recommend.catalogue.columns import Columns, Lazy
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.catalogue.snapshot import Snapshot, on_one_thread, read_latest, read_snapshot, write_snapshot
from resona.recommend.limits import Attributes
from resona.recommend.words.vocabulary import Vocabulary
from resona.store import Store
from resona.tracks import Track

Array = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass
class Catalogue:
    """The tracks of a library that a model has embedded, in the order of their ids: a track's place is its row.

    Attributes
    ----------
    store, model
        Where it was loaded from.
    version
        The store's version then.
    snapshot
        Everything that is worked out once.
    masks
        Which tracks a filter lets through, shape (n,), by the filter: kept with the catalogue.
    kept
        What others worked out of the tracks (groups, usual words), by their keys: kept with the catalogue.
    heard
        The catalogue of the model that listens, where this one's vectors follow a taste: words are told from it.
    own
        The owner's own words.
    is_part
        Whether it holds only those tracks that may be near to something; see `resona.recommend.catalogue.graph`.
    """

    store: Store
    model: Model
    version: int
    snapshot: Snapshot
    masks: dict[object, Mask] = field(default_factory=dict)
    kept: dict[object, Any] = field(default_factory=dict)
    heard: "Catalogue | None" = None
    own: Words | None = None
    is_part: bool = False

    @classmethod
    def load(cls, store: Store, model: Model) -> "Catalogue":
        """Read the snapshot beside the library; where there is none for this state, work it out and keep it.

        Raises
        ------
        VectorIndexError
            If the model has embedded nothing yet.
        """
        version, folder = store.version, store.side_dir / "index"
        models = f"{model.model_id}-{model.ranking.by}-{model.ranking.hubness}"
        name = f"{models}-{version}"
        snapshot = read_snapshot(folder, name)
        if snapshot is None:
            from resona.recommend.catalogue.building import take_snapshot

            with on_one_thread():
                snapshot = take_snapshot(store, model, before=read_latest(folder, models))
            if store.version == version:
                write_snapshot(folder, name, snapshot, state=f"-{version}")
        return cls(store=store, model=model, version=version, snapshot=snapshot)

    def __len__(self) -> int:
        return len(self.snapshot.arrays["track_ids"])

    @cached_property
    def track_ids(self) -> NDArray[np.int64]:
        """Shape (n,), ascending: row → track."""
        return np.asarray(self.snapshot.arrays["track_ids"])

    @cached_property
    def vectors(self) -> Array:
        """Shape (n, d)."""
        return np.asarray(self.snapshot.arrays["vectors"])

    @cached_property
    def directions(self) -> Array:
        """Shape (n, d), unit rows."""
        return self.vectors if self.model.is_unit else unit(self.vectors)

    @cached_property
    def ranker(self) -> Ranker:
        """Distances from anything to all rows."""
        reference, stats, curve = (np.asarray(self.snapshot.arrays[name]) for name in ("reference", "stats", "curve"))
        kind = Ranker.kind_for(self.model, len(self))
        return Ranker(self.model, self.vectors, reference, stats, kind, curve)

    @cached_property
    def columns(self) -> Columns:
        """Tags and descriptors."""
        return Columns(self.snapshot, self._tell)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that can be told of the tracks.

        Raises
        ------
        QueryError
            If the model tells none.
        """
        return Vocabulary((self.heard or self).model, self.own)

    @cached_property
    def told(self) -> Lazy[Array]:
        """How likely each word is to be said of each track: word of the vocabulary to shape (n,), 0 to 1."""
        heard = self.heard or self
        return Lazy(lambda word: self.vocabulary.probabilities(word, heard.vectors, self.columns.numbers))

    def _tell(self, text: str) -> Array:
        return self.told[self.vocabulary.word(text)]

    @property
    def attributes(self) -> Attributes:
        """What the limits look at."""
        return self.columns.attributes

    @cached_property
    def tracks(self) -> list[Track]:
        """The track of each row; `tracks_at` is faster for a few."""
        known = {track.track_id: track for track in self.store.tracks.all(with_missing=True)}
        return [known[track_id] for track_id in self.track_ids.tolist()]

    def tracks_at(self, rows: Rows) -> list[Track]:
        """Give the tracks of some rows, in their order."""
        return self.store.tracks.get_many(self.track_ids[rows].tolist())

    def rows_of(self, tracks: Sequence[Track]) -> Rows:
        """Find the rows of tracks; those without an embedding are left out."""
        return self.rows_of_ids([track.track_id for track in tracks])

    def rows_of_ids(self, track_ids: Sequence[int]) -> Rows:
        """Find the rows of track ids; those without an embedding are left out."""
        wanted = np.array(track_ids, dtype=np.int64)
        rows = np.searchsorted(self.track_ids, wanted)
        is_there = (rows < len(self)) & (self.track_ids[np.minimum(rows, len(self) - 1)] == wanted)
        found: Rows = rows[is_there]
        return found
