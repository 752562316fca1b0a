"""`resona train`: fit a model to one's own library."""

import shlex
from pathlib import Path
from typing import Any

import click

from resona.cli.context import TYPED, Context, json_option, pass_context, print_json, say
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
    convolutions, whole songs, 25 epochs. Ctrl-C keeps what was learned so far, and says how to go on from there.
    """
    with context.library() as library:
        before = library.models.current_name
        try:
            result = train_with_progress(library, options, pairs_path=pairs_file, is_resumed=resume)
        except KeyboardInterrupt:
            raise click.Abort(_how_to_go_on(library.models.current_name, before)) from None
    if as_json:
        print_json(
            {
                "bundle_dir": result.bundle_dir,
                "message": result.message,
                "measures": result.measures,
                "epochs": len(result.epochs) - 1,
            }
        )


def _how_to_go_on(model: str, before: str) -> str:
    """Say it for a training that was stopped: in the middle, or as its model had begun to listen."""
    typed = click.get_current_context().meta[TYPED]
    if model != before:
        command = shlex.join(["resona", *typed[: typed.index("train")], "models", model])
        return f"The new model is ready and in use; what it has not embedded yet is embedded by:\n  {command}"
    command = shlex.join(["resona", *(part for part in typed if part != "--resume"), "--resume"])
    return f"What was learned up to the last whole epoch is kept; training goes on with:\n  {command}"


def train_with_progress(
    library: Library, options: dict[str, Any], *, pairs_path: Path | None = None, is_resumed: bool = False
) -> Any:
    """Train and show the progress; `options` are fields of `TrainConfig`, None for those not given."""
    config = library.models.train_config(**{name: value for name, value in options.items() if value is not None})
    with progress_line("Learning") as line:
        result = library.train(config, pairs_path=pairs_path, is_resumed=is_resumed, on_progress=line.update)
    if pairs_path is not None:
        say(f"Audit of {pairs_path}: {result.audit}")
    say(result.message)
    return result
