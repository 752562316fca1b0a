"""`resona radio`: a long mix around a song."""

from typing import Any

import click

from resona.cli.context import Context, pass_context, say
from resona.cli.lists import Output, filter_options, output_options, print_tracks


@click.command("radio")
@click.argument("queries", nargs=-1, required=True, metavar="QUERY...")
@click.option(
    "--hours", type=click.FloatRange(0, 720, min_open=True), default=1.0, show_default=True, help="Its length."
)
@click.option("--drift", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="0 stays near, 1 wanders.")
@click.option(
    "--spacing", type=click.IntRange(0, 1000), default=5, show_default=True, help="Between two of one artist."
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed draws another mix.")
@filter_options
@output_options
@pass_context
def command(context: Context, /, queries: tuple[str, ...], output: Output, *, hours: float, **options: Any) -> None:
    """Draw a mix that drifts from song to song but stays near QUERY...

    QUERY is anything that `resona recommend` understands; one track alone is played first, unless the filter
    leaves it out.
    """
    with context.library() as library:
        found = library.lists.radio(*queries, hours=hours, **options)
    tracks = [result.track for result in found.results]
    seconds = sum(track.tags.duration_seconds for track in tracks)

    def show() -> None:
        print_tracks(found.results)
        for sentence in found.relaxed:
            say(sentence)
        say(f"{len(tracks)} tracks, {seconds / 3600:.1f} hours.")
        if seconds < 3600 * hours:
            say("The library has no more that is allowed.")

    output.give({**found.as_dict(), "seconds": round(seconds, 1)}, tracks, show)
