"""What do lists cost in PostgreSQL, and do they stay the same, when the graph is asked instead of every track?

    .venv/bin/python benchmarks/scale_out.py ADDRESS --like library.db [--tracks 200000] [--memory 2GB] [--out FILE]

ADDRESS is that of an empty database or schema; it is filled. The vectors are made: each is one of the library `--like`,
changed by the difference of two others and a little noise, so that they lie as real ones do. Every list of 50 has the
usual limits and the correction for hubs, and is compared with the one that looks at every track, in memory, as it is
made of a library in a file. The filter lets through a fifth of the tracks, of genres that go with the sound.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from resona.inference import Model
from resona.library import Library
from resona.recommend import Catalogue, Graph, Request, recommend, recommend_nearby
from resona.recommend.catalogue.ranking import BLOCK_ROWS, Ranker
from resona.recommend.catalogue.snapshot import NUMBERS, TEXTS, Snapshot, encode
from resona.store import Store
from resona.tracks import Tags

Row = dict[str, Any]

N_GENRES, N_QUERIES, K = 5, 100, 50
COLUMNS = (
    "path", "size_bytes", "mtime_ns", "audio_hash", "duration_seconds", "artist", "album_artist", "title", "album",
    "genres", "sources", "added_at", "title_words", "words", "artist_keys", "genre_keys",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--like", type=Path, required=True, help="a scanned library")
    parser.add_argument("--tracks", type=int, default=200_000)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    with Library(options.like) as library:
        model = library.model
        _, real = library.store.embeddings.matrix(model.model_id)
    rng = np.random.default_rng(0)
    vectors, genres = make(real, options.tracks, rng)
    with Store(options.address) as store:
        rows = measure(store, model, vectors, genres, options.memory, rng)
    rows = {"tracks": options.tracks, "numbers": vectors.shape[1], "memory": options.memory, **rows}
    print(json.dumps(rows, indent=2))
    if options.out:
        options.out.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def make(
    real: np.ndarray[Any, Any], n: int, rng: np.random.Generator
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give vectors of length 1, shape (n, d), and the number of a genre for each."""
    a, b, c = rng.integers(0, len(real), (3, n))
    vectors = real[a] + 0.35 * (real[b] - real[c]) + rng.normal(0, 0.02, (n, real.shape[1])).astype(np.float32)
    by_sound = np.argsort(np.argsort(real @ real.mean(axis=0))) * N_GENRES // len(real)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), by_sound[a]


def tags_of(number: int, genre: int) -> Tags:
    return Tags(
        artist=f"Artist {number // 10}",
        title=f"Song {number}",
        album=f"Album {number // 10}",
        genres=(f"genre {genre}",),
        duration_seconds=200.0,
    )


def fill(store: Store, model: Model, vectors: np.ndarray[Any, Any], genres: np.ndarray[Any, Any]) -> None:
    raw = store.connection.raw  # type: ignore[attr-defined]
    with psycopg.Cursor(raw).copy(f"COPY tracks ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for number, genre in enumerate(genres.tolist()):
            tags = tags_of(number, genre)
            derived = store.engine.derived(tags)
            copy.write_row(
                (
                    *(f"/m/{number}.mp3", 1, 1, str(number), 200.0, tags.artist, "", tags.title, tags.album),
                    *(json.dumps(tags.genres), "{}", "2026-01-01T00:00:00+00:00"),
                    *(derived[name] for name in COLUMNS[-4:]),
                )
            )
    with psycopg.Cursor(raw).copy("COPY embeddings FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "text", "bytea"])
        for number, vector in enumerate(vectors, start=1):
            copy.write_row((number, model.model_id, vector.tobytes()))
    for table in ("tracks", "embeddings"):
        raw.execute(f"ANALYZE {table}")


def whole(store: Store, graph: Graph, vectors: np.ndarray[Any, Any], genres: np.ndarray[Any, Any]) -> Catalogue:
    """Make the catalogue of all tracks, with the proportions that the graph has."""
    reference, curve = store.neighbours.sample(graph.model.model_id)
    ranker = Ranker(graph.model, reference, reference, np.zeros((0, 2), np.float32), "mutual_proximity", curve)
    n = len(vectors)
    stats = np.concatenate([ranker.describe(vectors[i : i + BLOCK_ROWS]) for i in range(0, n, BLOCK_ROWS)])
    all_tags = [tags_of(number, genre) for number, genre in enumerate(genres.tolist())]
    texts = dict.fromkeys(TEXTS, encode([""] * n)) | {
        "path": encode(f"/m/{number}.mp3" for number in range(n)),
        "artist": encode(tags.artist for tags in all_tags),
        "title": encode(tags.title for tags in all_tags),
        "album": encode(tags.album for tags in all_tags),
        "genres": encode("\n".join(tags.genres) for tags in all_tags),
    }
    numbers = np.full((len(NUMBERS), n), np.nan)
    numbers[NUMBERS.index("duration_seconds")] = 200.0
    arrays = {"track_ids": np.arange(1, n + 1), "vectors": vectors, "reference": reference, "stats": stats}
    arrays |= {"curve": curve, "numbers": numbers, "versions": np.full(n, -1, np.int32), "kinds": np.zeros(n, np.int8)}
    return Catalogue(store, graph.model, store.version, Snapshot(arrays, texts))


def measure(
    store: Store,
    model: Model,
    vectors: np.ndarray[Any, Any],
    genres: np.ndarray[Any, Any],
    memory: str,
    rng: np.random.Generator,
) -> Row:
    graph, row = Graph(store, model), {}
    if not store.tracks.count():
        start = time.perf_counter()
        fill(store, model, vectors, genres)
        row["loaded_seconds"] = round(time.perf_counter() - start, 1)
    if not graph.is_ready:
        start = time.perf_counter()
        graph.build(memory=memory)
        row["built_seconds"] = round(time.perf_counter() - start, 1)
    names = (f"near_{model.model_id}", f"near_{model.model_id}_graph")
    row["mb"] = {
        name.removeprefix(f"near_{model.model_id}") or "table": round(
            store.connection.execute(f"SELECT pg_relation_size('{name}')").fetchone()[0] / 1e6
        )
        for name in names
    }
    exact = whole(store, graph, vectors, genres)
    queries = [f"#{number}" for number in rng.integers(1, len(vectors) + 1, N_QUERIES).tolist()]
    for name, where in (("all", ""), ("a fifth", "genre = 'genre 2'")):
        row[name] = compare(graph, exact, queries, where)
    return row


def compare(graph: Graph, exact: Catalogue, queries: list[str], where: str) -> Row:
    shared, times, exact_times = [], [], []
    for query in queries:
        request = Request.of([query], k=K, where=where)
        start = time.perf_counter()
        found = recommend_nearby(graph, request)
        middle = time.perf_counter()
        expected = recommend(exact, request)
        exact_times.append(time.perf_counter() - middle)
        times.append(middle - start)
        ids = [{line.track.track_id for line in each.results} for each in (found, expected)]
        shared.append(len(ids[0] & ids[1]) / len(ids[1]))
    milliseconds = {
        f"{name} p{share}": round(1000 * float(np.percentile(values, share)), 1)
        for name, values in (("graph", times), ("every track", exact_times))
        for share in (50, 95)
    }
    return {"same_of_50": round(float(np.mean(shared)), 4), "least": round(min(shared), 2), "ms": milliseconds}


if __name__ == "__main__":
    main()
