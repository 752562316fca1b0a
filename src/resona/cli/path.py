"""`resona path`: a way from one song to another."""

from typing import Any

import click

from resona.cli.context import Context, pass_context, say
from resona.cli.lists import Output, filter_options, output_options, print_table
from resona.library import EVEN


@click.command("path")
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@click.option(
    "-n", "k", type=click.IntRange(2, 1000), default=12, show_default=True, help="Tracks, both ends included."
)
@filter_options
@output_options
@pass_context
def command(context: Context, /, start: str, end: str, output: Output, **options: Any) -> None:
    """Find a way from A to B in even steps, each track nearer to B than the last."""
    with context.library() as library:
        way = library.lists.path(start, end, **options)

    def show() -> None:
        steps = ["", *(f"{step:.0f}°" for step in way.steps)]
        rows = [
            (str(rank), step, track.tags.artist, track.name, track.tags.album)
            for rank, (step, track) in enumerate(zip(steps, way.tracks, strict=True), start=1)
        ]
        print_table(["", "step", "artist", "title", "album"], rows)
        if not way.is_monotone:
            say("Not every track is nearer to the end than the one before: the library has no such way.")
        if way.evenness > EVEN:
            say(f"The largest step is {way.evenness:.1f} times the usual one.")
        for sentence in way.relaxed:
            say(f"{sentence[0].upper()}{sentence[1:]}.")

    output.give(way.as_dict(), list(way.tracks), show)
