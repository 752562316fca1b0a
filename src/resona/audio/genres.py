"""What counts as a genre, and how is a genre tag read?

A genre is a label, not a truth. The tag may hold several, in several notations; a folder may stand in for a missing
tag, where the folders as a whole are called like genres: an artist may be called "Dream", a folder "Downloads".
"""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePath

from resona.audio.tag_text import clean
from resona.genre_names import ID3V1_GENRES, LOCAL_GENRES, MORE_GENRES, NOT_GENRES, SPOKEN_GENRES
from resona.placeholders import is_nobody, is_untitled
from resona.tracks import fold

MAX_GENRES = 16

_PLACEHOLDERS = {
    "",
    "default",
    "genre",
    "misc",
    "other",
    "various",
    "sonstiges",
    "sonstige",
    "autre",
    "autres",
    "otro",
    "otros",
    "altro",
    "altri",
    "andere",
    "outro",
    "outros",
    "annet",
    "inne",
    "другое",
    "no genre",
    "not set",
    "その他",
    "其他",
    "기타",
}
_SEPARATORS = re.compile(r"[;/,|\\\0\r\n；／，、｜]|\s[·•・]\s")
_WHOLE = {"singer/songwriter": "Singer-Songwriter"}
_CODE = r"\d{1,3}|RX|CR"
_CODES = re.compile(
    rf"(?<!\()\((?P<bracketed>{_CODE})\)|(?:^|(?<=[;/,|\\\0]))\s*(?P<bare>{_CODE})\s*(?=$|[;/,|\\\0])", re.ASCII
)
_LETTERS = {"RX": "Remix", "CR": "Cover"}
_NOT_GENRES = frozenset(map(fold, NOT_GENRES))


def split_genres(values: list[str]) -> tuple[str, ...]:
    """List the genres in a tag, each once.

    Separators are ``; / , |``, the backslash and the zero byte. Hence "R&B/Soul" is two genres, "R&B" and "Soul", and
    so matches tracks of either; "Singer/Songwriter" is the one exception. Numbers such as "(17)" or "17" are ID3v1's,
    "(RX)" and "(CR)" a remix and a cover; a bracket that is part of a name is doubled.
    Placeholders ("Other", "Unknown") are dropped: two tracks of an unknown genre have nothing in common.

    Parameters
    ----------
    values
        The values of the tag, as read.

    Examples
    --------
    >>> split_genres(["R&B/Soul; (17)", "rock", "Other", "(9)Heavy Metal"])
    ('R&B', 'Soul', 'Rock', 'Metal', 'Heavy Metal')
    """
    names: dict[str, str] = {}
    for value in values:
        numbered = _CODES.sub(lambda match: f";{_name(match)};", value).replace("((", "(")
        whole = _WHOLE.get(numbered.lower().strip())
        for part in [whole] if whole else _SEPARATORS.split(numbered):
            name = clean(part).removeprefix("& ")
            if any(map(str.isalnum, name)) and fold(name) not in _PLACEHOLDERS and not is_untitled(name):
                names.setdefault(fold(name), name)
    return tuple(names.values())[:MAX_GENRES]


def _name(match: re.Match[str]) -> str:
    code = match["bracketed"] or match["bare"]
    if code in _LETTERS:
        return _LETTERS[code]
    number = int(code)
    return ID3V1_GENRES[number] if number < len(ID3V1_GENRES) else ""


def folder_genre(
    path: PurePath, root: PurePath | None, others: Sequence[str], siblings: Collection[str] = frozenset()
) -> str:
    """Take the genre from the folder below the library's root, in layouts such as ``root/genre/artist/album/track``.

    Only where at least half of the root's folders are called like genres, does any of them count; then the others do,
    too, but for those of the track's artist or album, and for such as "Downloads". Where neither artist nor album is
    known, a folder must bear a well-known genre's name.

    Parameters
    ----------
    path
        The file.
    root
        The scanned folder; without one, the nearest folder with a well-known genre's name is taken.
    others
        Artist, album artist and album of the track, those that are known.
    siblings
        The names of all folders in the root.

    Returns
    -------
    The folder's name, empty if it is no genre.

    Examples
    --------
    >>> folders = ["rock", "jazz", "world_folk", "Downloads", "Mezzanine"]
    >>> [folder_genre(PurePath("/m", name, "a.mp3"), PurePath("/m"), ["Enya"], folders) for name in folders[2:]]
    ['world folk', '', 'Mezzanine']
    >>> folder_genre(PurePath("/m/Dream/a.mp3"), PurePath("/m"), ["Dream"], ["Abba", "Air", "Dream"])
    ''
    """
    if root is None or not path.is_relative_to(root):
        names = (clean(folder.replace("_", " ")) for folder in path.parts[-2:0:-1])
        return next((name for name in names if _key(name) in _KNOWN), "")
    folders = path.relative_to(root).parts[:-1]
    if not folders or not _are_genres(siblings or folders[:1]):
        return ""
    name = clean(folders[0].replace("_", " "))
    return name if _key(name) in _KNOWN or (others and _is_new(name, others)) else ""


def _are_genres(folders: Iterable[str]) -> bool:
    """Whether at least half of some folders are called like genres, those aside that say nothing of what is in them."""
    names = [name for name in (clean(folder.replace("_", " ")) for folder in folders) if _tells(name)]
    return 2 * sum(map(_is_like_genre, names)) >= max(len(names), 1)


def _is_like_genre(name: str) -> bool:
    """Whether a well-known genre is in a name, as in "German Hip-Hop" or "chiptune tracker"."""
    words = name.split()
    return any(
        _key(" ".join(words[start:end])) in _KNOWN
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )


def _tells(name: str) -> bool:
    words = fold(name).split()
    return len(name) > 1 and fold(name) not in _NOT_GENRES and not any(word[0].isdigit() for word in words)


def _is_new(name: str, others: Sequence[str]) -> bool:
    """Whether a folder's name is made of other words than the artist's and the album's."""
    words = set(fold(name).replace(",", " ").split()) - {"the"}
    is_plain = bool(words) and _tells(name) and not is_nobody(name)
    return is_plain and not any(words <= set(fold(other).replace(",", " ").split()) for other in others)


def _key(name: str) -> str:
    return re.sub(r"[^\w&]|_", "", fold(name).replace(" and ", "&"))


_KNOWN = {_key(name) for name in (*ID3V1_GENRES, *MORE_GENRES, *LOCAL_GENRES, *SPOKEN_GENRES)} - {
    _key(name) for name in _PLACEHOLDERS
}
