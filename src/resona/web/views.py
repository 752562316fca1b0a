"""How tracks and lists are written as JSON. Names stay; fields may be added."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from resona.library import Recommendation, album_artist, album_id, artist_id, in_words, names_of
from resona.tracks import Track, track_dict

Descriptors = dict[str, float | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditView:
    """Somebody whom a track credits: the id of the artist's shelf, and the name; empty where it credits nobody."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackView:
    """A track in a list.

    `start_seconds` is where it begins in its file (cue sheets); 0 usually. `loudness_lufs` is null where it was not
    measured.
    """

    track_id: int
    path: str
    artist: str
    artists: list[CreditView]
    title: str
    album: str
    album_id: str
    disc_number: int | None
    track_number: int | None
    genre: str
    year: int | None
    duration_seconds: float
    start_seconds: float
    is_missing: bool
    loudness_lufs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView(TrackView):
    """A track in a list of similar ones: `similarity` is a calibrated probability, 0–1, `in_words` its meaning."""

    rank: int
    similarity: float
    in_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """A word that was understood; its weight is below 0 where it is not wanted."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage:
    """A part of a list of tracks; `offset + limit` begins the next part if there `has_more`.

    `total` is how many there are in all; null for a search, which ends when there is enough to show.
    """

    results: list[TrackView]
    offset: int
    limit: int
    has_more: bool
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipView:
    """A part of a track that was listened to."""

    start_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackDetails(TrackView):
    """Everything that is known about one track.

    `sources` says for each tag whether it came from the "tag", the "file name" or the "folder"; a descriptor is null
    where it could not be determined. `is_part` tells a track of a cue sheet, behind which its file may go on.
    """

    is_part: bool
    album_artist: str
    genres: list[str]
    sources: dict[str, str]
    descriptors: Descriptors = field(default_factory=dict)
    clips: list[ClipView] = field(default_factory=list)


def track_fields(track: Track) -> dict[str, object]:
    """Give the fields of `TrackView`, with characters that are not Unicode replaced."""
    tags = track.tags
    return track_dict(track) | {
        "path": _text(str(track.path)),
        "artists": [CreditView(id=artist_id(name), name=name) for name in names_of(tags.artist)],
        "title": tags.title or _text(track.path.stem),
        "album_id": album_id(album_artist(tags), tags.album),
        "disc_number": tags.disc_number,
        "track_number": tags.track_number,
        "year": tags.year,
        "start_seconds": track.start_seconds,
        "is_missing": track.is_missing,
        "loudness_lufs": None if track.loudness_lufs is None else round(track.loudness_lufs, 2),
    }


def view(track: Track) -> TrackView:
    """Write a track as in lists."""
    return TrackView(**track_fields(track))  # type: ignore[arg-type]


def page(found: list[Track], *, offset: int, limit: int, total: int | None = None) -> TrackPage:
    """Write a part of a list, for which one track more than `limit` was asked."""
    return TrackPage(
        results=[view(track) for track in found[:limit]],
        offset=offset,
        limit=limit,
        has_more=len(found) > limit,
        total=total,
    )


def result_view(result: Recommendation) -> ResultView:
    """Write a line of a list of similar tracks."""
    return ResultView(
        rank=result.rank,
        similarity=round(result.similarity, 4),
        in_words=in_words(round(result.similarity, 4)),
        **track_fields(result.track),  # type: ignore[arg-type]
    )


def view_descriptors(values: Mapping[str, float | str | None]) -> Descriptors:
    """Write descriptors; the key is a number, 0 for C to 11 for B."""
    key = values.get("key")
    return {**values, "key": None if key is None else float(key)}


def _text(path: str) -> str:
    return path.encode("utf-8", "replace").decode()
