"""How are lists made in a library that is too large to compare with every track?

A graph in the database gives the tracks that are near to the seeds, and of these a catalogue is made that knows no
others. Whatever makes lists then does so as ever: the same correction for hubs, by one sample of the whole library; the
same limits, order and reasons. What is judged by the library as a whole is judged by what is near: which recordings are
versions of one another, and who is known to play alone.

The graph knows of hubs. Mutual proximity asks by how many standard deviations a similarity s exceeds what is usual
around the query q, and around the track v; the smaller of the two decides, mostly the query's. So the sum
w (s − µ_q)/σ_q + (s − µ)/σ orders tracks nearly as it does. With one σ for all queries that is, but for what all tracks
share, an inner product of q with a point of the track, (w/σ_q + 1/σ) v, and −µ/σ beside it. One number more
brings all points to one length, so that the largest inner product is the nearest point [1]_.

References
----------
.. [1] Y. Bachrach et al., "Speeding up the Xbox recommender system using a Euclidean transformation for inner-product
   spaces", RecSys 2014.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import NAMES
from resona.errors import StoreError, VectorIndexError
from resona.inference import Model
from resona.recommend.catalogue.building import TRACK_COLUMNS, described_snapshot, with_versions
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.hubness import corrected_distances
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.filters.database import Condition, database_condition
from resona.recommend.filters.grammar import Groups, parse
from resona.recommend.versions.groups import Likeness
from resona.store import Store

Array = NDArray[np.float32]

N_SAMPLE = 20_000  # tracks that the proportions of a library are measured on
MEMORY = "2GB"
N_USUAL, LONGER = 200, 1.25  # tracks that say what is usual; than the longest point of these, the length of all
WEIGHT = 2.5  # of what the query finds usual
NEAR = 2  # times as many points as tracks are looked for


@dataclass(frozen=True, slots=True)
class Points:
    """Where tracks lie in the graph.

    Attributes
    ----------
    slope
        `WEIGHT` for each standard deviation of similarities that is usual around a query.
    length
        Of all points.

    Examples
    --------
    >>> points, vectors, stats = Points(2.0, length=10.0), np.float32([[0.6, 0.8]]), np.float32([[0.1, 0.25]])
    >>> points.of(vectors, stats).round(2)
    array([[ 3.6 ,  4.8 , -0.4 ,  7.99]], dtype=float32)
    >>> points.cosines(points.of(vectors, stats) @ Points.asked(vectors[0]), stats).round(3)
    array([1.], dtype=float32)
    """

    slope: float
    length: float

    @classmethod
    def fit(cls, stats: Array) -> "Points":
        """Learn both from what is known of a sample: means and standard deviations, shape (m, 2)."""
        slope = WEIGHT / float(stats[:, 1].mean())
        return cls(slope, LONGER * float(np.hypot(slope + 1 / stats[:, 1], stats[:, 0] / stats[:, 1]).max()))

    def of(self, vectors: Array, stats: Array) -> Array:
        """Give the points of tracks, shape (n, d + 2), for their vectors, (n, d), and what is known of them, (n, 2)."""
        mean, spread = stats.T
        points = np.column_stack([vectors * (self.slope + 1 / spread)[:, None], -mean / spread])
        rest = self.length**2 - np.einsum("nd,nd->n", points, points)
        return np.column_stack([points, np.sqrt(rest.clip(0))]).astype(np.float32)

    def cosines(self, products: NDArray[np.float64], stats: Array) -> NDArray[np.float64]:
        """Tell the cosines of tracks, shape (n,), from the products of their points with what is `asked`, (n,)."""
        mean, spread = stats.T
        cosines: NDArray[np.float64] = (products + mean / spread) / (self.slope + 1 / spread)
        return cosines

    @staticmethod
    def asked(vector: Array) -> Array:
        """Give what the points are multiplied with, shape (d + 2,), to find those near to a vector, (d,)."""
        return np.concatenate([vector, np.array([1, 0], np.float32)])


@dataclass(frozen=True)
class Graph:
    """The near tracks of a library as a model hears them.

    Attributes
    ----------
    store, model
        The library, and who listens.
    """

    store: Store
    model: Model

    @property
    def is_ready(self) -> bool:
        """Whether lists can be asked for."""
        return self.store.neighbours.is_ready(self.model.model_id)

    def build(
        self,
        *,
        memory: str = MEMORY,
        is_anew: bool = False,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> int:
        """Bring what is new into the graph; make it where there is none.

        Parameters
        ----------
        memory
            For the server to build it in.
        is_anew
            Measure the library's proportions again, and build all of it.
        on_progress
            Called with how many tracks were added so far, and of how many the model has embedded.

        Returns
        -------
        How many tracks were added.

        Raises
        ------
        StoreError
            If the library is a file, its server lacks pgvector, or the model's distance is not mutual proximity over
            the cosine.
        VectorIndexError
            If the model has embedded nothing yet.
        """
        table, model_id, ranking = self.store.neighbours, self.model.model_id, self.model.ranking
        if not self.store.engine.has_graph:
            raise StoreError(self.store.name, "a library in a file compares every track, exactly: it needs no index")
        if not self.model.is_unit or (ranking.by, ranking.hubness) != ("cosine", "mutual_proximity"):
            raise StoreError(self.store.name, f"the model {self.model.name} compares otherwise than an index can")
        table.give_memory(memory)
        if is_anew or not self.is_ready:
            drawn = table.draw(model_id, N_SAMPLE)
            if not len(drawn):
                raise VectorIndexError("the library holds no track that can be compared yet; `resona scan` fills it")
            fitted = Ranker.fit(self.model, drawn)
            table.start(model_id, drawn.shape[1] + 2, fitted.reference, fitted.curve)
            for known in ("_proportions", "_points"):
                self.__dict__.pop(known, None)
        n_added, n_embedded = 0, self.store.embeddings.counts().get(model_id, 0)
        for ids, hashes, vectors in table.lacking(model_id):
            stats = self._ranker.describe(vectors)
            table.put_many(model_id, ids, hashes, self._points.of(vectors, stats), stats)
            n_added += len(ids)
            on_progress(n_added, n_embedded)
        table.finish(model_id)
        return n_added

    def nearest(self, vectors: Iterable[Array], n: int, where: Condition | None) -> list[int]:
        """Find the tracks that are nearest to any of some vectors once hubs are corrected, n for each, by id.

        Of more whose points are near, those are chosen.
        """
        found: set[int] = set()
        for vector in vectors:
            given = (where,) if where else ()
            near = self.store.neighbours.nearest(self.model.model_id, Points.asked(vector), NEAR * n, *given)
            ids, products, stats = near[:, 0], near[:, 1], near[:, 2:].astype(np.float32)
            around, cosines = self._ranker.describe(vector[None]), self._points.cosines(products, stats)
            distances = corrected_distances(cosines[None], around, stats, "mutual_proximity")[0]
            found.update(ids[distances.argsort()[:n]].astype(np.int64).tolist())
        return sorted(found)

    def condition(self, where: str, genre_groups: Groups) -> Condition | None:
        """Write what the database can answer of a filter.

        Raises
        ------
        QueryError
            If the filter cannot be read.
        """
        return database_condition(parse(where, genre_groups=genre_groups)) if where.strip() else None

    def catalogue(self, track_ids: Iterable[int]) -> Catalogue:
        """Make a catalogue of some tracks; those that are missing, or not in the graph, are left out."""
        names = (*TRACK_COLUMNS[1:], *NAMES)
        known = self.store.neighbours.around(self.model.model_id, names, sorted(set(track_ids)))
        ranker = self._ranker
        arrays: dict[str, NDArray[Any]] = {
            "track_ids": np.array(known["track_id"], np.int64),
            "vectors": np.frombuffer(b"".join(known["vector"]), "<f4").reshape(len(known["vector"]), -1),
            "reference": ranker.reference,
            "stats": np.array([known["mean"], known["spread"]], np.float32).T,
            "curve": ranker.curve,
        }
        features = partial(self.store.features.get, fingerprint=self.model.feature_fingerprint)
        likeness = Likeness(lambda row: features(int(arrays["track_ids"][row])), {})
        snapshot = with_versions(described_snapshot(arrays, known), likeness, [])
        return Catalogue(self.store, self.model, self.store.version, snapshot, is_part=True)

    @cached_property
    def _points(self) -> Points:
        ranker = self._ranker
        return Points.fit(ranker.describe(ranker.reference[:N_USUAL]))

    @property
    def _ranker(self) -> Ranker:
        reference, curve = self._proportions
        return Ranker(self.model, reference, reference, np.zeros((0, 2), np.float32), "mutual_proximity", curve)

    @cached_property
    def _proportions(self) -> tuple[Array, NDArray[np.float64]]:
        return self.store.neighbours.sample(self.model.model_id)
