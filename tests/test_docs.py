"""The documentation cannot rot: its commands exist with their options, and its Python runs."""

import json
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from resona.cli.main import COMMANDS, LazyGroup, cli
from resona.library import Library

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands_in(page: Path) -> Iterator[list[str]]:
    """Give the words of every line of a shell block that calls resona."""
    for block in re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.lstrip("$ "), comments=True)
            if words and words[0] == "resona":
                yield words[1:]


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow groups down to the command that the words call."""
    group: click.Command = cli
    known = {"--library", "--profile"}
    while isinstance(group, click.Group):
        while words and words[0].startswith("-"):
            assert words[0] in known, f"no such option: {words[0]}"
            words = words[2:]
        if not words:
            return group, []
        command = group.get_command(click.Context(group), words[0])
        assert command is not None, f"no such command: {words[0]}"
        group, words = command, words[1:]
    return group, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_documentation_exist(page: Path) -> None:
    for words in commands_in(page):
        command, rest = find(words)
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        given = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert given <= options | {"--help"}, f"{page.name}: resona {' '.join(words)}"


def test_every_command_is_documented() -> None:
    manual = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert isinstance(cli, LazyGroup)
    for name in COMMANDS:
        assert f"resona {name}" in manual, f"docs/cli.md does not name `resona {name}`"


def test_python_in_the_readme_runs(library: Library, music_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    title = library.store.tracks.all()[0].tags.title
    snippet = snippet.replace('"music.db"', repr(str(library.store.path)))
    snippet = snippet.replace('"~/Music"', repr(str(music_dir))).replace('"Sinnerman"', repr(title))
    exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 - our own page
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all(re.match(r"\d+%  .+", line) for line in lines)


def test_tables_are_those_of_the_measured_numbers() -> None:
    """Nothing between the markers was written by hand."""
    ladder = runpy.run_path(str(ROOT / "benchmarks" / "ladder.py"))
    for name in ladder["PAGES"]:
        page = (ROOT / name).read_text(encoding="utf-8")
        assert ladder["filled"](page) == page, f"run benchmarks/ladder.py to fill in {name}"


def test_the_readme_says_what_the_base_model_reaches() -> None:
    measures = json.loads((ROOT / "src/resona/base_model/model.json").read_text(encoding="utf-8"))["measures"]
    (said,) = re.findall(r"the base model\s+reaches\s+(0\.\d+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert float(said) == pytest.approx(measures["owned"], abs=6e-4)


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
