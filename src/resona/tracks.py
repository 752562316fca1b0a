"""What a track is: the vocabulary that every other module shares. No I/O.

Genre is a label, not a truth: it comes from a tag or a folder name, and `Tags.sources` says from which.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TAG, FILE_NAME, FOLDER = "tag", "file name", "folder"

LINE_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
# Default_Ignorable_Code_Point of Unicode, controls but white space, and the blank Braille pattern
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_LOOK_ALIKE = str.maketrans(
    dict.fromkeys("‐‑‒–—―⁃−﹘﹣－᠆", "-") | dict.fromkeys("‘’‚‛ʼʹ´`′＇ʻˈ", "'") | dict.fromkeys("“”„‟″＂«»", '"')
)
_PLAIN = str.maketrans(  # letters that are no others with an accent to Unicode, but are to people who type
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says about itself.

    Attributes
    ----------
    artist, album_artist, title, album
        As written in the file, trimmed; empty where unknown. Several artists are parted by "; ", see
        `resona.artists.join_names`.
    genres
        Each once, in the file's order.
    year, disc_number, track_number
        None where unknown.
    duration_seconds
        As the file declares it; 0 where unknown. The decoder's measure is kept in `Track`.
    sources
        Field name to "tag", "file name" or "folder": where the value came from. Unknown fields are absent.

    Examples
    --------
    >>> Tags(artist="Nina Simone", title="Sinnerman", sources={"artist": "tag", "title": "file name"}).genres
    ()
    """

    artist: str = ""
    album_artist: str = ""
    title: str = ""
    album: str = ""
    genres: tuple[str, ...] = ()
    year: int | None = None
    disc_number: int | None = None
    track_number: int | None = None
    duration_seconds: float = 0.0
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One recording in one file, or one track of a cue sheet.

    Attributes
    ----------
    track_id
        Given by the store; never used again for another track.
    path
        Absolute.
    start_seconds
        Where it begins in the file: 0, except for tracks of a cue sheet.
    tags
        What is known about it.
    is_missing
        The file was gone at the last scan.
    loudness_lufs
        Of what was heard of it; None where it was not measured.

    Examples
    --------
    >>> Track(track_id=1, path=Path("/music/a.mp3"), tags=Tags(artist="A", title="B")).label
    'A – B'
    >>> Track(track_id=2, path=Path("/music/in/000.mp3")).label
    'in/000.mp3'
    """

    track_id: int
    path: Path
    start_seconds: float = 0.0
    tags: Tags = field(default_factory=Tags)
    is_missing: bool = False
    loudness_lufs: float | None = None

    @property
    def label(self) -> str:
        """Artist and name: one line for people."""
        return f"{self.tags.artist} – {self.name}" if self.tags.artist else self.name

    @property
    def name(self) -> str:
        """The title; the file and its folder where there is none, or only one that nobody wrote beside an artist."""
        is_told = self.tags.artist or self.tags.sources.get("title", TAG) == TAG
        if self.tags.title and is_told:
            return self.tags.title
        return LINE_BREAKS.sub(" ", f"{self.path.parent.name}/{self.path.name}")

    @property
    def album_key(self) -> str:
        """What tells albums apart: the folded album, else the folder."""
        return fold(self.tags.album) or self.folder_key

    @property
    def folder_key(self) -> str:
        """What stands for an album or an artist where the tags name none."""
        return f"folder:{self.path.parent}"


def track_dict(track: Track) -> dict[str, Any]:
    """Give the fields of a track that programs rely on."""
    tags = track.tags
    return {
        "track_id": track.track_id,
        "path": str(track.path),
        "artist": tags.artist,
        "title": tags.title,
        "album": tags.album,
        "genre": tags.genres[0] if tags.genres else "",
        "duration_seconds": round(tags.duration_seconds, 3),
    }


def visible(text: str) -> str:
    """Drop what cannot be seen, and write look-alike hyphens and quotes as on a keyboard.

    Examples
    --------
    >>> visible("Mi\u00adra\u200b Tal"), visible("Jo‐Kay’s")
    ('Mira Tal', "Jo-Kay's")
    """
    if text.isascii() and text.isprintable():  # most names; six times as fast
        return text.replace("`", "'")
    return INVISIBLE.sub("", text).translate(_LOOK_ALIKE)


def plain(text: str) -> str:
    """Write text as people compare it: visible, no case, accents or doubled spaces.

    Examples
    --------
    >>> plain("  Sigur  RÓS "), plain("The Wall"), plain("Łona"), plain("STRASSE") == plain("Straße")
    ('sigur ros', 'the wall', 'lona', True)
    """
    seen = visible(text).casefold()
    if not seen.isascii():
        marked = unicodedata.normalize("NFKD", seen).casefold().translate(_PLAIN)
        seen = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return " ".join(seen.split())


def fold(name: str) -> str:
    """Write a name as people compare it: `plain`, without a leading "The".

    Examples
    --------
    >>> fold("The  Beatles"), fold("Björk"), fold("The The"), fold("The")
    ('beatles', 'bjork', 'the', 'the')
    """
    return plain(name).removeprefix("the ")
