"""Judgements and the interview, as a person types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from resona.cli.main import cli
from resona.cli.teach import Playback
from resona.errors import ConfigError
from resona.library import Library
from resona.tracks import Track

Run = Callable[..., Result]


@pytest.fixture
def run(made: Library) -> Run:
    def call(*arguments: str, keys: str = "") -> Result:
        command = ["--library", str(made.store.path), *arguments]
        return CliRunner().invoke(cli, command, input=keys, standalone_mode=False)

    return call


def test_judgements_are_kept_listed_and_taken_back(run: Run, made: Library) -> None:
    assert "from 1 judgement " in run("label", "#1", "#2", "--alike", "--strength", "2").output
    assert "Contradictions: 1" in run("label", "#2", "#1", "--different").stderr
    assert run("label", "#3", "#4", "#5", "--odd").exit_code == 0
    listed = run("labels").stdout.splitlines()
    assert len(listed) == 3
    assert "are alike  (against 2)" in listed[0]
    assert "Song 4" in listed[2].split(" is the odd one beside ")[0]
    assert len(run("labels", "--contradictions").stdout.splitlines()) == 2
    [first, *_] = json.loads(run("labels", "--json").stdout)
    assert (first["kind"], first["strength"], first["against"]) == ("pair", 2.0, [2])
    assert "Taken back: 1" in run("labels", "--remove", "2", "--remove", "99").stderr
    assert "No judgement" in run("labels", "--contradictions").stderr
    assert "Forgotten: 2" in run("labels", "--forget").stderr
    assert not made.labels.judgements


def test_wrong_use_is_explained(run: Run, tmp_path: Path) -> None:
    for arguments in (("#1", "#2"), ("--alike",), ("#1", "--alike"), ("#1", "#2", "--odd")):
        assert "Name two songs" in str(run("label", *arguments).exception)
    assert "one" in str(run("label", "Artist 3", "#1", "--alike").exception)
    assert "cannot be read" in str(run("label", "--import", str(tmp_path / "none.csv")).exception)
    assert "nobody" in str(run("--profile", "none", "label", "#1", "#2", "--alike").exception)


def test_tables_and_profiles(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "mine.csv")
    run("label", "#1", "#2", "--alike")
    assert "(1 judgement)" in run("label", "--export", path).stderr
    assert "Added: 1" in run("--profile", "dad", "label", "--import", path).stderr
    assert json.loads(run("--profile", "dad", "label", "--json").stdout)["n_answers"] == 1


def test_an_interview_by_keys(run: Run, made: Library) -> None:
    done = run("teach", "--player", "none", keys="axbuscq")
    assert done.exit_code == 0
    assert [label.kind for label in made.labels.judgements] == ["odd", "odd"]
    assert "Taken back." in done.stderr
    assert "8 more" in done.stdout
    run("teach", "--form", "pair", "-n", "1", "--player", "none", keys="yyyyy")
    assert [label.kind for label in made.labels.judgements] == ["odd", "odd", "pair"]


def test_the_end_of_the_keys_is_the_end_of_the_interview(run: Run, made: Library) -> None:
    assert run("teach", "--player", "none", keys="a").exit_code == 0
    assert len(made.labels.judgements) == 1


def test_a_player_is_given_file_and_place(tmp_path: Path, made: Library) -> None:
    track = made.store.tracks.get(1)
    assert track is not None
    path, said = tmp_path / "a {start} 'b'.mp3", tmp_path / "said"
    player = Playback(f"sh -c 'echo \"$1 $2\" > {said}' sh {{file}} {{start}}")
    player.play(Track(track_id=1, path=path, tags=track.tags))
    assert player._running is not None
    player._running.wait(10)
    assert said.read_text().strip() == f"{path} 82.50"
    player.stop()
    assert Playback("none").is_silent
    with pytest.raises(ConfigError, match="no player"):
        Playback("no-such-program-here")
