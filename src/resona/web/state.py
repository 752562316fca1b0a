"""What the requests of one server share: the library, its catalogue kept warm, the ear, uploads and background work."""

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from fastapi import Depends, Request
from numpy.typing import NDArray

from resona.errors import UnknownTrackError
from resona.library import Library
from resona.recommend import Catalogue
from resona.tracks import Tags, Track
from resona.web.ear import Ear
from resona.web.jobs import LayoutJob, ScanJob
from resona.web.pictures import Picture

N_UPLOADS = 24  # remembered, without their audio; the oldest is forgotten first


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is remembered of a file that was brought: everything but its audio."""

    upload_id: str
    name: str
    tags: Tags
    picture: Picture | None
    vector: NDArray[np.float32]
    descriptors: dict[str, float | str | None]


class WarmCatalogue:
    """The catalogue, ready at once.

    While the library changes, requests are served from the last state and a thread loads the next one; only the very
    first request waits.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
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
        if self._key != self._library.labels.key and self._loading.acquire(blocking=False):
            threading.Thread(target=self._reload, name="catalogue", daemon=True).start()
        return current

    def _load(self) -> Catalogue:
        key = self._library.labels.key
        catalogue = self._library.catalogue
        _ = catalogue.ranker, catalogue.attributes  # loaded now, not at the first request
        self._current, self._key = catalogue, key
        return catalogue

    def _reload(self) -> None:
        try:
            self._load()
        finally:
            self._loading.release()


@dataclass(kw_only=True)
class State:
    """Everything that requests share."""

    library: Library
    genre_groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ear: Ear = field(default_factory=Ear)
    uploads: "OrderedDict[str, Upload]" = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.catalogue = WarmCatalogue(self.library)
        self.scan = ScanJob(self.library)
        self.layout = LayoutJob(self.library)
        self.turns = threading.BoundedSemaphore(os.cpu_count() or 1)  # lists at once: more only delay each other
        self.is_closing = False
        self._guard = threading.Lock()

    def close(self) -> None:
        """End what runs in the background."""
        self.is_closing = True
        self.scan.close()
        self.ear.close()

    def track(self, track_id: int) -> Track:
        """Find a track.

        Raises
        ------
        UnknownTrackError
            If there is none with that number.
        """
        track = self.library.store.tracks.get(track_id)
        if track is None:
            raise UnknownTrackError(f"#{track_id}", [])
        return track

    def remember(self, upload: Upload) -> None:
        """Keep what was heard in a file, and forget the oldest if there are many."""
        with self._guard:
            self.uploads[upload.upload_id] = upload
            while len(self.uploads) > N_UPLOADS:
                self.uploads.popitem(last=False)

    def upload(self, upload_id: str) -> Upload:
        """Find what was heard in a file.

        Raises
        ------
        UnknownTrackError
            If it is forgotten.
        """
        with self._guard:
            upload = self.uploads.get(upload_id)
        if upload is None:
            raise UnknownTrackError(upload_id, [], "this file is no longer remembered; drop it again")
        return upload


async def get_state(request: Request) -> State:
    """Give the state of the server that a request came to.

    It waits for nothing; were it not `async`, each request would pass through one more thread.
    """
    state: State = request.app.state.shared
    return state


Shared = Annotated[State, Depends(get_state)]
