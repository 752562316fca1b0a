"""Which two tracks are alike by who made them?

Every library knows artists and albums, whoever has filed it by genre. They are weak labels: an artist may change, and
two artists may sound alike. So matches are by one artist, but on different albums, as tracks of one album share a
studio and a day as much as a style; and non-matches are by different artists whose genres say so, too. Draws are
balanced over artists and, within an artist, over albums.
"""

from collections import defaultdict
from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from resona.pairs.sampling import PairSet, collect_pairs
from resona.pairs.split import main_artists
from resona.tracks import fold


def draw_weak_pairs(
    artists: Sequence[Set[str]],
    albums: Sequence[str],
    genres: Sequence[Sequence[str]],
    n_pairs: int,
    *,
    rng: np.random.Generator,
    among: NDArray[np.bool_] | None = None,
) -> PairSet:
    """Draw pairs by artist: half of them by one artist on two albums, half by two artists who share no genre.

    Parameters
    ----------
    artists, albums
        For each track its artists, and its album or what stands for it, such as its folder. Tracks without an album
        are never drawn.
    genres
        For each track its genres. Tracks without one are no part of a non-match.
    n_pairs
        Pairs wanted.
    rng
        The same state gives the same pairs.
    among
        Shape (n_tracks,), bool: draw from these tracks only, such as those of one split.

    Returns
    -------
    As many matches as non-matches, none twice and none of a track with itself; fewer than asked for, or none, where
    there are not so many. Their weight is the share of artists who have several albums: where these are few, what they
    have in common says little about music.

    Examples
    --------
    >>> artists = [{"ada"}, {"ada"}, {"ada"}, {"bix"}]
    >>> albums, genres = ["early", "early", "late", "live"], [["jazz"], [], [], ["pop"]]
    >>> pairs = draw_weak_pairs(artists, albums, genres, 2, rng=np.random.default_rng(0))
    >>> pairs.a.tolist(), pairs.b.tolist(), pairs.is_match.tolist(), pairs.weight.tolist()
    ([1, 3], [2, 0], [True, False], [0.5, 0.5])
    """
    shelf = _Shelf(artists, albums, genres, rng, among)
    matches = collect_pairs(shelf.draw_match, n_pairs // 2) if shelf.several else []
    others = collect_pairs(shelf.draw_other, len(matches)) if len(shelf.artists) > 1 else []
    n_each = min(len(matches), len(others))
    rows = np.array(matches[:n_each] + others[:n_each], np.int64).reshape(-1, 2)
    share = len(shelf.several) / max(len(shelf.artists), 1)
    return PairSet(rows[:, 0], rows[:, 1], np.arange(2 * n_each) < n_each, np.full(2 * n_each, share, np.float32))


class _Shelf:
    """Tracks by artist and album, to draw from."""

    def __init__(
        self,
        artists: Sequence[Set[str]],
        albums: Sequence[str],
        genres: Sequence[Sequence[str]],
        rng: np.random.Generator,
        among: NDArray[np.bool_] | None,
    ) -> None:
        self.rng, self.credits = rng, artists
        self.genres = [frozenset(map(fold, names)) for names in genres]
        tracks: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for track, (artist, album) in enumerate(zip(main_artists(artists), albums, strict=True)):
            if artist and album and (among is None or among[track]):
                tracks[artist][album].append(track)
        self.artists = [list(by_album.values()) for _, by_album in sorted(tracks.items())]
        self.several = [by_album for by_album in self.artists if len(by_album) > 1]

    def draw_match(self) -> tuple[int, int]:
        """Two tracks of one artist on different albums."""
        by_album = self.several[self.rng.integers(len(self.several))]
        first, second = self.rng.permutation(len(by_album))[:2]
        return self._track(by_album[first]), self._track(by_album[second])

    def draw_other(self) -> tuple[int, int] | None:
        """Two tracks without a common artist or genre, or None where the draw failed."""
        a, b = (self._any_track(self.artists[number]) for number in self.rng.integers(len(self.artists), size=2))
        is_told = bool(self.genres[a] and self.genres[b]) and self.genres[a].isdisjoint(self.genres[b])
        return (a, b) if is_told and self.credits[a].isdisjoint(self.credits[b]) else None

    def _any_track(self, by_album: list[list[int]]) -> int:
        return self._track(by_album[self.rng.integers(len(by_album))])

    def _track(self, tracks: list[int]) -> int:
        return tracks[self.rng.integers(len(tracks))]
