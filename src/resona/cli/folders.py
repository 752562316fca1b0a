"""`resona folders`: where the music is."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say
from resona.cli.places import FolderPlace
from resona.library import FATES, Library

TOLD = dict(
    zip(FATES, ("stay in lists", "hidden until they are found again", "deleted with your judgements"), strict=True)
)


@click.command("folders")
@click.argument("folders", nargs=-1, type=FolderPlace(), metavar="[DIR...]")
@click.option("--forget", multiple=True, type=FolderPlace(), metavar="DIR", help="Look no longer there; repeatable.")
@click.option(
    "--tracks",
    type=click.Choice(FATES),
    help="What becomes of a forgotten folder's tracks: they stay in lists, are hidden until they are found again, or "
    "are deleted with your judgements of them. Asked for on a terminal.",
)
@json_option
@pass_context
def command(
    context: Context, folders: tuple[Path, ...], forget: tuple[Path, ...], tracks: str | None, *, as_json: bool
) -> None:
    """List the folders that `resona scan` looks into, add DIR..., or forget some.

    A folder that is not there, as on a drive that is not connected, keeps its tracks until it is back or forgotten.
    """
    with context.library(is_new_allowed=bool(folders)) as library:
        library.folders.add(folders)
        for folder in forget:
            _forget(library, folder, tracks)
        found = library.folders.describe()
    if as_json:
        print_json([asdict(state) for state in found])
        return
    for state in found:
        missing = f", {state.n_missing} missing" if state.n_missing else ""
        gone = "" if state.is_there else "  (not there)"
        click.echo(f"{state.n_tracks:>7} tracks{missing}  {printable(state.path)}{gone}")
    if not found:
        say("The library has no folders yet: `resona scan DIR` adds one.")


def _forget(library: Library, folder: Path, fate: str | None) -> None:
    n_tracks = len(library.folders.own_tracks(folder))
    if fate is None and n_tracks:
        if not sys.stdin.isatty():
            raise click.UsageError(f"say what becomes of {n_tracks} tracks: --tracks {'|'.join(FATES)}")
        question = f"What becomes of the {n_tracks} tracks of {printable(str(folder))}?"
        fate = click.prompt(question, type=click.Choice(FATES), default=FATES[0], err=True)
    library.folders.forget(folder, tracks=fate or FATES[0])
    told = (
        f"{n_tracks} track{'s' * (n_tracks != 1)} {TOLD[fate or FATES[0]]}" if n_tracks else "no track was in it alone"
    )
    say(f"Forgotten: {printable(str(folder))}; {told}.")
