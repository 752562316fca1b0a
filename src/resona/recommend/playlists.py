"""How is a list written for players and programs, and how are their lists read?

Paths are absolute strings as Python's `os` functions give
them, so that names in no known encoding survive the way out and back.
"""

import csv
import io
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from resona.addresses import RemotePath, place
from resona.errors import QueryError, StoreError
from resona.tracks import Track

CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
UNSAFE = re.compile(r"[\x00-\x1f\x7f]|^\s|\s$")  # in a line of its own, such a path would be cut or lost
WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
ADDRESS = re.compile(r"file:(?://(?:localhost)?)?(?=/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PathMap:
    """Where a folder is found on the machine of the player.

    Attributes
    ----------
    source, target
        The folder here and there, without a slash at the end.
    """

    source: str
    target: str

    @classmethod
    def parse(cls, text: str) -> "PathMap":
        r"""Read ``FROM=TO``.

        Raises
        ------
        QueryError
            If a side is missing.

        Examples
        --------
        >>> PathMap.parse("/music=/mnt/nas/music")
        PathMap(source='/music', target='/mnt/nas/music')
        """
        source, _, target = text.partition("=")
        if not source or not target:
            raise QueryError(f"a path map is FROM=TO, such as /home/me/Music=/mnt/music, not {text!r}")
        return cls(source.rstrip("/\\"), target.rstrip("/\\"))

    def apply(self, path: str) -> str:
        r"""Rewrite a path that lies in the folder; leave others as they are.

        Examples
        --------
        >>> print(PathMap("/music", r"D:\Songs").apply("/music/Low/a.mp3"))
        D:\Songs\Low\a.mp3
        >>> PathMap("/music", "/m").apply("/musical/a.mp3")
        '/musical/a.mp3'
        """
        rest = path.removeprefix(self.source)
        if len(rest) == len(path) - len(self.source) and rest[:1] in ("", "/", "\\"):
            if WINDOWS.match(self.source):
                rest = rest.replace("\\", "/")
            return self.target + (rest.replace("/", "\\") if "\\" in self.target else rest)
        return path


def m3u8(tracks: Iterable[Track], *, folder: str = "", path_maps: Sequence[PathMap] = ()) -> bytes:
    """Write a playlist for players (extended M3U in UTF-8).

    Parameters
    ----------
    tracks
        In playing order.
    folder
        Write paths relative to it, so that the list moves with the music; not given, they are absolute.
    path_maps
        The first that fits a path rewrites it; it then stays absolute.

    Returns
    -------
    The file's content. Line breaks and other control characters in names become spaces; a path with such characters is
    written as a ``file:`` address.

    Examples
    --------
    >>> from resona.tracks import Tags
    >>> tags = Tags(artist="Low", title="Lullaby", duration_seconds=583.4)
    >>> print(m3u8([Track(track_id=1, path=Path("/music/Low/a.mp3"), tags=tags)], folder="/music").decode(), end="")
    #EXTM3U
    #EXTENC:UTF-8
    #EXTINF:583,Low - Lullaby
    Low/a.mp3
    """
    lines = [b"#EXTM3U", b"#EXTENC:UTF-8"]
    for track in tracks:
        seconds = round(track.tags.duration_seconds) or -1
        label = " - ".join(filter(None, (track.tags.artist, track.tags.title or track.path.stem)))
        lines.append(f"#EXTINF:{seconds},{CONTROL.sub(' ', label)}".encode(errors="replace"))
        lines.append(_line(str(track.path), folder, path_maps))
    return b"\n".join([*lines, b""])


def paths(tracks: Iterable[Track], *, separator: bytes = b"\n", path_maps: Sequence[PathMap] = ()) -> bytes:
    r"""Write bare paths for other programs.

    Parameters
    ----------
    tracks
        In playing order.
    separator
        After each path; ``b"\0"`` suits ``xargs -0`` and is safe for every name.
    path_maps
        As for `m3u8`.

    Examples
    --------
    >>> paths([Track(track_id=1, path=Path("/a.mp3"))], separator=b"\0")
    b'/a.mp3\x00'
    """
    return b"".join(os.fsencode(_mapped(str(track.path), path_maps)) + separator for track in tracks)


def csv_table(records: Sequence[Mapping[str, object]]) -> str:
    r"""Write records as comma-separated values; the first one's keys are the header.

    Examples
    --------
    >>> csv_table([{"rank": 1, "title": 'Say "Hi", World'}])
    'rank,title\n1,"Say ""Hi"", World"\n'
    """
    if not records:
        return ""
    table = io.StringIO()
    writer = csv.DictWriter(table, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return table.getvalue()


def _mapped(path: str, path_maps: Sequence[PathMap]) -> str:
    changed = (path_map.apply(path) for path_map in path_maps)
    return next((other for other in changed if other != path), path)


def _line(path: str, folder: str, path_maps: Sequence[PathMap]) -> bytes:
    """Write a path so that it stands in one line and is not taken for a comment."""
    absolute = line = _mapped(path, path_maps)
    if isinstance(place(absolute), RemotePath):
        return os.fsencode(urllib.parse.quote(line, safe="/:?&=+@!$'()*,;~ ") if UNSAFE.search(line) else line)
    if folder and absolute == path:
        line = os.path.relpath(path, folder)
        if line[0] == "#" or "\\" in line or WINDOWS.match(line) or ADDRESS.match(line):
            line = f"./{line}"
    if UNSAFE.search(line):
        return b"file://" + urllib.parse.quote_from_bytes(os.fsencode(absolute)).encode()
    return os.fsencode(line)


def write_m3u(
    path: Path, tracks: Iterable[Track], *, is_relative: bool = False, path_maps: Sequence[PathMap] = ()
) -> None:
    """Write a playlist file, in the order given.

    Parameters
    ----------
    path
        The file.
    tracks
        In playing order.
    is_relative
        Write paths relative to the file's folder, so that the list moves with the music.
    path_maps
        Where folders are found on the machine of the player; such paths stay absolute.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    folder = str(path.expanduser().absolute().parent) if is_relative else ""
    with writing_to(path):
        path.write_bytes(m3u8(tracks, folder=folder, path_maps=path_maps))


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn what goes wrong in writing a file into one sentence.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError(path, f"cannot be written: there is no folder {str(path.parent)!r}; make it first") from error
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}; choose another place") from error
