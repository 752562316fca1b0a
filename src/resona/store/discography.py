"""Which albums and artists are there, and which tracks are on them?

For players, which want to page through a whole library, in many orders, and to name any album or artist by an id. An id
follows from the folded names, so it stays while they stay. An album belongs to its album artist, or to the artist where
no album artist is named; an artist has the albums that are theirs and those with a track of theirs.

Worked out once for each state of the library, and never changed.
"""

import hashlib
import json
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from math import log10
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from resona.artists import artist_key, names_in
from resona.store.tables import Table
from resona.tracks import Tags, fold

Named = TypeVar("Named")

NO_ARTIST, NO_ALBUM = "[Unknown Artist]", "[Unknown Album]"
LAST = 1 << 30  # of a track without a number

SQL = """
SELECT track_id, artist, album_artist, album, title, genres, year, disc_number, track_number, duration_seconds,
    added_at, loudness_lufs
FROM tracks LEFT JOIN descriptors USING (track_id) WHERE NOT is_missing ORDER BY track_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album.

    Attributes
    ----------
    track_ids
        In the album's order.
    year
        Of its first track that has one; None where unknown.
    genre
        The first of its first track; empty where unknown.
    added_at
        When its first track came, in UTC, ISO 8601.
    loudness_lufs
        Of its tracks one after another, as far as it was measured; None where it was not.
    """

    album_id: str
    name: str
    artist: str
    artist_id: str
    track_ids: tuple[int, ...]
    duration_seconds: float
    year: int | None
    genre: str
    added_at: str
    loudness_lufs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """An artist, with albums by name and tracks by id."""

    artist_id: str
    name: str
    album_ids: tuple[str, ...]
    track_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A genre: a label that somebody gave, not a truth."""

    name: str
    track_ids: tuple[int, ...]
    n_albums: int


@dataclass(frozen=True)
class Discography:
    """All albums, artists and genres.

    Attributes
    ----------
    track_ids
        Shape (n,), ascending.
    albums, artists
        By id, ascending.
    genres
        By folded name; the largest first.
    loaded_at
        When it was worked out, in seconds since 1970.
    """

    track_ids: NDArray[np.int64]
    albums: dict[str, Album]
    artists: dict[str, Artist]
    genres: dict[str, Genre]
    loaded_at: float = field(default_factory=time.time)

    @cached_property
    def ordered_albums(self) -> list[Album]:
        """By id."""
        return list(self.albums.values())

    @cached_property
    def ordered_artists(self) -> list[Artist]:
        """By id."""
        return list(self.artists.values())

    @cached_property
    def albums_by_name(self) -> list[Album]:
        """By name, then by artist."""
        return sorted(self.albums.values(), key=lambda album: (fold(album.name), fold(album.artist)))

    @cached_property
    def albums_by_artist(self) -> list[Album]:
        """By artist, then by name."""
        return sorted(self.albums.values(), key=lambda album: (fold(album.artist), fold(album.name)))

    @cached_property
    def albums_by_age(self) -> list[Album]:
        """The newest first."""
        return sorted(self.albums.values(), key=lambda album: (album.added_at, album.album_id), reverse=True)

    @cached_property
    def artists_by_name(self) -> list[Artist]:
        """By name."""
        return sorted(self.artists.values(), key=lambda artist: fold(artist.name))

    @cached_property
    def album_of(self) -> dict[int, str]:
        """The album of each track, by track id."""
        return {track_id: album.album_id for album in self.albums.values() for track_id in album.track_ids}

    def tracks_of(self, artist: Artist) -> list[int]:
        """List the tracks by an artist, and all on their own albums: by the albums' years, then in their order."""
        albums = sorted(
            (self.albums[key] for key in artist.album_ids), key=lambda album: (album.year or 0, fold(album.name))
        )
        own = set(artist.track_ids)
        return [n for album in albums for n in album.track_ids if n in own or album.artist_id == artist.artist_id]

    def find_albums(self, words: str, limit: int) -> list[Album]:
        """Find albums by the beginnings of words in name or artist, those named so first."""
        return self._album_names.find(words, limit)

    def find_artists(self, words: str, limit: int) -> list[Artist]:
        """Find artists by the beginnings of words, those named so first."""
        return self._artist_names.find(words, limit)

    @cached_property
    def _album_names(self) -> "Names[Album]":
        return Names([(album.name, album.artist, album) for album in self.albums.values()])

    @cached_property
    def _artist_names(self) -> "Names[Artist]":
        return Names([(artist.name, "", artist) for artist in self.artists.values()])


class Names(Generic[Named]):
    """Finds things by the beginnings of words: one text, a line for each, so that most are never looked at.

    Parameters
    ----------
    things
        Of each: its name, what else it may be found by, and itself.

    Examples
    --------
    >>> Names([("Moon Safari", "Air", 1), ("Air", "", 2), ("Mezzanine", "Massive Attack", 3)]).find("AI", 9)
    [1, 2]
    """

    def __init__(self, things: Sequence[tuple[str, str, Named]]) -> None:
        self._things = [thing for *_, thing in things]
        self._named: dict[str, list[int]] = {}
        for row, (name, *_) in enumerate(things):
            self._named.setdefault(fold(name), []).append(row)
        self._lines = [f" {fold(name)} {fold(other)}" for name, other, _ in things]
        self._text = "\n".join(self._lines)
        self._starts = np.cumsum([0, *(len(line) + 1 for line in self._lines)]).tolist()

    def find(self, words: str, limit: int) -> list[Named]:
        """Give at most `limit` that have all the words: those named so, then the others in their order."""
        starts = [f" {word}" for word in fold(words).split()]
        rows = list(self._named.get(fold(words), []))
        if starts:
            named = set(rows)
            others = (row for row in self._rows(max(starts, key=len)) if row not in named)
            fitting = (row for row in others if all(start in self._lines[row] for start in starts))
            rows += islice(fitting, max(limit - len(rows), 0))
        return [self._things[row] for row in rows[:limit]]

    def _rows(self, start: str) -> Iterator[int]:
        """Go through the lines in which a word begins so."""
        place = self._text.find(start)
        while place >= 0:
            row = bisect_right(self._starts, place) - 1
            yield row
            place = self._text.find(start, self._starts[row + 1])


class DiscographyTable(Table):
    """Reads the discography."""

    _last: tuple[int, Discography] | None = None

    def load(self) -> Discography:
        """Work it out from the tracks that are there, once for each state of them."""
        version, last = self._store.version, self._last
        if last is None or last[0] != version:
            with self._store.reading() as connection:
                self._last = last = version, _built(connection.execute(SQL))
        return last[1]


@lru_cache(maxsize=65_536)
def artist_id(name: str) -> str:
    """Give the id of an artist.

    Examples
    --------
    >>> artist_id("The Beatles") == artist_id("beatles"), len(artist_id("Air"))
    (True, 27)
    """
    return "ar-" + _hash(artist_key(name))


@lru_cache(maxsize=65_536)
def album_id(artist: str, album: str) -> str:
    """Give the id of an album.

    Examples
    --------
    >>> album_id("Air", "Moon Safari") == album_id("AIR", "moon safari") != album_id("Air", "")
    True
    """
    return "al-" + _hash(f"{artist_key(artist)}\n{fold(album)}")


@lru_cache(maxsize=65_536)
def names_of(credit: str) -> tuple[str, ...]:
    """Part a credit where it certainly names several; one of nobody, such as an empty one, stays whole.

    Examples
    --------
    >>> names_of("Nina; Miles feat. Gil"), names_of("Various Artists"), names_of("")
    (('Nina', 'Miles', 'Gil'), ('Various Artists',), ('',))
    """
    return tuple(names_in(credit)) or (credit,)


def album_artist(tags: Tags) -> str:
    """Say whose album a track is on.

    Examples
    --------
    >>> album_artist(Tags(artist="A feat. B", album_artist="A")), album_artist(Tags(artist="C"))
    ('A', 'C')
    """
    return tags.album_artist or tags.artist


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


class _Lines:
    """The tracks of one album, artist or genre, as they come."""

    __slots__ = (
        *("albums", "called", "duration_seconds", "energy", "first", "genre", "heard_seconds", "names", "places"),
        "year",
    )

    def __init__(self, names: tuple[str, ...] = (), first: str = "") -> None:
        self.names, self.first = names, first
        self.called = Counter[str]()
        self.places: list[tuple[int, int, str, int]] = []
        self.albums: set[str] = set()
        self.duration_seconds, self.year, self.genre = 0.0, None, ""
        self.heard_seconds, self.energy = 0.0, 0.0

    @property
    def track_ids(self) -> tuple[int, ...]:
        return tuple(track_id for *_, track_id in sorted(self.places))

    @property
    def loudness_lufs(self) -> float | None:
        return 10 * log10(self.energy / self.heard_seconds) if self.heard_seconds else None

    @property
    def name(self) -> str:
        """As most tracks call it, and of several such names the first one."""
        return max(sorted(self.called), key=self.called.__getitem__)


def _built(rows: Iterable[tuple[Any, ...]]) -> Discography:
    track_ids: list[int] = []
    albums: dict[str, _Lines] = {}
    artists: dict[str, _Lines] = {}
    genres: dict[str, _Lines] = {}
    for track_id, artist, by, album, title, genre_names, year, disc, number, seconds, added_at, lufs in rows:
        track_ids.append(track_id)
        owner = by or artist
        on = album_id(owner, album)
        if on not in albums:
            albums[on] = _Lines((album, owner), added_at)
        line = albums[on]
        line.places.append((disc or 1, number or LAST, title, track_id))
        line.duration_seconds += seconds
        if lufs is not None:
            line.heard_seconds += seconds
            line.energy += seconds * 10 ** (lufs / 10)
        line.year = line.year or year
        performers = {artist_id(name): name for name in names_of(artist)}
        for key, name in ({artist_id(name): name for name in names_of(owner)} | performers).items():
            _add(artists, key, name, on, track_id if key in performers else None)
        for place, name in enumerate(json.loads(genre_names)):
            _add(genres, fold(name), name, on, track_id)
            line.genre = line.genre or (name if not place else "")
    return _finished(track_ids, albums, artists, genres)


def _add(lines: dict[str, _Lines], key: str, name: str, album: str, track_id: int | None) -> None:
    if key not in lines:
        lines[key] = _Lines()
    line = lines[key]
    line.called[name] += 1
    line.albums.add(album)
    if track_id is not None:
        line.places.append((0, 0, "", track_id))


def _finished(
    track_ids: list[int], albums: dict[str, _Lines], artists: dict[str, _Lines], genres: dict[str, _Lines]
) -> Discography:
    finished = {
        key: Album(
            album_id=key,
            name=line.names[0] or NO_ALBUM,
            artist=line.names[1] or NO_ARTIST,
            artist_id=artist_id(names_of(line.names[1])[0]),
            track_ids=line.track_ids,
            duration_seconds=line.duration_seconds,
            year=line.year,
            genre=line.genre,
            added_at=line.first,
            loudness_lufs=line.loudness_lufs,
        )
        for key, line in sorted(albums.items())
    }
    by_name: Callable[[str], tuple[str, str]] = lambda key: (fold(finished[key].name), key)  # noqa: E731
    return Discography(
        track_ids=np.array(track_ids, dtype=np.int64),
        albums=finished,
        artists={
            key: Artist(
                artist_id=key,
                name=line.name or NO_ARTIST,
                album_ids=tuple(sorted(line.albums, key=by_name)),
                track_ids=line.track_ids,
            )
            for key, line in sorted(artists.items())
        },
        genres={
            key: Genre(name=line.name, track_ids=line.track_ids, n_albums=len(line.albums))
            for key, line in sorted(genres.items(), key=lambda item: (-len(item[1].places), item[0]))
        },
    )
