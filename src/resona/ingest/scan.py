"""Folders → library: find new and changed files, have them analysed, store the results.

Only this process writes. Results are stored in small groups, each in one transaction, so that a scan that is killed
loses seconds of work and the next one goes on where it stopped.
"""

import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from resona.audio import find_audio, is_bare, is_music
from resona.config import check_range, fingerprint
from resona.errors import StoreError
from resona.features.recordings import alignment
from resona.ingest.analyse import AnalysisConfig, Failed, Heard, Ingested, Outcome, Vector, is_comparable
from resona.ingest.analyser import Analyser
from resona.ingest.workers import WorkerPool
from resona.store import UNREACHABLE, Failure, Store, TrackRecord, Work

GROUP = 64  # results in one transaction, at the most
GROUP_SECONDS = 1.0
SAME_RECORDING = 0.9  # `alignment` of two recordings that are one
GONE = (
    "there is no such folder; if a drive or share belongs here, connect it: its tracks are kept"
    " (`resona folders --forget` if it will not come back)"
)
NO_FOLDER = "is a file, no folder; its tracks are kept"
EMPTY = "is empty; if a drive or share belongs here, connect it: its tracks are kept, not marked missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanConfig:
    """How a scan works.

    Attributes
    ----------
    n_workers
        Processes that analyse; 0 means one for each core.
    max_minutes
        Stop cleanly after this time; 0 means never.
    patience_seconds
        How long one file may take.
    """

    analysis: AnalysisConfig = field(default_factory=AnalysisConfig)
    n_workers: int = 0
    max_minutes: float = 0.0
    patience_seconds: float = 120.0

    def __post_init__(self) -> None:
        check_range("n_workers", self.n_workers, 0, 256)
        check_range("max_minutes", self.max_minutes, 0, 10_000_000)
        check_range("patience_seconds", self.patience_seconds, 0.1, 86_400)

    @property
    def n_processes(self) -> int:
        """The number of processes that will analyse."""
        if self.n_workers:
            return self.n_workers
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanProgress:
    """How far a scan is.

    Attributes
    ----------
    n_found
        Files found.
    n_due, n_done, n_failed
        Of those of the stage: in all, done, and failed; `n_due` is 0 while files are still being found.
    path
        The last one, where there is one.
    stage
        "finding", "listening", then "extracting" (known tracks are heard again for what is missing) and "embedding".
    """

    n_found: int
    n_due: int = 0
    n_done: int = 0
    n_failed: int = 0
    path: Path | None = None
    stage: str = "finding"


@dataclass(slots=True, kw_only=True)
class ScanSummary:
    """What a scan did, in files.

    Attributes
    ----------
    n_found
        Audio files found.
    n_stored, n_failed, n_unchanged
        Of these: analysed now, failed now, and left as they were.
    n_recognised
        Of those analysed: known by their audio, as after a change of name, and not heard again.
    n_known_failures
        Failed earlier, unchanged since, not tried again.
    n_missing
        Tracks whose files are gone since the last scan.
    unreadable
        Folders that could not be read, with the reason.
    is_complete
        False if it was stopped by `max_minutes`.
    seconds
        Wall-clock time.
    """

    n_found: int = 0
    n_stored: int = 0
    n_recognised: int = 0
    n_failed: int = 0
    n_unchanged: int = 0
    n_known_failures: int = 0
    n_missing: int = 0
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    is_complete: bool = True
    seconds: float = 0.0


def scan(
    store: Store,
    folders: Sequence[Path],
    config: ScanConfig,
    *,
    model_id: str,
    bundle_dir: Path | None,
    on_progress: Callable[[ScanProgress], None] = lambda _: None,
) -> ScanSummary:
    """Bring the library up to date with some folders.

    Unchanged files cost a `stat`. Changed files are analysed again, re-tagged and moved ones only read their tags.
    Vanished files are marked missing, never deleted.

    Parameters
    ----------
    store
        The library.
    folders
        What to walk through; files are possible too.
    config
        How.
    model_id, bundle_dir
        The model that embeds: its id and its bundle, None for the plain baseline.
    on_progress
        Called after every file.

    Returns
    -------
    What was done.

    Raises
    ------
    StoreLockedError
        If another scan of this library is running.
    StoreError
        If the library cannot be written, or none of the folders is there.
    WorkerError
        If nothing can be heard: the model or the installation is at fault, and no file is marked.
    """
    begin = time.monotonic()
    summary = ScanSummary()
    roots = _existing(folders, summary)
    with store.alone("scan"):
        vanished = _find(store, roots, summary, on_progress)
        features_id = fingerprint(config.analysis.features)
        n_due = store.files.mark_due()
        store.tracks.set_missing(store.files.returned_ids(), is_missing=False)
        summary.n_known_failures = store.files.count_failed()
        summary.n_unchanged = summary.n_found - n_due - summary.n_known_failures
        deadline = begin + config.max_minutes * 60 if config.max_minutes else float("inf")
        works = _until(store.files.due(), deadline, summary)
        with closing(_outcomes(works, config, bundle_dir, roots, n_due)) as outcomes:
            for group in _grouped(outcomes):
                with store.writing():
                    for outcome in group:
                        _store(store, outcome, features_id, fingerprint(config.analysis.descriptors), model_id)
                for outcome in group:
                    summary.n_stored += isinstance(outcome, Ingested)
                    summary.n_recognised += isinstance(outcome, Ingested) and outcome.is_known
                    summary.n_failed += isinstance(outcome, Failed)
                done = summary.n_stored + summary.n_failed
                on_progress(
                    ScanProgress(
                        n_found=summary.n_found,
                        n_due=n_due,
                        n_done=done,
                        n_failed=summary.n_failed,
                        path=group[-1].work.path,
                        stage="listening",
                    )
                )
        store.tracks.reunite()
        store.albums.settle()
        summary.n_missing = store.tracks.count_missing(vanished)
        store.checkpoint()
    summary.seconds = time.monotonic() - begin
    return summary


def _existing(folders: Sequence[Path], summary: ScanSummary) -> tuple[Path, ...]:
    """Leave out folders that are not there, as on a drive that is not connected, and name them."""
    roots = []
    for folder in folders:
        try:
            path = folder.expanduser().resolve()
            reason = GONE if not path.exists() else NO_FOLDER if path.is_file() and not is_music(path) else ""
        except (OSError, RuntimeError) as error:  # a folder that may not be looked into, a "~" without a home
            path, reason = folder, f"cannot be reached: {error}; its tracks are kept"
        if reason:
            summary.unreadable.append((path, reason))
        else:
            roots.append(path)
    if not roots:
        path, reason = summary.unreadable[0]
        others = f"; nor {', '.join(repr(str(path)) for path, _ in summary.unreadable[1:])}" if len(folders) > 1 else ""
        raise StoreError(path, f"{reason}{others}; nothing was changed")
    return tuple(roots)


def _find(
    store: Store, roots: tuple[Path, ...], summary: ScanSummary, on_progress: Callable[[ScanProgress], None]
) -> list[int]:
    """Walk, mark what is gone, and list the tracks that were there until now."""
    store.files.start()
    walked = list(roots)
    files = find_audio(
        roots, on_error=lambda path, reason: summary.unreadable.append((path, reason)), on_link=walked.append
    )
    while batch := list(islice(files, 1000)):
        store.files.put_many((file.path, file.size_bytes, file.mtime_ns, file.ctime_ns, file.side) for file in batch)
        summary.n_found += len(batch)
        on_progress(ScanProgress(n_found=summary.n_found))
    summary.unreadable += [(root, EMPTY) for root in walked if is_bare(root)]
    unreadable = tuple(path for path, _ in summary.unreadable)
    vanished = store.files.vanished_ids(walked, besides=unreadable)
    store.tracks.set_missing(vanished)
    for path in store.files.vanished_failures(walked, besides=unreadable):
        store.failures.remove(path)
    return vanished


def _until(works: Iterable[Work], deadline: float, summary: ScanSummary) -> Iterator[Work]:
    for work in works:
        if time.monotonic() > deadline:
            summary.is_complete = False
            return
        yield work


def _outcomes(
    works: Iterable[Work], config: ScanConfig, bundle_dir: Path | None, roots: tuple[Path, ...], n_due: int
) -> Generator[Outcome, None, None]:
    pool = WorkerPool(
        partial(_build_analyser, config.analysis, bundle_dir, roots),
        lambda work, reason: Failed(work, "DecodeError", f"{reason}; not tried again until it changes"),
        n_workers=min(config.n_processes, max(n_due, 1)),
        patience_seconds=config.patience_seconds,
        retries_killed=True,
    )
    return pool.run(works)


def _build_analyser(
    config: AnalysisConfig, bundle_dir: Path | None, roots: tuple[Path, ...]
) -> Callable[[Work], Outcome]:
    return Analyser(config, bundle_dir, roots)


def _grouped(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """Gather results for one transaction; what is gathered is not lost when the scan is interrupted."""
    gathered: list[Outcome] = []
    since = time.monotonic()
    try:
        for outcome in outcomes:
            gathered.append(outcome)
            if len(gathered) >= GROUP or time.monotonic() - since > GROUP_SECONDS:
                group, gathered = gathered, []  # a group that cannot be stored is not tried again at the end
                yield group
                since = time.monotonic()
    finally:
        if gathered:
            yield gathered


def _store(store: Store, outcome: Outcome, features_id: str, descriptors_id: str, model_id: str) -> None:
    work = outcome.work
    if isinstance(outcome, Failed):
        _put_failure(store, work, outcome.kind, outcome.reason)
        if outcome.audio_hash and outcome.kind != UNREACHABLE:
            store.tracks.retire(work.path, outcome.audio_hash)
        return
    store.failures.remove(work.path)
    ids = store.tracks.put_file(
        [_record(outcome, heard) for heard in outcome.tracks],
        is_same=partial(_is_same, store, features_id, outcome.tracks),
    )
    for track_id, heard in zip(ids, outcome.tracks, strict=True):
        if heard.features is None:
            continue
        store.features.remove(track_id)
        store.features.put(track_id, features_id, heard.features, heard.starts_seconds)
        store.features.put_descriptors(track_id, descriptors_id, heard.descriptors)
        store.embeddings.remove(track_id)
        if heard.vector is not None:
            store.embeddings.put_many(model_id, [(track_id, heard.vector)])
        put_by_ear(store, track_id, heard.by_ear)
        if heard.is_truncated:
            _put_failure(store, work, "Truncated", "damaged or cut short; what could be decoded is in the library")


def put_by_ear(store: Store, track_id: int, by_ear: Mapping[str, Vector]) -> None:
    """Keep what ears made of a track; one for which it sounds like nothing has not heard it."""
    for ear_id, vector in by_ear.items():
        if is_comparable(vector):
            store.embeddings.put_many(ear_id, [(track_id, vector)])


def _is_same(store: Store, features_id: str, tracks: Sequence[Heard], track_id: int, place: int) -> bool:
    """Whether a file was written anew with the same recording, as by another encoder."""
    before, after = store.features.get(track_id, features_id), tracks[place].features
    return before is not None and after is not None and alignment(before, after) >= SAME_RECORDING


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
        audio_hash=outcome.audio_hash,
        tags=heard.tags,
        start_seconds=heard.start_seconds,
        end_seconds=heard.end_seconds,
    )
