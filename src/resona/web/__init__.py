"""How does a browser, or another program, ask? The page and the HTTP API: each request asks `resona.library`."""

from resona.web.app import create_app

__all__ = ["create_app"]
