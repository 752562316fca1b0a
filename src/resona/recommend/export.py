"""Embeddings, distances and features for other programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from resona.descriptors import NAMES
from resona.errors import MissingExtraError, StoreError
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.playlists import csv_table, writing_to
from resona.store import Store

BLOCK_ROWS = 256
NO_WORDS: Mapping[str, Mapping[int, float]] = MappingProxyType({})
ALL_WORDS = "all"


def export_embeddings(catalogue: Catalogue, path: Path) -> int:
    """Write the arrays `paths` (n,) and `embeddings` (n, d), float32, as .npz, and give n.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    paths = np.array(catalogue.columns.texts["path"])
    with writing_to(path), path.open("wb") as file:
        np.savez(file, paths=paths, embeddings=catalogue.vectors)
    return len(paths)


def export_distances(catalogue: Catalogue, path: Path) -> int:
    """Write the distance of every track to every other in the text format of MIREX [1]_, and give their number.

    A line of description; a line with number and path for each track; ``Q/R`` and the numbers; then a line for each
    track: its number and its distances, parted by tabs. A track's distance to itself is 0.

    Raises
    ------
    StoreError
        If the file cannot be written.

    References
    ----------
    .. [1] MIREX, "Audio Music Similarity and Retrieval": distance matrix file format,
       https://www.music-ir.org/mirex/wiki/2014:Audio_Music_Similarity_and_Retrieval
    """
    n_tracks = len(catalogue)
    numbers = range(1, n_tracks + 1)
    with writing_to(path), path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.write(f"Resona {catalogue.model.model_id}\n")
        for number, track_path in zip(numbers, catalogue.columns.texts["path"], strict=True):
            file.write(f"{number}\t{_one_line(track_path)}\n")
        file.write("\t".join(["Q/R", *map(str, numbers)]) + "\n")
        for start in range(0, n_tracks, BLOCK_ROWS):
            distances = catalogue.ranker.distances(catalogue.vectors[start : start + BLOCK_ROWS])
            for row, values in enumerate(distances, start=start):
                values[row] = 0.0
                file.write(f"{row + 1}\t" + "\t".join(f"{value:.9g}" for value in values) + "\n")
    return n_tracks


def export_features(store: Store, path: Path, words: Mapping[str, Mapping[int, float]] = NO_WORDS) -> int:
    """Write tags and descriptors of every track as a table, and give the number of tracks.

    Parameters
    ----------
    store
        The library.
    path
        ``.csv``, or ``.parquet`` with pyarrow installed. Unknown values are empty.
    words
        For each word a column of its name: how likely it is to be said of the tracks by number; see `word_columns`.

    Raises
    ------
    StoreError
        If the suffix is neither, or the file cannot be written.
    MissingExtraError
        If pyarrow is not installed.
    """
    writers: dict[str, Callable[[list[dict[str, Any]], Path], None]] = {".csv": _write_csv, ".parquet": _write_parquet}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise StoreError(path, "features are written as .csv or .parquet; choose one of these endings")
    records = list(_feature_records(store, words))
    with writing_to(path):
        write(records, path)
    return len(records)


def word_columns(catalogue: Catalogue, words: Sequence[str]) -> dict[str, dict[int, float]]:
    """Say how likely each of some words is to be said of each track that was heard: word to number to 0…1.

    Parameters
    ----------
    catalogue
        The library.
    words
        Each one word, by whatever name; "all" for all that are told.

    Raises
    ------
    QueryError
        If the model tells no words, or not one of these.
    """
    vocabulary = catalogue.vocabulary
    chosen = [name for text in words for name in (vocabulary.kinds if text == ALL_WORDS else [vocabulary.word(text)])]
    track_ids = catalogue.track_ids.tolist()
    return {
        word: dict(zip(track_ids, catalogue.told[word].astype(float).round(4).tolist(), strict=True)) for word in chosen
    }


def _feature_records(store: Store, words: Mapping[str, Mapping[int, float]]) -> Iterator[dict[str, Any]]:
    described = store.features.descriptors()
    for track in store.tracks.all():
        tags, values = track.tags, described.get(track.track_id, {})
        yield {
            "track_id": track.track_id,
            "path": str(track.path),
            "start_seconds": track.start_seconds,
            "artist": tags.artist,
            "album_artist": tags.album_artist,
            "title": tags.title,
            "album": tags.album,
            "genres": "; ".join(tags.genres),
            "year": tags.year,
            "duration_seconds": tags.duration_seconds or None,
            **{name: values.get(name) for name in NAMES},
            **{word: likely.get(track.track_id) for word, likely in words.items()},
        }


def _write_csv(records: list[dict[str, Any]], path: Path) -> None:
    path.write_text(csv_table(records), encoding="utf-8", errors="surrogateescape", newline="")


def _write_parquet(records: list[dict[str, Any]], path: Path) -> None:
    try:
        from pyarrow import Table, parquet
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "Parquet needs pyarrow, which is not installed: pip install 'resona-music[parquet]', or choose a name that"
            " ends in .csv"
        ) from error
    texts = [{**record, "path": record["path"].encode("utf-8", "replace").decode()} for record in records]
    parquet.write_table(Table.from_pylist(texts), path)


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
