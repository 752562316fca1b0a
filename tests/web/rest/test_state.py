"""Playlists, stars, ratings and plays, as players change them."""

from collections.abc import Iterator

import pytest
from door import Door
from test_methods import ALBUM_0, ANA, SAMPLER

from resona.library import Recipe


@pytest.fixture
def fresh(door: Door) -> Iterator[Door]:
    """A player of its own, with a profile of its own."""
    player = door.library.players.add("fresh", profile="fresh profile")
    yield Door(door.address, door.port, player.secret, door.library, door.http)
    door.library.players.revoke("fresh")
    for playlist in door.library.playlists.all():
        door.library.playlists.delete(playlist.playlist_id)


def songs(answer: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    return [entry["id"] for entry in answer["playlist"]["entry"]]


def test_a_playlist_lives_through_all_its_changes(fresh: Door) -> None:
    made = fresh.ask("createPlaylist", name="Ünï", songId=["tr-3", "tr-1", "tr-3"])
    number = made["playlist"]["id"]
    assert songs(made) == ["tr-3", "tr-1", "tr-3"]
    assert (made["playlist"]["songCount"], made["playlist"]["duration"]) == (3, 24)
    fresh.ask("updatePlaylist", playlistId=number, name="B", comment="c", songIndexToRemove=[0, 2], songIdToAdd="tr-5")
    (listed,) = fresh.ask("getPlaylists")["playlists"]["playlist"]
    assert (listed["name"], listed["comment"], listed["songCount"], listed["owner"]) == ("B", "c", 2, "fresh")
    assert songs(fresh.ask("getPlaylist", id=number)) == ["tr-1", "tr-5"]
    assert songs(fresh.ask("createPlaylist", playlistId=number, songId="tr-9")) == ["tr-9"]
    assert fresh.code("updatePlaylist", playlistId=number, songIndexToRemove=1, songIdToAdd="tr-1") == 0
    assert fresh.code("updatePlaylist", playlistId=number, songIndexToRemove="x") == 0
    assert songs(fresh.ask("getPlaylist", id=number)) == ["tr-9"]
    fresh.ask("deletePlaylist", id=number)
    assert fresh.code("getPlaylist", id=number) == 70
    fresh.library.playlists.undo(int(number.removeprefix("pl-")))
    assert songs(fresh.ask("getPlaylist", id=number)) == ["tr-9"]


def test_a_playlist_that_renews_itself_is_listed_and_not_changed(fresh: Door) -> None:
    made = fresh.library.playlists.create_automatic("Early", Recipe(where="year < 1993"))
    number = f"pl-{made.playlist_id}"
    (listed,) = (item for item in fresh.ask("getPlaylists")["playlists"]["playlist"] if item["id"] == number)
    assert (listed["readonly"], listed["songCount"]) == (True, 3)
    assert songs(fresh.ask("getPlaylist", id=number)) == ["tr-1", "tr-2", "tr-3"]
    assert fresh.code("updatePlaylist", playlistId=number, songIdToAdd="tr-9") == 0
    fresh.ask("deletePlaylist", id=number)


def test_a_song_that_is_gone_keeps_its_place(fresh: Door) -> None:
    number = fresh.ask("createPlaylist", name="A", songId=["tr-1", "tr-2", "tr-3"])["playlist"]["id"]
    fresh.library.store.tracks.set_missing([2])
    fresh.ask("updatePlaylist", playlistId=number, songIndexToRemove=2)
    assert songs(fresh.ask("getPlaylist", id=number)) == ["tr-1", "tr-2"]
    fresh.library.store.tracks.set_missing([2], is_missing=False)


def test_a_playlist_of_twenty_thousand_songs_is_kept_whole(fresh: Door) -> None:
    wanted = [f"tr-{number % 24 + 1}" for number in range(20_000)]
    fields = {"apiKey": fresh.secret, "f": "json", "name": "long", "songId": wanted}
    made = fresh.http.post("/rest/createPlaylist", data=fields).json()["subsonic-response"]["playlist"]
    assert (made["songCount"], [entry["id"] for entry in made["entry"]]) == (20_000, wanted)
    refused = fresh.http.post("/rest/createPlaylist", content=b"songId=tr-1&" * 400_000, headers={
        "content-type": "application/x-www-form-urlencoded"
    })  # fmt: skip
    assert refused.status_code == 413
    assert len(fresh.ask("getPlaylists")["playlists"]["playlist"]) == 1


def test_stars_and_ratings_are_seen_where_the_item_is(fresh: Door, door: Door) -> None:
    fresh.ask("star", id=["tr-1", ALBUM_0], albumId=SAMPLER, artistId=ANA)
    fresh.ask("setRating", id=SAMPLER, rating=4)
    fresh.ask("setRating", id="tr-1", rating=5)
    starred = fresh.ask("getStarred2")["starred2"]
    assert [item["id"] for item in starred["song"]] == ["tr-1"]
    assert {item["id"] for item in starred["album"]} == {ALBUM_0, SAMPLER}
    assert [item["id"] for item in starred["artist"]] == [ANA]
    assert fresh.ask("getSong", id="tr-1")["song"]["userRating"] == 5
    for kind, expected in (("highest", [SAMPLER]), ("starred", sorted([ALBUM_0, SAMPLER]))):
        albums = fresh.ask("getAlbumList2", type=kind)["albumList2"]["album"]
        assert [album["id"] for album in albums] == expected
    assert door.ask("getStarred2")["starred2"]["song"] == []
    assert fresh.code("star", id=["tr-2", "tr-999"]) == 70
    fresh.ask("unstar", id=["tr-1", "tr-2"], albumId=[ALBUM_0, SAMPLER], artistId=ANA)
    fresh.ask("setRating", id=SAMPLER, rating=0)
    assert not any(fresh.ask("getStarred")["starred"].values())
    assert fresh.ask("getAlbumList2", type="highest")["albumList2"]["album"] == []


def test_plays_are_counted_and_change_no_list(fresh: Door) -> None:
    before = fresh.ask("getSimilarSongs", id="tr-1")
    fresh.ask("scrobble", id=["tr-1", "tr-13"], time=["1700000000000", "1600000000000"])
    fresh.ask("scrobble", id="tr-1", submission="false")
    song = fresh.ask("getSong", id="tr-1")["song"]
    assert (song["playCount"], song["played"]) == (1, "2023-11-14T22:13:20Z")
    for kind in ("recent", "frequent"):
        first = fresh.ask("getAlbumList2", type=kind)["albumList2"]["album"][0]
        assert first["id"] == ALBUM_0
        assert (first["playCount"], first["played"]) == (2, "2023-11-14T22:13:20Z")
    assert "playCount" not in fresh.ask("getAlbum", id=SAMPLER)["album"]
    top = fresh.ask("getTopSongs", artist="artist 0", count=1)["topSongs"]["song"]
    assert [song["id"] for song in top] == ["tr-1"]
    after = fresh.ask("getSimilarSongs", id="tr-1")
    assert [song["id"] for song in after["similarSongs"]["song"]] == [
        song["id"] for song in before["similarSongs"]["song"]
    ]
    assert fresh.library.store.labels.all() == []


def test_a_queue_goes_from_one_player_to_the_next(fresh: Door) -> None:
    assert fresh.ask("getPlayQueue")["playQueue"]["entry"] == []
    fresh.ask("savePlayQueue", id=["tr-1", "tr-2", "tr-3"], current="tr-2", position=61_000)
    kept = fresh.ask("getPlayQueue")["playQueue"]
    assert [song["id"] for song in kept["entry"]] == ["tr-1", "tr-2", "tr-3"]
    assert (kept["current"], kept["position"], kept["changedBy"]) == ("tr-2", 61_000, "fresh")
    other = fresh.library.players.add("other", profile="fresh profile")
    theirs = Door(fresh.address, fresh.port, other.secret, fresh.library, fresh.http)
    theirs.ask("savePlayQueueByIndex", id=["tr-5", "tr-4", "tr-5"], currentIndex=2)
    kept = fresh.ask("getPlayQueueByIndex")["playQueueByIndex"]
    assert (kept["currentIndex"], kept["position"], kept["changedBy"], len(kept["entry"])) == (2, 0, "other", 3)
    fresh.library.players.revoke("other")
    for wrong, code in (
        ({"id": "tr-1", "currentIndex": 1}, 10),
        ({"id": "tr-1"}, 10),
        ({"id": "al-1", "currentIndex": 0}, 70),
    ):
        assert fresh.code("savePlayQueueByIndex", **wrong) == code
    assert fresh.code("savePlayQueue", id="tr-1", current="tr-2") == 10
    fresh.ask("savePlayQueue")
    assert fresh.ask("getPlayQueue")["playQueue"]["entry"] == []
