"""Lists of albums and songs, in the orders that players have on their first pages."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

from resona.library import Album, Discography, artist_id
from resona.tracks import fold
from resona.web.rest import ids, views
from resona.web.rest.browse import find_album
from resona.web.rest.protocol import GENERIC, Answer, RestError
from resona.web.rest.service import Ask

MOST = 500
UNKNOWN_YEAR = -1


def get_album_list2(ask: Ask) -> Answer:
    """List albums."""
    return {"albumList2": {"album": views.albums(ask, _albums(ask))}}


def get_album_list(ask: Ask) -> Answer:
    """List albums as folders."""
    return {"albumList": {"album": views.album_folders(ask, _albums(ask))}}


def get_random_songs(ask: Ask) -> Answer:
    """Draw songs."""
    asked, known = ask.parameters, ask.service.discography
    genre = asked.optional("genre")
    pool: Sequence[int] = known.track_ids.tolist() if genre is None else _of_genre(known, genre)
    first, last = asked.number("fromYear", UNKNOWN_YEAR), asked.number("toYear", UNKNOWN_YEAR)
    if first != UNKNOWN_YEAR or last != UNKNOWN_YEAR:
        by_year = {number for album in _of_years(known, first, last) for number in album.track_ids}
        pool = [number for number in pool if number in by_year]
    size = min(asked.number("size", 10, most=MOST), len(pool))
    return {"randomSongs": {"song": views.songs(ask, random.sample(pool, size))}}


def get_songs_by_genre(ask: Ask) -> Answer:
    """List the songs of a genre."""
    asked = ask.parameters
    found = _of_genre(ask.service.discography, asked.text("genre"))
    offset, count = asked.number("offset", 0), asked.number("count", 10, most=MOST)
    return {"songsByGenre": {"song": views.songs(ask, found[offset : offset + count])}}


def get_starred2(ask: Ask) -> Answer:
    """List what has a star."""
    known, starred = ask.service.discography, ask.library.music.starred(ask.profile)
    return {
        "starred2": {
            "artist": views.artists(ask, [known.artists[item] for item in starred if item in known.artists]),
            "album": views.albums(ask, [known.albums[item] for item in starred if item in known.albums]),
            "song": views.songs(ask, [ids.number_of(item, "tr") for item in starred if ids.is_track(item)]),
        }
    }


def get_starred(ask: Ask) -> Answer:
    """List what has a star, with albums as folders."""
    found = dict(get_starred2(ask)["starred2"])
    albums = [find_album(ask, view["id"]) for view in found["album"]]
    return {"starred": {**found, "album": views.album_folders(ask, albums)}}


def get_top_songs(ask: Ask) -> Answer:
    """List what was played most of an artist, then the rest."""
    asked = ask.parameters
    artist = ask.service.discography.artists.get(artist_id(asked.text("artist")))
    n_plays = {number: count for number, count, _ in ask.library.music.played(ask.profile)}
    found = sorted(artist.track_ids if artist else (), key=lambda number: -n_plays.get(number, 0))
    return {"topSongs": {"song": views.songs(ask, found[: asked.number("count", 50, most=MOST)])}}


def _albums(ask: Ask) -> Sequence[Album]:
    asked = ask.parameters
    kind = asked.text("type")
    if kind not in ORDERS:
        raise RestError(GENERIC, f"albums are listed by {', '.join(ORDERS)}; not by {kind[:100]!r}")
    offset, size = asked.number("offset", 0), asked.number("size", 10, most=MOST)
    if kind == "random":
        known = ask.service.discography.ordered_albums
        return random.sample(known, min(size, len(known)))
    return ORDERS[kind](ask)[offset : offset + size]


def _highest(ask: Ask) -> list[Album]:
    rated, known = ask.library.music.rated(ask.profile), ask.service.discography.albums
    found = [item for item in sorted(rated, key=lambda item: (-rated[item], item)) if item in known]
    return [known[item] for item in found]


def _frequent(ask: Ask) -> list[Album]:
    known = ask.service.discography
    n_plays = Counter[str]()
    for number, count, _ in ask.library.music.played(ask.profile):
        if number in known.album_of:
            n_plays[known.album_of[number]] += count
    return [known.albums[item] for item, _ in n_plays.most_common()]


def _recent(ask: Ask) -> list[Album]:
    known = ask.service.discography
    newest_first = sorted(ask.library.music.played(ask.profile), key=lambda played: played[2], reverse=True)
    found = dict.fromkeys(known.album_of[number] for number, *_ in newest_first if number in known.album_of)
    return [known.albums[item] for item in found]


def _starred(ask: Ask) -> list[Album]:
    known = ask.service.discography.albums
    return [known[item] for item in ask.library.music.starred(ask.profile) if item in known]


def _by_year(ask: Ask) -> list[Album]:
    ask.parameters.text("fromYear"), ask.parameters.text("toYear")
    first, last = ask.parameters.number("fromYear", 0), ask.parameters.number("toYear", 0)
    return _of_years(ask.service.discography, first, last)


def _by_genre(ask: Ask) -> list[Album]:
    known = ask.service.discography
    found = dict.fromkeys(known.album_of[number] for number in _of_genre(known, ask.parameters.text("genre")))
    return [known.albums[item] for item in found]


ORDERS: dict[str, Callable[[Ask], list[Album]]] = {
    "random": lambda ask: ask.service.discography.ordered_albums,
    "newest": lambda ask: ask.service.discography.albums_by_age,
    "highest": _highest,
    "frequent": _frequent,
    "recent": _recent,
    "starred": _starred,
    "alphabeticalByName": lambda ask: ask.service.discography.albums_by_name,
    "alphabeticalByArtist": lambda ask: ask.service.discography.albums_by_artist,
    "byYear": _by_year,
    "byGenre": _by_genre,
}


def _of_genre(known: Discography, name: str) -> tuple[int, ...]:
    genre = known.genres.get(fold(name))
    return genre.track_ids if genre else ()


def _of_years(known: Discography, first: int, last: int) -> list[Album]:
    """Give the albums between two years, the later first if the first year is; a year that is not said is no limit."""
    least, most = (last, first) if UNKNOWN_YEAR < last < first else (first, last if last != UNKNOWN_YEAR else 1 << 40)
    found = [album for album in known.albums_by_name if album.year is not None and least <= album.year <= most]
    return sorted(found, key=lambda album: album.year or 0, reverse=UNKNOWN_YEAR < last < first)
