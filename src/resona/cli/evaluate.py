"""`resona evaluate`: honest measures of the current model, beside what it has to beat."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from resona.cli import scan
from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import progress_line
from resona.errors import QueryError
from resona.ingest import ScanConfig
from resona.library import Library

if TYPE_CHECKING:
    from resona.evaluate import Evaluation

COLUMNS = {"MAP": "map", "P@10": "precision@10", "10-NN": "knn_accuracy@10"}


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
@click.option("--artists", type=click.Path(path_type=Path), help="A CSV `path,artist` for a data set without artists.")
@json_option
@pass_context
def command(  # noqa: PLR0913, PLR0917 - one option each
    context: Context,
    added: tuple[str, ...],
    exclude: str,
    report: Path | None,
    dataset: tuple[str, str] | None,
    only: Path | None,
    artists: Path | None,
    *,
    is_all: bool,
    as_json: bool,
) -> None:
    """Measure how good the recommendations are, on artists that were not learned from.

    A track that is found counts as right if it shares a genre with the query and is by another artist. The table shows
    the model in use beside chance, plain statistics and other models, with 95 % intervals resampled by artist.
    """
    files = dict(_named_file(text) for text in added)
    with _library(context, dataset, only, artists) as library:
        evaluation = measure(library, files=files, exclude=exclude, is_all=is_all)
        if report:
            written = library.write_report(evaluation, report)
    values = evaluation.values
    if report:
        say(f"Written: {', '.join(str(path) for path in written)}")
    if not as_json:
        show(values)
    else:
        print_json(values)


def _library(
    context: Context, dataset: tuple[str, str] | None, only: Path | None, artists: Path | None
) -> AbstractContextManager[Library]:
    """Open the library, or one for a data set, beside it, and scan what is new there."""
    if dataset is None:
        return context.library()
    from resona.evaluate.datasets import label_tracks, read_dataset

    kind, path = dataset[0], Path(dataset[1]).expanduser().resolve()
    entries = read_dataset(kind, path, only=only, artists=artists)
    beside = context.settings.library
    library = Library(beside.with_name(f"{beside.stem}-{kind}-{fold_name(path)}.db"))
    scan.run(library, tuple(entry.path for entry in entries), ScanConfig(n_workers=context.settings.workers))
    say(f"{label_tracks(library.store, entries)} tracks of {kind} in {library.store.path}.")
    return library


def fold_name(path: Path) -> str:
    """Make a file name of a path.

    Examples
    --------
    >>> fold_name(Path("/data/My GTZAN"))
    'my-gtzan'
    """
    return "-".join(path.stem.casefold().split())


def measure(library: Library, **options: Any) -> "Evaluation":
    """Evaluate and show the progress."""
    with progress_line("Measuring", "contenders") as line:
        return library.evaluate(on_progress=line.update, **options)


def show(values: dict[str, Any]) -> None:
    """Print the ladder for people."""
    exclude = values["filter"]
    which = "all artists" if values["split"] == "all" else "held-out artists"
    say(
        f"{values['n_tracks']} tracks by {values['n_artists']} {which}, {len(values['genres'])} genres; "
        f"candidates left out: {'none' if exclude == 'none' else f'same {exclude}'}."
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", *COLUMNS, "MAP unfiltered", "hub skew", "vs best baseline", ""):
        table.add_column(heading, justify="left" if not heading else "right")
    for contender in values["contenders"]:
        table.add_row(*_row(contender, exclude, values["comparison"]))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160).print(table)
    for change, found in values.get("robustness", {}).items():
        if found["n_tracks"]:
            say(f"{change}: {found['first']:.0%} of {found['n_tracks']} tracks find themselves first.")
    say(f"Best baseline: {values['comparison']['baseline']}. In brackets: 95 % intervals, resampled by artist.")


def _row(contender: dict[str, Any], exclude: str, comparison: dict[str, Any]) -> list[str]:
    found = contender["genre"][exclude].get("micro", {})
    unfiltered = contender["genre"]["none"].get("micro", {})
    difference = comparison["differences"].get(contender["name"])
    is_baseline = contender["name"] in {comparison["baseline"], "chance"}
    return [
        contender["name"],
        *(_interval(found[name]) if name == "map" else _number(found[name]["value"]) for name in COLUMNS.values()),
        _number(unfiltered["map"]["value"]),
        f"{contender['hubness']['skewness']:.1f}" if "hubness" in contender else "",
        "" if is_baseline or not difference else _interval(difference, sign="+"),
        contender["note"],
    ]


def _interval(interval: dict[str, float], sign: str = "") -> str:
    return f"{interval['value']:{sign}.3f} [{interval['low']:{sign}.3f}, {interval['high']:{sign}.3f}]"


def _number(value: float) -> str:
    return f"{value:.3f}"


def _named_file(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not separator or not name:
        raise QueryError(f"--add takes NAME=FILE.npz, got {text!r}")
    return name, Path(path)
