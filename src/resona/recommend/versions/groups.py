"""Which tracks are versions of one song: live, remastered, shortened, remixed, or the same recording on a best-of?

Two things must agree before two tracks are taken together: what is written (title, artist, duration) and what is heard
(`alignment`). The less the words say, the more the sound must:

- same artist and song, and a title says that it is a version ("Live", "Remix"): unlike sound is no objection;
- same artist and title, nothing said: they must sound like one performance (the two "Intro" of two albums do not);
- same title, another artist: only the same recording, and equally long;
- another title, or one that says nothing: the same, and more surely.

In doubt, tracks are left apart. Nothing is merged or deleted: groups are only named.

Convention: a `row` is a track's position in all columns.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.features.recordings import alignment
from resona.recommend.versions.titles import normalise_title

Pair = tuple[int, int]

ORIGINAL, SAME_RECORDING, VERSION, UNLIKE = "original", "same recording", "version", "unlike"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConfig:
    """How surely tracks must sound alike; see `alignment` for the measure, −1…1.

    Attributes
    ----------
    one_performance
        Tracks of one artist and title that do not say that they are versions.
    same_recording
        From here on, two tracks of one title are one recording, mastered or encoded differently.
    identical
        What another title must overcome.
    duration_seconds
        How much the durations of one recording may differ where artist or title do.
    largest_bucket
        A title that more tracks than this have names no song.

    Examples
    --------
    >>> VersionConfig().same_recording
    0.85
    """

    one_performance: float = 0.77
    same_recording: float = 0.85
    identical: float = 0.9
    duration_seconds: float = 3.0
    largest_bucket: int = 50

    def __post_init__(self) -> None:
        check_range("one_performance", self.one_performance, 0, 1)
        check_range("same_recording", self.same_recording, self.one_performance, 1)
        check_range("identical", self.identical, self.same_recording, 1)
        check_range("duration_seconds", self.duration_seconds, 0, 60)
        check_range("largest_bucket", self.largest_bucket, 2, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionGroup:
    """Tracks that are versions of one song.

    Attributes
    ----------
    rows
        At least two; first the one whose title says least about a version, then in the library's order.
    kinds
        As `rows`: "original" for the first, then what each is to it: "same recording" or "version".
    """

    rows: tuple[int, ...]
    kinds: tuple[str, ...]


def find_versions(
    titles: Sequence[str],
    artists: Sequence[Set[str]],
    durations_seconds: NDArray[np.floating],
    likeness: Callable[[Pair], float],
    *,
    nearby: Iterable[Pair] = (),
    config: VersionConfig | None = None,
) -> list[VersionGroup]:
    """Group the versions of one song.

    Parameters
    ----------
    titles
        One per track; may be empty.
    artists
        Keys of each track's artists; two tracks are by the same artist if their sets meet.
    durations_seconds
        Shape (n_tracks,); NaN or 0 where unknown, which never confirms that two tracks are one recording.
    likeness
        How alike two rows sound, −1…1; asked only for rows that may be versions. See `Likeness`.
    nearby
        Pairs of rows that sound alike, whatever their titles: a track and its nearest neighbours.
    config
        Default: ``VersionConfig()``.

    Returns
    -------
    In the order of the rows; a track is in one group at most.

    Examples
    --------
    >>> by = [{"black sabbath"}, {"black sabbath"}, {"the cardigans"}]
    >>> titles = ["Paranoid", "Paranoid - Live in Paris", "Paranoid"]
    >>> find_versions(titles, by, np.array([170.0, 188.0, 200.0]), Likeness(lambda row: None))
    [VersionGroup(rows=(0, 1), kinds=('original', 'version'))]
    """
    tracks = _Tracks(titles, artists, durations_seconds, likeness, config or VersionConfig())
    verdicts = {pair: tracks.judge(pair) for pair in sorted(tracks.candidates(nearby))}
    return [tracks.describe(rows, verdicts) for rows in sorted(map(sorted, _join(verdicts)))]


class Likeness:
    """How alike pairs of rows sound; each is compared once.

    Parameters
    ----------
    features
        Gives a row's MFCCs, shape (n_clips, n_mfcc, n_frames), or None: a track that nobody heard is like none (−1).
    before
        What was worked out before.

    Attributes
    ----------
    known
        Of the pairs that were asked for.
    """

    def __init__(
        self,
        features: Callable[[int], NDArray[np.floating] | None],
        before: Mapping[Pair, float] = MappingProxyType({}),
    ) -> None:
        self.known: dict[Pair, float] = {}
        self._before = before
        self._features = lru_cache(maxsize=64)(features)

    def __call__(self, pair: Pair) -> float:
        """Compare two rows, the smaller first."""
        if pair not in self.known:
            self.known[pair] = self._before[pair] if pair in self._before else self._compare(*pair)
        return self.known[pair]

    def _compare(self, one: int, other: int) -> float:
        a, b = self._features(one), self._features(other)
        return -1.0 if a is None or b is None else alignment(a, b)


class _Tracks:
    """What is known of the tracks, and the rules of this module."""

    def __init__(
        self,
        titles: Sequence[str],
        artists: Sequence[Set[str]],
        durations_seconds: NDArray[np.floating],
        likeness: Callable[[Pair], float],
        config: VersionConfig,
    ) -> None:
        self.titles = [normalise_title(title) for title in titles]
        self.artists = artists
        self.durations = [float(seconds) if seconds > 0 else np.nan for seconds in durations_seconds]
        self.likeness = likeness
        self.config = config

    def candidates(self, nearby: Iterable[Pair]) -> set[Pair]:
        """Pair tracks of one artist and song; and equally long ones that have the title or the sound in common."""
        by_artist: dict[Hashable, list[int]] = defaultdict(list)
        by_title: dict[Hashable, list[int]] = defaultdict(list)
        for row, title in enumerate(self.titles):
            if not title.is_generic:
                by_title[title.base].append(row)
                for artist in self.artists[row]:
                    by_artist[title.base, artist].append(row)
        heard = {(min(pair), max(pair)) for pair in nearby if pair[0] != pair[1]}
        alike = filter(self._are_equally_long, self._pairs(by_title) | heard)
        return self._pairs(by_artist) | set(alike)

    def judge(self, pair: Pair) -> tuple[str | None, float]:
        """Say what two tracks are to each other, None if nothing, and how alike they sound."""
        a, b = (self.titles[row] for row in pair)
        likeness = self.likeness(pair)
        if a.is_generic or a.base != b.base:
            return (SAME_RECORDING if self._is_same(pair, likeness, self.config.identical) else None), likeness
        if self.artists[pair[0]].isdisjoint(self.artists[pair[1]]):
            return (SAME_RECORDING if self._is_same(pair, likeness, self.config.same_recording) else None), likeness
        if likeness >= self.config.same_recording:
            return SAME_RECORDING, likeness
        is_said = bool((a.qualifiers | b.qualifiers) - {"edition"})
        return (VERSION if is_said or likeness >= self.config.one_performance else UNLIKE), likeness

    def describe(self, rows: Sequence[int], verdicts: Mapping[Pair, tuple[str | None, float]]) -> VersionGroup:
        """Put the original first and say what the others are to it."""
        first, *others = sorted(rows, key=lambda row: (len(self.titles[row].qualifiers), row))
        same = (verdicts.get((min(first, row), max(first, row)), ("", 0.0))[0] == SAME_RECORDING for row in others)
        kinds = (SAME_RECORDING if is_same else VERSION for is_same in same)
        return VersionGroup(rows=(first, *others), kinds=(ORIGINAL, *kinds))

    def _pairs(self, buckets: Mapping[Hashable, list[int]]) -> set[Pair]:
        small = (rows for rows in buckets.values() if len(rows) <= self.config.largest_bucket)
        return {pair for rows in small for pair in combinations(rows, 2)}

    def _are_equally_long(self, pair: Pair) -> bool:
        return abs(self.durations[pair[0]] - self.durations[pair[1]]) <= self.config.duration_seconds

    def _is_same(self, pair: Pair, likeness: float, needed: float) -> bool:
        return likeness >= needed and self._are_equally_long(pair)


def _join(verdicts: Mapping[Pair, tuple[str | None, float]]) -> list[set[int]]:
    """Unite tracks, the most alike first, but never two groups that hold tracks unlike each other."""
    unlike: dict[int, set[int]] = defaultdict(set)
    for (a, b), (verdict, _) in verdicts.items():
        if verdict == UNLIKE:
            unlike[a].add(b)
            unlike[b].add(a)
    groups: dict[int, set[int]] = {}
    together = [pair for pair, (verdict, _) in verdicts.items() if verdict in (SAME_RECORDING, VERSION)]
    for a, b in sorted(together, key=lambda pair: -verdicts[pair][1]):
        one, other = groups.setdefault(a, {a}), groups.setdefault(b, {b})
        if one is not other and not any(unlike[row] & other for row in one):
            one |= other
            groups.update(dict.fromkeys(other, one))
    return [group for group in {id(group): group for group in groups.values()}.values() if len(group) > 1]
