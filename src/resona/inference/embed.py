"""Which model listens, and are all tracks embedded with it?"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from resona.config import fingerprint
from resona.features.mfcc import FeatureConfig
from resona.inference.baseline import MeanDeviation
from resona.inference.bundle import Bundle
from resona.inference.ear import EarBundle
from resona.inference.manifest import read_manifest
from resona.inference.model import Array, Model
from resona.inference.remembered import remember
from resona.store import Store

BASE_MODEL_DIR = Path(__file__).parent.parent / "base_model"
BATCH = 256


def default_bundle_dir() -> Path | None:
    """Give the folder of the model that comes with Resona, or None where there is none."""
    return BASE_MODEL_DIR if (BASE_MODEL_DIR / "model.json").exists() else None


def open_model(bundle_dir: Path | None, *, n_threads: int = 1) -> Model:
    """Open a bundle, or the plain MFCC statistics where there is none.

    Raises
    ------
    CheckpointError
        If the bundle is damaged, foreign, or written by a newer Resona.

    Examples
    --------
    >>> open_model(None).name
    'MFCC mean/deviation'
    """
    if bundle_dir is not None:
        manifest = read_manifest(bundle_dir)
        return (EarBundle if manifest.front else Bundle)(bundle_dir, manifest, n_threads=n_threads)
    config = FeatureConfig()
    return MeanDeviation(asdict(config), fingerprint(config))


def embed_stored(
    store: Store, model: Model, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Embed every track of which all is stored that the model needs, but no embedding.

    Parameters
    ----------
    store
        The library.
    model
        The model.
    on_progress
        Called with how many are done, and of how many.

    Returns
    -------
    The number of tracks embedded now.
    """
    store.settings.put(f"model {model.model_id}", remember(model))
    known, heard = store.embeddings.track_ids(model.model_id), store.features.track_ids(model.feature_fingerprint)
    able = set.intersection(set(heard), *(store.embeddings.track_ids(ear) for ear in model.ears))
    due = sorted(able - known)
    done = 0
    if due:
        on_progress(0, len(due))
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        store.embeddings.put_many(model.model_id, zip(batch, embed_tracks(store, model, batch), strict=True))
        done += len(batch)
        on_progress(done, len(due))
    return done


def embed_tracks(store: Store, model: Model, track_ids: Sequence[int]) -> Array:
    """Embed tracks, shape (n_tracks, n_dims), of which all is stored: features, and what the model's ears heard."""
    by_ear = {ear: store.embeddings.rows(track_ids, ear) for ear in model.ears}
    return model.embed_many((clips for _, clips in store.features.each(model.feature_fingerprint, track_ids)), by_ear)
