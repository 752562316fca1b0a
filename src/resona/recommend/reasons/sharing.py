"""Which words do two tracks share, and which set them apart?

A word is said of a track if it is likelier than not, or, where it is heard, likelier than in nine tenths of others. Of
each kind (genre, instrument and so on) the two most telling are named: likely here, and rare elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.recommend.words.vocabulary import Vocabulary

Array = NDArray[np.float32]

SURE, LIKELY, RARE = 0.5, 0.2, 0.9  # probabilities that are enough, and enough where so much of the library has less
APART = 0.4  # difference between two tracks of which one is said a word
N_WORDS, N_KIND = 4, 2


@dataclass(frozen=True, slots=True)
class Shared:
    """A word, how likely it is of either track, and where in each it is heard most, in seconds.

    Attributes
    ----------
    a_seconds, b_seconds
        Where the clip begins; None where a measure of the whole track tells the word.
    """

    word: str
    a: float
    b: float
    a_seconds: float | None
    b_seconds: float | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """What two tracks share in words, and what is said of one alone, the most telling first."""

    both: tuple[Shared, ...] = ()
    only_a: tuple[Shared, ...] = ()
    only_b: tuple[Shared, ...] = ()
    is_told: bool = True

    @property
    def sentence(self) -> str:
        """One line for people; empty where there is nothing to say.

        Examples
        --------
        >>> Sharing(both=(Shared("piano", 0.9, 0.8, 10, 70), Shared("slow", 0.7, 0.9, None, None))).sentence
        'Both: piano, slow.'
        """
        if not self.is_told:
            return "The model tells no words."
        parts = {"Both": self.both, "only A": self.only_a, "only B": self.only_b}
        said = "; ".join(f"{who}: {', '.join(each.word for each in words)}" for who, words in parts.items() if words)
        return f"{said[0].upper()}{said[1:]}." if said else ""


@dataclass(frozen=True, slots=True)
class WordSide:
    """One of the two: unit vectors of its clips (n_clips, d), where these begin, and what was measured."""

    clips: Array
    starts_seconds: "tuple[float, ...] | list[float]"
    numbers: Mapping[str, float]

    def told(self, vocabulary: Vocabulary) -> tuple[Array, Array]:
        """Say how likely each word is: of the track, shape (words,), and of each clip, (n_clips, words)."""
        vectors = np.concatenate([self.clips.mean(axis=0, keepdims=True), self.clips])

        def number(name: str) -> NDArray[np.float64]:
            return np.full(len(vectors), self.numbers.get(name, np.nan))

        each = vocabulary.all_probabilities(vectors, number)
        return each[0], each[1:]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual in a library: the words and their kinds, how likely each is in the mean and of few tracks alone.

    Attributes
    ----------
    kinds
        Word and kind, in the order of the vocabulary.
    mean, rare
        Shape (words,).
    """

    kinds: list[tuple[str, str]]
    mean: Array
    rare: Array

    @classmethod
    def of(cls, vocabulary: Vocabulary, likely: Array) -> "Usual":
        """Learn it from some tracks of the library: shape (n, words)."""
        kinds = list(vocabulary.kinds.items())
        is_measure = np.array([kind == "measure" for _, kind in kinds])
        rare = np.where(is_measure, SURE, np.quantile(likely, RARE, axis=0))
        return cls(kinds, likely.mean(axis=0), rare)

    def says(self, likely: Array) -> NDArray[np.bool_]:
        """Say which words are said of a track, shape (words,)."""
        said: NDArray[np.bool_] = (likely > SURE) | ((likely >= LIKELY) & (likely > self.rare))
        return said

    def most_telling(self, is_meant: NDArray[np.bool_], likely: Array) -> list[int]:
        """Choose some of the words that are meant, the most telling first: their places."""
        telling = np.where(is_meant, likely / (self.mean + 0.05), -1)
        seen: dict[str, int] = {}
        chosen: list[int] = []
        for place in np.argsort(-telling, kind="stable").tolist():
            kind = self.kinds[place][1]
            seen[kind] = seen.get(kind, 0) + 1
            if telling[place] < 0 or len(chosen) == N_WORDS:
                break
            if seen[kind] <= N_KIND:
                chosen.append(place)
        return chosen


def words_in_common(usual: Usual, of_one: Array, of_others: Array) -> list[tuple[str, ...]]:
    """Name what a track shares with each of others in words, the most telling first.

    Parameters
    ----------
    usual
        In their library.
    of_one, of_others
        Shapes (words,) and (n, words): how likely each word is.
    """
    said = usual.says(of_one)
    return [
        tuple(usual.kinds[place][0] for place in usual.most_telling(said & usual.says(each), np.minimum(of_one, each)))
        for each in of_others
    ]


def compare_words(vocabulary: Vocabulary, a: WordSide, b: WordSide, usual: Usual) -> Sharing:
    """Find the words that two tracks share, and those that set them apart.

    Parameters
    ----------
    vocabulary
        The words.
    a, b
        The tracks.
    usual
        In their library.
    """
    (of_a, clips_a), (of_b, clips_b) = a.told(vocabulary), b.told(vocabulary)
    says_a, says_b = usual.says(of_a), usual.says(of_b)

    def moment(side: WordSide, clips: Array, place: int) -> float | None:
        is_heard = usual.kinds[place][1] != "measure" and len(clips)
        return float(side.starts_seconds[int(clips[:, place].argmax())]) if is_heard else None

    def best(is_meant: NDArray[np.bool_], likely: Array) -> tuple[Shared, ...]:
        return tuple(
            Shared(
                usual.kinds[place][0],
                float(of_a[place]),
                float(of_b[place]),
                moment(a, clips_a, place),
                moment(b, clips_b, place),
            )
            for place in usual.most_telling(is_meant, likely)
        )

    return Sharing(
        both=best(says_a & says_b, np.minimum(of_a, of_b)),
        only_a=best(says_a & ~says_b & (of_a - of_b >= APART), of_a),
        only_b=best(says_b & ~says_a & (of_b - of_a >= APART), of_b),
    )
