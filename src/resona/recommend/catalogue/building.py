"""Store and model → snapshot: everything about a library that is worked out once.

docs/recommend.md says how long that takes.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import VectorIndexError
from resona.inference import Model
from resona.inference.model import unit
from resona.recommend.catalogue.columns import Columns
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.catalogue.snapshot import NUMBERS, TEXTS, Snapshot, encode
from resona.recommend.versions.groups import find_versions
from resona.store import Store

KINDS = ("", "original", "same recording", "version")
MAX_COMPARED = 20_000  # tracks; in a larger library, recordings under unlike titles are not looked for
N_NEIGHBOURS = 5
NEARBY = 0.9  # cosine; a recording and its copies are nearer
BLOCK_ROWS = 1024
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


def take_snapshot(store: Store, model: Model) -> Snapshot:
    """Work out what recommendations need.

    Raises
    ------
    VectorIndexError
        If the model has embedded nothing yet.
    """
    track_ids, vectors = store.embeddings.matrix(model.model_id)
    columns = {row[0]: row for row in store.tracks.columns(*TRACK_COLUMNS)}
    is_known = np.array([track_id in columns for track_id in track_ids.tolist()], dtype=np.bool_)
    track_ids, vectors = track_ids[is_known], vectors[is_known]
    if not len(track_ids):
        raise VectorIndexError("the library holds no track that can be compared yet; `resona scan FOLDER` fills it")
    described = store.features.descriptors()
    records = [
        {**dict(zip(TRACK_COLUMNS, columns[track_id], strict=True)), **described.get(track_id, {})}
        for track_id in track_ids.tolist()
    ]
    ranker = Ranker.fit(model, vectors)
    arrays: dict[str, NDArray[Any]] = {
        "track_ids": track_ids,
        "vectors": vectors,
        "reference": ranker.reference,
        "stats": ranker.stats,
        "curve": ranker.curve,
        "numbers": np.array([[_number(record, name) for record in records] for name in NUMBERS]),
        "versions": np.full(len(records), -1, dtype=np.int32),
        "kinds": np.zeros(len(records), dtype=np.int8),
    }
    snapshot = Snapshot(arrays, {name: encode(_text(record, name) for record in records) for name in TEXTS})
    nearby = _nearby(vectors if model.is_unit else unit(vectors)) if len(vectors) <= MAX_COMPARED else []
    features = partial(store.features.get, fingerprint=model.feature_fingerprint)
    _group_versions(snapshot, lambda row: features(int(track_ids[row])), nearby)
    return snapshot


def _group_versions(
    snapshot: Snapshot, features: Callable[[int], NDArray[np.floating] | None], nearby: list[tuple[int, int]]
) -> None:
    """Fill in `versions` and `kinds`."""
    columns = Columns(snapshot)
    groups = find_versions(
        columns.texts["title"],
        columns.attributes.artists,
        columns.numbers("duration_seconds"),
        features,
        nearby=nearby,
    )
    for number, group in enumerate(groups):
        snapshot.arrays["versions"][list(group.rows)] = number
        snapshot.arrays["kinds"][list(group.rows)] = [KINDS.index(kind) for kind in group.kinds]


def _nearby(directions: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Pair each track with its five nearest, if they are near enough to be the same recording."""
    k = min(N_NEIGHBOURS + 1, len(directions))
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(directions), BLOCK_ROWS):
        block = directions[start : start + BLOCK_ROWS] @ directions.T
        nearest = np.argpartition(-block, k - 1, axis=1)[:, :k]
        rows, places = np.nonzero(np.take_along_axis(block, nearest, axis=1) >= NEARBY)
        pairs += zip((start + rows).tolist(), nearest[rows, places].tolist(), strict=True)
    return pairs


def _number(record: dict[str, Any], name: str) -> float:
    value = record.get(name)
    is_unknown = value is None or (name == "duration_seconds" and not value)
    return float("nan") if is_unknown else float(value)  # type: ignore[arg-type]


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name) or ""
    if name == "genres":
        return "\n".join(json.loads(value)) if value else ""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")
