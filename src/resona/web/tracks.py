"""The library to look at and listen to: search, all tracks, one track, its sound and its cover.

Sound and covers are found by track number; no part of a request is ever used as a path.
"""

import io
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal, TypeVar

import numpy as np
from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse, Response
from numpy.typing import NDArray

from resona.addresses import FILE_ELSEWHERE, RemotePath
from resona.errors import UnknownTrackError
from resona.library import AUDIO_SUFFIXES, EXCERPT_RATE, Picture
from resona.tracks import Track
from resona.web.errors import RequestError
from resona.web.state import Shared, State
from resona.web.views import ClipView, TrackDetails, TrackPage, page, track_fields, view_descriptors

LARGEST_ID = 2**63 - 1
DAY = "private, max-age=86400"

MOST_IDS = 500

Ids = Annotated[tuple[Annotated[int, Query(ge=1, le=LARGEST_ID)], ...], Query(max_length=MOST_IDS)]
TrackId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of a track.")]
Name = Annotated[str | None, Query(max_length=1000)]
Item = TypeVar("Item")

MIMES = {
    ".aac": "audio/aac",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "audio/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".wma": "audio/x-ms-wma",
}

router = APIRouter(tags=["library"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a list is asked for."""

    limit: Annotated[int, Query(ge=1, le=500, description="How many at most.")] = 50
    offset: Annotated[int, Query(ge=0, le=100_000_000, description="How many to skip.")] = 0

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Cut it out."""
        return items[self.offset : self.offset + self.limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """Of whom, where from or of what kind tracks are to be; all of it together."""

    artist: Name = None
    album: Name = None
    genre: Name = None


Paging = Annotated[Slice, Depends()]


@router.get("/search")
def search(state: Shared, part: Paging, q: Annotated[str, Query(max_length=500)] = "") -> TrackPage:
    """Find tracks by words of title, artist and album, as one types; the nearest where none has them. Best first."""
    found = state.library.tracks.search(q, limit=part.offset + part.limit + 1)
    return page(found[part.offset :], offset=part.offset, limit=part.limit)


@router.get("/tracks")
def tracks(
    state: Shared,
    part: Paging,
    *,
    shelf: Annotated[OnShelf, Depends()],
    track: Annotated[Ids, Query(description="Only these, in this order; those that are gone are left out.")] = (),
    order: Literal["artist", "album", "title", "newest"] = "artist",
) -> TrackPage:
    """List tracks: all, those of an artist, an album, a genre, or some by number."""
    if track:
        named = state.library.tracks.of(track)
        return page(named[part.offset :], offset=part.offset, limit=part.limit, total=len(named))
    found = state.library.shelves.tracks(**asdict(shelf), order=order, limit=part.limit + 1, offset=part.offset)
    total = state.library.shelves.count(**asdict(shelf))
    return page(found, offset=part.offset, limit=part.limit, total=total)


@router.get("/tracks/{track_id}")
def track(state: Shared, track_id: TrackId) -> TrackDetails:
    """Tell everything about one track."""
    found = state.library.tracks.get(track_id)
    tags = found.tags
    return TrackDetails(
        **track_fields(found),  # type: ignore[arg-type]
        is_part=any(served.is_part for served in state.library.music.served([found])),
        album_artist=tags.album_artist,
        genres=list(tags.genres),
        sources=tags.sources,
        descriptors=view_descriptors(state.library.tracks.descriptors(found)),
        clips=[ClipView(start_seconds=start, seconds=seconds) for start, seconds in state.library.tracks.clips(found)],
    )


@router.get("/tracks/{track_id}/audio", response_class=FileResponse)
@router.head("/tracks/{track_id}/audio", response_class=FileResponse, include_in_schema=False)
def audio(state: Shared, track_id: TrackId) -> FileResponse:
    """Give the file as it is; ranges are possible, so that players can seek."""
    found = _present(state, track_id)
    return FileResponse(
        found.path,
        media_type=MIMES.get(found.path.suffix.lower(), "application/octet-stream"),
        headers={"cache-control": "private, max-age=0, must-revalidate"},
    )


@router.get("/tracks/{track_id}/excerpt", response_class=Response)
def excerpt(
    state: Shared,
    track_id: TrackId,
    start_seconds: Annotated[float, Query(ge=0, le=360_000)] = 0.0,
    seconds: Annotated[float, Query(gt=0, le=60)] = 10.0,
) -> Response:
    """Give a part as a WAV file, for players that do not know the format of the whole."""
    found = _present(state, track_id)
    samples = state.library.sounds.excerpt(found, start_seconds, seconds)
    return Response(_wav(samples), media_type="audio/wav", headers={"cache-control": DAY})


@router.get("/tracks/{track_id}/outline")
def outline(state: Shared, track_id: TrackId, response: Response) -> list[float]:
    """Give the waveform's outline: the peak of each of 480 equal parts, 0–1; nothing for more than an hour."""
    found = _present(state, track_id)
    response.headers["cache-control"] = DAY
    return state.library.sounds.outline(found)


@router.get("/tracks/{track_id}/cover", response_class=Response, responses={204: {"description": "It has none."}})
def cover(state: Shared, track_id: TrackId) -> Response:
    """Give the cover picture in the file or beside it: JPEG, PNG, GIF or WebP."""
    return picture_response(state.library.sounds.cover(_present(state, track_id)))


def picture_response(picture: Picture | None) -> Response:
    """Answer with a picture that cannot do anything but be seen, or with nothing."""
    headers = {"cache-control": DAY, "content-security-policy": "default-src 'none'; sandbox"}
    if picture is None:
        return Response(status_code=204, headers=headers)
    return Response(picture.content, media_type=picture.mime, headers=headers)


def _present(state: State, track_id: int) -> Track:
    found = state.library.tracks.get(track_id)
    if found.path.suffix.lower() not in AUDIO_SUFFIXES:
        raise UnknownTrackError(f"#{track_id}", [], "it is not an audio file")
    if isinstance(found.path, RemotePath):
        raise RequestError(404, "FileElsewhere", FILE_ELSEWHERE)
    if not found.path.is_file():
        raise RequestError(410, "FileGone", "the file is no longer where it was; scan again")
    return found


def _wav(samples: NDArray[np.float32]) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(EXCERPT_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return content.getvalue()
