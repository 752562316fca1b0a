"""The commands that give lists: what they print, write and refuse."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from resona.audio import write_audio
from resona.cli.main import cli, main
from resona.errors import QueryError, StoreLockedError
from resona.inference import Words
from resona.library import Library
from resona.store import Store
from resona.tracks import Tags


@pytest.fixture
def path(made: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RESONA_CONFIG", str(tmp_path / "resona.toml"))
    return made.store.path


def run(path: Path, *arguments: str, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(cli, ["--library", str(path), *arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run_json(path: Path, *arguments: str) -> Any:
    return json.loads(run(path, *arguments, "--json").stdout)


def track_ids(answer: Any) -> list[int]:
    return [line["track_id"] for line in answer["results"]]


def test_json_has_the_fields_that_programs_rely_on(path: Path) -> None:
    answer = run_json(path, "recommend", "#1", "#11", "--not", "#21", "-k", "7")
    assert len(answer["results"]) == 7
    assert {"rank", "track_id", "path", "artist", "title", "album", "genre", "similarity"} <= set(answer["results"][0])
    assert [query["track_id"] for query in answer["queries"]] == [1, 11]
    assert answer["query"]["text"] == "#1"
    assert answer["not"][0]["track_id"] == 21


def test_people_see_names_percents_and_what_was_left_out(path: Path) -> None:
    result = run(path, "recommend", "#45", "--where", "genre = jazz", "-k", "20")
    assert len(result.stdout.splitlines()) == 21
    assert "%" in result.stdout
    assert "Artist 4 – Song 44" in result.stderr
    assert "by the seeds' artists" in result.stderr


def test_options_reach_the_request(path: Path) -> None:
    answer = run_json(path, "recommend", "#1", "-k", "12", "--where", "genre = rock", "--per-artist", "1", "--strict")
    assert len(answer["results"]) == 9  # the other rock artists
    wide = run_json(path, "recommend", "#1", "-k", "12", "--same-artist", "--per-artist", "0", "--per-album", "0")
    assert any(line["artist"].startswith("Artist 0") for line in wide["results"])
    assert run_json(path, "recommend", "#1", "#2", "--weight", "3", "--weight", "1", "--combine", "best")["results"]
    flowing = run_json(path, "recommend", "#1", "--diversity", "0.5", "--order", "flow", "--spacing", "2")
    assert len(flowing["results"]) == 20


def test_a_shuffle_is_the_same_for_the_same_seed(path: Path) -> None:
    lists = [track_ids(run_json(path, "recommend", "#1", "--shuffle", "--seed", seed)) for seed in "112"]
    assert lists[0] == lists[1] != lists[2]
    assert sorted(lists[0]) == sorted(lists[2])


def test_genre_groups_come_from_the_settings(path: Path, tmp_path: Path) -> None:
    (tmp_path / "resona.toml").write_text('[genre_groups]\ncalm = ["ambient"]\n')
    answer = run_json(path, "recommend", "#1", "--where", "genre = calm")
    assert {line["genre"] for line in answer["results"]} == {"ambient"}


def test_fresh_lists_never_repeat_what_was_printed(path: Path) -> None:
    first = track_ids(run_json(path, "recommend", "#1"))
    second = track_ids(run_json(path, "recommend", "#1", "--fresh"))
    third = track_ids(run_json(path, "recommend", "#1", "--fresh"))
    assert not set(first) & set(second)
    assert not {*first, *second} & set(third)
    assert track_ids(run_json(path, "recommend", "#1", "--forget")) == first
    assert track_ids(run_json(path, "recommend", "#1", "--fresh")) == second


def test_csv_paths_and_playlist_hold_the_same_list(path: Path, tmp_path: Path) -> None:
    expected = [line["path"] for line in run_json(path, "recommend", "#1")["results"]]
    table = list(csv.DictReader(io.StringIO(run(path, "recommend", "#1", "--csv").stdout)))
    assert [line["path"] for line in table] == expected
    assert run(path, "recommend", "#1", "--paths").stdout.splitlines() == expected
    assert run(path, "recommend", "#1", "--print0").stdout.split("\0") == [*expected, ""]
    playlist = tmp_path / "list.m3u8"
    run(path, "recommend", "#1", "--m3u", str(playlist), "--path-map", "/music=/mnt/nas")
    lines = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    assert lines == [name.replace("/music", "/mnt/nas") for name in expected]
    run(path, "recommend", "#1", "--m3u", str(playlist), "--relative")
    lines = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    assert [os.path.normpath(playlist.parent / line) for line in lines] == expected


def test_a_name_in_no_known_encoding_is_printed_for_programs(path: Path, made: Library) -> None:
    with made.store.writing() as connection:
        connection.execute("UPDATE tracks SET path = ? WHERE track_id = 2", (b"/music/a\xe9.mp3",))
    options = ("recommend", "#1", "-k", "1", "--where", "track_id = 2", "--same-artist")
    assert json.loads(run(path, *options, "--json").stdout)["results"][0]["path"] == "/music/a\udce9.mp3"
    assert run(path, *options, "--print0").stdout_bytes == b"/music/a\xe9.mp3\0"
    assert b"a\xe9.mp3" in run(path, *options, "--csv").stdout_bytes


def test_a_playlist_is_extended_in_place(path: Path, tmp_path: Path, made: Library) -> None:
    seeds = [str(track.path) for track in made.store.tracks.get_many([1, 40])]
    playlist = tmp_path / "mine.m3u"
    playlist.write_text("\n".join(seeds))
    longer = tmp_path / "longer.m3u8"
    run(path, "recommend", str(playlist), "--extend", "12", "--m3u", str(longer))
    lines = [line for line in longer.read_text().splitlines() if not line.startswith("#")]
    assert lines[:2] == seeds
    assert len(lines) == len(set(lines)) == 12


def test_audio_may_come_from_standard_input(path: Path, tmp_path: Path) -> None:
    tone = (0.5 * np.sin(np.arange(44_100) / 10)).astype(np.float32)
    write_audio(tmp_path / "tone.wav", tone, 22_050, Tags(title="tone"))
    content = (tmp_path / "tone.wav").read_bytes()
    piped = json.loads(run(path, "recommend", "-", "--json", stdin=content).stdout)
    assert piped["results"] == run_json(path, "recommend", str(tmp_path / "tone.wav"))["results"]
    part = run(path, "recommend", "-", "--from", "0:00.5", "--to", "1.5", "--json", stdin=content)
    assert len(json.loads(part.stdout)["results"]) == 20


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["recommend", "no such song at all"], 1, "no track in the library answers"),
        (["recommend", "#1", "--where", "gener = rock"], 1, "did you mean 'genre'"),
        (["recommend", "#1", "--from", "abc"], 2, "is not a time"),
        (["recommend", "#1", "--from", "1:30", "--to", "1:00"], 1, "begin before it ends"),
        (["recommend", "#1", "--json", "--csv"], 2, "choose one of"),
        (["recommend", "#1", "--path-map", "x"], 1, "FROM=TO"),
        (["recommend", "-"], 1, "no audio on standard input"),
        (["recommend", "#1", "--weight", "-1"], 1, "positive"),
        (["recommend"], 2, "Missing argument"),
        (["path", "#1", "#1"], 1, "two different tracks"),
        (["explain", "Artist 3", "#1"], 1, "stands for 10 tracks; name one:"),
        (["explain", "#1", "#2"], 1, "has not been analysed"),
        (["exclude", "--remove", "x"], 1, "there are none"),
        (["mix", "-n", "999"], 1, "cannot make"),
        (["export", "features", "out.txt"], 1, ".csv or .parquet"),
    ],
)
def test_errors_say_what_to_type_instead(
    path: Path,
    arguments: list[str],
    status: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(path), *arguments])
    assert ended.value.code == status
    assert words in capsys.readouterr().err


def test_radio_prints_a_mix_of_the_length_asked_for(path: Path) -> None:
    answer = run_json(path, "radio", "#5", "--hours", "0.5", "--spacing", "1")
    assert track_ids(answer)[0] == 5
    assert 1800 <= answer["seconds"] < 1800 + 300
    result = run(path, "radio", "#5", "--hours", "700")
    assert "no more that is allowed" in result.stderr


def test_find_prints_words_and_what_is_amiss(path: Path, made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(QueryError, match="tells no words"):
        run(path, "find", "piano")
    words = Words(("piano",), ("instrument",), 9 * made.catalogue.directions[:1], np.array([-6.0]), np.ones(1))
    monkeypatch.setattr(type(made.model), "words", words)
    found = run(path, "find", "Song 3,", "no", "kazoo,", "Klavier")
    assert "piano 95%" in found.stdout.splitlines()[1]
    assert "“kazoo” is not a word" in found.stderr
    assert run_json(path, "find", "piano")["results"][0]["track_id"] == 1
    assert run_json(path, "find", "Song 3")["named"][0]["title"] == "Song 3"
    assert "fits" not in run(path, "find", "Song 3").stdout  # no table without lines
    assert "instrument: piano" in run(path, "find").stdout
    moved = run(path, "recommend", "#1", "--more", "Klavier", "--less", "slow")
    assert "more piano, less slow (" in moved.stderr
    assert "less piano (" in run(path, "recommend", "#2", "--artists", "--less", "piano").stderr


def test_a_playlist_renews_itself_until_it_is_fixed(path: Path) -> None:
    made = run(path, "playlist", "Old jazz", "--where", "genre = jazz and year < 1980", "-k", "30")
    assert "Old jazz: 30 tracks; renews itself: genre = jazz and year < 1980" in made.stderr
    assert len(run_json(path, "playlist", "old jazz", "--where", "genre = jazz and year = 1971")["results"]) == 10
    run(path, "exclude", "Artist 1")
    assert run_json(path, "playlist", "Old jazz")["n_tracks"] == 0
    assert run_json(path, "playlist", "Old jazz", "--fix")["recipe"] is None
    run(path, "exclude", "--remove", "Artist 1")
    assert run_json(path, "playlist")[0]["n_tracks"] == 0
    assert "Deleted: Old jazz" in run(path, "playlist", "Old jazz", "--delete").stderr
    assert "Old jazz" in run(path, "playlist", "#1", "--undo").stderr
    with pytest.raises(QueryError, match="no playlist is called 'New jazz'"):
        run(path, "playlist", "New jazz")
    with pytest.raises(QueryError, match="put together by hand"):
        run(path, "playlist", "Old jazz", "--where", "year = 1990")
    assert run(path, "playlist", "--fix").exit_code == 2


def test_path_prints_steps(path: Path) -> None:
    answer = run_json(path, "path", "#1", "#11", "-n", "6")
    assert (track_ids(answer)[0], track_ids(answer)[-1]) == (1, 11)
    assert answer["results"][0]["step"] == 0
    assert "°" in run(path, "path", "#1", "#11", "-n", "6").stdout
    assert len(run(path, "path", "#1", "#11", "-n", "6", "--paths").stdout.splitlines()) == 6


def test_mix_writes_a_playlist_for_each_group(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixes"
    result = run(path, "mix", "-n", "3", "--folder", str(folder))
    assert "3 playlists" in result.stderr
    lists = [
        [line for line in file.read_text().splitlines() if not line.startswith("#")] for file in folder.glob("*.m3u8")
    ]
    assert sorted(map(len, lists), reverse=True) == [len(mix["track_ids"]) for mix in run_json(path, "mix", "-n", "3")]
    assert len({line for lines in lists for line in lines}) == 298


def test_duplicates_lists_groups(path: Path) -> None:
    groups = run_json(path, "duplicates")
    assert len(groups) == 15
    assert "Song 18 (Live)" in run(path, "duplicates").stdout
    assert run_json(path, "duplicates", "--same-recording") == []
    assert "No song" in run(path, "duplicates", "--same-recording").stderr


def test_exclude_lasts(path: Path) -> None:
    assert [row["n_tracks"] for row in run_json(path, "exclude")] == [2]
    shown = run(path, "exclude", "Artist 3", "genre = jazz")
    assert "Artist 3" in shown.stdout
    answer = run_json(path, "recommend", "#31", "-k", "100")
    assert not any(line["genre"] == "jazz" or line["artist"] == "Artist 3" for line in answer["results"])
    everything = run_json(path, "recommend", "#31", "-k", "299", "--with-excluded", "--same-artist", "--versions")
    assert len(everything["results"]) == 299
    assert len(run_json(path, "exclude", "--remove", "Artist 3", "--default", "off")) == 1
    assert "most of this library" in run(path, "exclude", "--default", "duration > 0:01").stderr
    assert run_json(path, "exclude", "--default", "on")[0]["is_default"]


def test_export_features_writes_a_table(path: Path, tmp_path: Path) -> None:
    assert "300 tracks" in run(path, "export", "features", str(tmp_path / "f.csv")).stderr
    assert (tmp_path / "f.csv").read_text().startswith("track_id,path,")


def test_a_library_that_may_only_be_read_still_answers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from resona.errors import StoreError
    from resona.store.history import HistoryTable

    def refuse(*_: object) -> None:
        raise StoreError(path, "read-only")

    monkeypatch.setattr(HistoryTable, "add", refuse)
    assert len(run_json(path, "recommend", "#1")["results"]) == 20


def test_no_name_commands_the_terminal(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Library(path) as library, library.store.writing() as connection:
        connection.execute("UPDATE tracks SET title = ? WHERE track_id IN (1, 2)", ("Cls \x1b[2J",))
        connection.execute("UPDATE tracks SET artist = 'Other' WHERE track_id = 2")
    assert "Cls �[2J" in run(path, "recommend", "#1").stderr
    with pytest.raises(SystemExit):
        main(["--library", str(path), "recommend", "Cls \x1b[2J"])
    assert "\x1b" not in capfd.readouterr().err


def test_a_list_does_not_wait_for_a_library_that_is_being_written_to(path: Path) -> None:
    with Store(path) as other, other.writing():
        begin = time.monotonic()
        assert len(run_json(path, "recommend", "#1")["results"]) == 20
        assert time.monotonic() - begin < 5  # a write waits ten seconds
        with pytest.raises(StoreLockedError, match="another process is writing"):
            run(path, "recommend", "#1", "--forget")


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "#1", "--json"],
        ["radio", "#1", "--json"],
        ["path", "#1", "#11", "--json"],
        ["mix", "--json"],
        ["duplicates", "--json"],
        ["exclude", "--json"],
    ],
)
def test_each_command_runs_as_a_program(path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-W", "error", "-m", "resona", "--library", str(path), *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    json.loads(done.stdout)


def test_recommending_loads_no_decoder_(path: Path) -> None:
    run(path, "recommend", "#1", "--json")
    code = (
        "import sys\nfrom resona.cli.main import cli\n"
        f"cli.main(['--library', {str(path)!r}, 'recommend', '#1', '--json'], standalone_mode=False)\n"
        "print(sorted({'torch', 'onnxruntime', 'fastapi'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"


def test_explain_shows_bars_places_and_words(library: Library) -> None:
    shown = run(library.store.path, "explain", "#1", "#2").stdout
    assert re.search(r"\d%, [a-z ]+; B is nearer to A than", shown)
    assert "timbre" in shown
    assert "Where they match best:\n  A 0:0" in shown
    command = [sys.executable, "-m", "resona", "--library", str(library.store.path), "explain", "#1", "#2", "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert {"similarity", "percentile", "summary", "aspects", "clip_matches"} <= set(json.loads(done.stdout))


def test_a_list_has_lines_of_one_kind(path: Path) -> None:
    refused = run(path, "recommend", "#45", "--artists", "--albums")
    assert refused.exit_code == 2
    assert "choose one of --artists and --albums" in refused.stderr


@pytest.mark.parametrize(("kind", "id_field"), [("artists", "artist_id"), ("albums", "album_id")])
def test_artists_and_albums_are_listed_too(path: Path, tmp_path: Path, kind: str, id_field: str) -> None:
    answer = run_json(path, "recommend", "#45", f"--{kind}", "-k", "5")
    assert [line["rank"] for line in answer["results"]] == [1, 2, 3, 4, 5]
    assert {id_field, "artist", "n_tracks", "similarity", "tracks"} <= set(answer["results"][0])
    shown = run(path, "recommend", "#45", f"--{kind}", "-k", "5", "--m3u", str(tmp_path / "a.m3u8"))
    assert answer["results"][0]["artist"] in shown.stdout.splitlines()[1]
    assert (tmp_path / "a.m3u8").read_text(encoding="utf-8").count("#EXTINF") == 15
