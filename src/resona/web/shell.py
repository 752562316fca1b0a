"""The page's own files, and what makes it an app that can be installed: a worker that has them at hand.

The worker keeps the files of one version and gives them only where the server does not answer; what the API says it
never touches.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from os import PathLike, stat_result
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_DIR = Path(__file__).parent / "static"
REVALIDATED = {"cache-control": "no-cache"}  # or a browser would mix the files of two versions
WORKER = "worker.js"


class FreshFiles(StaticFiles):
    """Files that a browser keeps, but asks about each time."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a file, or with 304."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(REVALIDATED)
        return response


def add_shell(app: FastAPI) -> None:
    """Serve the page, its documentation, its files and its worker."""
    app.add_api_route("/", _file("index.html"), include_in_schema=False)
    app.add_api_route("/docs", _file("docs.html"), include_in_schema=False)
    app.add_api_route(f"/{WORKER}", worker, include_in_schema=False)
    app.mount("/static", FreshFiles(directory=STATIC_DIR), name="static")


def worker() -> Response:
    """Give the worker's script with the names of the files and a version that changes whenever one of them does."""
    files = sorted(
        path for path in STATIC_DIR.iterdir() if path.name not in (WORKER, "docs.html", "docs.js", "docs.css")
    )
    version = blake2b(b"".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
    names = ["./", *(f"static/{path.name}" for path in files if path.name != "index.html")]
    script = (STATIC_DIR / WORKER).read_text(encoding="utf-8")
    known = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(names)};\n"
    return Response(known + script, media_type="text/javascript", headers=REVALIDATED)


def _file(name: str) -> Callable[[], FileResponse]:
    def send() -> Any:
        return FileResponse(STATIC_DIR / name, media_type="text/html", headers=REVALIDATED)

    return send
