"""How quick is the page, with how many tracks and listeners?

    python benchmarks/page.py --tracks 10000 --seconds 60 --clients 8

Fills a library with synthetic vectors and tags, serves it from a process of its own, and measures from this one: the
first paint's requests, search as one types, and `/similar` under load; and the server's memory before and after.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags

GENRES = ("Rock", "Pop", "Jazz", "Ambient", "Metal", "Folk", "Classical", "Hip-Hop")
WORDS = ("love", "night", "blue", "river", "stone", "light", "summer", "ghost", "city", "gold", "rain", "fire", "moon")
SEARCHES = ("l", "lo", "lov", "love", "love n", "artist 12", "riv", "moon fi", "zzz")
PAINT = ("/", "/static/base.css", "/static/parts.css", "/static/views.css", "/static/app.js")
SERVER = """
import sys, uvicorn
from resona.web import create_app
if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""


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


def load(base: str, n_tracks: int, seconds: float, n_clients: int) -> list[float]:
    """Ask for lists from several threads at once; each waits for its answer before it asks again."""
    found: list[float] = []

    def listen(seed: int) -> None:
        rng = np.random.default_rng(seed)
        with httpx2.Client(base_url=base, timeout=60) as client:
            while time.monotonic() < end:
                found.append(timed(client, f"/api/v1/similar?track={rng.integers(1, n_tracks + 1)}"))

    end = time.monotonic() + seconds
    threads = [threading.Thread(target=listen, args=(seed,)) for seed in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def measure(base: str, pid: int, options: argparse.Namespace) -> dict[str, Any]:
    with httpx2.Client(base_url=base, timeout=300) as client:
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
    warm = load(base, options.tracks, min(5.0, options.seconds), options.clients)
    before = memory_mb(pid)
    loaded = load(base, options.tracks, options.seconds, options.clients)
    return {
        "n_tracks": options.tracks,
        "n_clients": options.clients,
        "load_average": os.getloadavg()[0],
        "first_list_s": round(first_list, 2),
        "first_paint": percentiles(paint),
        "search": {**percentiles(search), "worst_ms": round(max(search) * 1000, 1)},
        "browse": percentiles(browse),
        "alone": percentiles(load(base, options.tracks, 5.0, 1)),
        "similar": {**percentiles(loaded), "per_second": round(len(loaded) / options.seconds, 1)},
        "n_warm_up": len(warm),
        "memory_mb": [before, memory_mb(pid)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=8790)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library, script = Path(folder) / "library.db", Path(folder) / "served.py"
        fill(library, options.tracks)
        script.write_text(SERVER, encoding="utf-8")
        server = subprocess.Popen([sys.executable, str(script), str(library), str(options.port)])
        base = f"http://127.0.0.1:{options.port}"
        try:
            wait_for(base)
            print(json.dumps(measure(base, server.pid, options), indent=2))
        finally:
            server.terminate()
            server.wait()


def wait_for(base: str) -> None:
    for _ in range(200):
        try:
            httpx2.get(f"{base}/docs")
        except httpx2.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main()
