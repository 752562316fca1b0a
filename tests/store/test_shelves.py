"""Artists, albums and genres to browse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from resona.store import Store, TrackRecord
from resona.tracks import Tags


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    songs = [
        Tags(artist="Ann", title="b", album="One", genres=("Rock", "Pop"), year=1990, disc_number=2, track_number=2),
        Tags(artist="ann", title="a", album="One", genres=("rock",), disc_number=1, track_number=1),
        Tags(artist="Bob", album_artist="Ann", title="c", album="One", disc_number=1, track_number=3),
        Tags(artist="Bob", title="d", album="Two", genres=("Jazz",), sources={"artist": "file name", "title": "tag"}),
        Tags(),
    ]
    with Store(tmp_path / "library.db") as opened:
        for number, tags in enumerate(songs):
            opened.tracks.put(
                TrackRecord(path=Path(f"/{number}.mp3"), size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=tags)
            )
        yield opened


def test_case_does_not_part_artists_and_genres(store: Store) -> None:
    assert [(shelf.name.lower(), shelf.n_tracks) for shelf in store.shelves.artists(limit=9)] == [
        ("ann", 2),
        ("bob", 2),
    ]
    assert [(shelf.name.lower(), shelf.n_tracks) for shelf in store.shelves.genres(limit=9)] == [
        ("rock", 2),
        ("jazz", 1),
        ("pop", 1),
    ]


def test_everybody_credited_has_one_shelf(store: Store) -> None:
    for number, artist in enumerate(("Jay-Z; Cleo", "Jay Z", "Jay Z feat. ANN", "Cleo & Dan", "V/A")):
        path = Path(f"/more/{number}.mp3")
        record = TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=path.name, tags=Tags(artist=artist))
        store.tracks.put(record)
    listed = {shelf.name: shelf.n_tracks for shelf in store.shelves.artists(limit=9)}
    assert listed == {"Ann": 3, "Bob": 2, "Cleo": 1, "Cleo & Dan": 1, "Jay Z": 3}
    assert [len(store.shelves.tracks(artist=name, limit=9)) for name in ("ann", "JAY-Z", "cleo", "Dan")] == [4, 3, 2, 1]


def test_albums_belong_to_their_album_artist(store: Store) -> None:
    albums = store.shelves.albums(limit=9)
    assert [(shelf.name, shelf.artist.lower(), shelf.n_tracks) for shelf in albums] == [
        ("One", "ann", 3),
        ("Two", "bob", 1),
    ]


def test_tracks_of_a_shelf_come_in_order(store: Store) -> None:
    assert [track.tags.title for track in store.shelves.tracks(album="one", order="album", limit=9)] == ["a", "c", "b"]
    assert [track.tags.title for track in store.shelves.tracks(artist="ANN", genre="pop", limit=9)] == ["b"]
    assert len(store.shelves.tracks(limit=2, offset=4)) == 1


def test_missing_tracks_are_on_no_shelf(store: Store) -> None:
    store.tracks.set_missing([4])
    assert [shelf.name for shelf in store.shelves.albums(limit=9)] == ["One"]


def test_tag_quality_tells_where_values_come_from(store: Store) -> None:
    found = {line.field: line for line in store.shelves.tag_quality()}
    assert (found["title"].n_from_tag, found["title"].n_missing) == (1, 1)
    assert (found["year"].n_missing, found["genres"].n_missing) == (4, 2)
    assert store.shelves.first_genres() == {1: "Rock", 2: "rock", 4: "Jazz"}
