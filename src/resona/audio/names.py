"""What does a file's name say about the track in it?"""

import re
from dataclasses import dataclass

from resona.audio.tag_text import clean

# "01 - ", "1. ", "(03) ", "2-07 ", "1.07. ", "CD2 - 07 ", "07 "; a bare number must have two digits and be below 30:
# "99 Problems" is a title
_NUMBER = re.compile(
    r"(?:(?:(?:cd|dis[ck])[\s_]*)?(?P<disc>\d{1,2})"
    r"(?:-|\.(?=\d\d\s*[.\-–])|(?<=[a-z]\d)\s*[-.]\s*|(?<=[a-z] \d)\s*[-.]\s*))?"
    r"[(\[]?(?P<number>\d{1,3})(?:[)\]]|\s*[.\-–]|(?<=[012]\d)(?=\s))(?=\s|[^\W\d])\s*",
    re.ASCII | re.IGNORECASE,
)
_DISC_WORD = (
    r"(?:^|[\s(\[_-])(?:cd|dvd|dis[ck]|dis[ck]o|disque|dysk|lp|płyta|skiva|skive|plade|levy|plaat|scheibe|диск|ディスク"
    r"|디스크)"
)
_DISC = re.compile(
    rf"{_DISC_WORD}[\s_.#-]*0*(?P<number>[1-9]\d?)(?!\w)|第(?P<counted>[1-9]\d?)[碟张張枚盤盘]"
    rf"|{_DISC_WORD}[\s_.#-]+(?P<word>\w+)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "one i eins un uno een",
            "two ii zwei deux dos due dois twee",
            "three iii drei trois tres tre três drie",
            "four iv vier quatre cuatro quattro quatro",
            "five v fünf cinq cinco cinque vijf",
            "six vi sechs seis sei zes",
        ),
        start=1,
    )
    for word in words.split()
}
_SITE = r"(?:www\.)?[\w-]{3,}\.(?:com|net|org|io|cc|ru|to|me|app|biz)"
_FROM_SITE = re.compile(rf"^(?:{_SITE}\s*[-_–]+\s*|[(\[]{_SITE}[)\]]\s*)(?=\S)", re.IGNORECASE)
_NOT_OF_TITLE = re.compile(  # the id of a video, the quality of a download, what a file manager calls a copy
    r"\s*\[(?=[^\]]*[\d_-])(?=[^\]]*[a-z])(?=[^\]]*[A-Z])[\w-]{11}\]$"
    r"|\s*(?i:[(\[](?:\d{2,3}\s*k(?:bps|bit[_/]?s|b/s)?|flac|mp3|m4a|opus|wav|aac)[)\]])$"
    r"|\s+-\s+(?i:copy|kopie|copie|copia|cópia|kopia|kopi|kopio|копия)(?:\s*\(\d+\))?$",
    re.ASCII,
)
_SEPARATOR = re.compile(r"\s+[-–—]+\s+|(?<=\w)_-_(?=\w)")
_TILDE = re.compile(r"\s*~\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """What was found in a name; empty or None where nothing was."""

    artist: str = ""
    album: str = ""
    title: str = ""
    disc_number: int | None = None
    track_number: int | None = None


def parse_name(stem: str) -> NameParts:
    """Read a file name without its suffix.

    Parameters
    ----------
    stem
        Such as ``Artist - Title``, ``Artist ~ Title``, ``01 Title``, ``01. Artist - Title`` or
        ``Artist - Album - 01 - Title``. What follows no pattern is a title.

    Examples
    --------
    >>> parse_name("03 - Nina_Simone - Sinnerman")
    NameParts(artist='Nina_Simone', album='', title='Sinnerman', disc_number=None, track_number=3)
    >>> parse_name("Portishead - Dummy - 08 - Roads").album
    'Dummy'
    """
    if " " not in stem:
        stem = stem.replace("_", " ")
    stem = _bare(clean(stem))
    disc, number, rest = _take_numbers(stem)
    if "~" in rest:
        artist, _, title = (_TILDE.sub("~", rest)).partition("~")
        return NameParts(artist=artist, title=title, disc_number=disc, track_number=number)
    parts = _SEPARATOR.split(rest)
    for place in (1, 2):  # Artist - 01 - Title, Artist - Album - 01 - Title
        if len(parts) > place + 1 and re.fullmatch(r"\d{1,3}", parts[place]):
            return NameParts(
                artist=parts[0],
                album=parts[1] if place == 2 else "",
                title=" - ".join(parts[place + 1 :]),
                track_number=int(parts[place]),
            )
    artist, title = (parts[0], " - ".join(parts[1:])) if len(parts) > 1 else ("", rest)
    return NameParts(artist=artist, title=title, disc_number=disc, track_number=number)


def parse_disc(folder: str) -> int | None:
    """Read the number of a disc from a folder's name.

    Parameters
    ----------
    folder
        Such as ``CD 2``, ``Disc 1 - Live`` or ``Mellon Collie (Disc 2)``.

    Examples
    --------
    >>> parse_disc("CD02"), parse_disc("The Wall (Disque 2)"), parse_disc("Discovery")
    (2, 2, None)
    """
    for match in _DISC.finditer(folder):
        digits = match["number"] or match["counted"]
        if number := int(digits) if digits else _NUMBER_WORDS.get(match["word"].casefold()):
            return number
    return None


def _bare(stem: str) -> str:
    """Take off what those who offer or copy files add to their names."""
    stem = _FROM_SITE.sub("", stem)
    while (shorter := _NOT_OF_TITLE.sub("", stem)) not in (stem, ""):
        stem = shorter
    return stem


def _take_numbers(stem: str) -> tuple[int | None, int | None, str]:
    match = _NUMBER.match(stem)
    if not match or not stem[match.end() :]:
        return None, None, stem
    return int(match["disc"]) if match["disc"] else None, int(match["number"]), stem[match.end() :]
