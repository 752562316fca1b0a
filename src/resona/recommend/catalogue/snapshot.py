"""What is worked out once about a library, and how is it kept beside the library file?

A snapshot holds arrays and text columns, one entry for each track in the order of track ids. It is a folder named after
the model and the library's version, so a stale one is never read; it is written under another name and then renamed, so
a half-written one is never seen. Arrays are .npy files, mapped into memory when they are read; texts are UTF-8, parted
by NUL characters. Nothing in it is ever executed, and deleting it costs no more than the time to make it again.
"""

import glob
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import MEASURES

FORMAT = 3
LOCK = "writing.lock"
ARRAYS = ("track_ids", "vectors", "reference", "stats", "curve", "numbers", "versions", "kinds", "pairs", "likenesses")
TEXTS = ("path", "artist", "album_artist", "title", "album", "genres", "mode")
KNOWN = "known_artists"
NUMBERS = (
    *("start_seconds", "duration_seconds", "year"),
    *(measure.name for measure in MEASURES if not measure.is_text),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Arrays and text columns by name.

    Attributes
    ----------
    arrays
        `track_ids` (n,) ascending; `vectors` (n, d); `reference`, `stats` and `curve` of the `Ranker`; `numbers`
        (len(NUMBERS), n), NaN where unknown; `versions` (n,), the number of the group of versions or −1; `kinds` (n,),
        what a track is in its group; `pairs` (m, 2), ids of tracks that were compared, and their `likenesses` (m,).
    texts
        Name to the column as it is written; several genres are parted by line breaks. `KNOWN` has an entry for each
        artist that is credited for certain.
    """

    arrays: Mapping[str, NDArray[Any]]
    texts: Mapping[str, bytes]

    def column(self, name: str) -> list[str]:
        """Give a text column, one string for each track.

        Examples
        --------
        >>> Snapshot({}, {"title": encode(["So", "What"])}).column("title")
        ['So', 'What']
        """
        return self.texts[name].decode("utf-8", "surrogateescape").split("\0")


def encode(values: Iterable[str]) -> bytes:
    """Write a column; file names in no known encoding survive."""
    column = list(values)
    text = "\0".join(column)
    if text.count("\0") >= max(len(column), 1):  # one holds a NUL
        text = "\0".join(value.replace("\0", "") for value in column)
    return text.encode("utf-8", "surrogateescape")


def read_snapshot(folder: Path, name: str) -> Snapshot | None:
    """Read the snapshot of this name, or None where there is none that can be read."""
    home = folder / f"{name}-{FORMAT}"
    try:
        snapshot = Snapshot(
            {array: np.load(home / f"{array}.npy", mmap_mode="r", allow_pickle=False) for array in ARRAYS},
            {text: (home / f"{text}.txt").read_bytes() for text in (*TEXTS, KNOWN)},
        )
    except (OSError, ValueError, EOFError):
        return None
    return snapshot if _is_whole(snapshot) else None


def read_latest(folder: Path, name: str) -> Snapshot | None:
    """Read any snapshot of a model, of whatever state of the library: there is one, unless two were made at once."""
    homes = folder.glob(f"{glob.escape(name)}-*-{FORMAT}")
    return next(
        (found for home in homes if (found := read_snapshot(folder, home.name.removesuffix(f"-{FORMAT}")))), None
    )


def _is_whole(snapshot: Snapshot) -> bool:
    """Whether every array and text has an entry for each track."""
    ids = snapshot.arrays["track_ids"]
    lengths = {len(snapshot.arrays[name]) for name in ("vectors", "versions", "kinds")}
    lengths |= {snapshot.texts[name].count(b"\0") + 1 for name in TEXTS}
    is_shaped = snapshot.arrays["numbers"].shape == (len(NUMBERS), len(ids))
    is_compared = len(snapshot.arrays["pairs"]) == len(snapshot.arrays["likenesses"])
    return lengths == {len(ids)} and is_shaped and is_compared and bool((ids[1:] > ids[:-1]).all())


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Work out what a snapshot holds with one thread of BLAS: more mostly wait, for two and a half times the CPU."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


def write_snapshot(folder: Path, name: str, snapshot: Snapshot, *, state: str = "") -> None:
    """Keep a snapshot, also in place of a damaged one; where nothing can be written, none is kept.

    All others in the folder are removed, and whatever a process that was killed has left, but for those of one state.

    Parameters
    ----------
    folder, name
        Where, and as what.
    state
        The end of the names of those that are as true as this one, such as other models' of the same tracks, which
        people may use in turn; none if empty.
    """
    from filelock import FileLock, Timeout

    home, draft = folder / f"{name}-{FORMAT}", folder / f".part-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):  # whoever has it is the only one with a draft
            for other in folder.iterdir():
                is_true = bool(state) and other.name.endswith(f"{state}-{FORMAT}") and other != home
                if not is_true and other.name != LOCK:
                    shutil.rmtree(other, ignore_errors=True)
            draft.mkdir()
            for array, values in snapshot.arrays.items():
                np.save(draft / f"{array}.npy", values, allow_pickle=False)
            for text, content in snapshot.texts.items():
                (draft / f"{text}.txt").write_bytes(content)
            draft.rename(home)
    except (OSError, Timeout):  # a full or read-only disk, or another process is at it
        return
    finally:
        shutil.rmtree(draft, ignore_errors=True)
