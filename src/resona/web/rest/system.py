"""Is anybody there, and what can they do?"""

from typing import Any

from resona.web.rest import ids
from resona.web.rest.protocol import NOT_ALLOWED, Answer, RestError
from resona.web.rest.service import Ask
from resona.web.tasks import scanning

EXTENSIONS = ("apiKeyAuthentication", "formPost", "indexBasedQueue", "sonicSimilarity")
ROLES = {  # of the specification, and whether players have them
    "scrobblingEnabled": True,
    "adminRole": False,
    "settingsRole": False,
    "downloadRole": True,
    "uploadRole": False,
    "playlistRole": True,
    "coverArtRole": False,
    "commentRole": False,
    "podcastRole": False,
    "streamRole": True,
    "jukeboxRole": False,
    "shareRole": False,
    "videoConversionRole": False,
}


def ping(_: Ask) -> Answer:
    """Answer."""
    return {}


def get_license(_: Ask) -> Answer:
    """Say that there is nothing to pay."""
    return {"license": {"valid": True}}


def extensions() -> Answer:
    """Say what is here beyond Subsonic."""
    return {"openSubsonicExtensions": [{"name": name, "versions": [1]} for name in EXTENSIONS]}


def token_info(ask: Ask) -> Answer:
    """Say whose key it is."""
    return {"tokenInfo": {"username": ask.player.name}}


def get_user(ask: Ask) -> Answer:
    """Say what the player may do; of others, nothing is said."""
    if (ask.parameters.optional("username") or ask.player.name).lower() != ask.player.name.lower():
        raise RestError(NOT_ALLOWED, "a player is told of itself only")
    return {"user": _user(ask)}


def get_users(ask: Ask) -> Answer:
    """List the one who asks."""
    return {"users": {"user": [_user(ask)]}}


def get_music_folders(_: Ask) -> Answer:
    """Give the one folder, under which everything lies."""
    return {"musicFolders": {"musicFolder": [{"id": int(ids.ROOT), "name": "Music"}]}}


def get_scan_status(ask: Ask) -> Answer:
    """Say whether the folders are being looked at."""
    job = ask.service.state.jobs.state
    is_scanning = job.kind == "scan" and job.is_running
    return {"scanStatus": {"scanning": is_scanning, "count": len(ask.service.discography.track_ids)}}


def start_scan(ask: Ask) -> Answer:
    """Look at the library's folders again."""
    ask.service.state.jobs.start(scanning(ask.service.state.library))
    return get_scan_status(ask)


def _user(ask: Ask) -> dict[str, Any]:
    return {"username": ask.player.name, **ROLES, "folder": [int(ids.ROOT)]}
