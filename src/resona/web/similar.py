"""The answer itself: tracks that sound like others."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, TypeAdapter

from resona.library import Query as Meaning
from resona.web.errors import RequestError
from resona.web.state import Shared, State
from resona.web.tracks import LARGEST_ID
from resona.web.views import ResultView, result_view

MOST_SEEDS = 500

Ids = Annotated[tuple[Annotated[int, Query(ge=1, le=LARGEST_ID)], ...], Query(max_length=MOST_SEEDS)]
FewAllowed = Annotated[int, Query(ge=0, le=1000, description="0 for as many as there are.")]

router = APIRouter(tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarView:
    """A list of similar tracks, with what filters and limits left out and what had to give way to fill it."""

    model: str
    results: list[ResultView]
    removed: dict[str, int]
    removed_sentence: str
    relaxed: list[str]


_JSON = TypeAdapter(SimilarView)  # written here: FastAPI would check the list once more, in one more thread


class Wishes(BaseModel):
    """What the list is to be like, and unlike, and the fields of `resona.recommend.Request` and `Limits`."""

    track: Ids = Field((), description="Tracks of the library.")
    upload: tuple[str, ...] = Field((), max_length=MOST_SEEDS, description="Uploaded files.")
    unlike: Ids = Field((), description="Tracks to move away from.")
    k: int = Field(20, ge=1, le=1000, description="How many tracks.")
    per_artist: FewAllowed = 2
    per_album: FewAllowed = 2
    same_artist: bool = Field(default=False, description="Let the seeds' own artists in.")
    versions: bool = Field(default=False, description="Let several versions of one recording in.")
    where: str = Field("", max_length=2000, description='A filter: year >= 1990 and genre in ("rock").')
    diversity: float = Field(0.0, ge=0, le=1)
    order: Literal["similarity", "flow", "shuffle"] = "similarity"


@router.get("/similar", response_model=SimilarView)
def similar(state: Shared, wishes: Annotated[Wishes, Query()]) -> Response:
    """Find the tracks most like the seeds, the most similar first."""
    if not wishes.track and not wishes.upload:
        raise RequestError(422, "NoSeed", "say which tracks the others should be like")
    seeds = [meaning(state, track_id) for track_id in wishes.track]
    options = wishes.model_dump(exclude={"track", "upload", "unlike", "same_artist", "versions"})
    with state.turns:
        answer = state.lists.recommend(
            *seeds,
            *(_uploaded(state, upload_id) for upload_id in wishes.upload),
            negatives=tuple(meaning(state, track_id) for track_id in wishes.unlike),
            with_seed_artists=wishes.same_artist,
            with_versions=wishes.versions,
            **options,
        )
    view = SimilarView(
        model=answer.model,
        results=[result_view(result) for result in answer.results],
        removed=answer.removed,
        removed_sentence=answer.removed_sentence,
        relaxed=list(answer.relaxed),
    )
    return Response(_JSON.dump_json(view), media_type="application/json")


def meaning(state: State, track_id: int) -> Meaning:
    """Make a query of a track's number.

    Raises
    ------
    UnknownTrackError
        If there is none with that number.
    """
    return Meaning(text=f"#{track_id}", tracks=(state.library.tracks.get(track_id),))


def _uploaded(state: State, upload_id: str) -> Meaning:
    item = state.upload(upload_id)
    return Meaning(text=item.name, vector=item.vector, descriptors=item.descriptors, artist=item.tags.artist)
