"""What does "calm piano, no drums, 70s feel" ask for?

Words are looked for as phrases, the longest first, in whatever form `key` makes equal, and without endings of
inflection where they are not known with them. "no", "without" or "ohne" turn round what follows, up to a comma, "with"
or "but"; "very" and "more" count a word twice, "less" turns it round at half its weight. What is neither a phrase nor
one of the words that say nothing of a sound is told as unknown, with the nearest phrases.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from resona.tracks import fold

TOKEN = re.compile(r"[^\s,;.:!?()\"+/]+|[,;.:!?()+/]")
MOST_WORDS = 6  # of one phrase
MOST_LETTERS = 500
ENDINGS = ("es", "er", "en", "em", "e", "s", "n")  # English plurals, German inflection
LEAST_STEM = 4  # letters
FACTORS = {
    **dict.fromkeys(("no", "without", "not", "non", "never", "ohne", "kein", "keine", "keinen", "nicht"), -1.0),
    **dict.fromkeys(("less", "little", "few", "weniger", "wenig"), -0.5),
    **dict.fromkeys(("more", "very", "much", "really", "lots", "mehr", "sehr", "viel"), 2.0),
}
AGAIN = frozenset(",;.:!?()+/") | {"with", "but", "mit", "aber"}
EMPTY = """\
a an the and or of in to for from by like on at some something any music song songs track tracks tune tunes sound sounds
sounding feel feeling feels style styled vibe vibes mood era years please play me i want it that is und oder von im aus
fur zum wie etwas musik lied lieder stuck stucke klang gefuhl stil stimmung ein eine einen einem einer der die das den
dem jahre bitte spiel spiele & -"""
FILLERS = frozenset(EMPTY.split())
DECADE = re.compile(r"(?:19|20)?([0-9]0)(?:s|'s|er|ern)")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, and how much it counts: below 0 for one that is not wanted."""

    word: str
    weight: float = 1.0


Phrases = Mapping[str, tuple[Term, ...]]  # by `key`


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for.

    Attributes
    ----------
    terms
        Each word once.
    unknown
        What was not understood, with the nearest phrases.
    """

    terms: tuple[Term, ...]
    unknown: Mapping[str, tuple[str, ...]]

    @property
    def sentences(self) -> list[str]:
        """What was not understood, for people."""
        return [
            f"“{text}” is not a word that is told; near are {_listed(near)}."
            if near
            else f"“{text}” is not a word that is told."
            for text, near in self.unknown.items()
        ]


def key(text: str) -> str:
    """Write a phrase as it is looked up: folded, hyphens as spaces.

    Examples
    --------
    >>> key("Hip-Hop"), key("Flügel")
    ('hip hop', 'flugel')
    """
    return " ".join(fold(text).replace("-", " ").split())


def understand(text: str, phrases: Phrases) -> Asked:
    """Read what a text asks for.

    Parameters
    ----------
    text
        As somebody typed it; what is after 500 letters is not read.
    phrases
        What can be asked for.

    Examples
    --------
    >>> phrases = {word: (Term(word),) for word in ("calm", "piano", "drums", "70s")}
    >>> asked = understand("Calm piano, no drum, 70s feel, kazzo", phrases)
    >>> [(term.word, term.weight) for term in asked.terms]
    [('calm', 1.0), ('piano', 1.0), ('drums', -1.0), ('70s', 1.0)]
    >>> dict(asked.unknown)
    {'kazzo': ()}
    """
    tokens = [token for part in TOKEN.findall(text[:MOST_LETTERS]) for token in key(part).split() or [part]]
    weights: dict[str, float] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    scope, place = 1.0, 0
    while place < len(tokens):
        terms, length = _longest(tokens[place : place + MOST_WORDS], phrases)
        token = tokens[place]
        for term in terms:
            weights.setdefault(term.word, scope * term.weight)
        if not terms:
            scope = 1.0 if token in AGAIN else FACTORS.get(token, scope)
            if token not in AGAIN and token not in FACTORS and token not in FILLERS:
                unknown[token] = tuple(difflib.get_close_matches(token, phrases, 3, 0.6))
        elif scope not in (1.0, -1.0):
            scope = 1.0  # "very calm piano": only what follows at once
        place += length
    return Asked(tuple(Term(word, weight) for word, weight in weights.items()), unknown)


def _longest(tokens: list[str], phrases: Phrases) -> tuple[tuple[Term, ...], int]:
    """Find the longest phrase that some tokens begin with, and its length; none is one token long."""
    for length in range(len(tokens), 0, -1):
        wanted = " ".join(tokens[:length])
        stems = [
            wanted[: -len(end)] for end in ENDINGS if wanted.endswith(end) and len(wanted) - len(end) >= LEAST_STEM
        ]
        spoken = DECADE.sub(r"\1s", wanted) if length == 1 else wanted
        for form in (wanted, spoken, *stems, f"{wanted}s"):
            if form in phrases:
                return phrases[form], length
    return (), 1


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{name}”" for name in names)
