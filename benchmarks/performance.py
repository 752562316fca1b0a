"""All figures of docs/performance.md, with one command.

    .venv/bin/pip install bliss-audio pymusly
    .venv/bin/python benchmarks/performance.py [--full]

Runs the other benchmarks one after the other, writes docs/performance.json, and the tables between the marks in
docs/performance.md. It takes some eight minutes on two quiet cores; --full adds the search among 1,000,000 vectors and
the scan of 500,000 files, which take half an hour more.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import search

import scale
import scan
import stages

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- performance:begin -->", "<!-- performance:end -->"
N_MP3, N_OTHERS, COPIES = 24, 12, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--render", action="store_true", help="only write the tables again, from the JSON")
    options = parser.parse_args()
    path = DOCS / "performance.json"
    if not options.render:
        path.write_text(json.dumps(measure(is_full=options.full), indent=2) + "\n", encoding="utf-8")
    page = DOCS / "performance.md"
    head, rest = page.read_text(encoding="utf-8").split(BEGIN)
    tables = render(json.loads(path.read_text(encoding="utf-8")))
    page.write_text(head + BEGIN + "\n" + tables + "\n" + END + rest.split(END)[1], encoding="utf-8")


def measure(*, is_full: bool) -> dict[str, Any]:
    begin = time.monotonic()
    result: dict[str, Any] = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "n_cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 1),
        },
        "formats": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for suffix, count in ((".mp3", N_MP3), (".flac", N_OTHERS), (".m4a", N_OTHERS)):
            say(f"scan of {suffix}")
            music = scan.make_files(scratch / suffix[1:], count, suffix, copies=COPIES)
            result["formats"][suffix[1:]] = scan.compare(music, scratch, 1, with_peers=suffix == ".mp3")
        say("stages")
        result["stages"] = stages.measure(scratch / "mp3", N_OTHERS)
    say("search")
    result["search"] = search.measure_sizes([1000, 10_000, 100_000, *([1_000_000] if is_full else [])])["search"]
    say("scale")
    result["scale"] = scale.measure([100_000, *([500_000] if is_full else [])])
    return {**result, "seconds": round(time.monotonic() - begin)}


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def render(result: dict[str, Any]) -> str:
    machine = result["machine"]
    head = f"Measured on {machine['n_cores']} cores ({machine['processor']}), load {machine['load']} at the start."
    parts = [
        head,
        "### Scan beside bliss and musly",
        table(("files", "program", "tracks a second", "Resona is faster by"), format_rows(result["formats"])),
        "### Cost of each stage, four-minute MP3s",
        stages.table(result["stages"]),
        "### Search, one query for 50 tracks, warm",
        table(
            ("tracks", "index", "median ms", "95 % ms", "recall@50", "memory MB", "file MB", "built in s"),
            [
                (
                    f"{row['n_vectors']:,}",
                    row["kind"],
                    f"{row['p50_ms']:.2f}",
                    f"{row['p95_ms']:.2f}",
                    f"{row['recall']:.3f}",
                    f"{row['peak_mb']:.0f}",
                    f"{row['file_mb']:.1f}",
                    f"{row['build_seconds']:.1f}",
                )
                for row in result["search"]
            ],
        ),
        "### Large libraries",
        table(
            ("files", "unchanged", "heard", "seconds", "memory of all processes, MB"),
            [
                (
                    f"{row['n_files']:,}",
                    f"{row['n_unchanged']:,}",
                    str(row["n_heard"]),
                    f"{row['seconds']:.1f}",
                    str(row["peak_mb_all_processes"]),
                )
                for row in result["scale"]["scans"]
            ],
        ),
        storage(result["scale"]),
    ]
    return "\n\n".join(parts)


def format_rows(formats: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for name, result in formats.items():
        for program, rates in result["tracks_per_second"].items():
            ratio = result["ratios"].get(f"resona / {program}")
            rate = sorted(rates)[(len(rates) - 1) // 2]
            rows.append((name, program, f"{rate:.1f}", f"{ratio:.1f} ×" if ratio else ""))
        rows += [(name, program, "left out", why) for program, why in result.get("left_out", {}).items()]
    return rows


def storage(result: dict[str, Any]) -> str:
    stored, embedding = result["storage"], result["embedding"]
    return (
        f"A track takes {stored['library_bytes_per_track'] / 1000:.0f} kB in the library file, of which "
        f"{stored['of_these_features'] / 1000:.0f} kB are features and {stored['of_these_embedding']} bytes the "
        f"embedding. A new model embeds {embedding['tracks_per_second']:.0f} tracks a second from stored features "
        f"({embedding['cpu_ms_per_track']:.1f} ms of processor time each)."
    )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))


if __name__ == "__main__":
    main()
