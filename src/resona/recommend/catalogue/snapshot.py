"""What is worked out once about a library, and how is it kept beside the library file?

A snapshot holds arrays and text columns, one entry for each track in the order of track ids. It is a folder named after
the model and the library's version, so a stale one is never taken for the present; it is written under another name and
then renamed, so a half-written one is never seen. Arrays are .npy files, mapped into memory when they are read; texts
are UTF-8, parted by NUL characters. Nothing in it is ever executed, and deleting it costs no more than the time to make
it again.
"""

import glob
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 2
MOST_KEPT = 4  # snapshots of other models or settings that stay beside a new one
ARRAYS = ("track_ids", "vectors", "reference", "stats", "curve", "numbers", "versions", "kinds", "pairs", "likenesses")
TEXTS = ("path", "artist", "album_artist", "title", "album", "genres", "mode")
NUMBERS = (
    "start_seconds",
    "duration_seconds",
    "year",
    "tempo_bpm",
    "tempo_confidence",
    "key",
    "key_confidence",
    "loudness_lufs",
    "energy",
    "brightness_hz",
    "pulse_clarity",
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Arrays and text columns by name.

    Attributes
    ----------
    arrays
        `track_ids` (n,) ascending; `vectors` (n, d); `reference`, `stats` and `curve` of the `Ranker`; `numbers`
        (len(NUMBERS), n), NaN where unknown; `versions` (n,), the number of the group of versions or −1; `kinds` (n,),
        what a track is in its group; `pairs` (m, 2), ascending ids of tracks that were compared, and their `likenesses`
        (m,).
    texts
        Name to the column as it is written; several genres are parted by line breaks.
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
    return "\0".join(value.replace("\0", "") for value in values).encode("utf-8", "surrogateescape")


def read_snapshot(folder: Path, name: str, version: int | str) -> Snapshot | None:
    """Read the snapshot of a model and a state of the library, or None where there is none that can be read."""
    return _read(folder / f"{name}-{version}-{FORMAT}")


def read_latest(folder: Path, name: str) -> Snapshot | None:
    """Read the newest snapshot of a model, of whatever state of the library."""
    homes = sorted(folder.glob(f"{glob.escape(name)}-*-{FORMAT}"), key=_age)
    return next((found for home in homes if (found := _read(home))), None)


def _read(home: Path) -> Snapshot | None:
    try:
        snapshot = Snapshot(
            {array: np.load(home / f"{array}.npy", mmap_mode="r", allow_pickle=False) for array in ARRAYS},
            {text: (home / f"{text}.txt").read_bytes() for text in TEXTS},
        )
    except (OSError, ValueError, EOFError):
        return None
    arrays, n = snapshot.arrays, len(snapshot.arrays["track_ids"])
    lengths = {len(arrays["vectors"]), arrays["numbers"].shape[-1], len(arrays["versions"]), len(arrays["kinds"])}
    lengths |= {content.count(b"\0") + 1 for content in snapshot.texts.values()}
    is_whole = lengths == {n} and len(arrays["pairs"]) == len(arrays["likenesses"])
    return snapshot if is_whole else None


def write_snapshot(folder: Path, name: str, version: int | str, snapshot: Snapshot) -> None:
    """Keep a snapshot in place of the model's earlier ones; where nothing can be written, none is kept."""
    home = folder / f"{name}-{version}-{FORMAT}"
    draft = folder / f"{home.name}.part-{os.getpid()}"
    try:
        draft.mkdir(parents=True, exist_ok=True)
        for array, values in snapshot.arrays.items():
            np.save(draft / f"{array}.npy", values, allow_pickle=False)
        for text, content in snapshot.texts.items():
            (draft / f"{text}.txt").write_bytes(content)
        shutil.rmtree(home, ignore_errors=True)  # one that could not be read
        draft.rename(home)
    except OSError:  # a full or read-only disk, or another process was first
        shutil.rmtree(draft, ignore_errors=True)
        return
    others = sorted((path for path in folder.iterdir() if path != home), key=_age)
    kept = [path for path in others if path.name.endswith(f"-{FORMAT}") and not path.name.startswith(f"{name}-")]
    for path in others:
        if path not in kept[:MOST_KEPT] and not _is_being_written(path):
            shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> float:
    """Sort the newest first; what has just gone comes last."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _is_being_written(path: Path) -> bool:
    _, part, pid = path.name.partition(".part-")
    if not part or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return int(pid) != os.getpid()
