"""`resona explain`: why two tracks are alike, or not."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable
from resona.library import Reasons, Sharing, in_words

BAR = 20  # columns


@click.command("explain")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@json_option
@pass_context
def command(context: Context, a: str, b: str, *, as_json: bool) -> None:
    """Say how alike A and B are: in what, at which places, and how unusual that is in this library.

    A and B are tracks of the library or any audio files. Bars show the share of the library's pairs that differ more:
    half a bar is chance. They describe the two tracks; the model itself hears more than can be named.
    """
    with context.library() as library:
        reasons = library.lists.explain(a, b)
    if as_json:
        print_json(reasons.as_dict())
    else:
        _show(reasons)


def _show(reasons: Reasons) -> None:
    found = reasons.explanation
    click.echo(f"A  {printable(reasons.a.label)}\nB  {printable(reasons.b.label)}\n")
    similarity = f"{found.similarity:.0%}, {in_words(found.similarity)}"
    click.echo(f"{similarity}; B is nearer to A than {found.percentile:.1f} % of the library.")
    click.echo(f"{reasons.summary}\n")
    for aspect in found.aspects:
        bar = "█" * round(BAR * aspect.likeness)
        click.echo(f"{aspect.name:<11}{bar:·<{BAR}} {aspect.likeness:>4.0%}  {aspect.sentence}")
    _show_moments(reasons.words)
    if found.clip_matches:
        click.echo("\nWhere they match best:")
    for match in found.clip_matches:
        click.echo(f"  A {_clock(match.a_seconds)}  B {_clock(match.b_seconds)}  cosine {match.similarity:.2f}")


def _show_moments(words: Sharing) -> None:
    """Say where words are heard most, in each of the tracks that they are said of."""
    for sides, said in (("AB", words.both), ("A", words.only_a), ("B", words.only_b)):
        for each in said:
            starts = {"A": each.a_seconds, "B": each.b_seconds}
            places = [
                f"{side} {_clock(start)}" for side, start in starts.items() if side in sides and start is not None
            ]
            if places:
                click.echo(f"{each.word}: most in {', '.join(places)}")


def _clock(seconds: float) -> str:
    """Write a time.

    Examples
    --------
    >>> _clock(75.4)
    '1:15'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
