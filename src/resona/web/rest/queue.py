"""What a player was playing, so that it, or another one of the same profile, goes on there."""

from typing import Any

from resona.library import Queue
from resona.web.rest import ids, views
from resona.web.rest.protocol import MISSING, Answer, RestError
from resona.web.rest.service import Ask

MOST_SONGS = 20_000
EPOCH = "1970-01-01T00:00:00"


def get_play_queue(ask: Ask) -> Answer:
    """Give what was played, with the id of the song that it had come to."""
    fields, at = _kept(ask)
    return {"playQueue": fields | ({} if at is None else {"current": fields["entry"][at]["id"]})}


def get_play_queue_by_index(ask: Ask) -> Answer:
    """Give what was played, with the place of the song that it had come to."""
    fields, at = _kept(ask)
    return {"playQueueByIndex": fields | ({} if at is None else {"currentIndex": at})}


def save_play_queue(ask: Ask) -> Answer:
    """Keep what is played; without a song, forget it."""
    songs = ask.parameters.all("id")
    current = ask.parameters.optional("current")
    if current is not None and current not in songs:
        raise RestError(MISSING, "the parameter 'current' must be one of the songs")
    return _keep(ask, songs, songs.index(current) if current is not None else 0)


def save_play_queue_by_index(ask: Ask) -> Answer:
    """Keep what is played; without a song, forget it."""
    songs = ask.parameters.all("id")
    if songs:
        ask.parameters.text("currentIndex")
    at = ask.parameters.number("currentIndex", 0)
    if songs and at >= len(songs):
        raise RestError(MISSING, "the parameter 'currentIndex' must be the place of one of the songs, from 0")
    return _keep(ask, songs, at)


def _keep(ask: Ask, songs: list[str], at: int) -> Answer:
    if len(songs) > MOST_SONGS:
        raise RestError(MISSING, f"at most {MOST_SONGS} songs are kept")
    numbers = tuple(ids.number_of(song, "tr") for song in songs)
    queue = Queue(track_ids=numbers, at=at, position_ms=ask.parameters.number("position", 0), by=ask.player.name)
    ask.library.music.keep_queue(ask.profile, queue)
    return {}


def _kept(ask: Ask) -> tuple[dict[str, Any], int | None]:
    """Give the fields of both forms and the place in them; songs that are gone altogether have left the queue."""
    queue = ask.library.music.queue(ask.profile)
    served = ask.library.music.tracks(queue.track_ids)
    there = {item.track.track_id for item in served}
    is_whole = bool(queue.track_ids) and queue.track_ids[queue.at] in there
    at = sum(number in there for number in queue.track_ids[: queue.at])
    fields = {
        "username": ask.player.name,
        "changed": views.date(queue.changed_at or EPOCH),
        "changedBy": queue.by or ask.player.name,
        "position": queue.position_ms if is_whole else 0,
        "entry": views.songs_served(ask, served),
    }
    return fields, min(at, len(served) - 1) if served else None
