"""The map of the library: where each track lies, as plain numbers for the page to draw."""

from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response

from resona.web.state import Shared

POINT = np.dtype([("track_id", "<u4"), ("x", "<f4"), ("y", "<f4"), ("genre", "<u4")])

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
        Their names; a point's `genre` is a position in this list. The first is "", for none.
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
    store, model_id = state.library.store, state.library.model.model_id
    track_ids, _ = store.layout.get(model_id)
    n_embedded = len(store.embeddings.track_ids(model_id))
    return MapView(
        n_points=len(track_ids),
        n_waiting=max(0, n_embedded - len(track_ids)),
        is_drawing=state.layout.is_running,
        message=state.layout.message,
        genres=_names(store.shelves.first_genres()),
        version=f"{model_id}-{len(track_ids)}-{store.version}",
    )


@router.get("/points", response_class=Response)
def points(state: Shared) -> Response:
    """Give the points: for each 16 bytes, little-endian: track_id u32, x f32, y f32, genre u32."""
    track_ids, positions = state.library.store.layout.get(state.library.model.model_id)
    genre_of = state.library.store.shelves.first_genres()
    numbers = {name: number for number, name in enumerate(_names(genre_of))}
    table = np.empty(len(track_ids), POINT)
    table["track_id"] = track_ids
    table["x"], table["y"] = positions.T
    table["genre"] = [numbers[genre_of.get(track_id, "")] for track_id in track_ids.tolist()]
    return Response(table.tobytes(), media_type="application/octet-stream")


def _names(genre_of: dict[int, str]) -> list[str]:
    """List the genres by name after "", which is none; a position in the list stands for the genre."""
    return ["", *sorted(set(genre_of.values()) - {""})]
