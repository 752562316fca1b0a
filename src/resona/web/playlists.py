"""A list of tracks as a file for any player."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from resona.library import m3u8
from resona.web.similar import Ids
from resona.web.state import Shared

router = APIRouter(tags=["playlist"])


@router.get("/playlist.m3u8", response_class=Response)
def playlist(
    state: Shared, track: Annotated[Ids, Query(min_length=1, description="The tracks, in order.")]
) -> Response:
    """Write tracks as an M3U8 playlist with absolute paths."""
    found = [state.library.tracks.get(track_id) for track_id in track]
    headers = {"content-disposition": 'attachment; filename="resona.m3u8"'}
    return Response(m3u8(found), media_type="audio/x-mpegurl", headers=headers)
