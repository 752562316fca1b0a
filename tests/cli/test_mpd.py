"""`resona mpd`, with a real Music Player Daemon that plays to nowhere."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from resona.cli.main import cli
from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags

CONFIG = """
music_directory "{music}"
db_file "{folder}/db"
state_file "{folder}/state"
log_file "{folder}/log"
bind_to_address "127.0.0.1"
port "{port}"
audio_output {{
    type "null"
    name "nowhere"
}}
"""


CUE = """PERFORMER "Ana"
FILE "album.flac" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    INDEX 01 00:10:00
"""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def soon(is_so: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def port(music_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if shutil.which("mpd") is None or find_spec("mpd") is None:
        pytest.skip("mpd or python-mpd2 is not installed")
    folder, port = tmp_path_factory.mktemp("mpd"), free_port()
    music = folder / "music"
    (music / "Sheets").mkdir(parents=True)
    for genre in music_dir.iterdir():
        (music / genre.name).symlink_to(genre)
    soundfile.write(music / "Sheets" / "album.flac", np.zeros(22_050 * 20), 22_050)
    (music / "Sheets" / "album.cue").write_text(CUE)
    (folder / "conf").write_text(CONFIG.format(music=music, folder=folder, port=port))
    with (folder / "out").open("w") as out:
        daemon = subprocess.Popen(["mpd", "--no-daemon", folder / "conf"], stdout=out, stderr=out)
    try:
        soon(lambda: is_open(port))
        assert daemon.poll() is None, (folder / "out").read_text()
        yield port
    finally:
        daemon.terminate()
        daemon.wait(10)


@pytest.fixture
def client(port: int) -> Iterator[Any]:
    from mpd import MPDClient

    client = MPDClient()
    client.connect("127.0.0.1", port)
    client.update()
    soon(lambda: "updating_db" not in client.status() and client.list("file"))
    client.clear()
    yield client
    client.stop()
    client.disconnect()


def run(library: Library, port: int, *options: str) -> Result:
    arguments = ["--library", str(library.store.path), "mpd", "--host", "127.0.0.1", "--port", str(port), *options]
    return CliRunner().invoke(cli, arguments)


def files(client: Any) -> list[str]:
    return [song["file"] for song in client.playlistinfo()]


def test_a_queue_is_filled_with_what_is_like_its_last_songs(library: Library, port: int, client: Any) -> None:
    assert run(library, port, "--once").exit_code == 0
    assert files(client) == []  # like what?
    first = library.tracks.all()[0]
    client.add(f"{first.path.parent.name}/{first.path.name}")
    done = run(library, port, "--once", "--ahead", "4")
    assert done.exit_code == 0, done.output
    queue = files(client)
    expected = library.recommend(f"#{first.track_id}", k=6, per_artist=1).results
    assert queue[1:] == [f"{item.track.path.parent.name}/{item.track.path.name}" for item in expected[:3]]
    assert all(first.tags.artist not in name for name in queue[1:])
    assert run(library, port, "--once", "--ahead", "4").exit_code == 0
    assert files(client) == queue  # enough is waiting
    client.play(3)
    assert run(library, port, "--once", "--ahead", "4").exit_code == 0
    longer = files(client)
    assert longer[: len(queue)] == queue
    assert len(longer) == 8
    assert len(set(longer)) == 8


def test_filters_and_exclusions_count(library: Library, port: int, client: Any) -> None:
    tracks = library.tracks.all()
    genres = sorted({track.path.parent.name for track in tracks})
    first = next(track for track in tracks if track.path.parent.name == genres[0])
    library.lists.exclude(f"*/{genres[1]}/*")
    client.add(f"{genres[0]}/{first.path.name}")
    assert run(library, port, "--once", "--where", f"not genre = {genres[2]}", "--ahead", "6").exit_code == 0
    queue = files(client)
    assert len(queue) == 6
    assert {name.partition("/")[0] for name in queue} == {genres[0]}


def test_tracks_of_cue_sheets_are_known_and_added(library: Library, port: int, client: Any, music_dir: Path) -> None:
    store, model = library.store, library.model
    parts = [
        TrackRecord(
            path=music_dir / "Sheets" / "album.flac",  # where scans see it; MPD has it elsewhere
            size_bytes=1,
            mtime_ns=1,
            audio_hash="sheet",
            start_seconds=start,
            end_seconds=end,
            tags=Tags(artist="Ana", title=title, track_number=number, duration_seconds=10.0),
        )
        for number, (start, end, title) in enumerate([(0.0, 10.0, "One"), (10.0, None, "Two")], start=1)
    ]
    store.tracks.put_file(parts)
    first, (one, two) = library.tracks.all()[0], library.tracks.at(parts[0].path)
    ids, vectors = store.embeddings.matrix(model.model_id)
    near, far = vectors[ids.tolist().index(first.track_id)], -vectors[0]
    store.embeddings.put_many(model.model_id, [(one.track_id, far), (two.track_id, near)])
    client.add(f"{first.path.parent.name}/{first.path.name}")
    assert run(library, port, "--once", "--ahead", "2").exit_code == 0
    assert files(client)[1:] == ["Sheets/album.cue/track0002"]
    nearest = library.recommend(f"#{two.track_id}", k=2, per_artist=1).results[0].track.path
    for add, name in ((client.load, "Sheets/album.cue"), (client.add, "Sheets/album.cue/track0002")):
        client.clear()
        add(name)
        n_there = len(files(client))
        assert run(library, port, "--once", "--like", "1", "--ahead", str(n_there + 1)).exit_code == 0
        assert files(client)[n_there:] == [f"{nearest.parent.name}/{nearest.name}"], name


def test_a_queue_is_followed_until_interrupted(library: Library, port: int, client: Any) -> None:
    command = [sys.executable, "-m", "resona", "--library", str(library.store.path), "mpd", "--host", "127.0.0.1"]
    follower = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE, text=True)
    try:
        assert follower.stderr is not None
        assert "Following MPD" in follower.stderr.readline()
        first = library.tracks.all()[5]
        client.add(f"{first.path.parent.name}/{first.path.name}")
        soon(lambda: len(files(client)) == 5)  # nothing plays: all wait
        client.consume(1)
        client.play(0)
        soon(lambda: len(files(client)) == 6)
        for _ in range(2):
            playing = files(client)[0]
            client.next()
            soon(lambda: len(files(client)) == 6 and playing not in files(client))  # noqa: B023 - asked at once
        follower.send_signal(signal.SIGINT)
        _, complaints = follower.communicate(timeout=30)
    finally:
        follower.kill()
        client.consume(0)
    assert follower.returncode == 130
    assert "Traceback" not in complaints
    added = re.findall(r"^\+ (.*)", complaints, re.MULTILINE)
    assert len(added) == len(set(added)) >= 6  # a seventh was added, and may have been interrupted before it was said


def test_without_mpd_it_says_so(library: Library) -> None:
    answer = run(library, 1, "--once")
    assert "MPD at 127.0.0.1:1 does not answer" in str(answer.exception or answer.output)
