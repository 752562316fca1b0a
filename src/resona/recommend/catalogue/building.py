"""Store and model → snapshot: everything about a library that is worked out once.

docs/recommend.md says how long that takes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    }
    snapshot = described_snapshot(arrays, records)
    nearby = _nearby(vectors if model.is_unit else unit(vectors)) if len(vectors) <= MAX_COMPARED else []
    features = partial(store.features.get, fingerprint=model.feature_fingerprint)
    likeness = Likeness(lambda row: features(int(track_ids[row])), _compared(snapshot, before))
    return with_versions(snapshot, likeness, nearby)


def described_snapshot(arrays: Mapping[str, NDArray[Any]], records: Sequence[Mapping[str, Any]]) -> Snapshot:
    """Write what is known of tracks beside their vectors, as yet without versions.

    Parameters
    ----------
    arrays
        `track_ids`, `vectors`, `reference`, `stats` and `curve` of a `Snapshot`.
    records
        Of each track: columns of the store, by name.
    """
    numbers = np.array([[_number(record, name) for record in records] for name in NUMBERS])
    versions = np.full(len(records), -1, dtype=np.int32)
    texts = {name: encode(_text(record, name) for record in records) for name in TEXTS}
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
    """Add `versions` and `kinds`, and the `pairs` that were compared with their `likenesses`."""
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
    return replace(snapshot, arrays={**snapshot.arrays, **found})


def _nearby(directions: NDArray[np.float32]) -> list[Pair]:
    """Pair each track with its five nearest, if they are near enough to be the same recording."""
    if len(directions) < 2:
        return []
    found = nearest_of(directions, directions, min(N_NEIGHBOURS, len(directions) - 1), is_itself_left_out=True)
    rows, places = np.nonzero(np.einsum("nd,nkd->nk", directions, directions[found]) >= NEARBY)
    return list(zip(rows.tolist(), found[rows, places].tolist(), strict=True))


def _number(record: Mapping[str, Any], name: str) -> float:
    value = record.get(name)
    is_unknown = value is None or (name == "duration_seconds" and not value)
    return float("nan") if is_unknown else float(value)  # type: ignore[arg-type]


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name) or ""
    if name == "genres":
        return "\n".join(json.loads(value)) if value else ""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")
