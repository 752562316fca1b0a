"""What counts as a genre, and how is a genre tag read?

A genre is a label, not a truth. The tag may hold several, in several notations; a folder may stand in for a missing
tag, if it is plain that its name is a genre and not an artist or an album.
"""

import re
from pathlib import PurePath

from resona.artists import is_nobody
from resona.audio.tag_text import clean
from resona.tracks import fold

MAX_GENRES = 16

# The numbers of ID3v1 with Winamp's extensions: the position is the number.
ID3V1_GENRES = (
    "Blues", "Classic Rock", "Country", "Dance", "Disco", "Funk", "Grunge", "Hip-Hop", "Jazz", "Metal", "New Age",
    "Oldies", "Other", "Pop", "R&B", "Rap", "Reggae", "Rock", "Techno", "Industrial", "Alternative", "Ska",
    "Death Metal", "Pranks", "Soundtrack", "Euro-Techno", "Ambient", "Trip-Hop", "Vocal", "Jazz+Funk", "Fusion",
    "Trance", "Classical", "Instrumental", "Acid", "House", "Game", "Sound Clip", "Gospel", "Noise",
    "Alternative Rock", "Bass", "Soul", "Punk", "Space", "Meditative", "Instrumental Pop", "Instrumental Rock",
    "Ethnic", "Gothic", "Darkwave", "Techno-Industrial", "Electronic", "Pop-Folk", "Eurodance", "Dream",
    "Southern Rock", "Comedy", "Cult", "Gangsta Rap", "Top 40", "Christian Rap", "Pop/Funk", "Jungle",
    "Native American", "Cabaret", "New Wave", "Psychedelic", "Rave", "Showtunes", "Trailer", "Lo-Fi", "Tribal",
    "Acid Punk", "Acid Jazz", "Polka", "Retro", "Musical", "Rock & Roll", "Hard Rock", "Folk", "Folk-Rock",
    "National Folk", "Swing", "Fast-Fusion", "Bebop", "Latin", "Revival", "Celtic", "Bluegrass", "Avantgarde",
    "Gothic Rock", "Progressive Rock", "Psychedelic Rock", "Symphonic Rock", "Slow Rock", "Big Band", "Chorus",
    "Easy Listening", "Acoustic", "Humour", "Speech", "Chanson", "Opera", "Chamber Music", "Sonata", "Symphony",
    "Booty Bass", "Primus", "Porn Groove", "Satire", "Slow Jam", "Club", "Tango", "Samba", "Folklore", "Ballad",
    "Power Ballad", "Rhythmic Soul", "Freestyle", "Duet", "Punk Rock", "Drum Solo", "A Cappella", "Euro-House",
    "Dance Hall", "Goa", "Drum & Bass", "Club-House", "Hardcore", "Terror", "Indie", "BritPop", "Afro-Punk",
    "Polsk Punk", "Beat", "Christian Gangsta Rap", "Heavy Metal", "Black Metal", "Crossover", "Contemporary Christian",
    "Christian Rock", "Merengue", "Salsa", "Thrash Metal", "Anime", "JPop", "Synthpop", "Abstract", "Art Rock",
    "Baroque", "Bhangra", "Big Beat", "Breakbeat", "Chillout", "Downtempo", "Dub", "EBM", "Eclectic", "Electro",
    "Electroclash", "Emo", "Experimental", "Garage", "Global", "IDM", "Illbient", "Industro-Goth", "Jam Band",
    "Krautrock", "Leftfield", "Lounge", "Math Rock", "New Romantic", "Nu-Breakz", "Post-Punk", "Post-Rock",
    "Psytrance", "Shoegaze", "Space Rock", "Trop Rock", "World Music", "Neoclassical", "Audiobook", "Audio Theatre",
    "Neue Deutsche Welle", "Podcast", "Indie Rock", "G-Funk", "Dubstep", "Garage Rock", "Psybient",
)  # fmt: skip

# Other names that are taken for a genre when a folder bears them.
_MORE_GENRES = (
    "Afrobeat", "Americana", "Bossa Nova", "Breakcore", "Chill", "Children's", "Chiptune", "Choral", "Christmas",
    "Dancehall", "Deathcore", "Deep House", "Doom Metal", "Drone", "DnB", "EDM", "Electronica", "Fado", "Film Score",
    "Flamenco", "Future Bass", "Glitch", "Gothic Metal", "Grime", "Grindcore", "Hardstyle", "Holiday", "Indie Pop",
    "J-Rock", "K-Pop", "Klezmer", "Mariachi", "Metalcore", "Minimal", "Minimal Techno", "Motown", "Neo Soul",
    "Nu Metal", "Nu Jazz", "Orchestral", "Power Metal", "Progressive Metal", "Progressive House", "Ragtime",
    "Reggaeton", "Rock 'n' Roll", "Rockabilly", "Schlager", "Score", "Screamo", "Singer-Songwriter", "Ska Punk",
    "Smooth Jazz", "Speed Metal", "Stoner Rock", "Surf", "Synthwave", "Tech House", "Trap", "UK Garage", "Urban",
    "Vaporwave", "World", "Zouk", "Latin Pop", "Melodic Death Metal", "Hardcore Punk", "Free Jazz", "Delta Blues",
    "Electro Swing", "Folk Metal", "Viking Metal", "Doom", "Gabber", "Dream Pop", "Modern Classical", "Early Music",
    "Renaissance", "Romantic", "Marches", "Piano", "Guitar", "Video Game Music", "Soundtracks", "OST",
)  # fmt: skip

_PLACEHOLDERS = {"", "default", "genre", "misc", "none", "other", "undefined", "unknown", "unknown genre", "various"}
_SEPARATORS = re.compile(r"[;/,|\\\0]")
_WHOLE = {"singer/songwriter": "Singer-Songwriter"}
_CODE = r"\d{1,3}|RX|CR"
_CODES = re.compile(
    rf"(?<!\()\((?P<bracketed>{_CODE})\)|(?:^|(?<=[;/,|\\\0]))\s*(?P<bare>{_CODE})\s*(?=$|[;/,|\\\0])", re.ASCII
)
_LETTERS = {"RX": "Remix", "CR": "Cover"}
_NOT_GENRES = {"albums", "compilations", "flac", "mp3", "music", "singles"}


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
            if fold(name) not in _PLACEHOLDERS:
                names.setdefault(fold(name), name)
    return tuple(names.values())[:MAX_GENRES]


def _name(match: re.Match[str]) -> str:
    code = match["bracketed"] or match["bare"]
    if code in _LETTERS:
        return _LETTERS[code]
    number = int(code)
    return ID3V1_GENRES[number] if number < len(ID3V1_GENRES) else ""


def folder_genre(path: PurePath, root: PurePath | None, others: list[str]) -> str:
    """Take the genre from the folder below the library's root, in layouts such as ``root/genre/artist/album/track``.

    A folder of the artist or album is no genre; where neither is known, it must bear a well-known genre's name.

    Parameters
    ----------
    path
        The file.
    root
        The scanned folder; without one, the nearest folder with a well-known genre's name is taken.
    others
        Artist, album artist and album of the track, those that are known.

    Returns
    -------
    The folder's name, empty if it is no genre.

    Examples
    --------
    >>> folder_genre(PurePath("/music/world_folk/a.mp3"), PurePath("/music"), ["Enya"])
    'world folk'
    >>> folder_genre(PurePath("/music/Beatles/Help!/a.mp3"), PurePath("/music"), ["The Beatles"])
    ''
    """
    if root is not None and not path.is_relative_to(root):
        root = None
    folders = path.relative_to(root).parts[:-1][:1] if root else path.parts[-2:0:-1]
    for folder in folders:
        name = clean(folder.replace("_", " "))
        if _key(name) in _KNOWN or (root and others and _is_new(name, others)):
            return name
    return ""


def _is_new(name: str, others: list[str]) -> bool:
    """Whether a folder's name is made of other words than the artist's and the album's."""
    words = set(fold(name).replace(",", " ").split()) - {"the"}
    is_nothing = fold(name) in _NOT_GENRES or is_nobody(name)
    is_plain = bool(words) and not any(word[0].isdigit() for word in words) and not is_nothing
    return is_plain and not any(words <= set(fold(other).replace(",", " ").split()) for other in others)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9&]", "", fold(name).replace(" and ", "&"))


_KNOWN = {_key(name) for name in (*ID3V1_GENRES, *_MORE_GENRES)} - {_key(name) for name in _PLACEHOLDERS}
