"""Which track does a person mean? A title, an artist and title, a path in the library, or any audio file."""

import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.errors import UnknownTrackError
from resona.store import Store
from resona.tracks import Track, fold

N_HINTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a text turned out to mean.

    Attributes
    ----------
    text
        As it was asked.
    tracks
        Tracks of the library that it stands for; empty for a file outside it.
    external_path
        An audio file that is not in the library.
    vector
        Its embedding, shape (d,), where it has been heard already.
    artist
        Its artist, so that the artist filter knows whom to leave out.
    """

    text: str
    tracks: tuple[Track, ...] = ()
    external_path: Path | None = None
    vector: NDArray[np.float32] | None = None
    artist: str = ""


def resolve(store: Store, text: str) -> Query:
    """Find the tracks that a text stands for.

    In this order: a file or folder, in the library or outside it; a track number such as ``#12``; a title, an artist
    and title, an album or an artist, written out in full; words that only one track has.

    Parameters
    ----------
    store
        The library.
    text
        What the person typed. Case, accents and a leading "The" do not matter.

    Returns
    -------
    One or more tracks (several for a folder, an album or an artist), or a file outside the library.

    Raises
    ------
    UnknownTrackError
        If nothing answers to it, or several different songs do; the nearest ones are named.
    """
    found = _by_path(store, text) or _by_number(store, text)
    if found:
        return found
    candidates = store.tracks.search(text, limit=500)
    for name in (_titles, _albums, _artists):
        matches = [track for track in candidates if fold(text) in name(track)]
        if matches:
            return Query(text=text, tracks=_one_song(text, matches) if name is _titles else tuple(matches))
    if not candidates:
        raise UnknownTrackError(text, _nearest(store, text))
    return Query(text=text, tracks=_one_song(text, candidates))


def _by_path(store: Store, text: str) -> Query | None:
    path = Path(text).expanduser().absolute()
    tracks = store.tracks.at(path)
    if tracks:
        return Query(text=text, tracks=tuple(tracks))
    if path.is_dir() and (inside := store.tracks.below(path)):
        return Query(text=text, tracks=tuple(inside))
    return Query(text=text, external_path=path) if path.is_file() else None


def _by_number(store: Store, text: str) -> Query | None:
    if not (text.startswith("#") and text[1:].isdecimal()):
        return None
    track = store.tracks.get(int(text[1:]))
    return Query(text=text, tracks=(track,)) if track else None


def _titles(track: Track) -> set[str]:
    tags = track.tags
    names = {tags.title, track.path.stem, track.path.name}
    for artist in (tags.artist, tags.album_artist):
        names |= {f"{artist} {tags.title}", f"{artist} - {tags.title}", f"{artist} – {tags.title}"}
    return {fold(name) for name in names}


def _albums(track: Track) -> set[str]:
    tags = track.tags
    return {fold(name) for name in (tags.album, f"{tags.artist} {tags.album}", f"{tags.artist} - {tags.album}")}


def _artists(track: Track) -> set[str]:
    return {fold(track.tags.artist), fold(track.tags.album_artist)}


def _one_song(text: str, matches: list[Track]) -> tuple[Track, ...]:
    """Accept several files only if they are one song by one artist."""
    songs = {(fold(track.tags.artist), fold(track.tags.title or track.path.stem)) for track in matches}
    if len(songs) == 1:
        return (matches[0],)
    hints = [track.label for track in matches[: 2 * N_HINTS]]
    raise UnknownTrackError(text, sorted(set(hints)), f"{len(songs)} songs answer to it; say which")


def _nearest(store: Store, text: str) -> list[str]:
    """Name the most similar labels among tracks that share the beginning of any word."""
    stems = " ".join(word[: max(3, len(word) // 2)] for word in text.split())
    tracks = store.tracks.search(stems, limit=500, is_any_word_enough=True)
    labels = {fold(name): track.label for track in tracks for name in (track.tags.title, track.label)}
    return list(dict.fromkeys(labels[near] for near in difflib.get_close_matches(fold(text), labels, N_HINTS, 0.4)))
