"""The page and the HTTP API: everything Resona does, in a browser and for other programs."""

from resona.web.app import create_app

__all__ = ["create_app"]
