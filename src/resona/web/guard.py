"""Who may ask? Checked before anything else sees a request.

Three dangers of a server on one's own machine: a foreign page that makes its name point here (DNS rebinding: the Host
header betrays it), a foreign page that posts here (its Origin betrays it), and anyone else on the network (who does not
know the token). Every answer carries headers that forbid foreign scripts, frames and guessing of types.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resona.web.errors import RequestError

COOKIE = "resona_token"
COOKIE_SECONDS = 365 * 86_400
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOADS = "/api/v1/uploads"
PLAYLISTS = "/api/v1/playlists"
MOST_UPLOAD_BYTES = 300_000_000  # an hour of lossless stereo
PLAYERS = "/rest/"  # whose requests prove who asks, each by itself: see `resona.web.rest.auth`
MOST_LIST_BYTES = 4_000_000  # a playlist of a hundred thousand songs
MOST_BODY_BYTES = 100_000  # of any other request

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
PLAYER_HEADERS = {  # for players that are pages of other sites
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "content-type",
    "access-control-allow-methods": "GET, POST, HEAD",
    "access-control-max-age": "86400",
    "cross-origin-resource-policy": "cross-origin",
}

TOO_LARGE = (
    f"a song may have {MOST_UPLOAD_BYTES // 1_000_000} MB at most, a playlist {MOST_LIST_BYTES // 1_000_000} MB, "
    f"anything else {MOST_BODY_BYTES // 1000} kB"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may ask.

    Attributes
    ----------
    hosts
        Names under which the server may be addressed, besides loopback's.
    is_any_address_allowed
        Any numeric address will do as a name: for a server that listens on all of them. A rebinding attack needs a
        name of its own.
    token
        What a client must know; empty on loopback.
    """

    hosts: frozenset[str] = frozenset()
    is_any_address_allowed: bool = False
    token: str = ""

    def is_host_allowed(self, name: str) -> bool:
        """Say whether a Host header without its port is one of ours."""
        return name in LOOPBACK_NAMES or name in self.hosts or (self.is_any_address_allowed and _is_address(name))

    def knows_token(self, presented: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(presented.encode(), self.token.encode())


class Guard:
    """Middleware that refuses what must not pass and marks what does."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, then hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets here
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, _limited(receive, _most_bytes(scope)), _marked(send, _is_player(scope)))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._access.is_host_allowed(_name(host)):
            return _refuse(421, "WrongHost", "this server does not answer to that name; see `resona serve --help`")
        if _is_player(scope) and scope["method"] == "OPTIONS":
            return Response(status_code=204)
        if scope["method"] not in SAFE_METHODS and not _is_player(scope) and _is_foreign(headers, host):
            return _refuse(403, "ForeignOrigin", "another site's page may not change anything here")
        if _declared_bytes(headers) > _most_bytes(scope):
            return _refuse(413, "TooLarge", TOO_LARGE)
        if self._access.token and not _is_player(scope):
            return self._token_refusal(scope, headers)
        return None

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        offered = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and offered and self._access.knows_token(offered):
            welcome = RedirectResponse("/", status_code=303)
            welcome.set_cookie(COOKIE, self._access.token, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
            return welcome
        if self._access.knows_token(_bearer(headers)) or self._access.knows_token(_cookie(headers)):
            return None
        return _refuse(401, "TokenNeeded", "open the address that `resona serve` printed: it carries the token")


def _name(host: str) -> str:
    """Take the port off a Host header.

    Examples
    --------
    >>> _name("LOCALHOST:8080"), _name("[::1]:8080"), _name("a@b"), _name("[")
    ('localhost', '::1', '', '')
    """
    if "@" in host or "/" in host:
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_foreign(headers: Headers, host: str) -> bool:
    """Browsers always say where an unsafe request comes from; other programs say nothing."""
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    return site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != host)


def _bearer(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _cookie(headers: Headers) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _declared_bytes(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


def _is_player(scope: Scope) -> bool:
    return str(scope["path"]).startswith(PLAYERS)


def _most_bytes(scope: Scope) -> int:
    if _is_player(scope) or scope["path"].startswith(PLAYLISTS):
        return MOST_LIST_BYTES
    return MOST_UPLOAD_BYTES if scope["path"] == UPLOADS else MOST_BODY_BYTES


def _limited(receive: Receive, most_bytes: int) -> Receive:
    """Count what arrives: a body need not declare its length, or may lie."""
    n_bytes = 0

    async def receive_limited() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > most_bytes:
            raise RequestError(413, "TooLarge", TOO_LARGE)
        return message

    return receive_limited


def _refuse(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"error": {"kind": kind, "message": message}}, status_code=status)


def _marked(send: Send, is_player: bool) -> Send:  # noqa: FBT001 - one of two kinds of door
    added = SECURITY_HEADERS | PLAYER_HEADERS if is_player else SECURITY_HEADERS

    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers.setdefault(name, value)
        await send(message)

    return send_marked
