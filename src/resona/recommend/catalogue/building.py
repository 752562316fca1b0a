"""Store and model → snapshot: everything about a library that is worked out once.

docs/recommend.md says how long that takes.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import MEASURES
from resona.errors import VectorIndexError
from resona.inference import Model
from resona.inference.model import unit
from resona.recommend.catalogue.columns import Columns
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.catalogue.snapshot import KNOWN, NUMBERS, TEXTS, Snapshot, encode
from resona.recommend.tsne import nearest_of
from resona.recommend.versions.groups import Likeness, Pair, find_versions
from resona.store import Store

KINDS = ("", "original", "same recording", "version")
MAX_COMPARED = 20_000  # tracks; in a larger library, recordings under unlike titles are not looked for
N_NEIGHBOURS = 5
NEARBY = 0.9  # cosine; a recording and its copies are nearer
TRACK_COLUMNS = (
    "track_id",
    "path",
    "artist",
    "album_artist",
    "title",
    "album",
    "genres",
    "start_seconds",
    "duration_seconds",
    "year",
)


def take_snapshot(store: Store, model: Model, *, before: Snapshot | None = None) -> Snapshot:
    """Work out what recommendations need.

    Parameters
    ----------
    store, model
        The library, and who listens.
    before
        An earlier state: pairs of tracks that were compared then, and have not changed, are not compared again.

    Raises
    ------
    VectorIndexError
        If the model has embedded nothing yet.
    """
    track_ids, vectors = store.embeddings.matrix(model.model_id)
    rows = {row[0]: row for row in store.tracks.columns(*TRACK_COLUMNS)}
    is_known = np.array([track_id in rows for track_id in track_ids.tolist()], dtype=np.bool_)
    track_ids, vectors = track_ids[is_known], vectors[is_known]
    if not len(track_ids):
        raise VectorIndexError("the library holds no track that can be compared yet; `resona scan FOLDER` fills it")
    columns = _columns(store, [rows[track_id] for track_id in track_ids.tolist()])
    ranker = Ranker.fit(model, vectors)
    arrays: dict[str, NDArray[Any]] = {
        "track_ids": track_ids,
        "vectors": vectors,
        "reference": ranker.reference,
        "stats": ranker.stats,
        "curve": ranker.curve,
    }
    snapshot = described_snapshot(arrays, columns)
    nearby = _nearby(vectors if model.is_unit else unit(vectors)) if len(vectors) <= MAX_COMPARED else []
    features = partial(store.features.get, fingerprint=model.feature_fingerprint)
    likeness = Likeness(lambda row: features(int(track_ids[row])), _compared(snapshot, before))
    return with_versions(snapshot, likeness, nearby)


def described_snapshot(arrays: Mapping[str, NDArray[Any]], columns: Mapping[str, Sequence[Any]]) -> Snapshot:
    """Write what is known of tracks beside their vectors, as yet without versions.

    Parameters
    ----------
    arrays
        `track_ids`, `vectors`, `reference`, `stats` and `curve` of a `Snapshot`.
    columns
        Of the store, by name: one value for each track, None where nothing is known.
    """
    numbers = np.array([_numbers(name, columns[name]) for name in NUMBERS])
    versions = np.full(len(arrays["track_ids"]), -1, dtype=np.int32)
    texts = {name: encode(map(_as_text(name), columns[name])) for name in TEXTS}
    return Snapshot({**arrays, "numbers": numbers, "versions": versions}, texts)


def _compared(snapshot: Snapshot, before: Snapshot | None) -> dict[Pair, float]:
    """Give the likeness of pairs of rows whose tracks sound as they did before."""
    if before is None or before.arrays["vectors"].shape[1:] != snapshot.arrays["vectors"].shape[1:]:
        return {}
    old_ids, ids = before.arrays["track_ids"], snapshot.arrays["track_ids"]
    pairs, is_kept = before.arrays["pairs"], np.ones(len(before.arrays["pairs"]), np.bool_)
    rows = np.searchsorted(ids, pairs)
    for side in range(2):
        now = np.minimum(rows[:, side], len(ids) - 1)
        then = np.searchsorted(old_ids, pairs[:, side])
        unchanged = (snapshot.arrays["vectors"][now] == before.arrays["vectors"][then]).all(axis=1)
        is_kept &= (ids[now] == pairs[:, side]) & unchanged
    return dict(zip(map(tuple, rows[is_kept].tolist()), before.arrays["likenesses"][is_kept].tolist(), strict=True))


def with_versions(snapshot: Snapshot, likeness: Likeness, nearby: list[Pair]) -> Snapshot:
    """Add who is credited, `versions` and `kinds`, and the `pairs` that were compared with their `likenesses`."""
    columns, n = Columns(snapshot), len(snapshot.arrays["track_ids"])
    versions, kinds = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int8)
    groups = find_versions(
        columns.texts["title"],
        columns.attributes.artists,
        columns.numbers("duration_seconds"),
        likeness,
        nearby=nearby,
    )
    for number, group in enumerate(groups):
        versions[list(group.rows)] = number
        kinds[list(group.rows)] = [KINDS.index(kind) for kind in group.kinds]
    rows = np.array(list(likeness.known), dtype=np.intp).reshape(-1, 2)
    pairs, likenesses = snapshot.arrays["track_ids"][rows], np.array(list(likeness.known.values()))
    found: dict[str, NDArray[Any]] = {"versions": versions, "kinds": kinds, "pairs": pairs, "likenesses": likenesses}
    texts = {**snapshot.texts, KNOWN: encode(sorted(columns.known_artists))}
    return Snapshot({**snapshot.arrays, **found}, texts)


def _nearby(directions: NDArray[np.float32]) -> list[Pair]:
    """Pair each track with its five nearest, if they are near enough to be the same recording."""
    if len(directions) < 2:
        return []
    found = nearest_of(directions, directions, min(N_NEIGHBOURS, len(directions) - 1), is_itself_left_out=True)
    rows, places = np.nonzero(np.einsum("nd,nkd->nk", directions, directions[found]) >= NEARBY)
    return list(zip(rows.tolist(), found[rows, places].tolist(), strict=True))


def _columns(store: Store, rows: Sequence[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    """Give what is stored of tracks by name: their columns, and what was measured of them, None where nothing was."""
    columns: dict[str, Sequence[Any]] = dict(zip(TRACK_COLUMNS, zip(*rows, strict=True), strict=True))
    described = store.features.descriptors()
    measured = [described.get(row[0], {}) for row in rows]
    return columns | {measure.name: [values.get(measure.name) for values in measured] for measure in MEASURES}


def _numbers(name: str, column: Sequence[Any]) -> NDArray[np.float64]:
    numbers = np.array(column, dtype=np.float64)  # None becomes NaN
    if name == "duration_seconds":
        numbers[numbers == 0] = np.nan
    return numbers


def _as_text(name: str) -> Callable[[Any], str]:
    if name == "genres":
        return cache(lambda value: "\n".join(json.loads(value)) if value else "")
    return os.fsdecode if name == "path" else lambda value: value or ""
