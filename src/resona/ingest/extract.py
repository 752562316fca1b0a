"""Tracks that are known but were never heard with certain settings, or by an ear: hear them, touch nothing else."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resona.addresses import RemotePath
from resona.audio import silence_decoders
from resona.config import fingerprint
from resona.errors import AudioError
from resona.inference import open_ear
from resona.ingest.analyse import AnalysisConfig, listen
from resona.ingest.analyser import check_ears
from resona.ingest.hear import ScanConfig
from resona.ingest.keep import put_by_ear
from resona.ingest.workers import WorkerPool
from resona.store import IN_LIBRARY, DescriptorValues, Store
from resona.tracks import Track


@dataclass(frozen=True, slots=True)
class Extracted:
    """The features of a track, None where it could not be heard."""

    track_id: int
    features: NDArray[np.float16] | None = None
    starts_seconds: tuple[float, ...] = ()
    descriptors: DescriptorValues = field(default_factory=dict)
    by_ear: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


def extract_missing(
    store: Store,
    config: ScanConfig,
    *,
    with_descriptors: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Hear every track that has no features under the configured settings yet, or that an ear has not heard.

    A library that keeps no features, and files that are elsewhere, are left to the next scan, which hears again what
    lacks something: see `FileTable.mark_due`.

    Parameters
    ----------
    store
        The library.
    config
        Its `analysis` says what is measured and which ears listen; workers as in a scan.
    with_descriptors
        Hear also what was described under other settings than `analysis.descriptors`.
    on_progress
        Called with how many are done, and of how many.

    Returns
    -------
    The number of tracks heard.

    Raises
    ------
    WorkerError
        If nothing can be heard, whatever the file.
    """
    features_id, descriptors_id = fingerprint(config.analysis.features), fingerprint(config.analysis.descriptors)
    undescribed = set(store.features.undescribed_ids(descriptors_id)) if with_descriptors else set()
    is_kept = store.features.place == IN_LIBRARY
    lacking = set(store.features.lacking_ids(features_id)) if is_kept else set()
    unheard = {track for ear in config.analysis.ears for track in store.embeddings.lacking_ids(open_ear(ear).model_id)}
    able = store.tracks.get_many(sorted(lacking | undescribed | unheard))
    due = [track for track in able if not isinstance(track.path, RemotePath)]
    pool: WorkerPool[Track, Extracted] = WorkerPool(
        partial(_build, config.analysis),
        lambda track, _: Extracted(track.track_id),
        n_workers=min(config.n_processes, max(len(due), 1)),
        patience_seconds=config.patience_seconds,
    )
    n_heard = 0
    if due:
        on_progress(0, len(due))
    with closing(pool.run(due)) as results:
        for done, extracted in enumerate(results, start=1):
            if extracted.features is not None:
                with store.writing():
                    if extracted.track_id in lacking:
                        store.features.put(
                            extracted.track_id, features_id, extracted.features, extracted.starts_seconds
                        )
                    put_by_ear(store, extracted.track_id, extracted.by_ear)
                    if extracted.track_id in undescribed:
                        store.features.put_descriptors(extracted.track_id, descriptors_id, extracted.descriptors)
                n_heard += 1
            on_progress(done, len(due))
    return n_heard


def _build(config: AnalysisConfig) -> Callable[[Track], Extracted]:
    silence_decoders()
    check_ears(config)
    return partial(_extract, config=config)


def _extract(track: Track, config: AnalysisConfig) -> Extracted:
    end = track.start_seconds + track.tags.duration_seconds  # as when it was first heard, for the same clips
    try:
        listened = listen(track.path, config, start_seconds=track.start_seconds, end_seconds=end or None)
    except (AudioError, MemoryError):
        return Extracted(track.track_id)
    starts = listened.clips.starts_seconds
    return Extracted(track.track_id, listened.features, starts, listened.descriptors, listened.by_ear)
