"""`resona find`: tracks by words, such as "calm piano, no drums"."""

from typing import Any

import click

from resona.cli.context import Context, pass_context, say
from resona.cli.lists import Output, filter_options, output_options, print_table
from resona.library import Found
from resona.tracks import Track


@click.command("find")
@click.argument("words", nargs=-1, metavar="WORDS...")
@click.option("-k", default=20, show_default=True, type=click.IntRange(1, 1_000_000), help="How many.")
@click.option("--per-artist", type=click.IntRange(0), default=2, show_default=True, help="At most; 0 for any number.")
@click.option("--per-album", type=click.IntRange(0), default=2, show_default=True, help="At most; 0 for any number.")
@filter_options
@output_options
@pass_context
def command(context: Context, /, words: tuple[str, ...], output: Output, **options: Any) -> None:
    """Find tracks by WORDS... for their sound, such as "calm piano, no drums, 70s feel".

    Tracks whose titles hold the words come first, apart. "no", "without" and "less" turn round what follows, "very"
    counts it twice. German is understood, too. Without WORDS, those that are told are listed.
    """
    with context.library() as library:
        if not words:
            _list_words(library.lists.words())
            return
        found = library.lists.find(" ".join(words), **options)
    tracks = [*found.named, *(match.track for match in found.results)]
    output.give(found.as_dict(), tracks, lambda: _show(found))


def _list_words(kinds: dict[str, str]) -> None:
    for kind in dict.fromkeys(kinds.values()):
        click.echo(f"{kind}: {', '.join(word for word, its in kinds.items() if its == kind)}")


def _show(found: Found) -> None:
    if found.named:
        say(f"Called so ({len(found.named)}):")
        print_table(["artist", "title", "album"], [_names(track) for track in found.named])
    if found.results:
        words = ", ".join(("not " if term.weight < 0 else "") + term.word for term in found.asked.terms)
        say(f"Sounds like it: {words} ({found.model}):")
    rows = [
        (
            str(match.rank),
            f"{match.likelihood:.0%}",
            *_names(match.track),
            ", ".join(f"{word} {value:.0%}" for word, value in match.words.items()),
        )
        for match in found.results
    ]
    print_table(["", "fits", "artist", "title", "album", "words"], rows)
    for sentence in found.sentences:
        say(sentence)


def _names(track: Track) -> tuple[str, str, str]:
    return track.tags.artist, track.name, track.tags.album
