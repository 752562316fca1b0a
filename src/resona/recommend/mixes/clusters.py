"""Into which kinds of music does a library fall, and what would one call them?

References
----------
.. [1] I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using clustering", Machine
   Learning 42, 2001: spherical k-means.
.. [2] D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import ASPECTS
from resona.errors import QueryError

Rows = NDArray[np.intp]
Vectors = NDArray[np.float32]

MAX_FITTED = 8_000  # a sample of this size places the centres of a larger library
MAX_ROUNDS = 25
SETTLED = 0.002  # the share of tracks that may still change groups
N_STARTS = 3
WORDS = {ASPECTS[name].name: ASPECTS[name].words for name in ("energy", "tempo", "brightness")}  # by weight
LIKELY, STANDS_OUT = 0.3, 3.0  # mean probability of a word that names a group, and how much more than elsewhere
FAINTEST = 1e-3
SOUNDS = {"instrument", "voice"}  # kinds of words


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterName:
    """What a group is called, word by word, so that it can be said in another language.

    Attributes
    ----------
    qualities
        Such as "calm" and "dark".
    kind
        A genre, or a word; empty for a mixture.
    sound
        An instrument or voice that stands out; empty where none does, or where it is the kind.
    number
        Which of several groups it is that would be called the same.

    Examples
    --------
    >>> str(ClusterName(qualities=("slow",), kind="orchestral", sound="violin", number=2))
    'Slow orchestral, violin 2'
    """

    qualities: tuple[str, ...] = ()
    kind: str = ""
    sound: str = ""
    number: int = 1

    def __str__(self) -> str:
        name = " ".join([*self.qualities, self.kind or "mixed"]) + (f", {self.sound}" if self.sound else "")
        return f"{name[0].upper()}{name[1:]}" + (f" {self.number}" if self.number > 1 else "")


def find_clusters(embeddings: Vectors, *, k: int = 0, seed: int = 0) -> list[Rows]:
    """Split a library into groups that sound alike, by spherical k-means [1]_ with careful seeding [2]_.

    Parameters
    ----------
    embeddings
        Shape (n_tracks, d), unit rows.
    k
        Number of groups; 0 chooses by the size of the library: 2 for 100 tracks, 6 for 1,000, 20 for 10,000, at most
        24.
    seed
        Of the start; the same seed gives the same groups.

    Returns
    -------
    The rows of each group, nearest to its centre first; the largest group first; none is empty.

    Raises
    ------
    QueryError
        If there are fewer tracks than groups.

    Examples
    --------
    >>> find_clusters(np.array([[1, 0], [0, 1], [0.8, 0.6], [0.1, 0.99]], dtype=np.float32), k=2)
    [array([1, 3]), array([0, 2])]
    """
    k = k or int(np.clip(round(np.sqrt(len(embeddings)) / 5), 2, 24))
    if not 1 <= k <= len(embeddings):
        raise QueryError(f"{len(embeddings)} tracks cannot make {k} groups")
    rng = np.random.default_rng(seed)
    sample = embeddings
    if len(embeddings) > MAX_FITTED:
        sample = embeddings[rng.choice(len(embeddings), MAX_FITTED, replace=False)]
    starts = [_fit(sample, k, rng) for _ in range(N_STARTS)]
    centres = max(starts, key=lambda centres: (sample @ centres.T).max(axis=1).sum())
    nearness = embeddings @ centres.T
    labels = nearness.argmax(axis=1)
    groups = [np.flatnonzero(labels == label) for label in range(k)]
    groups = [rows[np.argsort(-nearness[rows, label], kind="stable")] for label, rows in enumerate(groups)]
    return sorted((rows for rows in groups if len(rows)), key=len, reverse=True)


def _fit(embeddings: Vectors, k: int, rng: np.random.Generator) -> Vectors:
    """Place k centres, shape (k, d), unit rows."""
    centres = _spread(embeddings, k, rng)
    labels = np.full(len(embeddings), -1)
    for _ in range(MAX_ROUNDS):
        nearness = embeddings @ centres.T
        old, labels = labels, nearness.argmax(axis=1)
        if np.mean(old != labels) < SETTLED:
            break
        members = np.equal(labels, np.arange(k)[:, None]).astype(np.float32)  # (k, n)
        sums = members @ embeddings
        lengths = np.linalg.norm(sums, axis=1)
        lonely = embeddings[nearness.max(axis=1).argmin()]  # an empty group starts again there
        centres = np.where(lengths[:, None] > 1e-6, sums / np.maximum(lengths, 1e-6)[:, None], lonely)
    return centres


def _spread(embeddings: Vectors, k: int, rng: np.random.Generator) -> Vectors:
    """Draw k tracks far from each other [2]_."""
    chosen = [int(rng.integers(len(embeddings)))]
    farness = np.full(len(embeddings), np.inf)
    for _ in range(k - 1):
        farness = np.minimum(farness, 1.0 - embeddings @ embeddings[chosen[-1]]).clip(1e-9)
        chosen.append(int(rng.choice(len(embeddings), p=farness / farness.sum())))
    return embeddings[chosen]


def name_clusters(
    groups: Sequence[Rows],
    genres: Sequence[Sequence[str]],
    descriptors: Mapping[str, NDArray[np.float64]],
    told: Sequence[tuple[str, str, NDArray[np.floating]]] = (),
) -> list[ClusterName]:
    """Name groups by what sets them apart from the library.

    The genre is the one that is both frequent in the group and rarer elsewhere; a word such as "calm" or "fast" is
    given where the group's median lies in the library's lowest or highest third. Words that the model tells join where
    they stand out: an instrument or voice, a mood where nothing measured says more, a genre where no tag does.

    Parameters
    ----------
    groups
        As `find_clusters` returns them.
    genres
        Of every track in the library.
    descriptors
        Columns (n_tracks,) of energy, tempo_bpm and brightness_hz, NaN where unknown; any may be missing.
    told
        For each word its name, its kind, and how likely it is to be said of every track, shape (n_tracks,).

    Returns
    -------
    Different names, such as "Calm dark ambient, piano" or "Mixed 2".

    Examples
    --------
    >>> groups = [np.array([0, 1]), np.array([2, 3])]
    >>> genres = [["rock"], ["rock"], [], []]
    >>> tempo, piano = np.array([150.0, 160.0, 80.0, 70.0]), np.array([0.0, 0.1, 0.9, 0.8], np.float32)
    >>> [str(name) for name in name_clusters(groups, genres, {"tempo_bpm": tempo}, [("piano", "instrument", piano)])]
    ['Fast rock', 'Slow piano']
    """
    library = Counter(genre for names in genres for genre in names)
    seen: Counter[str] = Counter()
    names = []
    for rows in groups:
        said = _told(rows, told)
        words = [word for column, pair in WORDS.items() if (word := _word(rows, descriptors.get(column), pair))]
        sound, mood = _first(said, SOUNDS), _first(said, {"mood"})
        kind = _genre(rows, genres, library) or _first(said, {"genre"} | SOUNDS)
        qualities = tuple(words or ([mood] if mood else []))
        name = ClusterName(qualities=qualities, kind=kind, sound="" if sound == kind else sound)
        seen[str(name)] += 1
        names.append(replace(name, number=seen[str(name)]))
    return names


def _told(rows: Rows, told: Sequence[tuple[str, str, NDArray[np.floating]]]) -> list[tuple[str, str]]:
    """Find the words, with their kinds, that are likely here and rare elsewhere, the most telling first."""
    found = []
    for word, kind, likely in told:
        here = float(likely[rows].mean())
        elsewhere = (float(likely.sum()) - here * len(rows)) / max(len(likely) - len(rows), 1)
        if here >= LIKELY and here >= STANDS_OUT * elsewhere:
            found.append((here * np.log(here / max(elsewhere, FAINTEST)), word, kind))
    return [(word, kind) for _, word, kind in sorted(found, reverse=True)]


def _first(said: Sequence[tuple[str, str]], kinds: Collection[str]) -> str:
    return next((word for word, kind in said if kind in kinds), "")


def _genre(rows: Rows, genres: Sequence[Sequence[str]], library: Counter[str]) -> str:
    """Find the genre that says most about a group: at least a fifth of it, and most above its share elsewhere."""
    here = Counter(genre for row in rows for genre in genres[row])
    telling = {
        genre: count / len(rows) * np.log(count / len(rows) * len(genres) / library[genre])
        for genre, count in here.items()
        if count >= len(rows) / 5
    }
    return max(telling, key=lambda genre: telling[genre], default="")


def _word(rows: Rows, column: NDArray[np.float64] | None, pair: tuple[str, str]) -> str:
    if column is None or np.isnan(column[rows]).all():
        return ""
    low, high = np.nanquantile(column, [1 / 3, 2 / 3])
    median = np.nanmedian(column[rows])
    return pair[0] if median < low else pair[1] if median > high else ""
