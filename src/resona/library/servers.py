"""What music do other servers have? Asked of Subsonic's and of Jellyfin's own interface.

Nothing is sent but questions and the login. A server that sends one elsewhere is not followed: the login is for it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import PurePath
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import UUID

from resona.errors import ServerError

PAGE = 500
MOST_BYTES = 64_000_000  # of one answer
SECONDS = 60.0
TICKS_PER_SECOND = 10_000_000  # of Jellyfin


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A song as another server describes it.

    Attributes
    ----------
    size_bytes
        0 where it is not said.
    path
        Where it is, on that server's machine; empty where the server does not say or invents it.
    """

    item_id: str
    title: str
    artist: str
    album: str
    seconds: float
    suffix: str
    size_bytes: int = 0
    path: str = ""
    artist_id: str = ""

    @property
    def label(self) -> str:
        """One line for people."""
        return f"{self.artist} – {self.title}" if self.artist else self.title


class Subsonic:
    """A server that speaks Subsonic: Navidrome, Gonic, Airsonic, supysonic and others.

    Parameters
    ----------
    address
        As `address_of` gives it.
    login
        As `log_in` makes it.
    """

    def __init__(self, address: str, login: Mapping[str, str]) -> None:
        self._address, self._login = address, dict(login)

    @staticmethod
    def log_in(user: str, password: str, *, is_plain: bool = False) -> dict[str, str]:
        """Make a login that proves knowledge of a password without holding it; or one that is the password itself."""
        if is_plain:
            return {"u": user, "p": f"enc:{password.encode().hex()}"}
        salt = secrets.token_hex(8)
        token = hashlib.md5((password + salt).encode(), usedforsecurity=False).hexdigest()
        return {"u": user, "t": token, "s": salt}

    def items(self) -> Iterator[Item]:
        """Go through all songs, by an empty search; where that finds nothing, by albums."""
        n_songs = 0
        while page := _items(self._ask("search3", query="", artistCount=0, albumCount=0, songCount=PAGE,
                                       songOffset=n_songs), "searchResult3", "song"):  # fmt: skip
            n_songs += len(page)
            yield from map(_subsonic_item, page)
        if not n_songs:
            yield from self._by_albums()

    def item(self, item_id: str, *, seconds: float) -> Item | None:
        """Ask for one song."""
        song = self._ask("getSong", seconds=seconds, id=item_id).get("song")
        return _subsonic_item(song) if isinstance(song, dict) else None

    def _by_albums(self) -> Iterator[Item]:
        n_albums = 0
        while page := _items(self._ask("getAlbumList2", type="alphabeticalByName", size=PAGE, offset=n_albums),
                             "albumList2", "album"):  # fmt: skip
            n_albums += len(page)
            for album in page:
                yield from map(_subsonic_item, _items(self._ask("getAlbum", id=album.get("id")), "album", "song"))

    def _ask(self, method: str, *, seconds: float = SECONDS, **parameters: Any) -> dict[str, Any]:
        parameters |= {**self._login, "v": "1.13.0", "c": "resona", "f": "json"}
        answer = get_json(f"{self._address}/rest/{method}.view", parameters, seconds=seconds)
        found = answer.get("subsonic-response")
        if not isinstance(found, dict):
            raise ServerError(f"{self._address} does not speak Subsonic; check the address")
        if found.get("status") != "ok":
            error = found.get("error")
            raise ServerError(f"{self._address} refuses: {error.get('message') if isinstance(error, dict) else error}")
        return found


class Jellyfin:
    """A Jellyfin server.

    Parameters
    ----------
    address
        As `address_of` gives it.
    login
        As `log_in` makes it.
    """

    def __init__(self, address: str, login: Mapping[str, str]) -> None:
        self._address, self._headers = address, {"X-Emby-Token": login["key"]}

    @staticmethod
    def log_in(key: str) -> dict[str, str]:
        """Make a login of an API key."""
        return {"key": key}

    def items(self) -> Iterator[Item]:
        """Go through all songs."""
        n_songs = 0
        while page := self._page(SECONDS, Recursive="true", StartIndex=n_songs, Limit=PAGE):
            n_songs += len(page)
            yield from map(_jellyfin_item, page)

    def item(self, item_id: str, *, seconds: float) -> Item | None:
        """Ask for one song."""
        page = self._page(seconds, Ids=item_id)
        return _jellyfin_item(page[0]) if page else None

    def _page(self, seconds: float, **parameters: Any) -> list[dict[str, Any]]:
        parameters |= {"IncludeItemTypes": "Audio", "Fields": "Path"}
        answer = get_json(f"{self._address}/Items", parameters, headers=self._headers, seconds=seconds)
        return _items({"answer": answer}, "answer", "Items")


def address_of(text: str) -> str:
    """Check an address, and write it as servers are known by.

    Raises
    ------
    ServerError
        If it is none.

    Examples
    --------
    >>> address_of("HTTPS://Music.example/navidrome/")
    'https://music.example/navidrome'
    """
    try:
        parts = urlsplit(text.strip())
        is_fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and not parts.query
        _ = parts.port
    except ValueError:
        is_fine = False
    if not is_fine:
        raise ServerError(f"{text!r} is no address of a server, such as http://127.0.0.1:4533")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def plain_id(item_id: str) -> str:
    """Write a UUID without dashes, as Jellyfin and the plugins send it; other ids stay.

    Examples
    --------
    >>> plain_id("0F8FAD5B-D9CB-469F-A165-70867728950E"), plain_id("0F8fad")
    ('0f8fad5bd9cb469fa16570867728950e', '0F8fad')
    """
    try:
        return UUID(item_id).hex if len(item_id) in (32, 36) else item_id
    except ValueError:
        return item_id


def get_json(
    address: str, parameters: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> dict[str, Any]:
    """Ask a server.

    Raises
    ------
    ServerError
        If it does not answer, or not with a JSON object.
    """
    asked = Request(f"{address}?{urlencode(parameters)}", headers=dict(headers or {}))  # noqa: S310 - see `address_of`
    try:
        with build_opener(_NoRedirects).open(asked, timeout=seconds) as response:
            answer = json.loads(response.read(MOST_BYTES))
    except HTTPError as error:
        error.close()
        where = error.headers.get("location") if 300 <= error.code < 400 else None
        hint = f"; it sends one to {where}: use that address" if where else ""
        raise ServerError(f"{address} answers with status {error.code}{hint}") from error
    except (OSError, HTTPException) as error:
        raise ServerError(f"{address} cannot be reached: {getattr(error, 'reason', error)}") from error
    except (ValueError, RecursionError) as error:
        raise ServerError(f"{address} does not answer with JSON; check the address") from error
    if not isinstance(answer, dict):
        raise ServerError(f"{address} answers with something unexpected; check the address")
    return answer


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nobody."""


def _items(answer: Mapping[str, Any], name: str, kind: str) -> list[dict[str, Any]]:
    inner = answer.get(name)
    found = inner.get(kind) if isinstance(inner, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _subsonic_item(song: Mapping[str, Any]) -> Item:
    return Item(
        item_id=_text(song.get("id")),
        title=_text(song.get("title")),
        artist=_text(song.get("artist")),
        album=_text(song.get("album")),
        seconds=_number(song.get("duration")),
        suffix=_text(song.get("suffix")).lower(),
        size_bytes=int(_number(song.get("size"))),
        artist_id=_text(song.get("artistId")),
    )


def _jellyfin_item(song: Mapping[str, Any]) -> Item:
    credited = [artist for artist in song.get("ArtistItems") or [] if isinstance(artist, dict)]
    path = _text(song.get("Path"))
    return Item(
        item_id=plain_id(_text(song.get("Id"))),
        title=_text(song.get("Name")),
        artist="; ".join(_text(artist.get("Name")) for artist in credited),
        album=_text(song.get("Album")),
        seconds=_number(song.get("RunTimeTicks")) / TICKS_PER_SECOND,
        suffix=PurePath(path.replace("\\", "/")).suffix.lower().removeprefix("."),
        path=path.replace("\\", "/"),
        artist_id=plain_id(_text(credited[0].get("Id"))) if credited else "",
    )


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
