from pathlib import Path

import pytest

from resona.errors import QueryError
from resona.evaluate.datasets import read_dataset


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.fixture
def gtzan(tmp_path: Path) -> Path:
    for genre in ("blues", "metal"):
        for number in range(3):
            touch(tmp_path / "gtzan" / "genres_original" / genre / f"{genre}.{number:05}.wav")
    touch(tmp_path / "gtzan" / "genres_original" / "blues" / "notes.wav")
    return tmp_path / "gtzan"


def test_gtzan(gtzan: Path) -> None:
    entries = read_dataset("gtzan", gtzan)
    assert len(entries) == 6
    assert {entry.genres for entry in entries} == {("blues",), ("metal",)}


def test_gtzan_with_the_lists_a_person_supplies(gtzan: Path, tmp_path: Path) -> None:
    only = tmp_path / "test_filtered.txt"
    only.write_text("blues/blues.00000.wav\nmetal/metal.00002.wav\n")
    artists = tmp_path / "artists.csv"
    artists.write_text("path,artist\nblues/blues.00000.wav,John Lee Hooker\n")
    fold = tmp_path / "fold 1.txt"
    fold.write_text("\nmetal/metal.00002.wav\n")
    entries = read_dataset("gtzan", gtzan, only=only, artists=artists, test=fold)
    assert [entry.artist for entry in entries] == ["John Lee Hooker", "metal.00002"]
    assert [entry.split for entry in entries] == ["train", "test"]


def test_fma(tmp_path: Path) -> None:
    metadata = tmp_path / "fma_metadata" / "tracks.csv"
    metadata.parent.mkdir()
    metadata.write_text(
        ",album,artist,set,track,track\n,title,name,split,genre_top,title\ntrack_id,,,,,\n"
        '2,"Food, and more",AWOL,training,Hip-Hop,Food\n5,Other,Nobody,test,,No genre\n'
        "7,Other,Somebody,test,Rock,Loud\n9,Third,Else,test,Rock,Not here\n"
    )
    touch(tmp_path / "fma_small" / "000" / "000002.mp3")
    touch(tmp_path / "fma_small" / "000" / "000005.mp3")
    touch(tmp_path / "fma_medium" / "000" / "000007.mp3")
    entry, other = read_dataset("fma", tmp_path)
    assert (entry.split, other.split) == ("train", "test")
    assert (entry.artist, entry.album, entry.title, entry.genres) == ("AWOL", "Food, and more", "Food", ("Hip-Hop",))


def test_csv(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text('path,genre,artist\n"a, b.mp3",rock; blues,Somebody\n')
    (entry,) = read_dataset("csv", manifest)
    assert entry.path == tmp_path / "a, b.mp3"
    assert entry.genres == ("rock", "blues")


@pytest.mark.parametrize(
    ("kind", "match"), [("gtzam", "no data set 'gtzam'"), ("fma", "cannot be read"), ("gtzan", "no track")]
)
def test_wrong_input(tmp_path: Path, kind: str, match: str) -> None:
    with pytest.raises(QueryError, match=match):
        read_dataset(kind, tmp_path)


def test_manifest_without_paths(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,genre\na.mp3,rock\n")
    with pytest.raises(QueryError, match="lacks the column 'path'"):
        read_dataset("csv", manifest)


def test_real_manifest(corpus: Path) -> None:
    entries = read_dataset("csv", corpus / "manifest-a.csv")
    assert len(entries) == 786
    assert all(entry.path.exists() for entry in entries[:20])
