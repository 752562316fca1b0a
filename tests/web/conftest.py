"""A small library made by hand: three kinds of sound, four artists, one title that would like to be a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tones import N_TRACKS, RATE, fill, tone

from resona.audio import write_audio
from resona.library import Library
from resona.library.ear import Ear, Task
from resona.tracks import Tags
from resona.web import create_app


@pytest.fixture(scope="session")
def tones_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    for number in range(N_TRACKS):
        suffix = (".mp3", ".ogg", ".flac", ".wav")[number % 4]
        tags = Tags(artist=f"Artist {number % 4}", title=f"Song {number}", album=f"Album {number % 6}")
        write_audio(folder / f"{number}{suffix}", tone(number), RATE, tags)
    return folder


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
    app.state.shared.library.sounds.ear = NearEar()
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as opened:
        yield opened


class NearEar(Ear):
    """An ear without a process of its own."""

    def ask(self, task: Task) -> Any:
        return task()
