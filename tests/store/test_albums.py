"""Whose is an album of which no file names an album artist?"""

from pathlib import Path

import pytest

from resona.store import Store, TrackRecord
from resona.tracks import Tags


def put(store: Store, folder: str, *tracks: tuple[str, int | None], album: str = "Night Drive", by: str = "") -> None:
    for artist, number in tracks:
        path = Path(f"/music/{folder}/{len(store.tracks.all()):02}.mp3")
        tags = Tags(artist=artist, title="T", album=album, album_artist=by, track_number=number)
        store.tracks.put(TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=str(path), tags=tags))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "library.db")


@pytest.mark.parametrize(
    ("tracks", "owners"),
    [
        ([("Ana", 1), ("Bo", 2), ("Cy", 3)], {"Various Artists"}),
        ([("Ana", None), ("Bo", None)], {"Various Artists"}),
        ([("Ana", 1), ("Ana feat. Bo", 2), ("Bo; Ana", 3)], {"Ana"}),
        ([("Ana", 1), ("Ana", 2)], {"Ana"}),
        ([("Ana", 1), ("Bo", 1), ("Ana", 2), ("Bo", 2)], {"Ana", "Bo"}),  # two albums of one name
        ([("Ana", None)] * 5 + [("Bo", None)] * 5, {"Ana", "Bo"}),
        ([("Ana", 1), ("", 2)], {"Ana", "[Unknown Artist]"}),
    ],
)
def test_one_folder_one_title_and_many_artists_are_one_album(
    store: Store, tracks: list[tuple[str, int | None]], owners: set[str]
) -> None:
    put(store, "a", *tracks)
    store.albums.settle()
    albums = store.discography.load().albums.values()
    assert {album.artist for album in albums} == owners
    assert len(albums) == len(owners)


def test_what_is_guessed_gives_way_to_what_is_known(store: Store) -> None:
    put(store, "a", ("Ana", 1), ("Bo", 2))
    put(store, "b", ("Cy", 1))
    put(store, "c", ("Di", 1), by="Label")
    assert store.albums.settle() == 2
    version = store.version
    assert store.albums.settle() == 0
    assert store.version == version
    guessed = store.tracks.at(Path("/music/a/01.mp3"))[0]
    assert guessed.tags.sources["album_artist"] == "folder"
    store.tracks.set_missing([guessed.track_id])
    store.albums.settle()
    assert [album.artist for album in store.discography.load().albums_by_artist] == ["Ana", "Cy", "Label"]
    assert "album_artist" not in store.tracks.at(Path("/music/a/00.mp3"))[0].tags.sources
