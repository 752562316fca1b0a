"""What is a list to be like? The one place where the parts of a request turn into queries of the library.

A seed is whatever a query can stand for: tracks, an artist, an album, a playlist, a file that was brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from resona.errors import UnknownTrackError
from resona.library import WORDS
from resona.library import Query as Meaning
from resona.library import parse as parse_filter
from resona.tracks import Track
from resona.web.errors import RequestError
from resona.web.state import State
from resona.web.tracks import LARGEST_ID, MOST_IDS, Ids

Names = Annotated[tuple[Annotated[str, Query(max_length=40)], ...], Query(max_length=MOST_IDS)]
FewAllowed = Annotated[int, Query(ge=0, le=1000, description="0 for as many as there are.")]
Texts = Annotated[tuple[Annotated[str, Query(max_length=500)], ...], Query(max_length=20)]
SoundText = Annotated[str, Query(min_length=1, max_length=500, description="Such as: calm piano, no drums.")]
Filters = Annotated[
    tuple[Annotated[str, Query(max_length=2000)], ...],
    Query(max_length=20, description='Filters that must all hold: year >= 1990 and genre in ("rock").'),
]


class SeedWishes(BaseModel):
    """What others should be like; all of it together."""

    track: Ids = Field((), description="Tracks of the library; those that are no longer in it are left out.")
    artist: Names = Field((), description="Artists, by id.")
    album: Names = Field((), description="Albums, by id.")
    playlist: int | None = Field(None, ge=1, le=LARGEST_ID, description="A playlist, whose tracks are seeds.")
    words: Texts = Field((), description="Words for a sound, such as: calm piano.")
    upload: tuple[str, ...] = Field((), max_length=MOST_IDS, description="Uploaded files.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WishedSeeds:
    """What a list is to be like.

    Attributes
    ----------
    queries
        For the library.
    names
        What people call them: a playlist is one, however many queries it makes.
    left_out
        A sentence for what is not among them.
    """

    queries: list[Meaning | str]
    names: list[str]
    left_out: list[str]


def seeds_of(state: State, wishes: SeedWishes) -> WishedSeeds:
    """Make queries of what a list is to be like.

    Raises
    ------
    RequestError
        If nothing is named.
    UnknownTrackError
        If nothing that is named is known.
    """
    listed = [] if wishes.playlist is None else _listed(state, wishes.playlist)
    wanted = [*wishes.track, *listed]
    if not (wanted or wishes.artist or wishes.album or wishes.words or wishes.upload):
        raise RequestError(422, "NoSeed", "say what the others should be like")
    tracks = meanings(state, wanted)
    groups = [group_meaning(state, group_id) for group_id in (*wishes.artist, *wishes.album)]
    others = [*groups, *(_uploaded(state, upload_id) for upload_id in wishes.upload)]
    n_gone = len(wanted) - len(tracks)
    return WishedSeeds(
        queries=[*tracks, *others, *(f"{WORDS}{words}" for words in wishes.words)],
        names=[
            *(track.tracks[0].name for track in tracks if track.tracks[0].track_id in wishes.track),
            *([] if wishes.playlist is None else [state.library.playlists.get(wishes.playlist).name]),
            *(query.text for query in others),
            *wishes.words,
        ],
        left_out=[f"{n_gone} {'seed is' if n_gone == 1 else 'seeds are'} no longer in the library."] if n_gone else [],
    )


def joined(filters: Sequence[str]) -> str:
    """Make one filter of several; each is read by itself first, so that a fault is told of what somebody wrote."""
    wanted = [text for text in filters if text.strip()]
    if len(wanted) > 1:
        for text in wanted:
            parse_filter(text)
        return " and ".join(f"({text})" for text in wanted)
    return "".join(wanted)


def known_tracks(state: State, track_ids: Sequence[int]) -> list[Track]:
    """Give tracks by number; those that are gone do not spoil the others.

    Raises
    ------
    UnknownTrackError
        If none is left.
    """
    found = state.library.tracks.of(track_ids)
    if track_ids and not found:
        state.library.tracks.get(track_ids[0])
    return found


def meaning(state: State, track_id: int) -> Meaning:
    """Make a query of a track's number.

    Raises
    ------
    UnknownTrackError
        If there is none with that number.
    """
    return Meaning(text=f"#{track_id}", tracks=(state.library.tracks.get(track_id),))


def meanings(state: State, track_ids: Sequence[int]) -> list[Meaning]:
    """Make queries of the numbers of tracks, as `known_tracks` gives them."""
    return [Meaning(text=f"#{track.track_id}", tracks=(track,)) for track in known_tracks(state, track_ids)]


def group_meaning(state: State, group_id: str) -> Meaning:
    """Make a query of the id of an artist or album.

    Raises
    ------
    UnknownTrackError
        If there is none.
    """
    known = state.discography
    if group_id in known.artists:
        name, track_ids = known.artists[group_id].name, known.tracks_of(known.artists[group_id])
    elif group_id in known.albums:
        name, track_ids = known.albums[group_id].name, list(known.albums[group_id].track_ids)
    else:
        raise UnknownTrackError(group_id, [], "no artist or album of the library has this id")
    return Meaning(text=name, tracks=tuple(state.library.tracks.of(track_ids)))


def _listed(state: State, playlist_id: int) -> list[int]:
    """Give the tracks of a playlist, evenly chosen where they are too many."""
    track_ids = state.library.playlists.track_ids(playlist_id)
    return track_ids[:: -(-len(track_ids) // MOST_IDS) or 1]


def _uploaded(state: State, upload_id: str) -> Meaning:
    item = state.upload(upload_id)
    return Meaning(text=item.name, vector=item.vector, descriptors=item.descriptors, artist=item.tags.artist)
