"""How does a server answer at once while the library changes?"""

import threading

from resona.recommend import Catalogue
from resona.teach import Teacher


class WarmCatalogue:
    """The catalogue, ready at once.

    While the library changes, requests are served from the last state and a thread loads the next one; only the very
    first request waits.
    """

    def __init__(self, labels: Teacher) -> None:
        self._labels = labels
        self._current: Catalogue | None = None
        self._key = ""
        self._loading = threading.Lock()

    def get(self) -> Catalogue:
        """Give the catalogue.

        Raises
        ------
        VectorIndexError
            If there is nothing to compare yet.
        """
        current = self._current
        if current is None:
            with self._loading:
                return self._current or self._load()
        if self._key != self._labels.key and self._loading.acquire(blocking=False):
            threading.Thread(target=self._reload, name="catalogue", daemon=True).start()
        return current

    def _load(self) -> Catalogue:
        key = self._labels.key
        catalogue = self._labels.catalogue
        _ = catalogue.ranker, catalogue.attributes  # loaded now, not at the first request
        self._current, self._key = catalogue, key
        return catalogue

    def _reload(self) -> None:
        try:
            self._load()
        finally:
            self._loading.release()
