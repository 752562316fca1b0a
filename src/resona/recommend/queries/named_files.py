"""Which files does a playlist name, or what somebody typed as a path, in whatever spelling?

One file has many names: as a ``file:`` address, percent-encoded as VLC writes lists, through a symbolic link, with
accents composed (as Linux and Windows write them) or apart (as macOS did), in the encoding of another machine. A name
is tried as it stands before it is taken for another spelling, since files may be called "50%25" too.
"""

import html
import os
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from resona.addresses import place
from resona.recommend.playlists import ADDRESS, WINDOWS
from resona.store import Store
from resona.tracks import Track

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SHARE = re.compile(rb"^(?:smb|cifs|nfs|afp|sftp|ftp|davs?)://[^/]*", re.IGNORECASE)  # as Kodi names files
_ENCODINGS = ("cp1252", "cp932", "cp1251", "gb18030", "cp949", "cp1250")  # of entries that are not UTF-8
_QUOTED = re.compile(r"([\"'])(.+)\1")
_PLS = re.compile(r"^\s*File(\d+)\s*=\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_XSPF = re.compile(
    r"<(?:\w+:)?location\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</(?:\w+:)?location>",
    re.IGNORECASE | re.DOTALL,
)
_WPL = re.compile(r"<media\s[^>]*?\bsrc\s*=\s*([\"'])(.*?)\1", re.IGNORECASE | re.DOTALL)
_ASX = re.compile(r"<ref\s[^>]*?\bhref\s*=\s*([\"'])(.*?)\1", re.IGNORECASE | re.DOTALL)
_LISTS: dict[str, Callable[[str], list[str]]] = {
    ".pls": lambda text: [entry for _, entry in sorted(_PLS.findall(text), key=lambda found: int(found[0]))],
    ".xspf": lambda text: [html.unescape(entry) for entry in _XSPF.findall(text)],
    ".wpl": lambda text: [html.unescape(entry) for _, entry in _WPL.findall(text)],
    ".asx": lambda text: [html.unescape(entry) for _, entry in _ASX.findall(text)],
}
_LISTS |= {".zpl": _LISTS[".wpl"], ".wax": _LISTS[".asx"], ".wvx": _LISTS[".asx"]}

PLAYLISTS = (".m3u", ".m3u8", *_LISTS)
OTHER_PLAYLISTS = (".aimppl", ".aimppl4", ".b4s", ".dpl", ".fpl", ".kpl", ".mpcpl", ".plc", ".smi", ".smil", ".vlc")


def read_playlist(content: bytes, folder: str, *, suffix: str = ".m3u") -> list[tuple[str, ...]]:
    r"""Read a playlist, or a plain list of paths.

    M3U, PLS, XSPF, WPL, ZPL and ASX are read. Byte order marks, UTF-16, all line endings, ``file:`` addresses and
    Windows' backslashes are understood, names on a share are paths from its root; web addresses are left out.

    Parameters
    ----------
    content
        Of the file.
    folder
        Where the file lies; relative paths begin there.
    suffix
        One of `PLAYLISTS`: how it is read.

    Returns
    -------
    Of each entry, in playing order, the absolute paths that it may mean, the likeliest first; whether they exist was
    not looked at.

    Examples
    --------
    >>> read_playlist(b"#EXTM3U\r\nLow\\a.mp3\r\n/m/b%20c.mp3\r\nhttp://radio.example/live", "/music")
    [('/music/Low/a.mp3',), ('/m/b%20c.mp3', '/m/b c.mp3')]
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", errors="replace").encode(errors="replace")
    elif content[1:2] == b"\0":
        content = content.decode("utf-16-le", errors="replace").encode(errors="replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if suffix.lower() in _LISTS:
        text = content.decode(errors="surrogateescape")
        entries = [os.fsencode(entry) for entry in _LISTS[suffix.lower()](text)]
    else:
        entries = [line for line in map(bytes.strip, re.split(rb"[\r\n]+", content)) if not line.startswith(b"#")]
    is_utf8 = b"#EXTENC:UTF-8" in content[:200].upper().replace(b" ", b"")
    found = (_decodings(_SHARE.sub(b"", entry), is_utf8=is_utf8) for entry in entries if entry)
    return [_located(texts, folder) for texts in found if ADDRESS.match(texts[0]) or not _SCHEME.match(texts[0])]


def spellings(text: str) -> list[str]:
    """Give the paths that a text may mean, as it stands first.

    Examples
    --------
    >>> spellings("a%20b.mp3"), spellings("file:///m/a%20b.mp3"), spellings("100%")
    (['a%20b.mp3', 'a b.mp3'], ['/m/a b.mp3'], ['100%'])
    """
    if address := ADDRESS.match(text):
        path = os.fsdecode(urllib.parse.unquote_to_bytes(os.fsencode(text[address.end() :])))
        return [re.sub(r"^/(?=[A-Za-z]:[\\/])", "", path)]
    return list(dict.fromkeys((text, os.fsdecode(urllib.parse.unquote_to_bytes(os.fsencode(text))))))


def existing(text: str) -> Path | None:
    """Find the file or folder that a text means, through links and in any spelling.

    Returns
    -------
    Its path without links; None if there is none.

    Examples
    --------
    >>> existing("file:///") == Path("/"), existing("/no such/file")
    (True, None)
    """
    for path in _paths(spellings(text)):
        if path.exists():
            return path
    return None


class FileFinder:
    """Finds tracks of a library by their files' names.

    Parameters
    ----------
    store
        The library.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def tracks(self, names: Iterable[str], *, is_thorough: bool = True) -> list[Track]:
        """List the tracks of the file that one of several names means.

        Parameters
        ----------
        names
            Absolute, or relative to the working folder; the likeliest first.
        is_thorough
            Look for names whose accents are written half in one way and half in the other, too: the first such search
            reads all paths of the library.
        """
        paths = list(_paths(names))
        for path in paths:
            if found := self._store.tracks.at(path):
                return found
        same = (self._by_key.get(_key(str(path))) for path in paths if is_thorough)
        return next((self._store.tracks.at(path) for path in same if path), [])

    @cached_property
    def _by_key(self) -> dict[str, Path]:
        paths = {path for (path,) in self._store.tracks.columns("path")}
        return {_key(os.fsdecode(path)): place(os.fsdecode(path)) for path in paths}


def _paths(names: Iterable[str]) -> Iterator[Path]:
    """Resolve links, in each way that accents may be written."""
    for name in names:
        for text in dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))):
            try:
                path = place(text).expanduser().resolve()
                path.exists()  # which tells a name that is too long
            except (OSError, RuntimeError, ValueError):  # too long, a "~" without a home, a NUL
                continue
            yield path


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _decodings(entry: bytes, *, is_utf8: bool) -> list[str]:
    try:
        return [entry.decode()]
    except UnicodeDecodeError:
        raw = os.fsdecode(entry)
    texts = [] if is_utf8 else [entry.decode(encoding, errors="replace") for encoding in _ENCODINGS]
    return [*texts, raw]


def _located(texts: list[str], folder: str) -> tuple[str, ...]:
    bare = [match[2] for text in texts if (match := _QUOTED.fullmatch(text))]
    return tuple(dict.fromkeys(_absolute(path, folder) for text in (*texts, *bare) for path in spellings(text)))


def _absolute(path: str, folder: str) -> str:
    if WINDOWS.match(path) or ("\\" in path and "/" not in path):
        path = path.replace("\\", "/")
    if WINDOWS.match(path) or path.startswith("//"):
        return path
    return os.path.join(folder, path)  # noqa: PTH118 # as text, in which a link before ".." stays one
