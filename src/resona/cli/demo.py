"""`resona demo`: the whole story, on music that Resona makes itself or on a folder of one's own."""

from pathlib import Path

import click

from resona.cli import evaluate, recommend, scan, train
from resona.cli.context import Context, pass_context, say
from resona.cli.progress import progress_line
from resona.errors import MissingExtraError, SplitError
from resona.library import Library, ScanConfig
from resona.tracks import Track


@click.command("demo")
@click.argument("music", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--folder",
    default="demo-library",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the demo's music and library are kept.",
)
@click.option("--seed", default=0, show_default=True, help="Another seed composes other music.")
@pass_context
def command(context: Context, music: Path | None, folder: Path, seed: int) -> None:
    """Make music (or take MUSIC), scan it, train on it, measure, and recommend.

    It uses a library file of its own in --folder and leaves yours alone.
    """
    if music is None:
        music = folder / "music"
        _heading(1, "Composing a small music library: no download, nothing copyrighted")
        compose(music, seed, context.settings.workers or 2)
    library_path = folder / ("library.db" if music == folder / "music" else "own-music.db")
    with Library(library_path) as library:
        _heading(2, f"Listening to {music}")
        summary = scan.scan_with_progress(library, (music,), ScanConfig(n_workers=context.settings.workers))
        say(scan.describe_scan(summary, len(library.tracks)))
        _heading(3, "Learning what sounds alike, from pairs of tracks with the same genre and with different ones")
        _train(library)
        _heading(4, "Measuring, on artists that were not learned from")
        _evaluate(library)
        _heading(5, "Recommending")
        songs = two_songs(library)
        for song in songs:
            recommend.show_list(library.recommend(f"#{song.track_id}", k=8))
            click.echo()
    _what_next(library_path, songs)


def compose(folder: Path, seed: int, n_workers: int) -> None:
    """Write the demo's music and show the progress."""
    from resona_composer.music import write_demo_music

    with progress_line("Composing") as line:
        plans = write_demo_music(folder, seed=seed, n_workers=n_workers, on_progress=line.update)
    artists = len({plan.artist for plan in plans})
    styles = sorted({plan.genre for plan in plans})
    say(f"{len(plans)} tracks by {artists} invented artists in {folder}: {', '.join(styles)}.")


def two_songs(library: Library) -> list[Track]:
    """Choose the first track of two different genres, or of the library."""
    songs: dict[str, Track] = {}
    for track in library.tracks.all():
        songs.setdefault(track.tags.genres[0] if track.tags.genres else "", track)
    return list(songs.values())[:2]


def _train(library: Library) -> None:
    try:
        train.train_with_progress(library, {})
    except (SplitError, MissingExtraError) as error:
        say(f"Not trained: {error}. Going on with {library.model.name}.")


def _evaluate(library: Library) -> None:
    try:
        evaluate.show_ladder(evaluate.evaluate_with_progress(library).values)
    except SplitError as error:
        say(f"Not measured: {error}.")


def _heading(number: int, text: str) -> None:
    click.secho(f"\n{number}. {text}", bold=True, err=True)


def _what_next(library_path: Path, songs: list[Track]) -> None:
    title = songs[0].tags.title if songs else "a title"
    say(
        f"""
What to type next (.venv/bin/resona, or `source .venv/bin/activate` first):

  resona --library {library_path} recommend "{title}" -k 5    another song, or any audio file
  resona --library {library_path} evaluate                    all measures
  resona --library {library_path} serve                       the page, in a browser
  resona scan ~/Music                                          your own music
  resona recommend "one of your songs"\
"""
    )
