"""Artists, albums and genres to browse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from resona.store import Store, TrackRecord, artist_id
from resona.store.discography import NO_ALBUM, NO_ARTIST
from resona.tracks import Tags


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    songs = [
        Tags(artist="Ann", title="b", album="One", genres=("Rock", "Pop"), year=1990, disc_number=2, track_number=2),
        Tags(artist="ann", title="a", album="One", genres=("rock",), disc_number=1, track_number=1),
        Tags(artist="Bob", album_artist="Ann", title="c", album="One", disc_number=1, track_number=3),
        Tags(artist="Bob", title="d", album="Two", genres=("Jazz",), sources={"artist": "file name", "title": "tag"}),
        Tags(),
    ]
    with Store(place) as opened:
        for number, tags in enumerate(songs):
            opened.tracks.put(
                TrackRecord(path=Path(f"/{number}.mp3"), size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=tags)
            )
        yield opened


def test_case_does_not_part_artists_and_genres(store: Store) -> None:
    known = store.discography.load()
    assert {artist.name.lower(): len(artist.track_ids) for artist in known.artists.values()} == {
        "ann": 2,
        "bob": 2,
        NO_ARTIST.lower(): 1,
    }
    assert [(genre.name.lower(), len(genre.track_ids)) for genre in known.genres.values()] == [
        ("rock", 2),
        ("jazz", 1),
        ("pop", 1),
    ]


def test_everybody_credited_has_one_shelf(store: Store) -> None:
    for number, artist in enumerate(("Jay-Z; Cleo", "Jay Z", "Jay Z feat. ANN", "Cleo & Dan", "V/A")):
        path = Path(f"/more/{number}.mp3")
        record = TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=path.name, tags=Tags(artist=artist))
        store.tracks.put(record)
    artists = store.discography.load().artists.values()
    listed = {artist.name.capitalize(): len(artist.track_ids) for artist in artists if artist.name != NO_ARTIST}
    assert listed == {"Ann": 3, "Bob": 2, "Cleo": 1, "Cleo & dan": 1, "Jay z": 3, "V/a": 1}
    assert [len(store.shelves.tracks(artist=name, limit=9)) for name in ("ann", "JAY-Z", "cleo", "Dan")] == [4, 3, 2, 1]


def test_albums_belong_to_their_album_artist(store: Store) -> None:
    known = store.discography.load()
    assert {(album.name, album.artist.lower()): len(album.track_ids) for album in known.albums.values()} == {
        ("One", "ann"): 3,
        ("Two", "bob"): 1,
        (NO_ALBUM, NO_ARTIST.lower()): 1,
    }
    assert [known.tracks_of(known.artists[artist_id(name)]) for name in ("Ann", "Bob")] == [[2, 3, 1], [4, 3]]


def test_tracks_of_a_shelf_come_in_order(store: Store) -> None:
    assert [track.tags.title for track in store.shelves.tracks(album="one", order="album", limit=9)] == ["a", "c", "b"]
    assert [track.tags.title for track in store.shelves.tracks(artist="ANN", genre="pop", limit=9)] == ["b"]
    assert len(store.shelves.tracks(limit=2, offset=4)) == 1


def test_missing_tracks_are_on_no_shelf(store: Store) -> None:
    store.tracks.set_missing([4])
    assert {album.name for album in store.discography.load().albums.values()} == {"One", NO_ALBUM}


def test_tag_quality_tells_where_values_come_from(store: Store) -> None:
    found = {line.field: line for line in store.shelves.tag_quality()}
    assert (found["title"].n_from_tag, found["title"].n_missing) == (1, 1)
    assert (found["year"].n_missing, found["genres"].n_missing) == (4, 2)
    assert store.shelves.first_genres() == {1: "Rock", 2: "rock", 4: "Jazz"}
