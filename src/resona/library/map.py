"""Where does each track lie on the library's map?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import ResonaError
from resona.ingest import WorkerPool
from resona.library.models import Models
from resona.recommend.map import LayoutTask, update_layout
from resona.store import Store
from resona.tracks import fold

PATIENCE_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoints:
    """The tracks that have a place.

    Attributes
    ----------
    track_ids, positions
        Shapes (n,) and (n, 2).
    genres
        Their names, each as most write it, the largest first after "", for none.
    genre_of
        Shape (n,): positions in `genres`.
    n_waiting
        Tracks whose place is still to be worked out.
    version
        Changes whenever the rest does.
    """

    track_ids: NDArray[np.int64]
    positions: NDArray[np.float32]
    genres: list[str]
    genre_of: NDArray[np.int64]
    n_waiting: int
    version: str


class Map:
    """The map on which near tracks sound alike: ``library.map``."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store, self._models = store, models

    @property
    def version(self) -> int:
        """A number that changes whenever `draw` may have something to do."""
        return self._store.version

    def draw(self) -> int:
        """Give every track its place, in a process of its own with low priority; give how many had none before.

        Raises
        ------
        ResonaError
            If that process fails.
        """
        return update_layout(self._store, self._models.current.model_id, draw=_draw)

    def places(self) -> MapPoints:
        """Give the places as they are now."""
        model_id = self._models.current.model_id
        track_ids, positions = self._store.layout.get(model_id)
        first = self._store.shelves.first_genres()
        genres = ["", *_spelled(first.values())]
        places = {fold(name): place for place, name in enumerate(genres)}
        numbers = {name: places.get(fold(name), 0) for name in {"", *first.values()}}
        return MapPoints(
            track_ids=track_ids,
            positions=positions,
            genres=genres,
            genre_of=np.array([numbers[first.get(track_id, "")] for track_id in track_ids.tolist()], dtype=np.int64),
            n_waiting=max(0, len(self._store.embeddings.track_ids(model_id)) - len(track_ids)),
            version=f"{model_id}-{len(track_ids)}-{self._store.version}",
        )


def _spelled(names: Iterable[str]) -> list[str]:
    """Give the genres that these names are, one for "rock" and "Rock", the largest first.

    Examples
    --------
    >>> _spelled(["rock", "Jazz", "Rock", "Rock", ""])
    ['Rock', 'Jazz']
    """
    sizes: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for name, n_tracks in sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])):
        sizes[fold(name)] += n_tracks
        spellings.setdefault(fold(name), name)
    return [spellings[key] for key in sorted(sizes, key=lambda key: (-sizes[key], key)) if key]


def _draw(task: LayoutTask) -> NDArray[np.float32]:
    """Do it in a worker, which may write nothing; what it returns is stored here."""
    pool: WorkerPool[LayoutTask, Any] = WorkerPool(_build, _lost, n_workers=1, patience_seconds=PATIENCE_SECONDS)
    (drawn,) = pool.run([task])
    if isinstance(drawn, ResonaError):
        raise drawn
    positions: NDArray[np.float32] = drawn
    return positions


def _build() -> Any:
    return LayoutTask.__call__


def _lost(_: LayoutTask, reason: str) -> ResonaError:
    return ResonaError(reason.replace("the decoder", "its process"))
