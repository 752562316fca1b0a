"""`resona serve`: the page, and the API for other programs."""

import ipaddress
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resona.cli.context import Context, pass_context, say

if TYPE_CHECKING:
    from resona.web.access import Access

BACKLOG = 2048  # connections that may wait, as uvicorn has it


@click.command("serve")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR...]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; other machines need the token.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8642, show_default=True, help="0 finds a free one.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="Another name this machine is addressed by.")
@click.option("--root-path", default="", metavar="PATH", help="The path under which a proxy shows the page: /resona.")
@click.option(
    "--trusted-proxy", multiple=True, metavar="ADDRESS", help="Believe this proxy's X-Forwarded-For and -Proto."
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the token here from start to start; made if it is not there.",
)
@click.option("--open", "is_opened", is_flag=True, help="Open the page in the browser.")
@pass_context
def command(
    context: Context, /, folders: tuple[Path, ...], host: str, port: int, *, is_opened: bool, **options: Any
) -> None:
    """Show the page: drop a song, hear what is like it; browse, map, playlists, teaching, scans.

    DIR... are folders that the page may scan, besides those of earlier scans. Anything the page can do, a program can:
    see /docs on the server. By default only this machine can reach it; with another --host, or behind a proxy, a token
    is needed, which is printed once as part of the address, or kept in a file, and then kept in the browser.
    """
    from resona.web import create_app
    from resona.web.server import run_server

    access = _access(host, **options)
    # The protocol is named, or asyncio would not know that it may send small packets at once: 40 ms for each answer.
    door = socket.socket(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with door, context.library(is_new_allowed=True) as library:
        if folders:
            library.folders.add(folders)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            door.listen(BACKLOG)  # whoever reads the address below may come at once
        except OSError as error:
            raise click.ClickException(f"cannot listen on {host} port {port}: {error.strerror}") from error
        token_file = options["token_file"]
        address = _address(host, door.getsockname()[1], access.root_path, "" if token_file else access.token)
        say(f"Resona is at {address}")
        if token_file:
            say(f"The token is in {token_file}: add ?token= and it to the address, once for each browser.")
        say("Ctrl-C ends it.")
        if is_opened:
            click.launch(address)
        run_server(create_app(library, access=access), door)


def _access(
    host: str, *, allow_host: tuple[str, ...], root_path: str, trusted_proxy: tuple[str, ...], token_file: Path | None
) -> "Access":
    """Say who may ask: without a token, only this machine, and only as long as nothing is said of others."""
    from resona.web.access import Access, read_token

    is_for_others = not _is_loopback(host) or allow_host or root_path or trusted_proxy
    token = read_token(token_file) if token_file else secrets.token_urlsafe(24) if is_for_others else ""
    return Access(
        hosts=frozenset((host, *allow_host, socket.gethostname())),
        is_any_address_allowed=not _is_loopback(host),
        token=token,
        root_path=root_path,
        proxies=trusted_proxy,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(host: str, port: int, root_path: str, token: str) -> str:
    """Write what to type into a browser.

    Examples
    --------
    >>> _address("0.0.0.0", 8642, "", "abc").endswith(":8642/?token=abc")
    True
    >>> _address("::1", 8642, "/resona", "")
    'http://[::1]:8642/resona/'
    """
    name = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}{root_path}/" + (f"?token={token}" if token else "")
