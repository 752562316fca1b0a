"""Which artists, or albums, sound like these?

An artist is as near to a query as the mean of the artist's embeddings, and an album as the mean of its tracks'. Means
are compared as tracks are: by the model, corrected for hubs among all artists (or albums) of the library. As a mean has
no accidents of a single song, the similarities shown are higher than those of songs.

Who is the same artist, `resona.artists` decides: a track counts for everybody it credits, and a credit of several, such
as "A feat. B", is no artist of its own where one of them is. An exclusion or a filter takes tracks out of the means.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resona.artists import artist_key, read_credit
from resona.errors import QueryError
from resona.inference.model import unit
from resona.placeholders import is_nobody
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.recommend.limits import Attributes, Limits, Wanted, select
from resona.recommend.recommend import Seeds, rank_tracks
from resona.recommend.request import Recommendation, Recommendations, Request
from resona.recommend.words.find import likelihood, moves
from resona.recommend.words.grammar import Term
from resona.store import Discography
from resona.store.discography import NO_ALBUM
from resona.tracks import Track, track_dict

Array = NDArray[np.float32]
Rows = NDArray[np.intp]
Kind = Literal["artist", "album"]

N_NEAREST = 3  # tracks that stand for an artist or album
N_KEPT = 4  # groupings, each for another filter
FOR_TRACKS = {
    "diversity": 0.0,
    "order": "similarity",
    "spacing": 0,
    "extend_to": 0,
    "is_fresh": False,
    "given": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An artist, or an album.

    Attributes
    ----------
    group_id
        As in `resona.store.discography`.
    name
        Of the artist or album.
    artist
        Of the album; the same as `name` for an artist.
    keys
        Of the artists.
    rows
        Shape (n,), its tracks in the catalogue.
    """

    group_id: str
    name: str
    artist: str
    keys: frozenset[str]
    rows: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarGroup:
    """One line of the list.

    Attributes
    ----------
    tracks
        Those nearest to its mean, the nearest first: where one might begin to listen.
    """

    rank: int
    kind: Kind
    group: Group
    similarity: float
    tracks: tuple[Track, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the fields that programs rely on."""
        album = {"album": self.group.name} if self.kind == "album" else {}
        return {
            "rank": self.rank,
            f"{self.kind}_id": self.group.group_id,
            **album,
            "artist": self.group.artist,
            "n_tracks": len(self.group.rows),
            "similarity": round(self.similarity, 4),
            "tracks": [track_dict(track) for track in self.tracks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarGroups(Recommendations):
    """The list, and what it answers; `results` are the tracks that stand for its artists or albums.

    Attributes
    ----------
    groups
        The artists or albums, the most similar first.
    """

    groups: tuple[SimilarGroup, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Give what `recommend --artists --json` prints."""
        return Recommendations.as_dict(self) | {"results": [group.as_dict() for group in self.groups]}


@dataclass(frozen=True, slots=True)
class Grouping:
    """All artists, or albums, and how near they are to anything: a group's place is its row in the ranker."""

    groups: list[Group]
    ranker: Ranker


def similar_groups(catalogue: Catalogue, request: Request, kind: Kind) -> SimilarGroups:
    """Find the artists, or albums, most like the queries.

    Artists of the queries are left out, and so are albums that hold one of them; albums by their artists only come if
    the limits let the seeds' artists in, and at most `per_artist` by one artist.

    Raises
    ------
    UnknownTrackError, AudioError
        As `resona.recommend.recommend`.
    QueryError
        If the filter or the weights cannot be read, or something is asked for that only lists of tracks have.
    """
    unmeant = [name for name, default in FOR_TRACKS.items() if getattr(request, name) != default]
    if unmeant:
        raise QueryError(f"{unmeant[0]} is for lists of tracks, not of {kind}s")
    seeds, negatives = Seeds.of(catalogue, request.queries, request.part), Seeds.of(catalogue, request.negatives)
    allowed = allowed_masks(catalogue, request.where, request.genre_groups, with_excluded=request.with_excluded)
    grouping = _grouping(catalogue, kind, all_pass(allowed, len(catalogue)))
    moved = moves(catalogue, request)
    fits = _fits(catalogue, moved, grouping.groups) if moved else None
    similarities, ranked = rank_tracks(grouping.ranker, seeds, negatives, request, fits=fits)
    known, groups = catalogue.columns.known_artists, grouping.groups
    own = {*seeds.rows, *negatives.rows}
    credited = seeds.artists(known) | negatives.artists(known)
    is_own = (bool(group.keys & credited) if kind == "artist" else not own.isdisjoint(group.rows) for group in groups)
    chosen = select(
        ranked,
        Attributes(artists=[group.keys for group in groups], albums=[""] * len(groups), versions=[-1] * len(groups)),
        Wanted(n=request.k, seeds=np.flatnonzero(list(is_own)).tolist(), seed_artists=seeds.artists(known)),
        limits=_limits(request.limits, kind),
    )
    lines = tuple(
        SimilarGroup(
            rank=rank,
            kind=kind,
            group=groups[row],
            similarity=float(similarities[row]),
            tracks=tuple(catalogue.tracks_at(nearest_to_mean(catalogue, groups[row].rows))),
        )
        for rank, row in enumerate(chosen.rows.tolist(), start=1)
    )
    return SimilarGroups(
        queries=seeds.queries,
        negatives=negatives.queries,
        moves=tuple(moved),
        model=catalogue.model.name,
        results=tuple(
            Recommendation(rank=line.rank, track=track, similarity=line.similarity)
            for line in lines
            for track in line.tracks
        ),
        removed=chosen.removed,
        relaxed=[sentence.replace("tracks", f"{kind}s") for sentence in chosen.relaxed],
        groups=lines,
    )


def _fits(catalogue: Catalogue, moved: Sequence[Term], groups: Sequence[Group]) -> Array:
    """Say how well groups fit the words to move to and from, shape (n_groups,): as their tracks do in the mean."""
    each = likelihood(catalogue, moved)
    return np.array([each[group.rows].mean() for group in groups], dtype=np.float32)


def nearest_to_mean(catalogue: Catalogue, rows: Rows, n: int = N_NEAREST) -> Rows:
    """Find which of some tracks are nearest to their mean, the nearest first: shape (≤ n,)."""
    vectors = catalogue.vectors[rows]
    nearness = catalogue.model.similarity_matrix(_means(catalogue, [rows]), vectors)[0]
    nearest: Rows = rows[np.argsort(-nearness, kind="stable")[:n]]
    return nearest


def _limits(limits: Limits, kind: Kind) -> Limits:
    """Turn limits of tracks into those of groups: an artist comes once, whatever it takes."""
    once = replace(limits, per_album=0, with_versions=True)
    return once if kind == "album" else replace(once, per_artist=1, is_strict=True)


def _grouping(catalogue: Catalogue, kind: Kind, is_allowed: NDArray[np.bool_]) -> Grouping:
    """Part the allowed tracks into groups, or remember how it was done."""
    key = (kind, is_allowed.tobytes())
    if key not in catalogue.kept:
        discography = catalogue.store.discography.load()
        find = _artists if kind == "artist" else _albums
        groups = [replace(group, rows=group.rows[is_allowed[group.rows]]) for group in find(catalogue, discography)]
        groups = [group for group in groups if len(group.rows)]
        if not groups:
            raise QueryError(f"no {kind} is known whose tracks are allowed")
        ranker = Ranker.fit(catalogue.model, _means(catalogue, [group.rows for group in groups]))
        while len(catalogue.kept) >= N_KEPT:
            catalogue.kept.pop(next(iter(catalogue.kept)), None)
        catalogue.kept[key] = Grouping(groups, ranker)
    found: Grouping = catalogue.kept[key]
    return found


def _means(catalogue: Catalogue, members: Sequence[Rows]) -> Array:
    """Average embeddings: shape (n_groups, d), unit rows where the tracks' are."""
    from scipy.sparse import csr_array

    counts = np.array([len(rows) for rows in members])
    weights = np.repeat(1 / counts, counts).astype(np.float32)
    shape = (len(members), len(catalogue))
    total = csr_array((weights, np.concatenate(members), np.r_[0, np.cumsum(counts)]), shape=shape)
    means = np.asarray(total @ catalogue.vectors, dtype=np.float32)
    return unit(means) if catalogue.model.is_unit else means


def _artists(catalogue: Catalogue, discography: Discography) -> Iterator[Group]:
    named = {artist_key(artist.name): artist for artist in discography.artists.values() if not is_nobody(artist.name)}
    known = catalogue.columns.known_artists
    members = _members(catalogue.attributes.artists)
    for key, artist in named.items():
        others = read_credit(artist.name).keys(known) - {key}
        if others.isdisjoint(named) and key in members:
            keys = others | {key}
            yield Group(group_id=artist.artist_id, name=artist.name, artist=artist.name, keys=keys, rows=members[key])


def _members(artists: Iterable[frozenset[str]]) -> dict[str, Rows]:
    members = defaultdict[str, list[int]](list)
    for row, keys in enumerate(artists):
        for key in keys:
            members[key].append(row)
    return {key: np.array(rows, dtype=np.intp) for key, rows in members.items()}


def _albums(catalogue: Catalogue, discography: Discography) -> Iterator[Group]:
    known = catalogue.columns.known_artists
    for album in discography.albums.values():
        if album.name != NO_ALBUM:
            keys = read_credit(album.artist).keys(known)
            rows = catalogue.rows_of_ids(album.track_ids)
            yield Group(group_id=album.album_id, name=album.name, artist=album.artist, keys=keys, rows=rows)
