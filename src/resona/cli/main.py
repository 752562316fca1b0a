"""The command `resona`: finds the subcommand, and turns errors into one sentence and an exit status.

Exit status: 0 done, 1 a Resona error, 2 wrong usage, 3 finished but some files failed, 130 interrupted.
"""

import signal
import sys
from importlib import import_module
from pathlib import Path

import click

from resona._version import __version__
from resona.cli.context import TYPED, Context, say
from resona.cli.places import LibraryPlace
from resona.errors import ResonaError

INTERRUPTED = 130

# Command, which is its module in `resona.cli`, and its first sentence: `resona --help` imports none of them.
COMMANDS = {
    "backup": "Copy the library, and the models trained on it, to FILE, while a scan or the page may be running.",
    "config": "Show each setting, its value, and where the value came from.",
    "demo": "Make music (or take MUSIC), scan it, train on it, measure, and recommend.",
    "doctor": "Find wrong genres, duplicates, unknown artists, hubs, and tracks that no list ever shows.",
    "duplicates": "List the tracks that are versions of one song: live, remastered, edited, remixed, or on a best-of.",
    "errors": "List the files that could not be analysed, with the reason for each.",
    "evaluate": "Measure how good the recommendations are, on artists that were not learned from.",
    "exclude": "Never recommend what matches PATTERN, or list what is excluded.",
    "experiment": "Run experiments on one's own library.",
    "explain": "Say how alike A and B are: in what, at which places, and how unusual that is in this library.",
    "export": "Write embeddings, distances or features to a file.",
    "find": 'Find tracks by WORDS... for their sound, such as "calm piano, no drums, 70s feel".',
    "folders": "List the folders that `resona scan` looks into, add DIR..., or forget some.",
    "index": "Let lists of a very large library in PostgreSQL be found without looking at every track.",
    "label": "Say which songs are alike to you; lists follow as soon as there is enough to learn from.",
    "labels": "List your judgements, and take them back.",
    "link": "Let the plugins of Navidrome and Jellyfin ask here: learn by which ids the server knows the songs.",
    "mix": "Split the library into groups that sound alike, name them, and write them as playlists.",
    "models": "List the models, make NAME the one that listens, or add a network from elsewhere.",
    "mpd": "Keep the queue of a Music Player Daemon (MPD) filled with songs like the last ones in it.",
    "pairs": "Draw pairs of tracks: same genre = 1, no genre in common = 0, and write them as `a,b,label,split`.",
    "path": "Find a way from A to B in even steps, each track nearer to B than the last.",
    "playlist": "List the playlists, or show NAME; with --words or --where, NAME renews itself.",
    "players": "Let players in that speak OpenSubsonic: Feishin, Symfonium, Amperfy, Tempus, Strawberry and others.",
    "radio": "Draw a mix that drifts from song to song but stays near QUERY...",
    "recommend": "List the tracks, artists or albums that sound most like QUERY...",
    "scan": "Find the music in DIR..., listen to it, and keep what was heard.",
    "serve": "Show the page: drop a song, hear what is like it; browse, map, playlists, teaching, scans.",
    "split": "Show the split by artist, or check the one in a file PAIRS (`a,b,label,split`).",
    "status": "Say what the library holds, which model it uses, and what is missing.",
    "tag": "Write words for the sound into the files of QUERY..., or of all tracks; without --yes, only show it.",
    "teach": "Answer questions about songs, and let lists follow your ear.",
    "train": "Learn from this library what sounds alike, and use the new model if it is better on held-out artists.",
    "word": 'Learn a WORD of your own, such as "rainy day", from five SONGs or more that it is said of.',
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them late, so that `resona --help` is quick."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember what was typed, so that a command can say how to go on."""
        ctx.meta[TYPED] = list(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the names of all commands."""
        return sorted(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write what each command does."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or say which one was probably meant."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(f"resona.cli.{cmd_name}").command
            return command
        import difflib

        near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return ctx.fail(f"No such command {cmd_name!r}.{hint}")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--library",
    "library_path",
    type=LibraryPlace(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The library: a file, or postgresql://USER@HOST/NAME."
    " [default: RESONA_LIBRARY, resona.toml, or the user's data folder]",
)
@click.option(
    "--profile", metavar="NAME", help="Whose judgements lists follow; 'none' for nobody's. [default: default]"
)
@click.version_option(__version__, prog_name="resona")
@click.pass_context
def cli(ctx: click.Context, library_path: Path | str | None, profile: str | None) -> None:
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
    except (click.exceptions.Abort, KeyboardInterrupt) as error:  # click turns the one into the other
        click.echo(
            f"Interrupted. {str(error) or 'What was stored is safe; the same command goes on from here.'}", err=True
        )
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
