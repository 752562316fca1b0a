"""The answer itself: tracks that sound like others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, TypeAdapter

from resona.library import Query as Meaning
from resona.library import parse as parse_filter
from resona.tracks import Track
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

    track: Ids = Field((), description="Tracks of the library; those that are no longer in it are left out.")
    playlist: int | None = Field(None, ge=1, le=LARGEST_ID, description="A playlist, whose tracks are seeds.")
    upload: tuple[str, ...] = Field((), max_length=MOST_SEEDS, description="Uploaded files.")
    unlike: Ids = Field((), description="Tracks to move away from.")
    k: int = Field(20, ge=1, le=1000, description="How many tracks.")
    per_artist: FewAllowed = 2
    per_album: FewAllowed = 2
    same_artist: bool = Field(default=False, description="Let the seeds' own artists in.")
    versions: bool = Field(default=False, description="Let several versions of one recording in.")
    where: tuple[Annotated[str, Query(max_length=2000)], ...] = Field(
        (), max_length=20, description='Filters that must all hold: year >= 1990 and genre in ("rock").'
    )
    diversity: float = Field(0.0, ge=0, le=1)
    order: Literal["similarity", "flow", "shuffle"] = "similarity"


@router.get("/similar", response_model=SimilarView)
def similar(state: Shared, wishes: Annotated[Wishes, Query()]) -> Response:
    """Find the tracks most like the seeds, the most similar first."""
    wanted = [*wishes.track, *_listed(state, wishes.playlist)]
    if not wanted and not wishes.upload:
        raise RequestError(422, "NoSeed", "say which tracks the others should be like")
    seeds = meanings(state, wanted)
    options = wishes.model_dump(exclude={"track", "playlist", "upload", "unlike", "where", "same_artist", "versions"})
    with state.turns:
        answer = state.lists.recommend(
            *seeds,
            *(_uploaded(state, upload_id) for upload_id in wishes.upload),
            negatives=tuple(meanings(state, wishes.unlike)),
            where=_joined(wishes.where),
            with_seed_artists=wishes.same_artist,
            with_versions=wishes.versions,
            **options,
        )
    view = SimilarView(
        model=answer.model,
        results=[result_view(result) for result in answer.results],
        removed=answer.removed,
        removed_sentence=answer.removed_sentence,
        relaxed=[*answer.relaxed, *_left_out(len(wanted) - len(seeds))],
    )
    return Response(_JSON.dump_json(view), media_type="application/json")


def known_tracks(state: State, track_ids: Sequence[int]) -> list[Track]:
    """Give tracks by number; those that are gone do not spoil the others.

    Raises
    ------
    UnknownTrackError
        If none is left.
    """
    found = state.library.tracks.of(track_ids)
    if track_ids and not found:
        state.library.tracks.get(track_ids[0])
    return found


def meaning(state: State, track_id: int) -> Meaning:
    """Make a query of a track's number.

    Raises
    ------
    UnknownTrackError
        If there is none with that number.
    """
    return Meaning(text=f"#{track_id}", tracks=(state.library.tracks.get(track_id),))


def meanings(state: State, track_ids: Sequence[int]) -> list[Meaning]:
    """Make queries of the numbers of tracks, as `known_tracks` gives them."""
    return [Meaning(text=f"#{track.track_id}", tracks=(track,)) for track in known_tracks(state, track_ids)]


def _joined(filters: Sequence[str]) -> str:
    """Make one filter of several; each is read by itself first, so that a fault is told of what somebody wrote."""
    wanted = [text for text in filters if text.strip()]
    if len(wanted) > 1:
        for text in wanted:
            parse_filter(text)
        return " and ".join(f"({text})" for text in wanted)
    return "".join(wanted)


def _listed(state: State, playlist_id: int | None) -> list[int]:
    """Give the tracks of a playlist, evenly chosen where they are too many."""
    track_ids = [] if playlist_id is None else state.library.playlists.track_ids(playlist_id)
    return track_ids[:: -(-len(track_ids) // MOST_SEEDS) or 1]


def _left_out(n: int) -> list[str]:
    verb = "seed is" if n == 1 else "seeds are"
    return [f"{n} {verb} no longer in the library."] if n else []


def _uploaded(state: State, upload_id: str) -> Meaning:
    item = state.upload(upload_id)
    return Meaning(text=item.name, vector=item.vector, descriptors=item.descriptors, artist=item.tags.artist)
