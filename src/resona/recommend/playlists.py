"""Tracks → files for players and other programs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from resona.errors import StoreError
from resona.selection.playlists import Entry, PathMap, m3u8
from resona.tracks import Track


def entries_of(tracks: Iterable[Track]) -> list[Entry]:
    """Say of each track what a playlist says."""
    return [
        Entry(
            path=str(track.path),
            artist=track.tags.artist,
            title=track.tags.title or track.path.stem,
            duration_seconds=track.tags.duration_seconds,
        )
        for track in tracks
    ]


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
        path.write_bytes(m3u8(entries_of(tracks), folder=folder, path_maps=path_maps))


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
