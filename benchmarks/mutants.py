"""Files for `benchmarks/faults.py` and for tests: good ones in many formats, and mutants of them."""

import random
import shutil
import subprocess
from pathlib import Path

import numpy as np

from resona.audio import write_audio
from resona.tracks import Tags
from resona_composer import plan_library, render

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
