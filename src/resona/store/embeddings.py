"""What a model made of each track: one vector per track and model."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from resona.errors import VectorIndexError
from resona.store.tables import AMONG, Table, to_json, upsert

PUT = upsert("embeddings", ("model_id", "track_id"), ("track_id", "model_id", "vector"))


class EmbeddingTable(Table):
    """Embeddings by model."""

    def put_many(self, model_id: str, vectors: Iterable[tuple[int, NDArray[np.float32]]]) -> None:
        """Store the vectors of several tracks in place of earlier ones of the same model.

        Raises
        ------
        VectorIndexError
            If a vector holds a NaN or an infinity, or is zero or constant: such a vector is near to everything or to
            nothing and never enters the library.
        """
        rows = [(track_id, model_id, _content(track_id, vector)) for track_id, vector in vectors]
        if not rows:
            return
        with self._store.writing() as connection:
            connection.executemany(PUT, rows)
            self._touch()

    def get(self, track_id: int, model_id: str) -> NDArray[np.float32] | None:
        """Give a track's vector, shape (d,), or None."""
        rows = self._rows("SELECT vector FROM embeddings WHERE model_id = ? AND track_id = ?", (model_id, track_id))
        return np.frombuffer(rows[0][0], dtype="<f4").astype(np.float32) if rows else None

    def rows(self, track_ids: Sequence[int], model_id: str) -> NDArray[np.float32]:
        """Give the vectors of tracks that a model has embedded, shape (n, d), in the order asked for.

        Raises
        ------
        VectorIndexError
            If it has not embedded one of them.
        """
        sql = f"SELECT track_id, vector FROM embeddings WHERE model_id = ? AND track_id IN {AMONG}"  # noqa: S608 - fixed texts
        found = dict(self._rows(sql, (model_id, to_json(list(track_ids)))))
        known = [found[track_id] for track_id in track_ids if track_id in found]
        if len(known) < len(track_ids):
            n_unheard = len(track_ids) - len(known)
            raise VectorIndexError(f"{n_unheard} tracks were not heard by the model {model_id}; scan again")
        if not known:
            return np.zeros((0, 0), np.float32)
        return np.frombuffer(b"".join(known), dtype="<f4").reshape(len(known), -1).astype(np.float32)

    def lacking_ids(self, model_id: str) -> list[int]:
        """List the tracks that are there but that a model has not embedded."""
        rows = self._rows(
            "SELECT track_id FROM tracks t WHERE NOT is_missing AND NOT EXISTS"
            " (SELECT 1 FROM embeddings e WHERE e.model_id = ? AND e.track_id = t.track_id) ORDER BY track_id",
            (model_id,),
        )
        return [track_id for (track_id,) in rows]

    def matrix(self, model_id: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Give all vectors of a model whose tracks are not missing.

        Returns
        -------
        Track ids, shape (n,), ascending, and vectors, shape (n, d).
        """
        rows = self._rows(
            "SELECT track_id, vector FROM embeddings JOIN tracks USING (track_id)"
            " WHERE model_id = ? AND NOT is_missing ORDER BY track_id",
            (model_id,),
        )
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        content = b"".join(row[1] for row in rows)
        return ids, np.frombuffer(content, dtype="<f4").reshape(len(rows), -1).astype(np.float32, copy=False)

    def remove(self, track_id: int) -> None:
        """Forget all models' vectors of a track whose audio has changed."""
        self._write("DELETE FROM embeddings WHERE track_id = ?", (track_id,))

    def counts(self) -> dict[str, int]:
        """Count the vectors of each model, of tracks that are there."""
        sql = "SELECT model_id, count(*) FROM embeddings JOIN tracks USING (track_id) WHERE NOT is_missing GROUP BY 1"
        return dict(self._rows(sql))

    def track_ids(self, model_id: str) -> set[int]:
        """List the tracks that a model has embedded."""
        return {row[0] for row in self._rows("SELECT track_id FROM embeddings WHERE model_id = ?", (model_id,))}


def _content(track_id: int, vector: NDArray[np.float32]) -> bytes:
    if vector.ndim != 1 or not np.isfinite(vector).all() or float(np.ptp(vector)) == 0.0:
        raise VectorIndexError(f"the embedding of track {track_id} is not finite, or is constant; it is not stored")
    return vector.astype("<f4", copy=False).tobytes()
