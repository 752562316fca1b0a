"""What sounds like a song of another server? The interface of AudioMuse-AI.

Its plugins for Navidrome and Jellyfin ask here instead, unchanged.

Songs and artists have the ids of the server that `resona link` linked; tracks that it does not have are left out.
Errors are ``{"error": "…"}``, and any other status than 200 lets Navidrome ask its next agent.
"""

from collections.abc import Callable, Coroutine, Sequence
from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from resona.artists import artist_key
from resona.errors import QueryError, ResonaError, VectorIndexError
from resona.library import Link, Recommendation, SimilarGroup, artist_id
from resona.library import Query as Meaning
from resona.tracks import Track
from resona.web.errors import RequestError, describe_error
from resona.web.seeds import meaning
from resona.web.state import Shared, State

MOST = 1000
EVERYTHING = {"per_artist": 0, "per_album": 0, "with_seed_artists": True, "with_versions": True}

Text = Annotated[str, Query(max_length=1000)]
Number = Annotated[int, Query(ge=1, le=MOST)]
Songs = list[dict[str, Any]]


class AudioMuseRoute(APIRoute):
    """A route that tells errors as AudioMuse does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def handle_telling(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return _error(400, f"{error.errors()[0]['loc'][-1]}: {error.errors()[0]['msg']}")
            except (VectorIndexError, QueryError) as error:  # nothing to compare yet
                return _error(404, str(error))
            except ResonaError as error:
                status, _, message = describe_error(error)
                return _error(status, message)

        return handle_telling


# Not in the schema: it is another program's interface, described in docs/servers.md
router = APIRouter(prefix="/api", route_class=AudioMuseRoute, include_in_schema=False)


@router.get("/active_tasks")
def active_tasks() -> dict[str, str]:
    """Say that nothing is going on, as the Jellyfin plugin wants to know."""
    return {}


@router.get("/similar_tracks")
def similar_tracks(
    state: Shared,
    item_id: Text = "",
    title: Text = "",
    artist: Text = "",
    n: Number = 10,
    *,
    eliminate_duplicates: bool = True,
) -> Songs:
    """List the songs most like one, the nearest first; without limits, if duplicates need not be eliminated."""
    seed: str | Meaning
    if item_id:
        link = _find(state, item_id)
        server, seed = link.server, meaning(state, link.track_id)
    elif title and artist:
        server, seed = _first_server(state), f"{artist} {title}"
    else:
        raise RequestError(400, "Missing", "item_id is missing, or title and artist")
    options: dict[str, Any] = {} if eliminate_duplicates else EVERYTHING
    with state.turns:

        def ask(k: int) -> tuple[Recommendation, ...]:
            return state.lists.recommend(seed, k=k, **options).results

        found = _filled(ask, lambda results: _linked_results(state, server, results), n)
    return found or _nothing()


@router.get("/find_path")
def find_path(
    state: Shared,
    start_song_id: Text = "",
    end_song_id: Text = "",
    max_steps: Annotated[int, Query(ge=2, le=200)] = 25,
) -> dict[str, Any]:
    """Find a way from one song to another in even steps; a distance is that to the start."""
    if not start_song_id or not end_song_id or start_song_id == end_song_id:
        raise RequestError(400, "Missing", "start_song_id and end_song_id are two songs")
    start, end = _find(state, start_song_id), _find(state, end_song_id)
    if start.track_id == end.track_id:
        raise RequestError(400, "SameSong", "start_song_id and end_song_id are one song")
    with state.turns:
        way = state.lists.path(meaning(state, start.track_id), meaning(state, end.track_id), k=max_steps)
        links = state.library.links.of(start.server, way.tracks) | {start.track_id: start, end.track_id: end}
        tracks = [track for track in way.tracks if track.track_id in links]
        steps = [1 - state.lists.similarities(a, [b])[0] for a, b in pairwise(tracks)]
        near = state.lists.similarities(tracks[0], tracks)
    songs = [_song(links[track.track_id], track, similarity) for track, similarity in zip(tracks, near, strict=True)]
    return {"path": songs, "total_distance": round(sum(steps), 4)}


@router.get("/similar_artists")
def similar_artists(
    state: Shared,
    artist: Text = "",
    artist_id: Text = "",
    n: Number = 10,
    *,
    include_component_matches: bool = True,
) -> Songs:
    """List the artists most like one, by id or name, with the songs that stand for both."""
    asked = artist_id or artist
    if not asked:
        raise RequestError(400, "Missing", "artist or artist_id is missing")
    server, seed = _artist(state, asked)
    known = state.library.links.artist_ids(server)
    with state.turns:

        def ask(k: int) -> tuple[SimilarGroup, ...]:
            return state.lists.artists(seed, k=k).groups

        groups = _filled(ask, lambda found: [group for group in found if _key(group) in known], n)
        own = _songs(state, server, state.lists.typical(seed.tracks)) if include_component_matches else []
    return [
        {
            "artist": group.group.name,
            "artist_id": known[_key(group)],
            "divergence": round(1 - group.similarity, 4),
            "component_matches": [
                {
                    "artist1_representative_songs": own,
                    "artist2_representative_songs": _songs(state, server, group.tracks),
                }
            ]
            if include_component_matches
            else [],
        }
        for group in groups
    ] or _nothing()


def _filled(ask: Callable[[int], Sequence[Any]], keep: Callable[[Sequence[Any]], list[Any]], n: int) -> list[Any]:
    """Ask for more, until enough of it is on the server."""
    k, more = n, 1
    while True:
        found = ask(k)
        kept = keep(found)
        if len(kept) >= n or len(found) < k or k >= MOST:
            return kept[:n]
        k, more = min(k + more * (n - len(kept)), MOST), 2 * more  # no more than is needed: a longer list is laxer


def _find(state: State, item_id: str) -> Link:
    link = state.library.links.find(item_id)
    if link is None:
        raise RequestError(404, "UnknownSong", f"no linked server has a song {item_id!r} that is in the library")
    return link


def _first_server(state: State) -> str:
    servers = state.library.links.servers
    if not servers:
        raise RequestError(404, "NoServer", "no server is linked; `resona link` does it")
    return servers[0]


def _artist(state: State, asked: str) -> tuple[str, Meaning]:
    """Find an artist by the id that a server gives it, or by name."""
    links = state.library.links.of_artist(asked)
    if links:
        tracks = state.library.tracks.of([link.track_id for link in links])
        return links[0].server, Meaning(text=links[0].artist, tracks=tuple(tracks))
    known = state.discography.artists.get(artist_id(asked))
    if known is None:
        raise RequestError(404, "UnknownArtist", f"no artist {asked!r} is known")
    return _first_server(state), Meaning(text=known.name, tracks=tuple(state.library.tracks.of(known.track_ids)))


def _key(group: SimilarGroup) -> str:
    return artist_key(group.group.name)


def _linked_results(state: State, server: str, results: Sequence[Recommendation]) -> Songs:
    links = state.library.links.of(server, [result.track for result in results])
    return [
        _song(links[result.track.track_id], result.track, result.similarity)
        for result in results
        if result.track.track_id in links
    ]


def _songs(state: State, server: str, tracks: Sequence[Track]) -> Songs:
    links = state.library.links.of(server, tracks)
    return [
        {"item_id": links[track.track_id].item_id, "title": track.tags.title}
        for track in tracks
        if track.track_id in links
    ]


def _song(link: Link, track: Track, similarity: float) -> dict[str, Any]:
    return {
        "item_id": link.item_id,
        "title": track.tags.title or track.path.stem,
        "author": track.tags.artist,
        "album": track.tags.album,
        "distance": round(1 - similarity, 4),
    }


def _nothing() -> Songs:
    raise RequestError(404, "Nothing", "nothing like it is known")


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)
