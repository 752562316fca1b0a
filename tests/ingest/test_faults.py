"""The campaign of `benchmarks/faults.py` in small: kills, mutants, a bad disk, files that move."""

import errno
import multiprocessing
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_scan import scan

from bad_disk import build, compare, lay_out
from disturb import kill_at_random
from kept import account, heard
from moves import move_at_random
from mutants import WRITTEN, make_mutants
from resona.audio import write_audio
from resona.ingest import ScanConfig, workers
from resona.library import Library
from resona.tracks import Tags

RATE = 48_000
MUTANTS = 36


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone in noise in every format that libsndfile writes, each another."""
    folder = tmp_path_factory.mktemp("good")
    noise = np.random.default_rng(0)
    for number, suffix in enumerate(WRITTEN):
        tone = np.sin(2 * np.pi * (300 + 100 * number) * np.arange(3 * RATE) / RATE)
        samples = (0.3 * tone + noise.normal(0, 0.05, (2, len(tone)))).astype(np.float32)
        write_audio(folder / f"{number}{suffix}", samples, RATE, Tags(artist=f"Artist {number}", title="Tone"))
    return folder


def scanned(path: Path, *folders: Path) -> None:
    with Library(path) as library:
        library.store.settings.put("current_model", "mfcc")
        scan(library, *folders, n_workers=2)


def test_kills_and_mutants_cost_no_good_file(tmp_path: Path, good: Path) -> None:
    rng = random.Random(0)  # noqa: S311 - no secret
    music, library, reference = tmp_path / "music", tmp_path / "library.db", tmp_path / "reference.db"
    shutil.copytree(good, music / "good")
    make_mutants(sorted(good.iterdir()), music / "mutants", MUTANTS, rng)
    scanned(reference, music / "good")
    with Library(library) as opened:
        opened.store.settings.put("current_model", "mfcc")
    count = kill_at_random(library, music, 4, rng)
    assert count["workers"] + count["scans"] == 4
    with Library(library) as opened:
        opened.store.failures.clear()
    scanned(library, music)
    result = account(library, reference, music)
    assert (result["integrity"], result["n_corrupt"], result["lost"]) == ("ok", 0, [])
    assert result["failures"]


@pytest.fixture
def bad_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library to be preloaded by workers, which start anew."""
    monkeypatch.setattr(workers, "CONTEXT", multiprocessing.get_context("spawn"))
    disk = build(tmp_path)
    if disk is None:
        pytest.skip("a bad disk takes Linux and a C compiler")
    return disk


def test_what_a_bad_disk_keeps_back_is_listed_and_heard_later(
    tmp_path: Path, good: Path, bad_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music, library, reference = tmp_path / "music", tmp_path / "library.db", tmp_path / "reference.db"
    lay_out(music, sorted(good.iterdir())[::2], ("open", "0", "55", "once-55"), 0)
    scanned(reference, music)
    with Library(reference) as opened:
        truth = heard(opened)
    monkeypatch.setenv("LD_PRELOAD", str(bad_disk))  # for the workers
    scanned(library, music)
    monkeypatch.delenv("LD_PRELOAD")
    failed, lost = compare(library, truth, {}, [])
    assert lost == []
    assert len(failed) > len(truth) / 3
    assert all("Input/output error" in reason for reason in failed)
    scanned(library, music)
    assert compare(library, truth, {}, []) == ([], [])


def test_a_bad_disk_costs_no_earlier_analysis(
    tmp_path: Path, good: Path, bad_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music, library, reference = tmp_path / "music", tmp_path / "library.db", tmp_path / "reference.db"
    sources = sorted(good.iterdir())[:2]
    lay_out(music, sources, ("0", "55"), 0)
    scanned(library, music)
    with Library(library) as opened:
        before = heard(opened)
    lay_out(music, sources, ("0", "55"), 1)  # each file with the other's content
    scanned(reference, music)
    with Library(reference) as opened:
        truth = heard(opened)
    monkeypatch.setenv("LD_PRELOAD", str(bad_disk))
    scanned(library, music)
    failed, lost = compare(library, truth, before, [])  # a swap that the readable parts tell is no new sound to hear
    assert lost == []
    assert len(failed) >= 2


def test_a_folder_that_cannot_be_listed_is_named_and_keeps_its_tracks(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "music"
    shutil.copytree(good, music)
    list_folder = os.scandir

    def fail(path: str) -> Iterator[os.DirEntry[str]]:
        raise OSError(errno.EIO, "Input/output error")

    with Library(tmp_path / "library.db") as library:
        library.store.settings.put("current_model", "mfcc")
        scan(library, music)
        monkeypatch.setattr(os, "scandir", fail)
        monkeypatch.setattr(os, "listdir", fail)
        summary = library.scan([music], config=ScanConfig(n_workers=1))
        monkeypatch.setattr(os, "scandir", list_folder)
        assert summary.unreadable == [(music, "Input/output error")]
        assert (summary.n_missing, library.store.tracks.count()) == (0, len(WRITTEN))


def test_whatever_happens_to_a_folder_judgements_stay_with_their_audio(tmp_path: Path) -> None:
    result = move_at_random(tmp_path, 12, seed=10_000)
    assert result["faults"] == []
