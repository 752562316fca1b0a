"""Can a word of one's own be told, such as "rainy day", after a few songs that it is said of?

By their centre [1]_ among the words that the model tells: a track is the likelier meant the farther it lies from the
library's middle towards theirs, each track standing as the square roots of its words' probabilities, whose distances
are Hellinger's [2]_. That ranks other songs better than the model's vectors do, and with five songs nothing finer is
better. Before a word is kept, each of its songs is held out in turn: the word must put it before most of the library.
Only the songs are kept; a word is learned from them whenever the library or the model has changed.

References
----------
.. [1] J. J. Rocchio, "Relevance feedback in information retrieval", in The SMART Retrieval System, 1971.
.. [2] R. Arandjelović and A. Zisserman, "Three things everyone should know to improve object retrieval", CVPR 2012:
   square roots before comparing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError
from resona.inference import Words
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.words.grammar import Term, key, understand
from resona.store import Store

Array = NDArray[np.float32]

FEWEST = 5  # songs
LEAST = 0.75  # share of the library before which a song that was held out must come, in the mean
EXPECTED = 0.05  # share of a library that a word is said of
N_LIBRARY = 2000  # tracks that stand for it
MOST_LETTERS = 64
MOST_SONGS = 1000
LEAST_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What was learned: a linear map over traits, and how well it does.

    Attributes
    ----------
    weights, bias
        Shape (d,) and a number: log odds.
    agreement
        The share of the library that songs come before which were held out: ½ is chance.
    """

    weights: Array
    bias: float
    agreement: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWord:
    """A word of a profile: the tracks that it was learned from, and how well it does now.

    The `agreement` is that of `OwnWord`; None where the word is not told: too few of its tracks are left, or the model
    tells no words that it could be learned through.
    """

    word: str
    track_ids: tuple[int, ...]
    agreement: float | None


def learn_word(songs: Array, library: Array) -> OwnWord:
    """Learn a word from songs that it is said of.

    Parameters
    ----------
    songs
        Shape (n_songs, d), two at least: their traits; see `resona.inference.Words.traits`.
    library
        Shape (n, d): those of others, of which it is mostly not said.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> library = rng.random((200, 8)).astype(np.float32)
    >>> songs = np.array([0.9, 0, 0, 0, 0, 0, 0, 0]) + 0.1 * library[:5]
    >>> learn_word(songs, library).agreement > 0.9
    True
    """
    middle = library.mean(axis=0)
    ahead = []
    for held_out in range(len(songs)):
        way = np.delete(songs, held_out, axis=0).mean(axis=0) - middle
        ahead.append((library @ way < songs[held_out] @ way).mean())
    centre = songs.mean(axis=0)
    way = (centre - middle) / max(float(np.var(library @ (centre - middle))), LEAST_SPREAD)
    way *= (centre - middle) @ (centre - middle)
    bias = np.log(EXPECTED / (1 - EXPECTED)) - way @ (centre + middle) / 2  # even odds half way, but for how rare it is
    return OwnWord(way, float(bias), float(np.mean(ahead)))


def library_rows(n_tracks: int) -> NDArray[np.intp]:
    """Choose the tracks that stand for a library."""
    some: NDArray[np.intp] = np.random.default_rng(0).permutation(n_tracks)[:N_LIBRARY]
    return some


class OwnWords:
    """The words of a profile.

    Parameters
    ----------
    store
        The library.
    profile
        Whose.
    """

    def __init__(self, store: Store, profile: str) -> None:
        self._settings, self._name = store.settings, f"words {profile}"

    @property
    def songs(self) -> Mapping[str, list[int]]:
        """Word to the ids of the tracks that it was learned from."""
        return dict(self._settings.get(self._name, {}))

    def songs_of(self, name: str) -> list[int]:
        """Give the ids of the tracks that a word was learned from; none where it was not."""
        return next((ids for word, ids in self.songs.items() if key(word) == key(name)), [])

    def known(self, catalogue: Catalogue) -> list[KnownWord]:
        """List the words, by name."""
        learned = self._learned(catalogue)
        return [
            KnownWord(word=name, track_ids=tuple(ids), agreement=learned[name].agreement if name in learned else None)
            for name, ids in sorted(self.songs.items(), key=lambda item: item[0].casefold())
        ]

    def teach(self, catalogue: Catalogue, name: str, track_ids: Sequence[int]) -> float:
        """Learn a word, or learn it anew, and give its agreement; see `OwnWord`.

        Raises
        ------
        QueryError
            If the songs are too few, too many or have nothing in common, or the word cannot be one.
        """
        self._check(catalogue, name)
        track_ids = sorted(set(track_ids))
        if len(track_ids) > MOST_SONGS:
            raise QueryError(f"a word is learned from up to {MOST_SONGS} songs, got {len(track_ids)}; name fewer")
        rows = catalogue.rows_of_ids(track_ids).tolist()
        if len(rows) < FEWEST:
            raise QueryError(f"a word is learned from {FEWEST} songs at least that were heard, got {len(rows)}")
        word = _learned(catalogue, {name: rows})[name]
        if word.agreement < LEAST:
            raise QueryError(
                f"these songs have nothing in common that tells {name!r}: one that is held out comes before "
                f"{word.agreement:.0%} of the library, and {LEAST:.0%} are needed; name songs that are more alike"
            )
        others = {other: ids for other, ids in self.songs.items() if key(other) != key(name)}
        self._settings.put(self._name, {**others, name: track_ids})
        return word.agreement

    def rename(self, catalogue: Catalogue, name: str, new: str) -> None:
        """Call a word otherwise.

        Raises
        ------
        QueryError
            If it was never taught, or the new name cannot be a word's or is another one's.
        """
        found, others = self._songs_and_others(name)
        self._check(catalogue, new)
        if key(new) in map(key, others):
            raise QueryError(f"{new!r} is a word of yours already; choose another name")
        self._settings.put(self._name, {**others, new: found})

    def forget(self, name: str) -> None:
        """Forget a word.

        Raises
        ------
        QueryError
            If it was never taught.
        """
        self._settings.put(self._name, self._songs_and_others(name)[1] or None)

    def learned(self, catalogue: Catalogue) -> Words | None:
        """Learn all words of which two songs are still there; None if there are none."""
        found = self._learned(catalogue)
        if not found:
            return None
        words = found.values()
        return Words(
            tuple(found),
            ("own",) * len(found),
            np.stack([word.weights for word in words]),
            np.array([word.bias for word in words]),
            np.array([word.agreement for word in words]),
            through=catalogue.model.words,
        )

    def _learned(self, catalogue: Catalogue) -> dict[str, OwnWord]:
        rows = {name: catalogue.rows_of_ids(ids).tolist() for name, ids in self.songs.items()}
        return _learned(catalogue, {name: some for name, some in rows.items() if len(some) > 1})

    def _songs_and_others(self, name: str) -> tuple[list[int], dict[str, list[int]]]:
        """Give the songs of a word, in whatever form `key` makes equal, and the other words."""
        songs = self.songs_of(name)
        if not songs:
            raise QueryError(f"{name!r} is no word of yours; there are {', '.join(map(repr, self.songs)) or 'none'}")
        return songs, {word: ids for word, ids in self.songs.items() if key(word) != key(name)}

    @staticmethod
    def _check(catalogue: Catalogue, name: str) -> None:
        asked = understand(name, {key(name): (Term(name),)})
        if not name.isprintable() or len(name) > MOST_LETTERS or asked.unknown or asked.terms != (Term(name),):
            raise QueryError(f"{name!r} cannot be a word: write one or a few of up to {MOST_LETTERS} letters together")
        if key(name) in catalogue.vocabulary.phrases:
            raise QueryError(f"{name!r} is told already; choose another name")


def _learned(catalogue: Catalogue, rows: Mapping[str, Sequence[int]]) -> dict[str, OwnWord]:
    """Learn words from rows of the catalogue; none where the model tells none that they could be learned through."""
    told, library = catalogue.model.words, library_rows(len(catalogue))
    if told is None or not rows:
        return {}
    traits = told.traits(catalogue.vectors[library])
    return {
        name: learn_word(told.traits(catalogue.vectors[list(some)]), traits[~np.isin(library, some)])
        for name, some in rows.items()
    }
