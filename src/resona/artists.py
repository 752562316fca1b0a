"""Which artists stand behind a credit such as "A feat. B & C"?

Two tracks are by the same artist if their key sets meet. A credit gives these keys, each folded (`resona.tracks.fold`)
and without the punctuation that is written differently everywhere:

- the whole credit, so that "Simon & Garfunkel" is one name;
- each artist around a word that always joins artists: feat., ft., featuring, vs., presents, and ";" or " / ";
- each artist around "&", "and", "+", "x", "with" or a comma. A name such as "Earth, Wind & Fire", a list of three or
  more single words, gives only its first: it is then the same artist as "Earth", but not as "Fire".

A false "same" costs one good song in a list that is filled with others; a false "different" brings the same voice
again, which is the first complaint about every recommender. So in doubt, it is the same artist.
"""

import re
from functools import lru_cache

from resona.tracks import fold

ALWAYS = re.compile(r"[;\0]| / |\b(?:feat|ft|featuring|vs|versus|presents|pres)\b\.?", re.IGNORECASE)
PERHAPS = re.compile(r"\s*,\s*|\s+(?:&|and|\+|x|×|with)\s+", re.IGNORECASE)
IN_TITLE = re.compile(r"[(\[]\s*(?:feat|ft|featuring|with)\b\.?\s+([^)\]]+)[)\]]", re.IGNORECASE)
NOBODY = frozenset(
    {"", "various", "various artists", "va", "v/a", "unknown", "unknown artist", "soundtrack", "original soundtrack"}
)
NO_NAMES = frozenset(
    {"friends", "band", "orchestra", "choir", "chorus", "ensemble", "company", "guests", "others", "more", "jr", "sr"}
)


@lru_cache(maxsize=65_536)
def artist_keys(*names: str, title: str = "") -> frozenset[str]:
    """Name the artists behind credits, for "is it the same artist?".

    Parameters
    ----------
    names
        Artist and album artist, as tagged.
    title
        Its "(feat. …)" counts too.

    Returns
    -------
    Keys; none if nobody is named ("Various Artists" is nobody).

    Examples
    --------
    >>> sorted(artist_keys("The Beatles feat. Billy Preston"))
    ['beatles', 'beatles feat billy preston', 'billy preston']
    >>> sorted(artist_keys("Earth, Wind & Fire"))
    ['earth', 'earth wind & fire']
    >>> artist_keys("Simon and Garfunkel") == artist_keys("Simon & Garfunkel")
    True
    >>> sorted(artist_keys("Björk", "Various Artists", title="Mutual Core (feat. Matthew Herbert)"))
    ['bjork', 'matthew herbert']
    """
    whole = [name for name in (*names, *IN_TITLE.findall(title)) if _key(name) not in NOBODY]
    parts = [part for name in whole for part in _parts(name)]
    return frozenset(map(_key, (*whole, *parts))) - NOBODY


def _parts(credit: str) -> list[str]:
    """Split at what always joins artists, then at what may."""
    names = []
    for block in ALWAYS.split(credit):
        parts = [part for part in PERHAPS.split(block.strip(" ([])")) if part.strip()]
        is_one_name = len(parts) > 2 and all(len(part.split()) == 1 for part in parts)
        names += [block, *(parts[:1] if is_one_name else filter(_is_name, parts))]
    return names


def _is_name(part: str) -> bool:
    words = fold(part).split()
    return bool(words) and words[-1] not in NO_NAMES and words[0] not in ("his", "her", "their")


def _key(name: str) -> str:
    """Fold a name; "Beatles, The", "Guns N’ Roses", "R.E.M." and "Jay-Z" lose what is not always written."""
    folded = fold(re.sub(r",\s*the$", "", name.strip(" ()[],"), flags=re.IGNORECASE))
    joined = re.sub(r"\band\b|\+", "&", folded)
    return " ".join(re.sub(r"[.'’‘`´,]", "", joined).replace("-", " ").split()) or folded
