"""`resona scan`: find, read, listen, store."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.places import FolderPlace
from resona.cli.progress import ProgressLine, progress_line
from resona.errors import StoreError
from resona.library import ENGINES, Library, ScanConfig, ScanProgress, ScanSummary

SOME_FAILED = 3
STAGES = {"extracting": "hearing known tracks again, for what is missing", "embedding": "embedding"}


@click.command("scan")
@click.argument("folders", nargs=-1, type=FolderPlace(), metavar="DIR...")
@click.option("--workers", type=click.IntRange(0, 256), help="Processes that analyse. [default: one for each core]")
@click.option("--max-minutes", type=click.FloatRange(0, min_open=True), help="Stop cleanly after this time.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    help="Where files are heard: on this machine, or on a Ray cluster (RAY_ADDRESS). [default: local]",
)
@click.option(
    "--keep-features",
    metavar="WHERE",
    help="Where features are kept, the largest part of what is heard: library, none, or parquet:FOLDER, which may be an"
    " address. Later scans do the same. [default: library]",
)
@click.option("--watch", is_flag=True, help="Stay, and scan again whenever files change; Ctrl-C ends it.")
@json_option
@pass_context
def command(
    context: Context, /, folders: tuple[Path, ...], engine: str, *, watch: bool, as_json: bool, **options: Any
) -> int:
    """Find the music in DIR..., listen to it, and keep what was heard.

    The second time, only new and changed files are heard. Without DIR, the folders of earlier scans are looked at
    again. A scan can be stopped at any moment; the next one goes on from there. It has low priority: other programs
    go first.
    """
    if options["workers"] is None:
        options["workers"] = context.settings.workers if engine == ENGINES[0] else 0
    config = ScanConfig(
        n_workers=options["workers"],
        max_minutes=options["max_minutes"] or 0,
        engine=engine,
        keep_features=options["keep_features"] or "",
    )
    with context.library(is_new_allowed=True) as library:
        if watch:
            return _watch(library, folders, config, as_json=as_json)
        summary = scan_with_progress(library, folders, config)
        _show(summary, library, as_json=as_json)
    return SOME_FAILED if summary.n_failed else 0


def scan_with_progress(library: Library, folders: tuple[Path, ...], config: ScanConfig) -> ScanSummary:
    """Scan and show the progress."""
    with progress_line("Listening") as line:
        return library.scan(folders, config=config, on_progress=partial(_advance, line))


def _watch(library: Library, folders: tuple[Path, ...], config: ScanConfig, *, as_json: bool) -> int:
    """Scan for ever; a scan after the first is only told of if it changed something, or met other obstacles."""
    is_first = True
    unreadable: list[tuple[Path, str]] = []
    try:
        for _ in library.folders.changes(folders):
            try:
                summary = scan_with_progress(library, folders, config)
            except StoreError as error:
                if is_first or library.folders.any_there(folders):
                    raise
                say(f"{error}. Waiting for it.")  # `changes` goes on when it is back
                continue
            if (
                is_first
                or summary.n_stored
                or summary.n_failed
                or summary.n_missing
                or summary.unreadable != unreadable
            ):
                _show(summary, library, as_json=as_json)
            unreadable = summary.unreadable
            if is_first:
                say("Watching for changes; Ctrl-C ends it.")
            is_first = False
    except KeyboardInterrupt:
        say("\nNo longer watching. What was heard is stored; `resona scan` goes on from here.")
    return 0


def _advance(line: ProgressLine, progress: ScanProgress) -> None:
    if progress.stage == "finding":
        line.update(progress.n_found, None, "finding files")
    else:
        failed = f"{progress.n_failed} failed" if progress.n_failed else ""
        line.update(progress.n_done, progress.n_due, STAGES.get(progress.stage, failed))


def _show(summary: ScanSummary, library: Library, *, as_json: bool) -> None:
    n_tracks = len(library.tracks)
    if as_json:
        print_json({**_as_dict(summary), "n_tracks": n_tracks})
    else:
        say(describe_scan(summary, n_tracks))


def describe_scan(summary: ScanSummary, n_tracks: int) -> str:
    """Say in a few lines what a scan did."""
    n_heard = summary.n_stored - summary.n_recognised
    rate = f" ({n_heard / summary.seconds:.1f} a second)" if n_heard and summary.seconds else ""
    lines = [f"{summary.n_found} audio files found; {n_heard} listened to in {summary.seconds:.0f} s{rate}."]
    if summary.n_recognised:
        lines.append(f"{summary.n_recognised} recognised by their audio: moved, copied or tagged anew.")
    if summary.n_unchanged:
        lines.append(f"{summary.n_unchanged} unchanged.")
    if summary.n_failed or summary.n_known_failures:
        counts = {"failed": summary.n_failed, "failed before": summary.n_known_failures}
        told = " and ".join(f"{count} {what}" for what, count in counts.items() if count)
        lines.append(f"{told}: `resona errors` says which and why.")
    if summary.n_missing:
        lines.append(f"{summary.n_missing} tracks of earlier scans are gone; they are marked missing, not deleted.")
    lines += [f"Not looked at: {path}: {reason}" for path, reason in summary.unreadable[:10]]
    if not summary.is_complete:
        lines.append("Stopped because the time was up; `resona scan` goes on.")
    lines.append(f"The library holds {n_tracks} tracks.")
    if n_tracks:
        lines.append('Next: resona recommend "a title"')
    return "\n".join(lines)


def _as_dict(summary: ScanSummary) -> dict[str, object]:
    return {
        "n_found": summary.n_found,
        "n_stored": summary.n_stored,
        "n_recognised": summary.n_recognised,
        "n_failed": summary.n_failed,
        "n_unchanged": summary.n_unchanged,
        "n_known_failures": summary.n_known_failures,
        "n_missing": summary.n_missing,
        "unreadable": [{"path": str(path), "reason": reason} for path, reason in summary.unreadable],
        "is_complete": summary.is_complete,
        "seconds": round(summary.seconds, 3),
    }
