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

from resona.tracks import Track, fold, visible

_ALWAYS = re.compile(
    r"[;|\\\0、]|\s[·•‧∙⋅]\s|(?<=[\s(\[])(?:[wc]/|п/у\b\.?|(?-i:f\.\s)|part\.(?!\s*\d)(?:\s*esp\.)?)|\s+/\s*|/\s+"
    r"|\b(?:feat|ft|featuring|vs|versus|presents|pres|présente|presenta|präsentiert|introducing|starring|aka)\b\.?"
    r"|\bgość\.|\bgościnnie\b|\bпри\s+уч(?:астии)?\b\.?|[(\[](?:with|mit|avec|con|com)\s"
    r"|\b(?:prod(?:uced)?|hosted|narrated|performed|remixed|mixed|conducted|arr(?:anged)?|sung|played)\.?\s*by\b"
    r"|\ba\.k\.a\.|\bf/\s|\bprod\.|\b(?:in\s+)?duet\s+with\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\s*(?<!\d),\s*(?:(?:&|and|et|y|und)\s+)?|\s*,\s*(?!\d)"
    r"|(?P<slash>/)|(?<=\w{3})&(?=\w{3})"
    r"|\s+(?:&|\+|x|[×✕✖⨯╳]|and|with|w/|meets|y|et|avec|und|mit|con|com|ed|og|och|med|met|ja|oraz|ve|és|și|amb|dan|и|και|と|와|과|و"
    r"|(?-i:e|i|en))\s+",
    re.IGNORECASE,
)
_INVERTED_ARTICLE = re.compile(
    r"([^,;&/+]+),\s*(the|los|las|les|die|der|el)(?=\s*(?:$|[,;&/+()\[|]|(?:and|y|et|und|feat|ft|with|vs)\b))",
    re.IGNORECASE,
)
_IN_TITLE = re.compile(
    r"[(\[]\s*(?:feat\b|ft\b|featuring\b|with\b|w/|prod(?:uced)?\b|part\.|при\s+уч(?:астии)?\b)\.?\s*(?:by\s+)?([^)\]]+)[)\]]"
    r"|(?<=\S)\s+(?:(?:feat|ft|featuring)\b\.?\s+|w/\s*)([^()\[\]]+)",
    re.IGNORECASE,
)
_GUEST_WORDS = ("feat", "ft", "with", "w/", "prod", "part.", "при")
_AND = re.compile(r"(?<=\w)\W*\s(?:and|&|\+)\s(?=\W*\w)")
_ARTICLE = re.compile(r"(?:the|a|an|los|las|les|die|der|el|la)\s", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:his|her|their|my|your|su|sus|son|sein|seine)\s.*"
    r"|al\.?|friends|band|orchestra|choir|chorus|ensemble|company|guests?|others|more|sons|jr\.?|sr\.?|i{2,3}|co\.?"
    r"|i|me|you|us|him|them",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[-_.\s]*")
_EDGES = " ()[]{}-:,"
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
    folded = fold(name)
    key = _AND.sub(" ", folded).translate(_WRITTEN)
    return key if any(map(str.isalnum, key)) else folded


_NOBODY = frozenset(
    artist_key(name)
    for name in (
        "Various Artists", "Various Artist", "Various", "VA", "V.A.", "VVAA", "AA.VV.", "Various Composers",
        "Various Performers", "Multiple Artists", "Varios Artistas", "Varios", "Artistas Varios", "Vários Artistas",
        "Vários", "Artistes Divers", "Artistes Variés", "Vari Artisti", "Artisti Vari", "Verschiedene Interpreten",
        "Verschiedene Künstler", "Verschiedene", "Diverse Interpreten", "Diverse Künstler", "Diverse Artister",
        "Diverse Artiesten", "Blandade Artister", "Różni Wykonawcy", "Různí interpreti", "Разные исполнители",
        "Сборник", "群星", "ヴァリアス・アーティスト", "Compilation", "Unknown Artist", "Unknown", "<unknown>",
        "Unknown Artists", "Artist Unknown", "No Artist", "None", "N/A", "Unbekannter Künstler",
        "Unbekannter Interpret", "Unbekannt", "Artiste inconnu", "Inconnu", "Artista desconocido", "Desconocido",
        "Artista desconhecido", "Artista sconosciuto", "Onbekende artiest", "Onbekend", "Okänd artist",
        "Ukendt kunstner", "Ukjent artist", "Tuntematon artisti", "Nieznany wykonawca", "Neznámý interpret",
        "Неизвестный исполнитель", "Неизвестен", "未知艺术家", "未知", "不明なアーティスト", "不明",
        "알 수 없는 아티스트", "Soundtrack", "Original Soundtrack", "OST", "Original Motion Picture Soundtrack",
        "Original Cast", "Anonymous", "Anon.", "Traditional", "Trad.",
    )
)  # fmt: skip

ONE_NAME = frozenset(
    artist_key(name)
    for name in (
        "AC/DC", "Adam and the Ants", "Aly & AJ", "Ashford & Simpson", "Belle and Sebastian", "Big & Rich",
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
    if any(word in lower for word in _GUEST_WORDS):  # few titles: to look for words is quicker than an expression
        names += tuple(guest for match in _IN_TITLE.finditer(title) for guest in match.groups(""))
    return _join(tuple(filter(None, names)))


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


def is_nobody(name: str) -> bool:
    """Say whether a name is a placeholder.

    Examples
    --------
    >>> is_nobody("V.A."), is_nobody("[unknown]"), is_nobody("\u200b"), is_nobody("Various Cruelties")
    (True, True, True, False)
    """
    key = artist_key(name)
    return key in _NOBODY or bool(_BLANK.fullmatch(key))


def join_names(values: Iterable[str]) -> str:
    """Write the several values of an artist tag as one text, from which `read_credit` gets them back.

    Examples
    --------
    >>> join_names(["Lena Ahl", "Omar Reyes", "lena ahl", "Unknown Artist"])
    'Lena Ahl; Omar Reyes'
    """
    names: dict[str, str] = {}
    for name in values:
        if not is_nobody(name):
            names.setdefault(artist_key(name), name)
    return "; ".join(names.values())


def names_in(text: str) -> list[str]:
    """Part a tag where it certainly names several, each as it is written.

    Examples
    --------
    >>> names_in("Lena Ahl; Omar Reyes feat. Ida & Moe"), names_in("(hed) p.e."), names_in("V.A.")
    (['Lena Ahl', 'Omar Reyes', 'Ida & Moe'], ['(hed) p.e.'], [])
    """
    line = _INVERTED_ARTICLE.sub(r"\2 \1", unicodedata.normalize("NFKC", visible(unescape(text))))
    blocks = _ALWAYS.split(line)
    names = [block.strip(_EDGES) for block in blocks] if len(blocks) > 1 else [line.strip()]
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
    names -= _NOBODY
    return Credit(frozenset(names), frozenset(perhaps - names - _NOBODY))


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
        key, has_slash = artist_key(text), "/" in joins[max(place - 1, 0) : place + 1]
        if _NO_NAME.fullmatch(fold(text)):
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
