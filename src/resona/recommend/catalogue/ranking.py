"""How near is every track to a query, and how likely is that to mean "alike"?

The model compares embeddings; a correction for hubs (tracks that turn up in everybody's list) then makes distances
relative to each track's own neighbourhood. The list is ordered by the corrected distance. The similarity shown is the
model's calibrated probability at the same quantile: over pairs of this library, the nearest thousandth by corrected
distance is given the probability of the nearest thousandth by the model's similarity, and so on. One rising curve for
the whole library, so what is shown orders exactly like the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from resona.inference import Model
from resona.recommend.catalogue.hubness import COPY_SIMILARITY as COPY
from resona.recommend.catalogue.hubness import (
    NEAR_COPY,
    HubnessConfig,
    Kind,
    corrected_distances,
    hubness_stats,
    may_be_nearest,
)

Array = NDArray[np.float32]
Rows = NDArray[np.intp]

MIN_TRACKS = 30  # with fewer, a neighbourhood says nothing about hubs
N_REFERENCE = 2000  # tracks that stand for the library when distances are put into proportion
N_PAIRS = 200_000  # pairs that the curve is measured on
BLOCK_ROWS = 256
COPIES = 1e-30  # distance below which there are only copies
N_CANDIDATES = 5000  # tracks that a pair head hears for each query


@dataclass(frozen=True, slots=True)
class Ranker:
    """Corrected distances to all tracks of a library.

    Attributes
    ----------
    model
        Compares embeddings.
    vectors
        Shape (n, d), the library.
    reference
        Shape (m, d), the tracks that stand for it.
    stats
        Shape (n, s): what the correction knows of each track.
    kind
        The correction: a kind of `HubnessConfig`.
    curve
        Shape (2, c): corrected distances, rising, and the model's similarity at the same quantiles, falling.
    """

    model: Model
    vectors: Array
    reference: Array
    stats: Array
    kind: Kind
    curve: NDArray[np.float64]

    @staticmethod
    def kind_for(model: Model, n_tracks: int) -> Kind:
        """Say which correction a library of this size gets."""
        return cast("Kind", model.ranking.hubness if n_tracks >= MIN_TRACKS else "none")

    @classmethod
    def fit(cls, model: Model, vectors: Array, *, seed: int = 0) -> "Ranker":
        """Learn the library's proportions.

        Parameters
        ----------
        model
            The model that made the vectors.
        vectors
            Shape (n, d).
        seed
            Chooses the reference tracks when there are more than 2,000.
        """
        rng = np.random.default_rng(seed)
        kind = cls.kind_for(model, len(vectors))
        chosen = rng.choice(len(vectors), min(len(vectors), N_REFERENCE), replace=False)
        chosen.sort()
        ranker = cls(model, vectors, vectors[chosen], np.zeros((len(vectors), 0), np.float32), kind, np.zeros((2, 0)))
        if kind == "none":
            return ranker
        blocks = range(0, len(vectors), BLOCK_ROWS)
        ranker = replace(ranker, stats=np.concatenate([ranker.describe(vectors[i : i + BLOCK_ROWS]) for i in blocks]))
        return replace(ranker, curve=ranker._measure_curve(rng))

    def describe(self, queries: Array) -> Array:
        """Give what the correction needs to know of queries, which need not be in the library: shape (q, s)."""
        if self.kind == "none":
            return np.zeros((len(queries), 0), np.float32)
        similarities = self.model.similarity_matrix(queries, self.reference)
        if self.model.is_unit:
            cosines = similarities if self.model.ranking.by == "cosine" else queries @ self.reference.T
            similarities[cosines > COPY] = np.nan  # a query is not its own neighbour
        return hubness_stats(similarities, HubnessConfig(kind=self.kind, n_reference=len(self.reference)))

    def distances(self, queries: Array, rows: Rows | None = None) -> Array:
        """Compare queries with tracks.

        Parameters
        ----------
        queries
            Shape (q, d).
        rows
            Shape (c,), of the tracks; all if None.

        Returns
        -------
        Shape (q, c), lower is nearer: what lists are ordered by.
        """
        vectors, stats = (self.vectors, self.stats) if rows is None else (self.vectors[rows], self.stats[rows])
        return self._corrected(self.model.similarity_matrix(queries, vectors), self.describe(queries), stats)

    def near(self, queries: Array, is_allowed: NDArray[np.bool_] | None = None, *, n: int = 0) -> tuple[Rows, Array]:
        """Compare queries with the tracks that may be near.

        Mutual proximity takes longer than the cosine: of one query, only those get it that may be among its nearest.
        And a pair head takes too long to hear every pair of a large library: it only hears those that are nearest by
        cosine; to all others the distance is infinite.

        Parameters
        ----------
        queries
            Shape (q, d).
        is_allowed
            Shape (n_tracks,), the tracks that matter; all if None.
        n
            How many of the tracks that matter are looked for, with all others as near; all if 0.

        Returns
        -------
        Rows of tracks, shape (c,), ascending; and the distances to them, shape (q, c).
        """
        is_cosine = self.model.ranking.by == "cosine"
        if is_cosine and len(queries) == 1 and n and is_allowed is not None and self.kind == "mutual_proximity":
            return self._nearest(queries, is_allowed, n)
        everything = np.arange(len(self.vectors))
        if is_cosine or not self.model.is_unit or len(self.vectors) <= N_CANDIDATES:
            return everything, self.distances(queries)
        cosines = queries @ self.vectors.T
        if is_allowed is not None:
            cosines[:, ~is_allowed] = -np.inf
        heard = np.unique(np.argpartition(-cosines, N_CANDIDATES, axis=1)[:, :N_CANDIDATES])
        distances = np.full((len(queries), len(self.vectors)), np.inf, np.float32)
        distances[:, heard] = self.distances(queries, heard)
        return everything, distances

    def each_near(self, rows: Rows, n: int) -> Iterator[tuple[Rows, Array]]:
        """Compare tracks of the library, one after the other, with those that may be among their `n` nearest.

        Parameters
        ----------
        rows
            Shape (q,), of the tracks.
        n
            How many others are looked for, with all that are as near.

        Yields
        ------
        Rows of others, shape (c,), ascending; and the distances to them, shape (c,).
        """
        similarities = self.model.similarity_matrix(self.vectors[rows], self.vectors)
        is_simple = self.model.ranking.by == "cosine" and self.kind == "mutual_proximity"
        everything, is_other = np.arange(len(self.vectors)), np.ones(len(self.vectors), np.bool_)
        for row, line in zip(rows.tolist(), similarities, strict=True):
            is_other[row] = False
            near = may_be_nearest(line, self.stats[row], self.stats, is_other, n) if is_simple else everything
            near = near[is_other[near]]
            yield near, self._corrected(line[None, near], self.stats[None, row], self.stats[near])[0]
            is_other[row] = True

    def _nearest(self, query: Array, is_allowed: NDArray[np.bool_], n: int) -> tuple[Rows, Array]:
        similarities, stats = self.model.similarity_matrix(query, self.vectors), self.describe(query)
        rows = may_be_nearest(similarities[0], stats[0], self.stats, is_allowed, n)
        return rows, self._corrected(similarities[:, rows], stats, self.stats[rows])

    def probabilities(self, distances: NDArray[np.floating]) -> NDArray[np.float64]:
        """Turn distances into the similarity shown, 0…1, falling as they rise."""
        values = np.asarray(distances, np.float64)
        if self.kind != "none":
            return self.model.probabilities(np.interp(values, self.curve[0], self.curve[1]))
        if self.model.ranking.by == "cosine":
            return self.model.probabilities(1 - values)
        return self.model.probabilities(-np.log(np.expm1(np.maximum(values, 1e-30))))

    def _plain(self, similarities: Array) -> Array:
        """Turn a cosine s into 1 − s, and a logit into the surprise −log(probability): at least 0, the same order."""
        if self.model.ranking.by == "cosine":
            return 1 - similarities
        surprise: Array = np.logaddexp(np.float32(0), -similarities)
        return surprise

    def _corrected(self, similarities: Array, query_stats: Array, candidate_stats: Array) -> Array:
        if self.kind == "none":
            return self._plain(similarities)
        distances: Array = corrected_distances(similarities, query_stats, candidate_stats, self.kind).astype(np.float32)
        if self.model.ranking.by == "cosine":
            copied = similarities > NEAR_COPY  # nearer than all else, however usual that is around them
            distances[copied] = (1 - similarities[copied]).clip(0) * (COPIES / (1 - NEAR_COPY))
        return distances

    def _measure_curve(self, rng: np.random.Generator) -> NDArray[np.float64]:
        n_queries = max(1, min(len(self.vectors), N_PAIRS // len(self.vectors)))
        rows = rng.choice(len(self.vectors), n_queries, replace=False)
        similarities = self.model.similarity_matrix(self.vectors[rows], self.vectors)
        distances = self._corrected(similarities, self.stats[rows], self.stats)
        others = np.ones_like(distances, bool)
        others[np.arange(n_queries), rows] = False
        quantiles = np.r_[0, np.geomspace(1e-5, 0.5, 200), np.linspace(0.5, 1, 56)[1:]]
        near = np.quantile(distances[others].astype(np.float64), quantiles)
        alike = np.quantile(similarities[others].astype(np.float64), 1 - quantiles)
        if self.model.ranking.by == "cosine":  # of copies the cosine itself is shown
            apart = near > COPIES
            near, alike = np.r_[0.0, COPIES, near[apart]], np.r_[1.0, NEAR_COPY, alike[apart].clip(max=NEAR_COPY)]
        rising, first = np.unique(near, return_index=True)
        return np.stack([rising, alike[first]])
