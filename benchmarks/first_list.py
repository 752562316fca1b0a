"""What does the first list cost after a change of the library, in seconds of CPU?

    python benchmarks/first_list.py --library COPY.db        # of a scanned library; or --tracks 100000 invented ones

Gives a list, adds nine tracks (such as the library has: their sound, slightly changed vectors, new names), and gives a
list again, all in one process; then the same by the command line, with and without a change before it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from page import fill
from resona.library import Library
from resona.store import TrackRecord

N_NEW = 9


def add_tracks(library: Library, seed: int) -> None:
    """Store nine tracks as a scan does, in two transactions."""
    store, model, rng = library.store, library.model, np.random.default_rng(seed)
    known = store.tracks.all()
    with store.writing():
        for number in rng.choice(len(known), N_NEW, replace=False).tolist():
            old = known[number]
            tags = replace(old.tags, title=f"{old.tags.title} {seed}")
            path = old.path.with_name(f"new {seed} {number}{old.path.suffix}")
            record = TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=f"{seed} {number}", tags=tags)
            new_id = store.tracks.put(record)
            clips = store.features.get(old.track_id, model.feature_fingerprint)
            if clips is not None:
                starts = store.features.starts_seconds(old.track_id, model.feature_fingerprint)
                store.features.put(new_id, model.feature_fingerprint, clips, starts)
            vector = store.embeddings.get(old.track_id, model.model_id)
            if vector is not None:
                vector = vector + rng.normal(0, 0.02, len(vector)).astype(np.float32)
                store.embeddings.put_many(model.model_id, [(new_id, vector / np.linalg.norm(vector))])


def in_process(path: Path) -> dict[str, float]:
    """Give lists in this process."""
    with Library(path) as library:
        seconds = {"first of all": _cpu(library)}
        for seed in range(3):
            add_tracks(library, seed)
            seconds[f"after {N_NEW} new tracks, {seed + 1}"] = _cpu(library)
        return seconds


def by_command(path: Path) -> dict[str, float]:
    """Give lists by the command line."""
    seconds = {"unchanged": min(_cpu_of_command(path) for _ in range(3))}
    with Library(path) as library:
        add_tracks(library, 99)
    return {**seconds, "changed": _cpu_of_command(path)}


def _cpu(library: Library) -> float:
    begin = time.process_time()
    library.recommend("#1", k=10)
    return round(time.process_time() - begin, 3)


def _cpu_of_command(path: Path) -> float:
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "resona", "--library", str(path), "recommend", "#1", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, help="is copied, and not changed")
    parser.add_argument("--tracks", type=int, default=100_000, help="invented ones, where no library is named")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.db"
        if options.library:
            shutil.copy(options.library, path)
        else:
            fill(path, options.tracks)
        result = {"load_average": os.getloadavg()[0], "in_process": in_process(path), "by_command": by_command(path)}
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
