"""Which tracks are versions of one song: live, remastered, shortened, remixed, or the same recording on a best-of?

Two things must agree before two tracks are taken together: what is written (title, artist) and what is heard (the
nearness of their embeddings, their durations). The less the words say, the more the sound must:

- same title, same artist, and at least one says that it is a version ("Live", "Remix"): unlike sound is no objection;
- same title, same artist, nothing said: they must sound alike ("Intro" of two albums does not);
- same title, another artist, or a title that says nothing: the same recording only;
- another title: only if the sound is practically identical and equally long.

In doubt, tracks are left apart. Nothing is merged or deleted: groups are only named.

Conventions: a `row` is a track's position in all columns. Embeddings are rows of any length; nearness is their cosine
after the library's mean is taken off, so that an offset that all embeddings share does not make all tracks alike.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.selection.titles import NormalisedTitle, normalise_title

Pair = tuple[int, int]

ORIGINAL, SAME_RECORDING, VERSION, UNLIKE = "original", "same recording", "version", "unlike"
FEW_TRACKS = 20  # the mean of so many says little: it is shrunk by half


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConfig:
    """How alike tracks must sound; nearness is −1…1.

    Attributes
    ----------
    alike
        Tracks of one artist and title that do not say that they are versions.
    same_recording
        From here on, two tracks are one recording, mastered or encoded differently.
    identical
        What another title must overcome.
    duration_seconds
        How much the durations of one recording may differ.
    largest_bucket
        A title that one artist has given more tracks than this names no song.

    Examples
    --------
    >>> VersionConfig().same_recording < VersionConfig().identical
    True
    """

    alike: float = 0.5
    same_recording: float = 0.9
    identical: float = 0.98
    duration_seconds: float = 3.0
    largest_bucket: int = 50

    def __post_init__(self) -> None:
        check_range("alike", self.alike, -1, 1)
        check_range("same_recording", self.same_recording, self.alike, 1)
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
        As `rows`: "original" for the first, then "same recording" or "version".
    """

    rows: tuple[int, ...]
    kinds: tuple[str, ...]


def find_versions(
    titles: Sequence[str],
    artists: Sequence[Set[str]],
    durations_seconds: NDArray[np.floating],
    embeddings: NDArray[np.float32],
    *,
    neighbours: NDArray[np.intp] | None = None,
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
    embeddings
        Shape (n_tracks, d).
    neighbours
        Shape (n_tracks, k), rows of the nearest tracks of each, −1 for none: finds recordings whose titles differ.
    config
        Default: ``VersionConfig()``.

    Returns
    -------
    In the order of their first rows; a track is in one group at most.

    Examples
    --------
    >>> by = [{"black sabbath"}, {"black sabbath"}, {"the cardigans"}]
    >>> titles = ["Paranoid", "Paranoid - Live in Paris", "Paranoid"]
    >>> find_versions(titles, by, np.array([170.0, 188.0, 200.0]), np.eye(3, dtype=np.float32))
    [VersionGroup(rows=(0, 1), kinds=('original', 'version'))]
    """
    tracks = _Tracks(titles, artists, durations_seconds, embeddings, config or VersionConfig())
    verdicts = {pair: tracks.judge(pair) for pair in tracks.pairs_by_words() | tracks.pairs_by_sound(neighbours)}
    groups = _join(verdicts, tracks.nearness)
    return [tracks.describe(rows) for rows in sorted(map(sorted, groups))]


class _Tracks:
    """What is known of the tracks, and the rules of this module."""

    def __init__(
        self,
        titles: Sequence[str],
        artists: Sequence[Set[str]],
        durations_seconds: NDArray[np.floating],
        embeddings: NDArray[np.float32],
        config: VersionConfig,
    ) -> None:
        self.titles: list[NormalisedTitle] = [normalise_title(title) for title in titles]
        self.artists = artists
        self.durations = np.where(durations_seconds > 0, durations_seconds, np.nan)
        self.config = config
        centred = embeddings - embeddings.sum(axis=0) / (len(embeddings) + FEW_TRACKS)
        self.unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)

    def nearness(self, pair: Pair) -> float:
        return float(self.unit[pair[0]] @ self.unit[pair[1]])

    def judge(self, pair: Pair) -> str | None:
        """Say what two tracks are to each other: SAME_RECORDING, VERSION, UNLIKE, or None if nothing is known."""
        a, b = (self.titles[row] for row in pair)
        nearness = self.nearness(pair)
        is_equally_long = abs(np.subtract(*self.durations[list(pair)])) <= self.config.duration_seconds
        is_generic = a.is_generic or b.is_generic
        needed = self.config.same_recording if a.base == b.base or is_generic else self.config.identical
        if nearness >= needed and is_equally_long:
            return SAME_RECORDING
        if is_generic or a.base != b.base or self.artists[pair[0]].isdisjoint(self.artists[pair[1]]):
            return None
        is_said = bool((a.qualifiers | b.qualifiers) - {"edition"})
        return VERSION if is_said or nearness >= self.config.alike else UNLIKE

    def pairs_by_words(self) -> set[Pair]:
        """Pair tracks of one artist and title; of one title, if they sound like one recording."""
        by_artist: dict[Hashable, list[int]] = defaultdict(list)
        by_title: dict[Hashable, list[int]] = defaultdict(list)
        for row, title in enumerate(self.titles):
            if not title.is_generic:
                by_title[title.base].append(row)
                for artist in self.artists[row]:
                    by_artist[title.base, artist].append(row)
        alike = {pair for pair in self._pairs(by_title) if self.nearness(pair) >= self.config.same_recording}
        return self._pairs(by_artist) | alike

    def pairs_by_sound(self, neighbours: NDArray[np.intp] | None) -> set[Pair]:
        """Pair tracks with neighbours that sound like the same recording."""
        pairs: set[Pair] = set()
        for column in () if neighbours is None else neighbours.T:
            rows = np.flatnonzero((column >= 0) & (column != np.arange(len(column))))
            nearness = np.einsum("nd,nd->n", self.unit[rows], self.unit[column[rows]])
            near = rows[nearness >= self.config.same_recording]
            pairs.update((min(a, b), max(a, b)) for a, b in zip(near.tolist(), column[near].tolist(), strict=True))
        return pairs

    def _pairs(self, buckets: dict[Hashable, list[int]]) -> set[Pair]:
        rows = (bucket for bucket in buckets.values() if len(bucket) <= self.config.largest_bucket)
        return {pair for bucket in rows for pair in combinations(bucket, 2)}

    def describe(self, rows: Sequence[int]) -> VersionGroup:
        """Put the original first and say what the others are to it."""
        first, *others = sorted(rows, key=lambda row: (len(self.titles[row].qualifiers), row))
        kinds = (SAME_RECORDING if self.judge((first, row)) == SAME_RECORDING else VERSION for row in others)
        return VersionGroup(rows=(first, *others), kinds=(ORIGINAL, *kinds))


def _join(verdicts: Mapping[Pair, str | None], nearness: Callable[[Pair], float]) -> list[set[int]]:
    """Unite tracks, nearest first, but never two groups that hold tracks unlike each other."""
    unlike: dict[int, set[int]] = defaultdict(set)
    for (a, b), verdict in verdicts.items():
        if verdict == UNLIKE:
            unlike[a].add(b)
            unlike[b].add(a)
    groups: dict[int, set[int]] = {}
    together = (pair for pair, verdict in verdicts.items() if verdict in (SAME_RECORDING, VERSION))
    for a, b in sorted(together, key=lambda pair: (-nearness(pair), pair)):
        one, other = groups.setdefault(a, {a}), groups.setdefault(b, {b})
        if one is not other and not any(unlike[row] & other for row in one):
            one |= other
            groups.update(dict.fromkeys(other, one))
    return [group for group in {id(group): group for group in groups.values()}.values() if len(group) > 1]
