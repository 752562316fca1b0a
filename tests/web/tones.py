"""The sounds and facts that the page's tests share."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio import content_hash
from resona.library import Library
from resona.store import Failure, TrackRecord
from resona.tracks import Tags

RATE = 22_050
GENRES = ("Rock", "Ambient", "Jazz")
HOSTILE = "<script>alert(1)</script>"
N_TRACKS = 24
SECONDS = 8.0


def tone(number: int, seconds: float = SECONDS) -> NDArray[np.float32]:
    """A chord with a beat, another for each number."""
    time = np.arange(int(seconds * RATE)) / RATE
    root = 110.0 * 2 ** (number % 12 / 12)
    chord = sum(np.sin(2 * np.pi * root * ratio * time) for ratio in (1, 1.25, 1.5))
    beat = 0.4 + 0.6 * np.exp(-6 * (time * (1.5 + number % 3) % 1.0))
    return (0.2 * chord * beat).astype(np.float32)


def fill(library: Library, folder: Path) -> None:
    """Put the tones into a library, near to each other by genre."""
    rng = np.random.default_rng(0)
    model = library.model
    centres = rng.normal(size=(len(GENRES), model.n_dims))
    paths = sorted(folder.iterdir(), key=lambda path: int(path.stem))
    vectors = []
    with library.store.writing():
        for number, path in enumerate(paths):
            title = HOSTILE if number == 5 else f"Song {number}"
            tags = Tags(
                artist=f"Artist {number % 4}",
                title=title,
                album=f"Album {number % 6}",
                genres=(GENRES[number % 3],),
                year=1990 + number,
                duration_seconds=SECONDS,
                sources={"artist": "tag", "title": "tag", "album": "file name"},
            )
            track_id = library.store.tracks.put(
                TrackRecord(
                    path=path,
                    size_bytes=path.stat().st_size,
                    mtime_ns=path.stat().st_mtime_ns,
                    audio_hash=content_hash(path),
                    tags=tags,
                )
            )
            clips = np.zeros((1, model.feature_config["n_mfcc"], 16), np.float16)
            library.store.features.put(track_id, model.feature_fingerprint, clips, [0.0])
            library.store.features.put_descriptors(
                track_id,
                "x",
                {
                    "tempo_bpm": 90.0 + number,
                    "key": 9,
                    "mode": "minor",
                    "energy": 0.5,
                    "loudness_lufs": -6.0 if number == 1 else -18.0,
                },
            )
            vector = centres[number % 3] + rng.normal(size=model.n_dims) / 2
            vectors.append((track_id, (vector / np.linalg.norm(vector)).astype(np.float32)))
        library.store.embeddings.put_many(model.model_id, vectors)
        library.store.failures.put(
            Failure(path=folder / "broken.mp3", kind="DecodeError", reason="no sound in it", size_bytes=1, mtime_ns=1)
        )
    library.folders.add([folder])
