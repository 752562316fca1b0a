"""Where each track lies on the map of a model."""

import numpy as np
from numpy.typing import NDArray

from resona.store.tables import Table


class LayoutTable(Table):
    """One point per track and model."""

    def put(self, model_id: str, track_ids: NDArray[np.int64], positions: NDArray[np.float32]) -> None:
        """Store the points of a model's map in place of all earlier ones.

        Parameters
        ----------
        track_ids
            Shape (n,).
        positions
            Shape (n, 2).
        """
        rows = [
            (track_id, model_id, x, y) for track_id, (x, y) in zip(track_ids.tolist(), positions.tolist(), strict=True)
        ]
        with self._store.writing() as connection:
            connection.execute("DELETE FROM layout WHERE model_id = ?", (model_id,))
            connection.executemany("INSERT INTO layout VALUES (?, ?, ?, ?)", rows)

    def get(self, model_id: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Give the points of the tracks that are not missing.

        Returns
        -------
        Track ids, shape (n,), ascending, and positions, shape (n, 2).
        """
        rows = self._rows(
            "SELECT track_id, x, y FROM layout JOIN tracks USING (track_id)"
            " WHERE model_id = ? AND NOT is_missing ORDER BY track_id",
            (model_id,),
        )
        values = np.array(rows, np.float64).reshape(-1, 3)
        return values[:, 0].astype(np.int64), values[:, 1:].astype(np.float32)
