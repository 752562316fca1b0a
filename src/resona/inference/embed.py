"""Which model listens, and are all tracks embedded with it?"""

from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from resona.config import fingerprint
from resona.features.mfcc import FeatureConfig
from resona.inference.baseline import MeanDeviation
from resona.inference.bundle import Bundle
from resona.inference.model import Model
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
        return Bundle.load(bundle_dir, n_threads=n_threads)
    config = FeatureConfig()
    return MeanDeviation(asdict(config), fingerprint(config))


def embed_stored(
    store: Store, model: Model, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Embed every track that has features for the model but no embedding of it.

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
    known = store.embeddings.track_ids(model.model_id)
    due = [track_id for track_id in store.features.track_ids(model.feature_fingerprint) if track_id not in known]
    waiting = store.features.each(model.feature_fingerprint, due)
    done = 0
    if due:
        on_progress(0, len(due))
    while batch := list(islice(waiting, BATCH)):
        vectors = model.embed_many(clips for _, clips in batch)
        store.embeddings.put_many(model.model_id, zip((track_id for track_id, _ in batch), vectors, strict=True))
        done += len(batch)
        on_progress(done, len(due))
    return done
