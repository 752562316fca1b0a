"""`resona label`: which songs are alike to you."""

from pathlib import Path

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.library import VERDICTS, n_judgements

file_option = click.Path(path_type=Path, dir_okay=False)


@click.command("label")
@click.argument("songs", nargs=-1, metavar="[A B [C]]")
@click.option("--alike", "verdict", flag_value="alike", help="A and B are alike to you.")
@click.option("--different", "verdict", flag_value="different", help="A and B are not alike.")
@click.option("--odd", "verdict", flag_value="odd", help="Of A, B and C, C is the odd one out.")
@click.option(
    "--strength", default=1.0, show_default=True, type=click.FloatRange(0, 10, min_open=True), help="How sure you are."
)
@click.option("--playlist", type=file_option, metavar="FILE", help="The songs of this playlist are alike.")
@click.option("--import", "import_path", type=file_option, metavar="CSV", help="Read judgements from a table.")
@click.option("--export", "export_path", type=file_option, metavar="CSV", help="Write the judgements to a table.")
@json_option
@pass_context
def command(  # noqa: PLR0913 - one option for each way to bring judgements
    context: Context,
    songs: tuple[str, ...],
    *,
    verdict: str | None,
    strength: float,
    playlist: Path | None,
    import_path: Path | None,
    export_path: Path | None,
    as_json: bool,
) -> None:
    """Say which songs are alike to you; lists follow as soon as there is enough to learn from.

    A song is given as for `resona recommend`. `resona teach` asks the questions that tell most; `resona labels` lists
    the judgements and takes them back. They belong to a profile: `resona --profile dad label A B --alike`.
    """
    if (verdict is None) == bool(songs) or (verdict and len(songs) != VERDICTS[verdict]):
        raise click.UsageError("Name two songs and --alike or --different, or three songs and --odd.")
    with context.library() as library:
        teacher = library.labels
        if verdict:
            teacher.judge(songs, verdict, strength=strength)
        if playlist:
            _say_added(*teacher.read_playlist(playlist))
        if import_path:
            _say_added(*teacher.read(import_path))
        if export_path:
            say(f"Written: {export_path} ({n_judgements(teacher.write(export_path))}).")
        lesson, n_contradictions = teacher.lesson, len(teacher.contradictions)
    if as_json:
        print_json({**lesson.as_dict(), "n_contradictions": n_contradictions})
        return
    click.echo(lesson.sentence)
    if n_contradictions:
        say(f"Contradictions: {n_contradictions}; `resona labels --contradictions` shows them.")


def _say_added(n_added: int, n_unknown: int) -> None:
    say(
        f"Added: {n_judgements(n_added)}."
        + (f" Left out, since they name tracks that are not here: {n_unknown}." if n_unknown else "")
    )
