"""`resona recommend`: the most similar tracks."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.progress import plain
from resona.recommend import Recommendations
from resona.selection.limits import Limits


@click.command("recommend")
@click.argument("queries", nargs=-1, required=True, metavar="QUERY...")
@click.option("-k", default=20, show_default=True, type=click.IntRange(1), help="How many tracks.")
@click.option("--same-artist", is_flag=True, help="Tracks by the query's own artist may turn up, too.")
@click.option("--m3u", "m3u_path", type=click.Path(path_type=Path, dir_okay=False), help="Write a playlist file.")
@json_option
@pass_context
def command(
    context: Context, queries: tuple[str, ...], k: int, m3u_path: Path | None, *, same_artist: bool, as_json: bool
) -> None:
    """List the tracks that sound most like QUERY...

    A query is a title, an artist and title, a path in the library, or any audio file. With several queries, the list
    is near to all of them.
    """
    with context.library() as library:
        found = library.recommend(*queries, k=k, limits=Limits(with_seed_artists=same_artist))
        if m3u_path:
            library.write_m3u(m3u_path, [result.track for result in found.results])
    if as_json:
        print_json(found.as_dict())
        return
    show(found)
    if m3u_path:
        say(f"Written: {m3u_path}")


def show(found: Recommendations) -> None:
    """Print a list for people: rank, similarity, artist, title, album, genre."""
    names = [query.tracks[0].label if len(query.tracks) == 1 else query.text for query in found.queries]
    say(f"Like {', '.join(names)} ({found.model}):")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading, justify in (("", "right"), ("alike", "right"), ("artist", "left"), ("title", "left")):
        table.add_column(heading, justify=justify, overflow="ellipsis")  # type: ignore[arg-type]
    table.add_column("album", style="dim", overflow="ellipsis")
    table.add_column("genre", style="dim")
    for result in found.results:
        tags = result.track.tags
        table.add_row(
            str(result.rank),
            f"{result.similarity:.0%}",
            plain(tags.artist),
            plain(tags.title or result.track.path.stem),
            plain(tags.album),
            plain(tags.genres[0] if tags.genres else ""),
        )
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160).print(table)
    if not found.results:
        say("Nothing: the library holds no other track.")
    for sentence in found.relaxed:
        say(sentence)
