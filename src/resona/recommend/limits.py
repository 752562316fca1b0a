"""Which of the ranked tracks make a list that people keep: no artist, album or recording again and again?

Walks down the ranking and takes what the limits allow. If that does not fill the list, the limits are relaxed one after
another (a list is filled rather than left short), and each relaxation is reported.

Conventions: a row is a track's position in the library's arrays; `rows` are ranked, best first. Nothing here compares
sounds: similarity is in the order of the rows.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range

Rows = NDArray[np.intp]
Keys = frozenset[str]

DEPTH = 5_000  # a relaxed limit near the top is nearer to what was asked for than rank 5,001
REASONS = {
    "version": "other versions",
    "seed artist": "by the seeds' artists",
    "given": "in earlier lists",
    "per artist": "more by artists in the list",
    "per album": "more from albums in the list",
}
NO_MASKS: Mapping[str, NDArray[np.bool_]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the same a list may hold.

    Attributes
    ----------
    per_artist, per_album
        Tracks of one artist or album; 0 is no limit.
    with_seed_artists
        Let the seeds' own artists in.
    with_given
        Let tracks of earlier lists in.
    with_versions
        Let several versions of one recording in.
    is_strict
        Leave the list short rather than relax.

    Examples
    --------
    >>> Limits(per_artist=1).per_album
    2
    """

    per_artist: int = 2
    per_album: int = 2
    with_seed_artists: bool = False
    with_given: bool = False
    with_versions: bool = False
    is_strict: bool = False

    def __post_init__(self) -> None:
        check_range("per_artist", self.per_artist, 0, 10_000)
        check_range("per_album", self.per_album, 0, 10_000)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What the limits look at, one entry for each track of the library.

    Attributes
    ----------
    artists
        Keys as `resona.artists` gives them; tracks that share one are by the same artist.
    albums
        Any name that tells albums apart; "" is none.
    versions
        Number of the group of versions; −1 is a track without other versions.
    """

    artists: Sequence[Keys]
    albums: Sequence[str]
    versions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for.

    Attributes
    ----------
    n
        Tracks wanted.
    seeds
        Rows of the seeds that are in the library: never results, and other versions of them count as versions.
    seed_artists
        Keys of all seeds' artists, those of files outside the library included.
    given
        Rows in lists made before, to be left out.
    """

    n: int
    seeds: Collection[int] = ()
    seed_artists: Keys = frozenset()
    given: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The list, and what was done to it.

    Attributes
    ----------
    rows
        Shape (≤ n,), in the order of the ranking.
    removed
        Reason to number of tracks that rank above the last of the list (above the end if it is not full) and were left
        out for it: a key of `REASONS` or the name of a filter.
    relaxed
        A sentence for each limit that had to give way.
    """

    rows: Rows
    removed: dict[str, int] = field(default_factory=dict)
    relaxed: list[str] = field(default_factory=list)

    @property
    def removed_sentence(self) -> str:
        """What was left out, for people; empty if nothing was.

        Examples
        --------
        >>> Selection(rows=np.arange(0), removed={"seed artist": 12, "version": 3, "filter": 1}).removed_sentence
        "Left out: 12 by the seeds' artists, 3 other versions, 1 by filter."
        """
        parts = (f"{count} {REASONS.get(reason, f'by {reason}')}" for reason, count in self.removed.items())
        return f"Left out: {', '.join(parts)}." if self.removed else ""


def select(
    rows: Rows,
    attributes: Attributes,
    request: Wanted,
    *,
    limits: Limits = DEFAULT_LIMITS,
    allowed: Mapping[str, NDArray[np.bool_]] = NO_MASKS,
) -> Selection:
    """Take the best tracks that the limits allow.

    Parameters
    ----------
    rows
        Shape (m,), ranked, each once.
    attributes
        Of the whole library.
    request
        How many, for which seeds.
    limits
        Relaxed in this order until the list is full: per album, per artist, seed artists, given, versions.
    allowed
        Name of a filter to the tracks it lets through, shape (n_tracks,). Never relaxed.

    Returns
    -------
    The list. It is short only if it was strict or the filters left too few.

    Examples
    --------
    >>> keys = [frozenset({name}) for name in ("cher", "abba", "abba", "abba", "moby")]
    >>> attributes = Attributes(artists=keys, albums=[""] * 5, versions=[-1] * 5)
    >>> select(np.arange(5), attributes, Wanted(n=3, seeds=[0]), limits=Limits(per_artist=1))
    Selection(rows=array([1, 2, 4]), removed={'per artist': 1},
              relaxed=['up to 2 tracks of one artist instead of 1'])
    """
    reachable = rows[~np.isin(rows, list(request.seeds))]
    masks = np.array([mask[reachable] for mask in allowed.values()] + [np.ones(len(reachable), dtype=np.bool_)])
    passes: NDArray[np.bool_] = np.logical_and.reduce(masks)
    positions = np.flatnonzero(passes)[: depth(request.n)]
    walk = _Walk(reachable[positions].tolist(), attributes, request)
    walk.take(range(len(positions)), limits)
    for wider in () if limits.is_strict else _relaxations(limits, request.n):
        walk.take(list(walk.waiting), wider)
    is_full = len(walk.chosen) == request.n > 0
    last = positions[max(walk.chosen)] if is_full else len(reachable)
    stopped = masks[:, :last].argmin(axis=0)[~passes[:last]]  # the first filter that says no
    removed = dict(zip(allowed, np.bincount(stopped, minlength=len(masks)).tolist(), strict=False))
    removed |= Counter(reason for place, reason in walk.waiting.items() if positions[place] < last)
    return Selection(
        rows=reachable[positions[sorted(walk.chosen)]],
        removed={name: count for name, count in removed.items() if count},
        relaxed=walk.passed(limits),
    )


def depth(n: int) -> int:
    """Say how far down the ranking a list of `n` may reach, counted in tracks that the filters let through.

    Examples
    --------
    >>> depth(20), depth(1000)
    (5000, 20000)
    """
    return max(DEPTH, 20 * n)


def depths(n: int, n_allowed: int) -> tuple[int, ...]:
    """Say how far down to look at first, and then if that does not fill the list: mostly a tenth is enough.

    Examples
    --------
    >>> depths(20, 90_000), depths(20, 100)
    ((500, 5000), (5000,))
    """
    first = max(DEPTH // 10, 5 * n)
    return (first, depth(n)) if n_allowed > first else (depth(n),)


class _Walk:
    """Goes down the ranking, and again over those that were left waiting."""

    def __init__(self, rows: Sequence[int], attributes: Attributes, request: Wanted) -> None:
        self.chosen: list[int] = []  # positions in rows
        self.waiting: dict[int, str] = {}  # position to the first reason against it
        self._rows, self._attributes, self._request = rows, attributes, request
        self._artists: Counter[str] = Counter()
        self._albums: Counter[str] = Counter()
        self._versions = Counter({attributes.versions[row] for row in request.seeds} - {-1})

    def take(self, positions: Sequence[int], limits: Limits) -> None:
        """Let tracks join until the list is full."""
        for position in positions:
            if len(self.chosen) >= self._request.n:
                break
            reason = self._objection(self._rows[position], limits)
            if reason:
                self.waiting.setdefault(position, reason)
            else:
                self._add(position)

    def passed(self, limits: Limits) -> list[str]:
        """Say which limits the list does not keep."""
        request, rows = self._request, {self._rows[position] for position in self.chosen}
        per_album, per_artist, per_version = (
            max(counts.values(), default=0) for counts in (self._albums, self._artists, self._versions)
        )
        has_seed_artist = not request.seed_artists.isdisjoint(self._artists)
        facts = (
            (0 < limits.per_album < per_album, f"up to {per_album} tracks of one album instead of {limits.per_album}"),
            (
                0 < limits.per_artist < per_artist,
                f"up to {per_artist} tracks of one artist instead of {limits.per_artist}",
            ),
            (has_seed_artist and not limits.with_seed_artists, "tracks by the seeds' own artists"),
            (bool(rows & request.given) and not limits.with_given, "tracks from earlier lists"),
            (per_version > 1 and not limits.with_versions, "several versions of one recording"),
        )
        return [sentence for is_so, sentence in facts if is_so]

    def _objection(self, row: int, limits: Limits) -> str:
        """Say why a track may not join, or nothing."""
        keys, album = self._attributes.artists[row], self._attributes.albums[row]
        if not limits.with_versions and self._versions[self._attributes.versions[row]]:
            return "version"
        if not limits.with_seed_artists and keys & self._request.seed_artists:
            return "seed artist"
        if not limits.with_given and row in self._request.given:
            return "given"
        if limits.per_artist and any(self._artists[key] >= limits.per_artist for key in keys):
            return "per artist"
        if limits.per_album and self._albums[album] >= limits.per_album:
            return "per album"
        return ""

    def _add(self, position: int) -> None:
        row = self._rows[position]
        self.chosen.append(position)
        self.waiting.pop(position, None)
        self._artists.update(self._attributes.artists[row])
        self._albums.update({self._attributes.albums[row]} - {""})
        self._versions.update({self._attributes.versions[row]} - {-1})


def _relaxations(limits: Limits, n: int) -> Iterator[Limits]:
    """Widen one limit after another, until a list of `n` can hold anything."""
    while 0 < limits.per_album < n:
        limits = replace(limits, per_album=2 * limits.per_album)
        yield limits
    while 0 < limits.per_artist < n:
        limits = replace(limits, per_artist=2 * limits.per_artist)
        yield limits
    for name in ("with_seed_artists", "with_given", "with_versions"):
        limits = replace(limits, **{name: True})
        yield limits
