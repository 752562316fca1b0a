"""The clients that people use, as far as they can be had as packages: each goes its whole round."""

import json
import shutil
import subprocess
import sys
import types
import warnings
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from door import Door
from test_methods import ALBUM_0, ANA, N_ALL

NODE = Path(__file__).parent / "round.mjs"


@pytest.fixture(autouse=True)
def _lenient() -> Any:
    """Clients may warn of themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("form", ["token", "password", "key"])
def test_py_opensonic(door: Door, form: str) -> None:
    libopensonic = pytest.importorskip("libopensonic")
    login: dict[str, Any] = {"username": "phone", "password": door.secret}
    if form == "key":
        login = {"api_key": door.secret}
    conn = libopensonic.Connection(
        "http://127.0.0.1", port=door.port, legacy_auth=form == "password", use_get=form == "password", **login
    )
    assert conn.ping()
    assert {extension.name for extension in conn.get_open_subsonic_extensions()} >= {"sonicSimilarity", "formPost"}
    if form == "key":
        assert conn.token_info().username == "Phone"
    found: list[Any] = []
    while page := conn.search3("", artist_count=0, album_count=0, song_count=10, song_offset=len(found)).song:
        found += page
    assert len(found) == N_ALL
    album = conn.get_album(conn.get_album_list2("alphabeticalByName", size=1)[0].id)
    assert album.song
    assert conn.get_artist(album.artist_id).album
    assert conn.search3("song 3").song[0].title == "Song 3"
    assert len(conn.get_sonic_similar_tracks("tr-1", 5)) == 5
    path = conn.find_sonic_path("tr-1", "tr-8", 4)
    assert (path[0].similarity, path[-1].entry.id, len(path)) == (1, "tr-8", 4)
    assert conn.create_playlist(name="py", song_ids=["tr-1", "tr-13"])
    (playlist,) = [playlist for playlist in conn.get_playlists() if playlist.name == "py"]
    for seed in ("tr-1", ALBUM_0, album.artist_id, playlist.id):
        assert conn.get_similar_songs2(seed, 5) or seed == album.artist_id
        assert isinstance(conn.get_similar_songs(seed, 5), list)
    assert conn.update_playlist(playlist.id, song_ids_to_add=["tr-2"], song_indices_to_remove=[0])
    assert [song.id for song in conn.get_playlist(playlist.id).entry] == ["tr-13", "tr-2"]
    assert conn.delete_playlist(playlist.id)
    assert conn.star(sids=["tr-1"])
    assert [song.id for song in conn.get_starred2().song] == ["tr-1"]
    assert conn.unstar(sids=["tr-1"])
    assert conn.scrobble("tr-2")


def test_py_sonic(door: Door) -> None:
    libsonic = pytest.importorskip("libsonic")
    for is_legacy in (False, True):
        conn = libsonic.Connection("http://127.0.0.1", "Phone", door.secret, door.port, "/rest", legacyAuth=is_legacy)
        assert conn.ping()
    assert len(conn.search3('""', songCount=500)["searchResult3"]["song"]) == N_ALL
    assert conn.getArtists()["artists"]["index"]
    album = conn.getAlbum(ALBUM_0)["album"]
    for seed in ("tr-1", ALBUM_0, ANA):
        assert "similarSongs2" in conn.getSimilarSongs2(seed, 5)
    assert len(conn.getSimilarSongs("tr-1", 5)["similarSongs"]["song"]) == 5
    with conn.stream("tr-1") as sound:
        assert len(sound.read()) == album["song"][0]["size"]
    conn.createPlaylist(name="sonic", songIds=["tr-1", "tr-2"])
    (playlist,) = [found for found in conn.getPlaylists()["playlists"]["playlist"] if found["name"] == "sonic"]
    conn.updatePlaylist(playlist["id"], songIdsToAdd=["tr-3"], songIndexesToRemove=[0])
    entries = conn.getPlaylist(playlist["id"])["playlist"]["entry"]
    assert [entry["id"] for entry in entries] == ["tr-2", "tr-3"]
    conn.deletePlaylist(playlist["id"])
    conn.star(["tr-1"])
    assert conn.getStarred2()["starred2"]["song"][0]["id"] == "tr-1"
    conn.unstar(["tr-1"])


def test_jellytoast(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its provider alone, without Qt."""
    for name in ("PySide6", "PySide6.QtCore"):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    settings = types.ModuleType("jellytoast.settings")
    kept = types.SimpleNamespace(
        server_url="", username="", user_id="", access_token="", subsonic_auth_mode_plain=False, device_id="test",
        provider_kind="", audio_quality="original", flush=lambda: None, active_library_id="",
    )  # fmt: skip
    settings.get_settings = lambda: kept  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jellytoast.settings", settings)
    provider = pytest.importorskip("jellytoast.providers.subsonic", exc_type=ImportError).SubsonicProvider()
    assert provider.authenticate(door.address, "Phone", door.secret).username == "Phone"
    assert provider.probe(door.address)
    albums = provider.get_latest_media(limit=5)
    assert len(albums) == 5
    tracks = provider.get_album_tracks(ALBUM_0)
    assert {track["Name"] for track in tracks} == {"Song 0", "Song 12"}
    for seed in ("tr-1", ALBUM_0):
        assert len(provider.get_similar_songs(seed, 5)) == 5
    assert provider.get_artists()
    assert provider.search("song 3")
    made = provider.create_playlist("toast", ["tr-1", "tr-2"])
    provider.add_to_playlist(made, ["tr-3"])
    assert [item["Id"] for item in provider.get_playlist_items(made)] == ["tr-1", "tr-2", "tr-3"]
    provider.delete_playlist(made)
    provider.toggle_favorite("tr-1", True)  # noqa: FBT003 - its own signature
    provider.toggle_favorite("tr-1", False)  # noqa: FBT003
    assert door.http.get(provider.get_audio_stream_url("tr-1"), headers={"range": "bytes=0-9"}).status_code == 206


def test_npm_subsonic_api(door: Door, tmp_path: Path) -> None:
    """Substreamer's library, where it was installed beside: see .ci/run."""
    node, package = shutil.which("node"), Path(__file__).parents[3] / "node_modules" / "subsonic-api"
    if node is None or not package.is_dir():
        pytest.skip("needs node, and `npm install subsonic-api`")
    done = subprocess.run(
        [node, NODE, door.address, door.secret, ALBUM_0, ANA], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"n_songs": N_ALL, "range": 206, "forms": 3, "playlist": ["tr-2", "tr-3"]}
