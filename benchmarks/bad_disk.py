"""A disk that fails where it is read: `bad_disk.c` stands between the scan and its files.

Folders are named after what fails in them; every one holds a copy of every good file. They are scanned as new files,
again when the disk is well, again with other contents and the disk bad once more, and at last well. Whatever could be
read must be heard as an undisturbed scan hears it; whatever could not must be listed and keep its earlier analysis; and
in the end all of it must be there.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from disturb import finish, start
from kept import Kept, check, heard
from resona.library import Library
from resona.store import UNREACHABLE

FAULTS = ("open", "stat", "list", "0", "30", "55", "99", "once-0", "once-30", "once-55", "once-99")


def build(folder: Path) -> Path | None:
    """Compile the disk; None where there is no compiler, or no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler or os.uname().sysname != "Linux":
        return None
    source, target = Path(__file__).with_suffix(".c"), folder / "bad_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl"], check=True)
    return target


def read_badly(folder: Path, good: Path, faults: tuple[str, ...] = FAULTS) -> dict[str, Any]:
    """Scan copies of the good files with the disk bad, well, bad and well."""
    folder.mkdir()
    disk = build(folder)
    if disk is None:
        return {"skipped": "it takes Linux and a C compiler", "lost": []}
    music, library, reference = folder / "music", folder / "library.db", folder / "reference.db"
    report: dict[str, Any] = {"ends": [], "failed": [], "lost": []}
    before: dict[Path, Kept] = {}
    for shift in (0, 1):
        lay_out(music, sorted(good.iterdir()), faults, shift)
        truth = heard_by(reference, music)
        for environment in ({"LD_PRELOAD": str(disk)}, {}):
            end, unreadable = finish(start(library, music, env=os.environ | environment))
            failed, lost = compare(library, truth, before, [Path(line) for line in unreadable.splitlines()])
            report["ends"].append(end)
            report["failed"].append(len(failed))
            report["lost"] += lost if environment else lost + failed
        before = truth
    return {**report, "files": len(truth), **check(library)}


def lay_out(music: Path, sources: list[Path], faults: tuple[str, ...], shift: int) -> None:
    """Put a copy of every good file into every folder, under its own name or another's."""
    for fault in faults:
        folder = music / f"eio-{fault}"
        folder.mkdir(parents=True, exist_ok=True)
        for place, source in enumerate(sources):
            shutil.copy(source, folder / sources[place - shift].name)


def heard_by(library: Path, music: Path) -> dict[Path, Kept]:
    """Scan without any fault."""
    finish(start(library, music))
    with Library(library) as opened:
        return heard(opened)


def compare(
    library: Path, truth: dict[Path, Kept], before: dict[Path, Kept], unreadable: list[Path]
) -> tuple[list[str], list[str]]:
    """Tell which files failed as they may: listed, to be tried again, and known as before; and which are wrong."""
    with Library(library) as opened:
        found = heard(opened)
        failures = {failure.path: failure for failure in opened.store.failures.all()}
    failed: list[str] = []
    lost: list[str] = []
    for path, expected in truth.items():
        listed = failures.get(path)
        if listed is None and found.get(path) == expected:
            continue
        is_named = any(path.is_relative_to(place) for place in unreadable)
        is_named |= listed is not None and listed.kind == UNREACHABLE
        is_fair = is_named and found.get(path) == before.get(path)
        (failed if is_fair else lost).append(f"{path.relative_to(path.parents[1])}: {listed.reason if listed else ''}")
    return failed, lost
