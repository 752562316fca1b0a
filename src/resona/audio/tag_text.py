"""How does text from a file become fit for people and the store?

Tags are written by strangers: too long, with control characters, in the wrong encoding. Whatever comes out of `clean`
can be stored as UTF-8, printed on a terminal and shown in a page.
"""

import re
import unicodedata

from resona.tracks import INVISIBLE, visible

MAX_LENGTH = 400

# Control characters, and those that turn the writing direction of all that follows.
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|[\u202a-\u202e\u2066-\u2069]")
_SHAPING = "\u200c\u200d\ufe0e\ufe0f"  # invisible, but letters and emoji beside them look otherwise without
_BYTE = re.compile(r"[\udc80-\udcff]")  # of a file name that is not UTF-8: read as Latin-1
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HIGH_LATIN = re.compile(r"[\xa8\xb8\xc0-\xff]")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_LEAST_LETTERS = 4


def clean(text: object) -> str:
    r"""Make one line of visible text, NFC, of at most `MAX_LENGTH` characters.

    Parameters
    ----------
    text
        A tag's value; what is no string is written as one.

    Examples
    --------
    >>> clean("  Sigur\tRós\x00\x1b[31m "), clean("BjÃ¶rk"), clean("Êèíî"), clean("caf\udce9")
    ('Sigur Rós [31m', 'Björk', 'Кино', 'café')
    """
    line = _BYTE.sub(lambda match: chr(ord(match[0]) - 0xDC00), str(text)[: 4 * MAX_LENGTH])
    line = unicodedata.normalize("NFC", _HARMFUL.sub(" ", _SURROGATE.sub("\ufffd", _repair(line))))
    line = INVISIBLE.sub(lambda match: match[0] if match[0] in _SHAPING else "", line) if visible(line).strip() else ""
    return " ".join(line.split())[:MAX_LENGTH].rstrip()


def _repair(text: str) -> str:
    """Undo the two common cases of a wrong encoding, where nothing else can be meant.

    UTF-8 that was read as Latin-1 hardly ever arises by chance. Words of Latin letters with accents alone, without one
    plain letter among four or more, exist in no language: they are Cyrillic in Windows-1251.
    """
    try:
        encoded = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _ASCII_LETTER.search(text) or len(_HIGH_LATIN.findall(text)) < _LEAST_LETTERS:
        return text
    return encoded.decode("cp1251", "replace")
