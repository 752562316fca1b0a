"""Query → vector: hear what is not in the library, or a part of what is."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError, UnknownTrackError
from resona.inference import Model
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.queries.resolve import Query
from resona.recommend.queries.seeds import centroid

if TYPE_CHECKING:
    from resona.ingest import Listened

Array = NDArray[np.float32]
Part = tuple[float, float | None]


def query_vector(catalogue: Catalogue, query: Query, part: Part | None = None) -> Array:
    """Give the embedding of what a query means, shape (d,): of several tracks, the centre.

    Parameters
    ----------
    catalogue
        The library.
    query
        What was asked.
    part
        Hear only this part, from and to in seconds; None for the end.

    Raises
    ------
    UnknownTrackError
        If it has not been analysed.
    QueryError
        If a part is asked for of several tracks.
    AudioError
        If it cannot be heard.
    """
    if part is not None:
        return _embed(catalogue.model, _listen_to_part(catalogue.model, query, part))
    if query.vector is not None:
        return catalogue.model.place(query.vector, query.descriptors)
    source = query.external_path or query.content
    if source is not None:
        return hear(catalogue, source)
    rows = catalogue.rows_of(query.tracks)
    if not len(rows):
        raise UnknownTrackError(query.text, [], "it has not been analysed with this model yet; run `resona scan`")
    vectors = catalogue.vectors[rows]
    if len(rows) == 1:
        return np.asarray(vectors[0])
    return centroid(vectors) if catalogue.model.is_unit else np.asarray(vectors.mean(axis=0))


def hear(catalogue: Catalogue, source: Path | bytes) -> Array:
    """Embed an audio file that is not in the library, shape (d,).

    Raises
    ------
    AudioError
        If it cannot be heard.
    """
    return _embed(catalogue.model, listen_to(catalogue.model, source))


def listen_to(model: Model, source: Path | bytes, part: Part = (0.0, None)) -> "Listened":
    """Make of a file, or of a part of it, what the model hears.

    Raises
    ------
    AudioError
        If it cannot be heard.
    """
    from resona.ingest import AnalysisConfig, listen  # decoders are loaded only if something is to be decoded

    return listen(source, AnalysisConfig.of(model), start_seconds=part[0], end_seconds=part[1])


def _embed(model: Model, listened: "Listened") -> Array:
    return model.embed_described(listened.features, listened.descriptors, listened.by_ear)


def _listen_to_part(model: Model, query: Query, part: Part) -> "Listened":
    start, end = part
    if len(query.tracks) == 1:
        track = query.tracks[0]
        begin = track.start_seconds
        if end is None and begin:  # a track of a cue sheet ends before its file does
            end = track.tags.duration_seconds
        return listen_to(model, track.path, (begin + start, None if end is None else begin + end))
    source = query.external_path or query.content
    if source is None:
        raise QueryError(f"{query.text!r} stands for {len(query.tracks)} tracks; a part can be heard of one only")
    return listen_to(model, source, part)
