"""`resona playlist`: the library's playlists, among them those that renew themselves."""

import re
from typing import Any

import click

from resona.cli.context import Context, pass_context, print_json, say
from resona.cli.lists import Output, output_options, print_table
from resona.errors import QueryError
from resona.library import Library, Playlist, Recipe
from resona.tracks import Track, track_dict

FIELDS = ("words", "where", "k", "least")


@click.command("playlist")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--words", metavar="WORDS", help="Let it hold what sounds so: 'calm piano, no drums'.")
@click.option("--where", metavar="FILTER", help="Let it hold what passes, such as: 'year < 1980'.")
@click.option("-k", type=click.IntRange(1, 10_000), help="How many tracks at most.  [default: 100]")
@click.option("--least", type=click.FloatRange(0, 1), help="How well a track must fit the words.  [default: 0.3]")
@click.option("--fix", "is_fixed", is_flag=True, help="Let it renew itself no longer.")
@click.option("--delete", "is_deleted", is_flag=True, help="Take it away.")
@click.option("--undo", "is_undone", is_flag=True, help="Take its last change back.")
@output_options
@pass_context
def command(context: Context, /, name: str | None, output: Output, **options: Any) -> None:
    """List the playlists, or show NAME; with --words or --where, NAME renews itself.

    It is made if there is none of that name; else what it holds is changed. Such a playlist is found anew whenever it
    is read after the library has changed; the page and players see it, too.
    """
    asked = {field: options[field] for field in FIELDS if options[field] is not None}
    acts = [act for act in ("is_fixed", "is_deleted", "is_undone") if options[act]]
    if (name is None and (asked or acts)) or len(acts) + bool(asked) > 1:
        raise click.UsageError("name a playlist, and one thing to do with it")
    with context.library() as library:
        if name is None:
            _list(library, as_json=output.as_json)
            return
        if asked:
            _follow(library, name, asked, profile=context.settings.profile)
        gone = re.fullmatch("#([0-9]{1,15})", name) if options["is_undone"] else None
        playlist = library.playlists.undo(int(gone[1])) if gone else _named(library, name)
        if options["is_deleted"]:
            library.playlists.delete(playlist.playlist_id)
            say(f"Deleted: {playlist.name}; `resona playlist '#{playlist.playlist_id}' --undo` brings it back.")
            return
        if options["is_undone"] and not gone:
            playlist = library.playlists.undo(playlist.playlist_id)
        elif options["is_fixed"]:
            playlist = library.playlists.follow(playlist.playlist_id, None)
        tracks = library.tracks.of(library.playlists.track_ids(playlist.playlist_id))
        problem = library.playlists.problem(playlist)
    output.give(_payload(playlist, tracks), tracks, lambda: _show(playlist, tracks, problem))


def _follow(library: Library, name: str, asked: dict[str, Any], *, profile: str) -> None:
    """Make a playlist with a recipe, or change the recipe of one that has one."""
    same = [playlist for playlist in library.playlists.all() if _is_called(playlist, name)]
    if not same:
        library.playlists.create_automatic(name, Recipe(**asked, profile=profile))
        return
    playlist = _named(library, name)
    if playlist.recipe is None:
        raise QueryError(f"{playlist.name!r} is a playlist that was put together by hand; choose another name")
    before = {field: getattr(playlist.recipe, field) for field in FIELDS}
    library.playlists.follow(playlist.playlist_id, Recipe(**before | asked, profile=profile))


def _named(library: Library, name: str) -> Playlist:
    found = [playlist for playlist in library.playlists.all() if _is_called(playlist, name)]
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(f"#{playlist.playlist_id}" for playlist in found)
    there_is = f"several playlists are called {name!r}: {numbers}" if found else f"no playlist is called {name!r}"
    raise QueryError(f"{there_is}; `resona playlist` lists them")


def _is_called(playlist: Playlist, name: str) -> bool:
    return playlist.name.casefold() == name.casefold() or f"#{playlist.playlist_id}" == name


def _list(library: Library, *, as_json: bool) -> None:
    playlists = library.playlists.all()
    if as_json:
        print_json([_described(playlist) for playlist in playlists])
        return
    if not playlists:
        say("There are no playlists yet.")
    rows = [(f"#{item.playlist_id}", item.name, str(item.n_tracks), str(item.recipe or "")) for item in playlists]
    print_table(["", "name", "tracks", "renews itself"], rows)


def _show(playlist: Playlist, tracks: list[Track], problem: str) -> None:
    say(f"{playlist.name}: {len(tracks)} tracks{f'; renews itself: {playlist.recipe}' if playlist.recipe else ''}")
    print_table(["artist", "title", "album"], [(track.tags.artist, track.name, track.tags.album) for track in tracks])
    if problem:
        say(f"It is as it was, because it cannot be renewed: {problem}")


def _payload(playlist: Playlist, tracks: list[Track]) -> dict[str, Any]:
    results = [{"rank": rank, **track_dict(track)} for rank, track in enumerate(tracks, start=1)]
    return {**_described(playlist), "results": results}


def _described(playlist: Playlist) -> dict[str, Any]:
    recipe = {field: getattr(playlist.recipe, field) for field in FIELDS} if playlist.recipe else None
    return {
        "playlist_id": playlist.playlist_id,
        "name": playlist.name,
        "n_tracks": playlist.n_tracks,
        "recipe": recipe,
    }
