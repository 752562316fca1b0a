"""When has something changed in these folders, and is it time to look?

The operating system tells of changes; what is done about them is an ordinary scan, for which unchanged files cost
next to nothing. Changes are gathered until it is quiet, so that an album that is being copied is heard once, when it is
whole.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from resona.audio import AUDIO_SUFFIXES, IGNORE_FILE, NO_MEDIA_FILE
from resona.errors import StoreError

if TYPE_CHECKING:
    from watchfiles import Change

QUIET_MS = 1000  # without a change, before a batch is given; also how long Ctrl-C may take
START_MS = 500  # until the first batch, which is empty, and between looks at the folders themselves
LONGEST_MS = 60_000  # a batch is given even if changes never stop


def watch_folders(folders: Sequence[Path], *, besides: Path, quiet_ms: int = QUIET_MS) -> Iterator[int]:
    """Wait for changes in folders that may concern music; folders may go, and come back.

    Parameters
    ----------
    folders
        What to watch, with all that is below.
    besides
        The library file: what begins with its name is ours.
    quiet_ms
        How long nothing must have changed.

    Yields
    ------
    The number of changes of each batch, without end; 0 as soon as the folders are watched, and whenever one of them has
    come or gone. While none is there, it waits.

    Raises
    ------
    StoreError
        If a folder cannot be watched.
    """
    while True:
        there = _there(folders)
        if not there:
            time.sleep(quiet_ms / 1000)
            continue
        with closing(_watch(list(there), besides, quiet_ms)) as batches:
            for number, n_changes in enumerate(batches):
                if _there(folders) != there:
                    break
                if n_changes or not number:
                    yield n_changes


def _there(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Find the folders that are there, and tell one from another that took its place, as when a drive is connected."""
    found = {}
    for folder in folders:
        with suppress(OSError):
            status = folder.stat()
            found[folder] = (status.st_dev, status.st_ino)
    return found


def _watch(folders: Sequence[Path], besides: Path, quiet_ms: int) -> Generator[int, None, None]:
    """Give the number of changes of each batch, and 0 now and then."""
    from watchfiles import watch

    changes = watch(
        *folders,
        watch_filter=lambda change, path: _is_relevant(change, path, str(besides)),
        debounce=LONGEST_MS,
        step=quiet_ms,
        rust_timeout=START_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    try:
        with closing(changes):
            for batch in changes:
                yield len(batch)
    except FileNotFoundError:
        return  # it went as it was to be watched
    except OSError as error:
        reason = f"cannot be watched: {error.strerror or error}; a regular `resona scan` does the same"
        raise StoreError(folders[0], reason) from error


def _is_relevant(change: "Change", path: str, library: str) -> bool:
    """Whether it is music, a cue sheet, a file of rules, or a folder; of a deleted folder only the name is left."""
    place = Path(path)
    if path.startswith(library):
        return False
    if place.suffix.lower() in {*AUDIO_SUFFIXES, ".cue"} or place.name in {IGNORE_FILE, NO_MEDIA_FILE}:
        return True
    return place.is_dir() or (change.raw_str() == "deleted" and not place.suffix)
