"""How far apart are tracks of one artist in a list?

Convention: a track has the keys of all its artists; the gap before a track is the number of tracks since the last one
that shares a key with it.
"""

from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


class Spacing:
    """Which artists were heard when, and how often they are still to come.

    Parameters
    ----------
    keys
        Of each of k tracks.

    Examples
    --------
    >>> spacing = Spacing([{"cher"}, {"abba"}, {"cher", "abba"}, set()])
    >>> spacing.place(0)
    >>> spacing.place(1)
    >>> spacing.gaps(5).tolist()
    [1, 0, 0, 5]
    """

    def __init__(self, keys: Sequence[Set[str]]) -> None:
        numbers = {key: number for number, key in enumerate(dict.fromkeys(key for each in keys for key in each))}
        self._keys = np.full((len(keys), max(map(len, keys), default=0) + 1), len(numbers))  # the last is nobody's
        for row, each in enumerate(keys):
            self._keys[row, : len(each)] = [numbers[key] for key in each]
        self._counts = np.bincount(self._keys.ravel(), minlength=len(numbers) + 1)
        self._counts[-1] = 0
        self._last = np.full(len(numbers) + 1, -1 - np.iinfo(np.int32).max)
        self._n_placed = 0

    def place(self, row: int) -> None:
        """Play a track next."""
        self._last[self._keys[row]] = self._n_placed
        self._last[-1] = -1 - np.iinfo(np.int32).max
        self._counts[self._keys[row]] -= 1
        self._n_placed += 1

    def gaps(self, widest: int) -> Rows:
        """Give the gap, at most `widest`, that each track would have if it came next: shape (k,)."""
        gaps: Rows = np.minimum(self._n_placed - 1 - self._last[self._keys].max(axis=1), widest)
        return gaps

    def left(self) -> Rows:
        """Give how many tracks each track's most frequent artist still has: shape (k,)."""
        most: Rows = self._counts[self._keys].max(axis=1).clip(0)
        return most


def space_out(rows: Rows, artists: Sequence[Set[str]], *, spacing: int) -> tuple[Rows, bool]:
    """Move tracks of one artist apart, changing the order as little as is simple.

    Each place gets the first track left whose artists are not among the last `spacing`. Where that ends in a clump,
    the artist with most tracks left goes first instead, which finds an order whenever each track has one artist and
    there is one.

    Parameters
    ----------
    rows
        Shape (k,), in the order wished.
    artists
        Keys of every track in the library.
    spacing
        Tracks of others that should stand between two of one artist.

    Returns
    -------
    The rows in their new order, and whether the spacing is kept everywhere.

    Examples
    --------
    >>> keys = [frozenset({name}) for name in ("cher", "cher", "abba")]
    >>> space_out(np.arange(3), keys, spacing=1)
    (array([0, 2, 1]), True)
    """
    keys = [artists[row] for row in rows.tolist()]
    in_order, is_spaced = _placed(keys, spacing, by_count=False)
    if not is_spaced:
        by_count, is_spaced = _placed(keys, spacing, by_count=True)
        in_order = by_count if is_spaced else in_order
    return rows[in_order], is_spaced


def _placed(keys: Sequence[Set[str]], widest: int, *, by_count: bool) -> tuple[Rows, bool]:
    """Fill each place with a track of the widest gap, the first or the one whose artist has most left."""
    spacing, is_left = Spacing(keys), np.ones(len(keys), np.bool_)
    order, is_spaced = np.zeros(len(keys), np.intp), True
    for place in range(len(keys)):
        gaps = spacing.gaps(widest)
        wish = gaps * (len(keys) + 1) + (spacing.left() if by_count else 0)
        row = int(np.argmax(np.where(is_left, wish, -1)))
        is_spaced &= bool(gaps[row] == widest)
        is_left[row] = False
        spacing.place(row)
        order[place] = row
    return order, is_spaced
