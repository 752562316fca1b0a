"""What takes long: started, followed as it goes on, and stopped. One thing at a time, whichever it is."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path
from fastapi.responses import StreamingResponse

from resona.web import tasks
from resona.web.errors import RequestError
from resona.web.jobs import JobState, LongTask
from resona.web.state import Shared, State

TICK_SECONDS = 0.2
BEAT_TICKS = 75  # a comment every 15 s keeps the connection open

ModelName = Annotated[str, Path(max_length=500, description="The name of a model.")]

router = APIRouter(tags=["jobs"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model: what it is, whether it listens now, and what was measured of it when it was made.

    `is_ear` tells a network that somebody else trained, which only embeds.
    """

    name: str
    description: str
    model_id: str
    is_current: bool
    is_ear: bool
    measures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How to train; with `is_resumed`, the last training goes on that was stopped."""

    arch: Literal["base", "classic"] = "base"
    is_resumed: bool = False


@router.get("/job")
def job(state: Shared) -> JobState:
    """Say how far the job is that runs, or how the last one ended."""
    return state.jobs.state


@router.delete("/job", status_code=202)
def stop(state: Shared) -> JobState:
    """Stop the job that runs, as soon as it can be left; what is done is kept."""
    state.jobs.stop()
    return state.jobs.state


@router.get("/job/events", response_class=StreamingResponse)
def events(state: Shared) -> StreamingResponse:
    """Tell how jobs go on, as server-sent events, each with the JSON of `GET /job`."""
    return StreamingResponse(_events(state), media_type="text/event-stream", headers={"cache-control": "no-store"})


@router.post("/scan", status_code=202)
def scan(state: Shared) -> JobState:
    """Look for new and changed files in the library's folders."""
    return _started(state, tasks.scanning(state.library))


@router.post("/training", status_code=202)
def train(state: Shared, wanted: Annotated[Training, Body()]) -> JobState:
    """Learn from this library what sounds alike, and use the new model if it is better on held-out artists."""
    return _started(state, tasks.training(state.library, arch=wanted.arch, is_resumed=wanted.is_resumed))


@router.post("/evaluation", status_code=202)
def evaluate(state: Shared) -> JobState:
    """Measure the model in use, beside what it has to beat."""
    return _started(state, tasks.evaluation(state.library))


@router.post("/doctor", status_code=202)
def examine(state: Shared) -> JobState:
    """Look for what harms lists and measures; `GET /doctor` says what was found."""
    return _started(state, state.doctor.task())


@router.get("/models")
def models(state: Shared) -> list[ModelView]:
    """List the models; "base" comes with Resona, "mfcc" is plain statistics, others were trained on this library."""
    return [ModelView(**model) for model in state.library.models.describe()]


@router.post("/models/{name}", status_code=202)
def choose(state: Shared, name: ModelName) -> JobState:
    """Let a model listen from now on, and embed what it has not heard yet."""
    return _started(state, tasks.choosing(state.library, name))


def _started(state: State, task: LongTask) -> JobState:
    if not state.jobs.start(task):
        raise RequestError(409, "JobUnderWay", f"{state.jobs.state.kind} is under way already; stop it, or wait")
    return state.jobs.state


async def _events(state: State) -> AsyncIterator[str]:
    told: JobState | None = None
    n_ticks = 0
    while not state.is_closing:
        if state.jobs.state != told:
            told = state.jobs.state
            yield f"data: {json.dumps(asdict(told))}\n\n"
        elif n_ticks % BEAT_TICKS == 0:
            yield ": still here\n\n"
        n_ticks += 1
        await asyncio.sleep(TICK_SECONDS)
