"""`resona pairs`: the labelled pairs that training learns from."""

from pathlib import Path

import click

from resona.cli.context import Context, pass_context, say


@click.command("pairs")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The CSV file to write.")
@click.option("--pairs", "n_pairs", default=4000, show_default=True, type=click.IntRange(2), help="How many.")
@click.option("--seed", default=0, show_default=True, help="Another seed draws other pairs.")
@pass_context
def command(context: Context, out: Path, n_pairs: int, seed: int) -> None:
    """Draw pairs of tracks: same genre = 1, no genre in common = 0, and write them as `a,b,label,split`.

    Both tracks of a pair are in the same split, and no artist is in two splits.
    """
    with context.library() as library:
        counts = library.measures.write_pairs(out, n_pairs=n_pairs, seed=seed)
    parts = ", ".join(f"{count} {split}" for split, count in counts.items())
    say(f"Written: {out} ({parts}).")
