"""Finds the method that a client asks for, and sees to it that nothing is answered to strangers."""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from resona.errors import ResonaError
from resona.web.guard import PLAYERS
from resona.web.rest import browse, empty, lists, marks, media, playlists, queue, search, similar, system
from resona.web.rest.auth import log_in
from resona.web.rest.parameters import Parameters
from resona.web.rest.protocol import GENERIC, MISSING, NOT_FOUND, WRONG_KEY, WRONG_LOGIN, Answer, Form, RestError
from resona.web.rest.service import Ask, Service
from resona.web.state import State

FORM = "application/x-www-form-urlencoded"
METHODS: dict[str, Callable[[Ask], Answer | Response]] = {
    "ping": system.ping,
    "getLicense": system.get_license,
    "tokenInfo": system.token_info,
    "getUser": system.get_user,
    "getUsers": system.get_users,
    "getMusicFolders": system.get_music_folders,
    "getScanStatus": system.get_scan_status,
    "startScan": system.start_scan,
    "getArtists": browse.get_artists,
    "getIndexes": browse.get_indexes,
    "getMusicDirectory": browse.get_music_directory,
    "getArtist": browse.get_artist,
    "getAlbum": browse.get_album,
    "getSong": browse.get_song,
    "getGenres": browse.get_genres,
    "getAlbumList": lists.get_album_list,
    "getAlbumList2": lists.get_album_list2,
    "getRandomSongs": lists.get_random_songs,
    "getSongsByGenre": lists.get_songs_by_genre,
    "getStarred": lists.get_starred,
    "getStarred2": lists.get_starred2,
    "getTopSongs": lists.get_top_songs,
    "search2": search.search2,
    "search3": search.search3,
    "getSimilarSongs": similar.get_similar_songs,
    "getSimilarSongs2": similar.get_similar_songs2,
    "getArtistInfo": similar.get_artist_info,
    "getArtistInfo2": similar.get_artist_info2,
    "getSonicSimilarTracks": similar.get_sonic_similar_tracks,
    "findSonicPath": similar.find_sonic_path,
    "stream": media.stream,
    "download": media.stream,
    "getCoverArt": media.get_cover_art,
    "getPlaylists": playlists.get_playlists,
    "getPlaylist": playlists.get_playlist,
    "createPlaylist": playlists.create_playlist,
    "updatePlaylist": playlists.update_playlist,
    "deletePlaylist": playlists.delete_playlist,
    "star": marks.star,
    "unstar": marks.unstar,
    "setRating": marks.set_rating,
    "scrobble": marks.scrobble,
    "getPlayQueue": queue.get_play_queue,
    "getPlayQueueByIndex": queue.get_play_queue_by_index,
    "savePlayQueue": queue.save_play_queue,
    "savePlayQueueByIndex": queue.save_play_queue_by_index,
}
PUBLIC = "getOpenSubsonicExtensions"


def add_rest(app: FastAPI, state: State) -> Service:
    """Open the players' door of a server."""
    service = Service(state)

    async def answer(request: Request) -> Response:
        return await _answered(service, request)

    app.router.add_route(PLAYERS + "{method}", answer, methods=["GET", "POST"], include_in_schema=False)
    return service


async def _answered(service: Service, request: Request) -> Response:
    query, body = request.scope["query_string"].decode("latin-1"), ""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        try:
            body = (await request.body()).decode("latin-1")
        except ClientDisconnect:
            return Response(status_code=400)
    form, waiting = Form(), 0.0
    try:
        asked = Parameters([query, body])
        form = Form.wanted(*(asked.optional(name) or "" for name in ("f", "callback", "c")))
        if asked.optional("f") == "jsonp" and not form.callback:
            raise RestError(MISSING, "the parameter 'callback' must be the name of a function")
        method = request.path_params["method"].removesuffix(".view")
        return await run_in_threadpool(_perform, service, method, asked, form)
    except RestError as failure:
        if failure.code in (WRONG_LOGIN, WRONG_KEY):
            waiting = service.patience.seconds(request.client.host if request.client else "")
        response = form.write_failure(failure)
    await asyncio.sleep(waiting)
    return response


def _perform(service: Service, method: str, asked: Parameters, form: Form) -> Response:
    if method == PUBLIC:
        return form.write(system.extensions())
    player = log_in(asked, service.library.players.all())
    try:
        ask = Ask(service=service, player=player, parameters=asked)
        answer = empty.NOTHING[method] if method in empty.NOTHING else _method(method)(ask)
    except ResonaError as error:
        code = NOT_FOUND if isinstance(error, LookupError) else GENERIC
        raise RestError(code, getattr(error, "reason", str(error))) from error  # a reason names no path
    return answer if isinstance(answer, Response) else form.write(answer)


def _method(name: str) -> Callable[[Ask], Answer | Response]:
    if name not in METHODS:
        raise RestError(GENERIC, f"there is no method {name[:100]!r} here", http_status=501)
    return METHODS[name]
