"""Stars, ratings and plays. None of them is a judgement of likeness, so no list follows them."""

from datetime import UTC, datetime

from resona.library import Play
from resona.web.rest import ids
from resona.web.rest.protocol import GENERIC, MISSING, Answer, RestError
from resona.web.rest.service import Ask

LATEST_MS = 253_402_300_799_000  # the end of the year 9999


def star(ask: Ask) -> Answer:
    """Give songs, albums and artists a star: all of them, or none if one is not known."""
    ask.library.music.star(ask.profile, _items(ask))
    return {}


def unstar(ask: Ask) -> Answer:
    """Take stars back."""
    ask.library.music.star(ask.profile, _items(ask), is_starred=False)
    return {}


def set_rating(ask: Ask) -> Answer:
    """Rate a song, an album or an artist with 1 to 5; 0 takes the rating back."""
    ask.parameters.text("rating")
    item, rating = ask.parameters.text("id"), ask.parameters.number("rating", 0, least=-1, most=6)
    if not 0 <= rating <= 5:
        raise RestError(GENERIC, "a rating is 0 to 5")
    _check(ask, [item])
    ask.library.music.rate(ask.profile, item, rating)
    return {}


def scrobble(ask: Ask) -> Answer:
    """Remember that songs were played, and when; that one is being played is not kept."""
    songs, times = ask.parameters.all("id"), ask.parameters.all("time")
    if not songs:
        raise RestError(MISSING, "the parameter 'id' is missing")
    _check(ask, songs)
    plays = [
        Play(ids.number_of(song, "tr"), _time(times[place]) if place < len(times) else "")
        for place, song in enumerate(songs)
    ]
    if ask.parameters.flag("submission", default=True):
        ask.library.music.play(ask.profile, plays)
    return {}


def _items(ask: Ask) -> list[str]:
    items = [item for name in ("id", "albumId", "artistId") for item in ask.parameters.all(name)]
    if not items:
        raise RestError(MISSING, "one of the parameters 'id', 'albumId' and 'artistId' is missing")
    _check(ask, items)
    return items


def _check(ask: Ask, items: list[str]) -> None:
    """Refuse what is not there."""
    known = ask.service.discography
    numbers = {ids.number_of(item, "tr"): item for item in items if ids.is_track(item)}
    there = {served.track.track_id for served in ask.library.music.tracks(list(numbers))}
    for number, item in numbers.items():
        if number not in there:
            raise ids.unknown(item)
    for item in items:
        if not ids.is_track(item) and item not in known.albums and item not in known.artists:
            raise ids.unknown(item)


def _time(milliseconds: str) -> str:
    if not (milliseconds.isascii() and milliseconds.isdecimal()) or int(milliseconds[:18]) > LATEST_MS:
        raise RestError(GENERIC, "the parameter 'time' must be milliseconds since 1970")
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).isoformat(timespec="seconds")
