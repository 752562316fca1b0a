"""What does a file say about itself?

tinytag reads the formats that most libraries hold, `resona.audio.ape` one more kind of tag, FFmpeg's libraries the
other formats. What a tag does not say, the file's name or its folder may; `Tags.sources` tells which.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from resona.artists import join_names
from resona.audio.ape import read_ape
from resona.audio.bounded import BoundedFile
from resona.audio.ffmpeg import read_metadata
from resona.audio.genres import folder_genre, split_genres
from resona.audio.id3 import read_genres
from resona.audio.names import NameParts, parse_disc, parse_name
from resona.audio.source import OpenedSource, check_device
from resona.audio.tag_text import clean
from resona.errors import AudioError, DecodeError
from resona.placeholders import is_nobody, is_untitled
from resona.tracks import FILE_NAME, FOLDER, TAG, Tags

MAX_SECONDS = 1e6
_ID3V1_BYTES = 128
_HALF_READ = {".wma", ".asf", ".wmv"}  # tinytag knows no "disc 2 of 3" there

_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)", re.ASCII)
_NUMBER = re.compile(r"\s*0*(\d{1,4})(?!\d)", re.ASCII)

_Values = Mapping[str, Sequence[str]]


def read_tags(path: Path, *, root: Path | None = None) -> Tags:
    """Read artist, title, album, genres, year, track number and duration of a file.

    What is missing, damaged or a placeholder ("Unknown Artist") is taken from the file's name
    (``Artist - Title``, ``Artist ~ Title``, ``01 Title``), the genre from a folder, or is left empty.

    Parameters
    ----------
    path
        The file.
    root
        The scanned folder it was found in; it tells which folder may be a genre, see `folder_genre`.

    Returns
    -------
    Clean text: one line, limited in length, valid Unicode.

    Raises
    ------
    ReadError
        If the disk or the share fails; nothing else is raised.

    Examples
    --------
    >>> read_tags(Path("/nowhere/Jazz/01 Nina Simone - Sinnerman.mp3"), root=Path("/nowhere"))
    Tags(artist='Nina Simone', album_artist='', title='Sinnerman', album='', genres=('Jazz',), year=None,
    disc_number=None, track_number=1, duration_seconds=0.0, sources={'artist': 'file name', 'title': 'file name',
    'track_number': 'file name', 'genres': 'folder'})
    """
    values, duration_seconds = _read_values(path)
    tags = _from_values(values)
    named = _from_name(parse_name(path.stem), tags)
    found: dict[str, object] = tags | named
    sources = dict.fromkeys(tags, TAG) | dict.fromkeys(named, FILE_NAME)
    if "disc_number" not in found and (disc := parse_disc(path.parent.name)):
        found["disc_number"], sources["disc_number"] = disc, FOLDER
    if "genres" not in found:
        others = [str(found[key]) for key in ("artist", "album_artist", "album") if key in found]
        if genre := folder_genre(path, root, others, _folders_in(root) if root else ()):
            found["genres"], sources["genres"] = (genre,), FOLDER
    return Tags(**found, duration_seconds=duration_seconds, sources=sources)  # type: ignore[arg-type]


def _folders_in(root: Path) -> tuple[str, ...]:
    """List the folders of a library's root, once for each state of it."""
    try:
        return _list_folders(root, root.stat().st_mtime_ns)
    except OSError:
        return ()


@lru_cache(maxsize=16)
def _list_folders(root: Path, mtime_ns: int) -> tuple[str, ...]:  # noqa: ARG001 # tells the states apart
    return tuple(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def _read_values(path: Path) -> tuple[_Values, float]:
    """Read text fields (lower-case names to values) and the declared duration, by as many readers as it takes."""
    values, duration_seconds = _attempt(_read_tinytag, path)
    if ape := _attempt(_read_ape, path)[0]:
        better = _attempt(_read_without_id3v1, path)[0] if _has_id3v1(path) else values
        values = {**values, **ape, **better}  # an ID3v1 is shorter than the APE tag before it, or older
    if not duration_seconds or path.suffix.lower() in _HALF_READ:
        others, declared = _attempt(_read_ffmpeg, path)
        values, duration_seconds = {**others, **values}, duration_seconds or declared
    return values, duration_seconds if 0 < duration_seconds < MAX_SECONDS else 0.0


def _attempt(read: Callable[[Path], tuple[_Values, float]], path: Path) -> tuple[_Values, float]:
    try:
        return read(path)
    except AudioError:
        return {}, 0.0
    except OSError as error:
        check_device(path, error)
        return {}, 0.0


def _read_tinytag(path: Path, n_left_out: int = 0) -> tuple[_Values, float]:
    from tinytag import TinyTag, TinyTagException

    try:
        with BoundedFile(path, n_left_out=n_left_out) as file:
            tag = TinyTag.get(file_obj=file)
            values = {name: texts for name, texts in tag.as_dict().items() if isinstance(texts, list)}
            if "genre" in values:
                values["genre"] = read_genres(file) or values["genre"]
    except TinyTagException as error:
        raise DecodeError(path, "has damaged tags, or of a kind that tinytag does not read") from error
    return values, tag.duration or 0.0


def _has_id3v1(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(_ID3V1_BYTES, path.stat().st_size), os.SEEK_END)
        return file.read(3) == b"TAG"


def _read_without_id3v1(path: Path) -> tuple[_Values, float]:
    return _read_tinytag(path, n_left_out=_ID3V1_BYTES)


def _read_ape(path: Path) -> tuple[_Values, float]:
    return read_ape(path), 0.0


def _read_ffmpeg(path: Path) -> tuple[_Values, float]:
    with OpenedSource(path) as opened:
        return read_metadata(opened)


def _from_values(values: _Values) -> dict[str, object]:
    """Choose and clean the fields that `Tags` knows; only those with a value."""
    found: dict[str, object] = {
        "artist": _artists(values, "artist"),
        "album_artist": _artists(values, "albumartist", "album_artist", "album artist"),
        "title": _title(values, "title"),
        "album": _title(values, "album"),
        "genres": split_genres(list(values.get("genre", ()))),
        "year": _first_number(_YEAR, values, "year", "date"),
        "disc_number": _first_number(_NUMBER, values, "disc", "discnumber"),
        "track_number": _first_number(_NUMBER, values, "track", "tracknumber"),
    }
    return {name: value for name, value in found.items() if value}


def _artists(values: _Values, *fields: str) -> str:
    """Take everybody named in the first field that names anybody."""
    named = (join_names(map(clean, values.get(field, ()))) for field in fields)
    return clean(next(filter(None, named), ""))


def _title(values: _Values, field: str) -> str:
    """Take the first value that is no placeholder."""
    names = map(clean, values.get(field, ()))
    return next((name for name in names if not is_untitled(name)), "")


def _first_number(pattern: re.Pattern[str], values: _Values, *fields: str) -> int | None:
    matches = (pattern.search(str(text)[:100]) for field in fields for text in values.get(field, ()))
    return next((int(match[1]) for match in matches if match), None)


def _from_name(parts: NameParts, tags: dict[str, object]) -> dict[str, object]:
    """Take from the name what the tags lack. An artist is only believed with a title."""
    found: dict[str, object] = {
        "artist": parts.artist if parts.title and not is_nobody(parts.artist) else "",
        "title": parts.title,
        "album": parts.album,
        "disc_number": parts.disc_number,
        "track_number": parts.track_number,
    }
    return {name: value for name, value in found.items() if value and name not in tags}
