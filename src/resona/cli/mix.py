"""`resona mix`: the library as playlists."""

import re
from pathlib import Path

import click

from resona.cli.context import Context, json_option, pass_context, print_json, say
from resona.cli.lists import print_table
from resona.errors import StoreError
from resona.library import PathMap, write_m3u


@click.command("mix")
@click.option(
    "-n", "n_mixes", type=click.IntRange(0, 1000), default=0, help="How many. [default: by the library's size]"
)
@click.option("--where", default="", metavar="FILTER", help="Only tracks such as: 'year >= 1990'.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed may split differently.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write each as a playlist here."
)
@click.option("--relative", "is_relative", is_flag=True, help="Paths in playlists are relative to DIR.")
@click.option("--path-map", multiple=True, metavar="FROM=TO", help="Where the player's machine has a folder.")
@json_option
@pass_context
def command(  # noqa: PLR0913 - one argument for each option
    context: Context,
    /,
    n_mixes: int,
    where: str,
    seed: int,
    folder: Path | None,
    path_map: tuple[str, ...],
    *,
    is_relative: bool,
    as_json: bool,
) -> None:
    """Split the library into groups that sound alike, name them, and write them as playlists."""
    path_maps = [PathMap.parse(text) for text in path_map]
    with context.library() as library:
        mixes = library.lists.mixes(n_mixes, where=where, seed=seed)
    if folder:
        _make(folder)
        for mix in mixes:
            name = re.sub(r"[^\w &-]", "_", mix.name)
            write_m3u(folder / f"{name}.m3u8", mix.tracks, is_relative=is_relative, path_maps=path_maps)
        say(f"Written: {len(mixes)} playlists in {folder}.")
    if as_json:
        print_json([{"name": mix.name, "track_ids": [track.track_id for track in mix.tracks]} for mix in mixes])
        return
    rows = [(mix.name, str(len(mix.tracks)), mix.tracks[0].label) for mix in mixes]
    print_table(["name", "tracks", "most typical"], rows)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(folder, f"cannot be made: {error.strerror}") from error
