"""`resona train`: fit a model to one's own library."""

from pathlib import Path
from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import progress_line
from resona.library import Library


@click.command("train")
@click.option("--arch", default="base", show_default=True, type=click.Choice(["base", "classic"]), help="Architecture.")
@click.option("--pairs", "n_pairs", type=click.IntRange(2), help="How many pairs to draw.")
@click.option("--epochs", "n_epochs", type=click.IntRange(1), help="How often to go through them, at the most.")
@click.option("--seed", type=click.IntRange(0), help="Another seed draws other pairs and other first weights.")
@click.option("--init", type=click.Choice(["base", "none"]), help="Start from the base model, or from nothing.")
@click.option(
    "--pairs-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Pairs `a,b,label,split` to use instead of drawn ones; they are audited first.",
)
@click.option("--resume", is_flag=True, help="Go on with the last training, if it was interrupted.")
@json_option
@pass_context
def command(context: Context, /, pairs_file: Path | None, *, resume: bool, as_json: bool, **options: Any) -> None:
    """Learn from this library what sounds alike, and use the new model if it is better on held-out artists.

    Pairs with a genre in common are alike, pairs without one are not. "classic" is the original recipe: two
    convolutions, whole songs, 25 epochs. Ctrl-C keeps what was learned so far: --resume goes on from there.
    """
    with context.library() as library:
        result = train_with_progress(library, options, pairs_path=pairs_file, is_resumed=resume)
    if as_json:
        print_json(
            {
                "bundle_dir": result.bundle_dir,
                "message": result.message,
                "measures": result.measures,
                "epochs": len(result.epochs) - 1,
            }
        )


def train_with_progress(
    library: Library, options: dict[str, Any], *, pairs_path: Path | None = None, is_resumed: bool = False
) -> Any:
    """Train and show the progress; `options` are fields of `TrainConfig`, None for those not given."""
    config = library.models.train_config(**{name: value for name, value in options.items() if value is not None})
    with progress_line("Learning", "steps") as line:
        result = library.train(config, pairs_path=pairs_path, is_resumed=is_resumed, on_progress=line.update)
    if pairs_path is not None:
        say(f"Audit of {pairs_path}: {result.audit}")
    say(result.message)
    return result
