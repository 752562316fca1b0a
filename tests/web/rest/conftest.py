"""One server for all tests of the players' door: the tones, a cover, a cue sheet, and names of all kinds."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import numpy as np
import pytest
import soundfile
import uvicorn
from door import COVER_SIZE, ODD_TITLE, Door
from tones import RATE, fill, tone

from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags
from resona.web import create_app


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, tones_dir: Path) -> Path:
    """A library file with the tones and more."""
    folder = tmp_path_factory.mktemp("home")
    album = folder / "Album"
    album.mkdir()
    stereo = np.stack([tone(3, 9.0), -0.5 * tone(5, 9.0)], axis=1)
    soundfile.write(album / "album.flac", stereo, RATE, subtype="PCM_16")
    (album / "cover.png").write_bytes(_png())
    with Library(folder / "library.db") as library:
        fill(library, tones_dir)
        parts = ((0.0, 3.0, "First"), (3.0, 6.0, "Second"), (6.0, None, ODD_TITLE))
        records = []
        for number, (start, end, title) in enumerate(parts, start=1):
            tags = Tags(
                artist="Ana; Bo",
                album_artist="Various Artists",
                title=title,
                album="Sampler",
                genres=("Rock",) if number == 2 else (),
                track_number=4 - number,
                duration_seconds=3.0,
            )
            record = TrackRecord(
                path=album / "album.flac",
                size_bytes=(album / "album.flac").stat().st_size,
                mtime_ns=1,
                audio_hash="cue",
                tags=tags,
                start_seconds=start,
                end_seconds=end,
            )
            records.append(record)
        library.store.tracks.put_file(records)
    return folder / "library.db"


@pytest.fixture(scope="session")
def door(home: Path) -> Iterator[Door]:
    with Library(home) as library, socket.socket(proto=socket.IPPROTO_TCP) as listening:  # as `resona serve` does
        secret = library.players.add("Phone").secret
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(create_app(library), log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            yield Door(f"http://127.0.0.1:{port}", port, secret, library, http)
        server.should_exit = True
        thread.join()


def _png() -> bytes:
    import av

    frame = av.VideoFrame.from_ndarray(np.full((COVER_SIZE, COVER_SIZE, 3), 90, np.uint8), "rgb24")
    encoder = av.CodecContext.create("png", "w")
    encoder.width = encoder.height = COVER_SIZE
    encoder.pix_fmt, encoder.framerate = "rgb24", 1
    return b"".join(bytes(packet) for source in (frame, None) for packet in encoder.encode(source))
