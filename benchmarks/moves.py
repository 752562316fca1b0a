"""Do judgements stay with what was judged, whatever happens to a music folder between two scans?

    .venv/bin/python benchmarks/moves.py --sequences 1000

Each sequence makes a small folder and does at random what people and programs do to one: rename, renumber, swap, copy,
delete, bring back, re-tag, write other audio under a known name, add, edit, rename and delete cue sheets, set all times
alike, unplug a drive and plug it in, stop a scan half-way. After each scan the library is compared with what is known
of the files: every label, every remembered list and every feature must be about the right audio, every file must be
there once, and nothing may be lost. The scans are real but for the decoder, in whose place the content of a file says
how it sounds.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from resona.errors import StoreError
from world import BORDERS, World, listen_to_content, outcomes, payload, sheets_of, tags_of_name

STAMP = (1_000_000_000, 1_000_000_000)


def rename(world: World) -> None:
    world.some_file().rename(world.free_path())


def permute(world: World) -> None:
    chosen = world.rng.sample(world.files(), min(len(world.files()), world.rng.randint(2, 5)))
    contents = [path.rename(path.with_suffix(".moving")) for path in chosen]
    for path, source in zip(chosen[1:] + chosen[:1], contents, strict=True):
        source.rename(path)


def renumber(world: World) -> None:
    folder = world.some_file().parent
    for path in sorted(folder.glob("*.mp3"), reverse=True):
        path.rename(path.with_stem(f"{int(path.stem) + 1:02}"))


def copy(world: World) -> None:
    world.write(world.free_path(), world.some_file().read_bytes())


def copy_over(world: World) -> None:
    source, target = world.some_file(), world.some_file()
    world.trash.append(target.read_bytes())
    world.write(target, source.read_bytes())


def delete(world: World) -> None:
    path = world.some_file()
    world.trash.append(path.read_bytes())
    path.unlink()


def bring_back(world: World) -> None:
    if world.trash:
        world.write(world.free_path(), world.trash.pop(world.rng.randrange(len(world.trash))))


def overwrite(world: World) -> None:
    path = world.some_file()
    world.trash.append(path.read_bytes())
    world.write(path, world.new_audio())


def spoil(world: World) -> None:
    path = world.some_file()
    world.trash.append(path.read_bytes())
    world.write(path, b"no audio " + bytes(world.rng.randrange(99)))


def retag(world: World) -> None:
    path, size = world.some_file(), world.rng.randrange(100)
    world.write(path, b"ID3" + bytes([4, 0, 0, 0, 0, 0, size]) + bytes(size) + payload(path.read_bytes()))


def set_times_alike(world: World) -> None:
    world.scan()
    for path in world.files():
        os.utime(path, ns=STAMP)
    world.scan()


def write_sheet(world: World) -> None:
    path = world.some_file()
    for sheet in sheets_of(path):
        sheet.unlink()
    starts = [border and border + world.rng.choice((-2, 0, 2)) for border in BORDERS]
    tracks = [f"TRACK {n:02} AUDIO\nTITLE {world.rng.random()}\nINDEX 01 00:{s:02}:00" for n, s in enumerate(starts)]
    name = world.rng.choice((path.stem, f"sheet {world.rng.random()}"))
    text = "\n".join([f'FILE "{path.stem}.wav" WAVE', *tracks])
    path.with_name(f"{name}.cue").write_text(text, encoding="utf-8")


def drop_sheet(world: World) -> None:
    for sheet in sheets_of(world.some_file()):
        sheet.unlink()


def unplug(world: World) -> None:
    if len(world.there) > 1 and not world.away.exists():
        world.roots[0].rename(world.away)
        if world.rng.random() < 0.3:
            world.roots[0].mkdir()  # a mount point without its drive


def plug_in(world: World) -> None:
    if world.away.exists():
        if world.roots[0].exists():
            if any(world.roots[0].iterdir()):
                return
            world.roots[0].rmdir()
        world.away.rename(world.roots[0])


WHAT_HAPPENS: tuple[Callable[[World], None], ...] = (
    rename,
    permute,
    permute,
    renumber,
    copy,
    copy_over,
    delete,
    bring_back,
    overwrite,
    spoil,
    retag,
    set_times_alike,
    write_sheet,
    write_sheet,
    drop_sheet,
    unplug,
    plug_in,
    plug_in,
)


def play(home: Path, seed: int, n_scans: int) -> list[str]:
    """Play one sequence, and say what went wrong."""
    scanning: Any = sys.modules["resona.ingest.hear"]
    analysing: Any = sys.modules["resona.ingest.analyse"]
    world = World(home, random.Random(seed))  # noqa: S311 - no secret
    kept = (scanning._outcomes, analysing.listen, analysing.read_tags)
    scanning._outcomes = partial(outcomes, world)
    analysing.listen, analysing.read_tags = listen_to_content, tags_of_name
    happened: list[str] = []
    try:
        world.scan()
        for _ in range(n_scans):
            world.judge()
            for act in world.rng.choices(WHAT_HAPPENS, k=world.rng.randint(1, 4)):
                happened.append(act.__name__)
                act(world)
            happened.append("scan")
            world.scan(stop_after=world.rng.choice((1, 3, 10**6)))
            if wrong := world.check():
                return [f"sequence {seed}, {' '.join(happened)}: {fault}" for fault in wrong]
    except (StoreError, IndexError) as error:
        return [f"sequence {seed}, {' '.join(happened)}: {error!r}"]
    finally:
        scanning._outcomes, analysing.listen, analysing.read_tags = kept
        world.library.close()
    return []


def move_at_random(home: Path, n_sequences: int, *, seed: int = 0, n_scans: int = 6) -> dict[str, Any]:
    """Play many sequences; for a report."""
    begin, faults = time.monotonic(), []
    for number in range(n_sequences):
        with tempfile.TemporaryDirectory(dir=home) as folder:
            faults += play(Path(folder).resolve(), seed + number, n_scans)
    return {
        "sequences": n_sequences,
        "scans": n_sequences * n_scans,
        "n_faults": len(faults),
        "faults": faults[:20],
        "seconds": round(time.monotonic() - begin, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        result = move_at_random(Path(home), options.sequences, seed=options.seed)
    print(json.dumps(result, indent=2))
    sys.exit(bool(result["n_faults"]))


if __name__ == "__main__":
    main()
