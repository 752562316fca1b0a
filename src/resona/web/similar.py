"""The answer itself: tracks that sound like others."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, TypeAdapter

from resona.web.seeds import FewAllowed, Filters, SeedWishes, Texts, joined, meanings, seeds_of
from resona.web.state import Shared
from resona.web.tracks import Ids
from resona.web.views import ResultView, TermView, result_view

router = APIRouter(tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarView:
    """A list of similar tracks: what was left out, what had to give way to fill it, and the words it was moved by."""

    model: str
    results: list[ResultView]
    removed: dict[str, int]
    removed_sentence: str
    relaxed: list[str]
    moves: list[TermView]


_JSON = TypeAdapter(SimilarView)  # written here: FastAPI would check the list once more, in one more thread


class Wishes(SeedWishes):
    """What the list is to be like, and unlike, and the fields of `resona.recommend.Request` and `Limits`."""

    unlike: Ids = Field((), description="Tracks to move away from.")
    more: Texts = Field((), description="Words to move to, such as: female vocals.")
    less: Texts = Field((), description="Words to move away from.")
    k: int = Field(20, ge=1, le=1000, description="How many tracks.")
    per_artist: FewAllowed = 2
    per_album: FewAllowed = 2
    same_artist: bool = Field(default=False, description="Let the seeds' own artists in.")
    versions: bool = Field(default=False, description="Let several versions of one recording in.")
    where: Filters = ()
    diversity: float = Field(0.0, ge=0, le=1)
    order: Literal["similarity", "flow", "shuffle"] = "similarity"


@router.get("/similar", response_model=SimilarView)
def similar(state: Shared, wishes: Annotated[Wishes, Query()]) -> Response:
    """Find the tracks most like the seeds, the most similar first."""
    seeds = seeds_of(state, wishes)
    options = wishes.model_dump(exclude={*SeedWishes.model_fields, "unlike", "where", "same_artist", "versions"})
    with state.turns:
        answer = state.lists.recommend(
            *seeds.queries,
            negatives=tuple(meanings(state, wishes.unlike)),
            where=joined(wishes.where),
            with_seed_artists=wishes.same_artist,
            with_versions=wishes.versions,
            **options,
        )
    view = SimilarView(
        model=answer.model,
        results=[result_view(result) for result in answer.results],
        removed=answer.removed,
        removed_sentence=answer.removed_sentence,
        relaxed=[*answer.relaxed, *seeds.left_out],
        moves=[TermView(word=term.word, weight=term.weight) for term in answer.moves],
    )
    return Response(_JSON.dump_json(view), media_type="application/json")
