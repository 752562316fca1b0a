"""Which words of a title name the song, and which only the version?

"Paranoid - Live in Paris", "Paranoid (2012 Remaster)" and "Paranoid [Radio Edit] feat. Somebody" are all "paranoid".
Only what stands in brackets, behind a dash or behind "feat." can name a version, and only if it reads like one: "Live
and Let Die", "Remix to Ignition" and "(I Can't Get No) Satisfaction" are left alone. In doubt, words stay.
"""

import re
from dataclasses import dataclass

from resona.recommend.versions.words import is_nameless, kinds_in
from resona.tracks import fold

_YEAR = r"(?:19|20)\d\d"
_PLACE = (
    rf"(?:at|in|from|on|with|for|version|sessions?|recording|performance|take|mix|acoustic|bootleg|edit|{_YEAR}|\d+"
    r"|i|a|au|aux|all\w+|al|alla|allo|da|dal\w*|nel\w*|en|em|no|na|à|im|auf|beim?|fran|fra|til|pa|op|uit|te|w|z|v|ve|vo|iz|в|на|из|с|у)"
)
_KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "live": rf"live(?: {_PLACE}\b.*)?|(?:.+ )?(?:live version|in concert|unplugged)(?: .+)?|.+ sessions?|"
        rf"(?:acoustic|recorded|inspelad|{_YEAR}) live(?: .+)?"
        "|concert|concerto|konzert|koncert|konser|концерт|elo|directo",
        "remaster": r"(?:.+ )?remaster(?:ed)?(?: .+)?",
        "acoustic": r"(?:.+ )?(?:acoustic|unplugged|a ?cap?pella)"
        r"(?: (?:version|mix|take|sessions?|demo|live|edit)\b.*)?",
        "demo": rf"(?:.+ )?(?:demo|rough mix|early take|outtake|take \d+)(?: (?:version|take|{_YEAR}))?",
        "instrumental": r"(?:.+ )?(?:instrumental|inst|karaoke)(?: (?:version|mix|track))?",
        "remix": rf"(?:.+ )?(?:re-?mix|rmx|mix|re-?work|bootleg|dub|vip)(?: (?:edit|version|cut|{_YEAR}))?",
        "edit": r"(?:.+ )?(?:edit|version|vers|cut)(?: \d+)?|extended|short|long|(?:version|edit) radio"
        r"|tv size|kisa|kurz|lang|re ?record(?:ed|ing)|(?:alt|alternate|alternative|another) (?:take|mix)|sessions?",
        "edition": rf"mono|stereo|explicit|clean|album|single|original|bonus(?: track)?|{_YEAR}"
        r"|official .*(?:video|audio)|h[dq]|4k|visuali[sz]er|music video|432 hz",
    }.items()
}
_BRACKETS = re.compile(r"[(\[{（［【〔～]([^()\[\]{}（）［］【】〔〕～]*)[)\]}）］】〕～]")
_DASH = re.compile(r"\s+[-–—~|/]+\s+")
_PUNCTUATION = re.compile(r"[^\w\s]+")
_APOSTROPHES = re.compile("['’`´]")
_FEATURED = re.compile(r"(?:feat|ft|featuring)\b.*")
_FEATURED_BEHIND = re.compile(r"(?<=\S)\s+(?:feat|ft|featuring)\b\.?\s.*$", re.IGNORECASE)
_REMASTERED_BEHIND = re.compile(
    rf"(?<=\S)\s+(?:{_YEAR}\s+)?(?:digital(?:ly)?\s+)?r[ei]master(?:ed|izad[oa]|izzat[oa]|isée?)?(?:\s+{_YEAR})?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedTitle:
    """A title in two parts.

    Attributes
    ----------
    base
        Folded, without punctuation; never empty unless the title is.
    qualifiers
        Some of "live", "remaster", "acoustic", "demo", "instrumental", "remix", "edit", "edition".
    """

    base: str
    qualifiers: frozenset[str]

    @property
    def is_generic(self) -> bool:
        """Whether unlike pieces often have this title ("Intro", "Track 4", "Allegro", or none at all)."""
        return is_nameless(self.base)


def normalise_title(title: str) -> NormalisedTitle:
    """Split a title into the song's name and what makes this a version of it.

    Examples
    --------
    >>> normalise_title("Paranoid").base, normalise_title("PARANOID (feat. Somebody)").base
    ('paranoid', 'paranoid')
    >>> sorted(normalise_title("Paranoid (Live in Paris) - 2012 Remaster").qualifiers)
    ['live', 'remaster']
    >>> normalise_title("Live and Let Die").base, normalise_title("(I Can't Get No) Satisfaction").base
    ('live and let die', 'i cant get no satisfaction')
    """
    qualifiers: set[str] = set()
    text, lower = _BRACKETS.sub(lambda found: _keep_or_note(found, qualifiers), title), title.lower()
    if "feat" in lower or "ft" in lower:  # few titles: to look for a word is quicker than an expression
        text = _FEATURED_BEHIND.sub("", text)
    if "master" in lower and _REMASTERED_BEHIND.search(text):
        qualifiers.add("remaster")
        text = _REMASTERED_BEHIND.sub("", text)
    name, *behind = _DASH.split(text.strip())
    while behind and (kinds := _kinds_of(behind[-1])) is not None:
        qualifiers |= kinds
        behind.pop()
    base = _plain(" ".join((name, *behind)))
    return NormalisedTitle(
        base=base or _plain(title) or fold(title) or title.strip(), qualifiers=frozenset(qualifiers if base else ())
    )


def _keep_or_note(found: re.Match[str], qualifiers: set[str]) -> str:
    """Take a bracket out of the title if it names a version, and note which."""
    kinds = _kinds_of(found[1])
    if kinds is None:
        return found[0]
    qualifiers |= kinds
    return " "


def _kinds_of(words: str) -> frozenset[str] | None:
    """Name the kinds of version that words speak of; None if they speak of something else."""
    plain = _plain(words)
    if not plain or _FEATURED.match(plain):
        return frozenset()
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.fullmatch(plain)) | kinds_in(plain) or None


def _plain(text: str) -> str:
    """Fold and drop punctuation: apostrophes close up, "&" is "and", all else parts words."""
    spoken = _APOSTROPHES.sub("", text).replace("&", " and ")
    return " ".join(_PUNCTUATION.sub(" ", fold(spoken)).split())
