"""Which of my songs sound like this one?"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.errors import UnknownTrackError
from resona.ingest import Listener
from resona.recommend.catalogue import Catalogue, artists_of
from resona.recommend.queries import Query, resolve
from resona.selection import limits
from resona.selection.artists import artist_keys
from resona.selection.limits import Limits, select
from resona.tracks import Track

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    queries
        Titles, artists and titles, paths, audio files; or what they turned out to mean.
    k
        How many tracks.
    limits
        How often an artist or album may turn up; see `resona.selection.Limits`.
    """

    queries: tuple[str | Query, ...]
    k: int = 20
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        check_range("k", self.k, 1, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One line of the list; `similarity` is a calibrated probability, 0–1."""

    rank: int
    track: Track
    similarity: float

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        tags = self.track.tags
        return {
            "rank": self.rank,
            "track_id": self.track.track_id,
            "path": str(self.track.path),
            "artist": tags.artist,
            "title": tags.title,
            "album": tags.album,
            "genre": tags.genres[0] if tags.genres else "",
            "similarity": round(self.similarity, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """The list, and what it answers.

    Attributes
    ----------
    queries
        What the texts turned out to mean.
    removed
        Reason to number of tracks that the limits left out.
    relaxed
        Which limits were relaxed to fill the list, in sentences.
    """

    queries: tuple[Query, ...]
    model: str
    results: tuple[Recommendation, ...]
    removed: dict[str, int]
    relaxed: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Give what `recommend --json` prints."""
        return {
            "query": _query_dict(self.queries[0]),
            "queries": [_query_dict(query) for query in self.queries],
            "model": self.model,
            "results": [result.as_dict() for result in self.results],
            "removed": self.removed,
            "relaxed": self.relaxed,
        }


def recommend(catalogue: Catalogue, request: Request) -> Recommendations:
    """Find the tracks most like the queries.

    Raises
    ------
    UnknownTrackError
        If a query means nothing, or several songs, or has not been analysed.
    AudioError
        If an audio file outside the library cannot be heard.
    """
    queries = tuple(query if isinstance(query, Query) else resolve(catalogue.store, query) for query in request.queries)
    vectors = np.concatenate([_vectors(catalogue, query) for query in queries])
    centre = vectors.mean(axis=0, keepdims=True)
    if catalogue.model.is_unit:
        centre /= np.linalg.norm(centre)
    distances = catalogue.ranker.distances(centre)[0]
    tracks = tuple(track for query in queries for track in query.tracks)
    credited = [*(artists_of(track) for track in tracks), *(artist_keys(query.artist) for query in queries)]
    wanted = limits.Request(
        n=request.k,
        seeds=frozenset(catalogue.rows_of(tracks).tolist()),
        seed_artists=frozenset().union(*credited),
    )
    ranked = np.argsort(distances, kind="stable")
    chosen = select(ranked, catalogue.attributes, wanted, limits=request.limits)
    similarities = catalogue.ranker.probabilities(distances[chosen.rows])
    results = tuple(
        Recommendation(rank=rank, track=catalogue.tracks[row], similarity=float(similarity))
        for rank, (row, similarity) in enumerate(zip(chosen.rows, similarities, strict=True), start=1)
    )
    return Recommendations(
        queries=queries,
        model=catalogue.model.name,
        results=results,
        removed=chosen.removed,
        relaxed=chosen.relaxed,
    )


def _vectors(catalogue: Catalogue, query: Query) -> Array:
    if query.vector is not None:
        return query.vector[None]
    if query.external_path is not None:
        return hear(catalogue, query.external_path)[None]
    rows = catalogue.rows_of(query.tracks)
    if not len(rows):
        raise UnknownTrackError(query.text, [], "it has not been analysed with this model yet; run `resona scan`")
    return catalogue.vectors[rows]


def hear(catalogue: Catalogue, source: Path | bytes) -> Array:
    """Embed an audio file that is not in the library, shape (d,).

    Raises
    ------
    AudioError
        If it cannot be heard.
    """
    vector: Array = Listener(catalogue.model).embed([source])[0]
    return vector


def _query_dict(query: Query) -> dict[str, Any]:
    track = query.tracks[0] if len(query.tracks) == 1 else None
    return {
        "text": query.text,
        "track_id": track.track_id if track else None,
        "path": str(track.path if track else query.external_path or ""),
        "artist": track.tags.artist if track else "",
        "title": track.tags.title if track else "",
        "n_tracks": len(query.tracks) or 1,
    }
