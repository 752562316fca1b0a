"""What is worked out once about a library, and how is it kept beside the library file?

A snapshot holds arrays and text columns, one entry for each track in the order of track ids. It is a folder named after
the model and the library's version, so a stale one is never read; it is written under another name and then renamed, so
a half-written one is never seen. Arrays are .npy files, mapped into memory when they are read; texts are UTF-8, parted
by NUL characters. Nothing in it is ever executed, and deleting it costs no more than the time to make it again.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
ARRAYS = ("track_ids", "vectors", "reference", "stats", "curve", "numbers", "versions", "kinds")
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
        what a track is in its group.
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


def read_snapshot(folder: Path, name: str) -> Snapshot | None:
    """Read the snapshot of this name, or None where there is none that can be read."""
    home = folder / f"{name}-{FORMAT}"
    try:
        return Snapshot(
            {array: np.load(home / f"{array}.npy", mmap_mode="r", allow_pickle=False) for array in ARRAYS},
            {text: (home / f"{text}.txt").read_bytes() for text in TEXTS},
        )
    except (OSError, ValueError, EOFError):
        return None


def write_snapshot(folder: Path, name: str, snapshot: Snapshot) -> None:
    """Keep a snapshot in place of all earlier ones; where nothing can be written, none is kept."""
    home = folder / f"{name}-{FORMAT}"
    draft = folder / f"{home.name}.part-{os.getpid()}"
    try:
        draft.mkdir(parents=True, exist_ok=True)
        for array, values in snapshot.arrays.items():
            np.save(draft / f"{array}.npy", values, allow_pickle=False)
        for text, content in snapshot.texts.items():
            (draft / f"{text}.txt").write_bytes(content)
        draft.rename(home)
    except OSError:  # a full or read-only disk, or another process was first
        shutil.rmtree(draft, ignore_errors=True)
        return
    for other in folder.iterdir():
        if other.name != home.name and ".part-" not in other.name:
            shutil.rmtree(other, ignore_errors=True)
