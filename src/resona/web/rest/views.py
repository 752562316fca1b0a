"""Songs, albums and artists, as OpenSubsonic writes them. What is not known is left out, never null."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resona.library import NO_ALBUM, NO_ARTIST, Album, Artist, Mark, Served, album_artist, album_id, artist_id, names_of
from resona.tracks import Tags
from resona.web.rest import ids
from resona.web.rest.service import Ask
from resona.web.tracks import MIMES

View = dict[str, Any]

REFERENCE_LUFS = -18.0  # of ReplayGain 2.0
PART_SUFFIX, PART_MIME = "flac", "audio/flac"  # a part of a file is cut out of it
PART_BYTES_PER_SECOND = 106_000  # about what lossless stereo takes


def songs(ask: Ask, track_ids: Sequence[int]) -> list[View]:
    """Write tracks, in their order; those that are gone from the library altogether are left out."""
    return songs_served(ask, ask.library.music.tracks(track_ids))


def songs_served(ask: Ask, served: Sequence[Served]) -> list[View]:
    """Write tracks of which all is known that players need."""
    marks = ask.library.music.marks(ask.profile, [ids.track_id(item.track.track_id) for item in served])
    folders = [Path(folder) for folder in ask.library.folders.known]
    known = ask.service.discography.albums
    return [_song(item, marks, folders, known) for item in served]


def albums(ask: Ask, found: Sequence[Album]) -> list[View]:
    """Write albums, in their order."""
    marks = ask.library.music.marks(ask.profile, [album.album_id for album in found])
    numbers = [number for album in found for number in album.track_ids]
    plays = {number: (count, at) for number, count, at in ask.library.music.played(ask.profile, numbers)}
    return [_album(album) | _marked(album.album_id, marks) | _played(album, plays) for album in found]


def album_folders(ask: Ask, found: Sequence[Album]) -> list[View]:
    """Write albums for clients that browse folders."""
    return [
        {
            "id": view["id"],
            "parent": view["artistId"],
            "isDir": True,
            "title": view["name"],
            "album": view["name"],
            "mediaType": "album",
            "isVideo": False,
            **{name: view[name] for name in FOLDER_FIELDS if name in view},
        }
        for view in albums(ask, found)
    ]


FOLDER_FIELDS = ("artist", "artistId", "coverArt", "duration", "created", "year", "genre", "starred", "userRating")


def artists(ask: Ask, found: Sequence[Artist]) -> list[View]:
    """Write artists, in their order."""
    marks = ask.library.music.marks(ask.profile, [artist.artist_id for artist in found])
    return [
        {
            "id": artist.artist_id,
            "name": artist.name,
            "coverArt": artist.artist_id,
            "albumCount": len(artist.album_ids),
            **_marked(artist.artist_id, marks),
        }
        for artist in found
    ]


def _song(item: Served, marks: Mapping[str, Mark], folders: Sequence[Path], known: Mapping[str, Album]) -> View:
    track, tags = item.track, item.track.tags
    own_id, on_id = ids.track_id(track.track_id), album_id(album_artist(tags), tags.album)
    by = names_of(tags.artist)
    view: View = {
        "id": own_id,
        "parent": on_id,
        "isDir": False,
        "title": tags.title or _text(track.path.stem),
        "album": tags.album or NO_ALBUM,
        "artist": tags.artist or NO_ARTIST,
        "albumId": on_id,
        "artistId": artist_id(by[0]),
        "coverArt": on_id,
        "path": _text(str(_relative(track.path, folders))),
        "isVideo": False,
        "type": "music",
        "mediaType": "song",
        "created": date(item.added_at),
        "genres": [{"name": genre} for genre in tags.genres],
        "artists": [_credit(name) for name in by],
        "albumArtists": [_credit(name) for name in names_of(album_artist(tags))],
        "displayArtist": tags.artist or NO_ARTIST,
        "displayAlbumArtist": album_artist(tags) or NO_ARTIST,
        "replayGain": _gains(item, known.get(on_id)),
    }
    return view | _sound(item) | _known(tags) | _marked(own_id, marks)


def _sound(item: Served) -> View:
    """Say what is sent when it is played."""
    suffix = item.track.path.suffix.lower()
    seconds = max(item.track.tags.duration_seconds, 0.0)
    size = round(seconds * PART_BYTES_PER_SECOND) if item.is_part else item.size_bytes
    view: View = {
        "size": size,
        "contentType": PART_MIME if item.is_part else MIMES.get(suffix, "application/octet-stream"),
        "suffix": PART_SUFFIX if item.is_part else suffix.removeprefix("."),
        "duration": round(seconds),
        "bitRate": max(round(size * 8 / 1000 / seconds), 1) if seconds else 0,
    }
    return view | {"bpm": round(item.tempo_bpm or 0)}


def _gains(item: Served, album: Album | None) -> View:
    """Say by how many dB to turn it up; no peaks, since a scan does not hear whole files."""
    loudness = {"trackGain": item.loudness_lufs, "albumGain": album.loudness_lufs if album else None}
    return {name: round(REFERENCE_LUFS - lufs, 2) for name, lufs in loudness.items() if lufs is not None}


def _known(tags: Tags) -> View:
    values = {
        "track": tags.track_number,
        "discNumber": tags.disc_number,
        "year": tags.year,
        "genre": tags.genres[0] if tags.genres else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _album(album: Album) -> View:
    view: View = {
        "id": album.album_id,
        "name": album.name,
        "artist": album.artist,
        "artistId": album.artist_id,
        "coverArt": album.album_id,
        "songCount": len(album.track_ids),
        "duration": round(album.duration_seconds),
        "created": date(album.added_at),
        "displayArtist": album.artist,
        "artists": [_credit(name) for name in names_of(album.artist)],
        "genres": [{"name": album.genre}] if album.genre else [],
    }
    if album.year is not None:
        view["year"] = album.year
    return view | ({"genre": album.genre} if album.genre else {})


def _credit(name: str) -> View:
    return {"id": artist_id(name), "name": name or NO_ARTIST}


def _marked(item: str, marks: Mapping[str, Mark]) -> View:
    mark = marks.get(item)
    if mark is None:
        return {}
    view = {
        "starred": date(mark.starred_at),
        "userRating": mark.rating,
        "playCount": mark.n_plays,
        "played": date(mark.played_at),
    }
    return {name: value for name, value in view.items() if value}


def _played(album: Album, plays: Mapping[int, tuple[int, str]]) -> View:
    """Say how often songs of an album were played, and when the last was."""
    found = [plays[number] for number in album.track_ids if number in plays]
    return {"playCount": sum(count for count, _ in found), "played": date(max(at for _, at in found))} if found else {}


def date(at: str) -> str:
    """Write a time as the specification wants it.

    Examples
    --------
    >>> date("2026-11-28T20:00:00+00:00")
    '2026-11-28T20:00:00Z'
    """
    return at.removesuffix("+00:00") + "Z" if at else ""


def _relative(path: Path, folders: Sequence[Path]) -> Path:
    """Take off where the music is: that is nobody's business."""
    return next((path.relative_to(folder) for folder in folders if path.is_relative_to(folder)), Path(path.name))


def _text(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
