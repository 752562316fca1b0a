"""What the requests of one server share: the library, its lists kept warm, uploads and background work."""

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from fastapi import Depends, Request
from numpy.typing import NDArray

from resona.errors import UnknownTrackError
from resona.library import Discography, Library, Picture, Warm
from resona.tracks import Tags
from resona.web.jobs import Jobs, LayoutJob

REST = 5.0  # a discography that takes two seconds is worked out every twelve, while a scan goes on
N_UPLOADS = 24  # remembered, without their audio; the oldest is forgotten first


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is remembered of a file that was brought: everything but its audio."""

    upload_id: str
    track_id: int | None
    name: str
    tags: Tags
    picture: Picture | None
    vector: NDArray[np.float32]
    descriptors: dict[str, float | str | None]


@dataclass(kw_only=True)
class State:
    """Everything that requests share."""

    library: Library
    uploads: "OrderedDict[str, Upload]" = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.lists = self.library.lists.warmed()
        self._discography = Warm(self.library.music.discography, lambda: self.library.music.version, rest=REST)
        self.jobs = Jobs()
        self.layout = LayoutJob(self.library)
        self.turns = threading.BoundedSemaphore(os.cpu_count() or 1)  # lists at once: more only delay each other
        self.is_closing = False
        self._guard = threading.Lock()

    @property
    def discography(self) -> Discography:
        """The library's albums, artists and genres, or those it had a moment ago."""
        return self._discography.get()

    def close(self) -> None:
        """End what runs in the background."""
        self.is_closing = True
        self.jobs.close()
        self.library.sounds.close()

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
