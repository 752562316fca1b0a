"""The library itself: what it holds, what failed, and how good the model in use is."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from resona.library import TagQuality
from resona.web.state import Shared
from resona.web.tracks import Paging

router = APIRouter(tags=["overview"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """A file that could not be heard."""

    path: str
    kind: str
    reason: str
    failed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """What a library holds.

    Attributes
    ----------
    missing
        Tracks whose file was gone at the last scan.
    failed_files
        Files that could not be heard.
    embedded
        Tracks that the model in use has heard.
    is_preparing
        Whether its lists are being worked out anew.
    """

    library: str
    tracks: int
    missing: int
    failed_files: int
    artists: int
    genres: int
    model: str
    model_id: str
    embedded: int
    folders: list[str]
    is_preparing: bool


@router.get("/status")
def status(state: Shared) -> StatusView:
    """Say what the library holds, which model it uses, and whether its lists are being worked out anew."""
    return StatusView(**state.library.status(), is_preparing=state.lists.is_preparing)


@router.get("/quality")
def quality(state: Shared) -> list[TagQuality]:
    """Say, tag by tag, how many tracks carry it themselves, and for how many it was guessed from names."""
    return state.library.shelves.tag_quality()


@router.get("/evaluation")
def evaluation(state: Shared) -> dict[str, Any]:
    """Give the measures that `resona evaluate` made of the model on this library; empty before it has run."""
    return state.library.measures.last()


@router.get("/failures")
def failures(state: Shared, part: Paging) -> list[FailureView]:
    """List the files that could not be heard, with reasons."""
    found = part.of(state.library.folders.failures())
    return [
        FailureView(
            path=str(item.path).encode("utf-8", "replace").decode(),
            kind=item.kind,
            reason=item.reason,
            failed_at=item.failed_at,
        )
        for item in found
    ]


@router.delete("/failures")
def retry_failures(state: Shared) -> dict[str, int]:
    """Forget the failures, so that the next scan tries these files again."""
    return {"n_forgotten": state.library.folders.retry()}
