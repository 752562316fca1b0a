"""`resona split`: who is learned from, who is kept back, and what leaks."""

from dataclasses import asdict
from pathlib import Path

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say

LEAKS = 3


@click.command("split")
@click.option("--check", is_flag=True, help="End with status 3 if anything leaks.")
@click.argument("pairs", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
@pass_context
def command(context: Context, pairs: Path | None, *, check: bool, as_json: bool) -> int:
    """Show the split by artist, or check the one in a file PAIRS (`a,b,label,split`).

    Counts the tracks, artists, albums and near-duplicate recordings that held-out music shares with training: with any
    of them, a measure says how well a model remembers, not how well it hears.
    """
    with context.library() as library:
        report = library.measures.check_split(pairs)
    if as_json:
        print_json(asdict(report))
    else:
        for split, count in report.n_tracks.items():
            click.echo(f"{split:<10}  {count} tracks, {report.n_artists[split]} artists")
        if report.n_left_out:
            click.echo(f"left out    {report.n_left_out} tracks, as they credit artists of different splits")
        for genre, counts in report.genres.items():
            click.echo(f"  {genre}: " + ", ".join(f"{count} {split}" for split, count in counts.items()) + " artists")
        click.echo(str(report.leaks))
        for held_out, trained in report.near_duplicates[:20]:
            click.echo(f"  {held_out}  sounds exactly like  {trained}")
        if report.n_unknown:
            say(f"{report.n_unknown} names in the file stand for no track of the library.")
    return LEAKS if check and not report.leaks.is_clean else 0
