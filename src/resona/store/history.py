"""Which tracks were given in earlier lists, so that a list can bring something new."""

import hashlib
from collections.abc import Sequence

from resona.store.tables import Table, now, to_json, upsert

PUT = upsert("given", ("seed", "track_id"), ("seed", "track_id", "given_at"))


class HistoryTable(Table):
    """Tracks given, by what was asked for.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from resona.store import Store
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     store.history.given("a seed"), store.history.clear()
    (set(), 0)
    """

    def add(self, seed: str, track_ids: Sequence[int]) -> None:
        """Remember the tracks of a list.

        Parameters
        ----------
        seed
            Stands for what was asked for: the same text for the same seeds.
        track_ids
            The tracks of the list.
        """
        rows = [(seed, track_id, now()) for track_id in track_ids]
        with self._store.writing() as connection:
            connection.executemany(PUT, rows)

    def given(self, seed: str) -> set[int]:
        """List the tracks that were given for a seed."""
        return {track_id for (track_id,) in self._rows("SELECT track_id FROM given WHERE seed = ?", (seed,))}

    def clear(self, seed: str | None = None) -> int:
        """Forget the lists of one seed, or all; give how many tracks were remembered."""
        return self._write("DELETE FROM given WHERE ? IS NULL OR seed = ?", (seed, seed))


def seed_key(track_ids: Sequence[int], others: Sequence[str] = ()) -> str:
    """Name what was asked for: the same for the same seeds in any order.

    Parameters
    ----------
    track_ids
        Seeds in the library.
    others
        Names of seeds outside it.

    Examples
    --------
    >>> seed_key([7, 3]) == seed_key([3, 7]), seed_key([3]) == seed_key([3], ["song.mp3"])
    (True, False)
    """
    content = to_json([sorted(track_ids), sorted(others)])
    return hashlib.sha256(content.encode()).hexdigest()[:16]
