"""Folders → library: find new and changed files, have them heard, tell how far it is."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from resona.addresses import RemotePath
from resona.audio import FoundFile, find_audio, find_remote, folders_in, is_audio_name, is_bare
from resona.config import fingerprint
from resona.errors import ReadError, StoreError, StoreLostError
from resona.inference import open_ear
from resona.ingest.hear import LOCAL, Hearing, ScanConfig, hear_here
from resona.ingest.keep import Keeping, Kept, patiently
from resona.store import IN_LIBRARY, Store, Work

GONE = (
    "there is no such folder; if a drive or share belongs here, connect it: its tracks are kept"
    " (`resona folders --forget` if it will not come back)"
)
NO_FOLDER = "is a file, no folder; its tracks are kept"
EMPTY = "is empty; if a drive or share belongs here, connect it: its tracks are kept, not marked missing"


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
    deadline = begin + config.max_minutes * 60 if config.max_minutes else float("inf")
    asked = _Asked(folders, config, model_id, bundle_dir, deadline)
    summary = ScanSummary()
    while True:
        try:
            with store.alone("scan"):
                _scan(store, asked, summary, on_progress)
            break
        except StoreLostError:  # a scan of days outlives a server that is started anew
            if config.engine == LOCAL:
                raise
            patiently(lambda: store.version)
    summary.seconds = time.monotonic() - begin
    return summary


@dataclass(frozen=True, slots=True)
class _Asked:
    folders: Sequence[Path]
    config: ScanConfig
    model_id: str
    bundle_dir: Path | None
    deadline: float


def _scan(store: Store, asked: _Asked, summary: ScanSummary, on_progress: Callable[[ScanProgress], None]) -> None:
    """Find, hear and store; what was done before a connection was lost stays in the summary."""
    summary.n_found, summary.unreadable = 0, []
    roots = _existing(asked.folders, summary)
    vanished = _find(store, roots, summary, on_progress)
    hearing = _hearing(store, asked, roots)
    store.tracks.set_missing(store.files.returned_ids(), is_missing=False)
    n_before, n_failed = summary.n_stored + summary.n_failed, summary.n_failed
    summary.n_known_failures = max(0, store.files.count_failed() - n_failed)
    summary.n_unchanged = max(0, summary.n_found - hearing.n_due - summary.n_known_failures - n_before)
    works = _until(store.files.due(), asked.deadline, summary)
    with closing(_heard(store, works, hearing)) as heard:
        for kept in heard:
            summary.n_stored += kept.n_stored
            summary.n_recognised += kept.n_recognised
            summary.n_failed += kept.n_failed
            on_progress(
                ScanProgress(
                    n_found=summary.n_found,
                    n_due=n_before + hearing.n_due,
                    n_done=summary.n_stored + summary.n_failed,
                    n_failed=summary.n_failed,
                    path=kept.path,
                    stage="listening",
                )
            )
    store.tracks.reunite()
    store.albums.settle()
    summary.n_missing = store.tracks.count_missing(vanished)
    store.checkpoint()


def _hearing(store: Store, asked: _Asked, roots: tuple[Path, ...]) -> Hearing:
    """Mark what is due, and say how it is to be heard."""
    config = asked.config
    keeping = Keeping(
        features_id=fingerprint(config.analysis.features),
        descriptors_id=fingerprint(config.analysis.descriptors),
        model_id=asked.model_id,
        features=config.keep_features,
    )
    models = [asked.model_id, *(open_ear(ear).model_id for ear in config.analysis.ears)]
    has_features = keeping.features == IN_LIBRARY
    n_due = store.files.mark_due(
        models=models, features=[keeping.features_id] if has_features else [], is_all_lacking_due=not has_features
    )
    return Hearing(config=config, bundle_dir=asked.bundle_dir, roots=roots, keeping=keeping, n_due=n_due)


def _heard(store: Store, works: Iterable[Work], hearing: Hearing) -> Generator[Kept, None, None]:
    if hearing.config.engine == LOCAL:
        return hear_here(store, works, hearing)
    from resona.ingest.cluster import hear_on_cluster

    return hear_on_cluster(store, works, hearing)


def _existing(folders: Sequence[Path], summary: ScanSummary) -> tuple[Path, ...]:
    """Leave out folders that are not there, as on a drive that is not connected, and name them."""
    roots = []
    for folder in folders:
        try:
            path = folder.expanduser().resolve()
            reason = _remote_reason(path) if isinstance(path, RemotePath) else _local_reason(path)
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


def _remote_reason(root: RemotePath) -> str:
    """Say why nothing can be listed at an address; empty if it can."""
    try:
        folders_in(root)
    except ReadError as error:
        return f"{error.reason}; its tracks are kept"
    return ""


def _find(
    store: Store, roots: tuple[Path, ...], summary: ScanSummary, on_progress: Callable[[ScanProgress], None]
) -> list[int]:
    """Walk, mark what is gone, and list the tracks that were there until now."""
    store.files.start()
    walked = list(roots)
    files = _files(roots, lambda path, reason: summary.unreadable.append((path, reason)), walked.append)
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


def _files(
    roots: tuple[Path, ...], on_error: Callable[[Path, str], None], on_link: Callable[[Path], None]
) -> Iterator[FoundFile]:
    local = [root for root in roots if not isinstance(root, RemotePath)]
    yield from find_audio(local, on_error=on_error, on_link=on_link)
    for root in roots:
        if isinstance(root, RemotePath) and not any(other in root.parents for other in roots):
            yield from find_remote(root, on_error)


def _local_reason(path: Path) -> str:
    if not path.exists():
        return GONE
    return NO_FOLDER if path.is_file() and not is_audio_name(path.name) else ""


def _until(works: Iterable[Work], deadline: float, summary: ScanSummary) -> Iterator[Work]:
    for work in works:
        if time.monotonic() > deadline:
            summary.is_complete = False
            return
        yield work
