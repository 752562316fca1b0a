"""Which tracks does a person mean? A title, an album, an artist, a path, a playlist, or any audio file."""

import difflib
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, permutations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.addresses import RemotePath, place
from resona.artists import artist_key, artists_of, credit_of
from resona.errors import QueryError, UnknownTrackError
from resona.recommend.queries.foreign import ForeignFiles
from resona.recommend.queries.named_files import (
    OTHER_PLAYLISTS,
    PLAYLISTS,
    FileFinder,
    existing,
    read_playlist,
    spellings,
)
from resona.store import Store
from resona.tracks import Track, fold, plain

N_HINTS = 5
_DASHES = (" ", " - ", " – ")
_NAMED = ("title", "artist", "album_artist", "album")
_UMLAUT = re.compile("([aou])e", re.IGNORECASE)
LEAST_BEGUN = 5  # letters of a title's beginning
N_CANDIDATES = 10_000  # tracks in which a name is looked for


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
    kind
        What several tracks have in common: "artist", "album", "folder" or "playlist"; "words" where it is words.
    namesake
        A song that has the same name as the artist or album that was taken.
    """

    text: str
    tracks: tuple[Track, ...] = ()
    external_path: Path | None = None
    vector: NDArray[np.float32] | None = None
    descriptors: Mapping[str, float | str | None] = field(default_factory=dict)
    content: bytes | None = None
    artist: str = ""
    n_unknown: int = 0
    kind: str = ""
    namesake: str = ""

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
            "kind": self.kind,
        }

    @property
    def label(self) -> str:
        """One line for people."""
        if not self.kind:
            return self.tracks[0].label if len(self.tracks) == 1 else self.text
        if self.kind == "words":
            return f"“{self.text.partition(':')[2].strip()}”"
        n = len(self.tracks)
        namesake = f"; for the song, ask for “{self.namesake}”" if self.namesake else ""
        return f"{self.text} (the {self.kind}, {n} track{'s' * (n != 1)}{namesake})"


def resolve(store: Store, text: str, *, is_one: bool = False) -> Query:
    """Find the tracks that a text stands for.

    In this order: a file, folder or playlist, in the library or outside it; a track number such as ``#12``; an artist
    and title, an artist, a title or an album, written out in full; words that only one track has.

    Parameters
    ----------
    store
        The library.
    text
        What the person typed. Case, accents and a leading "The" do not matter.
    is_one
        A song comes before an artist of its name.

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
    candidates = store.tracks.search(text, limit=N_CANDIDATES)
    if not candidates and (found := _by_end(store, text)):
        return found
    candidates = candidates or _written_otherwise(store, text)
    if not candidates:
        raise _unknown(store, text)
    named = _called(text, candidates, _titles)
    songs = _called(text, candidates, _songs)
    if songs or (named and is_one):
        return Query(text=text, tracks=_one_song(text, songs or named))
    groups = {"artist": _by_artist(text, candidates), "album": tuple(_called(text, candidates, _albums))}
    kind = "artist" if groups["artist"] else "album" if groups["album"] and not named else ""
    if kind:
        return Query(text=text, tracks=groups[kind], kind=kind, namesake=named[0].label if named else "")
    return Query(text=text, tracks=_one_song(text, named or candidates))


def resolve_one(store: Store, query: str | Query) -> Track:
    """Find the one track of the library that a query stands for.

    Raises
    ------
    UnknownTrackError
        If it stands for none or for several.
    """
    meaning = query if isinstance(query, Query) else resolve(store, query, is_one=True)
    if len(meaning.tracks) != 1:
        n = len(meaning.tracks)
        reason = f"it stands for {n} tracks; name one" if n else "it is not in the library"
        raise UnknownTrackError(meaning.text, _told(meaning.tracks), reason)
    return meaning.tracks[0]


def _by_path(store: Store, text: str) -> Query | None:
    names = spellings(text)
    named = place(names[0])
    if tracks := FileFinder(store).tracks(names, is_thorough=named.is_absolute()):
        return Query(text=text, tracks=tuple(tracks))
    if isinstance(named, RemotePath):
        inside = store.tracks.below(named)
        return Query(text=text, tracks=tuple(inside), kind="folder") if inside else None
    path = existing(text)
    if path is None:
        return None
    if path.is_dir():
        inside = store.tracks.below(path)
        return Query(text=text, tracks=tuple(inside), kind="folder") if inside else None
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
    if [] in found:  # as in a list of another machine
        foreign = ForeignFiles(store)
        found = [
            known or store.tracks.get_many(foreign.track_ids(names))
            for known, names in zip(found, entries, strict=True)
        ]
    tracks = {track.track_id: track for same_file in found for track in same_file}
    if not tracks:
        reason = f"none of its {len(entries)} entries is a track of the library" if entries else "the playlist is empty"
        raise UnknownTrackError(text, [], reason)
    return Query(text=text, tracks=tuple(tracks.values()), n_unknown=found.count([]), kind="playlist")


def _unknown(store: Store, text: str) -> UnknownTrackError:
    """Say of a path what is the matter with it, and of a name which ones are near."""
    from resona.audio import AUDIO_SUFFIXES  # only a mistake is worth the time that this takes

    try:
        path = Path(text).expanduser()
        is_dir, is_path = path.is_dir(), os.sep in text and path.parent.is_dir()
    except (OSError, RuntimeError, ValueError):  # as in `_by_path`
        return UnknownTrackError(text, _hints(store, text))
    if is_dir:
        return UnknownTrackError(text, [], "this folder holds no track of the library; `resona scan` it first")
    if is_path or path.suffix.lower() in (*PLAYLISTS, *AUDIO_SUFFIXES):
        return UnknownTrackError(text, [], "there is no such file, and no track in the library answers to it")
    return UnknownTrackError(text, _hints(store, text))


def _by_number(store: Store, text: str) -> Query | None:
    if not (text.startswith("#") and text[1:].isdecimal()):
        return None
    track = store.tracks.get(int(text[1:])) if len(text) < 20 else None  # what SQLite can count to
    return Query(text=text, tracks=(track,)) if track else None


def _called(text: str, tracks: Sequence[Track], names: Callable[[Track], set[str]]) -> list[Track]:
    """Choose tracks that have a name; where none has, one that is written alike but for spaces and punctuation."""
    exact = [track for track in tracks if fold(text) in map(fold, names(track))]
    key = artist_key(text)
    return exact or [track for track in tracks if key in map(artist_key, names(track))]


def _by_end(store: Store, text: str) -> Query | None:
    """Find the track that tables call ``folder/file.mp3``, or a folder by its name, from wherever one stands."""
    end = f"/{plain(text)}"
    paths = {os.fsdecode(path) for (path,) in store.tracks.columns("path")}
    found = [store.tracks.at(place(path)) for path in sorted(paths) if _ends(plain(path), end)]
    if len(found) == 1:
        return Query(text=text, tracks=tuple(found[0]))
    if found:
        return Query(text=text, tracks=_one_song(text, list(chain(*found))))
    folders = sorted(folder for folder in _folders(paths) if plain(folder).endswith(end))
    if len(folders) > 1:
        raise UnknownTrackError(text, folders[: 2 * N_HINTS], f"{len(folders)} folders answer to it; say which")
    return Query(text=text, tracks=tuple(store.tracks.below(place(folders[0]))), kind="folder") if folders else None


def _ends(path: str, end: str) -> bool:
    """Whether a path ends so, with or without its suffix."""
    return path.endswith(end) or path.rpartition(".")[0].rstrip().endswith(end)


def _folders(paths: set[str]) -> set[str]:
    """Name all folders that some files are in or below."""
    folders = set[str]()
    while paths := {path.rpartition("/")[0] for path in paths} - folders - {""}:
        folders |= paths
    return folders


def _titles(track: Track) -> set[str]:
    return {track.tags.title, track.path.stem, track.path.name} - {""}


def _songs(track: Track) -> set[str]:
    """Write artist and title in both orders."""
    tags = track.tags
    by = {fold(tags.artist), fold(tags.album_artist)} - {""} if tags.title else ()
    return {
        f"{one}{dash}{other}" for artist in by for one, other in permutations((artist, tags.title)) for dash in _DASHES
    }


def _by_artist(text: str, tracks: list[Track]) -> tuple[Track, ...]:
    keys = {artist_key(text)}
    if text.count(",") == 1:  # "Beatles, The"
        keys.add(artist_key(" ".join(reversed(text.split(",")))))
    everybody = artists_of(map(credit_of, tracks))
    return tuple(track for track, artists in zip(tracks, everybody, strict=True) if not keys.isdisjoint(artists))


def _albums(track: Track) -> set[str]:
    album, artist = track.tags.album, track.tags.artist
    return {album, *(f"{artist}{dash}{album}" for dash in _DASHES)} if album else set()


def _written_otherwise(store: Store, text: str) -> list[Track]:
    """Find tracks of a name that is parted into other words: "dont stop" for "Don't Stop", "acdc" for "AC/DC".

    Last, titles that begin so, and letters that stand for an umlaut: "aerzte".
    """
    stems = " ".join(word[: max(3, len(word) // 2)] for word in text.split())
    tracks = store.tracks.search(stems, limit=N_CANDIDATES, is_any_word_enough=True)
    named = _called(text, tracks, lambda track: _titles(track) | _songs(track) | {track.tags.artist, track.tags.album})
    without = _UMLAUT.sub(r"\1", text)
    return (
        named or _joined(store, text) or (store.tracks.search(without, limit=N_CANDIDATES) if without != text else [])
    )


def _joined(store: Store, text: str) -> list[Track]:
    """Find tracks of a name without its spaces and punctuation; this reads all names."""
    key = artist_key(text)
    rows = [(track_id, *map(artist_key, names)) for track_id, *names in store.tracks.columns("track_id", *_NAMED)]
    equal = [track_id for track_id, *keys in rows if key in keys]
    begun = [track_id for track_id, title, *_ in rows if title.startswith(key)] if len(key) >= LEAST_BEGUN else []
    return store.tracks.get_many(equal or begun)


def _one_song(text: str, matches: list[Track]) -> tuple[Track, ...]:
    """Accept several files only if they are one song by one artist; where nobody is credited, each is its own."""
    songs: dict[object, Track] = {}
    for track, artists in zip(matches, artists_of(map(credit_of, matches)), strict=True):
        key = (artists, fold(track.tags.title)) if artists and track.tags.title else (track.path, track.start_seconds)
        songs.setdefault(key, track)
    if len(songs) == 1:
        return (matches[0],)
    raise UnknownTrackError(text, _told(songs.values()), f"{len(songs)} songs answer to it; say which")


def _told(tracks: Collection[Track]) -> list[str]:
    """Name some of several tracks, with their paths where the names tell nothing."""
    named = Counter(track.label for track in tracks)
    return sorted(
        f"{track.label}  ({track.path})" if named[track.label] > 1 or not track.tags.artist else track.label
        for track in islice(tracks, 2 * N_HINTS)
    )


def nearest_names(store: Store, text: str) -> list[Track]:
    """Give the tracks that are called most like a text, of those that share the beginning of any word."""
    stems = " ".join(word[: max(3, len(word) // 2)] for word in text.split())
    tracks = store.tracks.search(stems, limit=500, is_any_word_enough=True)
    named = {fold(name): track for track in tracks for name in (track.tags.title, track.label)}
    near = difflib.get_close_matches(fold(text), named, N_HINTS, 0.4)
    return list({named[name].track_id: named[name] for name in near}.values())


def _hints(store: Store, text: str) -> list[str]:
    return list(dict.fromkeys(track.label for track in nearest_names(store, text)))
