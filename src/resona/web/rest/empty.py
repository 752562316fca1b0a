"""What Resona does not keep: answered with nothing, so that clients need not know."""

from resona.web.rest.protocol import Answer
from resona.web.rest.service import Ask
from resona.web.rest.views import date

EPOCH = date("1970-01-01T00:00:00")

NOTHING: dict[str, Answer] = {
    "getAlbumInfo": {"albumInfo": {}},
    "getAlbumInfo2": {"albumInfo": {}},
    "getPodcasts": {"podcasts": {"channel": []}},
    "getNewestPodcasts": {"newestPodcasts": {"episode": []}},
    "getInternetRadioStations": {"internetRadioStations": {"internetRadioStation": []}},
    "getNowPlaying": {"nowPlaying": {"entry": []}},
    "getBookmarks": {"bookmarks": {"bookmark": []}},
    "getShares": {"shares": {"share": []}},
    "getVideos": {"videos": {"video": []}},
    "getLyrics": {"lyrics": {"value": ""}},
    "getLyricsBySongId": {"lyricsList": {"structuredLyrics": []}},
}


def get_play_queue(ask: Ask) -> Answer:
    """Say that nothing is queued here."""
    return {"playQueue": {"username": ask.player.name, "changed": EPOCH, "changedBy": ask.player.name, "entry": []}}
