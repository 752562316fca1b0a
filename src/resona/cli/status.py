"""`resona status`: what the library holds."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json


@click.command("status")
@json_option
@pass_context
def command(context: Context, *, as_json: bool) -> None:
    """Say what the library holds, which model it uses, and what is missing."""
    with context.library() as library:
        status = library.status()
    if as_json:
        print_json(status)
        return
    width = max(len(name) for name in status)
    for name, value in status.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):<{width}}  {shown}")
