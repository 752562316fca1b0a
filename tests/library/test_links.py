"""Songs of other servers: a real one that speaks Subsonic, Jellyfin's documented answers, and all kinds of doubt."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from resona.cli.main import cli
from resona.errors import QueryError, ServerError
from resona.library import Library
from resona.library.links import match
from resona.library.servers import Item, address_of
from resona.store import Served, TrackRecord
from resona.tracks import Tags, Track

KEY = "key-of-jellyfin"


@pytest.fixture(scope="module")
def supysonic(music_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if find_spec("supysonic") is None:
        pytest.skip("supysonic is not installed")
    folder = tmp_path_factory.mktemp("supysonic")
    script, port = Path(__file__).with_name("supysonic_server.py"), folder / "port"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, script, music_dir, folder / "db", port], stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while not port.exists():
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        server.kill()
        server.wait()


def test_a_real_server_is_linked_and_asked_again(library: Library, supysonic: str, tmp_path: Path) -> None:
    report = library.links.link_subsonic(supysonic, user="ada", password="lovelace", is_plain=True)  # noqa: S106
    assert (report.n_linked.total(), report.ambiguous, report.unmatched, report.n_without) == (24, [], [], 0)
    assert library.links.servers == [supysonic]
    links = library.links.of(supysonic, library.tracks.all())
    assert len({link.item_id for link in links.values()}) == 24
    for track in library.tracks.all():
        assert links[track.track_id].artist == track.tags.artist
    one = links[1]
    library.store.links.replace(supysonic, [])
    assert library.links.find(one.item_id) == one  # a song that came since
    assert library.links.find("0f8fad5b-d9cb-469f-a165-70867728950e") is None
    assert library.links.find("nonsense") is None
    for password, is_plain in (("wrong", True), ("wrong", False)):
        with pytest.raises(ServerError, match="refuses"):
            library.links.link_subsonic(supysonic, user="ada", password=password, is_plain=is_plain)
    assert library.links.count(supysonic) == 1
    library.links.forget(supysonic)
    assert library.links.servers == []
    assert library.links.count(supysonic) == 0
    with pytest.raises(QueryError, match="not linked"):
        library.links.forget(supysonic)


@pytest.fixture
def jellyfin(library: Library) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answers as Jellyfin's: `GET /Items`, with paths of another machine."""
    songs: list[dict[str, Any]] = [
        {
            "Id": f"{track.track_id:032X}",
            "Name": track.tags.title,
            "Album": track.tags.album,
            "ArtistItems": [{"Name": track.tags.artist, "Id": f"{track.tags.artist.encode().hex():0>32}"[-32:]}],
            "RunTimeTicks": round(track.tags.duration_seconds * 10_000_000),
            "Path": f"D:\\Music\\{track.path.parent.name}\\{track.path.name}",
            "Type": "Audio",
        }
        for track in library.tracks.all()
    ]

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            found = [song for song in songs if asked.get("Ids", song["Id"]).upper() == song["Id"]]
            start = int(asked.get("StartIndex", "0"))
            answer = json.dumps({"Items": found[start : start + 10], "TotalRecordCount": len(found)}).encode()
            self.send_response(200 if self.headers["X-Emby-Token"] == KEY else 401)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", songs
        server.shutdown()
        thread.join()


def test_jellyfin_is_linked_by_the_end_of_its_paths(
    library: Library, jellyfin: tuple[str, list[dict[str, Any]]]
) -> None:
    address, songs = jellyfin
    songs[1]["Path"] = "D:\\elsewhere.mp3"  # told by its tags
    songs[2].update(Path="D:\\elsewhere.mp3", Name="Nothing of the kind")
    report = library.links.link_jellyfin(address, key=KEY)
    assert report.n_linked == {"path": 22, "tags": 1}
    assert len(report.unmatched) == report.n_without == 1
    link = library.links.find("00000000-0000-0000-0000-000000000001")
    assert link is not None
    assert (link.track_id, link.item_id) == (1, f"{1:032x}")
    with pytest.raises(ServerError, match="401"):
        library.links.link_jellyfin(address, key="wrong")
    assert library.links.count(address) == 23


def test_the_command_asks_for_the_key_and_tells_what_it_found(
    library: Library, jellyfin: tuple[str, list[dict[str, Any]]]
) -> None:
    address, songs = jellyfin
    songs[2].update(Path="D:\\elsewhere.mp3", Name="Nothing of\x1b the kind")

    def run(*arguments: str) -> Result:
        start = ["--library", str(library.store.path), "link"]
        return CliRunner().invoke(cli, [*start, *arguments], input=f"{KEY}\n")

    linked = run("jellyfin", address)
    assert linked.exit_code == 0, linked.output
    assert KEY not in linked.output
    assert f"23 songs of {address} are linked (23 by path)." in linked.output
    assert "Nothing of\ufffd the kind" in linked.output
    assert "1 tracks of the library are not on the server." in linked.output
    assert json.loads(run("list", "--json").stdout) == [{"server": address, "n_tracks": 23}]
    assert run("forget", address).exit_code == 0
    assert "No server is linked yet" in run("list").output


def served(track_id: int, *, size: int = 100, seconds: float = 200.0, **tags: str) -> Served:
    kept = Tags(**{"artist": "Ana", "title": "Song", "album": "Album", **tags}, duration_seconds=seconds)  # type: ignore[arg-type]
    track = Track(track_id=track_id, path=Path(f"/music/{track_id}.mp3"), tags=kept)
    return Served(track=track, size_bytes=size, end_seconds=None, added_at="", tempo_bpm=None, loudness_lufs=None)


ITEM = Item(item_id="x", title="Song", artist="Ana", album="Album", seconds=200, suffix="mp3", size_bytes=100)


@pytest.mark.parametrize(
    ("item", "tracks", "by", "track_id"),
    [
        (ITEM, [served(1, title="Else", artist="Else")], "size", 1),  # its tags were mended since
        (ITEM, [served(1, seconds=300.0, title="Else")], "", 0),  # the same size by chance
        (ITEM, [served(1), served(2, album="Other")], "tags", 1),  # two files of one size
        (ITEM, [served(1, size=1), served(2, size=2)], "", 2),  # nobody can tell
        (ITEM, [served(1, size=1, artist="Bo")], "", 0),
        (replace(ITEM, artist="Ana • Bo", size_bytes=0), [served(1, size=0, artist="Bo; Ana")], "tags", 1),
        (replace(ITEM, title="SÖNG"), [served(1, size=1, title="song")], "tags", 1),
        (replace(ITEM, seconds=0), [served(1, size=1)], "tags", 1),
        (replace(ITEM, size_bytes=0), [served(1, size=0, title="Else")], "", 0),  # nothing is no size
        (replace(ITEM, artist="", title="Else"), [served(1, size=1, artist="", title="Else")], "tags", 1),
    ],
)
def test_in_doubt_a_song_is_not_linked(item: Item, tracks: list[Served], by: str, track_id: int) -> None:
    report, links = match("here", [item], tracks)
    assert dict(report.n_linked) == ({by: 1} if by else {})
    assert [link.track_id for link in links] == ([track_id] if by else [])
    assert len(report.ambiguous) == (not by and track_id == 2)
    assert len(report.unmatched) == (not by and track_id == 0)


def test_links_go_with_their_track(library: Library) -> None:
    _, links = match("here", [replace(ITEM, item_id="a", size_bytes=0)], [served(1, size=0)])
    library.store.links.add(links)
    track = library.tracks.get(1)
    record = TrackRecord(path=track.path, size_bytes=1, mtime_ns=1, audio_hash="other", tags=track.tags)
    assert library.store.tracks.put(record)
    assert library.store.links.count("here") == 1
    library.store.tracks.delete([1])
    assert library.links.find("a") is None


@pytest.mark.parametrize("text", ["", "music", "file:///etc", "http://", "http://a:b@host", "http://host:x", "ftp://a"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ServerError, match="no address"):
        address_of(text)


def test_a_server_that_is_not_there_says_so(library: Library) -> None:
    with pytest.raises(ServerError, match="cannot be reached"):
        library.links.link_jellyfin("http://127.0.0.1:1", key=KEY)
