"""The answer itself: tracks that sound like others, and the list as a file for a player."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from resona.recommend import Query as Meaning
from resona.recommend import Request, recommend
from resona.selection.limits import Limits
from resona.web.errors import RequestError
from resona.web.state import Shared, State
from resona.web.tracks import LARGEST_ID
from resona.web.views import ResultView, result_view

MOST_SEEDS = 500

Ids = Annotated[list[Annotated[int, Query(ge=1, le=LARGEST_ID)]], Query(max_length=MOST_SEEDS)]
FewAllowed = Annotated[int, Query(ge=0, le=1000, description="0 for as many as there are.")]

router = APIRouter(tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarView:
    """A list of similar tracks, with what the limits left out and what had to give way to fill it."""

    model: str
    results: list[ResultView]
    removed: dict[str, int]
    relaxed: list[str]


@router.get("/similar")
def similar(
    state: Shared,
    track: Annotated[Ids, Query(description="Seeds: tracks of the library.")] = [],  # noqa: B006 - never changed
    upload: Annotated[list[str], Query(max_length=MOST_SEEDS, description="Seeds: uploaded files.")] = [],  # noqa: B006
    k: Annotated[int, Query(ge=1, le=1000)] = 20,
    per_artist: FewAllowed = 2,
    per_album: FewAllowed = 2,
    same_artist: bool = False,
    versions: bool = False,
) -> SimilarView:
    """Find the tracks most like the seeds, the most similar first."""
    limits = Limits(
        per_artist=per_artist, per_album=per_album, with_seed_artists=same_artist, with_versions=versions
    )
    answer = recommend(state.catalogue.get(), Request(queries=seeds(state, track, upload), k=k, limits=limits))
    return SimilarView(
        model=answer.model,
        results=[result_view(result) for result in answer.results],
        removed=answer.removed,
        relaxed=list(answer.relaxed),
    )


def seeds(state: State, track_ids: list[int], upload_ids: list[str]) -> tuple[Meaning, ...]:
    """Turn numbers into what they stand for.

    Raises
    ------
    RequestError
        If there are none.
    UnknownTrackError
        If one stands for nothing.
    """
    if not track_ids and not upload_ids:
        raise RequestError(422, "NoSeed", "say which tracks the others should be like")
    tracks = [state.track(track_id) for track_id in track_ids]
    uploads = [state.upload(upload_id) for upload_id in upload_ids]
    return (
        *(Meaning(text=f"#{track.track_id}", tracks=(track,)) for track in tracks),
        *(Meaning(text=item.name, vector=item.vector, artist=item.tags.artist) for item in uploads),
    )
