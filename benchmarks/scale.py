"""What do 100,000 and 500,000 files cost: time of a scan that finds nothing new, memory, and bytes per track?

    .venv/bin/python benchmarks/scale.py [--sizes 100000 500000] [--out scale.json]

The files are empty and the library is filled beforehand with invented tracks, so that the walk, the comparison and the
store are real and nothing has to be decoded but a few real songs, which real workers hear: their memory counts. Stored
features are shortened to one frame (whole ones would take 50 GB); bytes per track are taken from the real songs.
Memory is the sum of the resident memory of the scan and its workers, sampled; pages they share count several times.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from resona.audio import write_audio
from resona.inference import embed_stored
from resona.library import Library
from resona_composer import plan_library, render

Row = dict[str, Any]

FILES_PER_FOLDER = 100
N_SONGS = 16
EMBEDDED = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 500_000])
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    result = measure(options.sizes)
    print(json.dumps(result, indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(sizes: list[int]) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        write_songs(scratch / "songs")
        real = scratch / "real.db"
        with Library(real) as library:
            library.scan([scratch / "songs"])
            library.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        scans, n_files = [], 0
        for size in sorted(sizes):
            touch_files(scratch / "music", n_files, size)
            n_files = size
            fill(scratch / f"{size}.db", scratch / "music")
            scans += scan_unchanged(scratch, size)
        return {"scans": scans, "storage": storage(real), "embedding": embed_again(real)}


def write_songs(folder: Path) -> None:
    folder.mkdir()
    for number, plan in enumerate(plan_library(n_artists_per_style=1, n_tracks_per_artist=2)[:N_SONGS]):
        samples, sample_rate = render(plan, seconds=30.0)
        write_audio(folder / f"{number}.mp3", samples, sample_rate)


def touch_files(folder: Path, start: int, end: int) -> None:
    for number in range(start, end):
        if number % FILES_PER_FOLDER == 0:
            (folder / f"album {number // FILES_PER_FOLDER}").mkdir(parents=True)
        (folder / f"album {number // FILES_PER_FOLDER}" / f"{number}.mp3").touch()


def fill(library: Path, music: Path) -> None:
    """Store an invented track for each file: all columns and rows that a scan writes."""
    with Library(library) as opened:
        facts = (opened.model.model_id, opened.model.n_dims, opened.model.feature_fingerprint)
        n_mfcc = opened.model.feature_config["n_mfcc"]
    model_id, n_dims, features_id = facts
    rng = np.random.default_rng(0)
    with sqlite3.connect(library) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        names = "track_id, path, size_bytes, mtime_ns, audio_hash, duration_seconds, artist, album_artist, title, album"
        connection.executemany(
            f"INSERT INTO tracks ({names}, genres, sources, added_at)"  # noqa: S608 - fixed names
            " VALUES (?,?,0,?,?,200,?,'',?,?,'[]','{}','')",
            (
                (n, entry.path, entry.stat().st_mtime_ns, f"{n:032x}", f"Artist {n // 100}", f"Song {n}", "Album")
                for n, entry in enumerate(walk(music), start=1)
            ),
        )
        ids = connection.execute("SELECT track_id FROM tracks").fetchall()
        frame = np.zeros((1, n_mfcc, 1), dtype="<f2")
        shape = json.dumps(list(frame.shape))
        connection.executemany(
            "INSERT INTO features VALUES (?,?,?,'[0]',?)", ((n, features_id, shape, frame.tobytes()) for (n,) in ids)
        )
        connection.executemany(
            "INSERT INTO embeddings VALUES (?,?,?)",
            ((n, model_id, rng.standard_normal(n_dims).astype("<f4").tobytes()) for (n,) in ids),
        )
        described = descriptors_id()
        connection.executemany(
            "INSERT INTO descriptors (track_id, fingerprint) VALUES (?, ?)", ((n, described) for (n,) in ids)
        )


def descriptors_id() -> str:
    from resona.config import fingerprint
    from resona.features.descriptors import DescriptorConfig

    return fingerprint(DescriptorConfig())


def walk(folder: Path):
    for album in os.scandir(folder):
        yield from os.scandir(album.path)


def scan_unchanged(scratch: Path, size: int) -> list[Row]:
    """Scan twice: with nothing new, and with a few real songs."""
    rows = []
    for songs in ((), (scratch / "songs",)):
        command = [sys.executable, "-m", "resona", "--library", str(scratch / f"{size}.db"), "scan", "--json"]
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*command, str(scratch / "music"), *map(str, songs)], stdout=subprocess.PIPE, text=True
        )
        peak_mb = watch_memory(process)
        summary = json.loads(process.communicate()[0])
        rows.append(
            {
                "n_files": size,
                "n_unchanged": summary["n_unchanged"],
                "n_heard": summary["n_stored"],
                "seconds": round(time.perf_counter() - begin, 2),
                "peak_mb_all_processes": round(peak_mb),
            }
        )
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def watch_memory(process: subprocess.Popen[str]) -> float:
    peak_kb = 0
    while process.poll() is None:
        peak_kb = max(peak_kb, sum(map(resident_kb, family(process.pid))))
        time.sleep(0.05)
    return peak_kb / 1000


def family(pid: int) -> list[int]:
    """List a process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        children = []
    return [pid, *map(int, children)]


def resident_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(status[1]) * os.sysconf("SC_PAGE_SIZE") // 1000


def storage(library: Path) -> Row:
    """Say what the songs of a real scan take."""
    with Library(library) as opened:
        n_tracks, dims = opened.store.tracks.count(), opened.model.n_dims
        (features,) = opened.store.connection.execute("SELECT avg(length(content)) FROM features").fetchone()
    return {
        "library_bytes_per_track": round(library.stat().st_size / n_tracks),
        "of_these_features": round(features),
        "of_these_embedding": 4 * dims,
    }


def embed_again(library: Path) -> Row:
    """Embed stored features from scratch, as after `resona models NAME`."""
    with Library(library) as opened:
        store, model = opened.store, opened.model
        clips = [store.features.get(track.track_id, model.feature_fingerprint) for track in store.tracks.all()]
        model.embed_many(clips[:1])  # the network is opened
        vectors = store.embeddings.track_ids(model.model_id)
        n_rounds = max(EMBEDDED // len(vectors), 1)
        begin, cpu = time.perf_counter(), time.process_time()
        for _ in range(n_rounds):
            for track_id in vectors:
                store.embeddings.remove(track_id)
            embed_stored(store, model)
        n_tracks = n_rounds * len(vectors)
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    return {"tracks_per_second": round(n_tracks / wall, 1), "cpu_ms_per_track": round(1e3 * cpu / n_tracks, 2)}


if __name__ == "__main__":
    main()
