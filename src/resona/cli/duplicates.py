"""`resona duplicates`: versions of one song."""

import click

from resona.cli.context import Context, json_option, pass_context, print_json, printable, say


@click.command("duplicates")
@click.option("--same-recording", is_flag=True, help="Only groups that hold one recording twice or more.")
@json_option
@pass_context
def command(context: Context, *, same_recording: bool, as_json: bool) -> None:
    """List the tracks that are versions of one song: live, remastered, edited, remixed, or on a best-of.

    Lists show one of each group (`resona recommend --versions` shows all). Nothing is merged or deleted; where it is
    not certain that two tracks belong together, they are left apart.
    """
    with context.library() as library:
        groups = library.lists.versions(is_recording=same_recording)
    if as_json:
        print_json([group.as_dict() for group in groups])
        return
    for group in groups:
        click.echo(printable(group.tracks[0].label))
        for track, kind in zip(group.tracks, group.kinds, strict=True):
            title = track.name
            click.echo(f"  {kind:<14}  {printable(title)}  {printable(str(track.path))}")
    say(f"Songs with several versions: {len(groups)}." if groups else "No song has several versions.")
