"""Which of my songs sound like this one? Learned music similarity for your own library.

>>> import resona
>>> library = resona.open("music.db")  # doctest: +SKIP
>>> library.scan(["~/Music"])  # doctest: +SKIP
>>> for result in library.recommend("Sinnerman", k=5).results:  # doctest: +SKIP
...     print(f"{result.similarity:.0%} {result.track.label}")
"""

from pathlib import Path
from typing import TYPE_CHECKING

from resona._version import __version__

if TYPE_CHECKING:
    from resona.ingest import Listener
    from resona.library import Library

__all__ = ["__version__", "load_model", "open"]


def open(path: Path | str) -> "Library":  # noqa: A001 - `resona.open` reads as what it does
    """Open a library file, or begin a new one.

    Raises
    ------
    StoreError
        If the file cannot be used.
    """
    from resona.library import Library

    return Library(path)


def load_model(folder: Path | str | None = None) -> "Listener":
    """Load a model that embeds and compares audio files: a bundle's folder, or the one that comes with Resona.

    Raises
    ------
    CheckpointError
        If the folder holds no model that this Resona can read.
    """
    from resona.inference import default_bundle_dir, open_model
    from resona.ingest import Listener

    return Listener(open_model(Path(folder) if folder else default_bundle_dir()))
