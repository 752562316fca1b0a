"""What Resona does not keep: answered with nothing, so that clients need not know."""

from resona.web.rest.protocol import Answer

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
