"""The library itself: what it holds, its scan as it runs, what failed, and how good the model in use is."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from resona.library import TagQuality
from resona.web.errors import RequestError
from resona.web.jobs import ScanState
from resona.web.state import Shared, State
from resona.web.tracks import Paging

TICK_SECONDS = 0.2
BEAT_TICKS = 75  # a comment every 15 s keeps the connection open

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
    found = state.library.folders.failures()[part.offset : part.offset + part.limit]
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


@router.get("/scan")
def scan_state(state: Shared) -> ScanState:
    """Say how far the scan is."""
    return state.scan.state


@router.post("/scan", status_code=202)
def start_scan(state: Shared) -> ScanState:
    """Look for new and changed files in the library's folders; only those, no request can name another."""
    if not state.scan.start():
        raise RequestError(409, "Scanning", "a scan is under way already")
    return state.scan.state


@router.delete("/scan", status_code=202)
def stop_scan(state: Shared) -> ScanState:
    """Stop the scan after the files that are being heard; what was heard is kept."""
    state.scan.stop()
    return state.scan.state


@router.get("/scan/events", response_class=StreamingResponse)
def scan_events(state: Shared) -> StreamingResponse:
    """Tell how the scan goes on, as server-sent events, each with the JSON of `GET /scan`."""
    return StreamingResponse(_events(state), media_type="text/event-stream", headers={"cache-control": "no-store"})


async def _events(state: State) -> AsyncIterator[str]:
    told: ScanState | None = None
    n_ticks = 0
    while not state.is_closing:
        if state.scan.state != told:
            told = state.scan.state
            yield f"data: {json.dumps(asdict(told))}\n\n"
        elif n_ticks % BEAT_TICKS == 0:
            yield ": still here\n\n"
        n_ticks += 1
        await asyncio.sleep(TICK_SECONDS)
