"""What is left in the library after the faults of `benchmarks/faults.py`?"""

from pathlib import Path
from typing import Any

import numpy as np

from resona.library import Library

Kept = tuple[bytes, bytes, str]  # the features and the vector, bit for bit, and the names


def check(library: Path) -> dict[str, Any]:
    """Look at the database, and at every row of it."""
    with Library(library) as opened:
        store, model = opened.store, opened.model
        (integrity,) = store.connection.execute("PRAGMA integrity_check").fetchone()
        n_corrupt = int(integrity != "ok")
        for track in store.tracks.all(with_missing=True):
            clips = store.features.get(track.track_id, model.feature_fingerprint)
            vector = store.embeddings.get(track.track_id, model.model_id)
            if clips is None or vector is None:
                n_corrupt += 1
            else:
                n_corrupt += not (len(clips) and np.isfinite(clips).all() and vector.shape == (model.n_dims,))
        return {"integrity": integrity, "n_tracks": store.tracks.count(), "n_corrupt": n_corrupt}


def account(library: Path, reference: Path, folder: Path) -> dict[str, Any]:
    """Compare with an undisturbed scan, and account for every file."""
    with Library(library) as opened, Library(reference) as clean:
        truth, found = heard(clean), heard(opened)
        heard_paths = {track.path for track in opened.store.tracks.all()}
        failures = {failure.path: failure.kind for failure in opened.store.failures.all()}
    files = {path for path in folder.rglob("*") if path.is_file()}
    lost = [str(path) for path in truth if found.get(path) != truth[path]]
    lost += [str(path) for path in files - heard_paths - set(failures)]
    kinds: dict[str, int] = {}
    for kind in failures.values():
        kinds[kind] = kinds.get(kind, 0) + 1
    return {**check(library), "failures": kinds, "n_lost": len(lost), "lost": lost[:20]}


def heard(library: Library) -> dict[Path, Kept]:
    """Give what was stored of each file."""
    store, model = library.store, library.model
    result = {}
    for track in store.tracks.all():
        clips = store.features.get(track.track_id, model.feature_fingerprint)
        vector = store.embeddings.get(track.track_id, model.model_id)
        if clips is not None and vector is not None:
            result[track.path] = (clips.tobytes(), vector.tobytes(), f"{track.tags.artist} - {track.tags.title}")
    return result
