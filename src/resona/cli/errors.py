"""`resona errors`: which files failed, and why."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say


@click.command("errors")
@click.option("--retry", is_flag=True, help="Forget the list, so that the next scan tries these files again.")
@json_option
@pass_context
def command(context: Context, *, retry: bool, as_json: bool) -> None:
    """List the files that could not be analysed, with the reason for each.

    They are not tried again until they change, or until --retry.
    """
    with context.library() as library:
        failures = library.folders.failures()
        if retry:
            count = library.folders.retry()
            say(f"{count} files will be tried again at the next `resona scan`.")
            return
    if as_json:
        print_json(
            [
                {"path": str(item.path), "kind": item.kind, "reason": item.reason, "failed_at": item.failed_at}
                for item in failures
            ]
        )
        return
    for item in failures:
        click.echo(f"{printable(str(item.path))}: {item.reason}")
    if not failures:
        say("No file has failed.")
