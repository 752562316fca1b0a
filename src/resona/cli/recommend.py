"""`resona recommend`: the most similar tracks."""

import sys
from typing import Any

import click

from resona.cli.context import Context, pass_context, say
from resona.cli.lists import Output, filter_options, output_options, print_table, print_tracks, time_option
from resona.errors import QueryError
from resona.library import METHODS, ORDERS, Library, Query, Recommendations, SimilarGroups


@click.command("recommend")
@click.argument("queries", nargs=-1, required=True, metavar="QUERY...")
@click.option("--artists", is_flag=True, help="List artists, with three songs of each to begin with.")
@click.option("--albums", is_flag=True, help="List albums, with three songs of each to begin with.")
@click.option("-k", default=20, show_default=True, type=click.IntRange(1, 1_000_000), help="How many.")
@click.option("--not", "negatives", multiple=True, metavar="QUERY", help="Move away from this song; may be repeated.")
@click.option("--more", multiple=True, metavar="WORDS", help="Words to move to: 'female vocals'; may be repeated.")
@click.option("--less", multiple=True, metavar="WORDS", help="Words to move away from: 'electronic'; may be repeated.")
@click.option("--weight", "weights", multiple=True, type=float, help="How much a QUERY counts; once for each.")
@click.option(
    "--combine", "method", type=click.Choice(METHODS), default="mean", show_default=True, help="Several seeds."
)
@time_option("--from", "Hear the QUERY from here, such as 1:00.")
@time_option("--to", "Hear the QUERY up to here, such as 1:30.")
@click.option("--same-artist", "with_seed_artists", is_flag=True, help="The query's own artist may turn up, too.")
@click.option("--per-artist", type=click.IntRange(0), default=2, show_default=True, help="At most; 0 for any number.")
@click.option("--per-album", type=click.IntRange(0), default=2, show_default=True, help="At most; 0 for any number.")
@click.option("--spacing", type=click.IntRange(0, 1000), default=0, help="Tracks between two of one artist.")
@click.option("--versions", "with_versions", is_flag=True, help="All versions of a song: live, remastered, remixed.")
@click.option("--strict", "is_strict", is_flag=True, help="Rather a short list than one that relaxes these limits.")
@filter_options
@click.option("--fresh", "is_fresh", is_flag=True, help="Nothing that was listed before for the same QUERY.")
@click.option("--forget", is_flag=True, help="Forget what was listed before for the same QUERY.")
@click.option("--diversity", type=click.FloatRange(0, 1), default=0.0, help="0 for the most alike, 1 for variety.")
@click.option("--order", type=click.Choice(ORDERS), default="similarity", show_default=True, help="Of playing.")
@click.option("--shuffle", is_flag=True, help="The same as --order shuffle.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed shuffles differently.")
@click.option(
    "--extend", "extend_to", type=click.IntRange(1), metavar="N", help="A playlist of N: QUERY's tracks first."
)
@output_options
@pass_context
def command(context: Context, /, queries: tuple[str, ...], output: Output, **options: Any) -> None:
    """List the tracks, artists or albums that sound most like QUERY...

    A QUERY is a title, an artist and title, an album, an artist, a folder, a playlist (M3U), any audio file, "-" for
    audio on standard input, or "words:calm piano". With several, the list is near to all of them.
    """
    kinds, forget = [kind for kind in ("artists", "albums") if options.pop(kind)], options.pop("forget")
    if len(kinds) > 1:
        raise click.UsageError("choose one of --artists and --albums: a list has lines of one kind")
    fields = _fields(options)
    with context.library() as library:
        if kinds:
            _give_groups(library, kinds[0], queries, fields, output)
            return
        found = library.recommend(*map(_query, queries), **fields)
        before = [track for query in found.queries for track in query.tracks] if options["extend_to"] else []
        library.lists.remember(found, is_forgetting=forget)
    tracks = [result.track for result in found.results]
    output.give(found.as_dict(), tracks, lambda: show_list(found), before=before)


def show_list(found: Recommendations) -> None:
    """Print a list for people."""
    _say_head(found)
    print_tracks(found.results)
    _say_rest(found)


def _give_groups(library: Library, kind: str, queries: tuple[str, ...], fields: dict[str, Any], output: Output) -> None:
    found = getattr(library.lists, kind)(*map(_query, queries), **fields)
    output.give(found.as_dict(), [result.track for result in found.results], lambda: _show_groups(found))


def _show_groups(found: SimilarGroups) -> None:
    _say_head(found)
    rows = [
        (
            str(line.rank),
            f"{line.similarity:.0%}",
            line.group.artist,
            *([line.group.name] if line.kind == "album" else []),
            ", ".join(track.tags.title or track.path.stem for track in line.tracks),
        )
        for line in found.groups
    ]
    kind = ["album"] if any(line.kind == "album" for line in found.groups) else []
    print_table(["", "alike", "artist", *kind, "begin with"], rows)
    _say_rest(found)


def _say_head(found: Recommendations) -> None:
    say(f"{found.title} ({found.model}):")


def _say_rest(found: Recommendations) -> None:
    if not found.results:
        say("Nothing: nothing else in the library is allowed.")
    for query in found.queries:
        if query.n_unknown:
            say(f"Entries of {query.text} that are not in the library: {query.n_unknown}.")
    if found.removed_sentence:
        say(found.removed_sentence)
    if found.relaxed:
        say(f"To fill the list: {'; '.join(found.relaxed)}.")


def _fields(options: dict[str, Any]) -> dict[str, Any]:
    """Turn options into fields of `Request`."""
    start, end = options.pop("from_seconds"), options.pop("to_seconds")
    is_part = start is not None or end is not None
    if options.pop("shuffle"):
        options["order"] = "shuffle"
    options["extend_to"] = options["extend_to"] or 0
    return {**options, "part": (start or 0.0, end) if is_part else None}


def _query(text: str) -> str | Query:
    if text != "-":
        return text
    content = sys.stdin.buffer.read()
    if not content:
        raise QueryError("there is no audio on standard input; pipe a file into it, or name one")
    return Query(text="-", content=content)
