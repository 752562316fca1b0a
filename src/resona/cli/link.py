"""`resona link`: which songs of another server are which tracks, so that its plugin can ask for similar ones."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say
from resona.cli.progress import progress_line
from resona.library import LinkReport

N_SHOWN = 20

SECRET = "RESONA_LINK_SECRET"  # noqa: S105 - its name


@click.group("link")
def command() -> None:
    """Let the plugins of Navidrome and Jellyfin ask here: learn by which ids the server knows the songs.

    Run it again when much has changed; a song that came since is looked up when it is asked for.
    """


@command.command("subsonic")
@click.argument("address", metavar="URL")
@click.option("--user", required=True, help="Who logs in there.")
@click.option("--password", prompt=True, hide_input=True, envvar=SECRET, help=f"Asked for, or taken from {SECRET}.")
@click.option("--plain", "is_plain", is_flag=True, help="Send and keep the password itself: where tokens are unknown.")
@json_option
@pass_context
def subsonic(context: Context, address: str, user: str, password: str, *, is_plain: bool, as_json: bool) -> None:
    """Link Navidrome, or another server that speaks Subsonic."""
    with context.library() as library, progress_line("Linking") as line:
        report = library.links.link_subsonic(
            address, user=user, password=password, is_plain=is_plain, on_progress=lambda n: line.update(n, None)
        )
    _show(report, as_json=as_json)


@command.command("jellyfin")
@click.argument("address", metavar="URL")
@click.option("--api-key", prompt=True, hide_input=True, envvar=SECRET, help=f"Asked for, or taken from {SECRET}.")
@json_option
@pass_context
def jellyfin(context: Context, address: str, api_key: str, *, as_json: bool) -> None:
    """Link a Jellyfin server; its dashboard makes API keys."""
    with context.library() as library, progress_line("Linking") as line:
        report = library.links.link_jellyfin(address, key=api_key, on_progress=lambda n: line.update(n, None))
    _show(report, as_json=as_json)


@command.command("list")
@json_option
@pass_context
def list_(context: Context, *, as_json: bool) -> None:
    """List the servers that are linked."""
    with context.library() as library:
        counts = {address: library.links.count(address) for address in library.links.servers}
    if as_json:
        print_json([{"server": address, "n_tracks": count} for address, count in counts.items()])
        return
    for address, count in counts.items():
        click.echo(f"{printable(address)}  {count} tracks")
    if not counts:
        say("No server is linked yet.")


@command.command("forget")
@click.argument("address", metavar="URL")
@pass_context
def forget(context: Context, address: str) -> None:
    """Forget a server, its links and the login."""
    with context.library() as library:
        library.links.forget(address)
    say(f"{printable(address)} is forgotten.")


def _show(report: LinkReport, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "server": report.server,
                "linked": dict(report.n_linked),
                "ambiguous": report.ambiguous,
                "unmatched": report.unmatched,
                "n_without": report.n_without,
            }
        )
        return
    by = ", ".join(f"{count} by {name}" for name, count in report.n_linked.most_common())
    click.echo(f"{report.n_linked.total()} songs of {report.server} are linked{f' ({by})' if by else ''}.")
    for labels, what in ((report.ambiguous, "may be several tracks"), (report.unmatched, "are not in the library")):
        if labels:
            click.echo(f"{len(labels)} {what}:")
            for label in labels[:N_SHOWN]:
                click.echo(f"  {printable(label)}")
            if len(labels) > N_SHOWN:
                click.echo(f"  and {len(labels) - N_SHOWN} more; --json lists all")
    if report.n_without:
        click.echo(f"{report.n_without} tracks of the library are not on the server.")
