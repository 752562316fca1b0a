"""Words that two tracks share, and those that set them apart, with the moments where they are heard."""

import numpy as np

from resona.inference import MeanDeviation, Words
from resona.recommend.reasons.sharing import Sharing, Usual, WordSide, compare_words
from resona.recommend.words.vocabulary import Vocabulary

NAMES = ("piano", "violin", "harp", "female vocals", "70s")
KINDS = ("instrument", "instrument", "instrument", "voice", "era")


class Teller(MeanDeviation):
    """Tells five words, one by each direction."""

    words = Words(NAMES, KINDS, 10 * np.eye(5), np.full(5, -4.0), np.ones(5))


def track(*clips: str, bpm: float = np.nan) -> WordSide:
    """Make a track of clips in which some words are heard."""
    vectors = np.array([[(word in clip) - 0.01 for word in NAMES] for clip in clips], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return WordSide(vectors, [10.0 * n for n in range(len(clips))], {"tempo_bpm": bpm})


def test_what_is_shared_and_what_is_not() -> None:
    vocabulary = Vocabulary(Teller({"n_mfcc": 20}, "0" * 12))
    usual = Usual.of(vocabulary, np.full((10, len(vocabulary.kinds)), 0.05, np.float32))
    found = compare_words(
        vocabulary, track("piano", "70s", bpm=60), track("70s", "piano", "female vocals", bpm=61), usual
    )
    words = {name: {each.word for each in getattr(found, name)} for name in ("both", "only_a", "only_b")}
    assert words == {"both": {"slow", "piano", "70s"}, "only_a": set(), "only_b": {"female vocals"}}
    moments = {each.word: (each.a_seconds, each.b_seconds) for each in found.both}
    assert moments == {"slow": (None, None), "piano": (0.0, 10.0), "70s": (10.0, 0.0)}
    assert found.sentence.startswith("Both: slow, ")
    assert found.sentence.endswith("; only B: female vocals.")


def test_of_a_kind_two_are_named_and_silence_says_nothing() -> None:
    vocabulary = Vocabulary(Teller({"n_mfcc": 20}, "0" * 12))
    usual = Usual.of(vocabulary, np.full((10, len(vocabulary.kinds)), 0.05, np.float32))
    both = track("piano", "violin", "harp")
    assert len(compare_words(vocabulary, both, both, usual).both) == 2
    assert compare_words(vocabulary, track(""), track(""), usual).sentence == ""
    assert Sharing(is_told=False).sentence == "The model tells no words."
