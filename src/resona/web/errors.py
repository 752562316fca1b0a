"""How errors are told over HTTP: a status and ``{"error": {"kind", "message"}}``."""

from dataclasses import dataclass
from typing import Any

from resona.errors import (
    AudioError,
    ConfigError,
    MissingExtraError,
    PlaylistChangedError,
    QueryError,
    ResonaError,
    ServerError,
    StoreLockedError,
    UnknownPlaylistError,
    UnknownTrackError,
    UnsupportedAudioError,
    VectorIndexError,
)

STATUSES: tuple[tuple[type[ResonaError], int], ...] = (
    (UnknownTrackError, 404),
    (UnknownPlaylistError, 404),
    (PlaylistChangedError, 409),
    (UnsupportedAudioError, 415),
    (AudioError, 422),
    (QueryError, 422),
    (ConfigError, 422),
    (StoreLockedError, 409),
    (VectorIndexError, 409),
    (MissingExtraError, 501),
    (ServerError, 502),
    (ResonaError, 503),
)


class RequestError(ResonaError):
    """A request that cannot be served, for a reason that only HTTP knows.

    Parameters
    ----------
    status
        The HTTP status.
    kind
        One word, for programs.
    message
        One sentence, for people.
    """

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail:
    """What went wrong: one word for programs, one sentence for people."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """The body of every answer that is not a success."""

    error: ErrorDetail


ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "The request cannot be served; the message says why."},
    "5XX": {"model": ErrorBody, "description": "Resona cannot serve it now; the message says why."},
}


def describe_error(error: ResonaError) -> tuple[int, str, str]:
    """Give status, kind and message of an error.

    Examples
    --------
    >>> describe_error(QueryError("no such field"))
    (422, 'QueryError', 'no such field')
    >>> describe_error(RequestError(413, "TooLarge", "at most 300 MB"))
    (413, 'TooLarge', 'at most 300 MB')
    """
    if isinstance(error, RequestError):
        return error.status, error.kind, str(error)
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    message = error.reason if isinstance(error, AudioError) else str(error)
    return status, type(error).__name__, message
