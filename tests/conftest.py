"""What many tests share: a seeded generator, and a small music library that Resona composes itself."""

import gc
import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings

from made import catalogue, made, made_path  # noqa: F401 - fixtures
from postgres import database, place, postgres_server  # noqa: F401 - fixtures
from resona.audio import write_audio
from resona.ingest import ScanConfig, workers
from resona.library import Library
from resona.tracks import Tags
from resona_composer import TrackPlan, plan_library, render

# A suite that was started in the background ignores Ctrl-C, and so would the programs that its tests start and stop.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Workers are forked from one process that has loaded the program, and what it hears with, not started anew a hundred
# times. Programs that tests start begin theirs as they do everywhere.
EARS = ("scipy.fft", "soundfile", "soxr", "tinytag", "onnxruntime")
multiprocessing.set_forkserver_preload(["resona.ingest.analyse", *EARS])
workers.CONTEXT = multiprocessing.get_context("forkserver")

gc.disable()  # until all tests are collected: see below

settings.register_profile("resona", deadline=None)  # a busy machine is no fault
settings.load_profile("resona")

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
STYLES = ("folk", "electronic", "ambient")
SUFFIXES = (".mp3", ".flac", ".ogg")


def pytest_collection_finish() -> None:
    """Search what stays until the end for garbage no more."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def plans() -> list[TrackPlan]:
    return plan_library(seed=1, styles=STYLES, n_artists_per_style=4, n_tracks_per_artist=2, seconds=30.0)


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the parallel test processes have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def music_dir(shared_dir: Path, plans: list[TrackPlan]) -> Path:
    """24 tagged tracks of 12 seconds by 12 artists in 3 genre folders, in three formats."""
    folder = shared_dir / "music"
    with FileLock(shared_dir / "music.lock"):
        if not folder.exists():
            draft = shared_dir / "music.part"
            for number, plan in enumerate(plans):
                _write(draft, plan, SUFFIXES[number % 3])
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def scanned(shared_dir: Path, music_dir: Path) -> Path:
    """A library file with `music_dir` scanned; never written to: see `library`."""
    path = shared_dir / "scanned" / "library.db"
    with FileLock(shared_dir / "scanned.lock"):
        if not path.exists():
            draft = shared_dir / "draft" / "library.db"
            with Library(draft) as library:
                library.scan([music_dir], config=ScanConfig(n_workers=2))
            draft.parent.rename(path.parent)
    return path


@pytest.fixture
def library(scanned: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of one's own, scanned already."""
    path = tmp_path / "library.db"
    shutil.copy(scanned, path)
    with Library(path) as opened:
        yield opened


@pytest.fixture
def corpus() -> Path:
    """Real music, where it is at hand."""
    if not (CORPUS / "manifest-a.csv").exists():
        pytest.skip("../shared/corpus is not here")
    return CORPUS


def _write(folder: Path, plan: TrackPlan, suffix: str) -> None:
    samples, sample_rate = render(plan, seconds=4.0)
    samples = np.tile(samples, 3)  # a third of the work
    path = folder / plan.genre / f"{plan.artist} - {plan.title}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    tags = Tags(artist=plan.artist, title=plan.title, album=plan.album, genres=(plan.genre,), year=plan.year)
    write_audio(path, samples, sample_rate, tags)
