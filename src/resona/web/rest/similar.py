"""What sounds like a song, an album, an artist or a playlist? The lists of `recommend`, with the player's taste."""

from typing import Any

from resona.errors import QueryError, UnknownTrackError, VectorIndexError
from resona.library import Lists, Query, Recommendation
from resona.tracks import Track
from resona.web.rest import ids, views
from resona.web.rest.browse import find_album, find_artist, plain_artist
from resona.web.rest.protocol import Answer
from resona.web.rest.service import Ask

MOST = 500
MOST_STEPS = 200


def get_sonic_similar_tracks(ask: Ask) -> Answer:
    """List the songs most like one, with their similarities and, beside the standard, what both are in words."""
    asked = ask.parameters.text("id")
    seeds = _tracks(ask, [ids.number_of(asked, "tr")], asked)
    count, lists = ask.parameters.number("count", 10, most=MOST), ask.service.lists_of(ask.profile)
    with ask.service.state.turns:
        found = _listed(lists, seeds, count)
        shared = lists.shared_words(seeds[0], [result.track for result in found])
    answer = _matches(ask, [(result.track, result.similarity) for result in found])
    return {
        "sonicMatch": [
            match | ({"words": ", ".join(words)} if words else {})
            for match, words in zip(answer["sonicMatch"], shared, strict=True)
        ]
    }


def find_sonic_path(ask: Ask) -> Answer:
    """Find a way from one song to another in even steps, with the similarity of each to the first."""
    names = [ask.parameters.text(name) for name in ("startSongId", "endSongId")]
    start, end = (_tracks(ask, [ids.number_of(name, "tr")], name)[0] for name in names)
    count = ask.parameters.number("count", 25, least=2, most=MOST_STEPS)
    if start.track_id == end.track_id:
        return _matches(ask, [(start, 1.0)])
    lists = ask.service.lists_of(ask.profile)
    with ask.service.state.turns:
        try:
            way = lists.path(_query(start), _query(end), k=count)
        except (UnknownTrackError, VectorIndexError):  # known, but not analysed
            return _matches(ask, [])
        return _matches(ask, list(zip(way.tracks, lists.similarities(start, way.tracks), strict=True)))


def get_similar_songs(ask: Ask) -> Answer:
    """List songs like a song, an album, an artist or a playlist."""
    return {"similarSongs": _songs(ask)}


def get_similar_songs2(ask: Ask) -> Answer:
    """List the same; clients ask for songs by this form, too."""
    return {"similarSongs2": _songs(ask)}


def get_artist_info(ask: Ask) -> Answer:
    """List artists like an artist, or like those of a song or album; nothing else is known of them."""
    return {"artistInfo": {"similarArtist": [plain_artist(view) for view in _artists(ask)]}}


def get_artist_info2(ask: Ask) -> Answer:
    """List the same, with covers and numbers of albums."""
    return {"artistInfo2": {"similarArtist": _artists(ask)}}


def _artists(ask: Ask) -> list[dict[str, Any]]:
    asked, known = ask.parameters.text("id"), ask.service.discography.artists
    tracks = _tracks(ask, _meant(ask, asked)[0], asked)
    count = ask.parameters.number("count", 20, most=MOST)
    lists = ask.service.lists_of(ask.profile)
    with ask.service.state.turns:
        try:
            heard = lists.heard(tracks)
            found = lists.artists(Query(text=asked, tracks=tuple(heard)), k=count).groups if heard and count else ()
        except (VectorIndexError, QueryError):
            found = ()
    return views.artists(ask, [known[line.group.group_id] for line in found if line.group.group_id in known])


def _songs(ask: Ask) -> Answer:
    asked = ask.parameters.text("id")
    numbers, is_several = _meant(ask, asked)
    seeds = _tracks(ask, numbers, asked)
    found = _similar(ask, seeds, ask.parameters.number("count", 50, most=MOST), with_seed_artists=is_several)
    return {"song": _written(ask, [result.track for result in found])}


def _meant(ask: Ask, asked: str) -> tuple[list[int], bool]:
    """Give the tracks that an id stands for, and whether it may stand for several."""
    if ids.is_track(asked):
        return [ids.number_of(asked, "tr")], False
    if asked.startswith("pl-"):
        return list(dict.fromkeys(ask.library.playlists.track_ids(ids.number_of(asked, "pl")))), True
    if asked in ask.service.discography.albums:
        return list(find_album(ask, asked).track_ids), True
    return list(find_artist(ask, asked).track_ids), True


def _tracks(ask: Ask, numbers: list[int], asked: str) -> list[Track]:
    tracks = [served.track for served in ask.library.music.tracks(numbers)]
    if numbers and not tracks:
        raise ids.unknown(asked)
    return tracks


def _similar(ask: Ask, seeds: list[Track], count: int, **options: Any) -> tuple[Recommendation, ...]:
    lists = ask.service.lists_of(ask.profile)
    with ask.service.state.turns:
        return _listed(lists, seeds, count, **options)


def _listed(lists: Lists, seeds: list[Track], count: int, **options: Any) -> tuple[Recommendation, ...]:
    """List songs like some; none where nothing was heard of them yet."""
    try:
        heard = [_query(seed) for seed in lists.heard(seeds)]
        return lists.recommend(*heard, k=count, **options).results if heard and count else ()
    except (VectorIndexError, QueryError):
        return ()


def _query(track: Track) -> Query:
    return Query(text=f"#{track.track_id}", tracks=(track,))


def _matches(ask: Ask, found: list[tuple[Track, float]]) -> Answer:
    songs = _written(ask, [track for track, _ in found])
    similarities = [round(float(similarity), 4) for _, similarity in found]
    return {
        "sonicMatch": [
            {"entry": song, "similarity": similarity} for song, similarity in zip(songs, similarities, strict=True)
        ]
    }


def _written(ask: Ask, tracks: list[Track]) -> list[dict[str, Any]]:
    return views.songs_served(ask, ask.library.music.served(tracks))
