"""The demo's music: written by the program itself, in three formats, tagged."""

import sys
from pathlib import Path

import pytest

from resona.audio import read_tags
from resona.errors import ResonaError
from resona_composer import plan_library
from resona_composer.music import demo_path, write_demo_music


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose one track instead of all."""
    monkeypatch.setattr(
        sys.modules["resona_composer.music"], "plan_library", lambda seed: plan_library(seed=seed, seconds=3.0)[:1]
    )


def test_music_is_written_once(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    (plan,) = write_demo_music(tmp_path, on_progress=lambda done, total: told.append((done, total)))
    path = demo_path(tmp_path, plan, 0)
    tags = read_tags(path)
    assert (tags.artist, tags.title, tags.genres) == (plan.artist, plan.title, (plan.genre,))
    assert tags.duration_seconds >= 3
    assert told == [(1, 1)]
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]
    written = path.stat().st_mtime_ns
    write_demo_music(tmp_path)
    assert path.stat().st_mtime_ns == written


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResonaError, match=r"the demo's music cannot be made: .*Not a directory"):
        write_demo_music(tmp_path / "file")
