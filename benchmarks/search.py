"""How long does a search take, what does it find, and what does it cost, from 1,000 to 1,000,000 tracks?

    .venv/bin/python benchmarks/search.py [--sizes 1000 10000 100000 1000000] [--out search.json]

The exact search and the graph answer the same queries, one at a time and warm, over the same vectors; recall is the
share of the exact neighbours that the graph finds too. Each index is built and searched in processes of its own, whose
peak of resident memory is reported. On a busy machine, look at the least of the times and at processor seconds.

The vectors are made: clustered unit vectors, whose clusters spread over few directions (as learned embeddings do) or,
with --spread-dimensions 0, over all of them. Linux only.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.index import ExactIndex, HnswIndex, load_index
from resona.index.hubness import HubnessConfig, fit

Row = dict[str, Any]

DIMENSION = 128
N_CANDIDATES = 500  # re-ranked when hubs are corrected over a graph
KINDS = ("exact", "hnsw")
COLUMNS = {
    "kind": "",
    "n_vectors": "{:,}",
    "build_seconds": "{:.1f}",
    "build_cpu_seconds": "{:.1f}",
    "build_peak_mb": "{:,.0f}",
    "file_mb": "{:,.0f}",
    "load_ms": "{:.0f}",
    "least_ms": "{:.2f}",
    "p50_ms": "{:.2f}",
    "p95_ms": "{:.2f}",
    "peak_mb": "{:,.0f}",
    "recall": "{:.4f}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--spread-dimensions", type=int, default=16, help="directions a cluster spreads over; 0 is all")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--step", nargs=3, metavar=("DO", "KIND", "DIR"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        do, kind, folder = options.step
        print(json.dumps(build(kind, Path(folder)) if do == "build" else search(kind, Path(folder), options.k)))
        return
    result = measure_sizes(options.sizes, options.queries, options.k, options.spread_dimensions)
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure_sizes(sizes: list[int], n_queries: int = 200, k: int = 50, n_spread: int = 16) -> dict[str, Any]:
    rows, corrections = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for n in sizes:
            folder = Path(scratch)
            make_vectors(folder, n, n_queries, n_spread)
            rows += [measure(kind, folder, k) for kind in KINDS]
            corrections.append(time_correction(folder))
            show(rows[-2:], corrections[-1])
    return {
        "machine": {"processor": platform.processor() or platform.machine(), "n_cores": os.cpu_count()},
        "vectors": {"dimension": DIMENSION, "spread_dimensions": n_spread, "k": k},
        "search": rows,
        "correction": corrections,
    }


def make_vectors(folder: Path, n: int, n_queries: int, n_spread: int) -> None:
    """Write n vectors and queries of the same clusters, √n of them."""
    rng = np.random.default_rng(n)
    centres = unit(rng.standard_normal((int(n**0.5) + 1, DIMENSION)))
    directions = rng.standard_normal((n_spread, DIMENSION)) / DIMENSION**0.5 if n_spread else np.eye(DIMENSION)

    def draw(count: int) -> NDArray[np.float32]:
        spread = rng.standard_normal((count, len(directions))) @ directions / len(directions) ** 0.5
        return unit(centres[rng.integers(0, len(centres), count)] + 0.6 * spread)

    vectors = np.lib.format.open_memmap(folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(n, DIMENSION))
    for start in range(0, n, 50_000):
        vectors[start : start + 50_000] = draw(min(50_000, n - start))
    vectors.flush()
    np.save(folder / "queries.npy", draw(n_queries))


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def measure(kind: str, folder: Path, k: int) -> Row:
    """Build and search in a process each."""
    row: Row = {"kind": kind, "n_vectors": len(np.load(folder / "vectors.npy", mmap_mode="r"))}
    for do in ("build", "search"):
        command = [sys.executable, __file__, "--k", str(k), "--step", do, kind, str(folder)]
        row |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    found, truth = (np.load(folder / f"{name}.rows.npy") for name in (kind, "exact"))
    row["recall"] = float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, truth, strict=True)]))
    return row


def build(kind: str, folder: Path) -> Row:
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    start, cpu_start = time.perf_counter(), time.process_time()
    index = ExactIndex(vectors) if kind == "exact" else HnswIndex(vectors)
    times = {"build_seconds": time.perf_counter() - start, "build_cpu_seconds": time.process_time() - cpu_start}
    path = folder / f"{kind}.index"
    index.save(path)
    return {**times, "build_peak_mb": peak_mb(), "file_mb": path.stat().st_size / 1e6}


def search(kind: str, folder: Path, k: int) -> Row:
    queries = np.load(folder / "queries.npy")
    start = time.perf_counter()
    index = load_index(folder / f"{kind}.index")
    load_ms = 1e3 * (time.perf_counter() - start)
    for query in queries[:20]:  # warm
        index.search(query[None], k)
    rows, times = [], []
    for query in queries:
        start = time.perf_counter()
        found = index.search(query[None], k)
        times.append(1e3 * (time.perf_counter() - start))
        rows.append(found.rows[0])
    np.save(folder / f"{kind}.rows.npy", rows)
    least, p50, p95 = (float(ms) for ms in np.quantile(times, [0, 0.5, 0.95]))
    return {"load_ms": load_ms, "least_ms": least, "p50_ms": p50, "p95_ms": p95, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Give the peak of this process; `getrusage` would tell that of the one which started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def time_correction(folder: Path) -> Row:
    """Time mutual proximity: fitting it, and correcting one query against all tracks and against some candidates."""
    vectors, query = np.load(folder / "vectors.npy", mmap_mode="r"), np.load(folder / "queries.npy")[:1]
    start = time.perf_counter()
    correction = fit(vectors, HubnessConfig(kind="mutual_proximity"), np.random.default_rng(0))
    row: Row = {"n_vectors": len(vectors), "fit_seconds": time.perf_counter() - start}
    stats = correction.describe(query)
    for name, n in (("all", len(vectors)), ("candidates", min(N_CANDIDATES, len(vectors)))):
        candidates = np.arange(n)
        similarities = query @ vectors[:n].T
        times = []
        for _ in range(20):
            start = time.perf_counter()
            correction.distances(similarities, stats, candidates)
            times.append(time.perf_counter() - start)
        row[f"{name}_ms"] = 1e3 * float(np.median(times))
    return row


def show(rows: list[Row], correction: Row) -> None:
    print(" | ".join(COLUMNS))
    for row in rows:
        print(" | ".join((form or "{}").format(row[column]) for column, form in COLUMNS.items()))
    ratio = rows[0]["p50_ms"] / rows[1]["p50_ms"]
    print(f"the graph answers {ratio:.1f} times as fast as the exact search")
    print(
        f"correction of hubs: fitted in {correction['fit_seconds']:.2f} s; a query against all "
        f"{correction['all_ms']:.2f} ms, against {N_CANDIDATES} candidates {correction['candidates_ms']:.2f} ms\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
