"""A music library that Resona makes itself, so that everything can be tried without any music at hand."""

from collections.abc import Callable
from pathlib import Path

from resona.audio import write_audio
from resona.errors import AudioError, ResonaError
from resona.ingest import WorkerPool
from resona.tracks import Tags
from resona_composer import TrackPlan, plan_library, render

SUFFIXES = (".mp3", ".flac", ".ogg")
PATIENCE_SECONDS = 1800.0  # a track takes seconds, and on a machine that is busy with other things many times as long


def write_demo_music(
    folder: Path, *, seed: int = 0, n_workers: int = 2, on_progress: Callable[[int, int], None] = lambda _d, _t: None
) -> list[TrackPlan]:
    """Compose, play and write a small library: genre folders with tagged MP3, FLAC and OGG files.

    Parameters
    ----------
    folder
        Where; files that are there already are kept as they are.
    seed
        Another seed makes other music.
    n_workers
        Processes.
    on_progress
        Called with how many tracks are written, and of how many.

    Returns
    -------
    The plan of each track, with the truth about its tempo and key.

    Raises
    ------
    ResonaError
        If a file cannot be written.
    """
    plans = plan_library(seed=seed)
    paths = [demo_path(folder, plan, number) for number, plan in enumerate(plans)]
    waiting = [(plan, path) for plan, path in zip(plans, paths, strict=True) if not path.exists()]
    pool: WorkerPool[tuple[TrackPlan, Path], str] = WorkerPool(
        _build,
        lambda _, reason: reason,
        n_workers=min(n_workers, max(1, len(waiting))),
        patience_seconds=PATIENCE_SECONDS,
        may_write=True,
    )
    for done, problem in enumerate(pool.run(waiting), start=len(plans) - len(waiting) + 1):
        if problem:
            raise ResonaError(f"the demo's music cannot be made: {problem}")
        on_progress(done, len(plans))
    return plans


def demo_path(folder: Path, plan: TrackPlan, number: int) -> Path:
    """Say where a track of the demo is written: genre folder, artist and title, one of three formats in turn."""
    name = f"{plan.artist} - {plan.title}".replace("/", "-")
    return folder / plan.genre / f"{name}{SUFFIXES[number % len(SUFFIXES)]}"


def _build() -> Callable[[tuple[TrackPlan, Path]], str]:
    return _write


def _write(task: tuple[TrackPlan, Path]) -> str:
    plan, path = task
    tags = Tags(
        artist=plan.artist,
        title=plan.title,
        album=plan.album,
        genres=(plan.genre,),
        year=plan.year,
        track_number=plan.track_number,
    )
    draft = path.with_name(f".part-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        samples, sample_rate = render(plan)
        write_audio(draft, samples, sample_rate, tags)
        draft.rename(path)
    except (AudioError, OSError) as error:
        return str(error)
    return ""
