"""Which tracks are in one big file? A cue sheet beside it tells.

Positions on a CD are minutes, seconds and frames of 1/75 second. A sheet that names several files describes tracks that
are files already, and is of no use here.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from resona.audio.genres import split_genres
from resona.audio.source import check_device
from resona.audio.tag_text import clean
from resona.tracks import TAG, Tags

MAX_BYTES = 1_000_000
MAX_ENTRIES = 999
FRAMES_PER_SECOND = 75

_COMMAND = re.compile(r'^\s*(?P<name>REM\s+\w+|\w+)\s+(?:"(?P<quoted>[^"]*)"|(?P<plain>.*?))\s*$')
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


def find_cue(path: Path) -> Path | None:
    """Find the cue sheet of an audio file: ``album.cue`` or ``album.flac.cue`` beside ``album.flac``.

    Parameters
    ----------
    path
        The audio file.

    Returns
    -------
    The sheet, None if there is none.

    Examples
    --------
    >>> find_cue(Path("/nowhere/album.flac"))
    """
    candidates = (path.with_suffix(".cue"), path.with_suffix(".CUE"), path.with_name(path.name + ".cue"))
    return next((sheet for sheet in candidates if sheet.is_file()), None)


def read_cue(path: Path) -> list[CueEntry]:
    """Read a cue sheet.

    Parameters
    ----------
    path
        The sheet.

    Returns
    -------
    Its tracks in order; none if it is no cue sheet, names more than one file, cannot be read, or holds a single track.

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
    ...     path = Path(folder, "album.cue")
    ...     _ = path.write_text(sheet)
    ...     [(entry.title, entry.performer, entry.start_seconds, entry.end_seconds) for entry in read_cue(path)]
    [("La femme d'argent", 'Air', 0.0, 428.2), ('Sexy Boy', 'Air', 428.2, None)]
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        check_device(path, error)
        return []
    album, tracks = _parse(_decode(content))
    starts = [float(track["start"]) for track in tracks if "start" in track]
    if album.get("n_files") != "1" or len(starts) < max(len(tracks), 2) or starts != sorted(set(starts)):
        return []
    ends = [*starts[1:], None]
    return [_entry(album, track, start, end) for track, start, end in zip(tracks, starts, ends, strict=True)]


def _decode(content: bytes) -> str:
    for encoding in ("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "latin-1"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _parse(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Read the commands: fields of the album, and of each track."""
    album = {"n_files": "0"}
    tracks: list[dict[str, str]] = []
    for line in text.splitlines():
        match = _COMMAND.match(line)
        if not match or len(tracks) > MAX_ENTRIES:
            continue
        name, value = " ".join(match["name"].upper().split()), match["quoted"] or match["plain"] or ""
        if name == "FILE":
            album["n_files"] = str(int(album["n_files"]) + 1)
        elif name == "TRACK":
            tracks.append({"number": value.split()[0] if value else ""})
        elif name == "INDEX":
            position = _POSITION.match(value)
            if position and tracks:
                minutes, seconds, frames = map(int, position.groups())
                tracks[-1]["start"] = str(round(minutes * 60 + seconds + frames / FRAMES_PER_SECOND, 3))
        else:
            (tracks[-1] if tracks else album).setdefault(name, clean(value))
    return album, tracks


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
