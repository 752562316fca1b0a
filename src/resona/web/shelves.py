"""The shelves: artists, albums and genres, sorted and searched, and what stands on each.

All come from the library's discography, as players see them too: whoever is not known has a shelf as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query

from resona.errors import UnknownTrackError
from resona.library import NO_ALBUM, NO_ARTIST, Album, Artist, Discography, Genre
from resona.tracks import fold
from resona.web.state import Shared, State
from resona.web.tracks import Paging, Slice
from resona.web.views import TrackPage, page

Words = Annotated[str, Query(max_length=500, description="Only those with these words, as one types.")]
ShelfId = Annotated[str, Path(max_length=40, description="The id of an artist or album.")]
Kind = Literal["artists", "albums"]
Found = TypeVar("Found")

NO_YEAR = 10_000

ORDERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda item: (item.name in (NO_ARTIST, NO_ALBUM), fold(item.name)),
    "artist": lambda album: (album.artist == NO_ARTIST, fold(album.artist), album.year or NO_YEAR, fold(album.name)),
    "year": lambda album: (-(album.year or -NO_YEAR), fold(album.name)),
    "size": lambda item: (-len(item.track_ids), fold(item.name)),
    "newest": lambda item: -max(item.track_ids, default=0),
}

router = APIRouter(tags=["library"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfView:
    """An artist, an album or a genre.

    Attributes
    ----------
    id
        Of an artist or album, as in similar ones; empty for a genre.
    artist, artist_id
        Of an album; empty otherwise.
    track_id
        One of its tracks, for the cover.
    year, duration_seconds
        Of an album; null otherwise, or where unknown.
    is_unknown
        Whether it holds the tracks of which nobody knows the artist or album.
    """

    id: str = ""
    name: str
    artist: str = ""
    artist_id: str = ""
    n_tracks: int
    track_id: int
    year: int | None = None
    duration_seconds: float | None = None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistView(ShelfView):
    """An artist, with all albums by year."""

    albums: list[ShelfView]


@router.get("/artists")
def artists(
    state: Shared, part: Paging, q: Words = "", order: Literal["name", "size", "newest"] = "name"
) -> list[ShelfView]:
    """List the artists; a track by several is on several shelves."""
    known = state.discography
    found = known.find_artists(q, len(known.artists)) if q.strip() else None
    return [_artist(known, item) for item in part.of(_sorted(state, "artists", order, found))]


@router.get("/albums")
def albums(
    state: Shared, part: Paging, q: Words = "", order: Literal["name", "artist", "year", "size", "newest"] = "name"
) -> list[ShelfView]:
    """List the albums; those of one name by different artists stay apart."""
    known = state.discography
    found = known.find_albums(q, len(known.albums)) if q.strip() else None
    return [_album(item) for item in part.of(_sorted(state, "albums", order, found))]


@router.get("/genres")
def genres(state: Shared, part: Paging, q: Words = "", order: Literal["name", "size"] = "size") -> list[ShelfView]:
    """List the genres. A genre is a label that somebody gave, not a truth."""
    found = [genre for genre in state.discography.genres.values() if fold(q) in fold(genre.name)]
    return [_genre(item) for item in part.of(sorted(found, key=ORDERS[order]))]


@router.get("/artists/{shelf_id}")
def artist(state: Shared, shelf_id: ShelfId) -> ArtistView:
    """Give an artist, and the albums with a track by them."""
    known = state.discography
    found = _known(known.artists, shelf_id)
    on = sorted((known.albums[key] for key in found.album_ids), key=ORDERS["year"])
    return ArtistView(**asdict(_artist(known, found)), albums=[_album(album) for album in on])


@router.get("/artists/{shelf_id}/tracks")
def artist_tracks(state: Shared, shelf_id: ShelfId, part: Paging) -> TrackPage:
    """List the tracks of an artist, album by album."""
    known = state.discography
    return _page(state, known.tracks_of(_known(known.artists, shelf_id)), part)


@router.get("/albums/{shelf_id}")
def album(state: Shared, shelf_id: ShelfId) -> ShelfView:
    """Give an album."""
    return _album(_known(state.discography.albums, shelf_id))


@router.get("/albums/{shelf_id}/tracks")
def album_tracks(state: Shared, shelf_id: ShelfId, part: Paging) -> TrackPage:
    """List the tracks of an album, in the order of discs and tracks."""
    return _page(state, _known(state.discography.albums, shelf_id).track_ids, part)


def _sorted(state: State, kind: Kind, order: str, found: Iterable[Any] | None) -> Sequence[Any]:
    """Put what was found in order, or all shelves of a kind where nothing was looked for."""
    if found is not None:
        return sorted(found, key=ORDERS[order])
    known, key = state.discography, ORDERS[order]
    return state.orders.get(known, f"{kind} by {order}", lambda: sorted(getattr(known, kind).values(), key=key))


def _known(shelves: Mapping[str, Found], shelf_id: str) -> Found:
    if shelf_id not in shelves:
        raise UnknownTrackError(shelf_id, [], "no artist or album of the library has this id")
    return shelves[shelf_id]


def _page(state: State, track_ids: Sequence[int], part: Slice) -> TrackPage:
    wanted = track_ids[part.offset : part.offset + part.limit + 1]
    return page(state.library.tracks.of(wanted), offset=part.offset, limit=part.limit, total=len(track_ids))


def _artist(known: Discography, item: Artist) -> ShelfView:
    track_ids = known.tracks_of(item)
    return ShelfView(
        id=item.artist_id,
        name=item.name,
        n_tracks=len(track_ids),
        track_id=track_ids[0],
        is_unknown=item.name == NO_ARTIST,
    )


def _album(item: Album) -> ShelfView:
    return ShelfView(
        id=item.album_id,
        name=item.name,
        artist=item.artist,
        artist_id=item.artist_id,
        n_tracks=len(item.track_ids),
        track_id=item.track_ids[0],
        year=item.year,
        duration_seconds=round(item.duration_seconds, 3),
        is_unknown=item.name == NO_ALBUM,
    )


def _genre(item: Genre) -> ShelfView:
    return ShelfView(name=item.name, n_tracks=len(item.track_ids), track_id=min(item.track_ids))
