"""A library for a data set: beside the one in use, heard by the same model."""

import shutil
from pathlib import Path

from resona.config import without_password
from resona.errors import StoreError
from resona.evaluate.datasets import DatasetFile, read_dataset
from resona.inference.joined import JoinedModel
from resona.inference.shelf import AND
from resona.library.library import Library


def open_dataset(beside: Path | str, kind: str, path: Path, **lists: Path | None) -> tuple[Library, list[DatasetFile]]:
    """Open the library of a data set, which is to be scanned and then labelled; see `Measures.label`.

    Parameters
    ----------
    beside
        The library in use, whose model is to listen.
    kind, path, lists
        As `resona.evaluate.datasets.read_dataset`.

    Raises
    ------
    QueryError
        If the data set cannot be read.
    StoreError
        If a library file cannot be used, or the library in use is none.
    """
    if isinstance(beside, str):
        reason = "a data set is measured in a file beside the library in use; choose a file with --library"
        raise StoreError(without_password(beside), reason)
    path = path.expanduser().resolve()
    files = read_dataset(kind, path, **lists)
    library = Library(beside.with_name(f"{beside.stem}-{kind}-{fold_name(path)}.db"))
    if beside.exists():
        with Library(beside) as own:
            lend_model(own, library)
    return library, files


def lend_model(own: Library, other: Library) -> None:
    """Let the model that one library uses be the one that is measured on another, and its ears compete there."""
    name = own.models.current_name
    for part in {*name.split(AND), *own.models.ears()}:
        if (own.models.folder / part).is_dir():
            shutil.copytree(own.models.folder / part, other.models.folder / part, dirs_exist_ok=True)
    if isinstance(own.model, JoinedModel):
        other.models.keep_joined(name, own.model)
    other.models.choose(name)


def fold_name(path: Path) -> str:
    """Make a file name of a path.

    Examples
    --------
    >>> fold_name(Path("/data/My GTZAN"))
    'my-gtzan'
    """
    return "-".join(path.stem.casefold().split())
