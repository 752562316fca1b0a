"""Columns over a library's tracks that are worked out when they are first asked for, and then kept."""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import PurePath
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from resona.artists import Credit, artist_key, known_names, read_credit
from resona.descriptors import FILTERS
from resona.recommend.catalogue.snapshot import KNOWN, NUMBERS, TEXTS, Snapshot
from resona.recommend.filters.expression import TOLD, TextColumn
from resona.recommend.filters.grammar import CREDITED
from resona.recommend.limits import Attributes
from resona.recommend.ordering.transitions import key_names
from resona.tracks import fold

Numbers = NDArray[np.float64]
T = TypeVar("T")

MODE_CODES = {"major": 1.0, "minor": 0.0}
FIELDS = {**FILTERS, "duration": "duration_seconds"}  # of filters: name to column


class Derived(Sequence[T]):
    """A column made entry by entry.

    Examples
    --------
    >>> squares = Derived(4, lambda row: row**2)
    >>> squares[3], len(squares)
    (9, 4)
    """

    def __init__(self, n: int, make: Callable[[int], T]) -> None:
        self._n, self._make = n, make
        self._known: dict[int, T] = {}

    def __len__(self) -> int:
        return self._n

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> list[T]: ...
    def __getitem__(self, row: int | slice) -> T | list[T]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(self._n))]
        if not 0 <= row < self._n:
            raise IndexError(row)
        if row not in self._known:
            self._known[row] = self._make(row)
        return self._known[row]


class Lazy(dict[str, T]):
    """Columns by name, each made when it is first asked for.

    Examples
    --------
    >>> Lazy(str.upper)["title"]
    'TITLE'
    """

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> T:
        value = self[name] = self._make(name)
        return value


class Columns:
    """What is known of each track, by name.

    Attributes
    ----------
    texts
        Text columns as lists.
    filtered
        What a filter looks at, by the names of `resona.recommend.filters.grammar`: fields, and words after `TOLD`.
    attributes
        What the limits look at.
    """

    def __init__(self, snapshot: Snapshot, tell: Callable[[str], NDArray[np.floating]] | None = None) -> None:
        self._arrays, self._tell, self._is_taken = snapshot.arrays, tell, KNOWN in snapshot.texts
        n_tracks = len(snapshot.arrays["track_ids"])
        versions: list[int] = snapshot.arrays["versions"].tolist()
        self.texts = Lazy(snapshot.column)
        self.filtered = Lazy(self._filtered)
        self._credits = Derived(n_tracks, self._credit)
        self.attributes = Attributes(
            artists=Derived(n_tracks, self._artists), albums=Derived(n_tracks, self._album), versions=versions
        )

    def numbers(self, name: str) -> Numbers:
        """Give one of `NUMBERS`, or "mode" (1 for major, 0 for minor): shape (n,), NaN where unknown."""
        if name == "mode":
            return self._modes
        return np.asarray(self._arrays["numbers"][NUMBERS.index(name)])

    @cached_property
    def _modes(self) -> Numbers:
        return np.array([MODE_CODES.get(mode, np.nan) for mode in self.texts["mode"]])

    def genres(self) -> list[tuple[str, ...]]:
        """Give the genres of each track."""
        split = {text: tuple(filter(None, text.split("\n"))) for text in set(self.texts["genres"])}
        return [split[text] for text in self.texts["genres"]]

    @cached_property
    def known_artists(self) -> frozenset[str]:
        """Who is credited for certain somewhere in the library: read of all tracks once, when a snapshot is taken."""
        return frozenset(self.texts[KNOWN]) if self._is_taken else known_names(self._credits)

    def _credit(self, row: int) -> Credit:
        artist, album_artist, title = (self.texts[name][row] for name in ("artist", "album_artist", "title"))
        return read_credit(artist, album_artist, title=title)

    def _artists(self, row: int) -> frozenset[str]:
        return self._credits[row].keys(self.known_artists)

    def _album(self, row: int) -> str:
        """Tell "Greatest Hits" of different artists apart: by album artist, else by folder."""
        album, artist, path = (self.texts[name][row] for name in ("album", "album_artist", "path"))
        return f"{name}\n{artist_key(artist) or PurePath(path).parent}" if (name := fold(album)) else ""

    def _filtered(self, name: str) -> TextColumn | Numbers:
        if name.startswith(TOLD) and self._tell:
            return np.asarray(self._tell(name.removeprefix(TOLD)), np.float64)
        if name == "track_id":
            return self._arrays["track_ids"].astype(np.float64)
        if name == "genre":
            return TextColumn(self.genres())
        if name == CREDITED:
            return TextColumn([tuple(sorted(keys)) for keys in self.attributes.artists])
        if name == "key":
            keys = [None if np.isnan(key) else int(key) for key in self.numbers("key").tolist()]
            named = cache(key_names)
            return TextColumn([named(key, mode or None) for key, mode in zip(keys, self.texts["mode"], strict=True)])
        return TextColumn(self.texts[name]) if name in TEXTS else self.numbers(FIELDS.get(name, name))
