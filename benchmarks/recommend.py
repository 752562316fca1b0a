"""How long does a recommendation take in a library of 100,000 tracks?

Makes a library with invented tags and vectors (once, about a minute), asks it in this process (warm) and by the command
line (cold), and prints seconds and memory::

    python benchmarks/recommend.py --folder /tmp/bench --tracks 100000
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from resona.library import Library
from resona.recommend import Catalogue, Request, recommend
from resona.store import TrackRecord
from resona.tracks import Tags

N_DIMS = 128
GENRES = ("rock", "metal", "jazz", "ambient", "techno", "folk", "soul", "classical", "podcast", "hip hop")
FILTER = 'year >= 1975 and genre in ("rock", "metal", "jazz", "folk") and not path ~ "christmas"'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("resona-bench"))
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--hubness", default="mutual_proximity")
    arguments = parser.parse_args()
    path = arguments.folder / f"library-{arguments.tracks}.db"
    if not path.exists():
        print(f"made in {seconds(lambda: make_library(path, arguments.tracks)):.1f} s")
    with Library(path) as library:
        if not library.store.embeddings.track_ids(library.model.model_id):
            invent_vectors(library)
        measure_warm(library, arguments.hubness)
    measure_cold(path)


def measure_warm(library: Library, hubness: str) -> None:
    """Ask in this process, with the catalogue loaded."""
    library.model.ranking = replace(library.model.ranking, hubness=hubness)
    print(f"snapshot taken or read in {seconds(lambda: library.catalogue):.2f} s")
    catalogue = library.catalogue
    n_tracks = len(catalogue)
    seeds = ("#10", f"#{n_tracks // 3}", f"#{n_tracks // 2}")
    plain = Request(queries=("#10",))
    whole = Request(queries=seeds, negatives=("#7",), where=FILTER, diversity=0.3, order="flow", spacing=2, k=50)
    for name, request in (("one seed", plain), ("three seeds, filter, diversity, flow", whole)):
        first = seconds(lambda: recommend(catalogue, request))  # noqa: B023 - called at once
        later = [seconds(lambda: recommend(catalogue, request)) for _ in range(7)]  # noqa: B023
        print(
            f"{name}: first {first:.3f} s, then {statistics.median(later):.3f} s (CPU {cpu(catalogue, request):.3f} s)"
        )
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def measure_cold(path: Path) -> None:
    """Run the command, the second time with everything on disk."""
    command = [sys.executable, "-m", "resona", "--library", str(path), "recommend", "#10", "--json"]
    whole = [*command, "#2000", "#3000", "--where", FILTER, "--diversity", "0.3", "--order", "flow"]
    for name, arguments in (("command", command), ("command with everything", whole)):
        times = [seconds(lambda: subprocess.run(arguments, check=True, capture_output=True)) for _ in range(3)]  # noqa: B023
        begin = cpu_of_children()
        subprocess.run(arguments, check=True, capture_output=True)
        print(f"{name}: {min(times[1:]):.2f} s (CPU {cpu_of_children() - begin:.2f} s)")
    print(f"memory of a command {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


def make_library(path: Path, n_tracks: int) -> None:
    """Invent a library: 10 tracks an album, 30 an artist."""
    rng = np.random.default_rng(0)
    with Library(path) as library, library.store.writing():
        store = library.store
        for number, (tempo, energy) in enumerate(rng.uniform([60, 0], [180, 1], (n_tracks, 2)).tolist()):
            key = {"key": number % 12, "mode": "major" if number % 3 else "minor"}
            track_id = store.tracks.put(record(number))
            store.features.put_descriptors(track_id, "bench", {"tempo_bpm": tempo, "energy": energy, **key})


def invent_vectors(library: Library) -> None:
    """Invent what the model in use would hear: 200 kinds of sound."""
    rng = np.random.default_rng(0)
    ids = [track_id for (track_id,) in library.store.tracks.columns("track_id")]
    vectors = rng.standard_normal((200, N_DIMS))[rng.integers(0, 200, len(ids))]
    vectors += 0.8 * rng.standard_normal(vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    library.store.embeddings.put_many(library.model.model_id, zip(ids, vectors, strict=True))


def record(number: int) -> TrackRecord:
    artist, album = number // 30, number // 10
    tags = Tags(
        artist=f"Artist {artist}" + (" feat. Somebody" if number % 17 == 0 else ""),
        title=f"Song {number} of {number % 97}" + (" (Live)" if number % 23 == 0 else ""),
        album=f"Album {album}",
        genres=(GENRES[artist % len(GENRES)],),
        year=1960 + artist % 60,
        duration_seconds=120.0 + number % 300,
    )
    path = Path(f"/music/Artist {artist}/Album {album}/{number:06} {tags.title}.mp3")
    return TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=tags)


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def cpu(catalogue: Catalogue, request: Request) -> float:
    begin = time.process_time()
    recommend(catalogue, request)
    return time.process_time() - begin


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
