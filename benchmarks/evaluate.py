"""How long does an evaluation take, and how much memory? One embedding of many synthetic tracks.

    .venv/bin/python benchmarks/evaluate.py --tracks 10000

The tracks are by a fifth as many artists, five each, in 15 genres; half of what a vector holds is its genre's and its
artist's. Everything that `resona evaluate` measures of a contender is measured. Printed as JSON; seconds, megabytes.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from resona.evaluate.ladder import Contender
from resona.evaluate.material import Material
from resona.evaluate.measure import compare, measure
from resona.metrics.rankings import cosine_distances
from resona.pairs.labelled import LabelledTracks
from resona.tracks import Tags, Track

N_GENRES, TRACKS_PER_ARTIST, TRACKS_PER_ALBUM = 15, 5, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--dims", type=int, default=192)
    options = parser.parse_args()
    material, vectors = made(options.tracks, options.dims)
    begin, before = time.monotonic(), time.process_time()
    contender = Contender(name="synthetic", distances=cosine_distances(vectors))
    measured = measure(contender, material)
    compare([measured], material, exclude="artist")
    found = {
        "tracks": options.tracks,
        "dims": options.dims,
        "wall_seconds": round(time.monotonic() - begin, 1),
        "cpu_seconds": round(time.process_time() - before, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "map": measured.values["genre"]["artist"]["micro"]["map"],
    }
    print(json.dumps(found, indent=1))


def made(n_tracks: int, n_dims: int) -> tuple[Material, np.ndarray]:
    """Make tracks and their vectors."""
    rng = np.random.default_rng(0)
    tracks = []
    for number in range(n_tracks):
        artist, place = divmod(number, TRACKS_PER_ARTIST)
        tags = Tags(
            artist=f"artist {artist}",
            title=f"title {number}",
            album=f"album {artist}-{place // TRACKS_PER_ALBUM}",
            genres=(f"genre {artist % N_GENRES}",),
        )
        tracks.append(Track(track_id=number, path=Path(f"/music/{number}.mp3"), tags=tags))
    artists = np.arange(n_tracks) // TRACKS_PER_ARTIST
    vectors = rng.standard_normal((N_GENRES, n_dims))[artists % N_GENRES]
    vectors = 0.5 * vectors + 0.5 * rng.standard_normal((artists[-1] + 1, n_dims))[artists]
    vectors += rng.standard_normal((n_tracks, n_dims))
    splits = np.full(n_tracks, "test", "<U10")
    material = Material(labelled=LabelledTracks.of(tracks), splits=splits, rows=np.arange(n_tracks))
    return material, vectors.astype(np.float32)


if __name__ == "__main__":
    main()
