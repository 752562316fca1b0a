"""What the requests of all players share, and what one request is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from resona.library import Library
from resona.library.lists import Lists
from resona.store import Discography, Player
from resona.web.rest.auth import Patience
from resona.web.rest.parameters import Parameters
from resona.web.state import State

T = TypeVar("T")


class Warm(Generic[T]):
    """A value that follows the library, ready at once.

    While the library changes, requests are served from the last state and a thread loads the next one; only the very
    first request waits.

    Parameters
    ----------
    load
        Works the value out.
    version
        What changes whenever the value may.
    """

    def __init__(self, load: Callable[[], T], version: Callable[[], object]) -> None:
        self._load_value, self._version = load, version
        self._current: tuple[object, T] | None = None
        self._loading = threading.Lock()

    def get(self) -> T:
        """Give the value."""
        current = self._current
        if current is None:
            with self._loading:
                return (self._current or self._load())[1]
        if current[0] != self._version() and self._loading.acquire(blocking=False):
            threading.Thread(target=self._reload, name="discography", daemon=True).start()
        return current[1]

    def _load(self) -> tuple[object, T]:
        version = self._version()
        self._current = version, self._load_value()
        return self._current

    def _reload(self) -> None:
        try:
            self._load()
        finally:
            self._loading.release()


class Service:
    """What the requests of all players share.

    Attributes
    ----------
    state
        What they share with the page.
    patience
        How long wrong tries wait.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.patience = Patience()
        music = state.library.music
        self._discography = Warm(music.discography, lambda: music.version)
        self._lists: dict[str, Lists] = {}

    @property
    def library(self) -> Library:
        """The library."""
        return self.state.library

    @property
    def discography(self) -> Discography:
        """Its albums, artists and genres, or those it had a moment ago."""
        return self._discography.get()

    def lists_of(self, profile: str) -> Lists:
        """Give the lists as a profile's owner hears them, kept warm."""
        if profile not in self._lists:
            self._lists[profile] = self.library.lists_of(profile)
        return self._lists[profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: what is asked, by which player, of which service."""

    service: Service
    player: Player
    parameters: Parameters

    @property
    def library(self) -> Library:
        """The library."""
        return self.service.library

    @property
    def profile(self) -> str:
        """Whose stars, ratings, plays and taste count."""
        return self.player.profile
