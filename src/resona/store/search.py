"""In what form are names searched for, so that whatever people type finds them?

The index holds names folded, since SQLite's own tokenizers know neither that "Łona" is typed "Lona" nor what to do with
"!!!": a word without a letter is spelled out, sign by sign.
"""

import re
import sqlite3
import unicodedata

from resona.tracks import fold

LONGEST = 200  # letters of a word that are looked at
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W_]+")


def searchable(name: str) -> str:
    """Write a name as it stands in the index.

    Examples
    --------
    >>> searchable("The Łódź ÷ AC/DC")
    'lodz xf7 ac/dc'
    """
    return " ".join(word if _WORD.search(word) else _spelled(word) for word in fold(name).split())


def match_patterns(text: str, *, is_any_word_enough: bool = False) -> list[str]:
    """Write what somebody typed as queries of the index, from narrow to wide; none if there is nothing to look for.

    Titles that begin so, first with its last word as it stands, then titles with all its words, then tracks with all of
    them. The last letters of a word may be left out. An article or a dash is not looked for beside other words.

    Examples
    --------
    >>> match_patterns("The Wïld - Live")
    ['title : ^ "wild x2d live"', 'title : ^ "wild x2d live" *', 'title : ("wild"* "live"*)', '"wild"* "live"*']
    >>> match_patterns("Wild Thing", is_any_word_enough=True), match_patterns("!!!")[-1]
    (['"wild"* OR "thing"*'], '"x21x21x21"*')
    """
    tokens = _asked_words(text)
    if not tokens:
        return []
    wide = (" OR " if is_any_word_enough else " ").join(f'"{token}"*' for token in tokens)
    if is_any_word_enough:
        return [wide]
    begin = searchable(text).replace('"', " ")
    return [f'title : ^ "{begin}"', f'title : ^ "{begin}" *', f"title : ({wide})", wide]


def words_of(name: str) -> list[str]:
    """Part a name into words as the index of SQLite does, for a database that is told them.

    Examples
    --------
    >>> words_of("The Łódź ÷ AC/DC")
    ['lodz', 'xf7', 'ac', 'dc']
    """
    return [word[:LONGEST] for word in _LETTERS.findall(searchable(name))]


def asked_words(text: str) -> list[str]:
    """List the words of what somebody typed by which it is looked for, as `words_of` parts them.

    Examples
    --------
    >>> asked_words("The Wïld - Live"), asked_words("!!!")
    (['wild', 'live'], ['x21x21x21'])
    """
    return [part[:LONGEST] for word in _asked_words(text) for part in _LETTERS.findall(word)]


def _asked_words(text: str) -> list[str]:
    words = fold(text).split()
    telling = [word for word in words if word != "the" and not all(map(_is_punctuation, word))] or words
    return [token for word in telling for token in _WORD.findall(word) or [_spelled(word)]]


def add_to(connection: sqlite3.Connection) -> None:
    """Teach a connection the function that the index is kept with."""
    connection.create_function("searchable", 1, searchable, deterministic=True)


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _spelled(word: str) -> str:
    return "".join(f"x{ord(sign):x}" for sign in word)
