"""What the import contract cannot see: what a bare import or a help text loads, and what the doors let out."""

import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

import resona

HEAVY = {"torch", "scipy", "onnxruntime", "av", "soundfile", "fastapi", "matplotlib", "rich"}


def loaded_by(code: str) -> set[str]:
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy() -> None:
    assert not loaded_by("import resona") & HEAVY


def test_help_loads_nothing_heavy() -> None:
    code = "from click.testing import CliRunner\nfrom resona.cli.main import cli\nCliRunner().invoke(cli, ['--help'])"
    assert not loaded_by(code) & (HEAVY - {"rich"})


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
