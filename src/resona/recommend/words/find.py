"""Which tracks does a text such as "calm piano, no drums" call for?

A track fits as well as the geometric mean of its words' probabilities says (of their complements, for what is not
wanted), a word of double weight counting twice: all must hold, and one that surely does not costs more than another
that surely does can win. Tracks whose titles hold the words are told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError
from resona.recommend import limits
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.hubness import nearest_rows
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.recommend.limits import select
from resona.recommend.queries.seeds import centroid
from resona.recommend.request import Request
from resona.recommend.words.grammar import Asked, Term
from resona.tracks import Track, fold, track_dict

Array = NDArray[np.float32]

WORDS = "words:"  # before words that stand for a song
N_NAMED = 5
N_TYPICAL = 10  # tracks whose centre stands for words
SURE = 1e-4  # no word is surer than this, or surer not to hold
FAINT = 0.15  # a word less likely than this of every track is not in the library


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A track that fits: `likelihood` of all words together, and the `words` one by one, 0–1."""

    rank: int
    track: Track
    likelihood: float
    words: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        words = {word: round(value, 4) for word, value in self.words.items()}
        return {"rank": self.rank, **track_dict(self.track), "likelihood": round(self.likelihood, 4), "words": words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a text.

    Attributes
    ----------
    asked
        How it was understood.
    named
        Tracks whose titles hold its words.
    results
        Tracks whose sound fits, the best first.
    missing
        Wanted words that nothing in the library sounds like.
    is_filtered_out
        Whether the filter lets no track through.
    """

    text: str
    asked: Asked
    model: str
    named: tuple[Track, ...]
    results: tuple[Match, ...]
    missing: tuple[str, ...]
    is_filtered_out: bool = False

    @property
    def sentences(self) -> list[str]:
        """What was not understood or not found, for people."""
        filtered_out = ["No track passes the filter."] if self.is_filtered_out else []
        return [*self.asked.sentences, *filtered_out, *(f"Nothing here sounds like “{word}”." for word in self.missing)]

    def as_dict(self) -> dict[str, Any]:
        """Give what `resona find --json` prints."""
        return {
            "text": self.text,
            "terms": [{"word": term.word, "weight": term.weight} for term in self.asked.terms],
            "unknown": {text: list(near) for text, near in self.asked.unknown.items()},
            "missing": list(self.missing),
            "model": self.model,
            "named": [track_dict(track) for track in self.named],
            "results": [match.as_dict() for match in self.results],
        }


def find(catalogue: Catalogue, text: str, request: Request) -> Found:
    """Find the tracks that a text calls for, by title and by sound.

    Parameters
    ----------
    catalogue
        The library.
    text
        Words, as `resona.recommend.words.grammar` reads them.
    request
        How many, and under which filters and limits; its queries do not matter.

    Raises
    ------
    QueryError
        If the model tells no words, or none was understood and no title holds them.
    """
    asked = catalogue.vocabulary.understand(text)
    allowed = allowed_masks(catalogue, request.where, request.genre_groups, with_excluded=request.with_excluded)
    is_allowed = all_pass(allowed, len(catalogue))
    named = _named(catalogue, text)
    if not asked.terms and not named:
        raise QueryError(_untold(asked) or "name what it should sound like, such as “calm piano”")
    if request.where.strip():
        named = [track for track in named if is_allowed[catalogue.rows_of([track])].any()]
    fits = likelihood(catalogue, asked.terms)
    rows = np.arange(0)
    if asked.terms:
        wanted = limits.Wanted(n=request.k)
        near = nearest_rows(fits, limits.depth(request.k), is_allowed)
        ranked = near[np.argsort(-fits[near], kind="stable")]
        rows = select(ranked, catalogue.attributes, wanted, limits=request.limits, allowed=allowed).rows
        rows = rows[np.argsort(-fits[rows], kind="stable")]
    return Found(
        text=text,
        asked=asked,
        model=catalogue.model.name,
        named=tuple(named),
        results=tuple(_matches(catalogue, asked.terms, fits, rows)),
        missing=tuple(
            term.word
            for term in asked.terms
            if term.weight > 0 and is_allowed.any() and catalogue.told[term.word][is_allowed].max() < FAINT
        ),
        is_filtered_out=bool(request.where.strip()) and not is_allowed.any(),
    )


def likelihood(catalogue: Catalogue, terms: Sequence[Term]) -> Array:
    """Say how well each track fits some words: shape (n,), 0 to 1.

    Parameters
    ----------
    catalogue
        The library.
    terms
        Of its vocabulary; without any, everything fits.
    """
    total = np.zeros(len(catalogue), np.float32)
    for term in terms:
        likely = catalogue.told[term.word] if term.weight > 0 else 1 - catalogue.told[term.word]
        total += np.float32(abs(term.weight)) * np.log(likely.clip(SURE, 1))
    weight = sum(abs(term.weight) for term in terms)
    fits: Array = np.exp(total / max(weight, 1e-9), dtype=np.float32)
    return fits


def fitting(catalogue: Catalogue, text: str) -> Array:
    """Say how well each track fits a text: shape (n,), 0 to 1.

    Raises
    ------
    QueryError
        If the model tells no words, or not these.
    """
    return likelihood(catalogue, _known(catalogue, text))


def moves(catalogue: Catalogue, request: Request) -> list[Term]:
    """Read the words that a list is to have more and less of.

    Raises
    ------
    QueryError
        If the model tells no words, or not these.
    """
    more, less = (
        [term for text in texts for term in _known(catalogue, text)] for texts in (request.more, request.less)
    )
    return [*more, *(Term(term.word, -term.weight) for term in less)]


def sounding_like(catalogue: Catalogue, text: str) -> Array:
    """Give the vector that stands for words, shape (d,): the centre of the tracks that fit best.

    Raises
    ------
    QueryError
        If the model tells no words, or not these.
    """
    fits = fitting(catalogue, text)
    heard = catalogue.heard or catalogue
    return centroid(heard.directions[np.argsort(-fits, kind="stable")[:N_TYPICAL]])


def _known(catalogue: Catalogue, text: str) -> tuple[Term, ...]:
    asked = catalogue.vocabulary.understand(text)
    if asked.unknown or not asked.terms:
        raise QueryError(_untold(asked) or f"{text!r} names no word, such as “calm piano”")
    return asked.terms


def _untold(asked: Asked) -> str:
    is_guided = not asked.unknown or any(asked.unknown.values())
    return " ".join([*asked.sentences, *([] if is_guided else ["`resona find` lists those that are."])])


def _matches(catalogue: Catalogue, terms: Sequence[Term], fits: Array, rows: NDArray[np.intp]) -> list[Match]:
    return [
        Match(
            rank=rank,
            track=track,
            likelihood=float(fits[row]),
            words={term.word: float(catalogue.told[term.word][row]) for term in terms},
        )
        for rank, (row, track) in enumerate(zip(rows.tolist(), catalogue.tracks_at(rows), strict=True), start=1)
    ]


def _named(catalogue: Catalogue, text: str) -> list[Track]:
    """Find tracks whose titles hold all words of a text."""
    wanted = set(fold(text).split())
    found = catalogue.store.tracks.search(text, limit=10 * N_NAMED) if wanted else []
    return [track for track in found if wanted <= set(fold(track.tags.title).split())][:N_NAMED]
