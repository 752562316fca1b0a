"""The map: near stays near, and what is known by heart stays where it is."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resona.recommend.map import lay_out, update_layout
from resona.store import Store, TrackRecord
from resona.tracks import Tags


def clusters(n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    labels = np.arange(n) % 3
    vectors = np.eye(3, 16)[labels] * 4 + rng.normal(size=(n, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def test_neighbours_sound_alike(rng: np.random.Generator) -> None:
    vectors, labels = clusters(90, rng)
    points = lay_out(vectors)
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (labels[distances.argmin(axis=1)] == labels).mean() > 0.9
    assert np.array_equal(points, lay_out(vectors))


def test_few_new_tracks_move_nobody(rng: np.random.Generator) -> None:
    vectors, labels = clusters(90, rng)
    before = lay_out(vectors)
    before[:9] = np.nan
    after = lay_out(vectors, before=before)
    assert np.array_equal(after[9:], before[9:])
    centres = np.stack([after[9:][labels[9:] == label].mean(axis=0) for label in range(3)])
    assert (np.linalg.norm(after[:9, None] - centres, axis=2).argmin(axis=1) == labels[:9]).mean() > 0.8


def test_many_new_tracks_leave_the_large_shapes(rng: np.random.Generator) -> None:
    vectors, _ = clusters(90, rng)
    before = lay_out(vectors)
    known = before.copy()
    known[::2] = np.nan
    after = lay_out(vectors, before=known)
    for axis in range(2):
        assert np.corrcoef(after[1::2, axis], before[1::2, axis])[0, 1] > 0.8


@pytest.mark.parametrize("n_tracks", [0, 1, 2, 5, 11, 12, 13])
def test_any_number_of_tracks_has_places(n_tracks: int, rng: np.random.Generator) -> None:
    points = lay_out(clusters(n_tracks, rng)[0] if n_tracks else np.zeros((0, 4), np.float32))
    assert points.shape == (n_tracks, 2)
    assert np.isfinite(points).all()


def test_map_is_kept_in_the_store(tmp_path: Path, rng: np.random.Generator) -> None:
    vectors, _ = clusters(20, rng)
    with Store(tmp_path / "library.db") as store:
        ids = [store.tracks.put(record(number)) for number in range(20)]
        store.embeddings.put_many("m", zip(ids, vectors, strict=True))
        assert update_layout(store, "m") == 20
        assert update_layout(store, "m") == 0
        placed, before = store.layout.get("m")
        assert placed.tolist() == ids
        store.embeddings.put_many("m", [(store.tracks.put(record(20)), vectors[0])])
        assert update_layout(store, "m") == 1
        assert np.array_equal(store.layout.get("m")[1][:20], before)
        store.tracks.set_missing(ids[:3])
        assert len(store.layout.get("m")[0]) == 18
        assert store.layout.get("other")[1].shape == (0, 2)


def record(number: int) -> TrackRecord:
    return TrackRecord(path=Path(f"/{number}.mp3"), size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=Tags())
