"""A small library made by hand, quickly: three kinds of sound, four artists, one title that would like to be a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from resona.audio import content_hash, write_audio
from resona.library import Library
from resona.store import Failure, TrackRecord
from resona.tracks import Tags
from resona.web import create_app
from resona.web.ear import Ear, Task
from tones import GENRES, HOSTILE, N_TRACKS, RATE, SECONDS, tone

@pytest.fixture(scope="session")
def tones_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    for number in range(N_TRACKS):
        suffix = (".mp3", ".ogg", ".flac", ".wav")[number % 4]
        tags = Tags(artist=f"Artist {number % 4}", title=f"Song {number}", album=f"Album {number % 6}")
        write_audio(folder / f"{number}{suffix}", tone(number), RATE, tags)
    return folder


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
                track_id, "x", {"tempo_bpm": 90.0 + number, "key": 9, "mode": "minor", "energy": 0.5}
            )
            vector = centres[number % 3] + rng.normal(size=model.n_dims) / 2
            vectors.append((track_id, (vector / np.linalg.norm(vector)).astype(np.float32)))
        library.store.embeddings.put_many(model.model_id, vectors)
        library.store.failures.put(
            Failure(path=folder / "broken.mp3", kind="DecodeError", reason="no sound in it", size_bytes=1, mtime_ns=1)
        )
    library.add_folders([folder])


@pytest.fixture
def shelf(tmp_path: Path, tones_dir: Path) -> Iterator[Library]:
    """The library of tones."""
    with Library(tmp_path / "library.db") as library:
        fill(library, tones_dir)
        yield library


@pytest.fixture
def client(shelf: Library) -> Iterator[TestClient]:
    """A client on this machine; sound is decoded in this process, which is quicker."""
    app = create_app(shelf)
    app.state.shared.ear = NearEar()
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as opened:
        yield opened


class NearEar(Ear):
    """An ear without a process of its own."""

    def ask(self, task: Task) -> Any:
        return task()
