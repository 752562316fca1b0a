"""In what form are names searched for, so that whatever people type finds them?

The index holds names folded, since SQLite's own tokenizers know neither that "Łona" is typed "Lona" nor what to do with
"!!!": a word without a letter is spelled out, sign by sign.
"""

import re
import sqlite3
import unicodedata

from resona.tracks import fold

_WORD = re.compile(r"\w+")


def searchable(name: str) -> str:
    """Write a name as it stands in the index.

    Examples
    --------
    >>> searchable("The Łódź ÷ AC/DC")
    'lodz xf7 ac/dc'
    """
    return " ".join(word if _WORD.search(word) else _spelled(word) for word in fold(name).split())


def match_pattern(text: str, *, is_any_word_enough: bool = False) -> str:
    """Write what somebody typed as a query of the index; empty if there is nothing to look for.

    The last letters of a word may be left out. An article or a dash is not looked for beside other words.

    Examples
    --------
    >>> match_pattern("Into the Wïld - Live"), match_pattern("!!!"), match_pattern("The The")
    ('"into"* "wild"* "live"*', '"x21x21x21"*', '"the"*')
    """
    words = fold(text).split()
    telling = [word for word in words if word != "the" and not all(map(_is_punctuation, word))] or words
    tokens = [token for word in telling for token in _WORD.findall(word) or [_spelled(word)]]
    return (" OR " if is_any_word_enough else " ").join(f'"{token}"*' for token in tokens)


def add_to(connection: sqlite3.Connection) -> None:
    """Teach a connection the function that the index is kept with."""
    connection.create_function("searchable", 1, searchable, deterministic=True)


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _spelled(word: str) -> str:
    return "".join(f"x{ord(sign):x}" for sign in word)
