"""Which players may ask, by which secret, and for whom?"""

import base64
import secrets

from resona.errors import QueryError
from resona.store import Player, Store
from resona.teach import DEFAULT_PROFILE, check_profile

MOST_LETTERS = 64
SECRET_BYTES = 16


class Players:
    """The players that may ask: ``library.players``.

    Each has a secret of its own, so that a lost phone can be shut out without touching the others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     player = Players(store).add("phone", profile="dad")
    ...     len(player.secret), [known.name for known in Players(store).all()]
    (26, ['phone'])
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, *, profile: str = DEFAULT_PROFILE) -> Player:
        """Let a player in, with a new random secret.

        Parameters
        ----------
        name
            What it logs in as; upper and lower case are the same.
        profile
            Whose judgements its lists follow, and whose stars, ratings and plays it keeps.

        Raises
        ------
        QueryError
            If the name cannot be one, or is taken.
        ConfigError
            If the profile cannot be one.
        """
        name = name.strip()
        if not 0 < len(name) <= MOST_LETTERS or not name.isprintable():
            raise QueryError(f"a player has a name of 1 to {MOST_LETTERS} letters, got {name!r}")
        check_profile(profile)
        secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=").lower()
        player = Player(name=name, profile=profile, secret=secret)
        if not self._store.players.add(player):
            raise QueryError(f"there is a player {name!r} already; revoke it first, or choose another name")
        return self.get(name)

    def all(self) -> list[Player]:
        """List them by name."""
        return self._store.players.all()

    def get(self, name: str) -> Player:
        """Give one.

        Raises
        ------
        QueryError
            If there is none of that name.
        """
        found = [player for player in self.all() if player.name.lower() == name.strip().lower()]
        if not found:
            known = ", ".join(repr(player.name) for player in self.all())
            raise QueryError(f"no player is called {name!r}; {f'there are {known}' if known else 'there are none'}")
        return found[0]

    def revoke(self, name: str) -> None:
        """Shut a player out: its secret is worth nothing from now on.

        Raises
        ------
        QueryError
            If there is none of that name.
        """
        self._store.players.remove(self.get(name).name)
