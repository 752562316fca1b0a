"""Who may ask? Checked before anything else sees a request.

Three dangers of a server on one's own machine: a foreign page that makes its name point here (DNS rebinding: the Host
header betrays it), a foreign page that posts here (its Origin betrays it), and anyone else on the network (who does not
know the token). Every answer carries headers that forbid foreign scripts, frames and guessing of types.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from resona.web.access import Access, is_same_place
from resona.web.errors import RequestError

COOKIE = "resona_token"
COOKIE_SECONDS = 365 * 86_400
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
        "require-trusted-types-for 'script'; trusted-types resona-worker"
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
        scope = _placed(scope, self._access.root_path)
        scope["state"] = {**scope.get("state", {}), "is_for_others": bool(self._access.token)}
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, _limited(receive, _most_bytes(scope)), _marked(send, _is_player(scope)))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._access.is_host_allowed(host):
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
        if _own_path(scope) == "/" and offered and self._access.knows_token(offered):
            return self._welcome(scope)
        if self._access.knows_token(_bearer(headers)) or self._access.knows_token(_cookie(headers)):
            return None
        return _refuse(401, "TokenNeeded", "open the address that `resona serve` printed: it carries the token")

    def _welcome(self, scope: Scope) -> Response:
        """Turn the token in an address into a cookie, and take it out of the address."""
        home = f"{self._access.root_path}/"
        welcome = RedirectResponse(home, status_code=303)
        is_https = scope["scheme"] == "https"
        welcome.set_cookie(
            COOKIE,
            self._access.token,
            max_age=COOKIE_SECONDS,
            path=home,
            secure=is_https,
            httponly=True,
            samesite="strict",
        )
        return welcome


def guarded(app: ASGIApp, access: Access) -> ASGIApp:
    """Put the guard before an application, and before the guard what believes the proxies that are trusted."""
    guard = Guard(app, access)
    return ProxyHeadersMiddleware(guard, list(access.proxies)) if access.proxies else guard  # type: ignore[arg-type,return-value]


def _placed(scope: Scope, root_path: str) -> Scope:
    """Write the path as ASGI wants it, with the root path in front, whether or not a proxy has taken it off."""
    if not root_path:
        return scope
    path = str(scope["path"])
    own = path.removeprefix(root_path) if f"{path}/".startswith(f"{root_path}/") else path
    return {**scope, "root_path": root_path, "path": root_path + (own or "/")}


def _own_path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _is_foreign(headers: Headers, host: str) -> bool:
    """Browsers always say where an unsafe request comes from; other programs say nothing."""
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    return site not in ("same-origin", "none") or (origin is not None and not is_same_place(origin, host))


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
    return _own_path(scope).startswith(PLAYERS)


def _most_bytes(scope: Scope) -> int:
    if _own_path(scope).startswith((PLAYERS, PLAYLISTS)):
        return MOST_LIST_BYTES
    return MOST_UPLOAD_BYTES if _own_path(scope) == UPLOADS else MOST_BODY_BYTES


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
