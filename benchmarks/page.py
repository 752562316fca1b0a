"""How quick is the page, with how many tracks and listeners?

    python benchmarks/page.py --tracks 10000 --seconds 60 --clients 8

Fills a library with synthetic vectors and tags, serves it from a process of its own, and measures from this one: the
first paint's requests, the first contentful paint in Chromium where Playwright is installed, search as one types, and
`/similar` under load; and the server's memory before and after.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags

GENRES = ("Rock", "Pop", "Jazz", "Ambient", "Metal", "Folk", "Classical", "Hip-Hop")
WORDS = ("love", "night", "blue", "river", "stone", "light", "summer", "ghost", "city", "gold", "rain", "fire", "moon")
SEARCHES = ("a", "artist", "l", "lo", "lov", "love", "love n", "artist 12", "riv", "moon fi", "zzz")
PAINT = ("/", "/static/base.css", "/static/parts.css", "/static/views.css", "/static/app.js")


def fill(path: Path, n_tracks: int) -> None:
    """Write tracks of 50 clusters, 12 to an artist, by one transaction."""
    rng = np.random.default_rng(0)
    with Library(path) as library, library.store.writing():
        model = library.model
        centres = rng.normal(size=(50, model.n_dims))
        vectors = centres[rng.integers(0, 50, n_tracks)] + rng.normal(size=(n_tracks, model.n_dims))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        ids = [library.store.tracks.put(record(number, rng)) for number in range(n_tracks)]
        library.store.embeddings.put_many(model.model_id, zip(ids, vectors, strict=True))


def record(number: int, rng: np.random.Generator) -> TrackRecord:
    tags = Tags(
        artist=f"Artist {number // 12}",
        title=" ".join(rng.choice(WORDS, 3)).title() + f" {number}",
        album=f"Album {number // 10}",
        genres=(GENRES[number // 12 % len(GENRES)],),
        year=1960 + number % 60,
        duration_seconds=200.0,
    )
    return TrackRecord(path=Path(f"/m/{number}.mp3"), size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=tags)


def percentiles(seconds: list[float]) -> dict[str, float]:
    values = np.array(seconds) * 1000
    return {
        "n": len(values),
        "p50_ms": round(float(np.median(values)), 1),
        "p95_ms": round(float(np.quantile(values, 0.95)), 1),
    }


def timed(client: httpx2.Client, address: str) -> float:
    begin = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - begin


def similar(track_id: int) -> str:
    return f"/api/v1/similar?track={track_id}"


def load(
    port: int, n_tracks: int, seconds: float, n_clients: int, address: Callable[[int], str] = similar
) -> list[float]:
    """Ask from several threads at once, with numbers of tracks; each waits for its answer before it asks again.

    With the plainest client there is: it shares the machine with the server.
    """
    found: list[float] = []

    def listen(seed: int) -> None:
        rng = np.random.default_rng(seed)
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < end:
            begin = time.perf_counter()
            connection.request("GET", address(int(rng.integers(1, n_tracks + 1))))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{address(1)} answered {answer.status}")
            found.append(time.perf_counter() - begin)

    end = time.monotonic() + seconds
    with ThreadPoolExecutor(n_clients) as pool:
        list(pool.map(listen, range(n_clients)))
    return found


def memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def painted(port: int, times: int = 7) -> dict[str, float] | str:
    """Open the page in Chromium as one who comes for the first time; say when the first words or pictures are seen."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return "Playwright is not installed"
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--headless=new", "--no-sandbox"])
        for _ in range(times):
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/")
            page.locator(".row:not(.ghost)").first.wait_for()
            found.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
            page.close()
        browser.close()
    return percentiles(found[1:])  # the browser itself starts with the first


def measure(pid: int, options: argparse.Namespace) -> dict[str, Any]:
    with httpx2.Client(base_url=f"http://127.0.0.1:{options.port}", timeout=300) as client:
        begin = time.perf_counter()
        timed(client, "/api/v1/similar?track=1")
        first_list = time.perf_counter() - begin
        paint = [
            sum(timed(client, address) for address in (*PAINT, "/api/v1/tracks?order=newest&limit=12"))
            for _ in range(5)
        ]
        search = [timed(client, f"/api/v1/search?q={text}&limit=30") for text in SEARCHES for _ in range(5)]
        browse = [
            timed(client, f"/api/v1/{kind}") for kind in ("artists", "albums", "genres", "status") for _ in range(3)
        ]
    warm = load(options.port, options.tracks, min(5.0, options.seconds), options.clients)
    memory, cpu = [memory_mb(pid)], cpu_seconds(pid)
    loaded = load(options.port, options.tracks, options.seconds, options.clients)
    cpu = cpu_seconds(pid) - cpu
    memory.append(memory_mb(pid))
    return {
        "n_tracks": options.tracks,
        "n_clients": options.clients,
        "load_average": os.getloadavg()[0],
        "first_list_s": round(first_list, 2),
        "first_paint": percentiles(paint),
        "first_contentful_paint": painted(options.port),
        "search": {**percentiles(search), "worst_ms": round(max(search) * 1000, 1)},
        "browse": percentiles(browse),
        "alone": percentiles(load(options.port, options.tracks, 5.0, 1)),
        "similar": {
            **percentiles(loaded),
            "per_second": round(len(loaded) / options.seconds, 1),
            "cpu_ms_each": round(cpu / len(loaded) * 1000, 2),
        },
        "n_warm_up": len(warm),
        "memory_mb": memory,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=8790)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.db"
        fill(library, options.tracks)
        with served(library, options.port) as server:
            print(json.dumps(measure(server.pid, options), indent=2))


@contextmanager
def served(library: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `resona serve` until the end of the block."""
    command = [sys.executable, "-m", "resona", "--library", str(library), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        if not server.stderr or not server.stderr.readline().startswith(b"Resona is at"):
            raise SystemExit("the server does not start")
        yield server
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
