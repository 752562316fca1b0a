"""How many songs a second does a scan take, beside bliss and musly?

    .venv/bin/pip install bliss-audio pymusly
    .venv/bin/python benchmarks/scan.py [--files DIR] [--out scan.json]

All three analyse the same full-length files in the same run, in turn, with as many processes as there are cores;
whole processes are timed, start-up included. What counts is the ratio. Without --files, four-minute stereo MP3s of
192 kb/s are made from Resona's own demo songs. musly needs ffmpeg on the PATH; a missing peer is left out.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BLISS = """
import sys
from multiprocessing import Pool
from bliss_audio import Song
def analyse(path):
    try:
        return len(Song(path).analysis)
    except BaseException as error:  # the binding raises Rust panics
        return 0
if __name__ == "__main__":
    with Pool(int(sys.argv[1])) as pool:
        print(sum(n > 0 for n in pool.imap_unordered(analyse, sys.stdin.read().splitlines())))
"""

MUSLY = """
import sys
from multiprocessing import Pool
import pymusly
def start():
    global jukebox
    jukebox = pymusly.MuslyJukebox("timbre")
def analyse(path):
    try:
        return len(jukebox.serialize_track(jukebox.track_from_audiofile(path, 60, -48)))
    except Exception:
        return 0
if __name__ == "__main__":
    with Pool(int(sys.argv[1]), start) as pool:
        print(sum(n > 0 for n in pool.imap_unordered(analyse, sys.stdin.read().splitlines())))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, help="a folder of music; default: made from demo songs")
    parser.add_argument("--count", type=int, default=48, help="how many files to make")
    parser.add_argument("--rounds", type=int, default=3, help="measure each this often, in turn")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.files or make_files(Path(scratch) / "music", options.count)
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".mp3", ".flac", ".ogg", ".m4a"})
        seconds: dict[str, list[float]] = {}
        for _ in range(options.rounds):
            for name, measure in measures(folder, paths, Path(scratch)).items():
                seconds.setdefault(name, []).append(measure())
    result = summarise(seconds, len(paths))
    print(json.dumps(result, indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measures(folder: Path, paths: list[Path], scratch: Path):
    found = {"resona": lambda: time_resona(folder, scratch, len(paths))}
    for name, module, program in (("bliss", "bliss_audio", BLISS), ("musly", "pymusly", MUSLY)):
        if importlib.util.find_spec(module):
            found[name] = lambda name=name, program=program: time_peer(name, program, paths, scratch)
    return found


def time_resona(folder: Path, scratch: Path, n_files: int) -> float:
    library = scratch / "library.db"
    for leftover in scratch.glob("library.db*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    command = [sys.executable, "-m", "resona", "--library", str(library), "scan", str(folder), "--json"]
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    check("resona", json.loads(done.stdout)["n_stored"], n_files)
    return seconds


def time_peer(name: str, program: str, paths: list[Path], scratch: Path) -> float:
    script = scratch / f"{name}_peer.py"
    script.write_text(program, encoding="utf-8")
    command = [sys.executable, str(script), str(len(os.sched_getaffinity(0)))]
    begin = time.perf_counter()
    done = subprocess.run(
        command,
        input="\n".join(map(str, paths)),
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    seconds = time.perf_counter() - begin
    check(name, int(done.stdout), len(paths))
    return seconds


def check(name: str, n_done: int, n_files: int) -> None:
    if n_done != n_files:
        print(f"{name} analysed {n_done} of {n_files} files", file=sys.stderr)


def summarise(seconds: dict[str, list[float]], n_files: int) -> dict[str, object]:
    rates = {name: [round(n_files / value, 2) for value in values] for name, values in seconds.items()}
    median = {name: sorted(values)[len(values) // 2] for name, values in seconds.items()}
    ratios = {f"resona / {name}": round(median[name] / median["resona"], 2) for name in median if name != "resona"}
    return {"files": n_files, "cores": len(os.sched_getaffinity(0)), "tracks_per_second": rates, "ratios": ratios}


def make_files(folder: Path, count: int) -> Path:
    import numpy as np
    import soundfile

    from resona.synth import plan_library, render

    folder.mkdir(parents=True)
    for number, plan in enumerate(plan_library()[:count]):
        samples, sample_rate = render(plan)
        whole = np.tile(samples, 1 + 240 * sample_rate // samples.shape[1])[:, : 240 * sample_rate]
        level = 1 - 192 / 320  # libsndfile's scale for constant bit rates of MPEG-1 layer 3 at 44.1 kHz
        with soundfile.SoundFile(
            folder / f"{number:03}.mp3",
            "w",
            sample_rate,
            2,
            format="MP3",
            bitrate_mode="CONSTANT",
            compression_level=level,
        ) as file:
            file.write(whole.T)
    return folder


if __name__ == "__main__":
    main()
