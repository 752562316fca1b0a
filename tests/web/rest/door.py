"""How the tests ask at the players' door."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx2 as httpx
from shapes import check, from_xml

from resona.library import Library

ODD_TITLE = "\x01Ünïcödé <&> \u2028 'song'"
COVER_SIZE = 400


@dataclass(frozen=True)
class Door:
    """The server, and a player that may ask."""

    address: str
    port: int
    secret: str
    library: Library
    http: httpx.Client

    def get(self, method: str, **parameters: Any) -> httpx.Response:
        """Ask with the API key."""
        return self.http.get(f"/rest/{method}", params={"apiKey": self.secret, "f": "json", **parameters})

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask, and hold what comes against the specification."""
        response = self.get(method, **parameters)
        assert response.status_code == 200
        if parameters.get("f") == "xml":
            answer = from_xml(ElementTree.fromstring(response.content))  # noqa: S314 - our own
        else:
            answer = response.json()["subsonic-response"]
        check(answer)
        return answer

    def code(self, method: str, **parameters: Any) -> int:
        """Ask for what is refused, and give the error's code."""
        return int(self.ask(method, **parameters)["error"]["code"])
