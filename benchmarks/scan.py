"""How many songs a second does a scan take, beside bliss and musly?

    .venv/bin/pip install bliss-audio pymusly
    .venv/bin/python benchmarks/scan.py [--files DIR] [--out scan.json]

All three analyse the same full-length files in the same run, in turn, with as many processes as there are cores;
whole processes are timed, start-up included. What counts is the ratio. Without --files, four-minute stereo MP3s of
192 to 320 kb/s are made from Resona's own demo songs. musly needs ffmpeg on the PATH. A peer that is missing, dies or
reads nothing is left out, and the result says why.
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
from concurrent.futures import ProcessPoolExecutor  # unlike multiprocessing.Pool, it ends when a process dies
from bliss_audio import Song
def analyse(path):
    try:
        return len(Song(path).analysis)
    except BaseException as error:  # the binding raises Rust panics
        return 0
if __name__ == "__main__":
    with ProcessPoolExecutor(int(sys.argv[1])) as pool:
        print(sum(n > 0 for n in pool.map(analyse, sys.stdin.read().splitlines())))
"""

MUSLY = """
import sys
from concurrent.futures import ProcessPoolExecutor
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
    with ProcessPoolExecutor(int(sys.argv[1]), initializer=start) as pool:
        print(sum(n > 0 for n in pool.map(analyse, sys.stdin.read().splitlines())))
"""

LONGEST_SECONDS = 3600.0  # that a peer may take for all files


class LeftOut(Exception):  # noqa: N818 - an outcome
    """Why a peer has no rate."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, help="a folder of music; default: made from demo songs")
    parser.add_argument("--count", type=int, default=24, help="how many files to make")
    parser.add_argument("--copies", type=int, default=8, help="how often each is there: start-up must not count most")
    parser.add_argument("--rounds", type=int, default=3, help="measure each this often, in turn")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.files or make_files(Path(scratch) / "music", options.count, copies=options.copies)
        result = compare(folder, Path(scratch), options.rounds)
    print(json.dumps(result, indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def compare(folder: Path, scratch: Path, rounds: int, *, with_peers: bool = True) -> dict[str, object]:
    """Let each program analyse all files of a folder, in turn."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".mp3", ".flac", ".ogg", ".m4a"})
    seconds: dict[str, list[float]] = {}
    left_out: dict[str, str] = {}
    for _ in range(rounds):
        for name, measure in measures(folder, paths, scratch).items():
            if name == "resona" or (with_peers and name not in left_out):
                try:
                    seconds.setdefault(name, []).append(measure())
                except LeftOut as reason:
                    del seconds[name]
                    left_out[name] = str(reason)
    return {**summarise(seconds, len(paths)), "left_out": left_out}


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
    try:
        done = subprocess.run(
            command,
            check=False,
            input="\n".join(map(str, paths)),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise LeftOut(f"it took more than {LONGEST_SECONDS:.0f} s") from None
    seconds = time.perf_counter() - begin
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise LeftOut(f"it died: {lines[-1]}")
    if not int(done.stdout):
        raise LeftOut(f"it could read none of {len(paths)} files")
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


CODECS = {".mp3": "libmp3lame", ".flac": "flac", ".m4a": "aac"}
KBPS = (192, 256, 320)
REPEATS = 8  # of 30 seconds


def make_files(folder: Path, count: int, suffix: str = ".mp3", *, copies: int = 1) -> Path:
    """Write four-minute stereo files: half a minute of demo songs, encoded once and repeated."""
    import av

    from resona_composer import plan_library, render

    folder.mkdir(parents=True)
    for number, plan in enumerate(plan_library()[:count]):
        samples, sample_rate = render(plan, seconds=30.0)
        frame = frame_of(samples, sample_rate, is_integer=suffix == ".flac")
        with av.open(str(folder / f"{number:03}{suffix}"), "w") as container:
            stream = container.add_stream(CODECS[suffix], rate=sample_rate)
            stream.layout, stream.format, stream.bit_rate = "stereo", frame.format, 1000 * KBPS[number % len(KBPS)]
            if suffix == ".flac":  # its frames are numbered
                for part in (*[frame] * REPEATS, None):
                    container.mux(stream.encode(part))
            else:
                repeat(container, stream, [*stream.encode(frame), *stream.encode(None)])
        for copy in range(1, copies):
            os.link(folder / f"{number:03}{suffix}", folder / f"{number:03}-{copy}{suffix}")
    return folder


def frame_of(samples, sample_rate: int, *, is_integer: bool):
    """Wrap a signal of shape (2, n_samples) for FFmpeg."""
    import av
    import numpy as np

    if is_integer:
        whole = (32_767 * samples.clip(-1, 1)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole.T).reshape(1, -1), "s16", "stereo")
    else:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, dtype=np.float32), "fltp", "stereo")
    frame.sample_rate = sample_rate
    return frame


def repeat(container, stream, packets) -> None:
    import av

    position = 0
    for packet in packets * REPEATS:
        copy = av.Packet(bytes(packet))
        copy.stream, copy.time_base, copy.duration = stream, packet.time_base, packet.duration
        copy.pts = copy.dts = position
        position += packet.duration
        container.mux(copy)


if __name__ == "__main__":
    main()
