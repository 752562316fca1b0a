"""What the requests of one server share: the library, its lists kept warm, uploads and background work."""

import os
import threading
from collections import OrderedDict, deque
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from fastapi import Depends, Query, Request
from numpy.typing import NDArray

from resona.errors import ResonaError, UnknownTrackError
from resona.library import Discography, Library, Picture, Warm
from resona.tracks import Tags
from resona.web.doctor import Doctor
from resona.web.jobs import Jobs, LayoutJob
from resona.web.orders import Orders

REST = 5.0  # a discography that takes two seconds is worked out every twelve, while a scan goes on
N_PROFILES = 8  # whose lists are kept warm, besides the server's own
N_UPLOADS = 24  # remembered, without their audio; the oldest is forgotten first


Profile = Annotated[
    str, Query(max_length=100, description="Whose judgements lists follow; the server's own if none is named.")
]


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


class Turns:
    """Lets a few threads in at once, and the others in the order in which they came.

    A semaphore lets whoever comes just then go before those that wait: the slowest twentieth of answers would take
    longer.

    Parameters
    ----------
    n
        How many at once.

    Examples
    --------
    >>> turns = Turns(1)
    >>> with turns:
    ...     print("my turn")
    my turn
    """

    def __init__(self, n: int) -> None:
        self._n_free, self._guard = n, threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if self._n_free:
                self._n_free -= 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._n_free += 1


@dataclass(kw_only=True)
class State:
    """Everything that requests share.

    Attributes
    ----------
    labels, lists
        What the profile that asks has said, and its lists.
    """

    library: Library
    uploads: "OrderedDict[str, Upload]" = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.labels, self.lists = self.library.labels, self.library.lists.warmed()
        self._of_profile: OrderedDict[str, State] = OrderedDict()
        self._discography = Warm(self.library.music.discography, lambda: self.library.music.version, rest=REST)
        self.orders = Orders()
        self.jobs, self.doctor = Jobs(), Doctor(self.library)
        self.layout = LayoutJob(self.library)
        self.turns = Turns(os.cpu_count() or 1)  # lists at once: more only delay each other
        self._closing = threading.Event()
        self._guard = threading.Lock()

    @property
    def discography(self) -> Discography:
        """The library's albums, artists and genres, or those it had a moment ago."""
        return self._discography.get()

    @property
    def is_closing(self) -> bool:
        """Whether the server ends."""
        return self._closing.is_set()

    def of(self, profile: str) -> "State":
        """Give the same for a profile: another one has judgements and lists of its own, and shares the rest.

        Raises
        ------
        ConfigError
            If the profile cannot be one.
        """
        if profile == self.labels.profile:
            return self
        with self._guard:
            if profile not in self._of_profile:
                theirs = copy(self)
                theirs.labels = self.library.labels.of(profile)
                theirs.lists = self.library.lists_of(profile).warmed()
                self._of_profile[profile] = theirs
                while len(self._of_profile) > N_PROFILES:
                    self._of_profile.popitem(last=False)
            self._of_profile.move_to_end(profile)
            return self._of_profile[profile]

    def warm(self) -> threading.Thread:
        """Load what the first visitor would wait for, in the background: the shelves, then the lists.

        The library must stay open until the thread ends.
        """

        def load() -> None:
            with suppress(ResonaError):  # whoever asks is told
                _ = self.discography
                self.lists.load()

        warming = threading.Thread(target=load, name="warming", daemon=True)
        warming.start()
        return warming

    def close(self) -> None:
        """End what runs in the background; what is being loaded reads from the library, which may be closed next."""
        self._closing.set()
        self.jobs.close()
        for state in (self, *self._of_profile.values()):
            state.lists.settle()
        self._discography.settle()
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


async def get_state(request: Request, profile: Profile = "") -> State:
    """Give the state of the server that a request came to, for the profile that it names.

    It waits for nothing; were it not `async`, each request would pass through one more thread.
    """
    state: State = request.app.state.shared
    return state.of(profile) if profile else state


Shared = Annotated[State, Depends(get_state)]
