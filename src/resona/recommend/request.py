"""What is asked for, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from resona.config import check_range
from resona.errors import QueryError
from resona.recommend.limits import Limits, Selection
from resona.recommend.queries.resolve import Query
from resona.recommend.queries.seeds import METHODS
from resona.recommend.words.grammar import Term
from resona.store.history import seed_key
from resona.tracks import Track, track_dict

WORDS = ((0.98, "nearly the same recording"), (0.85, "very alike"), (0.5, "of a kind"), (0.0, "far"))
ORDERS = ("similarity", "flow", "shuffle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    queries
        Titles, artists and titles, albums, artists, paths, playlists, audio files; or what they turned out to mean.
    k
        How many tracks.
    limits
        How often an artist or album may turn up; see `resona.recommend.limits.Limits`.
    negatives
        Songs to move away from, written like queries.
    weights
        How much each query counts; all the same if empty.
    more, less
        Words to move to and away from, such as "female vocals"; see `resona.recommend.words`.
    method, strength
        How several seeds are combined, and how much negatives count: see `resona.recommend.queries.seeds.combine`.
    part
        Hear only this part of the queries: from and to in seconds, None for the end.
    where, genre_groups
        A filter as in `resona.recommend.filters.grammar`, and names for several genres in it.
    with_excluded
        Let in what is excluded for good.
    is_fresh
        Leave out what was given before for the same seeds: see `resona.store.history`.
    given
        Ids of tracks to leave out as if they had been given before.
    diversity
        0 for the most similar tracks, up to 1 for the most different among similar ones.
    order
        "similarity", "flow" (small steps in sound, tempo, key and energy) or "shuffle".
    spacing
        Tracks of others between two of one artist.
    seed
        Of the shuffle.
    extend_to
        Make a list of this many tracks out of the seeds and new ones, instead of `k` new ones; 0 for no.
    """

    queries: tuple[str | Query, ...]
    k: int = 20
    limits: Limits = field(default_factory=Limits)
    negatives: tuple[str | Query, ...] = ()
    weights: tuple[float, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    method: str = "mean"
    strength: float = 0.5
    part: tuple[float, float | None] | None = None
    where: str = ""
    genre_groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    with_excluded: bool = False
    is_fresh: bool = False
    given: tuple[int, ...] = ()
    diversity: float = 0.0
    order: str = "similarity"
    spacing: int = 0
    seed: int = 0
    extend_to: int = 0

    def __post_init__(self) -> None:
        check_range("k", self.k, 1, 1_000_000)
        check_range("strength", self.strength, 0, 1)
        check_range("diversity", self.diversity, 0, 1)
        check_range("spacing", self.spacing, 0, 1000)
        check_range("seed", self.seed, 0, 2**63)
        check_range("extend_to", self.extend_to, 0, 1_000_000)
        for name, choices in (("method", METHODS), ("order", ORDERS)):
            if getattr(self, name) not in choices:
                raise QueryError(f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}")
        if self.part and self.part[1] is not None and not 0 <= self.part[0] < self.part[1]:
            raise QueryError("the part must begin before it ends")
        if not self.queries:
            raise QueryError("there is no seed: name at least one track")

    @classmethod
    def of(cls, queries: Sequence[str | Query], **options: Any) -> "Request":
        """Make a request of options: fields of a request and, by their own names, of its limits.

        Raises
        ------
        QueryError, ConfigError
            If a value is out of range.

        Examples
        --------
        >>> Request.of(["Sinnerman"], k=5, per_artist=1).limits.per_artist
        1
        """
        names = {item.name for item in fields(Limits)}
        limits = {name: options.pop(name) for name in names & set(options)}
        if limits:
            options["limits"] = replace(options.get("limits", Limits()), **limits)
        return cls(queries=tuple(queries), **options)

    def n_new(self, n_seeds: int) -> int:
        """Say how many new tracks are wanted.

        Raises
        ------
        QueryError
            If the seeds already are as many as the list should have.
        """
        if 0 < self.extend_to <= n_seeds:
            raise QueryError(f"the list has {n_seeds} of its {self.extend_to} tracks already: extend it to more")
        return self.extend_to - n_seeds if self.extend_to else self.k


def history_key(queries: Sequence[Query]) -> str:
    """Name what was asked for: the same for the same seeds in any order."""
    track_ids = [track.track_id for query in queries for track in query.tracks]
    return seed_key(track_ids, [query.text for query in queries if not query.tracks])


def in_words(similarity: float) -> str:
    """Say what a similarity means. More than a half is more likely alike than not; the other steps are for reading.

    Examples
    --------
    >>> [in_words(similarity) for similarity in (0.995, 0.9, 0.6, 0.2)]
    ['nearly the same recording', 'very alike', 'of a kind', 'far']
    """
    return next(words for least, words in WORDS if similarity >= least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One line of the list; `similarity` is a calibrated probability, 0–1."""

    rank: int
    track: Track
    similarity: float

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        similarity = round(self.similarity, 4)
        return {"rank": self.rank, **track_dict(self.track), "similarity": similarity, "in_words": in_words(similarity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """The list, and what it answers.

    Attributes
    ----------
    queries, negatives
        What the texts turned out to mean.
    moves
        The words that the list was moved to, and away from: those have a weight below 0.
    removed
        Reason to number of tracks that filters and limits left out.
    relaxed
        Which limits were relaxed to fill the list, in sentences.
    """

    queries: tuple[Query, ...]
    model: str
    results: tuple[Recommendation, ...]
    removed: dict[str, int] = field(default_factory=dict)
    relaxed: list[str] = field(default_factory=list)
    negatives: tuple[Query, ...] = ()
    moves: tuple[Term, ...] = ()

    @property
    def title(self) -> str:
        """What was asked for, for people."""
        unlike = [f"unlike {', '.join(query.label for query in self.negatives)}"] if self.negatives else []
        moves = [f"{'more' if term.weight > 0 else 'less'} {term.word}" for term in self.moves]
        return "Like " + ", ".join([query.label for query in self.queries] + unlike + moves)

    @property
    def history_key(self) -> str:
        """What the history knows these seeds by; see `resona.store.history`."""
        return history_key(self.queries)

    @property
    def removed_sentence(self) -> str:
        """What was left out, for people; empty if nothing was."""
        return Selection(rows=np.arange(0), removed=self.removed).removed_sentence

    def as_dict(self) -> dict[str, Any]:
        """Give what `recommend --json` prints."""
        return {
            "query": self.queries[0].as_dict(),
            "queries": [query.as_dict() for query in self.queries],
            "not": [query.as_dict() for query in self.negatives],
            "moves": [{"word": term.word, "weight": term.weight} for term in self.moves],
            "model": self.model,
            "results": [result.as_dict() for result in self.results],
            "removed": self.removed,
            "relaxed": self.relaxed,
        }
