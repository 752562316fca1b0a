"""Which tracks are in one big file? A cue sheet beside it tells.

Positions on a CD are minutes, seconds and frames of 1/75 second. A sheet may be called like the file or otherwise, and
may name several files, each with some of the tracks. The name in it need not be quite that of the file: a rip that was
named ``album.wav`` is ``album.flac`` by now.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from resona.audio.find import AUDIO_SUFFIXES, CUE_SUFFIX
from resona.audio.genres import split_genres
from resona.audio.source import check_device
from resona.audio.tag_text import clean
from resona.tracks import TAG, Tags

MAX_BYTES = 1_000_000
MAX_ENTRIES = 999
FRAMES_PER_SECOND = 75

# Tried where a sheet is not UTF-8, if what it names then is there.
_ENCODINGS = ("cp932", "cp1251", "gb18030", "big5", "cp949", "cp1252", "cp1250", "cp1253", "cp866", "koi8-r", "euc-jp")
_LIKELY = (
    "cp932", "euc-jp", "gb18030", "big5", "cp949", "cp1251", "koi8-r", "cp866", "cp1250", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
)  # fmt: skip

_COMMAND = re.compile(r'^\s*(?P<name>REM\s+\w+|\w+)\s+(?:"(?P<quoted>[^"]*)"|(?P<plain>.*?))\s*$')
_FOLDERS = re.compile(r"[\\/]")
_POSITION = re.compile(r"0*1\s+(\d{1,4}):(\d{1,2}):(\d{1,2})$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CueEntry:
    """One track of a cue sheet.

    Attributes
    ----------
    number
        As in the sheet.
    title, performer
        Empty where unknown.
    start_seconds, end_seconds
        In the audio file; None is its end.
    tags
        The same, and what the sheet says of the album.
    """

    number: int
    title: str
    performer: str
    start_seconds: float
    end_seconds: float | None
    tags: Tags


def find_entries(path: Path) -> list[CueEntry]:
    """Find the tracks of an audio file in the cue sheets beside it.

    Parameters
    ----------
    path
        The audio file.

    Returns
    -------
    The tracks in order; a single one is the whole file. None where no sheet speaks of the file, or none can be read.

    Raises
    ------
    ReadError
        If the disk or the share fails.

    Examples
    --------
    >>> import tempfile
    >>> sheet = '''PERFORMER "Air"
    ... TITLE "Moon Safari"
    ... FILE "album.wav" WAVE
    ...   TRACK 01 AUDIO
    ...     TITLE "La femme d'argent"
    ...     INDEX 01 00:00:00
    ...   TRACK 02 AUDIO
    ...     TITLE "Sexy Boy"
    ...     INDEX 01 07:08:15'''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "album.cue").write_text(sheet), Path(folder, "album.flac").touch()
    ...     found = find_entries(Path(folder, "album.flac"))
    ...     [(entry.title, entry.performer, entry.start_seconds, entry.end_seconds) for entry in found]
    [("La femme d'argent", 'Air', 0.0, 428.2), ('Sexy Boy', 'Air', 428.2, None)]
    """
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError as error:
        check_device(path, error)
        return []
    sheets = [name for name in names if name.lower().endswith(CUE_SUFFIX)]
    sheets.sort(key=lambda name: not _is_named_like(name, path.name))
    found = [_entries(path, names, name) for name in sheets]
    return next((entries for entries in found if len(entries) > 1), next(filter(None, found), []))


def _is_named_like(sheet: str, name: str) -> bool:
    """Whether it is ``album.cue`` or ``album.flac.cue`` for ``album.flac``."""
    return _key(Path(sheet).stem) in {_key(Path(name).stem), _key(name)}


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _entries(path: Path, names: Sequence[str], sheet: str) -> list[CueEntry]:
    """Read what one sheet says of a file; nothing if its positions make no sense."""
    audio = {_key(name) for name in names if Path(name).suffix.lower() in AUDIO_SUFFIXES}
    album, tracks = _parse(_decode(_content(path.with_name(sheet)), audio))
    files = {track["file"] for track in tracks if "file" in track}
    is_only = len(files) == 1 and _is_named_like(sheet, path.name) and not any(_key(file) in audio for file in files)
    own = [track for track in tracks if is_only or _means(track.get("file", ""), path.name, audio)]
    starts = [float(track["start"]) for track in own]
    if (len(own) < len(tracks) and len(files) == 1) or starts != sorted(set(starts)):
        return []
    ends = [*starts[1:], None]
    return [_entry(album, track, start, end) for track, start, end in zip(own, starts, ends, strict=False)]


def _means(file: str, name: str, audio: set[str]) -> bool:
    """Whether a sheet that names a file means this one: of that name, or of another kind where that is not there."""
    if _key(file) in audio:
        return _key(file) == _key(name)
    return bool(file) and _key(Path(file).stem) == _key(Path(name).stem)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        check_device(path, error)
        return b""


def _decode(content: bytes, audio: set[str]) -> str:
    """Read text in an encoding that nobody noted: one in which the files that it names are there, or the likeliest."""
    for encoding in (_wide_encoding(content) or "utf-8-sig", *_ENCODINGS):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf") or _names_any(text, audio):
            return text
    return content.decode(_likeliest_encoding(content), errors="replace")


def _wide_encoding(content: bytes) -> str:
    """Tell UTF-16, with or without its mark: a sheet begins with a letter of ASCII."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    return {b"\0": "utf-16-le"}.get(content[1:2], "") or {b"\0": "utf-16-be"}.get(content[:1], "")


def _likeliest_encoding(content: bytes) -> str:
    import chardet

    return chardet.detect(content, include_encodings=_LIKELY)["encoding"] or "cp1252"


def _names_any(text: str, audio: set[str]) -> bool:
    stems = {Path(name).stem for name in audio}
    files = {track["file"] for track in _parse(text)[1] if "file" in track}
    return any(not file.isascii() and _key(Path(file).stem) in stems for file in files)


@lru_cache(maxsize=64)
def _parse(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Read the commands: fields of the album, and of each track."""
    album: dict[str, str] = {}
    tracks: list[dict[str, str]] = []
    file = ""
    for name, value in _commands(text):
        if name == "FILE":
            file = _FOLDERS.split(value)[-1]
        elif name == "TRACK":
            words = value.split()
            tracks.append({"number": words[0] if words else "", "kind": words[-1].upper() if words else ""})
        elif name == "INDEX":
            position = _POSITION.match(value)
            if position and tracks:
                minutes, seconds, frames = map(int, position.groups())
                start = round(minutes * 60 + seconds + frames / FRAMES_PER_SECOND, 3)
                tracks[-1] |= {"start": str(start), "file": file}  # a track's gap may lie in the file before
        else:
            (tracks[-1] if tracks else album).setdefault(name, clean(value))
    heard = [track for track in tracks[:MAX_ENTRIES] if track["kind"] == "AUDIO"]
    is_whole = all("start" in track for track in heard)
    return album, heard if is_whole else []


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        match = _COMMAND.match(line)
        if match:
            name = " ".join(match["name"].upper().split())
            if name == "FILE" and match["plain"]:  # then its kind follows
                yield name, (match["plain"].rpartition(" ")[0] or match["plain"]).strip().strip('"')
            else:
                plain = match["plain"] or ""
                is_quoted = len(plain) > 1 and plain[0] == plain[-1] == '"'  # with quotes inside, which none allows
                yield name, match["quoted"] or (plain[1:-1] if is_quoted else plain)


def _entry(album: dict[str, str], track: dict[str, str], start: float, end: float | None) -> CueEntry:
    number = int(track["number"]) if track["number"].isdecimal() else 0
    year, disc = album.get("REM DATE", ""), album.get("REM DISCNUMBER", "")[:3]
    found = {
        "artist": track.get("PERFORMER") or album.get("PERFORMER", ""),
        "album_artist": album.get("PERFORMER", ""),
        "title": track.get("TITLE", ""),
        "album": album.get("TITLE", ""),
        "genres": split_genres([album.get("REM GENRE", "")]),
        "year": int(year[:4]) if year[:4].isdecimal() else None,
        "disc_number": int(disc) if disc.isdecimal() else None,
        "track_number": number or None,
    }
    tags = Tags(
        **found,  # type: ignore[arg-type]
        duration_seconds=end - start if end else 0.0,
        sources={name: TAG for name, value in found.items() if value},
    )
    return CueEntry(
        number=number, title=tags.title, performer=tags.artist, start_seconds=start, end_seconds=end, tags=tags
    )
