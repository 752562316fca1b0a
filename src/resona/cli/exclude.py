"""`resona exclude`: what is never recommended."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say
from resona.library import GRAMMAR


@click.command("exclude", epilog=f"\b\nFilters:\n{GRAMMAR}")
@click.argument("patterns", nargs=-1, metavar="[PATTERN...]")
@click.option("--remove", multiple=True, metavar="PATTERN", help="Take this exclusion back; may be repeated.")
@click.option(
    "--default", metavar="FILTER", help="Change the default exclusion; 'off' for none, 'on' for Resona's own."
)
@json_option
@pass_context
def command(
    context: Context, patterns: tuple[str, ...], remove: tuple[str, ...], default: str | None, *, as_json: bool
) -> None:
    """Never recommend what matches PATTERN, or list what is excluded.

    A PATTERN is a file or folder with * and ? as wildcards ("Audiobooks", "*/Xmas */*"), or a filter ("genre =
    christmas"). Such tracks can still be seeds. Spoken word and very short or very long files are excluded by default.
    """
    with context.library() as library:
        library.lists.include(*remove)
        library.lists.exclude(*patterns)
        if default is not None:
            library.lists.set_default_exclusion({"off": "", "on": None}.get(default, default))
        rows = library.lists.exclusions()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['n_tracks']:>7} tracks  {printable(row['pattern'])}{'  (default)' if row['is_default'] else ''}"
        )
    if not all(row["is_applied"] for row in rows):
        say("The default would leave out most of this library; it is not applied.")
