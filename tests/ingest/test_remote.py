"""Music in object storage, which fsspec's `memory://` stands for."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from resona.addresses import place
from resona.cli.main import cli
from resona.errors import ConfigError, MissingExtraError, StoreError, WorkerError
from resona.ingest import ScanSummary
from resona.ingest.scratch import Scratch, sweep
from resona.library import Library, ScanConfig
from resona.web import create_app

fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")


@pytest.fixture
def bucket(music_dir: Path) -> Iterator[Any]:
    """A store with two tracks in each of two genre folders, one file of which has a cue sheet."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    for genre in ("Folk", "Ambient"):
        for path in sorted((music_dir / genre).glob("*.flac"))[:2]:
            system.pipe(f"/music/{genre}/{path.name}", path.read_bytes())
    name = sorted((music_dir / "Folk").glob("*.flac"))[0].name
    parts = "".join(f'TRACK 0{n} AUDIO\nTITLE "Part {n}"\nINDEX 01 00:0{5 * n - 5}:00\n' for n in (1, 2))
    system.pipe("/music/Folk/parts.cue", f'FILE "{name}" WAVE\n{parts}'.encode())
    system.pipe("/music/.hidden/a.mp3", b"no music")
    system.pipe("/music/notes.txt", b"no music")
    yield system
    system.store.clear()


def scan(library: Library, *folders: Path | str) -> ScanSummary:
    return library.scan(folders, config=ScanConfig(n_workers=1))


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_music_in_object_storage_is_heard_as_if_it_were_here(
    bucket: Any, library: Library, music_dir: Path, tmp_path: Path
) -> None:
    of_here = {track.tags.title: track for track in library.store.tracks.all()}
    there = place("memory://music")
    done = CliRunner().invoke(
        cli, ["--library", str(tmp_path / "library.db"), "scan", "memory://music", "--workers", "1"]
    )
    assert "4 audio files found; 1 listened to" in done.output  # the others are known by their audio
    assert "3 recognised" in done.output
    tracks = library.store.tracks.below(there)
    assert [str(track.path.parent) for track in tracks] == ["memory://music/Ambient"] * 2 + ["memory://music/Folk"] * 3
    assert [track.tags.title for track in tracks[2:4]] == ["Part 1", "Part 2"]
    assert library.store.tracks.count() == 29  # those here stay, too
    mine = library.store.embeddings.get(tracks[0].track_id, library.model.model_id)
    same = library.store.embeddings.get(of_here[tracks[0].tags.title].track_id, library.model.model_id)
    assert mine is not None
    assert same is not None
    assert (mine == same).all()
    again = scan(library, music_dir)
    assert (again.n_missing, again.n_unchanged, library.store.tracks.count()) == (0, 24, 29)
    again = scan(library)  # both
    assert (again.n_stored, again.n_unchanged, again.n_missing) == (0, 28, 0)
    changed, gone = (track.path for track in tracks[:2])
    bucket.pipe(str(changed).removeprefix("memory:/"), next(music_dir.rglob("*.mp3")).read_bytes())
    bucket.rm(str(gone).removeprefix("memory:/"))
    again = scan(library, there)
    assert (again.n_stored, again.n_unchanged) == (1, 2)
    assert len(library.store.tracks.below(there)) == 4  # what is gone is one with the same audio here


def test_what_is_elsewhere_is_in_lists_but_not_played(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(copies))
    with Library(tmp_path / "library.db") as library:
        scan(library, "memory://music")
        assert not list(copies.iterdir())
        left = copies / "resona-scan-killed"  # by a process that could not tidy up
        left.mkdir()
        scratch = Scratch()
        assert sweep(copies, youngest_seconds=0.0) == 1
        assert list(copies.iterdir()) == [scratch.path]
        scratch.close()
        track = library.store.tracks.all()[0]
        assert track.tags.sources["genres"] in ("tag", "folder")
        found = library.recommend(str(track.path)).results
        assert found
        with TestClient(create_app(tmp_path / "library.db"), base_url="http://localhost") as client:
            for url in ("audio", "outline", "excerpt", "cover"):
                answer = client.get(f"/api/v1/tracks/{track.track_id}/{url}")
                assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "FileElsewhere"), url
        list_path = tmp_path / "list.m3u8"
        arguments = ["--library", str(tmp_path / "library.db"), "recommend", str(track.path), "--m3u", str(list_path)]
        done = CliRunner().invoke(cli, [*arguments, "--relative"])
        assert done.exit_code == 0, done.output
        lines = [line for line in list_path.read_text().splitlines() if line and line[0] != "#"]
        assert all(line.startswith("memory://music/") for line in lines)


def test_what_goes_wrong_there_is_said_and_costs_nothing(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = type(bucket)
    with Library(tmp_path / "library.db") as library:
        with monkeypatch.context() as patch:
            patch.setattr(memory, "ls", failing(PermissionError("AccessDenied")))
            with pytest.raises(StoreError, match="may not be read with the rights"):
                scan(library, "memory://music")
        info = memory.info
        with monkeypatch.context() as patch:
            patch.setattr(memory, "info", lambda *a, **k: info(*a, **k) | {"created": 7.0})
            summary = scan(library, "memory://music")
        assert (summary.n_failed, summary.n_stored) == (4, 0)
        assert {failure.reason for failure in library.folders.failures()} == {
            "changed while it was read; the next scan tries again"
        }
        with monkeypatch.context() as patch:
            patch.setattr("resona.ingest.copies.fetch", failing(OSError(28, "No space left on device")))
            with pytest.raises(WorkerError, match="no room for copies"):
                scan(library, "memory://music")
        assert scan(library, "memory://music").n_stored == 4
        with monkeypatch.context() as patch:
            patch.setattr(memory, "ls", failing(ConnectionError("no route to host")))
            with pytest.raises(StoreError, match="cannot be reached: no route to host; its tracks are kept"):
                scan(library, "memory://music")
        assert library.store.tracks.count() == 5
        with pytest.raises(StoreError, match="Protocol not known"):
            scan(library, "nonsense://music")
        monkeypatch.setitem(sys.modules, "fsspec.core", None)
        with pytest.raises(MissingExtraError, match=r"resona-music\[remote\]"):
            scan(library, "memory://music")


def test_features_may_be_kept_elsewhere_or_not_at_all(bucket: Any, music_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    for path in sorted(music_dir.rglob("*.ogg"))[:3]:
        (folder / path.name).write_bytes(path.read_bytes())
    with Library(tmp_path / "library.db") as library:
        assert kept(library, folder, "parquet:memory://shelf").n_stored == 3
        model_id, fingerprint = library.model.model_id, library.model.feature_fingerprint
        assert not library.store.features.track_ids(fingerprint)
        assert all(name.endswith(".parquet") for name in bucket.ls(f"/shelf/{fingerprint}", detail=False))
        before = library.store.embeddings.matrix(model_id)[1]
        assert kept(library, folder).n_unchanged == 3
        forget(library, model_id)  # as if another model had been chosen
        assert kept(library, folder).n_stored == 0
        assert np.allclose(library.store.embeddings.matrix(model_id)[1], before, atol=1e-6)
        forget(library, model_id)
        assert kept(library, folder, "none").n_stored == 3  # heard again
        assert np.allclose(library.store.embeddings.matrix(model_id)[1], before, atol=1e-6)
        assert library.recommend("#1").results
        for ask in (lambda: library.lists.explain("#1", "#2"), library.evaluate, library.models.train):
            with pytest.raises(StoreError, match="this library keeps none"):
                ask()
        assert kept(library, folder, "library").n_unchanged == 3
        assert len(library.store.features.track_ids(fingerprint)) == 3
        with pytest.raises(ConfigError, match="parquet:FOLDER"):
            ScanConfig(keep_features="parquet")


def kept(library: Library, folder: Path, keep_features: str = "") -> ScanSummary:
    return library.scan([folder], config=ScanConfig(n_workers=1, keep_features=keep_features))


def forget(library: Library, model_id: str) -> None:
    with library.store.writing() as connection:
        connection.execute("DELETE FROM embeddings WHERE model_id = ?", (model_id,))
