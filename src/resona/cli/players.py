"""`resona players`: which players may ask for music, and by which key."""

from typing import Any

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say
from resona.library import Player

name_argument = click.argument("name")


@click.group("players")
def command() -> None:
    """Let players in that speak OpenSubsonic: Feishin, Symfonium, Amperfy, Tempus, Strawberry and others.

    Each gets a key of its own, which is its password and its API key; the address is that of `resona serve`.
    """


@command.command("add")
@name_argument
@click.option(
    "--profile", metavar="NAME", help="Whose judgements its lists follow, and whose stars it keeps. [default: yours]"
)
@json_option
@pass_context
def add(context: Context, name: str, profile: str | None, *, as_json: bool) -> None:
    """Let a player in, and print its key."""
    with context.library(is_new_allowed=True) as library:
        player = library.players.add(name, profile=library.labels.profile if profile is None else profile)
    if as_json:
        print_json({"name": player.name, "key": player.secret})
        return
    click.echo(player.secret)
    say(f"{player.name} logs in with this as its password, or as its API key, at the address of `resona serve`.")


@command.command("list")
@json_option
@pass_context
def list_(context: Context, *, as_json: bool) -> None:
    """List the players that may ask."""
    with context.library() as library:
        players = library.players.all()
    if as_json:
        print_json([_as_dict(player) for player in players])
        return
    width = max((len(player.name) for player in players), default=0)
    for player in players:
        click.echo(f"{printable(player.name):<{width}}  {player.added_at[:10]}  {printable(player.profile)}")
    if not players:
        say("No player may ask yet: `resona players add phone` lets one in.")


@command.command("show")
@name_argument
@json_option
@pass_context
def show(context: Context, name: str, *, as_json: bool) -> None:
    """Print a player's key again."""
    with context.library() as library:
        player = library.players.get(name)
    if as_json:
        print_json({**_as_dict(player), "key": player.secret})
        return
    click.echo(player.secret)


@command.command("revoke")
@name_argument
@pass_context
def revoke(context: Context, name: str) -> None:
    """Shut a player out: its key is worth nothing from now on."""
    with context.library() as library:
        library.players.revoke(name)
    say(f"{printable(name)} is shut out.")


def _as_dict(player: Player) -> dict[str, Any]:
    return {"name": player.name, "profile": player.profile, "added_at": player.added_at}
