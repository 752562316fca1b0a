"""Which words can be told of a library's tracks, and how likely is each to be said?

There are three kinds: words that the model tells from a track's vector (`resona.inference.Words`), words for little and
for much of what is measured (`resona.descriptors`), and the owner's own, learned from examples. What else people call
them stands in ``synonyms.txt``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import MEASURES, Measure
from resona.errors import QueryError
from resona.inference import Model, Words
from resona.recommend.words.grammar import Asked, Term, key, understand

Array = NDArray[np.float32]
NumbersOf = Callable[[str], NDArray[np.float64]]

MEASURED = {word: (measure, side) for measure in MEASURES if measure.turns for side, word in enumerate(measure.words)}
UNSURE = 0.5  # where a measure is unknown


@dataclass(frozen=True)
class Vocabulary:
    """The words of a library.

    Attributes
    ----------
    model
        Tells them from its vectors.
    own
        The owner's own words, as linear maps over the same vectors.

    Raises
    ------
    QueryError
        If the model tells no words.
    """

    model: Model
    own: Words | None = None

    def __post_init__(self) -> None:
        if self.model.words is None:
            raise QueryError(
                f"the model {self.model.name!r} tells no words; `resona scan` renews what an older one heard, "
                "and `resona models` lists others"
            )

    @cached_property
    def told(self) -> dict[str, tuple[Words, int]]:
        """Word to the maps that hold it, and its row there; one's own word comes before the model's."""
        each = [words for words in (self.model.words, self.own) if words]
        return {name: (words, row) for words in each for row, name in enumerate(words.names)}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Word to its kind: "genre", "instrument", "voice", "mood", "era", "own", or "measure"."""
        return {name: words.kinds[row] for name, (words, row) in self.told.items()} | dict.fromkeys(MEASURED, "measure")

    @cached_property
    def phrases(self) -> dict[str, tuple[Term, ...]]:
        """Everything that can be asked for, by `key`; a word's own name comes before other uses of it."""
        found: dict[str, tuple[Term, ...]] = {key(name): (Term(name),) for name in self.kinds}
        for terms, phrases in _synonyms():
            if all(term.word in self.kinds for term in terms):
                found = {key(phrase): terms for phrase in phrases} | found
        return found

    def understand(self, text: str) -> Asked:
        """Read what a text asks for; see `resona.recommend.words.grammar`."""
        return understand(text, self.phrases)

    def word(self, text: str) -> str:
        """Give the one word that a text is, or is another name for.

        Raises
        ------
        QueryError
            If it is none, with the nearest.
        """
        asked = self.understand(text.replace("_", " "))
        if len(asked.terms) != 1 or asked.terms[0].weight != 1 or asked.unknown:
            raise QueryError(" ".join(asked.sentences) or f"{text!r} is no word by itself; name one, such as piano")
        return asked.terms[0].word

    def probabilities(self, word: str, vectors: Array, numbers: NumbersOf) -> Array:
        """Say how likely a word is to be said of each track.

        Parameters
        ----------
        word
            One of `kinds`.
        vectors
            Shape (n, d), of the model.
        numbers
            Gives a column of measures, shape (n,), by name.

        Returns
        -------
        Shape (n,), 0 to 1.
        """
        if word not in self.told:
            measure, side = MEASURED[word]
            return _likely(measure, side, numbers(measure.name))
        words, row = self.told[word]
        return words.probabilities(vectors, [row])[:, 0]

    def all_probabilities(self, vectors: Array, numbers: NumbersOf) -> Array:
        """Say how likely each word is to be said of each track, shape (n, words): `probabilities`, all at once."""
        likely = np.empty((len(vectors), len(self.kinds)), np.float32)
        held = [self.told.get(word, (None, 0)) for word in self.kinds]
        for words in filter(None, (self.model.words, self.own)):
            places = [place for place, (holder, _) in enumerate(held) if holder is words]
            likely[:, places] = words.probabilities(vectors, [held[place][1] for place in places])
        for place, word in enumerate(self.kinds):
            if word not in self.told:
                likely[:, place] = self.probabilities(word, vectors, numbers)
        return likely


def is_common(text: str) -> bool:
    """Say whether a text stands in the table of synonyms, so that some model may tell it.

    Examples
    --------
    >>> is_common("Klavier"), is_common("genre")
    (True, False)
    """
    return key(text.replace("_", " ")) in _common()


def _likely(measure: Measure, side: int, values: NDArray[np.float64]) -> Array:
    """Read a measure as a probability: one half at the turn, nine tenths a step beyond."""
    scale = np.log2 if measure.scale == "log" else np.asarray
    turn, step = scale(measure.turns[side]), measure.step
    odds = np.log(9) * (scale(values) - turn) / (step if side else -step)
    return np.where(np.isnan(odds), UNSURE, (1 + np.tanh(odds / 2)) / 2).astype(np.float32)


@cache
def _synonyms() -> list[tuple[tuple[Term, ...], list[str]]]:
    """Read the table: what each line's phrases stand for, and the phrases."""
    text = (resources.files(__package__) / "synonyms.txt").read_text(encoding="utf-8")
    lines = [line.partition(": ") for line in text.splitlines() if line and not line.startswith("#")]
    return [(_terms(left), right.split(", ") if right else []) for left, _, right in lines]


@cache
def _common() -> frozenset[str]:
    each = [key(text) for terms, phrases in _synonyms() for text in (*(term.word for term in terms), *phrases)]
    return frozenset([*each, *MEASURED])


def _terms(text: str) -> tuple[Term, ...]:
    signed = text.replace(" - ", " + -").split(" + ")
    return tuple(Term(word.lstrip("-"), -1.0 if word.startswith("-") else 1.0) for word in signed)
