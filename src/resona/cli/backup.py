"""`resona backup`: a copy of the library."""

from pathlib import Path

import click

from resona.cli.context import Context, pass_context, say


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_context
def command(context: Context, file: Path) -> None:
    """Copy the library, and the models trained on it, to FILE, while a scan or the page may be running.

    An earlier backup is replaced, nothing else is. `resona --library FILE` opens the copy.
    """
    with context.library() as library:
        library.backup(file)
    say(f"Written: {file}")
