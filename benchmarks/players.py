"""How quick is the players' door, beside the page's own, with how many tracks and listeners?

    python benchmarks/players.py --tracks 100000 --seconds 20 --clients 8

Fills a library with synthetic vectors and tags, serves it from a process of its own, and measures from this one: four
addresses under load, in turns, and a client that copies the whole library by pages of an empty search.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from page import WORDS, fill, load, memory_mb, percentiles, served
from resona.library import Library

PAGE = 500
TURNS = 4
LISTS = ("newest", "alphabeticalByName", "alphabeticalByArtist", "random")


def addresses(key: str) -> dict[str, Callable[[int], str]]:
    """Give what is asked, for the number of a track."""

    def rest(method: str, query: str) -> str:
        return f"/rest/{method}?apiKey={key}&f=json&{query}"

    return {
        "similar of the page": lambda n: f"/api/v1/similar?track={n}&k=10",
        "getSonicSimilarTracks": lambda n: rest("getSonicSimilarTracks", f"id=tr-{n}&count=10"),
        "getAlbumList2": lambda n: rest("getAlbumList2", f"type={LISTS[n % len(LISTS)]}&size=20&offset={n // 12}"),
        "search3": lambda n: rest("search3", f"query={WORDS[n % 13]}+{WORDS[n // 13 % 13]}&songCount=20"),
    }


def sync(port: int, key: str) -> dict[str, Any]:
    """Copy the library as Symfonium does: all artists, albums and songs, 500 at a time."""
    connection, n_found = HTTPConnection("127.0.0.1", port, timeout=60), dict.fromkeys(("artist", "album", "song"), 0)
    begin = time.perf_counter()
    for kind in n_found:
        counts = "&".join(f"{name}Count={PAGE if name == kind else 0}" for name in n_found)
        while True:
            query = f"query=%22%22&{counts}&{kind}Offset={n_found[kind]}"
            connection.request("GET", f"/rest/search3?apiKey={key}&f=json&{query}")
            page = json.load(connection.getresponse())["subsonic-response"]["searchResult3"][kind]
            n_found[kind] += len(page)
            if not page:
                break
    return {"seconds": round(time.perf_counter() - begin, 1), **n_found}


@contextmanager
def highest_memory(pid: int) -> Iterator[list[float]]:
    """Watch a process's memory until the end of the block; the last entry is the highest."""
    seen, is_over = [memory_mb(pid)], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.1):
            seen[1:] = [max(*seen, memory_mb(pid))]

    thread = threading.Thread(target=watch)
    thread.start()
    yield seen
    is_over.set()
    thread.join()


def measure(pid: int, key: str, options: argparse.Namespace) -> dict[str, Any]:
    asked = addresses(key)
    found: dict[str, list[float]] = {name: [] for name in asked}
    for address in asked.values():
        load(options.port, options.tracks, 2.0, options.clients, address)
    for _ in range(TURNS):
        for name, address in asked.items():
            found[name] += load(options.port, options.tracks, options.seconds / TURNS, options.clients, address)
    values = {name: percentiles(seconds) for name, seconds in found.items()}
    ratio = values["getSonicSimilarTracks"]["p95_ms"] / values["similar of the page"]["p95_ms"]
    with highest_memory(pid) as memory:
        copied = sync(options.port, key)
    return {
        "n_tracks": options.tracks,
        "n_clients": options.clients,
        "load_average": os.getloadavg()[0],
        **values,
        "ratio_of_p95": round(ratio, 2),
        "sync": {**copied, "memory_mb": memory},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20, help="for each address")
    parser.add_argument("--port", type=int, default=8791)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.db"
        fill(path, options.tracks)
        with Library(path) as library:
            key = library.players.add("benchmark").secret
        with served(path, options.port) as server:
            print(json.dumps(measure(server.pid, key, options), indent=2))


if __name__ == "__main__":
    main()
