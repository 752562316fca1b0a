"""Public data sets as libraries: who says what the tracks of a folder are?

======== ==========================================================================================================
`folder` a folder for each genre; artists from tags and file names, as in any scan
`csv`    a manifest with the column `path` and any of `genre`, `artist`, `album`, `title`; several genres parted by `;`
`gtzan`  `genres/blues/blues.00000.wav`, also `genres_original`; no artists of its own [1]_
`fma`    `fma_small` or `fma_medium` beside `fma_metadata/tracks.csv` [2]_
======== ==========================================================================================================

No data set comes with Resona: each is read from where the person has put it. GTZAN has repetitions, mislabelled and
damaged excerpts [3]_: give the fault-filtered list of files with `only`, the artists with a CSV `path,artist`, and a
fold of the artists with `test`. FMA's own split is read from its metadata.

References
----------
.. [1] G. Tzanetakis and P. Cook, "Musical genre classification of audio signals", IEEE TSAP 10(5), 2002.
.. [2] M. Defferrard, K. Benzi, P. Vandergheynst and X. Bresson, "FMA: a dataset for music analysis", ISMIR 2017.
.. [3] B. Sturm, "An analysis of the GTZAN music genre dataset", ACM MIRUM 2012.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from resona.audio import find_audio
from resona.errors import QueryError
from resona.store import Store
from resona.tracks import Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFile:
    """A track of a data set; empty fields are left as the file's tags have them."""

    path: Path
    genres: tuple[str, ...] = ()
    artist: str = ""
    album: str = ""
    title: str = ""
    split: str = ""


def read_dataset(
    kind: str, path: Path, *, only: Path | None = None, artists: Path | None = None, test: Path | None = None
) -> list[DatasetFile]:
    """Read what a data set says about its tracks.

    Parameters
    ----------
    kind
        "folder", "csv", "gtzan" or "fma".
    path
        Its folder, or the manifest.
    only
        A list of files, one a line, relative to the folder of genres: all others are left out.
    artists
        A CSV `path,artist`, with paths as in `only`.
    test
        A list as `only`: the files to measure on, such as an official test split or a fold; all others are training.

    Raises
    ------
    QueryError
        If the kind is unknown, a file is missing or lacks a column, or no track is left.
    """
    if kind not in READERS:
        raise QueryError(f"there is no data set {kind!r}; there are {', '.join(READERS)}")
    try:
        entries = list(READERS[kind](path))
        if only is not None:
            wanted = _listed(only)
            entries = [entry for entry in entries if _ending(entry.path) in wanted]
        if test is not None:
            tested = _listed(test)
            entries = [replace(e, split="test" if _ending(e.path) in tested else "train") for e in entries]
        if artists is not None:
            with artists.open(newline="", encoding="utf-8") as file:
                named = {_ending(row["path"]): row["artist"] for row in csv.DictReader(file)}
            entries = [replace(entry, artist=named.get(_ending(entry.path), entry.artist)) for entry in entries]
    except OSError as error:
        raise QueryError(f"the data set cannot be read: {error.filename}: {error.strerror}") from error
    except KeyError as error:
        raise QueryError(f"the data set lacks the column {error}") from error
    if not entries:
        raise QueryError(f"no track of a data set {kind!r} was found in {str(path)!r}")
    return entries


def label_tracks(store: Store, entries: Iterable[DatasetFile]) -> dict[int, str]:
    """Write what a data set says into a library that has scanned its files.

    Returns
    -------
    Track to its split in the data set: "train", "validation", "test", or empty where the data set has none.
    """
    splits = {}
    with store.writing():
        for entry in entries:
            for track in store.tracks.at(entry.path.resolve()):
                store.tracks.set_tags(track.track_id, _labelled(track.tags, entry))
                splits[track.track_id] = entry.split
    return splits


def _labelled(tags: Tags, entry: DatasetFile) -> Tags:
    fields = {"genres": entry.genres, "artist": entry.artist, "album": entry.album, "title": entry.title}
    known = {name: value for name, value in fields.items() if value}
    sources = {**tags.sources, **dict.fromkeys(known, "data set")}
    return replace(tags, **known, sources=sources)  # type: ignore[arg-type]


def _folder(path: Path) -> Iterator[DatasetFile]:
    for file in find_audio([path]):
        yield DatasetFile(path=file.path, genres=(file.path.parent.name,))


def _csv(path: Path) -> Iterator[DatasetFile]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            genres = tuple(name.strip() for name in row.get("genre", "").split(";") if name.strip())
            yield DatasetFile(
                path=path.parent / row["path"],
                genres=genres,
                artist=row.get("artist", ""),
                album=row.get("album", ""),
                title=row.get("title", ""),
            )


def _gtzan(path: Path) -> Iterator[DatasetFile]:
    root = next((path / name for name in ("genres", "genres_original") if (path / name).is_dir()), path)
    for file in find_audio([root]):
        genre, _, rest = file.path.stem.partition(".")
        if genre == file.path.parent.name and rest.isdecimal():
            # Without an artist list every excerpt is its own artist: nothing is filtered, and the numbers flatter.
            yield DatasetFile(path=file.path, genres=(genre,), artist=file.path.stem, title=file.path.stem)


def _fma(path: Path) -> Iterator[DatasetFile]:
    with (path / "fma_metadata" / "tracks.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        groups, names = next(reader), next(reader)
        column = {f"{group}.{name}": place for place, (group, name) in enumerate(zip(groups, names, strict=True))}
        for row in reader:
            if not row[0].isdecimal() or not row[column["track.genre_top"]]:
                continue
            name = f"{int(row[0]):06}"
            for subset in ("fma_small", "fma_medium", "fma_large"):
                file_path = path / subset / name[:3] / f"{name}.mp3"
                if file_path.exists():
                    yield DatasetFile(
                        path=file_path,
                        genres=(row[column["track.genre_top"]],),
                        artist=row[column["artist.name"]],
                        album=row[column["album.title"]],
                        title=row[column["track.title"]],
                        split={"training": "train"}.get(row[column["set.split"]], row[column["set.split"]]),
                    )
                    break


def _listed(path: Path) -> set[str]:
    return {_ending(line.strip()) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def _ending(path: Path | str) -> str:
    """Give folder and file name, by which lists of files name tracks."""
    return "/".join(Path(path).parts[-2:])


READERS: dict[str, Callable[[Path], Iterator[DatasetFile]]] = {
    "folder": _folder,
    "csv": _csv,
    "gtzan": _gtzan,
    "fma": _fma,
}
