"""How does one processor of a cluster hear files?

A station fetches a batch, hears it in a process of its own with the limits of every worker, and stores it in one
transaction, all in one place: nothing that was heard travels through the cluster. While one batch is heard, the next is
fetched and the last stored. What is stored is the only mark that a file is done, so a station may end at any moment.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock

from resona._version import __version__
from resona.errors import WorkerError
from resona.ingest.copies import Copies
from resona.ingest.hear import Hearing, pool_of
from resona.ingest.keep import Kept, keep_heard, patiently
from resona.ingest.scratch import Scratch
from resona.store import Store, Work

N_FETCHED = 4  # times the number of copies that wait for each that is heard: a batch

Content = Mapping[str, bytes]


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a folder, to take them elsewhere."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def write_folder(folder: Path, content: Content) -> None:
    """Write what `read_folder` has read."""
    for name, data in content.items():
        (folder / name).write_bytes(data)


def check_version(version: str) -> None:
    """Check that the same Resona is here as where a scan was begun.

    Raises
    ------
    WorkerError
        If it is not.
    """
    if version != __version__:
        here = f"{platform.node()} has Resona {__version__}, and the scan was begun with {version}"
        raise WorkerError(f"{here}: install the same everywhere")


class Station:
    """Hears files and stores what was heard.

    Parameters
    ----------
    address
        Of the library.
    hearing
        What to know.
    bundles
        The content of the folders that `hearing` names: those of the model and its ears.
    version
        The Resona that asks.

    Raises
    ------
    WorkerError
        If another version is installed here.
    StoreError
        If the library cannot be opened.
    """

    def __init__(self, address: str, hearing: Hearing, bundles: Mapping[Path, Content], version: str) -> None:
        check_version(version)
        self._home = Scratch()
        self._hearing = _unpacked(hearing, bundles, self._home.path)
        self._store = patiently(lambda: Store(address, is_new_allowed=False))
        self._copies = Copies(hearing.roots, N_FETCHED)
        self._pool = pool_of(self._hearing, self._copies.roots, n_workers=1)
        self._pool.keep_workers()
        self._listening = Lock()

    def hear(self, works: Sequence[Work]) -> Kept:
        """Hear a batch, and say what became of it once it is stored; may be called while another one is heard.

        Raises
        ------
        WorkerError
            If nothing can be heard here.
        StoreError
            If it cannot be stored, or the database stays away.
        """
        coming = self._copies.heard(self._pool.run, works)
        with self._listening:
            outcomes = list(coming)
        return patiently(partial(keep_heard, self._store, outcomes, self._hearing.keeping))

    def close(self) -> None:
        """End the process, and take copies and models off the disk."""
        self._pool.close()
        self._copies.close()
        self._home.close()
        self._store.close()


def _unpacked(hearing: Hearing, bundles: Mapping[Path, Content], home: Path) -> Hearing:
    """Lay out the models here, and let `hearing` name these."""
    places = {folder: home / str(number) for number, folder in enumerate(bundles)}
    for folder, content in bundles.items():
        places[folder].mkdir()
        write_folder(places[folder], content)
    analysis = hearing.config.analysis
    analysis = replace(analysis, ears=tuple(places[ear] for ear in analysis.ears))
    bundle_dir = places[hearing.bundle_dir] if hearing.bundle_dir else None
    return replace(hearing, config=replace(hearing.config, analysis=analysis), bundle_dir=bundle_dir)
