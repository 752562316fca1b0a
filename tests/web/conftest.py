"""A small library made by hand: three kinds of sound, four artists, one title that would like to be a script."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tones import N_TRACKS, RATE, fill, tone

from resona.audio import write_audio
from resona.library import Library
from resona.library.ear import Ear, Task
from resona.tracks import Tags
from resona.web import create_app
from resona.web.access import Access
from resona.web.state import State

Serve = Callable[..., FastAPI]


@pytest.fixture(scope="session")
def tones_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    for number in range(N_TRACKS):
        suffix = (".mp3", ".ogg", ".flac", ".wav")[number % 4]
        tags = Tags(artist=f"Artist {number % 4}", title=f"Song {number}", album=f"Album {number % 6}")
        write_audio(folder / f"{number}{suffix}", tone(number), RATE, tags)
    return folder


@pytest.fixture(scope="session")
def shelf_path(tmp_path_factory: pytest.TempPathFactory, tones_dir: Path) -> Path:
    path = tmp_path_factory.mktemp("shelf") / "library.db"
    with Library(path) as library:
        fill(library, tones_dir)
    return path


@pytest.fixture
def shelf(tmp_path: Path, shelf_path: Path) -> Iterator[Library]:
    """The library of tones."""
    shutil.copy(shelf_path, tmp_path / "library.db")
    with Library(tmp_path / "library.db") as library:
        yield library


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Give an app for a library. It takes longer to build than most tests: there is one for each kind of access."""
    with Library(tmp_path_factory.mktemp("nobody") / "library.db") as nobody:
        build = cache(lambda access: create_app(nobody, access=access))

        def serve(library: Library, access: Access = Access()) -> FastAPI:  # noqa: B008 - never changed
            app = build(access)
            vars(app.state.shared).update(vars(State(library=library)))
            return app

        yield serve


@pytest.fixture
def client(shelf: Library, serve: Serve) -> Iterator[TestClient]:
    """A client on this machine; sound is decoded in this process, which is quicker."""
    app = serve(shelf)
    shelf.sounds.ear = NearEar()
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as opened:
        yield opened


class NearEar(Ear):
    """An ear without a process of its own."""

    def ask(self, task: Task) -> Any:
        return task()
