"""`resona models`: which models there are, which one listens, and new ones from elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import progress_line
from resona.errors import QueryError
from resona.library.ears import fetch_ear, known_ears, read_front, read_network


class BareNames(click.Group):
    """A group in which a name alone is that of the model to use, or with --show to show."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant."""
        if ctx.params.get("show"):
            return super().resolve_command(ctx, ["show", *args])
        return super().resolve_command(ctx, args if args[0] in self.commands else ["use", *args])


@click.group("models", cls=BareNames, invoke_without_command=True)
@click.option("--show", is_flag=True, help="Print the card of a model, by default of the one that listens.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, show: bool, as_json: bool) -> None:
    """List the models, make NAME the one that listens, or add a network from elsewhere.

    "base" is the model that comes with Resona, "mfcc" plain statistics without any learning; the others were trained
    on this library, or added.
    """
    if ctx.invoked_subcommand:
        return
    if show:
        ctx.invoke(show_card)
        return
    with ctx.find_object(Context).library() as library:  # type: ignore[union-attr]
        models = library.models.describe()
    if as_json:
        print_json(models)
        return
    width = max(len(str(model["name"])) for model in models)
    for model in models:
        mark = "*" if model["is_current"] else " "
        click.echo(f"{mark} {model['name']:<{width}}  {model['description']}")


@command.command("show")
@click.argument("name", required=False)
@pass_context
def show_card(context: Context, name: str | None = None) -> None:
    """Print a model's card, by default that of the one that listens."""
    with context.library() as library:
        click.echo(library.models.card(name))


@command.command("use")
@click.argument("name")
@pass_context
def use(context: Context, name: str) -> None:
    """Let a model listen from now on; several with "+" between their names, as in base+musicnn, listen together.

    An ear hears every track once for that, which takes as long as a scan.
    """
    with context.library() as library:
        with progress_line("Hearing") as line:
            library.use_model(name, on_progress=line.update)
        say(f"{library.model.name} listens from now on.{library.models.cost(name)}")


@command.command("add")
@click.argument("source", metavar="FILE.onnx|NAME")
@click.option("--front", "front_path", type=click.Path(path_type=Path), help="What the network takes: a JSON file.")
@click.option("--name", help="What the model is to be called. [default: the file's name]")
@click.option(
    "--wheel", "wheel_path", type=click.Path(path_type=Path), help="The wheel of NAME, if it is here already."
)
@click.option("--pieces", type=click.IntRange(1, 100), help="Of each clip. [default: as its front end says]")
@click.option("--yes", is_flag=True, help="Fetch without asking.")
@pass_context
def add(  # noqa: PLR0913 - one option each
    context: Context,
    source: str,
    front_path: Path | None,
    name: str | None,
    wheel_path: Path | None,
    pieces: int | None,
    *,
    yes: bool,
) -> None:
    """Add a network from elsewhere: an ONNX file with its front end, or "musicnn", which is fetched.

    The network is tried first, in a process with the limits of a scan's workers. docs/ears.md says what a front end is.
    """
    ear: dict[str, Any]
    if front_path:
        ear = {"network": read_network(Path(source)), "front": read_front(front_path)}
        name = name or Path(source).stem
    elif source in known_ears():
        if not (yes or wheel_path):
            click.confirm(f"Fetch {known_ears()[source]}?", abort=True, err=True)
        ear, name = fetch_ear(source, wheel_path), name or source
    else:
        known = ", ".join(known_ears())
        raise QueryError(
            f"{source!r} needs --front FILE.json: what the network takes; without it there is only {known}"
        )
    if pieces:
        ear["front"] = replace(ear["front"], pieces_per_clip=pieces)
    with context.library() as library:
        added = library.models.add(name, **ear)
    facts = added.manifest.measures
    say(
        f"{name} is added: {added.n_dims} numbers; {facts['seconds_a_track']:.2f} s of CPU a track, "
        f"{facts['memory_mb']} MB of memory. Next: resona models use {name}, or base+{name}"
    )
