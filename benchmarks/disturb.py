"""What happens to the scans of `benchmarks/faults.py`: kills, a full disk, a bad disk, a share that goes away."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from resona.audio import silence_decoders
from resona.ingest import ScanConfig
from resona.library import Library

PATIENCE_SECONDS = 30.0
HANG_SECONDS = 600.0  # a scan that takes longer hangs
HUNG = f"hung for {HANG_SECONDS:.0f} s"  # what a report says of it; they are counted


def run_scan(library: Path, folder: Path) -> None:
    """Scan, in a process of its own, and say what could not be looked at."""
    silence_decoders()
    with Library(library) as opened:
        summary = opened.scan([folder], config=ScanConfig(n_workers=2, patience_seconds=PATIENCE_SECONDS))
    print(*(path for path, _ in summary.unreadable), sep="\n")


def start(library: Path, folder: Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, str(library), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait for a scan; give how it ended, and what it printed."""
    try:
        printed, said = process.communicate(timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return HUNG, ""
    if not process.returncode:
        return "done", printed
    return (said.strip().splitlines() or [f"status {process.returncode}"])[-1], printed


def wait(process: subprocess.Popen[str]) -> str:
    """Wait for a scan and say how it ended."""
    return finish(process)[0]


def kill_at_random(library: Path, folder: Path, n_kills: int, rng: random.Random) -> dict[str, int]:
    """Kill a worker, or one time in five the scan itself; where a scan gets to its end, changed files give it more."""
    count = {"workers": 0, "scans": 0, "rounds": 0}
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    while count["workers"] + count["scans"] < n_kills:
        process = start(library, folder)
        count["rounds"] += 1
        until = time.monotonic() + HANG_SECONDS
        while process.poll() is None and count["workers"] + count["scans"] < n_kills and time.monotonic() < until:
            time.sleep(rng.expovariate(4.0))
            workers = children(process.pid)
            if workers and rng.random() < 0.8:
                count["workers"] += send(rng.choice(workers))
            elif workers:
                count["scans"] += send(process.pid)
        if time.monotonic() > until:
            count[HUNG] = 1
            n_kills = 0
        process.kill()
        process.communicate()
        for path in rng.sample(files, len(files) // 3):  # touched: they are due again
            os.utime(path)
    return count


def children(pid: int) -> list[int]:
    """List the workers of a scan; the first child is Python's own resource tracker."""
    try:
        pids = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(child) for child in pids if b"spawn_main" in command_line(int(child))]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def send(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def fill_disk(library: Path, folder: Path) -> list[str]:
    """Scan with less and less room for the library file; every scan must end with a sentence, and lose nothing."""
    ends: list[str] = []
    for limit in (200_000, 400_000, 800_000):
        process = start(
            library,
            folder,
            preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)),
        )
        ends.append(wait(process))
    ends.append(wait(start(library, folder)))
    return ends


def take_away(library: Path, folder: Path, rng: random.Random) -> str:
    """Take the folder away in the middle of a scan, scan without it, and bring it back."""
    for path in folder.rglob("*"):
        os.utime(path)
    process, away = start(library, folder), folder.with_name("away")
    time.sleep(rng.uniform(2.0, 4.0))
    folder.rename(away)
    ends = [wait(process)]
    folder.mkdir()  # a mount point without its drive
    ends.append(wait(start(library, folder)))
    folder.rmdir()
    away.rename(folder)
    return ", ".join(ends)


def rewrite_while_reading(library: Path, folder: Path, rng: random.Random) -> str:
    """Write good files again, in several steps, while they are being read."""
    contents = {path: path.read_bytes() for path in (folder / "good").iterdir()}
    for path in folder.rglob("*"):
        os.utime(path)
    process = start(library, folder)
    while process.poll() is None:
        path, content = rng.choice(list(contents.items()))
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            time.sleep(0.02)
            file.write(content[len(content) // 2 :])
    return wait(process)


def meet_hostile_decoders(folder: Path) -> dict[str, str]:
    """Scan files whose stand-in decoders crash, hang or want all memory, among harmless ones."""
    folder.mkdir()
    for name in ("crash", "hang", "greedy", "a", "b", "c"):
        (folder / f"{name}.mp3").write_bytes(b"...")
    module: Any = sys.modules["resona.ingest.hear"]
    kept, module._build_analyser = module._build_analyser, build_hostile
    try:
        with Library(folder / "library.db") as library:
            library.scan([folder], config=ScanConfig(n_workers=2, patience_seconds=10.0))
            return {failure.path.stem: failure.reason for failure in library.store.failures.all()}
    finally:
        module._build_analyser = kept


def build_hostile(*_: Any) -> Callable[[Any], Any]:
    return behave


def behave(work: Any) -> Any:
    from resona.ingest.analyse import Failed

    if work.path.stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if work.path.stem == "hang":
        time.sleep(3600)
    if work.path.stem == "greedy":
        try:
            np.ones(8 << 30, dtype=np.uint8)
        except MemoryError:
            return Failed(work, "MemoryError", "needs too much memory to decode")
    return Failed(work, "DecodeError", "harmless")


if __name__ == "__main__":
    run_scan(*map(Path, sys.argv[1:]))
