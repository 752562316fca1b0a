"""A library → a trained model: what the store knows becomes what training learns from."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.config import fingerprint
from resona.errors import ResonaError
from resona.features.mfcc import FeatureConfig
from resona.inference import default_bundle_dir
from resona.ingest import AnalysisConfig, ScanConfig, extract_missing
from resona.model import find_architecture
from resona.pairs import PairSet, read_pairs
from resona.pairs.labelled import LabelledTracks
from resona.store import Label, Store
from resona.train.config import TrainConfig
from resona.train.material import TrainingSet
from resona.train.run import OnProgress, TrainResult, fit

JUDGEMENT_WEIGHT = 4.0  # a person's own word counts for several pairs drawn by genre


class StoredFeatures(Sequence[NDArray[np.float16]]):
    """The features of tracks, read from the store when they are asked for."""

    def __init__(self, store: Store, track_ids: Sequence[int], features_id: str) -> None:
        self._store, self._track_ids, self._features_id = store, track_ids, features_id

    def __len__(self) -> int:
        return len(self._track_ids)

    def __getitem__(self, position: int) -> NDArray[np.float16]:  # type: ignore[override]
        """Read the clips of one track, (n_clips, n_mfcc, n_frames)."""
        clips = self._store.features.get(self._track_ids[position], self._features_id)
        if clips is None:
            raise IndexError(position)
        return clips


def training_set(
    store: Store,
    config: TrainConfig,
    *,
    pairs_path: Path | None = None,
    n_workers: int = 0,
    on_progress: OnProgress = lambda _done, _total, _message: None,
) -> tuple[TrainingSet, list[str]]:
    """Gather what a library offers to learn from; tracks not yet heard as the architecture needs are heard now.

    Parameters
    ----------
    store
        The library.
    config
        Its `arch` says which features are needed.
    pairs_path
        A file of pairs by path, to be used instead of drawn ones.
    n_workers
        Processes that listen; 0 means one for each core.
    on_progress
        Called with tracks heard, tracks to hear, and a few words.

    Returns
    -------
    The set, and the names in the file that stand for no track.

    Raises
    ------
    QueryError
        If the file of pairs cannot be read.
    """
    store.features.check_kept()
    features = replace(FeatureConfig(), **find_architecture(config.arch).features)
    extract_missing(
        store,
        ScanConfig(analysis=AnalysisConfig(features=features), n_workers=n_workers),
        on_progress=lambda done, total: on_progress(done, total, "hearing what this architecture needs"),
    )
    features_id = fingerprint(features)
    heard = set(store.features.track_ids(features_id))
    labelled = LabelledTracks.of([track for track in store.tracks.all() if track.track_id in heard])
    positions = {track.track_id: position for position, track in enumerate(labelled.tracks)}
    pairs, unknown = None, list[str]()
    if pairs_path is not None:
        names = {str(track.path): position for position, track in enumerate(labelled.tracks)}
        pairs, unknown = read_pairs(pairs_path).resolve(names)
    data = TrainingSet(
        features=StoredFeatures(store, [track.track_id for track in labelled.tracks], features_id),
        genres=labelled.genres,
        artists=labelled.artists,
        albums=labelled.albums_of_artists,
        feature_config=features,
        pairs=pairs,
        judgements=_judgements(store.labels.all(), positions),
    )
    return data, unknown


def train_stored(
    store: Store,
    config: TrainConfig,
    models_dir: Path,
    *,
    pairs_path: Path | None = None,
    is_resumed: bool = False,
    on_progress: OnProgress = lambda _done, _total, _message: None,
) -> TrainResult:
    """Train on a library and put the new model, if it is to be used, among its models; see `fit`.

    Parameters
    ----------
    models_dir
        The library's own models; the new one is named after its architecture, "base-001" and so on.
    pairs_path
        A file of pairs instead of pairs drawn by genre.
    is_resumed
        Go on with the last run of this architecture, if it never became a model.
    """
    base_dir = default_bundle_dir() if config.init == "base" else None
    if base_dir is None and config.init == "base":
        config = config.fresh()
    runs = store.side_dir / "runs"
    name = _run_name(runs, models_dir, config.arch, is_resumed=is_resumed)
    (runs / name).mkdir(parents=True, exist_ok=True)  # now, so that `is_resumed` finds this one whenever it is stopped
    try:
        data, unknown = training_set(store, config, pairs_path=pairs_path, on_progress=on_progress)
        result = fit(data, config, runs / name, base_dir=base_dir, is_resumed=is_resumed, on_progress=on_progress)
    except ResonaError:
        with suppress(OSError):
            (runs / name).rmdir()  # if nothing came of it
        raise
    if unknown:
        note = f" {len(unknown)} names in {str(pairs_path)!r} stand for no track here, such as {unknown[0]!r}."
        result = replace(result, message=result.message + note)
    if result.bundle_dir is None:
        return result
    models_dir.mkdir(parents=True, exist_ok=True)
    return replace(result, bundle_dir=result.bundle_dir.rename(models_dir / name))


def _run_name(runs: Path, models_dir: Path, arch: str, *, is_resumed: bool) -> str:
    """Name a new run, or find the last one that never became a model."""
    numbers = sorted(int(path.name.rpartition("-")[2]) for path in runs.glob(f"{arch}-[0-9]*"))
    last = f"{arch}-{numbers[-1]:03}" if numbers else ""
    if is_resumed and last and not (models_dir / last).exists():
        return last
    return f"{arch}-{numbers[-1] + 1 if numbers else 1:03}"


def _judgements(labels: Sequence[Label], positions: Mapping[int, int]) -> PairSet | None:
    """Write judgements as weighted pairs: an odd one out makes one match and two others."""
    rows: list[tuple[int, int, bool, float]] = []
    for label in labels:
        weight = label.strength * JUDGEMENT_WEIGHT
        rows.append((label.a, label.b, label.value >= 0.5, weight))
        if label.c is not None:
            rows += [(label.a, label.c, False, weight / 2), (label.b, label.c, False, weight / 2)]
    known = [row for row in rows if row[0] in positions and row[1] in positions]
    if not known:
        return None
    return PairSet(
        np.array([positions[row[0]] for row in known], np.int64),
        np.array([positions[row[1]] for row in known], np.int64),
        np.array([row[2] for row in known], np.bool_),
        np.array([row[3] for row in known], np.float32),
    )
