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

        each = np.stack([vocabulary.probabilities(word, vectors, number) for word in vocabulary.kinds], axis=1)
        return each[0], each[1:]


def compare_words(vocabulary: Vocabulary, a: WordSide, b: WordSide, usual: Array) -> Sharing:
    """Find the words that two tracks share, and those that set them apart.

    Parameters
    ----------
    vocabulary
        The words.
    a, b
        The tracks.
    usual
        Shape (n, words): how likely each is of some tracks of the library.
    """
    (of_a, clips_a), (of_b, clips_b) = a.told(vocabulary), b.told(vocabulary)
    is_measure = np.array([kind == "measure" for kind in vocabulary.kinds.values()])
    rare = np.where(is_measure, SURE, np.quantile(usual, RARE, axis=0))
    says_a, says_b = ((p > SURE) | ((p >= LIKELY) & (p > rare)) for p in (of_a, of_b))
    kinds = list(vocabulary.kinds.items())

    def moment(side: WordSide, clips: Array, place: int) -> float | None:
        is_heard = kinds[place][1] != "measure" and len(clips)
        return float(side.starts_seconds[int(clips[:, place].argmax())]) if is_heard else None

    def best(is_meant: NDArray[np.bool_], likely: Array) -> tuple[Shared, ...]:
        telling = np.where(is_meant, likely / (usual.mean(axis=0) + 0.05), -1)
        seen: dict[str, int] = {}
        chosen: list[Shared] = []
        for place in np.argsort(-telling, kind="stable").tolist():
            word, kind = kinds[place]
            seen[kind] = seen.get(kind, 0) + 1
            if telling[place] < 0 or len(chosen) == N_WORDS:
                break
            if seen[kind] <= N_KIND:
                moments = moment(a, clips_a, place), moment(b, clips_b, place)
                chosen.append(Shared(word, float(of_a[place]), float(of_b[place]), *moments))
        return tuple(chosen)

    return Sharing(
        both=best(says_a & says_b, np.minimum(of_a, of_b)),
        only_a=best(says_a & ~says_b & (of_a - of_b >= APART), of_a),
        only_b=best(says_b & ~says_a & (of_b - of_a >= APART), of_b),
    )
