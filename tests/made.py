"""A library of 300 tracks without any audio: invented tags, descriptors and vectors, put into the store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from resona.library import Library
from resona.recommend import Catalogue
from resona.store import TrackRecord
from resona.tracks import Tags

N_TRACKS = 300
GENRES = ("rock", "jazz", "ambient")


def made_record(number: int) -> TrackRecord:
    """10 tracks an artist, 5 an album; every 20th is a live version of the one before; one podcast, one jingle."""
    artist = number // 10
    is_live = number % 20 == 19
    tags = Tags(
        artist=f"Artist {artist}" + (" feat. Guest" if number == 7 else ""),
        title=f"Song {number - 1} (Live)" if is_live else f"Song {number}",
        album=f"Album {number // 5}",
        genres=("podcast",) if number == 250 else (GENRES[artist % 3],),
        year=None if number % 50 == 0 else 1970 + artist,
        duration_seconds=5.0 if number == 251 else 180.0 + number % 60,
    )
    name = f"{number:03} {tags.title}.mp3"
    return TrackRecord(
        path=Path(f"/music/Artist {artist}/{tags.album}/{name}"),
        size_bytes=1,
        mtime_ns=1,
        audio_hash=str(number),
        tags=tags,
    )


def fill(library: Library, *, model: str = "mfcc") -> None:
    """Store the tracks; those of one genre are near to each other."""
    rng, store = np.random.default_rng(0), library.store
    store.settings.put("current_model", model)
    centres = rng.standard_normal((3, library.model.n_dims))
    vectors = np.array([centres[number // 10 % 3] for number in range(N_TRACKS)])
    vectors += 0.7 * rng.standard_normal(vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    with store.writing():
        ids = [store.tracks.put(made_record(number)) for number in range(N_TRACKS)]
        store.embeddings.put_many(library.model.model_id, zip(ids, vectors, strict=True))
        for number, track_id in enumerate(ids):
            values: dict[str, float | str | None] = {
                "tempo_bpm": 60.0 + number % 120,
                "key": number % 12,
                "mode": "minor",
                "energy": number / N_TRACKS,
            }
            store.features.put_descriptors(track_id, "made", values)


@pytest.fixture(scope="session")
def made_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library.db"
    with Library(path) as library:
        fill(library)
    return path


@pytest.fixture(scope="session")
def catalogue(made_path: Path) -> Iterator[Catalogue]:
    """For tests that only read."""
    with Library(made_path) as library:
        yield library.catalogue


@pytest.fixture
def made(made_path: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of one's own."""
    shutil.copy(made_path, tmp_path / "made.db")
    with Library(tmp_path / "made.db") as library:
        yield library
