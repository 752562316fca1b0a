"""What should be put right: what the doctor finds, what is there twice, and what is never recommended."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from resona.library import pattern_of
from resona.web.doctor import MOST_SHOWN, ExaminationView, NotedView
from resona.web.playlists import TrackIds
from resona.web.seeds import known_tracks
from resona.web.state import Shared
from resona.web.tracks import MOST_IDS, Paging
from resona.web.views import track_fields

MOST_LETTERS = 2000

Few = Annotated[int, Query(ge=1, le=MOST_SHOWN, description="How many tracks of each kind.")]
Pattern = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]

router = APIRouter(tags=["care"])


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsView:
    """The versions of one song; each note says whether it is the "original", the "same recording" or a "version"."""

    tracks: list[NotedView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionView:
    """What is never recommended; a default that would leave out most of the library is not applied."""

    pattern: str
    n_tracks: int
    is_default: bool
    is_applied: bool


class NewExclusions(BaseModel):
    """What is never to be recommended: patterns for paths, filters, and tracks, wherever their files go."""

    patterns: list[Pattern] = Field([], max_length=100)
    track_ids: TrackIds = Field([], max_length=MOST_IDS)


class DefaultExclusion(BaseModel):
    """The default exclusion: a filter, nothing to switch it off, null for Resona's own."""

    text: str | None = Field(max_length=MOST_LETTERS)


@router.get("/doctor")
def doctor(state: Shared, n: Few = 20) -> ExaminationView:
    """Say what the last examination found: wrong genres, duplicates, unknown artists, hubs, what no list ever shows."""
    return state.doctor.view(n)


@router.get("/duplicates")
def duplicates(
    state: Shared,
    part: Paging,
    same_recording: Annotated[bool, Query(description="Only those that hold one recording twice.")] = False,  # noqa: FBT002 - by name
) -> list[VersionsView]:
    """List the songs that are there in several versions. Lists show one of each; nothing is merged or deleted."""
    with state.turns:
        groups = state.lists.versions(is_recording=same_recording, offset=part.offset, limit=part.limit)
    return [
        VersionsView(
            tracks=[
                NotedView(note=kind, **track_fields(track))  # type: ignore[arg-type]
                for track, kind in zip(group.tracks, group.kinds, strict=True)
            ]
        )
        for group in groups
    ]


@router.get("/exclusions")
def exclusions(state: Shared) -> list[ExclusionView]:
    """List what is never recommended, and how many tracks that is."""
    return [ExclusionView(**row) for row in state.library.lists.exclusions()]


@router.post("/exclusions", status_code=201)
def exclude(state: Shared, wanted: NewExclusions) -> list[str]:
    """Never recommend some tracks, or what matches patterns; gives the patterns by which that is taken back."""
    patterns = [*wanted.patterns, *(pattern_of(track) for track in known_tracks(state, wanted.track_ids))]
    state.library.lists.exclude(*patterns)
    return patterns


@router.delete("/exclusions")
def include(
    state: Shared, pattern: Annotated[tuple[Annotated[str, Query(max_length=5000)], ...], Query(min_length=1)]
) -> list[ExclusionView]:
    """Take exclusions back."""
    state.library.lists.include(*pattern)
    return exclusions(state)


@router.put("/exclusions/default")
def set_default(state: Shared, wanted: Annotated[DefaultExclusion, Body()]) -> list[ExclusionView]:
    """Change the exclusion that holds unless told otherwise."""
    state.library.lists.set_default_exclusion(wanted.text)
    return exclusions(state)
