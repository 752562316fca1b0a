"""How is an answer sent with as few bytes as can be?

JSON carries an ETag: whoever shows it again (If-None-Match) is told 304 where nothing has changed. Texts are compressed
for whoever takes gzip; sound never is. HEAD is answered wherever GET is.
"""

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FEWEST_BYTES = 1000  # that are worth compressing
OWN_HEAD = ("/audio", "/events")  # files, which tell their length without being read, and what never ends
PLAYERS = "/rest/"


def thrifty(app: ASGIApp) -> ASGIApp:
    """Put in front of an application what spares bytes."""
    plain = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
    return GZipMiddleware(Thrift(app), FEWEST_BYTES, compresslevel=5, exclude_content_types=plain)


class Thrift:
    """Middleware that answers HEAD, and GET of what has not changed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and its answer as it is to be sent."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or PLAYERS in scope["path"]:
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD" and not scope["path"].endswith(OWN_HEAD)
        known = Headers(scope=scope).get("if-none-match", "")
        asked = {**scope, "method": "GET"} if is_head else scope
        await self._app(asked, receive, _Answer(send, known, with_body=not is_head))


class _Answer:
    """Sends an answer: JSON once it is whole, anything else as it comes."""

    def __init__(self, send: Send, known: str, *, with_body: bool) -> None:
        self._send = send
        self._known = known
        self._with_body = with_body
        self._start: Message | None = None  # of JSON, until its body has come
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._start is None:
            await self._send(message if self._with_body else {**message, "body": b""})
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        tag = f'W/"{blake2b(self._body, digest_size=12).hexdigest()}"'
        headers = MutableHeaders(scope=start)
        headers["etag"] = tag
        headers.setdefault("cache-control", "private, no-cache")
        is_known = self._known.strip() == "*" or tag in map(str.strip, self._known.split(","))
        if is_known:
            start = {**start, "status": 304}
            del headers["content-length"]
        await self._send(start)
        await self._send(
            {"type": "http.response.body", "body": self._body if self._with_body and not is_known else b""}
        )


def _is_json(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith(
        "application/json"
    )
