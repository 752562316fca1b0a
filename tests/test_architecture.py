"""What the import contracts cannot see: what a bare import loads, circles, names, sizes, and the map of rooms."""

import ast
import configparser
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

import resona

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "resona"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
MOST_ROOMS, MOST_LINES = 15, 400

HEAVY = {"torch", "scipy", "onnxruntime", "av", "soundfile", "fastapi", "matplotlib"}


def loaded_by(code: str) -> set[str]:
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy() -> None:
    assert not loaded_by("import resona") & HEAVY


def test_help_loads_nothing_heavy() -> None:
    code = "from click.testing import CliRunner\nfrom resona.cli.main import cli\nCliRunner().invoke(cli, ['--help'])"
    assert not loaded_by(code) & HEAVY


def test_asking_a_library_loads_no_torch() -> None:
    modules = "resona.library, resona.ingest, resona.recommend, resona.cli.scan, resona.cli.recommend"
    assert "torch" not in loaded_by(f"import {modules}")


@pytest.mark.parametrize(
    "package",
    [module.name for module in pkgutil.iter_modules(resona.__path__) if module.ispkg and module.name != "cli"],
)
def test_what_a_package_lists_is_there(package: str) -> None:
    module = importlib.import_module(f"resona.{package}")
    for name in getattr(module, "__all__", ()):
        assert hasattr(module, name)


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Module to the modules that it imports, also inside functions."""
    graph = grimp.build_graph("resona")
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_module_imports_itself_on_any_way(imports: dict[str, set[str]]) -> None:
    check_no_circle(imports)


def test_no_script_of_the_page_imports_itself_on_any_way() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in SOURCE.glob("web/static/*.js")}
    check_no_circle({name: set(re.findall(r'from "\./(.+?)"', text)) for name, text in scripts.items()})


def check_no_circle(imports: Mapping[str, set[str]]) -> None:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_faces_reach_for_nothing_behind_the_library() -> None:
    hidden = {"store", "catalogue"}
    for path in (*SOURCE.glob("cli/*.py"), *SOURCE.glob("web/*.py")):
        reached = {node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
        assert not hidden & reached, path


def test_a_public_name_means_one_thing() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in SOURCE.rglob("*.py"):
        for name in public_names(path):
            places[name].append(str(path.relative_to(SOURCE)))
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice


def test_a_constant_that_others_import_means_one_thing() -> None:
    """One that stays in its file may be called as in another."""
    imported = {
        (node.module, name.name)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for node in parsed(path).body:
            assigned = [*node.targets] if isinstance(node, ast.Assign) else []
            for name in (part.id for target in assigned for part in ast.walk(target) if isinstance(part, ast.Name)):
                if name.isupper() and (module, name) in imported:
                    places[name].add(module)
    assert not {name: found for name, found in places.items() if len(found) > 1}


def public_names(path: Path) -> Iterator[str]:
    """Give the classes and functions of a file, apart from commands and routes, which their place names."""
    for node in parsed(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            decorators = map(ast.unparse, node.decorator_list)
            if not any(text.startswith(("click.", "router.", "command.")) for text in decorators):
                yield node.name


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_long() -> None:
    files = [path for suffix in ("py", "js", "css") for path in SOURCE.rglob(f"*.{suffix}")]
    assert not {path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES}


def test_the_map_shows_the_rooms_and_their_questions() -> None:
    assert len(ROOMS) <= MOST_ROOMS
    rows = re.findall(r"^\| \w* \| `(\w+)` \| (.+\?) \|$", concepts(), re.MULTILINE)
    said = {room: " ".join((ast.get_docstring(parsed(SOURCE / room / "__init__.py")) or "").split()) for room in ROOMS}
    assert dict(rows) == {room: text[: text.find("?") + 1] for room, text in said.items()}
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = re.findall(r"\w+", contracts["importlinter:contract:layers"]["layers"])
    assert [room for room, _ in rows] == [layer for layer in layers if layer in ROOMS]


@pytest.mark.parametrize("title", ["A file on its way into the library", "A song on its way to a list"])
def test_a_newcomers_walk_follows_the_imports(title: str, imports: dict[str, set[str]]) -> None:
    steps = concepts().split(f"**{title}**")[1].split("**")[0]
    way = re.findall(r"^\d+\. `(\w+)`: ", steps, re.MULTILINE)
    assert len(way) == len(set(way)) > 4
    entered: defaultdict[str, set[str]] = defaultdict(set)
    for module, imported in imports.items():
        entered[room_of(module)] |= {room_of(other) for other in imported}
    for position, room in enumerate(way[1:], start=1):
        assert any(room in entered[earlier] for earlier in way[:position]), room
    for room, files in zip(way, re.split(r"^\d+\. ", steps, flags=re.MULTILINE)[1:], strict=True):
        assert all((SOURCE / room / name).exists() for name in re.findall(r"`(\w+(?:\.py|/))`", files)), room


def room_of(module: str) -> str:
    return module.removeprefix("resona.").split(".")[0]


def concepts() -> str:
    return (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
