"""`resona index`: quick lists for very large libraries."""

import click

from resona.cli.context import Context, pass_context, say
from resona.cli.progress import progress_line


@click.command("index")
@click.option(
    "--memory",
    default="2GB",
    show_default=True,
    help="For the server to build it in; more is faster, less may take hours.",
)
@click.option("--anew", is_flag=True, help="Measure the library's proportions again, and build all of it.")
@pass_context
def command(context: Context, memory: str, *, anew: bool) -> None:
    """Let lists of a very large library in PostgreSQL be found without looking at every track.

    From then on, scans add to it by themselves. A library in a file compares every track, and needs none.
    """
    with context.library() as library, progress_line("Indexing") as line:
        n_added = library.lists.index(memory=memory, is_anew=anew, on_progress=line.update)
    say(f"{n_added} tracks added to the index.")
