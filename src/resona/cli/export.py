"""`resona export`: embeddings, distances and features, for other programs."""

from pathlib import Path

import click

from resona.cli.context import Context, pass_context, say

out_argument = click.argument("out", type=click.Path(path_type=Path, dir_okay=False))


@click.group("export")
def command() -> None:
    """Write embeddings, distances or features to a file."""


@command.command("embeddings")
@out_argument
@pass_context
def embeddings(context: Context, out: Path) -> None:
    """Write OUT.npz with the arrays `paths` (n) and `embeddings` (n, d), float32."""
    with context.library() as library:
        count = library.lists.export_embeddings(out)
    say(f"Written: {out}, {count} tracks.")


@command.command("distances")
@out_argument
@pass_context
def distances(context: Context, out: Path) -> None:
    """Write the distance of every track to every other, in the MIREX text format.

    These are the distances that `resona recommend` ranks by, before filters.
    """
    with context.library() as library:
        count = library.lists.export_distances(out)
    say(f"Written: {out}, {count} x {count} distances.")


@command.command("features")
@out_argument
@click.option(
    "--word", "words", multiple=True, metavar="WORD", help="A column for it, such as piano; 'all' for all words."
)
@pass_context
def features(context: Context, out: Path, words: tuple[str, ...]) -> None:
    """Write tags and descriptors of every track as OUT.csv, or as OUT.parquet (with pyarrow).

    Descriptors are tempo, key, loudness, energy, brightness and pulse clarity; what is unknown is empty. A WORD's
    column says how likely it is to be said of the track, 0 to 1.
    """
    with context.library() as library:
        count = library.lists.export_features(out, words)
    say(f"Written: {out}, {count} tracks.")
