"""The map of the library: where each track lies, as plain numbers for the page to draw."""

from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response

from resona.web.seeds import SoundText
from resona.web.state import Shared

POINT = np.dtype([("track_id", "<u4"), ("x", "<f4"), ("y", "<f4"), ("genre", "<u4")])
SHADE = np.dtype([("track_id", "<u4"), ("fit", "<f4")])

router = APIRouter(prefix="/map", tags=["map"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What there is to draw.

    Attributes
    ----------
    n_points
        Tracks that have a place.
    n_waiting
        Tracks whose place is still being worked out.
    is_drawing
        Whether that is under way.
    genres
        Their names; a point's `genre` is a position in this list. The first is "", for none; then the largest.
    version
        Changes whenever the points do.
    """

    n_points: int
    n_waiting: int
    is_drawing: bool
    message: str
    genres: list[str]
    version: str


@router.get("")
def describe_map(state: Shared) -> MapView:
    """Say what the map holds; asking for it also sees to it that it is drawn."""
    state.layout.ensure()
    places = state.library.map.places()
    return MapView(
        n_points=len(places.track_ids),
        n_waiting=places.n_waiting,
        is_drawing=state.layout.is_running,
        message=state.layout.message,
        genres=places.genres,
        version=places.version,
    )


@router.get("/points", response_class=Response)
def points(state: Shared) -> Response:
    """Give the points: for each 16 bytes, little-endian: track_id u32, x f32, y f32, genre u32."""
    places = state.library.map.places()
    table = np.empty(len(places.track_ids), POINT)
    table["track_id"], table["genre"] = places.track_ids, places.genre_of
    table["x"], table["y"] = places.positions.T
    return Response(table.tobytes(), media_type="application/octet-stream")


@router.get("/shades", response_class=Response)
def shades(state: Shared, q: SoundText) -> Response:
    """Say how well each track fits words: for each 8 bytes, little-endian: track_id u32, fit f32, 0 to 1."""
    with state.turns:
        track_ids, fits = state.lists.fits(q)
    table = np.empty(len(track_ids), SHADE)
    table["track_id"], table["fit"] = track_ids, fits
    return Response(table.tobytes(), media_type="application/octet-stream")
