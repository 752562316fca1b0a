"""Which tracks of the library does a playlist from anywhere name?

The list may come from another machine, where the music lies in another folder: what counts is the end of a path. The
disk is not looked at, since a browser may bring such a list.
"""

import os
from collections.abc import Iterator

from resona.recommend.queries.named_files import read_playlist
from resona.store import Store
from resona.tracks import fold


def foreign_playlist(store: Store, content: bytes, *, suffix: str = ".m3u") -> tuple[list[int], int]:
    r"""Find the tracks that a playlist names.

    Parameters
    ----------
    store
        The library.
    content
        Of the playlist.
    suffix
        One of `PLAYLISTS`: how it is read.

    Returns
    -------
    The tracks in playing order, and how many entries are not in the library.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     foreign_playlist(store, b"#EXTM3U\nD:\\Music\\Low\\a.mp3\n")
    ([], 1)
    """
    files = ForeignFiles(store)
    found = [files.track_ids(entry) for entry in read_playlist(content, "", suffix=suffix)]
    track_ids: list[int] = []
    for ids in found:
        several = len(ids) > 1  # an album in one file: its tracks come once, however often it is named
        track_ids += [number for number in ids if not several or number not in track_ids]
    return track_ids, found.count([])


class ForeignFiles:
    """Finds tracks of a library by the ends of their paths.

    A name is the file whose path ends as it does, as far as possible: at least in the file's name and its folder, or in
    the name alone where it has no folder. A name that could be several files is none.

    Parameters
    ----------
    store
        The library.
    """

    def __init__(self, store: Store) -> None:
        self._files: dict[tuple[str, ...], list[int]] = {}
        for track_id, path in store.tracks.columns("track_id", "path"):
            self._files.setdefault(_parts(os.fsdecode(path)), []).append(track_id)
        self._by_name: dict[str, list[tuple[str, ...]]] = {}
        for parts in self._files:
            self._by_name.setdefault(parts[0], []).append(parts)

    def track_ids(self, names: tuple[str, ...]) -> list[int]:
        """List the tracks of the file that one of several paths means, the likeliest first; none if there is none."""
        return self._files.get(next(_matches(names, self._by_name), ()), [])


def _matches(entry: tuple[str, ...], by_name: dict[str, list[tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    for spelling in entry:
        asked = _parts(spelling)
        alike = {parts: _n_common(asked, parts) for parts in by_name.get(asked[0], ())}
        most = max(alike.values(), default=0)
        nearest = [parts for parts, n_common in alike.items() if n_common == most]
        if most >= min(2, len(asked)) and len(nearest) == 1:
            yield nearest[0]


def _parts(path: str) -> tuple[str, ...]:
    """Give the names in a path, the file's first, so that spellings of one name are equal.

    Examples
    --------
    >>> _parts("../Low/A.mp3"), _parts("/music/Low/a.mp3")
    (('a.mp3', 'low'), ('a.mp3', 'low', 'music'))
    """
    names = [name for name in path.replace("\\", "/").split("/") if name not in ("", ".", "..")]
    return tuple(fold(name) or name for name in reversed(names)) or ("",)


def _n_common(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
