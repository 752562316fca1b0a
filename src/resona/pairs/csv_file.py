"""How are pairs written to a file that people and programs can read?

A CSV file with the header ``a,b,label,split``: two names (paths, as a rule), 1 for alike or 0 for different, and the
split the pair belongs to. Names with commas, quotes and line breaks are quoted; bytes of a path that are not UTF-8 come
back as they were.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError
from resona.pairs.sampling import PairSet
from resona.pairs.split import SPLITS

HEADER = ("a", "b", "label", "split")


@dataclass(frozen=True, slots=True)
class NamedPairs:
    """Pairs as a file holds them.

    Attributes
    ----------
    a, b
        Names of tracks.
    is_match
        Shape (n_pairs,), bool.
    split
        Shape (n_pairs,): "train", "validation" or "test".
    """

    a: list[str]
    b: list[str]
    is_match: NDArray[np.bool_]
    split: NDArray[np.str_]

    def resolve(self, positions: Mapping[str, int]) -> tuple[dict[str, PairSet], list[str]]:
        """Find the tracks that the names stand for.

        Parameters
        ----------
        positions
            Name to position.

        Returns
        -------
        The pairs of each split, and the names that stand for nothing; their pairs are left out.

        Examples
        --------
        >>> named = NamedPairs(["x", "x"], ["y", "?"], np.array([True, False]), np.array(["train", "test"]))
        >>> pairs, unknown = named.resolve({"x": 0, "y": 1})
        >>> len(pairs["train"]), len(pairs["test"]), unknown
        (1, 0, ['?'])
        """
        a, b = (np.array([positions.get(name, -1) for name in names], np.int64) for names in (self.a, self.b))
        everything = PairSet(a, b, self.is_match)
        is_known = (a >= 0) & (b >= 0)
        unknown = sorted({name for name in (*self.a, *self.b) if name not in positions})
        return {split: everything[is_known & (self.split == split)] for split in SPLITS}, unknown


def write_pairs(path: Path, pairs: Mapping[str, PairSet], names: Sequence[str]) -> None:
    """Write the pairs of each split.

    Parameters
    ----------
    path
        Replaced where it exists.
    pairs
        Split to pairs.
    names
        For each track its name.
    """
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)  # a name may be "\r" alone
        for split, part in pairs.items():
            for a, b, is_match in zip(part.a, part.b, part.is_match, strict=True):
                writer.writerow((names[a], names[b], int(is_match), split))


def read_pairs(path: Path) -> NamedPairs:
    """Read pairs; a file without the column "split" is all training.

    Raises
    ------
    QueryError
        If the file is not text, lacks a column, or a row cannot be read; the line is named.
    """
    rows: list[tuple[str, str, bool, str]] = []
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in HEADER[:3] if name not in (reader.fieldnames or ())]
            if missing:
                raise QueryError(f"{str(path)!r}: the first line must name the columns {','.join(HEADER)}")
            rows.extend(_read_row(row, f"{str(path)!r}, line {reader.line_num}") for row in reader)
    except (OSError, csv.Error) as error:
        raise QueryError(f"{str(path)!r} cannot be read as a file of pairs: {error}") from error
    a, b, is_match, split = zip(*rows, strict=True) if rows else ((), (), (), ())
    return NamedPairs(list(a), list(b), np.array(is_match, bool), np.array(split, np.str_))


def _read_row(row: Mapping[str, str | None], where: str) -> tuple[str, str, bool, str]:
    a, b, label, split = (row.get(name) or "" for name in HEADER)
    if not a or not b or a == b:
        raise QueryError(f"{where}: a pair needs two different tracks")
    if label not in ("0", "1"):
        raise QueryError(f"{where}: the label must be 1 (alike) or 0 (different), got {label!r}")
    if (split or "train") not in SPLITS:
        raise QueryError(f"{where}: the split must be one of {', '.join(SPLITS)}, got {split!r}")
    return a, b, label == "1", split or "train"
