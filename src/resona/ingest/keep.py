"""How does what was heard of a file come into the library?"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from resona.addresses import RemotePath
from resona.audio import get_content, whole_hash
from resona.errors import StoreLockedError, StoreLostError
from resona.features.recordings import is_one_recording
from resona.ingest.analyse import Failed, Heard, Ingested, Outcome, Vector, is_comparable
from resona.ingest.shelved import Row, name_of, shelf_of, write_shelf
from resona.store import IN_LIBRARY, UNREACHABLE, Failure, Store, TrackRecord, Work

Result = TypeVar("Result")

PATIENCE_SECONDS = 600.0  # for a database that is started anew
RETRY_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Under which names things are kept.

    Attributes
    ----------
    features_id, descriptors_id
        The fingerprints of the settings.
    model_id
        Of the model that embeds.
    features
        Where features go: `IN_LIBRARY`, `NOWHERE`, or `PARQUET` and a folder.
    """

    features_id: str
    descriptors_id: str
    model_id: str
    features: str = IN_LIBRARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of some files.

    Attributes
    ----------
    n_stored, n_recognised, n_failed
        See `ScanSummary`.
    path
        The last one.
    """

    n_stored: int
    n_recognised: int
    n_failed: int
    path: Path


def keep_heard(store: Store, outcomes: Sequence[Outcome], keeping: Keeping) -> Kept:
    """Store some outcomes, at least one, in one transaction."""
    stored = [outcome for outcome in outcomes if isinstance(outcome, Ingested)]
    if shelf := shelf_of(keeping.features):  # first, so that what the library knows is there
        write_shelf(shelf, keeping.features_id, [row for outcome in stored for row in _rows(outcome)])
    with store.writing():
        for outcome in outcomes:
            _keep(store, outcome, keeping)
    return Kept(
        n_stored=len(stored),
        n_recognised=sum(outcome.is_known for outcome in stored),
        n_failed=len(outcomes) - len(stored),
        path=outcomes[-1].work.path,
    )


def _rows(outcome: Ingested) -> list[Row]:
    return [
        (name_of(outcome.audio_hash, heard.start_seconds, heard.end_seconds), heard.features)
        for heard in outcome.tracks
        if heard.features is not None
    ]


def patiently(do: Callable[[], Result]) -> Result:
    """Do something with the store, again and again until its database answers: for `PATIENCE_SECONDS`.

    Raises
    ------
    StoreLostError, StoreLockedError
        If it does not in that time.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return do()
        except (StoreLostError, StoreLockedError):
            if time.monotonic() > until:
                raise
        time.sleep(RETRY_SECONDS)


def _keep(store: Store, outcome: Outcome, keeping: Keeping) -> None:
    work = outcome.work
    if isinstance(outcome, Failed):
        _put_failure(store, work, outcome.kind, outcome.reason)
        if outcome.audio_hash and outcome.kind != UNREACHABLE:
            store.tracks.retire(work.path, outcome.audio_hash)
        return
    store.failures.remove(work.path)
    outcome = _told_apart(store, outcome, keeping.features_id)
    ids = store.tracks.put_file(
        [_record(outcome, heard) for heard in outcome.tracks],
        is_same=partial(_is_same, store, keeping.features_id, outcome.tracks),
    )
    for track_id, heard in zip(ids, outcome.tracks, strict=True):
        if heard.features is None:
            continue
        store.features.remove(track_id)
        if keeping.features == IN_LIBRARY:
            store.features.put(track_id, keeping.features_id, heard.features, heard.starts_seconds)
        store.features.put_descriptors(track_id, keeping.descriptors_id, heard.descriptors)
        store.embeddings.remove(track_id)
        if heard.vector is not None:
            store.embeddings.put_many(keeping.model_id, [(track_id, heard.vector)])
        put_by_ear(store, track_id, heard.by_ear)
        if heard.is_truncated:
            _put_failure(store, work, "Truncated", "damaged or cut short; what could be decoded is in the library")


def put_by_ear(store: Store, track_id: int, by_ear: Mapping[str, Vector]) -> None:
    """Keep what ears made of a track; one for which it sounds like nothing has not heard it."""
    for ear_id, vector in by_ear.items():
        if is_comparable(vector):
            store.embeddings.put_many(ear_id, [(track_id, vector)])


def _told_apart(store: Store, outcome: Ingested, features_id: str) -> Ingested:
    """Give a file the long name of its audio where another recording has the short one."""
    path = outcome.work.path
    for heard in outcome.tracks:
        if heard.features is None:
            continue
        ids = store.tracks.with_part(outcome.audio_hash, heard.start_seconds, heard.end_seconds, besides=path)
        others = [store.features.get(track_id, features_id) for track_id in ids]
        if any(other is not None and is_one_recording(other, heard.features) for other in others):
            return outcome
        if any(other is not None for other in others):
            whole = whole_hash(get_content(path) if isinstance(path, RemotePath) else path)
            return replace(outcome, audio_hash=whole)
    return outcome


def _is_same(store: Store, features_id: str, tracks: Sequence[Heard], track_id: int, place: int) -> bool:
    """Whether a file was written anew with the same recording, as by another encoder."""
    before, after = store.features.get(track_id, features_id), tracks[place].features
    return before is not None and after is not None and is_one_recording(before, after)


def _put_failure(store: Store, work: Work, kind: str, reason: str) -> None:
    store.failures.put(
        Failure(
            path=work.path, kind=kind, reason=reason, size_bytes=work.size_bytes, mtime_ns=work.mtime_ns, side=work.side
        )
    )


def _record(outcome: Ingested, heard: Heard) -> TrackRecord:
    return TrackRecord(
        path=outcome.work.path,
        size_bytes=outcome.work.size_bytes,
        mtime_ns=outcome.work.mtime_ns,
        ctime_ns=outcome.work.ctime_ns,
        side=outcome.work.side,
        is_heard=heard.features is not None,
        same_as=heard.same_as,
        audio_hash=outcome.audio_hash,
        tags=heard.tags,
        start_seconds=heard.start_seconds,
        end_seconds=heard.end_seconds,
    )
