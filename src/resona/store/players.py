"""Which players may ask for music, and by which secret?

A secret is kept in plain: the token form of login, which most players use, cannot be checked without it.
"""

from dataclasses import dataclass

from resona.store.tables import Table, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A program that may ask: an app on a phone, a desktop player, another server.

    Attributes
    ----------
    name
        Told apart without regard to case: phones like to write the first letter large.
    profile
        Whose taste its lists follow, and whose stars, ratings and plays it keeps.
    secret
        Its password, and its API key.
    added_at
        In UTC, ISO 8601.
    """

    name: str
    profile: str
    secret: str
    added_at: str = ""


class PlayerTable(Table):
    """The players that may ask."""

    def add(self, player: Player) -> bool:
        """Let a player in; give False where one of that name is already."""
        row = (player.name, player.profile, player.secret, player.added_at or now())
        return bool(self._write("INSERT INTO players VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row))

    def all(self) -> list[Player]:
        """List them by name."""
        rows = self._rows("SELECT name, profile, secret, added_at FROM players ORDER BY lower(name)")
        return [Player(name=name, profile=profile, secret=secret, added_at=at) for name, profile, secret, at in rows]

    def remove(self, name: str) -> bool:
        """Let a player in no longer; give False where there is none of that name."""
        return bool(self._write("DELETE FROM players WHERE lower(name) = lower(?)", (name,)))
