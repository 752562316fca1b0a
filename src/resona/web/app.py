"""The server: routes, errors, the page's files, and the guard before them all."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.exceptions import HTTPException

from resona import __version__
from resona.errors import ResonaError
from resona.library import Library
from resona.web import (
    audiomuse,
    care,
    find,
    folders,
    groups,
    maps,
    mixes,
    overview,
    own_words,
    players,
    playlists,
    profiles,
    reasons,
    shelves,
    similar,
    teach,
    tracks,
    uploads,
    work,
)
from resona.web.access import Access
from resona.web.errors import ERROR_RESPONSES, describe_error
from resona.web.guard import COOKIE, guarded
from resona.web.parameters import KnownParameters
from resona.web.rest import add_rest
from resona.web.shell import add_shell
from resona.web.state import State
from resona.web.thrift import thrifty

API = "/api/v1"
KEYS = [  # told in the schema; it is the guard that asks for them, where there is a token
    Depends(HTTPBearer(auto_error=False, description="The token that `resona serve` prints.")),
    Depends(APIKeyCookie(name=COOKIE, auto_error=False, description="The token, as the page's address sets it.")),
]

log = logging.getLogger("resona.web")


def create_app(
    library: Library | Path | str,
    *,
    access: Access | None = None,
) -> FastAPI:
    """Build the page and API of a library.

    Parameters
    ----------
    library
        The library, which stays the caller's to close, or the path of its file.
    access
        Who may ask; by default anyone on this machine who addresses it as such.

    Returns
    -------
    An ASGI application; `resona serve` runs it with uvicorn.

    Raises
    ------
    StoreError
        If the file cannot be used.
    """
    opened = library if isinstance(library, Library) else Library(library)
    state = State(library=opened)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        state.close()
        if not isinstance(library, Library):
            opened.close()

    app = FastAPI(
        title="Resona",
        version=__version__,
        summary="Which of my songs sound like this one?",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.shared = state
    app.add_middleware(thrifty)
    app.add_middleware(guarded, access=access or Access())
    _add_error_handlers(app)
    add_rest(app, state)  # the first that is looked at: players ask most often
    known = [Depends(KnownParameters(API)), *KEYS]
    for part in (
        tracks,
        shelves,
        similar,
        find,
        own_words,
        groups,
        mixes,
        reasons,
        playlists,
        players,
        uploads,
        maps,
        teach,
        profiles,
        overview,
        folders,
        care,
        work,
    ):
        app.include_router(part.router, prefix=API, responses=ERROR_RESPONSES, dependencies=known)
    app.include_router(audiomuse.router)
    add_shell(app)
    return app


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ResonaError)
    def tell_resona_error(_: Request, error: ResonaError) -> JSONResponse:
        return _answer(*describe_error(error))

    @app.exception_handler(RequestValidationError)
    def tell_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        return _answer(422, "InvalidRequest", f"{place or 'request'}: {first['msg']}")

    @app.exception_handler(HTTPException)
    def tell_http_error(_: Request, error: HTTPException) -> JSONResponse:
        return _answer(error.status_code, "HttpError", str(error.detail))

    @app.exception_handler(Exception)
    def tell_unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _answer(500, "InternalError", "this should not have happened; the server's terminal shows the details")


def _answer(status: int, kind: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"kind": kind, "message": message}}, status_code=status)
