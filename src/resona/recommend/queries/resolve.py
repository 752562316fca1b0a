"""Which tracks does a person mean? A title, an album, an artist, a path, a playlist, or any audio file."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.artists import artist_key, credit_of
from resona.errors import QueryError, UnknownTrackError
from resona.recommend.queries.named_files import (
    OTHER_PLAYLISTS,
    PLAYLISTS,
    FileFinder,
    existing,
    read_playlist,
    spellings,
)
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
        Its embedding by the model that listens, shape (d,), where it has been heard already.
    descriptors
        What was measured of it then.
    content
        The content of an audio file that is nowhere on the disk.
    artist
        Its artist, so that the artist filter knows whom to leave out.
    n_unknown
        Entries of a playlist that are not in the library.
    """

    text: str
    tracks: tuple[Track, ...] = ()
    external_path: Path | None = None
    vector: NDArray[np.float32] | None = None
    descriptors: Mapping[str, float | str | None] = field(default_factory=dict)
    content: bytes | None = None
    artist: str = ""
    n_unknown: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        track = self.tracks[0] if len(self.tracks) == 1 else None
        return {
            "text": self.text,
            "track_id": track.track_id if track else None,
            "path": str(track.path if track else self.external_path or ""),
            "artist": track.tags.artist if track else self.artist,
            "title": track.tags.title if track else "",
            "n_tracks": len(self.tracks) or 1,
        }

    @property
    def label(self) -> str:
        """One line for people."""
        return self.tracks[0].label if len(self.tracks) == 1 else self.text


def resolve(store: Store, text: str) -> Query:
    """Find the tracks that a text stands for.

    In this order: a file, folder or playlist, in the library or outside it; a track number such as ``#12``; a title, an
    artist and title, an album or an artist, written out in full; words that only one track has.

    Parameters
    ----------
    store
        The library.
    text
        What the person typed. Case, accents and a leading "The" do not matter.

    Returns
    -------
    One or more tracks (several for a folder, a playlist, an album or an artist), or a file outside the library.

    Raises
    ------
    UnknownTrackError
        If nothing answers to it, or several different songs do; the nearest ones are named.
    """
    if not fold(text):
        raise UnknownTrackError(text, [], "a query is empty; name a title, an artist, a folder or a file")
    found = _by_path(store, text) or _by_number(store, text)
    if found:
        return found
    candidates = store.tracks.search(text, limit=500)
    for name in (_titles, _albums, _artists):
        asked = artist_key(text) if name is _artists else fold(text)
        if matches := [track for track in candidates if asked in name(track)]:
            return Query(text=text, tracks=_one_song(text, matches) if name is _titles else tuple(matches))
    if not candidates:
        raise _unknown(store, text)
    return Query(text=text, tracks=_one_song(text, candidates))


def resolve_one(store: Store, query: str | Query) -> Track:
    """Find the one track of the library that a query stands for.

    Raises
    ------
    UnknownTrackError
        If it stands for none or for several.
    """
    meaning = query if isinstance(query, Query) else resolve(store, query)
    if len(meaning.tracks) != 1:
        n = len(meaning.tracks)
        raise UnknownTrackError(
            meaning.text, [], f"it stands for {n} tracks; name one" if n else "it is not in the library"
        )
    return meaning.tracks[0]


def _by_path(store: Store, text: str) -> Query | None:
    names = spellings(text)
    if tracks := FileFinder(store).tracks(names, is_thorough=Path(names[0]).is_absolute()):
        return Query(text=text, tracks=tuple(tracks))
    path = existing(text)
    if path is None:
        return None
    if path.is_dir():
        inside = store.tracks.below(path)
        return Query(text=text, tracks=tuple(inside)) if inside else None
    if path.suffix.lower() in OTHER_PLAYLISTS:
        raise QueryError(f"playlists of the kind {path.suffix} are not read; save {path.name!r} as .m3u8")
    if path.suffix.lower() in PLAYLISTS:
        return _playlist(store, text, path)
    return Query(text=text, external_path=path) if path.is_file() else None


def _playlist(store: Store, text: str, path: Path) -> Query:
    try:
        entries = read_playlist(path.read_bytes(), str(path.parent), suffix=path.suffix)
    except OSError as error:
        raise QueryError(f"the playlist {str(path)!r} cannot be read: {error.strerror}") from error
    finder = FileFinder(store)
    found = [finder.tracks(names) for names in entries]
    tracks = {track.track_id: track for same_file in found for track in same_file}
    if not tracks:
        reason = f"none of its {len(entries)} entries is a track of the library" if entries else "the playlist is empty"
        raise UnknownTrackError(text, [], reason)
    return Query(text=text, tracks=tuple(tracks.values()), n_unknown=found.count([]))


def _unknown(store: Store, text: str) -> UnknownTrackError:
    """Say of a path what is the matter with it, and of a name which ones are near."""
    from resona.audio import AUDIO_SUFFIXES  # only a mistake is worth the time that this takes

    try:
        path = Path(text).expanduser()
        is_dir, is_path = path.is_dir(), os.sep in text and path.parent.is_dir()
    except (OSError, RuntimeError, ValueError):  # as in `_by_path`
        return UnknownTrackError(text, _nearest(store, text))
    if is_dir:
        return UnknownTrackError(text, [], "this folder holds no track of the library; `resona scan` it first")
    if is_path or path.suffix.lower() in (*PLAYLISTS, *AUDIO_SUFFIXES):
        return UnknownTrackError(text, [], "there is no such file, and no track in the library answers to it")
    return UnknownTrackError(text, _nearest(store, text))


def _by_number(store: Store, text: str) -> Query | None:
    if not (text.startswith("#") and text[1:].isdecimal()):
        return None
    track = store.tracks.get(int(text[1:])) if len(text) < 20 else None  # what SQLite can count to
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


def _artists(track: Track) -> frozenset[str]:
    credit = credit_of(track)
    return credit.names | credit.perhaps


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
