"""How are songs, albums, artists and playlists named to players?

"tr-12" and "pl-3" hold the number in the library, "al-…" and "ar-…" a hash; see `resona.store.discography`. The one
folder, under which everything lies, is 1. No part of an id is ever used as a path.
"""

import re

from resona.web.rest.protocol import NOT_FOUND, RestError

ROOT = "1"
NUMBERED = re.compile(r"(?:tr|pl)-([1-9][0-9]{0,17})")


def track_id(number: int) -> str:
    """Write the id of a track."""
    return f"tr-{number}"


def playlist_id(number: int) -> str:
    """Write the id of a playlist."""
    return f"pl-{number}"


def is_track(text: str) -> bool:
    """Say whether an id is that of a track, if of anything."""
    return text.startswith("tr-")


def number_of(text: str, kind: str) -> int:
    """Read the number in an id.

    Parameters
    ----------
    kind
        "tr" or "pl".

    Raises
    ------
    RestError
        If it is not such an id.

    Examples
    --------
    >>> number_of("tr-12", "tr")
    12
    """
    match = NUMBERED.fullmatch(text)
    if match is None or not text.startswith(f"{kind}-"):
        raise unknown(text)
    return int(match[1])


def unknown(text: str) -> RestError:
    """Say that nothing has this id."""
    return RestError(NOT_FOUND, f"nothing here has the id {text[:100]!r}")
