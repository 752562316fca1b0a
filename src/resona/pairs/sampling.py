"""Which two tracks are compared, and are they alike?

The label is made from genres: tracks that share one are a match, tracks that share none are not. Draws are balanced
over genres and, within a genre, over artists, so that neither the largest genre nor the most recorded artist decides
what is learned.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.errors import SplitError
from resona.pairs.split import main_artists
from resona.tracks import fold

Indices = NDArray[np.int64]
MAX_MISSES = 2000  # draws in a row that bring no new pair: nearly all that are possible have then been drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class PairConfig:
    """Settings of the draw.

    Attributes
    ----------
    n_pairs
        Pairs wanted, half of them matches.
    across_artists
        Draw matches between tracks that share no artist only: what others share is the artist, not the genre.
    """

    n_pairs: int = 4000
    across_artists: bool = False

    def __post_init__(self) -> None:
        check_range("n_pairs", self.n_pairs, 2, 10_000_000)


@dataclass(frozen=True, slots=True)
class PairSet:
    """Pairs of tracks with their labels.

    Attributes
    ----------
    a, b
        Shape (n_pairs,): positions of tracks.
    is_match
        Shape (n_pairs,), bool.
    weight
        Shape (n_pairs,), float32: how much a pair counts; 1 for all unless given. A person's own judgement counts more
        than a genre.

    Examples
    --------
    >>> pairs = PairSet(np.array([0, 1]), np.array([2, 3]), np.array([True, False]))
    >>> len(pairs), pairs.weight
    (2, array([1., 1.], dtype=float32))
    """

    a: Indices
    b: Indices
    is_match: NDArray[np.bool_]
    weight: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))

    def __post_init__(self) -> None:
        if not len(self.weight):
            object.__setattr__(self, "weight", np.ones(len(self.a), np.float32))

    def __len__(self) -> int:
        return len(self.a)

    def __getitem__(self, chosen: "slice | NDArray[np.bool_] | Indices") -> "PairSet":
        """Choose some of the pairs."""
        return PairSet(self.a[chosen], self.b[chosen], self.is_match[chosen], self.weight[chosen])

    def __add__(self, other: "PairSet") -> "PairSet":
        """Put two sets together."""
        return PairSet(
            np.concatenate([self.a, other.a]),
            np.concatenate([self.b, other.b]),
            np.concatenate([self.is_match, other.is_match]),
            np.concatenate([self.weight, other.weight]),
        )

    def within(self, is_member: NDArray[np.bool_]) -> "PairSet":
        """Keep the pairs of which both tracks are members; `is_member` has shape (n_tracks,)."""
        return self[is_member[self.a] & is_member[self.b]]


def draw_pairs(
    genres: Sequence[Sequence[str]],
    artists: Sequence[Set[str]],
    config: PairConfig,
    *,
    rng: np.random.Generator,
    among: NDArray[np.bool_] | None = None,
) -> PairSet:
    """Draw labelled pairs: half of them share a genre, half share none.

    A match: a genre, two of its artists (which may be the same one, unless `across_artists`), a track of each, every
    choice uniform. A non-match: the same with two genres. No pair is drawn twice, in either order, and none is a track
    with itself.

    Parameters
    ----------
    genres, artists
        For each track its genres and its artists. Tracks without a genre are never drawn.
    config
        How many.
    rng
        The same state gives the same pairs.
    among
        Shape (n_tracks,), bool: draw from these tracks only, such as those of one split.

    Returns
    -------
    As many matches as non-matches, in random order; fewer than asked for where there are not so many.

    Raises
    ------
    SplitError
        If no match or no non-match exists.

    Examples
    --------
    >>> genres = [["rock"], ["rock"], ["jazz"], ["jazz", "blues"]]
    >>> pairs = draw_pairs(genres, [{"a"}, {"b"}, {"c"}, {"d"}], PairConfig(n_pairs=4), rng=np.random.default_rng(0))
    >>> sorted(zip(pairs.a.tolist(), pairs.b.tolist(), pairs.is_match.tolist()))
    [(1, 0, True), (1, 3, False), (3, 0, False), (3, 2, True)]
    """
    deck = _Deck(genres, artists, rng, among)
    deck.across_artists = config.across_artists
    matches = collect_pairs(deck.draw_match, config.n_pairs // 2)
    others = collect_pairs(deck.draw_other, config.n_pairs - config.n_pairs // 2)
    if not matches or not others:
        missing = "two tracks that share a genre" if not matches else "two tracks of different genres"
        raise SplitError(
            f"no pairs can be drawn: there are no {missing}" + " by different artists" * config.across_artists
        )
    n_each = min(len(matches), len(others)) if len(matches) + len(others) < config.n_pairs else None
    rows = np.array(matches[:n_each] + others[:n_each])
    labels = np.arange(len(rows)) < len(matches[:n_each])
    order = rng.permutation(len(rows))
    return PairSet(rows[order, 0], rows[order, 1], labels[order])


def split_pairs_randomly(pairs: PairSet, *, test: float = 0.3, rng: np.random.Generator) -> tuple[PairSet, PairSet]:
    """Split pairs, not artists, at random: how not to do it.

    Nearly every track of the test pairs then also occurs in training, so the measured accuracy says nothing about
    unseen music. The original recipe did this; it is kept to show the difference.

    Returns
    -------
    Training pairs and test pairs.

    Examples
    --------
    >>> pairs = PairSet(np.arange(10), np.arange(10) + 1, np.ones(10, bool))
    >>> [len(part) for part in split_pairs_randomly(pairs, rng=np.random.default_rng(0))]
    [7, 3]
    """
    order = rng.permutation(len(pairs))
    n_test = round(test * len(pairs))
    return pairs[order[n_test:]], pairs[order[:n_test]]


class _Deck:
    """Tracks by genre and artist, to draw from."""

    def __init__(
        self,
        genres: Sequence[Sequence[str]],
        artists: Sequence[Set[str]],
        rng: np.random.Generator,
        among: NDArray[np.bool_] | None,
    ) -> None:
        self.rng = rng
        self.across_artists = False
        self.genres = [frozenset(map(fold, names)) for names in genres]
        self.artists = artists
        tracks: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for track, (names, artist) in enumerate(zip(self.genres, main_artists(artists), strict=True)):
            if among is None or among[track]:
                for name in names:
                    tracks[name][artist].append(track)
        self.tracks = {genre: list(by_artist.values()) for genre, by_artist in sorted(tracks.items())}

    def draw_match(self) -> tuple[int, int] | None:
        """Two tracks of one genre, or None where the draw failed."""
        genre = self._genre()
        a, b = (self._track(genre), self._track(genre)) if genre else (0, 0)
        return None if a == b or (self.across_artists and self.artists[a] & self.artists[b]) else (a, b)

    def draw_other(self) -> tuple[int, int] | None:
        """Two tracks that share no genre, or None where the draw failed."""
        first, second = self._genre(), self._genre()
        if first == second:
            return None
        a, b = self._track(first), self._track(second)
        return None if self.genres[a] & self.genres[b] else (a, b)

    def _genre(self) -> str:
        names = list(self.tracks)
        return names[self.rng.integers(len(names))] if names else ""

    def _track(self, genre: str) -> int:
        by_artist = self.tracks[genre]
        tracks = by_artist[self.rng.integers(len(by_artist))]
        return tracks[self.rng.integers(len(tracks))]


def collect_pairs(draw: Callable[[], tuple[int, int] | None], n_pairs: int) -> list[tuple[int, int]]:
    """Draw until there are enough different pairs, or no new ones turn up."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    misses = 0
    while len(found) < n_pairs and misses < MAX_MISSES:
        pair = draw()
        key = (min(pair), max(pair)) if pair else None
        if pair is None or key is None or key in found:
            misses += 1
        else:
            found[key] = pair
            misses = 0
    return list(found.values())
