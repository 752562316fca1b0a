"""Does a scan survive kills, a full or bad disk, a share that goes away, changing files and a thousand damaged ones?

    .venv/bin/python benchmarks/faults.py [--kills 200] [--mutants 1000] [--moves 1000] [--out faults.json]

A folder is filled with good files and with mutants of them: flipped bits, cut, spliced and overwritten, in every format
that libsndfile and FFmpeg's program (where it is installed) write. It is scanned again and again while workers and the
scan itself are killed with SIGKILL at random moments, the disk is full (a limit on the size of files), the folder is
gone for a while, files are rewritten as they are read, and a disk has bad places (see `bad_disk.py`). Decoders that
crash, hang or want all memory are stand-ins: functions that do just that in place of the decoder. Files are renamed,
swapped and edited, and drives come and go, in random sequences (see `moves.py`).

In the end the library must be whole (`PRAGMA integrity_check`), every good file must have the features and the vector
that an undisturbed scan gave it, bit for bit, and every other file must be in the library or in the list of failures.
Exit status 1 if anything was lost or corrupt, or hung. Linux only.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bad_disk import read_badly
from disturb import (
    HUNG,
    fill_disk,
    kill_at_random,
    meet_hostile_decoders,
    rewrite_while_reading,
    start,
    take_away,
    wait,
)
from kept import account, check
from moves import move_at_random
from mutants import make_files, make_mutants
from resona.library import Library


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--moves", type=int, default=1000, help="sequences of renames, swaps and the like: `moves.py`")
    parser.add_argument("--good", type=int, default=0, help="good files; default: one for each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
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
    report: dict[str, Any] = {"good_files": len(list(good.iterdir())), "mutants": options.mutants}
    report["kills"] = kill_at_random(library, music, options.kills, rng)
    report["full_disk"] = {"ends": fill_disk(scratch / "full.db", music / "good"), **check(scratch / "full.db")}
    report["bad_disk"] = read_badly(scratch / "bad", good)
    report["share_gone"] = take_away(library, music, rng)
    report["changed_while_read"] = rewrite_while_reading(library, music, rng)
    report["hostile_decoders"] = meet_hostile_decoders(scratch / "hostile")
    report["moves"] = move_at_random(scratch, options.moves, seed=options.seed)
    with Library(library) as opened:
        opened.store.failures.clear()  # what was killed while it was heard: `resona errors --retry`
    report["last"] = wait(start(library, music))
    report |= account(library, reference, music)
    report["n_lost"] += len(report["bad_disk"]["lost"]) + report["moves"]["n_faults"]
    report["n_corrupt"] += sum(report[part].get("n_corrupt", 0) for part in ("full_disk", "bad_disk"))
    report["n_hung"] = json.dumps(report).count(HUNG)
    report["seconds"] = round(time.monotonic() - begin, 1)
    return report


if __name__ == "__main__":
    main()
