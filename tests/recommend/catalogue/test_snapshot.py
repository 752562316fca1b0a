"""What is kept beside the library gives the same lists, and never outlives its truth."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from resona.errors import VectorIndexError
from resona.library import Library
from resona.recommend import Catalogue, recommend
from resona.recommend.catalogue import snapshot
from resona.recommend.catalogue.building import take_snapshot
from resona.recommend.request import Request
from resona.store import TrackRecord
from resona.tracks import Tags

ASKED = Request(queries=("#3", "#40"), k=30, where="year > 1975", diversity=0.3, order="flow")


def folders(library: Library) -> list[Path]:
    return sorted(path for path in (library.store.side_dir / "index").iterdir() if path.is_dir())


def test_a_snapshot_read_again_gives_the_same_list(made: Library) -> None:
    first = Catalogue.load(made.store, made.model)
    again = Catalogue.load(made.store, made.model)
    assert isinstance(again.snapshot.arrays["vectors"], np.memmap)
    assert not isinstance(first.snapshot.arrays["vectors"], np.memmap)
    assert recommend(first, ASKED).as_dict() == recommend(again, ASKED).as_dict()


def test_a_change_of_the_library_makes_a_new_one(made: Library) -> None:
    made.recommend("#1")
    (before,) = folders(made)
    record = TrackRecord(
        path=Path("/music/new.mp3"), size_bytes=1, mtime_ns=1, audio_hash="new", tags=Tags(title="New")
    )
    track_id = made.store.tracks.put(record)
    vector = made.catalogue.vectors[0]
    made.store.embeddings.put_many(made.model.model_id, [(track_id, vector)])
    assert made.recommend("#1", k=1).results[0].track.track_id == track_id
    (after,) = folders(made)
    assert before.name != after.name
    made.store.tracks.set_missing([track_id])
    assert made.recommend("#1", k=1).results[0].track.track_id != track_id


def test_what_was_compared_is_not_compared_again(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first = take_snapshot(made.store, made.model)
    assert len(first.arrays["pairs"])
    heard: list[int] = []
    get = made.store.features.get

    def listen(_: object, track_id: int, *, fingerprint: str) -> object:
        heard.append(track_id)
        return get(track_id, fingerprint=fingerprint)

    monkeypatch.setattr(type(made.store.features), "get", listen)
    again = take_snapshot(made.store, made.model, before=first)
    assert heard == []
    for name, array in again.arrays.items():
        np.testing.assert_array_equal(array, first.arrays[name])
    one = int(first.arrays["pairs"][0, 0])
    (vector,) = first.arrays["vectors"][first.arrays["track_ids"] == one]
    made.store.embeddings.put_many(made.model.model_id, [(one, -vector)])
    take_snapshot(made.store, made.model, before=first)
    assert one in heard


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("name", ["artist.txt", "vectors.npy", "stats.npy", "kinds.npy"])
@pytest.mark.parametrize("damage", [cut, Path.unlink, Path.touch, lambda path: path.write_bytes(b"not an array")])
def test_a_damaged_snapshot_is_replaced(made: Library, name: str, damage: Callable[[Path], None]) -> None:
    expected = made.recommend("#1").as_dict()
    (folder,) = folders(made)
    if damage is Path.touch:
        (folder / name).write_bytes(b"")
    damage(folder / name)
    (folder.parent / f"{folder.name}.part-99").mkdir()  # a process that was killed
    assert recommend(Catalogue.load(made.store, made.model), Request(queries=("#1",))).as_dict() == expected
    assert folders(made) == [folder]
    assert isinstance(Catalogue.load(made.store, made.model).snapshot.arrays["vectors"], np.memmap)


def test_two_models_used_in_turn_keep_a_snapshot_each(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(made.model.ranking, hubness="csls")
    made.recommend("#1")
    with monkeypatch.context() as patch:
        patch.setattr(made.model, "ranking", other)
        Catalogue.load(made.store, made.model)
    assert len(folders(made)) == 2
    assert isinstance(Catalogue.load(made.store, made.model).snapshot.arrays["vectors"], np.memmap)


def test_a_disk_that_cannot_be_written_costs_nothing_but_time(made: Library) -> None:
    made.store.side_dir.mkdir()
    (made.store.side_dir / "index").write_text("a file in the way")
    assert len(made.recommend("#1", k=5).results) == 5


def test_texts_and_numbers_are_those_of_the_tags(made: Library) -> None:
    strange = Path("/music/a\udce9.mp3")  # a name in no known encoding
    tags = Tags(title="So\0What", genres=("Jazz", "Modal jazz"), year=1959)
    record = TrackRecord(path=strange, size_bytes=1, mtime_ns=1, audio_hash="s", tags=tags)
    track_id = made.store.tracks.put(record)
    made.store.embeddings.put_many(made.model.model_id, [(track_id, made.catalogue.vectors[0])])
    columns = made.catalogue.columns
    assert columns.texts["path"][-1] == str(strange)
    assert columns.texts["title"][-1] == "SoWhat"
    assert columns.genres()[-1] == ("Jazz", "Modal jazz")
    assert columns.numbers("year")[-1] == 1959
    assert np.isnan(columns.numbers("duration_seconds")[-1])
    assert np.isnan(columns.numbers("mode")[-1])
    assert columns.attributes.artists[300] == set()  # unknown is not an artist
    assert columns.attributes.albums[300] == ""
    assert columns.attributes.albums[298:300] == columns.attributes.albums[298:301][:2]


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library, pytest.raises(VectorIndexError, match="resona scan"):
        take_snapshot(library.store, library.model)


def test_columns_are_written_with_separators_only_between() -> None:
    content = {"title": snapshot.encode(["a", "", "ü"])}
    assert snapshot.Snapshot({}, content).column("title") == ["a", "", "ü"]
