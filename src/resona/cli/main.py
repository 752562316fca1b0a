"""The command `resona`: finds the subcommand, and turns errors into one sentence and an exit status.

Exit status: 0 done, 1 a Resona error, 2 wrong usage, 3 finished but some files failed, 130 interrupted.
"""

import signal
import sys
from importlib import import_module
from pathlib import Path

import click

from resona._version import __version__
from resona.cli.context import Context, say
from resona.errors import ResonaError

INTERRUPTED = 130

# Command name → module in resona.cli; a module is only imported when its command is used or helped.
COMMANDS = {
    "backup": "backup",
    "config": "config",
    "demo": "demo",
    "doctor": "doctor",
    "duplicates": "duplicates",
    "errors": "errors",
    "evaluate": "evaluate",
    "exclude": "exclude",
    "experiment": "experiment",
    "explain": "explain",
    "export": "export",
    "folders": "folders",
    "label": "label",
    "labels": "labels",
    "link": "link",
    "mix": "mix",
    "models": "models",
    "pairs": "pairs",
    "path": "path",
    "players": "players",
    "radio": "radio",
    "recommend": "recommend",
    "scan": "scan",
    "serve": "serve",
    "split": "split",
    "status": "status",
    "teach": "teach",
    "train": "train",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them late, so that `resona --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or say which one was probably meant."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(f"resona.cli.{COMMANDS[cmd_name]}").command
            return command
        import difflib

        near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return ctx.fail(f"No such command {cmd_name!r}.{hint}")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--library",
    "library_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The library file. [default: RESONA_LIBRARY, resona.toml, or the user's data folder]",
)
@click.option(
    "--profile", metavar="NAME", help="Whose judgements lists follow; 'none' for nobody's. [default: default]"
)
@click.version_option(__version__, prog_name="resona")
@click.pass_context
def cli(ctx: click.Context, library_path: Path | None, profile: str | None) -> None:
    """Which of my songs sound like this one?

    Start with `resona scan ~/Music`, then ask `resona recommend "a song"`. `resona demo` shows everything on music
    that Resona makes itself.
    """
    ctx.obj = Context(library_path, profile)


def _end(number: int, _: object) -> None:
    """End in order, as with Ctrl-C: workers are stopped, and what was written comes into the one file."""
    raise SystemExit(128 + number)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    try:
        status = cli.main(args=arguments, prog_name="resona", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):  # click turns the one into the other
        click.echo("Interrupted. What was stored is safe; the same command goes on from here.", err=True)
        status = INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except ResonaError as error:
        say(f"Error: {error}")
        status = 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone, as in `resona … | head`
        status = 0
    except OSError as error:  # of a file or disk that no part of Resona expected to fail
        say(f"Error: {str(error.filename or 'the system')!r}: {error.strerror or error}")
        status = 1
    sys.exit(status if isinstance(status, int) else 0)
