"""`resona tag`: words for the sound, written into files on request."""

from pathlib import Path
from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.lists import print_table
from resona.cli.progress import progress_line
from resona.cli.scan import SOME_FAILED
from resona.library import TagPlan


@click.command("tag")
@click.argument("queries", nargs=-1, metavar="[QUERY...]")
@click.option("--write", "fields", metavar="FIELDS", help="What to write: mood, genre, or mood,genre.")
@click.option("--where", default="", metavar="FILTER", help="Only tracks such as: 'year >= 1990'.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="How likely a word must be.")
@click.option("--overwrite", "is_overwriting", is_flag=True, help="Replace what somebody else has written, too.")
@click.option("--yes", "is_sure", is_flag=True, help="Do it; without, it is only shown.")
@click.option("--undo", "is_undoing", is_flag=True, help="Take back all that was written.")
@json_option
@pass_context
def command(  # noqa: PLR0913 - one argument for each option
    context: Context,
    /,
    queries: tuple[str, ...],
    fields: str | None,
    where: str,
    least: float,
    *,
    is_overwriting: bool,
    is_sure: bool,
    is_undoing: bool,
    as_json: bool,
) -> None:
    """Write words for the sound into the files of QUERY..., or of all tracks; without --yes, only show it.

    A field that is filled is left as it is. All that was written can be taken back: a file that nobody has changed
    since becomes what it was, byte for byte. Without --write and --undo, what was written is listed.
    """
    if is_undoing and (fields or queries or is_sure):
        raise click.UsageError("--undo takes back all that was written, and goes alone")
    if not fields and (queries or is_sure):
        raise click.UsageError("say what to write, such as --write mood,genre")
    if is_undoing:
        _undo(context, as_json=as_json)
    elif not fields:
        _list(context, as_json=as_json)
    else:
        options = {"where": where, "least": least, "is_overwriting": is_overwriting}
        names = [name.strip() for name in fields.split(",")]
        _write(context, queries, {"fields": names, **options}, is_sure=is_sure, as_json=as_json)


def _write(
    context: Context, queries: tuple[str, ...], options: dict[str, Any], *, is_sure: bool, as_json: bool
) -> None:
    with context.library() as library:
        with progress_line("Reading tags") as line:
            plan = library.tagging.plan(*queries, **options, on_progress=line.update)
        if is_sure:
            with progress_line("Writing") as line:
                plan = library.tagging.write(plan, on_progress=line.update)
    changes = [
        {"path": str(change.track.path), "before": change.before, "after": change.after} for change in plan.changes
    ]
    if as_json:
        print_json({"is_written": is_sure, "changes": changes, "n_owned": plan.n_owned, "left": _left(plan.left)})
    else:
        _show(plan)
        say(_written(len(plan.changes)) if is_sure else _dry(len(plan.changes)))
    _tell(plan.left, as_json=as_json)
    if is_sure and plan.left:
        raise SystemExit(SOME_FAILED)


def _dry(n: int) -> str:
    return f"Nothing was written: {_files(n)} would be; --yes writes." if n else "There is nothing to write."


def _written(n: int) -> str:
    return f"Written: {_files(n)}; `resona tag --undo` takes it back." if n else "Nothing was written."


def _files(n: int) -> str:
    return f"{n} file" if n == 1 else f"{n} files"


def _show(plan: TagPlan) -> None:
    rows = [
        (change.track.label, field, "; ".join(change.before[field]), "; ".join(texts))
        for change in plan.changes
        for field, texts in change.after.items()
    ]
    print_table(["track", "field", "now", "then"], rows)
    if plan.n_owned:
        fields = f"{plan.n_owned} field{'s' * (plan.n_owned != 1)}"
        say(f"Left as it is, because somebody has filled it: {fields}; --overwrite replaces it.")


def _undo(context: Context, *, as_json: bool) -> None:
    with context.library() as library, progress_line("Taking back") as line:
        undone = library.tagging.undo(on_progress=line.update)
    if as_json:
        print_json({"undone": [str(path) for path in undone.paths], "left": _left(undone.left)})
    else:
        say(f"Taken back: {_files(len(undone.paths))}." if undone.paths or undone.left else "Nothing was written.")
    _tell(undone.left, as_json=as_json)
    if undone.left:
        raise SystemExit(SOME_FAILED)


def _list(context: Context, *, as_json: bool) -> None:
    with context.library() as library:
        written = library.tagging.written()
    if as_json:
        print_json(
            [{"path": str(w.path), "before": w.before, "after": w.after, "written_at": w.written_at} for w in written]
        )
        return
    rows = [(str(w.path), field, "; ".join(texts)) for w in written for field, texts in w.after.items()]
    print_table(["file", "field", "written"], rows)
    say(_written(len(written)))


def _left(left: tuple[tuple[Path, str], ...]) -> list[dict[str, str]]:
    return [{"path": str(path), "reason": reason} for path, reason in left]


def _tell(left: tuple[tuple[Path, str], ...], *, as_json: bool) -> None:
    for path, reason in () if as_json else left:
        say(f"{str(path)!r}: {reason}")
