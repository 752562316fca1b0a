"""`resona config`: the settings in force."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json
from resona.config import without_password


@click.command("config")
@json_option
@pass_context
def command(context: Context, *, as_json: bool) -> None:
    """Show each setting, its value, and where the value came from."""
    settings = context.settings
    values = {name: {"value": getattr(settings, name), "source": source} for name, source in settings.sources.items()}
    values["library"]["value"] = without_password(settings.library)
    if as_json:
        print_json(values)
        return
    for name, item in values.items():
        click.echo(f"{name} = {item['value']}  ({item['source']})")
