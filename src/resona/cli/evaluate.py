"""`resona evaluate`: honest measures of the current model, beside what it has to beat."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from resona.cli import scan
from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.lists import print_table
from resona.cli.progress import progress_line
from resona.errors import QueryError
from resona.library import Library, Measures, ScanConfig


@click.command("evaluate")
@click.option(
    "--add", "added", multiple=True, metavar="NAME=FILE.npz", help="Let another program's embeddings compete."
)
@click.option(
    "--filter",
    "exclude",
    default="artist",
    show_default=True,
    type=click.Choice(["none", "album", "artist", "artist+album"]),
    help="Which candidates the headline leaves out.",
)
@click.option("--all", "is_all", is_flag=True, help="Measure on all tracks, not only on held-out artists.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Write a page with pictures there.")
@click.option(
    "--dataset",
    nargs=2,
    metavar="KIND PATH",
    help="Measure on a data set instead of the library: folder, csv, gtzan or fma, and where it is.",
)
@click.option(
    "--only", type=click.Path(path_type=Path), help="A list of the data set's files, such as a fault-filtered one."
)
@click.option(
    "--test", type=click.Path(path_type=Path), help="A list of the data set's files to measure on, such as a fold."
)
@click.option("--artists", type=click.Path(path_type=Path), help="A CSV `path,artist` for a data set without artists.")
@click.option(
    "--ears",
    metavar="all|NAME,NAME",
    default="",
    help="Let ears compete: added networks, which hear all tracks for it.",
)
@json_option
@pass_context
def command(  # noqa: PLR0913, PLR0917 - one option each
    context: Context,
    added: tuple[str, ...],
    exclude: str,
    report: Path | None,
    dataset: tuple[str, str] | None,
    only: Path | None,
    test: Path | None,
    artists: Path | None,
    ears: str,
    *,
    is_all: bool,
    as_json: bool,
) -> None:
    """Measure how good the recommendations are, on artists that were not learned from.

    A track that is found counts as right if it shares a genre with the query and is by another artist. The table shows
    the model in use beside chance, plain statistics and other models, with 95 % intervals resampled by artist.
    """
    options: dict[str, Any] = {"files": dict(map(_named_file, added)), "exclude": exclude, "is_all": is_all}
    options["ears"] = tuple(filter(None, ears.split(",")))
    if report:
        Measures.prepare_report(report)
    if dataset is None and (only or artists or test):
        raise QueryError("--only, --artists and --test belong to a --dataset")
    with ExitStack() as stack:
        if dataset:
            library, given = _dataset(context, dataset, only=only, artists=artists, test=test)
            stack.enter_context(library)
            options["given"] = given
        else:
            library = stack.enter_context(context.library())
        evaluation = evaluate_with_progress(library, **options)
        if report:
            written = library.measures.write_report(evaluation, report)
    values = evaluation.values
    if report:
        say(f"Written: {', '.join(str(path) for path in written)}")
    if not as_json:
        show_ladder(values)
    else:
        print_json(values)


def _dataset(context: Context, dataset: tuple[str, str], **lists: Path | None) -> tuple[Library, dict[int, str]]:
    """Open a library for a data set, beside the one in use, and scan what is new there; give the tracks' splits too."""
    from resona.library.datasets import open_dataset

    kind, path = dataset[0], Path(dataset[1])
    library, entries = open_dataset(context.settings.library, kind, path, **lists)
    scan.scan_with_progress(
        library, tuple(entry.path for entry in entries), ScanConfig(n_workers=context.settings.workers)
    )
    splits = library.measures.label(entries)
    say(f"{len(splits)} tracks of {kind} in {library.status()['library']}.")
    return library, splits


def evaluate_with_progress(library: Library, **options: Any) -> Any:
    """Evaluate and show the progress."""
    with progress_line("Measuring") as line:
        return library.evaluate(on_progress=line.update, **options)


def show_ladder(values: dict[str, Any]) -> None:
    """Print the ladder for people."""
    found = Measures.ladder(values)
    say(found.note)
    print_table(("contender", *found.head[1:]), found.rows, right=found.head[1:])
    if absent := Measures.describe_absent(values):
        say(absent)
    for change, kept in values.get("robustness", {}).items():
        if kept["n_tracks"]:
            say(f"{change}: {kept['first']:.0%} of {kept['n_tracks']} tracks find themselves first.")
    if sentence := values.get("judgements", {}).get("sentence"):
        say(sentence)


def _named_file(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not separator or not name:
        raise QueryError(f"--add takes NAME=FILE.npz, got {text!r}")
    return name, Path(path)
