"""A file that is not in the library: heard, remembered as a vector and tags, and deleted.

The body of the request is the file itself. It is written to a temporary file under a name of our own, within limits of
size and time, decoded in a separate process, and gone before the answer is sent. The page plays its own copy.
"""

import asyncio
import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from resona.errors import UnsupportedAudioError
from resona.library import AUDIO_SUFFIXES
from resona.web.errors import RequestError
from resona.web.state import Shared, State, Upload
from resona.web.tracks import picture_response
from resona.web.views import Descriptors, view_descriptors

MOST_SECONDS = 120.0

router = APIRouter(prefix="/uploads", tags=["uploads"])


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """What was heard in a file; `upload_id` stands for it in `/similar`; it is the track `track_id`, where not null."""

    upload_id: str
    track_id: int | None
    name: str
    artist: str
    title: str
    album: str
    genre: str
    duration_seconds: float
    has_cover: bool
    descriptors: Descriptors


@router.post("", status_code=201, openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}})
async def upload(
    request: Request, state: Shared, name: Annotated[str, Query(min_length=1, max_length=500)]
) -> UploadView:
    """Hear an audio file: its bytes are the body, its `name` tells the format. Its audio is not kept."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in AUDIO_SUFFIXES:
        raise UnsupportedAudioError(name, "this is not a kind of audio file that Resona reads")
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise RequestError(415, "UnsupportedMediaType", "send the file itself as the body, not as a part of a form")
    with tempfile.TemporaryDirectory(prefix="resona-") as folder:
        path = Path(folder) / f"upload{suffix}"
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await _receive(request, path)
        except TimeoutError as error:
            raise RequestError(408, "TooSlow", f"the file took longer than {MOST_SECONDS:.0f} s to arrive") from error
        except ClientDisconnect as error:
            raise RequestError(400, "Interrupted", "the file did not arrive whole") from error
        heard = await run_in_threadpool(_hear, state, path, name)
        return _view(state, heard)


@router.get("/{upload_id}")
def known_upload(state: Shared, upload_id: str) -> UploadView:
    """Tell again what was heard in a file."""
    return _view(state, state.upload(upload_id))


@router.get("/{upload_id}/cover", response_class=Response, responses={204: {"description": "It has none."}})
def upload_cover(state: Shared, upload_id: str) -> Response:
    """Give the cover picture that was in a file."""
    return picture_response(state.upload(upload_id).picture)


async def _receive(request: Request, path: Path) -> None:
    with path.open("wb") as file:
        async for chunk in request.stream():
            file.write(chunk)


def _hear(state: State, path: Path, name: str) -> Upload:
    heard, vector = state.library.sounds.hear(path)
    title = heard.tags.title if heard.tags.sources.get("title") == "tag" else PurePosixPath(name).stem
    tags = replace(heard.tags, title=title, duration_seconds=heard.listened.clips.duration_seconds)
    same = state.library.tracks.with_audio(heard.audio_hash, heard.listened.features)
    upload = Upload(
        upload_id=secrets.token_urlsafe(16),
        track_id=same.track_id if same else None,
        name=name,
        tags=tags,
        picture=heard.cover,
        vector=vector,
        descriptors=view_descriptors(heard.listened.descriptors),
    )
    state.remember(upload)
    return upload


def _view(state: State, upload: Upload) -> UploadView:
    tags = upload.tags
    is_there = upload.track_id is not None and state.library.tracks.of([upload.track_id])
    return UploadView(
        upload_id=upload.upload_id,
        track_id=upload.track_id if is_there else None,
        name=upload.name,
        artist=tags.artist,
        title=tags.title,
        album=tags.album,
        genre=tags.genres[0] if tags.genres else "",
        duration_seconds=tags.duration_seconds,
        has_cover=upload.picture is not None,
        descriptors=upload.descriptors,
    )
