"""The ways of a library from its first scan to a list are the same, whichever database holds it."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from made import fill
from resona.cli.main import cli
from resona.library import Label, Library, Recommendations


def lines(found: Recommendations) -> list[tuple[str, float]]:
    return [(item.track.label, round(item.similarity, 5)) for item in found.results]


@pytest.fixture
def other(database: str) -> Library:
    """What `made` holds, in PostgreSQL."""
    library = Library(database)
    fill(library)
    return library


def test_lists_judgements_and_playlists_are_those_of_a_file(made: Library, other: Library, tmp_path: Path) -> None:
    ids = made.store.embeddings.matrix(made.model.model_id)[0]
    assert (ids == other.store.embeddings.matrix(other.model.model_id)[0]).all()
    for options in (
        {},
        {"where": "genre = rock and year > 1975", "k": 7, "is_fresh": True},
        {"order": "flow", "diversity": 0.5},
    ):
        assert lines(made.recommend("Song 3", **options)) == lines(other.recommend("Song 3", **options))
    for library in (made, other):
        library.labels.label([Label(kind="pair", a=n, b=n + 11, value=float(n % 3 > 0)) for n in range(1, 60)])
    assert lines(made.recommend("Song 3")) == lines(other.recommend("Song 3"))
    kept = [library.playlists.create("Sunday", [1, 2, 2]) for library in (made, other)]
    for library, playlist in zip((made, other), kept, strict=True):
        library.playlists.change(playlist.playlist_id, track_ids=[3])
    assert made.playlists.all()[0].name == other.playlists.all()[0].name
    assert made.playlists.undo(kept[0].playlist_id).n_tracks == other.playlists.undo(kept[1].playlist_id).n_tracks == 3
    statuses = [{**library.status(), "library": ""} for library in (made, other)]
    assert statuses[0] == statuses[1]
    albums = [list(library.music.discography().albums.values()) for library in (made, other)]
    assert [album.track_ids for album in albums[0]] == [album.track_ids for album in albums[1]]
    for library in (made, other):
        library.music.star("ann", ["tr-1"])
        library.folders.add([tmp_path])
        assert library.folders.forget(tmp_path, tracks="delete") == 0
    other.close()


def test_the_command_line_scans_into_a_database_and_asks_it(
    music_dir: Path, library: Library, database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for path in sorted(music_dir.rglob("*.flac"))[:3]:
        (folder / path.name).symlink_to(path)

    def ask(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(cli, ["--library", database, *words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return dict(json.loads(done.stdout))

    assert ask("scan", str(folder), "--workers", "1")["n_stored"] == 3
    assert ask("scan")["n_unchanged"] == 3
    assert ask("status")["embedded"] == 3
    with Library(database) as opened:
        for track in opened.store.tracks.all():
            (same,) = (one for one in library.store.tracks.all() if one.path.name == track.path.name)
            mine = opened.store.embeddings.get(track.track_id, library.model.model_id)
            theirs = library.store.embeddings.get(same.track_id, library.model.model_id)
            assert mine is not None
            assert theirs is not None
            np.testing.assert_allclose(mine, theirs, atol=1e-6)
        title = opened.store.tracks.all()[0].tags.title
    assert ask("recommend", title)
