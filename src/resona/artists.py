"""Who stands behind a credit such as "A feat. B & C", and is it the same artist?

An artist is a key: a name folded (`resona.tracks.fold`) and without spaces and punctuation, which are written
differently everywhere. A track is by all artists that its artist, its album artist and its title's "(feat. …)" credit;
two tracks are by the same artist if they share a key. Splits, audits, measures, limits of lists and models' records of
what they learned from all ask here. Nobody ("Various Artists", "Unknown") has no key.

What always joins names (";", "|", " / ", "feat.", "vs.", "prod. by") parts a credit. What may also stand inside of a
name ("&", "and", "y", "x", a comma, "AC/DC") parts it by this rule: in doubt it is the same artist, so each part
counts, beside the whole. But where a part hardly looks like a name, it counts on *evidence* alone: somebody in the
library is credited by it and nothing else. That is so for

- each word of "Earth, Wind & Fire", three or more single words;
- "X" and "the Ys" of "X & the Ys", if "X" is a single word;
- single words around a slash or one comma. "Simone, Nina" is also "Nina Simone".

`ONE_NAME` holds well-known names that even evidence must not part.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import pairwise

from resona.placeholders import is_nobody
from resona.tracks import Track, fold, visible

_WITH = r"(?:with|mit|avec|con|com|med|met)"
_GUEST = (  # words that only introduce a guest
    r"(?:(?:with\s+|and\s+|&\s*)?special\s+guests?\b|with\s+guests?\s|(?:in\s+|en\s+)?(?:colla?b|colla?boration|colaboraci[oó]n)\.?\s+"
    + _WITH
    + r"\s|(?:in\s+)?duet\s+with\b|(?:en\s+|a\s+)?d[uú]e?to?\s+(?:con|avec|com)\s"
    r"|(?:(?:avec|con|com|e)\s+)?(?:l[ae]\s+|a\s+)?part[ei]cip\w+\s+(?:e[sx]pecial\s+|sp[ée]cia\w+\s+)?(?:d[aeio]s?\s|del\s|d')"
    r"|(?:prod(?:uced)?|hosted|narrated|performed|remixed|mixed|conducted|arr(?:anged)?|sung|played)\.?\s*by\b"
    r"|prod\.|prod\s*:|(?<=\s)prod\s|gość\.|gościnnie\b|при\s+уч(?:астии)?\b\.?|part\.\s*esp\.|part\.(?!\s*\d)"
    r"|(?:introducing|starring)\b|f/\s)"
)
_ALWAYS = re.compile(
    r"[;|‖\\、]|\s[·•‧∙⋅・]\s|(?<=[\s(\[])(?:[wc]/|п/у\b\.?|(?-i:f\.\s)|(?-i:w\.\s))|(?<!:)/{2,}|\s+/\s*|/\s+"
    r"|\b(?:feat|ft|featuring|vs|versus|presents|pres|présente|presenta|präsentiert|aka)\b\.?|\ba\.k\.a\."
    rf"|[(\[]{_WITH}\s|(?<!\w){_GUEST}",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\s*(?<!\d),\s*(?:(?:&|and|et|y|und)\s+)?|\s*,\s*(?!\d)"
    r"|(?P<slash>/|\s-+\s)|(?<=\w{3})&(?=\w{3})|(?<=\w{2})[×✕✖⨯╳](?=\w{2})"
    r"|(?<=[\u3040-\u9fff\uac00-\ud7a3])\+(?=[\u3040-\u9fff\uac00-\ud7a3])"
    r"|\s+(?:&|\+|x|[×✕✖⨯╳]|and|with|w/|meets|y|et|avec|und|mit|con|com|ed|og|och|med|met|ja|oraz|ve|és|și|amb|dan|и|και|と|和|與|与|와|과|و"
    r"|(?-i:e|i|en))\s+",
    re.IGNORECASE,
)
_SLASHES = str.maketrans({"⁄": "/", "∕": "/", "⧸": "/", "\0": ";"})
_INVERTED_ARTICLE = re.compile(
    r"([^,;&/+(]+?)\s*[,(]\s*(the|los|las|les|die|der|el)\)?(?=\s*(?:$|[,;&/+()\[|]|(?:and|y|et|und|feat|ft|with|vs)\b))",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    rf"[(\[{{（［【<]\s*(?:\w+\s+(?:edit|mix|version)\s+)?(?:(?:feat|ft|featuring|vs)\b[.:]?|[wc]/(?!o\b)|(?-i:w\.\s)|{_GUEST}"
    rf"|(?P<with>{_WITH})\s)\s*([^()\[\]{{}}（）［］【】<>]+)",
    re.IGNORECASE,
)
_BEHIND_TITLE = re.compile(
    r"(?<=[^\s\d])\s+(?:(?:feat|ft|featuring)(?:\b[.:]?\s+|[.:])|w/\s*(?!o\s))([^()\[\]]+)", re.IGNORECASE
)
_OPENING = re.compile(r"[(\[{（［【<]")
_NO_GUEST = re.compile(
    r"(?:(?:the|a|an|my|your|his|her|no|new|extra|bonus|full|added)\s+)?(?:you|me|him|her|us|them|it|love|intro|outro|lyrics?"
    r"|strings|vocals?|piano|guitar|orchestra|orchester|orquesta|choir|band|banda|commentary|repeats|beats?|drums|applause"
    r"|str[iå]jkers|stråkar|strygere|interview|reprise|introduction|crowd|audience|countdown|overture|friends|amor|coros?|letra|chœur|orchestre)\b.*",
    re.IGNORECASE,
)
_AND = re.compile(r"(?<=\w)\W*\s(?:and|&|\+)\s(?=\W*\w)")
_ARTICLE = re.compile(r"(?:the|a|an|los|las|les|die|der|el|la)\s", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:his|her|their|my|your|su|sus|son|sein|seine)\s.*"
    r"|al\.?|inc\.?|ltd\.?|llc\.?|special guests?|friends"
    r"|band|orchestra|choir|chorus|ensemble|company|guests?|others|more|sons|jr\.?|sr\.?|i{2,3}|co\.?"
    r"|i|me|you|us|him|them",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<=\S)\s+\(\d{1,3}\)$")  # by data bases, to tell people of one name apart
_AS_S, _AS_I = re.compile(r"(?<=[^\W\d_])\$|\$(?=[^\W\d_])"), re.compile(r"(?<=[a-z])!(?=[a-z])")
_EDGES = " ()[]{}-:,~"
LONGEST_RUN = 5  # parts; names of more are not looked for inside of a longer credit
LEAST_LETTERS = 3  # of a name before or after a slash, as in AC/DC


class _Written(dict[int, int | None]):
    """What is left of a character in a key: nothing of spaces and punctuation."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = None if unicodedata.category(chr(code))[0] in "PZ" else code
        return kept


_WRITTEN = _Written()


@lru_cache(maxsize=65_536)
def artist_key(name: str) -> str:
    """Write one artist's name as a key, without parting it.

    Examples
    --------
    >>> artist_key("Jay-Z"), artist_key("JAY Z"), artist_key("Guns N’ Roses"), artist_key("R.E.M.")
    ('jayz', 'jayz', 'gunsnroses', 'rem')
    >>> artist_key("Florence + the Machine") == artist_key("Florence and the Machine"), artist_key("!!!")
    (True, '!!!')
    """
    folded = _NUMBERED.sub("", fold(name))
    if "$" in folded or "!" in folded:  # A$AP, P!nk
        folded = _AS_I.sub("i", _AS_S.sub("s", folded))
    key = _AND.sub(" ", folded).translate(_WRITTEN)
    return key if any(map(str.isalnum, key)) else folded


ONE_NAME = frozenset(
    artist_key(name)
    for name in (
        "AC/DC", "Adam and the Ants", "Aly & AJ", "Ashford & Simpson", "Belle and Sebastian", "Big & Rich",
        "Black Country, New Road",
        "Blood, Sweat & Tears", "Brooks & Dunn", "Chase & Status", "Coheed and Cambria", "Crosby, Stills & Nash",
        "Crosby, Stills, Nash & Young", "Dan + Shay", "Derek and the Dominos", "Earth, Wind & Fire",
        "Echo & the Bunnymen", "Emerson, Lake & Palmer", "Florence + the Machine", "Flatt & Scruggs",
        "Hall & Oates", "Hootie & the Blowfish", "Iron & Wine", "Kool & the Gang", "Kruder & Dorfmeister",
        "Loggins & Messina", "M/A/R/R/S", "Man with a Mission", "Marina and the Diamonds",
        "Martha and the Vandellas", "Matt and Kim", "Medeski, Martin & Wood", "Mumford & Sons", "nothing,nowhere.",
        "Of Monsters and Men", "Oh, Sleeper", "Peaches & Herb", "Peter, Bjorn and John", "Peter, Paul and Mary",
        "Rodrigo y Gabriela", "Sam & Dave", "Seals & Crofts", "She & Him", "Simon & Garfunkel",
        "Siouxsie and the Banshees", "Sly & the Family Stone", "Tegan and Sara", "The Good, the Bad & the Queen",
        "The Mamas & the Papas", "Tyler, the Creator", "Woe, Is Me", "Years & Years", "Zager and Evans",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is credited.

    Attributes
    ----------
    names
        Keys that count.
    perhaps
        Keys that count where somebody is credited by them alone.
    """

    names: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()

    def keys(self, known: Set[str]) -> frozenset[str]:
        """Give the artists, where `known` are all `names` of the library."""
        return self.names | (self.perhaps & known) if self.perhaps else self.names


def read_credit(*names: str, title: str = "") -> Credit:
    """Part credits into artists.

    Parameters
    ----------
    names
        Artist and album artist, as tagged.
    title
        Its "(feat. …)" counts too.

    Examples
    --------
    >>> sorted(read_credit("The Beatles feat. Billy Preston", "Various Artists").names)
    ['beatles', 'billypreston']
    >>> duo = read_credit("Hope/Ada Lovett")
    >>> sorted(duo.names), sorted(duo.perhaps)
    (['adalovett', 'hopeadalovett'], ['hope'])
    >>> read_credit("Earth, Wind & Fire")
    Credit(names=frozenset({'earthwindfire'}), perhaps=frozenset())
    """
    lower = title.lower()
    if _OPENING.search(title) or "feat" in lower or "ft" in lower or " w/" in lower:  # few titles, and slow expressions
        names += tuple(_guests(title))
    return _join(tuple(filter(None, names)))


def _guests(title: str) -> Iterator[str]:
    for match in _IN_BRACKETS.finditer(title):
        is_sure = not match["with"] or not (match[2][:1].islower() or _NO_GUEST.fullmatch(match[2]))
        if is_sure or (title.islower() and not _NO_GUEST.fullmatch(match[2])):
            yield match[2]
    yield from (match[1] for match in _BEHIND_TITLE.finditer(title))


def credit_of(track: Track) -> Credit:
    """Read everybody whom a track's tags credit."""
    return read_credit(track.tags.artist, track.tags.album_artist, title=track.tags.title)


def known_names(credited: Iterable[Credit]) -> frozenset[str]:
    """Collect who is credited for certain somewhere in a library: the evidence for `Credit.keys`."""
    return frozenset().union(*(credit.names for credit in credited))


def artists_of(credited: Iterable[Credit]) -> list[frozenset[str]]:
    """Give the artists of each track of a library; none where nobody is credited.

    Examples
    --------
    >>> ada, hope, nobody = artists_of(map(read_credit, ("Ada & Bix", "Hope & the Ys", "VA")))
    >>> sorted(ada), sorted(hope), sorted(nobody)
    (['ada', 'adabix', 'bix'], ['hopetheys'], [])
    >>> sorted(artists_of(map(read_credit, ("Hope & the Ys", "Hope")))[0])
    ['hope', 'hopetheys']
    """
    read = list(credited)
    known = known_names(read)
    return [credit.keys(known) for credit in read]


def join_names(values: Iterable[str]) -> str:
    """Write the several values of an artist tag as one text, from which `read_credit` gets them back.

    Examples
    --------
    >>> join_names(["Lena Ahl", "Omar Reyes", "lena ahl", "Unknown Artist", "Lena Ahl feat. Omar Reyes"])
    'Lena Ahl; Omar Reyes'
    """
    names: dict[str, str] = {}
    for name in values:
        if not is_nobody(name):
            names.setdefault(artist_key(name), name)
    told = [name for key, name in names.items() if not _is_sum(name, names.keys() - {key})]
    return "; ".join(told)


def _is_sum(name: str, keys: Set[str]) -> bool:
    """Whether a name is a credit of several, each of whom is named anyway."""
    blocks = [(artist_key(block), read_credit(block).names) for block in names_in(name)]
    return bool(keys) and all(key in keys or keys >= parts - {key} > set() for key, parts in blocks)


def names_in(text: str) -> list[str]:
    """Part a tag where it certainly names several, each as it is written.

    Examples
    --------
    >>> names_in("Lena Ahl; Omar Reyes feat. Ida & Moe"), names_in("(hed) p.e."), names_in("V.A.")
    (['Lena Ahl', 'Omar Reyes', 'Ida & Moe'], ['(hed) p.e.'], [])
    """
    line = unicodedata.normalize("NFKC", visible(unescape(text).translate(_SLASHES)))
    if "," in line or "(" in line:
        line = _INVERTED_ARTICLE.sub(r"\2 \1", line)
    blocks = _ALWAYS.split(line)
    names = [block.strip(_EDGES) for block in blocks] if len(blocks) > 1 else [line.strip()]
    names = names if any(names) else [line.strip()]  # a band called "Vs."
    return [name for name in names if not is_nobody(name)]


@lru_cache(maxsize=65_536)
def _join(texts: tuple[str, ...]) -> Credit:
    parts = [_read(text) for text in texts]
    if len(parts) == 1:
        return parts[0]
    found = frozenset[str]().union(*(part.names for part in parts))
    return Credit(found, frozenset[str]().union(*(part.perhaps for part in parts)) - found)


@lru_cache(maxsize=65_536)
def _read(text: str) -> Credit:
    names, perhaps = set[str](), set[str]()
    for block in names_in(text):
        block_names, block_perhaps = _read_block(block)
        names |= block_names
        perhaps |= block_perhaps
    return Credit(frozenset(names), frozenset(perhaps - names))


def _read_block(block: str) -> tuple[set[str], set[str]]:
    """Read names around what may also stand inside of a name: those that count, and those that want evidence."""
    spans = _spans(block)
    if len(spans) == 1:
        return {artist_key(block)}, set()
    texts = [block[start:end] for start, end in spans]
    joins = [block[end:start].strip()[:1] for (_, end), (start, _) in pairwise(spans)]
    is_single = [len(fold(text).split()) == 1 and artist_key(text) not in ONE_NAME for text in texts]
    is_led = [bool(place and _ARTICLE.match(text)) for place, text in enumerate(texts)]
    is_list = joins == [","] or (len(texts) > 2 and all(is_single))
    names, perhaps = {artist_key(block)}, set(_runs(block, spans))
    for place, text in enumerate(texts):
        key, has_slash = artist_key(text), not {"/", "-"}.isdisjoint(joins[max(place - 1, 0) : place + 1])
        if _NO_NAME.fullmatch(fold(text)) or is_nobody(text):
            continue
        is_unlikely = is_list or has_slash or any(is_led[place + 1 : place + 2])
        if is_led[place] or (is_single[place] and is_unlikely):
            perhaps |= {key} if not has_slash or len(key) >= LEAST_LETTERS else set()
        else:
            names.add(key)
    return names | _inverted(texts, joins), perhaps


def _spans(block: str) -> list[tuple[int, int]]:
    """Find where parts begin and end; well-known names stay whole, and so does what would leave no letter."""
    edges = [0, *(edge for cut in _PERHAPS.finditer(block) for edge in cut.span()), len(block)]
    left = list(zip(edges[::2], edges[1::2], strict=True))
    if not all(any(map(str.isalnum, block[start:end])) for start, end in left):
        return [(0, len(block))]
    spans = []
    while left:
        lengths = range(min(LONGEST_RUN, len(left)), 1, -1)
        n = next((n for n in lengths if artist_key(block[left[0][0] : left[n - 1][1]]) in ONE_NAME), 1)
        spans.append((left[0][0], left[n - 1][1]))
        del left[:n]
    return spans


def _runs(block: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """Give several parts in a row, but not all of them: "Kruder & Dorfmeister, Tosca" may hold a name of two parts."""
    for first in range(len(spans)):
        for last in range(first + 1, min(first + LONGEST_RUN, len(spans))):
            if last - first + 1 < len(spans):
                yield artist_key(block[spans[first][0] : spans[last][1]])


def _inverted(texts: list[str], joins: list[str]) -> set[str]:
    """Turn "Simone, Nina" round, wherever one comma stands alone."""
    around = ["", *joins, ""]
    return {
        artist_key(f"{texts[place + 1]} {texts[place]}")
        for place, join in enumerate(joins)
        if join == "," and "," not in (around[place], around[place + 2]) and not _NO_NAME.fullmatch(texts[place + 1])
    }
