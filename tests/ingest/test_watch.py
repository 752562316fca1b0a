import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from test_scan import write_tone

from resona.errors import StoreError
from resona.ingest import watch_folders
from resona.library import Library


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_changes_are_gathered_and_what_is_no_music_is_passed_over(tmp_path: Path) -> None:
    library = tmp_path / "library.db"
    batches = watch_folders([tmp_path], besides=library, quiet_ms=200)
    assert next(batches) == 0
    library.write_bytes(b"ours")
    (tmp_path / "notes.txt").write_text("no music")
    for number in range(3):
        (tmp_path / f"{number}.mp3").write_bytes(b"...")
    assert next(batches) == 3
    (tmp_path / "0.mp3").unlink()
    (tmp_path / ".nomedia").touch()
    assert next(batches) == 2
    batches.close()  # type: ignore[attr-defined]


def test_a_system_that_watches_no_more_folders_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = OSError(errno.ENOSPC, "OS file watch limit reached")
    monkeypatch.setattr("watchfiles.main.RustNotify", Mock(side_effect=refusal))
    with pytest.raises(StoreError, match="cannot be watched: OS file watch limit reached; a regular `resona scan`"):
        next(watch_folders([tmp_path], besides=tmp_path / "library.db"))


def test_a_watching_scan_follows_the_folder_until_ctrl_c(tmp_path: Path) -> None:
    music, path = tmp_path / "music", tmp_path / "library.db"
    write_tone(music / "A - One.wav")
    command = [sys.executable, "-m", "resona", "--library", str(path), "scan", str(music), "--watch", "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0)

    def titles() -> set[str]:
        if not path.exists():
            return set()
        with Library(path) as library:
            return {track.tags.title for track in library.store.tracks.all()}

    wait_for(lambda: titles() == {"One"})
    write_tone(music / "sub" / "B - Two.wav", hz=700)
    (music / "A - One.wav").unlink()
    wait_for(lambda: titles() == {"Two"})
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "goes on from here" in said
    assert "Traceback" not in said


def test_a_folder_may_go_and_come_back(tmp_path: Path) -> None:
    stays, drive, away = tmp_path / "stays", tmp_path / "drive", tmp_path / "away"
    stays.mkdir()
    drive.mkdir()
    batches = watch_folders([stays, drive], besides=tmp_path / "library.db", quiet_ms=100)
    assert next(batches) == 0
    drive.rename(away)
    assert next(batches) == 0
    (stays / "1.mp3").write_bytes(b"...")
    assert next(batches) == 1
    away.rename(drive)
    assert next(batches) == 0
    (drive / "2.mp3").write_bytes(b"...")
    assert next(batches) == 1
    batches.close()  # type: ignore[attr-defined]
