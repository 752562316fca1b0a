"""What does a filter such as ``year >= 1990 and genre in ("rock", "metal")`` mean?

A lexer of one regular expression and a recursive-descent parser turn the text into an `Expression`. Whatever cannot be
read raises `QueryError`, which says where, what was found, and what to write instead.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from resona.artists import artist_key
from resona.descriptors import FILTERS
from resona.errors import QueryError
from resona.genre_names import SPOKEN_GENRES
from resona.recommend.filters.expression import (
    COMPARISONS,
    TOLD,
    All,
    Contains,
    Either,
    Expression,
    Glob,
    Known,
    Named,
    Not,
    Ordered,
    Within,
)
from resona.recommend.ordering.transitions import key_names
from resona.recommend.words.vocabulary import is_common
from resona.tracks import plain

TEXT_FIELDS = ("artist", "album", "title", "genre", "path", "key", "mode")
NUMBER_FIELDS = ("track_id", "year", "duration", *FILTERS)  # and words that are told of a sound
FIELDS = (*TEXT_FIELDS, *NUMBER_FIELDS)
CREDITED = "credited"  # the column of everybody whom a track credits, as keys of `resona.artists`
MODES = ("major", "minor")

GRAMMAR = """\
field = value     != < <= > >=    year >= 1990    duration < 3:30    bpm = 120 (to the digits written: 119.5 to 120.5)
field ~ text      !~              path ~ "christmas" (contains)
field in (…)      not in          genre in ("rock", metal)    year in (1990..1999, 2005)    bpm in 120..130
field is unknown  is known        genre is unknown
not  and  or  ( )                 year >= 1990 and not (genre = jazz or title ~ live)

Text: artist (with = anybody who is credited), album, title, genre (any of the track's, or a genre group), path, key
(Am, "A minor", A, 8A), mode.
Numbers: track_id, year, duration (seconds or 3:30), bpm, energy (0 to 1), brightness (Hz), loudness (LUFS), pulse
(0 to 1), and how likely a word is to be said of the sound, 0 to 1: piano > 0.6, "female vocals" < 0.2.
Case and accents do not matter. Text of several words needs quotes, double or single. A comparison with an
unknown value is false, even != and not in; a "not" in front turns it round: `not genre = rock` keeps tracks of unknown
genre, `genre != rock` does not."""

DEFAULT_EXCLUSION = "genre = 'spoken word' or path ~ '.m4b' or duration < 0:20 or duration > 30:00"

GROUPS = {"spoken word": SPOKEN_GENRES}  # groups of genres that need not be set

T = TypeVar("T")
Groups = Mapping[str, Sequence[str]]
NO_GROUPS: Groups = MappingProxyType({})

MAX_LENGTH, MAX_DEPTH = 10_000, 50
TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')
    |(?P<number>-?[0-9]+(?:\.[0-9]+|(?::[0-9]+)+)?(?![\w\#]))
    |(?P<symbol>\.\.|!=|!~|<=|>=|[=<>~(),])
    |(?P<word>\w[\w\#-]*)""",
    re.VERBOSE,
)
INSTEAD = {
    "&": "and", "|": "or", "!": "not", "length": "duration", "time": "duration",
    "tempo": "bpm", "name": "title", "song": "title", "file": "path", "folder": "path", "lufs": "loudness",
}  # fmt: skip
WORDS = frozenset({"and", "or", "not", "in", "is"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # text, number, symbol, word or end
    content: str
    position: int  # first character is 1

    def __str__(self) -> str:
        return "the filter ends" if self.kind == "end" else f"found {self.content!r}"

    def error(self, reason: str) -> QueryError:
        return QueryError(f"filter, character {self.position}: {reason}")


def parse(text: str, *, genre_groups: Groups = NO_GROUPS) -> Expression:
    """Read a filter.

    Parameters
    ----------
    text
        As `GRAMMAR` describes.
    genre_groups
        Group name to genres. A group's name stands for all of its genres.

    Returns
    -------
    What answers ``matches(columns)``.

    Raises
    ------
    QueryError
        Naming the position, what was found there and what to write instead.

    Examples
    --------
    >>> parse("bpm in 120..130 and not path ~ christmas").fields == {"bpm", "path"}
    True
    >>> parse("gener = rock")
    Traceback (most recent call last):
    ...
    resona.errors.QueryError: filter, character 1: 'gener' is not a field; did you mean 'genre'?
    """
    return _Parser(text, genre_groups).parse()


def parse_exclusion(pattern: str, *, genre_groups: Groups = NO_GROUPS) -> Expression:
    """Read a lasting exclusion: a shell pattern for paths, or a filter.

    What begins like a comparison (``genre = christmas``) is a filter. Everything else is a pattern with ``*``, ``?``
    and ``[…]`` for a file, or for a folder with all in it; unless it begins with a slash, it may begin at any folder.

    Parameters
    ----------
    pattern
        Such as ``Audiobooks``, ``*/Xmas */*`` or ``duration > 30:00``.
    genre_groups
        As for `parse`.

    Raises
    ------
    QueryError
        If the pattern is empty, or a filter that cannot be read.

    Examples
    --------
    >>> from resona.recommend.filters.expression import TextColumn
    >>> paths = TextColumn(["/music/Audiobooks/Emma/01.mp3", "/music/Low/Emma.mp3"])
    >>> parse_exclusion("audiobooks").matches({"path": paths})
    array([ True, False])
    """
    if not plain(pattern).rstrip("/\\"):
        raise QueryError(
            "an exclusion needs a folder, a pattern such as '*christmas*', or a filter such as 'year < 1950'"
        )
    if _COMPARISON.match(pattern):
        return parse(pattern, genre_groups=genre_groups)
    return Glob("path", pattern)


_COMPARISON = re.compile(  # "Martin Linda" and "This is Soul" are names
    rf"\s*(?:not\s+|\(\s*)*(?:\w+\s*(?:[=<>~]|![=~])|(?:{'|'.join(FIELDS)})\s+(?:(?:not\s+)?in[\s(]|is\s))",
    re.IGNORECASE,
)


class _Parser:
    """One pass over the tokens, one method for each rule of the grammar."""

    def __init__(self, text: str, genre_groups: Groups) -> None:
        if len(text) > MAX_LENGTH:
            raise QueryError(f"a filter has at most {MAX_LENGTH} characters, got {len(text)}")
        groups = {**GROUPS, **genre_groups}
        self._groups = {plain(name): tuple(members) for name, members in groups.items()}
        self._tokens = _split(text)
        self._index = 0
        self._depth = 0

    def parse(self) -> Expression:
        expression = self._either()
        if self._next.kind != "end":
            hint = "put text of several words in quotes, or join comparisons with 'and' or 'or'"
            raise self._next.error(f"{self._next} where the filter should end; {hint}")
        return expression

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._accept("or"):
            parts.append(self._all())
        return Either(tuple(parts)) if len(parts) > 1 else parts[0]

    def _all(self) -> Expression:
        parts = [self._single()]
        while self._accept("and"):
            parts.append(self._single())
        return All(tuple(parts)) if len(parts) > 1 else parts[0]

    def _single(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._next.error(f"brackets and 'not' go deeper than {MAX_DEPTH}")
        if self._accept("not"):
            expression: Expression = Not(self._single())
        elif self._accept("("):
            expression = self._either()
            self._expect(")")
        else:
            expression = self._comparison()
        self._depth -= 1
        return expression

    def _comparison(self) -> Expression:
        field = self._field()
        if self._accept("is"):
            if self._accept("unknown"):
                return Not(Known(field))
            self._expect("known", "'known' or 'unknown'")
            return Known(field)
        if self._accept("=") or self._accept("in"):
            return self._one_of(field)
        if self._accept("!="):
            return _unless(field, self._one_of(field))
        if self._accept("not"):
            self._expect("in")
            return _unless(field, self._one_of(field))
        return self._text_operator(field) if field in TEXT_FIELDS else self._number_operator(field)

    def _text_operator(self, field: str) -> Expression:
        operator = self._take()
        if operator.kind != "symbol" or operator.content not in ("~", "!~"):
            raise operator.error(f"{operator} after {field!r}, which is text; use = != ~ !~, 'in' or 'is'")
        value = self._value(field)
        if not plain(value.content):
            raise value.error("there is no text to look for")
        found = Contains(field, value.content)
        return _unless(field, found) if operator.content == "!~" else found

    def _number_operator(self, field: str) -> Expression:
        operator = self._take()
        if operator.kind != "symbol" or operator.content not in COMPARISONS:
            name = field.removeprefix(TOLD)
            raise operator.error(f"{operator} after {name!r}, which is a number; use = != < <= > >=, 'in' or 'is'")
        return Ordered(field, operator.content, _number(self._value(field)))

    def _one_of(self, field: str) -> Expression:
        if field not in TEXT_FIELDS:
            return Within(field, tuple(self._choices(lambda: self._interval(field))))
        names = self._choices(lambda: self._name(field))
        if field == "genre":
            names += [member for name in names for member in self._groups.get(plain(name), ())]
        named = Named(field, tuple(names))
        return Either((named, Named(CREDITED, tuple(names), artist_key))) if field == "artist" else named

    def _choices(self, read: Callable[[], T]) -> list[T]:
        if not self._accept("("):
            return [read()]
        choices = [read()]
        while self._accept(","):
            choices.append(read())
        self._expect(")", "',' or ')'")
        return choices

    def _interval(self, field: str) -> tuple[float, float]:
        """Read LOW..HIGH, or a number that stands for all that round to its digits."""
        token = self._value(field)
        low = _number(token)
        if not self._accept(".."):
            half = 0.5 * 10.0 ** -len(token.content.partition(".")[2])
            return low - half, low + half
        end = self._value(field)
        high = _number(end)
        if high < low:
            raise token.error(f"the range runs backwards; write {end.content}..{token.content}")
        return low, high

    def _field(self) -> str:
        token = self._take()
        name = token.content.lower()
        if token.kind == "word" and name in FIELDS:
            return name
        if token.kind == "text" or (token.kind == "word" and is_common(name)):
            return f"{TOLD}{name}"
        if token.kind != "word" or name in WORDS:
            raise token.error(f"{token} where a field should be, such as genre or year")
        near = [INSTEAD[name]] if name in INSTEAD else difflib.get_close_matches(name, FIELDS, n=1)
        hint = (
            f"did you mean {near[0]!r}?" if near else f"fields are {', '.join(FIELDS)}, and words for a sound in quotes"
        )
        raise token.error(f"{token.content!r} is not a field; {hint}")

    def _value(self, field: str) -> _Token:
        token = self._take()
        if token.kind in ("symbol", "end") or (token.kind == "word" and token.content.lower() in WORDS):
            raise token.error(f"{token} where a value for {field!r} should be")
        if field not in TEXT_FIELDS and token.kind != "number":
            example = "3:30" if field == "duration" else "0.5" if field.startswith(TOLD) else "120"
            name = field.removeprefix(TOLD)
            raise token.error(f"{name!r} needs a number such as {example}, without quotes, not {token.content!r}")
        return token

    def _name(self, field: str) -> str:
        token = self._value(field)
        if field == "key" and plain(token.content) not in _keys():
            raise token.error(f'{token.content!r} is not a key; write one such as Am, "A minor", A or 8A')
        if field == "mode" and plain(token.content) not in MODES:
            raise token.error(f"{token.content!r} is not a mode; write major or minor")
        return token.content

    @property
    def _next(self) -> _Token:
        return self._tokens[self._index]

    def _take(self) -> _Token:
        token = self._next
        self._index += token.kind != "end"
        return token

    def _accept(self, content: str) -> bool:
        is_next = self._next.kind in ("word", "symbol") and self._next.content.lower() == content
        self._index += is_next
        return is_next

    def _expect(self, content: str, wanted: str = "") -> None:
        if not self._accept(content):
            raise self._next.error(f"{self._next} where {wanted or repr(content)} should be")


@cache
def _keys() -> frozenset[str]:
    """Every name of a key, folded by `plain`."""
    return frozenset(plain(name) for mode in MODES for key in range(12) for name in key_names(key, mode))


def _split(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = TOKEN.match(text, position)
        if not found:
            raise _unreadable(_Token("", text[position:], position + 1))
        content = found[0][1:-1] if found.lastgroup == "text" else found[0]
        tokens.append(_Token(str(found.lastgroup), content, position + 1))
        position = found.end()
    return [*tokens, _Token("end", "", len(text) + 1)]


def _unreadable(token: _Token) -> QueryError:
    first = token.content[0]
    if first in "\"'":
        return token.error("the text that begins here has no closing quote")
    hint = f"write {INSTEAD[first]!r}, or " if first in INSTEAD else ""
    return token.error(f"cannot read {first!r}; {hint}put text with such characters in quotes")


def _unless(field: str, expression: Expression) -> Expression:
    """Negate a comparison so that unknown values still do not match."""
    return All((Known(field), Not(expression)))


def _number(token: _Token) -> float:
    """Read ``12``, ``-14.5``, ``3:30`` or ``1:02:03``; clock times become seconds."""
    sign = -1 if token.content.startswith("-") else 1
    parts = token.content.lstrip("-").split(":")
    if any(float(part) >= 60 for part in parts[1:]) or len(parts) > 3:
        raise token.error(f"{token.content!r} is not a time such as 3:30 or 1:02:03")
    return sign * sum(float(part) * 60.0**power for power, part in enumerate(reversed(parts)))
