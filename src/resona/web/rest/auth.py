"""Who asks? Four forms of login, in all of which a player proves that it knows its secret.

A name with the secret itself, plain or as `enc:` and hexadecimal digits; a name with the MD5 of the secret and a salt;
or the secret alone, as an API key. Every secret is compared with, in constant time, so that the time of an answer tells
nothing; a wrong try costs time, the more the more there were before from the same address.
"""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from resona.library import Player
from resona.web.rest.parameters import Parameters
from resona.web.rest.protocol import CONFLICT, MISSING, WRONG_KEY, WRONG_LOGIN, RestError

HEX = "enc:"
FREE_TRIES = 3
FIRST_SECONDS, LONGEST_SECONDS = 0.25, 4.0
FORGOTTEN_SECONDS = 900.0
MOST_ADDRESSES = 1000


def log_in(asked: Parameters, players: Sequence[Player]) -> Player:
    """Find the player who asks.

    Raises
    ------
    RestError
        If nobody says who asks, in two ways at once, or wrongly.
    """
    key, name, password, token = (asked.optional(part) for part in ("apiKey", "u", "p", "t"))
    if key is not None:
        if any(part in asked for part in "upts"):
            raise RestError(CONFLICT, "log in with 'apiKey' alone, or with 'u' and the rest")
        return _only([player for player in players if _equal(player.secret, key)], WRONG_KEY, "wrong API key")
    if name is None:
        raise RestError(MISSING, "the parameter 'u' is missing: the name of a player, as `resona players add` made it")
    if password is not None and token is not None:
        raise RestError(CONFLICT, "log in with 'p' or with 't', not with both")
    if password is None and (token is None or "s" not in asked):
        raise RestError(MISSING, "the parameter 'p' is missing, or both of 't' and 's'")
    if password is not None:
        offered = _plain(password)
        found = [player for player in players if _equal(player.secret, offered)]
    else:
        salt = asked.text("s")
        found = [player for player in players if _equal(_token(player.secret, salt), (token or "").lower())]
    named = [player for player in found if player.name.lower() == name.strip().lower()]
    return _only(named, WRONG_LOGIN, "wrong name or password")


def _only(found: list[Player], code: int, message: str) -> Player:
    if len(found) != 1:
        raise RestError(code, message)
    return found[0]


def _plain(password: str) -> str:
    if not password.startswith(HEX):
        return password
    try:
        return bytes.fromhex(password.removeprefix(HEX)).decode("utf-8", "replace")
    except ValueError:
        return ""


def _token(secret: str, salt: str) -> str:
    return hashlib.md5((secret + salt).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _equal(secret: str, offered: str) -> bool:
    return hmac.compare_digest(secret.encode(), offered.encode("utf-8", "replace"))


@dataclass(slots=True)
class _Tries:
    n: int
    at: float


class Patience:
    """How long does the answer to a wrong try wait?

    Examples
    --------
    >>> patience = Patience()
    >>> [patience.seconds("10.0.0.7", now=1.0) for _ in range(6)]
    [0.0, 0.0, 0.0, 0.25, 0.5, 1.0]
    >>> patience.seconds("10.0.0.7", now=5000.0)
    0.0
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def seconds(self, address: str, now: float | None = None) -> float:
        """Count a wrong try from an address, and give how long its answer waits."""
        now = time.monotonic() if now is None else now
        tries = self._tries.pop(address, None)
        if tries is None or now - tries.at > FORGOTTEN_SECONDS:
            tries = _Tries(0, now)
        tries.n, tries.at = tries.n + 1, now
        self._tries[address] = tries
        while len(self._tries) > MOST_ADDRESSES:
            self._tries.popitem(last=False)
        too_many = min(tries.n - FREE_TRIES, 30)
        return min(FIRST_SECONDS * 2 ** (too_many - 1), LONGEST_SECONDS) if too_many > 0 else 0.0
