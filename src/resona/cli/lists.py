"""What commands that give a list of tracks share: how it is shown, written and printed for programs."""

import re
import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce, wraps
from pathlib import Path
from typing import Any

import click

from resona.cli.cells import fitted, n_cells
from resona.cli.context import print_json, printable, say
from resona.library import PathMap, Recommendation, csv_table, paths, write_m3u
from resona.tracks import Track

Command = Callable[..., Any]

WIDTHS = {"": 4, "alike": 5, "artist": 28, "title": 40, "album": 32, "genre": 16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where a list goes: the terminal, another program, a playlist file."""

    as_json: bool
    as_csv: bool
    as_paths: bool
    as_print0: bool
    m3u_path: Path | None
    is_relative: bool
    path_maps: tuple[PathMap, ...]

    def give(
        self,
        payload: Mapping[str, Any],
        tracks: Sequence[Track],
        show: Callable[[], None],
        *,
        before: Sequence[Track] = (),
    ) -> None:
        """Write a list in the form asked for.

        Parameters
        ----------
        payload
            For JSON; its `results` are the lines of a CSV table.
        tracks
            The list.
        show
            Prints it for people.
        before
            Tracks that stand before the list in playlists, such as those of a playlist that is extended.
        """
        whole = [*before, *tracks]
        if self.m3u_path:
            write_m3u(self.m3u_path, whole, is_relative=self.is_relative, path_maps=self.path_maps)
            say(f"Written: {self.m3u_path}, {len(whole)} tracks.")
        if self.as_json:
            print_json(payload)
        elif self.as_csv:
            _print_bytes(csv_table(payload["results"]).encode("utf-8", "surrogateescape"))
        elif self.as_paths or self.as_print0:
            separator = b"\0" if self.as_print0 else b"\n"
            _print_bytes(paths(whole, separator=separator, path_maps=self.path_maps))
        else:
            show()


def output_options(command: Command) -> Command:
    """Add the options that say where a list goes; the command gets them as `output`."""

    @wraps(command)
    def with_output(*arguments: Any, path_map: tuple[str, ...], **options: Any) -> Any:
        chosen = {name: options.pop(name) for name in Output.__dataclass_fields__ if name in options}
        if sum(chosen[name] for name in ("as_json", "as_csv", "as_paths", "as_print0")) > 1:
            raise click.UsageError("choose one of --json, --csv, --paths and --print0")
        path_maps = tuple(PathMap.parse(text) for text in path_map)
        return command(*arguments, output=Output(**chosen, path_maps=path_maps), **options)

    for option in reversed(
        (
            click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
            click.option("--csv", "as_csv", is_flag=True, help="Print a table of comma-separated values."),
            click.option("--paths", "as_paths", is_flag=True, help="Print bare paths, one a line."),
            click.option("--print0", "as_print0", is_flag=True, help="Print bare paths for xargs -0."),
            click.option(
                "--m3u",
                "m3u_path",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Write a playlist (M3U8), too.",
            ),
            click.option("--relative", "is_relative", is_flag=True, help="Paths in it are relative to its folder."),
            click.option(
                "--path-map", multiple=True, metavar="FROM=TO", help="Where the player's machine has a folder."
            ),
        )
    ):
        with_output = option(with_output)
    return with_output


def filter_options(command: Command) -> Command:
    """Add --where and --with-excluded."""
    where = click.option(
        "--where", default="", metavar="FILTER", help="Only tracks such as: 'year >= 1990 and genre in (rock, metal)'."
    )
    with_excluded = click.option("--with-excluded", is_flag=True, help="Let in what `resona exclude` leaves out.")
    return where(with_excluded(command))


def time_option(name: str, help_text: str) -> Callable[[Command], Command]:
    """Make an option for a time such as 90, 1:30 or 1:02:03; the command gets seconds, or None."""

    def read(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
        if value is None:
            return None
        if not re.fullmatch(r"([0-9]{1,4}:){0,2}[0-9]{1,6}(\.[0-9]+)?", value):
            raise click.BadParameter(f"{value!r} is not a time; write 90, 1:30 or 1:02:03")
        return reduce(lambda total, part: 60 * total + float(part), value.split(":"), 0.0)

    return click.option(name, f"{name.removeprefix('--')}_seconds", callback=read, metavar="TIME", help=help_text)


def print_tracks(results: Sequence[Recommendation]) -> None:
    """Print a list for people: rank, similarity, artist, title, album, genre."""
    rows = [
        (
            str(result.rank),
            f"{result.similarity:.0%}",
            result.track.tags.artist,
            result.track.name,
            result.track.tags.album,
            result.track.tags.genres[0] if result.track.tags.genres else "",
        )
        for result in results
    ]
    print_table(list(WIDTHS), rows)


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Container[str] = ("", "alike")
) -> None:
    """Print columns, as wide as their longest entry or `WIDTHS` allows, `right` flush right; nothing without rows."""
    if not rows:
        return
    lines = [headings, *([printable(text) for text in row] for row in rows)]
    widths = [
        min(WIDTHS.get(heading, 60), max(n_cells(line[place]) for line in lines))
        for place, heading in enumerate(headings)
    ]
    for line in lines:
        cells = (
            fitted(text, width, is_right=heading in right)
            for text, width, heading in zip(line, widths, headings, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def _print_bytes(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
