"""What the requests of all players share, and what one request is."""

from dataclasses import dataclass

from resona.library import Discography, Library, Lists, Player
from resona.web.rest.auth import Patience
from resona.web.rest.parameters import Parameters
from resona.web.state import State


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

    @property
    def library(self) -> Library:
        """The library."""
        return self.state.library

    @property
    def discography(self) -> Discography:
        """Its albums, artists and genres, or those it had a moment ago."""
        return self.state.discography

    def lists_of(self, profile: str) -> Lists:
        """Give the lists as a profile's owner hears them, kept warm."""
        return self.state.of(profile).lists


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
