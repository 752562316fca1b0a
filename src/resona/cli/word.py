"""`resona word`: words of one's own."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say


@click.command("word")
@click.argument("word", required=False, metavar="[WORD]")
@click.argument("songs", nargs=-1, metavar="[SONG...]")
@click.option("--forget", is_flag=True, help="Forget WORD.")
@json_option
@pass_context
def command(context: Context, word: str | None, songs: tuple[str, ...], *, forget: bool, as_json: bool) -> None:
    """Learn a WORD of your own, such as "rainy day", from five SONGs or more that it is said of.

    A SONG is anything that `resona recommend` understands: a playlist stands for all its songs. The word is only kept
    if each song is found by the others, and is known to your profile alone; from then on it is a word like any other,
    in `resona find`, in filters ('"rainy day" > 0.5') and in reasons. Without WORD, your words are listed.
    """
    if bool(songs) == forget and word:
        raise click.UsageError("name songs that WORD is said of, or --forget it")
    with context.library() as library:
        if word is None:
            known = {name: len(ids) for name, ids in library.labels.own_words.songs.items()}
        elif forget:
            library.labels.forget_word(word)
        else:
            agreement = library.labels.teach_word(word, songs)
    if word is None:
        _list(known, as_json=as_json)
    elif forget:
        say(f"Forgotten: “{word}”.")
    else:
        say(f"Learned: “{word}”. A song that is held out comes before {agreement:.0%} of the library.")


def _list(known: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json([{"word": word, "n_songs": n_songs} for word, n_songs in known.items()])
        return
    for word, n_songs in known.items():
        click.echo(f"{word}  ({n_songs} songs)")
    if not known:
        say("There are no words of your own yet.")
