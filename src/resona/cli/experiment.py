"""`resona experiment`: experiments on how measures mislead."""

from pathlib import Path
from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import progress_line
from resona.library import Measures


@click.group("experiment")
def command() -> None:
    """Run experiments on one's own library."""


class Several(click.Option):
    """An option that takes every word up to the next option: `--counts 700 4000`."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser's own option take one value, and then the words that follow it."""
        super().add_to_parser(parser, ctx)
        for name in self.opts:
            option = parser._long_opt[name]
            take_one = option.process

            def take_all(value: str, state: Any, take_one: Any = take_one) -> None:
                take_one(value, state)
                while state.rargs and not state.rargs[0].startswith("-"):
                    take_one(state.rargs.pop(0), state)

            option.process = take_all


@command.command("pairs")
@click.option(
    "--counts",
    cls=Several,
    multiple=True,
    type=click.IntRange(20),
    default=(700, 4000),
    show_default=True,
    help="Numbers of pairs, as in --counts 700 4000.",
)
@click.option(
    "--arch",
    "archs",
    cls=Several,
    multiple=True,
    type=click.Choice(["classic", "base"]),
    default=("classic", "base"),
    show_default=True,
    help="Architectures.",
)
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(1), help="Trainings of each kind.")
@click.option("--epochs", "n_epochs", type=click.IntRange(1), help="Fewer epochs are quicker and tell less.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write experiment.json and .png there.")
@json_option
@pass_context
def pairs(  # noqa: PLR0913 - one option each
    context: Context,
    counts: tuple[int, ...],
    archs: tuple[str, ...],
    seeds: int,
    n_epochs: int | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare accuracy on randomly split pairs with accuracy on unseen artists, for several numbers of pairs.

    Both are trained from nothing on the same number of pairs. With default settings this takes hours; when it was
    stopped, the same command goes on.
    """
    changes = {"n_epochs": n_epochs} if n_epochs else {}
    with context.library() as library, progress_line("Training") as line:
        values = library.measures.experiment_on_pairs(
            archs=archs, counts=counts, seeds=seeds, changes=changes, on_progress=line.update
        )
    if out:
        written = Measures.write_experiment(out, values)
    if as_json:
        print_json(values)
        return
    click.echo(f"{'':<18}{'leaky':>16}{'honest':>16}")
    for row in values["rows"]:
        leaky, honest = (
            f"{row[name]:.1%}" + (f" ± {row[f'{name}_spread']:.1%}" if seeds > 1 else "")
            for name in ("leaky", "honest")
        )
        click.echo(f"{row['arch']:<8}{row['n_pairs']:>6}    {leaky:>16}{honest:>16}")
    click.echo("\n" + values["explanation"])
    if out:
        say(f"Written: {', '.join(map(str, written))}")
