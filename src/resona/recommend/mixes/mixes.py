"""Longer lists: a mix of some hours around a song, a way from one song to another, a library split into playlists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import ASPECTS
from resona.errors import QueryError, UnknownTrackError
from resona.inference.model import unit
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.recommend.mixes.clusters import ClusterName, find_clusters, name_clusters
from resona.recommend.mixes.journey import find_journey
from resona.recommend.mixes.radio import RadioConfig, draw_radio
from resona.recommend.queries.resolve import Query, resolve_one
from resona.recommend.queries.seeds import centroid
from resona.recommend.recommend import Seeds, rank_tracks, results_of
from resona.recommend.request import Recommendations, Request
from resona.tracks import Track, track_dict

Mask = NDArray[np.bool_]

NAMING = ("genre", "instrument", "voice", "mood")  # kinds of words
KEPT_OUT = "It stays near {}, which is not played itself: the filter leaves it out."
LEANING = 2.0  # standard deviations of nearness that the extreme of a descriptor is worth


def draw_mix(catalogue: Catalogue, request: Request, config: RadioConfig) -> Recommendations:
    """Draw a long mix that drifts from song to song but stays near its seeds.

    Parameters
    ----------
    catalogue
        The library.
    request
        Its queries, negatives, weights, part, filter and exclusions count. One track alone as a query is played first,
        excluded or not, but not where the filter leaves it out; nor where tracks were `given` before: then the mix goes
        on from the last of them, without repeating them. Where they are more than half of what may be played, the
        oldest come again, so that there is no end.
    config
        Length, drift, spacing, seed, and what to lean towards.

    Raises
    ------
    UnknownTrackError, AudioError, QueryError
        As `recommend`.
    """
    seeds, negatives = Seeds.of(catalogue, request.queries, request.part), Seeds.of(catalogue, request.negatives)
    preference = _lean(catalogue, config.lean)
    masks = _masks(catalogue, request)
    preference[~all_pass(masks, len(catalogue))] = -np.inf
    preference[[*negatives.rows, *seeds.rows]] = -np.inf
    given = catalogue.rows_of_ids(request.given)
    before = given[max(0, len(given) - int((preference > -np.inf).sum()) // 2) :]
    durations = catalogue.columns.numbers("duration_seconds")
    song = list(seeds.rows) if len(seeds.rows) == 1 else []
    is_kept_out = bool(song) and "filter" in masks and not masks["filter"][song[0]]
    first = [] if is_kept_out or len(given) else song
    played = float(np.nansum(durations[first]))
    rows = draw_radio(
        catalogue.directions,
        _anchor(seeds, negatives, request),
        durations,
        attributes=catalogue.attributes,
        preference=preference,
        before=before,
        config=replace(config, seconds=max(config.seconds - played, 0.0)),
    )
    similarities, _ = rank_tracks(catalogue.ranker, seeds, negatives, request)
    return Recommendations(
        queries=seeds.queries,
        negatives=negatives.queries,
        model=catalogue.model.name,
        results=results_of(catalogue, np.array([*first, *rows], dtype=np.intp), similarities),
        relaxed=[KEPT_OUT.format(catalogue.tracks_at(np.array(song))[0].label)] if is_kept_out else [],
    )


def _anchor(seeds: Seeds, negatives: Seeds, request: Request) -> NDArray[np.float32]:
    """Give where a mix stays: at its seeds, moved away from what it should be unlike [1]_.

    References
    ----------
    .. [1] J. J. Rocchio, "Relevance feedback in information retrieval", in The SMART Retrieval System, 1971.
    """
    anchor = centroid(unit(seeds.vectors), request.weights or None)
    if not len(negatives.vectors):
        return anchor
    away: NDArray[np.float32] = unit(anchor[None] - request.strength * centroid(unit(negatives.vectors)))[0]
    return away


def _lean(catalogue: Catalogue, lean: Mapping[str, float]) -> NDArray[np.float64]:
    """Say how much rather each track is played, in standard deviations: by its place in the library, shape (n,)."""
    preference = np.zeros(len(catalogue))
    for aspect, amount in lean.items():
        values = catalogue.columns.numbers(ASPECTS[aspect].name)
        is_known = np.isfinite(values)
        places = np.searchsorted(np.sort(values[is_known]), values[is_known]) / max(1, is_known.sum() - 1)
        preference[is_known] += amount * LEANING * (2 * places - 1)
    return preference


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way from one track to another.

    Attributes
    ----------
    tracks
        Start and end included.
    steps
        Between neighbours, in degrees: 0 is the same sound, 90 is unrelated.
    is_monotone
        Each track is nearer to the end than the one before.
    evenness
        Largest step over median step: 1 is perfectly even, above 2 there is a jump.
    relaxed
        A sentence for each limit that had to give way.
    """

    tracks: tuple[Track, ...]
    steps: tuple[float, ...]
    is_monotone: bool
    evenness: float
    relaxed: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give what `resona path --json` prints; a track's step is the one that leads to it."""
        steps = [0.0, *self.steps]
        return {
            "results": [
                {"rank": rank, **track_dict(track), "step": round(step, 2)}
                for rank, (track, step) in enumerate(zip(self.tracks, steps, strict=True), start=1)
            ],
            "is_monotone": self.is_monotone,
            "evenness": round(self.evenness, 3),
            "relaxed": self.relaxed,
        }


def find_path(catalogue: Catalogue, request: Request) -> Way:
    """Find a way in even steps from the request's first query to its second.

    Parameters
    ----------
    catalogue
        The library.
    request
        `k` counts both ends; filter, exclusions and limits count for the tracks between.

    Raises
    ------
    UnknownTrackError
        If an end is not one analysed track of the library.
    QueryError
        If there are not two different ends, `k` is below 2, or the filter cannot be read.
    """
    if len(request.queries) != 2:
        raise QueryError("a path has two ends: name two tracks")
    start, end = (_row(catalogue, query) for query in request.queries)
    journey = find_journey(
        catalogue.directions,
        (start, end),
        n=request.k,
        attributes=catalogue.attributes,
        limits=request.limits,
        allowed=_allowed(catalogue, request),
    )
    relaxed = list(journey.relaxed)
    if len(journey.rows) < request.k:
        relaxed.append(f"only {len(journey.rows)} tracks: the library has no more that may lie between")
    return Way(
        tracks=tuple(catalogue.tracks_at(journey.rows)),
        steps=tuple(journey.steps.tolist()),
        is_monotone=journey.is_monotone,
        evenness=journey.evenness,
        relaxed=relaxed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A part of the library that sounds alike: what it is called, and its tracks, the most typical first."""

    called: ClusterName
    tracks: tuple[Track, ...]

    @property
    def name(self) -> str:
        """Its name in English."""
        return str(self.called)


def split_library(
    catalogue: Catalogue,
    *,
    n_mixes: int = 0,
    where: str = "",
    genre_groups: Mapping[str, Sequence[str]] = {},
    seed: int = 0,
) -> list[Mix]:
    """Split the library into groups that sound alike, and name them.

    Parameters
    ----------
    catalogue
        The library.
    n_mixes
        How many; 0 chooses by the size of the library.
    where, genre_groups
        Only tracks that pass this filter. What is excluded for good is left out.
    seed
        Another seed may split differently.

    Returns
    -------
    The largest first; every track that passes is in exactly one.

    Raises
    ------
    QueryError
        If there are fewer tracks than groups, or the filter cannot be read.
    """
    request = Request(queries=("",), where=where, genre_groups=genre_groups)
    rows = np.flatnonzero(_allowed(catalogue, request))
    groups = [rows[group] for group in find_clusters(catalogue.directions[rows], k=n_mixes, seed=seed)]
    columns = catalogue.columns
    descriptors = {name: columns.numbers(name) for name in ("energy", "tempo_bpm", "brightness_hz")}
    names = name_clusters(groups, columns.genres(), descriptors, _words(catalogue))
    known = {track.track_id: track for track in catalogue.tracks}
    return [
        Mix(called=name, tracks=tuple(known[track_id] for track_id in catalogue.track_ids[group].tolist()))
        for name, group in zip(names, groups, strict=True)
    ]


def _words(catalogue: Catalogue) -> list[tuple[str, str, NDArray[np.float32]]]:
    """Tell all words that name a mix; none where the model tells none."""
    if (catalogue.heard or catalogue).model.words is None:
        return []
    kinds = catalogue.vocabulary.kinds.items()
    return [(word, kind, catalogue.told[word]) for word, kind in kinds if kind in NAMING]


def _allowed(catalogue: Catalogue, request: Request) -> Mask:
    return all_pass(_masks(catalogue, request), len(catalogue))


def _masks(catalogue: Catalogue, request: Request) -> dict[str, Mask]:
    return allowed_masks(catalogue, request.where, request.genre_groups, with_excluded=request.with_excluded)


def _row(catalogue: Catalogue, query: str | Query) -> int:
    """Find the row of a query that must be one track of the library."""
    track = resolve_one(catalogue.store, query)
    rows = catalogue.rows_of([track])
    if not len(rows):
        raise UnknownTrackError(track.label, [], "it has not been analysed with this model yet; run `resona scan`")
    return int(rows[0])
