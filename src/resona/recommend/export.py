"""Embeddings and distances for other programs."""

from pathlib import Path

import numpy as np

from resona.recommend.catalogue import Catalogue

BLOCK_ROWS = 256


def export_embeddings(catalogue: Catalogue, path: Path) -> int:
    """Write the arrays `paths` (n,) and `embeddings` (n, d), float32, as .npz, and give n."""
    paths = np.array([str(track.path) for track in catalogue.tracks])
    with path.open("wb") as file:
        np.savez(file, paths=paths, embeddings=catalogue.vectors)
    return len(paths)


def export_distances(catalogue: Catalogue, path: Path) -> int:
    """Write the distance of every track to every other in the text format of MIREX [1]_, and give their number.

    A line of description; a line with number and path for each track; ``Q/R`` and the numbers; then a line for each
    track: its number and its distances, parted by tabs. A track's distance to itself is 0.

    References
    ----------
    .. [1] MIREX, "Audio Music Similarity and Retrieval": distance matrix file format,
       https://www.music-ir.org/mirex/wiki/2014:Audio_Music_Similarity_and_Retrieval
    """
    n_tracks = len(catalogue.track_ids)
    numbers = range(1, n_tracks + 1)
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.write(f"Resona {catalogue.model.model_id}\n")
        for number, track in zip(numbers, catalogue.tracks, strict=True):
            file.write(f"{number}\t{_one_line(str(track.path))}\n")
        file.write("\t".join(["Q/R", *map(str, numbers)]) + "\n")
        for start in range(0, n_tracks, BLOCK_ROWS):
            distances = catalogue.ranker.distances(catalogue.vectors[start : start + BLOCK_ROWS])
            for row, values in enumerate(distances, start=start):
                values[row] = 0.0
                file.write(f"{row + 1}\t" + "\t".join(f"{value:.9g}" for value in values) + "\n")
    return n_tracks


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
