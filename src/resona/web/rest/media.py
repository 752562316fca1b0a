"""The sound and the covers themselves."""

from starlette.responses import FileResponse, Response

from resona.addresses import FILE_ELSEWHERE, RemotePath
from resona.errors import AudioError
from resona.library import AUDIO_SUFFIXES, Picture, Served
from resona.tracks import Track
from resona.web.rest import ids
from resona.web.rest.browse import find_album, find_artist
from resona.web.rest.protocol import NOT_FOUND, RestError
from resona.web.rest.service import Ask
from resona.web.rest.views import PART_MIME
from resona.web.tracks import MIMES, picture_response

N_TRIED = 3  # tracks whose covers are tried
MOST_PIXELS = 2000


def stream(ask: Ask) -> Response:
    """Give a file as it is, in any part that is asked for; a part of a cue sheet as FLAC."""
    asked = ask.parameters.text("id")
    served = next(iter(ask.library.music.tracks([ids.number_of(asked, "tr")])), None)
    if served is None or served.track.path.suffix.lower() not in AUDIO_SUFFIXES:
        raise ids.unknown(asked)
    if isinstance(served.track.path, RemotePath):
        raise RestError(NOT_FOUND, FILE_ELSEWHERE)
    if not served.track.path.is_file():
        raise RestError(NOT_FOUND, "the file is no longer where it was; scan again")
    return _file(ask, served)


def get_cover_art(ask: Ask) -> Response:
    """Give the cover of a song, album, artist or playlist, as large as it is or as small as is asked for."""
    asked = ask.parameters.text("id")
    size = ask.parameters.number("size", 0, most=MOST_PIXELS)
    pictures = (_cover(ask, track, size) for track in _tracks(ask, asked))
    picture = next((picture for picture in pictures if picture is not None), None)
    if picture is None:
        raise RestError(NOT_FOUND, "it has no cover")
    return picture_response(picture)


def _file(ask: Ask, served: Served) -> FileResponse:
    path = served.track.path
    headers = {"cache-control": "private, max-age=0, must-revalidate"}
    if served.is_part:
        return FileResponse(ask.library.sounds.part(served), media_type=PART_MIME, headers=headers)
    mime = MIMES.get(path.suffix.lower(), "application/octet-stream")
    return FileResponse(path, media_type=mime, headers=headers)


def _cover(ask: Ask, track: Track, size: int) -> Picture | None:
    try:
        return ask.library.sounds.small_cover(track, size) if size else ask.library.sounds.cover(track)
    except AudioError:  # a damaged picture
        return None


def _tracks(ask: Ask, asked: str) -> list[Track]:
    """Give the first tracks of what an id stands for."""
    known = ask.service.discography
    if ids.is_track(asked):
        numbers = [ids.number_of(asked, "tr")]
    elif asked.startswith("pl-"):
        numbers = ask.library.playlists.track_ids(ids.number_of(asked, "pl"))
    elif asked in known.artists:
        numbers = [known.albums[album].track_ids[0] for album in find_artist(ask, asked).album_ids]
    else:
        numbers = list(find_album(ask, asked).track_ids)
    tracks = [served.track for served in ask.library.music.tracks(numbers[:N_TRIED])]
    if not tracks and ids.is_track(asked):
        raise ids.unknown(asked)
    return tracks
