"""Does a scan survive kills, a full disk, a share that goes away, changing files and a thousand damaged ones?

    .venv/bin/python benchmarks/faults.py [--kills 200] [--mutants 1000] [--out faults.json]

A folder is filled with good files and with mutants of them: flipped bits, cut, spliced and overwritten, in every format
that libsndfile and FFmpeg's program (where it is installed) write. It is scanned again and again while workers and the
scan itself are killed with SIGKILL at random moments, the disk is full (a limit on the size of files), the folder is
gone for a while, and files are rewritten as they are read. Decoders that crash, hang or want all memory are stand-ins:
functions that do just that in place of the decoder.

In the end the library must be whole (`PRAGMA integrity_check`), every good file must have the features and the vector
that an undisturbed scan gave it, bit for bit, and every other file must be in the library or in the list of failures.
Exit status 1 if anything was lost or hung. Linux only.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from resona.audio import silence_decoders, write_audio
from resona.ingest import ScanConfig
from resona.library import Library
from resona.synth import plan_library, render
from resona.tracks import Tags

PATIENCE_SECONDS = 30.0
HANG_SECONDS = 600.0  # a scan that takes longer hangs
WRITTEN = (".mp3", ".flac", ".ogg", ".opus", ".wav", ".aiff")
BY_FFMPEG = {
    ".m4a": ["-c:a", "aac"],
    ".alac.m4a": ["-c:a", "alac"],
    ".wma": ["-c:a", "wmav2"],
    ".wv": ["-c:a", "wavpack"],
    ".tta": ["-c:a", "tta"],
    ".ac3": ["-c:a", "ac3"],
    ".mka": ["-c:a", "libvorbis"],
    ".24.flac": ["-c:a", "flac", "-sample_fmt", "s32"],
    ".vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "4"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--good", type=int, default=0, help="good files; default: one for each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--scan", nargs=2, type=Path, metavar=("LIBRARY", "DIR"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.scan:
        run_scan(*options.scan)
        return
    with tempfile.TemporaryDirectory() as scratch:
        result = campaign(Path(scratch), options)
    print(json.dumps(result, indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(result["n_lost"] or result["n_hung"] or result["n_corrupt"]))


def campaign(scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    rng = random.Random(options.seed)  # noqa: S311 - no secret
    begin = time.monotonic()
    good, mutants, library = scratch / "good", scratch / "music" / "mutants", scratch / "library.db"
    make_files(good, options.good)
    shutil.copytree(good, scratch / "music" / "good")
    make_mutants(sorted(good.iterdir()), mutants, options.mutants, rng)
    reference = scratch / "reference.db"
    wait(start(reference, scratch / "music" / "good"))
    music = scratch / "music"
    report: dict[str, Any] = {"good_files": len(list(good.iterdir())), "mutants": options.mutants, "n_hung": 0}
    report["kills"] = kill_at_random(library, music, options.kills, rng)
    report["full_disk"] = fill_disk(scratch / "full.db", music / "good")
    report["share_gone"] = take_away(library, music, rng)
    report["changed_while_read"] = rewrite_while_reading(library, music, rng)
    report["hostile_decoders"] = meet_hostile_decoders(scratch / "hostile")
    with Library(library) as opened:
        opened.store.failures.clear()  # what was killed while it was heard: `resona errors --retry`
    report["n_hung"] += wait(start(library, music)) == "hung"
    report |= inspect(library, reference, music)
    report["seconds"] = round(time.monotonic() - begin, 1)
    return report


# What is scanned


def make_files(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    has_ffmpeg = shutil.which("ffmpeg") is not None
    kinds = [*WRITTEN, *(BY_FFMPEG if has_ffmpeg else ())]
    plans = plan_library(seed=3, n_artists_per_style=1, n_tracks_per_artist=2, seconds=30.0)
    for number in range(count or len(kinds)):
        plan, suffix = plans[number % len(plans)], kinds[number % len(kinds)]
        samples, sample_rate = render(plan, seconds=6.0)
        samples = np.roll(samples, number * 1000, axis=1)
        sample_rate = 48_000 if suffix == ".opus" else sample_rate  # it knows no 44,100
        path = folder / f"{plan.artist} - {plan.title} {number}{suffix if suffix in WRITTEN else '.wav'}"
        write_audio(path, samples, sample_rate, Tags(artist=plan.artist, title=f"{plan.title} {number}"))
        if suffix in BY_FFMPEG:
            target = path.with_suffix(suffix)
            subprocess.run(["ffmpeg", "-v", "error", "-i", path, *BY_FFMPEG[suffix], target], check=True)
            path.unlink()


def make_mutants(sources: list[Path], folder: Path, count: int, rng: random.Random) -> None:
    folder.mkdir(parents=True)
    contents = [(path.suffix, path.read_bytes()) for path in sources]
    for number in range(count):
        suffix, content = contents[number % len(contents)]
        other = rng.choice(contents)[1]
        mutate = (flip, cut, overwrite, repeat, lambda own, rng, other=other: splice(own, other, rng))[number % 5]
        (folder / f"{number:04}{suffix}").write_bytes(mutate(content, rng))


def flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 8, 200))):
        place = rng.randrange(min(len(changed), 2000) if rng.random() < 0.5 else len(changed))
        changed[place] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def overwrite(content: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(content)), rng.choice((4, 400, 40_000))
    return content[:start] + rng.choice((bytes(length), b"\xff" * length, rng.randbytes(length))) + content[start:]


def repeat(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start : start + 5000] * rng.randrange(2, 9) + content[start:]


def splice(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


# What happens to it


def run_scan(library: Path, folder: Path) -> None:
    """Scan, in a process of its own."""
    silence_decoders()
    with Library(library) as opened:
        opened.scan([folder], config=ScanConfig(n_workers=2, patience_seconds=PATIENCE_SECONDS))


def start(library: Path, folder: Path, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--scan", str(library), str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)


def wait(process: subprocess.Popen[bytes]) -> str:
    """Wait for a scan and say how it ended."""
    try:
        _, said = process.communicate(timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "hung"
    return said.decode().strip().splitlines()[-1] if process.returncode else "done"


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


def fill_disk(library: Path, folder: Path) -> dict[str, Any]:
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
    return {"ends": ends, **check(library)}


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
    module = sys.modules["resona.ingest.scan"]
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


# What is left


def check(library: Path) -> dict[str, Any]:
    """Look at every row of a library."""
    n_corrupt = 0
    with Library(library) as opened:
        store, model = opened.store, opened.model
        (integrity,) = store.connection.execute("PRAGMA integrity_check").fetchone()
        for track in store.tracks.all(with_missing=True):
            clips = store.features.get(track.track_id, model.feature_fingerprint)
            vector = store.embeddings.get(track.track_id, model.model_id)
            is_whole = clips is not None and vector is not None and len(clips) > 0
            n_corrupt += not (is_whole and np.isfinite(clips).all() and vector.shape == (model.n_dims,))
        return {"integrity": integrity, "n_tracks": store.tracks.count(), "n_corrupt": n_corrupt}


def inspect(library: Path, reference: Path, folder: Path) -> dict[str, Any]:
    """Compare with an undisturbed scan, and account for every file."""
    with Library(library) as opened, Library(reference) as clean:
        truth, found = heard(clean), heard(opened)
        heard_paths = {track.path for track in opened.store.tracks.all()}
        failures = {failure.path: failure.kind for failure in opened.store.failures.all()}
    files = {path for path in folder.rglob("*") if path.is_file()}
    lost = [str(path) for path in truth if found.get(path) != truth[path]]
    lost += [str(path) for path in files - heard_paths - set(failures)]
    kinds: dict[str, int] = {}
    for kind in failures.values():
        kinds[kind] = kinds.get(kind, 0) + 1
    return {**check(library), "failures": kinds, "n_lost": len(lost), "lost": lost[:20]}


def heard(library: Library) -> dict[Path, tuple[bytes, bytes]]:
    """Give what was stored of each file, as bytes."""
    store, model = library.store, library.model
    result = {}
    for track in store.tracks.all():
        clips = store.features.get(track.track_id, model.feature_fingerprint)
        vector = store.embeddings.get(track.track_id, model.model_id)
        if clips is not None and vector is not None:
            result[track.path] = (clips.tobytes(), vector.tobytes())
    return result


if __name__ == "__main__":
    main()
