"""Each command as a person or a program calls it."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from resona.cli.main import COMMANDS, cli, main
from resona.errors import ConfigError, QueryError, ResonaError
from resona.evaluate import measure_robustness
from resona.library import Library

Run = Callable[..., Result]


@pytest.fixture
def run(library: Library) -> Run:
    """Call a command on a library of one's own, in this process."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--library", str(library.store.path), *arguments], standalone_mode=False)

    return call


def resona(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the real program."""
    command = [sys.executable, "-m", "resona", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert COMMANDS[name] in " ".join(result.output.split())


def test_unknown_command_is_answered_with_the_nearest() -> None:
    done = resona("recomend", "x")
    assert done.returncode == 2
    assert "Did you mean 'recommend'?" in done.stderr


def test_missing_library_is_one_sentence(tmp_path: Path) -> None:
    done = resona("--library", str(tmp_path / "none.db"), "status")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "resona scan FOLDER" in done.stderr
    assert not done.stdout


def test_what_the_system_refuses_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "music")

    monkeypatch.setattr(Library, "__init__", refuse)
    with pytest.raises(SystemExit, match="1"):
        main(["status"])
    assert capsys.readouterr().err == "Error: 'music': Permission denied\n"


def test_library_from_the_environment(library: Library) -> None:
    done = resona("status", "--json", RESONA_LIBRARY=str(library.store.path))
    assert json.loads(done.stdout)["tracks"] == 24


def test_scan_of_bad_files_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "bad.mp3").write_bytes(b"not music" * 50)
    library = str(tmp_path / "library.db")
    done = resona("--library", library, "scan", str(tmp_path / "music"), "--workers", "1", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["n_failed"] == 1
    (failure,) = json.loads(resona("--library", library, "errors", "--json").stdout)
    assert failure["path"].endswith("bad.mp3")
    assert failure["reason"]


def test_recommend_json_has_the_promised_fields(run: Run, library: Library) -> None:
    track = library.store.tracks.all()[0]
    answer = json.loads(run("recommend", track.tags.title, "--json", "-k", "5").stdout)
    assert answer["query"]["track_id"] == track.track_id
    assert [result["rank"] for result in answer["results"]] == [1, 2, 3, 4, 5]
    for result in answer["results"]:
        assert set(result) >= {"rank", "track_id", "path", "artist", "title", "album", "genre", "similarity"}
        assert 0 <= result["similarity"] <= 1
        assert result["track_id"] != track.track_id
        assert result["artist"] != track.tags.artist
    similarities = [result["similarity"] for result in answer["results"]]
    assert similarities == sorted(similarities, reverse=True)


def test_recommend_writes_a_playlist(run: Run, library: Library, tmp_path: Path) -> None:
    track = library.store.tracks.all()[0]
    playlist = tmp_path / "list.m3u8"
    run("recommend", f"{track.tags.artist} - {track.tags.title}", "-k", "4", "--m3u", str(playlist))
    lines = playlist.read_text().splitlines()
    assert lines[0] == "#EXTM3U"
    assert sum(not line.startswith("#") for line in lines) == 4


def test_recommend_for_a_file_outside_the_library(run: Run, library: Library, tmp_path: Path) -> None:
    track = library.store.tracks.all()[0]
    copy = tmp_path / f"unknown{track.path.suffix}"
    copy.write_bytes(track.path.read_bytes())
    answer = json.loads(run("recommend", str(copy), "--json", "-k", "1").stdout)
    assert answer["results"][0]["track_id"] == track.track_id


def test_unknown_song_lists_the_nearest(library: Library) -> None:
    title = library.store.tracks.all()[0].tags.title
    done = resona("--library", str(library.store.path), "recommend", title[:-1] + "zzz")
    assert done.returncode == 1
    assert title in done.stderr


def test_export_embeddings(run: Run, library: Library, tmp_path: Path) -> None:
    out = tmp_path / "embeddings.npz"
    run("export", "embeddings", str(out))
    with np.load(out, allow_pickle=False) as content:
        assert content["paths"].shape == (24,)
        assert content["embeddings"].dtype == np.float32
        assert np.array_equal(content["embeddings"], library.catalogue.vectors)


def test_export_distances_is_symmetric_and_orders_as_recommend(run: Run, library: Library, tmp_path: Path) -> None:
    out = tmp_path / "distances.txt"
    run("export", "distances", str(out))
    lines = out.read_text().splitlines()
    assert lines[1].split("\t")[0] == "1"
    assert lines[25].startswith("Q/R\t1\t2")
    matrix = np.array([line.split("\t")[1:] for line in lines[26:]], dtype=float)
    assert matrix.shape == (24, 24)
    assert np.allclose(matrix, matrix.T, atol=1e-5)
    assert (np.diag(matrix) == 0).all()
    first = library.store.tracks.get(int(library.catalogue.track_ids[0]))
    assert first is not None
    answer = run("recommend", f"#{first.track_id}", "--json", "-k", "23", "--same-artist").output
    order = [result["track_id"] for result in json.loads(answer)["results"]]
    by_id = {int(track_id): matrix[0, row] for row, track_id in enumerate(library.catalogue.track_ids)}
    ranked = [by_id[track_id] for track_id in order]
    assert ranked[:2] == sorted(ranked[:2])


def test_pairs_are_balanced_and_split_by_artist(run: Run, library: Library, tmp_path: Path) -> None:
    from resona.pairs import read_pairs

    out = tmp_path / "pairs.csv"
    run("pairs", "--out", str(out), "--pairs", "60")
    pairs = read_pairs(out)
    artist = {str(track.path): track.tags.artist for track in library.store.tracks.all()}
    split: dict[str, set[str]] = {}
    for a, b, name in zip(pairs.a, pairs.b, pairs.split, strict=True):
        split.setdefault(artist[a], set()).add(str(name))
        split.setdefault(artist[b], set()).add(str(name))
    assert all(len(names) == 1 for names in split.values())
    assert 0.4 < pairs.is_match.mean() < 0.6


def test_models_are_listed_and_chosen(run: Run, library: Library) -> None:
    names = [model["name"] for model in json.loads(run("models", "--json").stdout)]
    assert names[-1] == "mfcc"
    run("models", "mfcc")
    assert library.model.name == "MFCC mean/deviation"
    done = resona("--library", str(library.store.path), "models", "nope")
    assert done.returncode == 1
    assert "there is no model 'nope'" in done.stderr


def test_evaluate_prints_baselines_and_intervals(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("resona.evaluate.evaluate"), "PEERS", ())  # tests/evaluate has them compete
    monkeypatch.setattr("resona.evaluate.measure_robustness", partial(measure_robustness, n_tracks=1))
    values = json.loads(run("evaluate", "--all", "--json").stdout)
    names = [contender["name"] for contender in values["contenders"]]
    assert names[:4] == ["chance", "random vectors", "MFCC mean/deviation", "MFCC Gaussian"]
    for contender in values["contenders"]:
        interval = contender["genre"]["artist"]["micro"]["map"]
        assert interval["low"] <= interval["value"] <= interval["high"]
    assert set(values["comparison"]["differences"]) == set(names) - {values["comparison"]["baseline"]}


def test_a_data_set_is_scanned_beside_the_library_and_heard_by_its_model(
    run: Run, library: Library, music_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.models.choose("mfcc")
    beside = tmp_path / f"library-folder-{music_dir.name}.db"
    shutil.copy(library.store.path, beside)  # heard already: only what is new is scanned
    fold = tmp_path / "fold.txt"
    tested = sorted(music_dir.glob("*/*"))[::2]
    fold.write_text("\n".join(f"{path.parent.name}/{path.name}" for path in tested))
    asked: dict[str, Any] = {}

    def measure(library: Library, **options: Any) -> None:
        asked.update(options, path=library.store.path, model=library.models.current_name)
        raise QueryError("enough is known")

    monkeypatch.setattr("resona.cli.evaluate.evaluate_with_progress", measure)
    assert isinstance(run("evaluate", "--dataset", "folder", str(music_dir), "--test", str(fold)).exception, QueryError)
    assert (asked["path"], asked["model"]) == (beside, "mfcc")
    with Library(beside) as other:
        split_of = {track.path: asked["given"][track.track_id] for track in other.store.tracks.all()}
    assert {path for path, split in split_of.items() if split == "test"} == {path.resolve() for path in tested}
    assert set(split_of.values()) == {"train", "test"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add", "nameless"], "--add takes NAME=FILE.npz"),
        (["--only", "list.txt"], "belong to a --dataset"),
        (["--report", "/dev/null/report"], "cannot be made"),
        (["--dataset", "gtzam", "."], "there is no data set 'gtzam'"),
    ],
)
def test_wrong_evaluations_are_one_sentence(library: Library, arguments: list[str], message: str) -> None:
    with pytest.raises(ResonaError, match=message):
        CliRunner().invoke(
            cli,
            ["--library", str(library.store.path), "evaluate", *arguments],
            standalone_mode=False,
            catch_exceptions=False,
        )


def test_config_says_where_a_value_came_from(tmp_path: Path) -> None:
    path = tmp_path / "resona.toml"
    path.write_text("workers = 3\n")
    answer = json.loads(
        resona("config", "--json", RESONA_CONFIG=str(path), RESONA_LIBRARY=str(tmp_path / "x.db")).stdout
    )
    assert answer["workers"] == {"value": 3, "source": str(path)}
    assert answer["library"]["source"] == "RESONA_LIBRARY"
    path.write_text("worker = 3\n")
    done = resona("config", RESONA_CONFIG=str(path))
    assert done.returncode == 1
    assert "did you mean 'workers'" in done.stderr


def test_players_are_let_in_listed_shown_and_shut_out(run: Run) -> None:
    added = json.loads(run("players", "add", "phone", "--profile", "dad", "--json").stdout)
    assert added.keys() == {"name", "key"}
    assert run("players", "show", "PHONE").stdout.strip() == added["key"]
    (listed,) = json.loads(run("players", "list", "--json").stdout)
    assert (listed["name"], listed["profile"]) == ("phone", "dad")
    assert added["key"] not in run("players", "list").output
    assert isinstance(run("players", "add", "tablet", "--profile", "").exception, ConfigError)
    assert isinstance(run("players", "add", "Phone").exception, QueryError)
    run("players", "revoke", "phone")
    assert json.loads(run("players", "list", "--json").stdout) == []
    assert isinstance(run("players", "revoke", "phone").exception, QueryError)
