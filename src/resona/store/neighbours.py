"""Which tracks are near to a vector, in a library with too many to look at each?

A graph (HNSW [1]_, pgvector) over points that stand for the vectors of a model, in half precision, in PostgreSQL only.
It is a copy: the vectors themselves stay where they are. Beside each point stand the mean and the standard deviation of
the vector's similarities to one sample of the whole library, by which hubs are corrected. A vector that was replaced is
told by its hash.

References
----------
.. [1] Y. Malkov and D. Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
   Small World graphs", IEEE TPAMI 42(4), 2020.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from resona.errors import StoreError
from resona.store.engine import Connection, Search
from resona.store.tables import AMONG, Table, to_json

if TYPE_CHECKING:
    from resona.store.postgres import PostgresConnection

Array = NDArray[np.float32]

BATCH = 10_000
N_LINKS, EF_CONSTRUCTION = 16, 200  # of each vector in the graph, and candidates looked at to choose them
EF_SEARCH = 1000  # candidates that are kept while looking, at most; more are gone on to as they are asked for
HEADER, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"  # of PostgreSQL's binary form
HASH = "('x' || left(md5(e.vector), 8))::bit(32)::int"  # of a vector as it is stored
EVERY: Search = ("TRUE", ())


class NeighbourTable(Table):
    """The graph of each model."""

    def is_ready(self, model_id: str) -> bool:
        """Whether the nearest can be asked for."""
        if not self._store.engine.has_graph or not re.fullmatch(r"\w+", model_id):
            return False
        sql = "SELECT to_regclass(?) IS NOT NULL"
        return bool(self._rows(sql, (f"{_table(model_id)}_graph",))[0][0])

    def start(self, model_id: str, n_dims: int, sample: Array, curve: NDArray[np.float64]) -> None:
        """Make place for the vectors of a model, instead of what was there.

        Parameters
        ----------
        n_dims
            Of a point.
        sample
            Shape (m, d), the vectors that stand for the library.
        curve
            Shape (2, c), as in `Ranker`.

        Raises
        ------
        StoreError
            If the library is a file, or its server lacks pgvector.
        """
        if not self._store.engine.has_graph:
            raise StoreError("a library in a file", "compares every track, exactly; it needs no index")
        table = _table(model_id)
        kept = [np.ascontiguousarray(sample, "<f4").tobytes(), np.ascontiguousarray(curve, "<f8").tobytes()]
        with self._store.writing() as connection:
            (is_there,) = connection.execute(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'"
            ).fetchone()
            if not is_there:
                raise StoreError(
                    "the server", "lacks pgvector; install it there (https://github.com/pgvector/pgvector)"
                )
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS samples"
                " (model_id TEXT PRIMARY KEY, n_dims INTEGER NOT NULL, sample BYTEA NOT NULL, curve BYTEA NOT NULL)"
            )
            connection.execute("DELETE FROM samples WHERE model_id = ?", (model_id,))
            connection.execute("INSERT INTO samples VALUES (?, ?, ?, ?)", (model_id, sample.shape[1], *kept))
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(
                f"CREATE TABLE {table} (track_id BIGINT PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,"
                f" point public.halfvec({n_dims}) NOT NULL, mean REAL NOT NULL, spread REAL NOT NULL,"
                " hash INTEGER NOT NULL)"
            )

    def sample(self, model_id: str) -> tuple[Array, NDArray[np.float64]]:
        """Give the sample and the curve, as they were given to `start`."""
        ((n_dims, sample, curve),) = self._rows(
            "SELECT n_dims, sample, curve FROM samples WHERE model_id = ?", (model_id,)
        )
        return np.frombuffer(sample, "<f4").reshape(-1, n_dims), np.frombuffer(curve, "<f8").reshape(2, -1)

    def draw(self, model_id: str, n: int, *, seed: int = 0) -> Array:
        """Draw n vectors of a model at random, or all that there are: shape (≤ n, d)."""
        ((total,),) = self._rows("SELECT count(*) FROM embeddings WHERE model_id = ?", (model_id,))
        share = min(100.0, 150.0 * n / max(total, 1))
        rows = self._rows(
            f"SELECT vector FROM embeddings TABLESAMPLE BERNOULLI ({share}) REPEATABLE ({seed}) JOIN tracks USING"  # noqa: S608 - numbers
            " (track_id) WHERE model_id = ? AND NOT is_missing",
            (model_id,),
        )
        kept = np.random.default_rng(seed).permutation(len(rows))[:n]
        return _vectors([rows[row][0] for row in kept.tolist()])

    def lacking(self, model_id: str) -> Iterator[tuple[list[int], list[int], Array]]:
        """Go through the vectors that the graph does not hold as they are: ids, hashes, and shape (n, d)."""
        sql = (
            f"SELECT e.track_id, {HASH}, e.vector FROM embeddings e LEFT JOIN {_table(model_id)} n"  # noqa: S608 - a checked name
            f" ON n.track_id = e.track_id AND n.hash = {HASH}"
            " WHERE e.model_id = ? AND e.track_id > ? AND n.track_id IS NULL ORDER BY e.track_id LIMIT ?"
        )
        last = 0
        while rows := self._rows(sql, (model_id, last, BATCH)):
            last = rows[-1][0]
            yield [row[0] for row in rows], [row[1] for row in rows], _vectors([row[2] for row in rows])

    def put_many(self, model_id: str, ids: Sequence[int], hashes: Sequence[int], points: Array, stats: Array) -> None:
        """Add points, in place of earlier ones of these tracks.

        Parameters
        ----------
        hashes
            Of their vectors.
        points
            Shape (n, n_dims).
        stats
            Shape (n, 2): mean and standard deviation of the similarities to the sample.
        """
        table, n_dims = _table(model_id), points.shape[1]
        layout = [("n", ">i2"), ("n1", ">i4"), ("track_id", ">i8"), ("n2", ">i4"), ("dims", ">i2"), ("zero", ">i2")]
        layout += [("point", ">f2", (n_dims,)), ("n3", ">i4"), ("mean", ">f4"), ("n4", ">i4"), ("spread", ">f4")]  # type: ignore[list-item]
        rows = np.zeros(len(ids), np.dtype([*layout, ("n5", ">i4"), ("hash", ">i4")]))
        rows["n"], rows["n1"], rows["n2"], rows["dims"] = 5, 8, 4 + 2 * n_dims, n_dims
        rows["n3"] = rows["n4"] = rows["n5"] = 4
        rows["track_id"], rows["hash"], rows["point"] = ids, hashes, points
        rows["mean"], rows["spread"] = stats.T
        with self._store.writing() as connection:
            connection.execute(f"DELETE FROM {table} WHERE track_id IN {AMONG}", (to_json(list(ids)),))  # noqa: S608 - a checked name
            cast("PostgresConnection", connection).copy(table, HEADER + rows.tobytes() + END)

    def give_memory(self, memory: str) -> None:
        """Let the server build in so much memory, such as "2GB": a graph that does not fit takes many times as long.

        Raises
        ------
        StoreError
            If that is no amount of memory.
        """
        self._rows("SELECT set_config('maintenance_work_mem', ?, FALSE)", (memory,))

    def finish(self, model_id: str) -> None:
        """Build the graph over what was put; what is put later joins it by itself."""
        table = _table(model_id)
        with self._store.reading() as connection:
            connection.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_graph ON {table} USING hnsw (point public.halfvec_ip_ops)"
                f" WITH (m = {N_LINKS}, ef_construction = {EF_CONSTRUCTION})"
            )
            connection.execute(f"ANALYZE {table}")

    def nearest(self, model_id: str, asked: Array, n: int, where: Search = EVERY) -> NDArray[np.float64]:
        """Find the tracks whose points have the largest inner products with what is asked, about in order.

        Parameters
        ----------
        asked
            Shape (n_dims,).
        n
            How many.
        where
            A condition on `t` (the track) and `d` (its descriptors). Where few pass, all that do are compared.

        Returns
        -------
        Shape (≤ n, 4): track id, inner product, and what was put beside: mean and standard deviation.
        """
        condition, values = where
        given = f"[{','.join(format(value, '.5g') for value in asked.tolist())}]"
        farness = f"n.point OPERATOR(public.<#>) '{given}'::public.halfvec"
        sql = f"SELECT n.track_id, -({farness}), n.mean, n.spread FROM {_table(model_id)} n"  # noqa: S608 - a checked name
        if where is not EVERY:
            sql += " JOIN tracks t USING (track_id) LEFT JOIN descriptors d USING (track_id)"
            sql += f" WHERE NOT t.is_missing AND {condition}"
        for sort in ("off", "on"):
            with self._settled(sort, min(n, EF_SEARCH)) as connection:
                found = connection.execute(f"{sql} ORDER BY {farness} LIMIT ?", (*values, n)).fetchall()
            if len(found) == n or where is EVERY:
                break
        return np.array(found, np.float64).reshape(-1, 4)

    @contextmanager
    def _settled(self, sort: str, ef_search: int) -> Iterator[Connection]:
        """Give a connection that follows the graph, or (with sorting on) compares all that pass."""
        other = "off" if sort == "on" else "on"
        scan = f"SET LOCAL enable_indexscan = {other}; " if sort == "on" else ""
        with self._store.reading() as connection:
            is_inner = connection.in_transaction
            connection.execute(
                f"{'' if is_inner else 'BEGIN; '}{scan}SET LOCAL hnsw.ef_search = {ef_search};"
                f" SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL enable_sort = {sort}; SET LOCAL jit = off"
            )
            try:
                yield connection
            finally:
                if not is_inner and connection.in_transaction:
                    connection.execute("ROLLBACK")  # nothing was written, and the settings go with it

    def around(self, model_id: str, names: Sequence[str], track_ids: Sequence[int]) -> dict[str, Sequence[Any]]:
        """Give what lists need to know of some tracks, by id; those that are missing or not in the graph are left out.

        Parameters
        ----------
        names
            Columns of tracks and descriptors.

        Returns
        -------
        The columns by name, with `track_id`, `vector` (float32, as it is stored), `mean` and `spread`.
        """
        keys = ("track_id", *names, "vector", "mean", "spread")
        rows = self._rows(
            f"SELECT t.track_id, {', '.join(names)}, e.vector, n.mean, n.spread FROM tracks t"  # noqa: S608 - fixed names
            f" JOIN {_table(model_id)} n USING (track_id)"
            " JOIN embeddings e ON e.track_id = t.track_id AND e.model_id = ?"
            " LEFT JOIN descriptors d ON d.track_id = t.track_id"
            " WHERE t.track_id = ANY(?) AND NOT t.is_missing ORDER BY t.track_id",
            (model_id, list(track_ids)),
        )
        return dict(zip(keys, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(keys, ())


def _table(model_id: str) -> str:
    if not re.fullmatch(r"\w+", model_id):
        raise StoreError("the index", f"the model {model_id!r} has no name for a table")
    return f"near_{model_id.lower()}"


def _vectors(contents: Sequence[bytes]) -> Array:
    vectors: Array = np.frombuffer(b"".join(contents), "<f4").reshape(len(contents), -1).astype(np.float32)
    return vectors
