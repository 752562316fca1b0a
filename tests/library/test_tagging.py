"""Words are written into files only when asked, and taken back without a trace."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from resona.audio import content_hash, read_fields, write_audio, write_fields
from resona.cli.main import cli
from resona.errors import QueryError
from resona.inference import MeanDeviation, Words
from resona.library import Library
from resona.library.tagging import Tagging
from resona.store import TrackRecord
from resona.tracks import Tags

CALM, LOUD, OWNED = ("calm.mp3", "loud.flac", "owned.ogg")


class Teller(MeanDeviation):
    """A model that tells two moods and a genre: as many directions of its vectors."""

    words = Words(
        ("serene", "angry", "rock"), ("mood", "mood", "genre"), np.eye(3, 40) * 9, np.full(3, -4.0), np.full(3, 0.9)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files; the last says what its owner thinks of it."""
    for name in (CALM, LOUD, OWNED):
        write_audio(tmp_path / name, np.sin(np.arange(22_050) / 9).astype(np.float32), 22_050, Tags(title=name))
    write_fields(tmp_path / OWNED, {"mood": ["homesick"]})
    return tmp_path


@pytest.fixture
def tagging(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tagging]:
    monkeypatch.setattr("resona.inference.embed.MeanDeviation", Teller)
    with Library(folder / "library.db") as library:
        store = library.store
        store.settings.put("current_model", "mfcc")
        vectors = np.zeros((3, library.model.n_dims), np.float32)
        vectors[0, 0] = vectors[1, 1] = vectors[2, 0] = vectors[2, 2] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for vector, name in zip(vectors, (CALM, LOUD, OWNED), strict=True):
            path = folder / name
            record = TrackRecord(
                path=path, size_bytes=1, mtime_ns=1, audio_hash=content_hash(path), tags=Tags(title=name)
            )
            store.embeddings.put_many(library.model.model_id, [(store.tracks.put(record), vector)])
        yield library.tagging


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (CALM, LOUD, OWNED)}


def test_a_plan_writes_nothing_and_leaves_what_the_owner_says(tagging: Tagging, folder: Path) -> None:
    before = contents(folder)
    plan = tagging.plan()
    assert [(change.track.path.name, change.after) for change in plan.changes] == [
        (CALM, {"mood": ["serene"]}),
        (LOUD, {"mood": ["angry"]}),
        (OWNED, {"genre": ["rock"]}),
    ]
    assert (plan.n_owned, plan.left) == (1, ())
    assert (contents(folder), tagging.written()) == (before, [])
    all_of_it = tagging.plan(is_overwriting=True).changes[2]
    assert (all_of_it.before["mood"], all_of_it.after["mood"]) == (["homesick"], ["serene"])
    assert [change.track.path.name for change in tagging.plan(CALM, fields=["mood"], where="serene > 0.5").changes] == [
        CALM
    ]
    assert not tagging.plan(least=0.999).changes
    with pytest.raises(QueryError, match="'title' is no field"):
        tagging.plan(fields=["title"])


def test_what_is_written_is_undone_byte_for_byte(tagging: Tagging, folder: Path) -> None:
    before, hashes = contents(folder), {name: content_hash(folder / name) for name in (CALM, LOUD, OWNED)}
    (folder / CALM).chmod(0o640)
    assert len(tagging.write(tagging.plan(is_overwriting=True)).changes) == 3
    assert read_fields(folder / OWNED) == {"genre": ["rock"], "mood": ["serene"]}
    assert {name: content_hash(folder / name) for name in hashes} == hashes  # a scan knows them by that
    assert (folder / CALM).stat().st_mode & 0o777 == 0o640
    assert not tagging.plan(is_overwriting=True).changes
    (folder / LOUD).rename(folder / "moved.flac")
    undone = tagging.undo()
    assert undone.left == ((folder / LOUD, "is gone; its backup is kept"),)
    (folder / "moved.flac").rename(folder / LOUD)
    assert tagging.undo().paths == (folder / LOUD,)
    assert (contents(folder), tagging.written()) == (before, [])
    assert not list(folder.glob(".part*"))


def test_only_fields_are_undone_in_a_file_that_was_changed_since(tagging: Tagging, folder: Path) -> None:
    tagging.write(tagging.plan())
    write_fields(folder / CALM, {"genre": ["by hand"]})
    write_fields(folder / LOUD, {"mood": ["by hand"]})
    assert tagging.undo().left == ((folder / LOUD, "was tagged by somebody else since; left as it is"),)
    assert read_fields(folder / CALM) == {"genre": ["by hand"], "mood": []}
    assert read_fields(folder / LOUD)["mood"] == ["by hand"]
    assert [item.path.name for item in tagging.written()] == [LOUD]


def test_files_that_cannot_be_written_are_left_and_named(
    tagging: Tagging, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = tagging.plan()
    write_fields(folder / CALM, {"mood": ["meanwhile"]})
    (folder / LOUD).write_bytes(b"fLaC" + bytes(99))
    (folder / OWNED).unlink()
    before = (folder / CALM).read_bytes()
    done = tagging.write(plan)
    assert not done.changes
    reasons = [reason for _, reason in done.left]
    assert reasons[0] == "was tagged by somebody else meanwhile; left as it is"
    assert reasons[1].startswith("its tags cannot be read")
    assert reasons[2].startswith("cannot be written: No such file")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert next(reason for _, reason in tagging.plan().left) == "may not be written"
    assert (tagging.written(), (folder / CALM).read_bytes()) == ([], before)


def test_a_disk_that_fails_at_the_end_leaves_the_file_and_no_backup(
    tagging: Tagging, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", fail)
        done = tagging.write(tagging.plan())
    assert [reason for _, reason in done.left] == ["cannot be written: No space left on device"] * 3
    assert (contents(folder), tagging.written()) == (before, [])


def test_the_command_only_shows_until_it_is_sure(tagging: Tagging, folder: Path) -> None:
    before = contents(folder)

    def tag(*options: str) -> Result:
        arguments = ["--library", str(folder / "library.db"), "tag", *options]
        return CliRunner().invoke(cli, arguments, catch_exceptions=False)

    shown = tag("--write", "mood,genre")
    assert re.search(r"calm\.mp3 +mood +serene", shown.stdout), shown.stdout
    assert "Nothing was written: 3 files would be" in shown.stderr
    assert "because somebody has filled it: 1 field;" in shown.stderr
    assert contents(folder) == before
    assert "Nothing was written." in tag().stderr
    assert "Written: 2 files" in tag("--write", "mood", "--yes").stderr
    assert len(json.loads(tag("--json").stdout)) == 2
    assert contents(folder) != before
    assert "Taken back: 2 files." in tag("--undo").stderr
    assert (contents(folder), tagging.written()) == (before, [])
    for wrong in (["--undo", "--yes"], ["calm.mp3"], ["--yes"]):
        assert tag(*wrong).exit_code == 2
