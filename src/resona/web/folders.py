"""The folders that the music is in: listed, added, and forgotten."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from resona.library import FolderState
from resona.web.errors import RequestError
from resona.web.state import Shared

MOST_LETTERS = 4000

router = APIRouter(prefix="/folders", tags=["folders"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView(FolderState):
    """A folder; `n_own` of its tracks are in no other folder of the library."""

    n_own: int


class NewFolder(BaseModel):
    """A folder on the server's machine."""

    path: str = Field(min_length=1, max_length=MOST_LETTERS)


@router.get("")
def folders(state: Shared) -> list[FolderView]:
    """List the folders of the library, and what is in them."""
    known = state.library.folders
    return [FolderView(**asdict(folder), n_own=len(known.own_tracks(folder.path))) for folder in known.describe()]


@router.post("", status_code=201)
def add(state: Shared, request: Request, wanted: NewFolder) -> list[FolderView]:
    """Let scans look into a folder; refused where others than this machine may ask, who are to read no other files."""
    if request.state.is_for_others:
        reason = "this server answers other machines, so folders are added where it runs: resona folders DIR"
        raise RequestError(403, "OnlyHere", reason)
    state.library.folders.add([wanted.path])
    return folders(state)


@router.delete("")
def forget(
    state: Shared,
    path: Annotated[str, Query(max_length=MOST_LETTERS, description="One of the folders.")],
    tracks: Annotated[
        Literal["keep", "hide", "delete"],
        Query(description="Tracks in no other folder stay in lists, or are missing until found again, or deleted."),
    ],
) -> list[FolderView]:
    """Look no longer into a folder."""
    state.library.folders.forget(path, tracks=tracks)
    return folders(state)
