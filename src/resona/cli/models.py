"""`resona models`: which models there are, and which one listens."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import progress_line


@click.command("models")
@click.argument("name", required=False)
@click.option("--show", is_flag=True, help="Print the model's card.")
@json_option
@pass_context
def command(context: Context, name: str | None, *, show: bool, as_json: bool) -> None:
    """List the models, or make NAME the one that listens.

    "base" is the model that comes with Resona, "mfcc" plain statistics without any learning; the others were trained
    on this library.
    """
    with context.library() as library:
        if name and not show:
            with progress_line("Embedding") as line:
                library.use_model(name, on_progress=line.update)
            say(f"{library.model.name} listens from now on.")
            return
        if show:
            click.echo(library.models.card(name))
            return
        models = library.models.describe()
    if as_json:
        print_json(models)
        return
    width = max(len(str(model["name"])) for model in models)
    for model in models:
        mark = "*" if model["is_current"] else " "
        click.echo(f"{mark} {model['name']:<{width}}  {model['description']}")
