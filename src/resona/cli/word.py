"""`resona word`: words of one's own."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.library import KnownWord


@click.command("word")
@click.argument("word", required=False, metavar="[WORD]")
@click.argument("songs", nargs=-1, metavar="[SONG...]")
@click.option("--add", "is_added", is_flag=True, help="Learn from the songs that WORD has, too.")
@click.option("--rename", "new", metavar="NEW", help="Call WORD otherwise.")
@click.option("--forget", is_flag=True, help="Forget WORD.")
@json_option
@pass_context
def command(  # noqa: PLR0913 - one argument for each option
    context: Context,
    /,
    word: str | None,
    songs: tuple[str, ...],
    new: str | None,
    *,
    is_added: bool,
    forget: bool,
    as_json: bool,
) -> None:
    """Learn a WORD of your own, such as "rainy day", from five SONGs or more that it is said of.

    A SONG is anything that `resona recommend` understands: a playlist stands for all its songs. The word is only kept
    if each song is found by the others, and is known to your profile alone; from then on it is a word like any other,
    in `resona find`, in filters ('"rainy day" > 0.5') and in reasons. Without WORD, your words are listed.
    """
    acts = [bool(songs), new is not None, forget]
    if sum(acts) != (word is not None) or (is_added and not songs):
        raise click.UsageError("name songs that WORD is said of, or --rename it, or --forget it")
    with context.library() as library:
        if word is None:
            known = library.labels.known_words()
        elif forget:
            library.labels.forget_word(word)
        elif new is not None:
            library.labels.rename_word(word, new)
        else:
            agreement = library.labels.teach_word(word, songs, is_added=is_added)
    if word is None:
        _list(known, as_json=as_json)
    elif forget:
        say(f"Forgotten: “{word}”.")
    elif new is not None:
        say(f"Renamed: “{word}” is “{new}” now.")
    else:
        say(f"Learned: “{word}”. A song that is held out comes before {agreement:.0%} of the library.")


def _list(known: list[KnownWord], *, as_json: bool) -> None:
    if as_json:
        rows = [(each.word, len(each.track_ids), each.agreement) for each in known]
        print_json([{"word": word, "n_songs": n, "agreement": agreement} for word, n, agreement in rows])
        return
    for each in known:
        how = "too few of them are left" if each.agreement is None else f"one held out before {each.agreement:.0%}"
        click.echo(f"{each.word}  ({len(each.track_ids)} songs; {how})")
    if not known:
        say("There are no words of your own yet.")
