"""Where the music is, and where its library is kept safe."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from resona.cli.main import cli
from resona.errors import StoreError
from resona.library import Label, Library
from resona.store import Failure, TrackRecord
from resona.tracks import Tags


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library of two folders, one inside the other, with two tracks in each, and one judgement in each."""
    path = tmp_path / "library.db"
    with Library(path) as library:
        for folder in (tmp_path / "music", tmp_path / "music" / "new"):
            folder.mkdir()
            library.folders.add([folder])
            ids = []
            for number in range(2):
                file = folder / f"{number}.mp3"
                record = TrackRecord(path=file, size_bytes=1, mtime_ns=1, audio_hash=str(file), tags=Tags())
                ids.append(library.store.tracks.put(record))
            library.store.labels.add([Label(kind="pair", a=ids[0], b=ids[1])])
    return path


def run(path: Path, *arguments: str | Path, **options: Any) -> Result:
    return CliRunner().invoke(cli, ["--library", str(path), *map(str, arguments)], **options)


def listed(path: Path) -> dict[str, Any]:
    rows = json.loads(run(path, "folders", "--json").stdout)
    return {Path(row["path"]).name: (row["is_there"], row["n_tracks"], row["n_missing"]) for row in rows}


def test_folders_are_listed_and_added(path: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    assert run(path, "folders", tmp_path / "more").exit_code == 0
    (tmp_path / "more").rmdir()
    assert listed(path) == {"more": (False, 0, 0), "music": (True, 4, 0), "new": (True, 2, 0)}
    assert "(not there)" in run(path, "folders").stdout
    refused = run(path, "folders", tmp_path / "nowhere")
    assert isinstance(refused.exception, StoreError)
    assert "nowhere" not in listed(path)


@pytest.mark.parametrize(("fate", "left"), [("keep", (4, 0, 2)), ("hide", (2, 2, 2)), ("delete", (2, 0, 1))])
def test_forgetting_asks_what_becomes_of_the_tracks(
    path: Path, tmp_path: Path, fate: str, left: tuple[int, int, int]
) -> None:
    unasked = run(path, "folders", "--forget", tmp_path / "music")
    assert (unasked.exit_code, "--tracks keep|hide|delete" in unasked.stderr) == (2, True)
    assert run(path, "folders", "--forget", tmp_path / "music", "--tracks", fate).exit_code == 0
    with Library(path) as library:
        tracks = library.store.tracks
        assert (tracks.count(), tracks.count(is_missing=True), len(library.store.labels.all())) == left
        assert library.folders.known == [str(tmp_path / "music" / "new")]  # whose tracks are its own


def test_a_folder_inside_another_is_forgotten_without_a_question(path: Path, tmp_path: Path) -> None:
    assert run(path, "folders", "--forget", tmp_path / "music" / "new").exit_code == 0
    assert listed(path) == {"music": (True, 4, 0)}
    assert isinstance(run(path, "folders", "--forget", tmp_path / "other").exception, StoreError)


def test_failures_of_a_forgotten_folder_are_forgotten(path: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    with Library(path) as library:
        library.folders.add([tmp_path / "more"])
        for folder in ("more", "music", "music/new"):
            file = tmp_path / folder / "bad.mp3"
            library.store.failures.put(Failure(path=file, kind="DecodeError", reason="bad", size_bytes=1, mtime_ns=1))
        library.folders.forget(tmp_path / "music" / "new")  # which is looked into all the same
        assert len(library.folders.failures()) == 3
        library.folders.forget(tmp_path / "more")
        assert {failed.path.parent.name for failed in library.folders.failures()} == {"music", "new"}


def test_a_backup_is_a_library_whoever_writes_meanwhile(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backups" / "copy.db"
    model = path.with_name("library.db.d") / "models" / "mine" / "model.json"
    model.parent.mkdir(parents=True)
    model.write_text("{}")
    with Library(path) as library, library.store.writing():
        library.store.labels.forget("default")  # not yet true
        for _ in range(2):  # the second takes the place of the first
            result = run(path, "backup", copy)
            assert (result.exit_code, result.exception) == (0, None)
    assert {file.name for file in copy.parent.iterdir()} == {"copy.db", "copy.db.d"}
    assert (copy.parent / "copy.db.d" / "models" / "mine" / "model.json").exists()
    with Library(copy) as library:
        assert (library.store.tracks.count(), len(library.store.labels.all())) == (4, 2)


@pytest.mark.parametrize("name", ["library.db", "notes.txt", "dir/notes.txt/x.db"])
def test_a_backup_takes_the_place_of_nothing_else(path: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("buy milk")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "notes.txt").write_text("buy milk")
    before = path.read_bytes()
    result = run(path, "backup", tmp_path / name)
    assert isinstance(result.exception, StoreError)
    assert (tmp_path / "notes.txt").read_text() == "buy milk"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_after_an_orderly_end_the_one_file_holds_everything(path: Path, tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-m", "resona", "--library", str(path), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process, Library(path) as other:
        assert process.stderr is not None
        process.stderr.readline()  # it listens
        other.store.settings.put("mark", name)
        time.sleep(0.5)
        os.kill(process.pid, getattr(signal, name))
        assert process.wait(timeout=20) >= 0  # it ended by itself
        (tmp_path / "copy.db").write_bytes(path.read_bytes())  # while another still has it open
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT value FROM settings WHERE name = 'mark'").fetchone() == (f'"{name}"',)
    copy.close()
