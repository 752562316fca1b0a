"""What the plugins of Navidrome (1f09303) and Jellyfin (223cbf2) send, as in their sources, and what they read."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tones import N_TRACKS

from resona.library import Library
from resona.store import Link
from resona.web.access import Access

TOKEN = {"authorization": "Bearer of-the-plugin"}
SERVER = "http://navidrome"
HIDDEN = 22  # a track near the first, that the server does not have


@pytest.fixture
def plugin(shelf: Library, serve: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A plugin on another machine, with its token; tracks are linked but for one."""
    links = [
        Link(
            server=SERVER,
            item_id=f"nd{track.track_id}",
            track_id=track.track_id,
            artist_id=f"ar{track.tags.artist[-1]}",
            artist=track.tags.artist,
        )
        for track in shelf.tracks.all()
        if track.track_id != HIDDEN
    ]
    shelf.store.links.add(links)
    shelf.store.settings.put("servers", {SERVER: {"kind": "subsonic", "login": {"u": "a", "t": "b", "s": "c"}}})
    shelf.store.links.add([Link(server="http://jf", item_id=f"{3:032x}", track_id=3)])
    access = Access(hosts=frozenset({"resona"}), token="of-the-plugin")  # noqa: S106
    with TestClient(serve(shelf, access), base_url="http://resona:8642", headers=TOKEN) as client:
        yield client


def navidrome(item: str, n: int, eliminate: str = "true") -> str:
    return f"/api/similar_tracks?eliminate_duplicates={eliminate}&item_id={item}&n={n}&radius_similarity=false"


def test_similar_tracks_are_those_of_recommend_with_the_ids_of_the_server(plugin: TestClient, shelf: Library) -> None:
    songs = plugin.get(navidrome("nd1", 6)).json()
    lists = (shelf.recommend("#1", k=k).results for k in (6, 7))  # the shortest that is enough
    linked = ([result for result in results if result.track.track_id != HIDDEN] for results in lists)
    expected = next(results for results in linked if len(results) == 6)
    assert [song["item_id"] for song in songs] == [f"nd{result.track.track_id}" for result in expected]
    assert [song["distance"] for song in songs] == [round(1 - result.similarity, 4) for result in expected]
    assert {name: type(value) for name, value in songs[0].items()} == {
        "item_id": str, "title": str, "author": str, "album": str, "distance": float,
    }  # fmt: skip
    assert "Artist 0" not in {song["author"] for song in songs}
    every = plugin.get(navidrome("nd1", 1000, "false")).json()
    assert len(every) == N_TRACKS - 2
    assert "Artist 0" in {song["author"] for song in every}


def test_songs_are_found_by_title_and_artist_and_by_uuids(plugin: TestClient) -> None:
    named = plugin.get("/api/similar_tracks?n=3&title=Song%200&artist=Artist%200").json()
    assert named == plugin.get(navidrome("nd1", 3)).json()
    answer = plugin.get("/api/similar_tracks?n=3&item_id=00000000-0000-0000-0000-000000000003")
    assert answer.status_code == 404  # no other song is on that server
    assert answer.json() == {"error": "nothing like it is known"}


def test_a_path_has_both_ends(plugin: TestClient) -> None:
    asked = "/api/find_path?count=6&end_song_id=nd8&max_steps=6&mood_pct=100&path_fix_size=false&start_song_id=nd1"
    found = plugin.get(asked).json()
    ids = [song["item_id"] for song in found["path"]]
    assert (ids[0], ids[-1]) == ("nd1", "nd8")
    assert 5 <= len(ids) <= 6
    assert found["path"][0]["distance"] == 0.0
    assert found["total_distance"] > 0


@pytest.mark.parametrize("who", ["artist=ar0", "artist_id=ar0", "artist=Artist%200"])
def test_similar_artists_by_id_or_name(plugin: TestClient, who: str) -> None:
    plain = plugin.get(f"/api/similar_artists?{who}&include_component_matches=false&n=2").json()
    full = plugin.get(f"/api/similar_artists?{who}&include_component_matches=true&n=2").json()
    assert [line["artist_id"] for line in plain] == [line["artist_id"] for line in full]
    assert all(line["component_matches"] == [] for line in plain)
    for line in full:
        assert line["artist_id"] == f"ar{line['artist'][-1]}" != "ar0"
        (match,) = line["component_matches"]
        for name, owner in (("artist1", 0), ("artist2", int(line["artist"][-1]))):
            numbers = [int(song["item_id"][2:]) for song in match[f"{name}_representative_songs"]]
            assert numbers
            assert all((number - 1) % 4 == owner for number in numbers)


def test_jellyfin_finds_somebody_there(plugin: TestClient) -> None:
    assert plugin.get("/").status_code == 200
    assert plugin.get("/api/active_tasks").json() == {}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("similar_tracks", 400),
        ("similar_tracks?title=x", 400),
        ("similar_tracks?item_id=nd1&n=-1", 400),
        ("similar_tracks?item_id=nd1&n=many", 400),
        ("similar_tracks?title=x&artist=y", 404),
        ("similar_tracks?item_id=nobody", 404),
        ("similar_tracks?item_id=%00%ff'--", 404),
        ("find_path?start_song_id=nd1", 400),
        ("find_path?start_song_id=nd1&end_song_id=nd1", 400),
        ("find_path?start_song_id=nd1&end_song_id=nobody", 404),
        ("similar_artists", 400),
        ("similar_artists?artist=nobody", 404),
    ],
)
def test_errors_are_a_sentence_and_a_status(plugin: TestClient, asked: str, status: int) -> None:
    answer = plugin.get(f"/api/{asked}")
    assert answer.status_code == status
    assert isinstance(answer.json()["error"], str)


def test_without_the_token_nothing_is_said(plugin: TestClient) -> None:
    for asked in ("similar_tracks?item_id=nd1", "find_path", "similar_artists?artist=ar0", "active_tasks"):
        assert plugin.get(f"/api/{asked}", headers={"authorization": "Bearer wrong"}).status_code == 401
