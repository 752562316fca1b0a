"""Which of my songs sound like these?

The way from seeds to a list: similarity of every track to each seed, combined; filters and exclusions; a more varied
ranking if wished; the limits; the order of playing. Each step is a pure function of `resona.selection`; here they meet
the library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resona.artists import credit_of, read_credit
from resona.inference.model import unit
from resona.recommend import limits
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.graph import Graph
from resona.recommend.catalogue.hubness import nearest_rows
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.recommend.limits import select
from resona.recommend.mixes.clusters import find_clusters
from resona.recommend.ordering.diversity import diversify
from resona.recommend.ordering.order import flow_in_stretches, shuffle
from resona.recommend.ordering.spacing import space_out
from resona.recommend.ordering.transitions import step_costs
from resona.recommend.queries.hearing import query_vector
from resona.recommend.queries.resolve import Query, resolve
from resona.recommend.queries.seeds import combine
from resona.recommend.request import Recommendation, Recommendations, Request, history_key
from resona.recommend.words.find import WORDS, likelihood, moves, sounding_like

Array = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

FIRST_LOOK = 4  # times as many tracks near a seed as are wanted are looked at, before more where these make no list
FEWEST = 100  # tracks that are looked at for the shortest list
POOL = 300  # tracks that diversity chooses from
MAX_SEEDS = 32  # compared with the whole library one by one; of more, those that sound alike are joined


@dataclass(frozen=True, slots=True)
class Seeds:
    """What queries mean to a library: the queries, their vectors (s, d), and the rows of their tracks."""

    queries: tuple[Query, ...]
    vectors: Array
    rows: tuple[int, ...]

    @classmethod
    def of(
        cls, catalogue: Catalogue, texts: Sequence[str | Query], part: tuple[float, float | None] | None = None
    ) -> "Seeds":
        """Understand queries and hear what is not in the library.

        Raises
        ------
        UnknownTrackError
            If a query means nothing, or several songs, or has not been analysed.
        AudioError
            If an audio file outside the library cannot be heard.
        """
        queries = tuple(_meaning(catalogue, text) for text in texts)
        vectors = np.array([query_vector(catalogue, query, part) for query in queries], dtype=np.float32)
        return cls(queries, vectors, ()).placed(catalogue)

    def placed(self, catalogue: Catalogue) -> "Seeds":
        """Give the same seeds with their rows in another catalogue."""
        rows = catalogue.rows_of([track for query in self.queries for track in query.tracks])
        return replace(self, rows=tuple(rows.tolist()))

    def artists(self, known: frozenset[str]) -> frozenset[str]:
        """Give everybody credited, where `known` are the library's artists."""
        credited = [credit_of(track) for query in self.queries for track in query.tracks]
        credited += [read_credit(query.artist) for query in self.queries]
        return frozenset[str]().union(*(credit.keys(known) for credit in credited))


def _meaning(catalogue: Catalogue, query: str | Query) -> Query:
    if isinstance(query, Query):
        return query
    if query.startswith(WORDS):
        return Query(text=query, kind="words", vector=sounding_like(catalogue, query.removeprefix(WORDS)))
    return resolve(catalogue.store, query)


def recommend(catalogue: Catalogue, request: Request) -> Recommendations:
    """Find the tracks most like the queries.

    Raises
    ------
    UnknownTrackError
        If a query means nothing, or several songs, or has not been analysed.
    AudioError
        If an audio file outside the library cannot be heard.
    QueryError
        If the filter or the weights cannot be read, or the seeds already are as many as `extend_to`.
    """
    seeds = Seeds.of(catalogue, request.queries, request.part)
    return _listed(catalogue, request, seeds, Seeds.of(catalogue, request.negatives))


def needs_all(request: Request) -> bool:
    """Whether a request is for what only the whole library tells: words for a sound, or each seed's own ranks."""
    has_words = any(isinstance(query, str) and query.startswith(WORDS) for query in request.queries)
    return bool(request.more or request.less) or has_words or request.method == "fusion"


def recommend_nearby(graph: Graph, request: Request) -> Recommendations:
    """Find the tracks most like the queries without looking at all; see `resona.recommend.catalogue.graph`.

    Where filters or limits leave too few, it looks further, as far as a list may reach.

    Raises
    ------
    UnknownTrackError, AudioError, QueryError
        As `recommend`.
    """
    asked, unwanted = (
        tuple(query if isinstance(query, Query) else resolve(graph.store, query) for query in queries)
        for queries in (request.queries, request.negatives)
    )
    own = [track.track_id for query in (*asked, *unwanted) for track in query.tracks]
    around = graph.catalogue(own)
    seeds, negatives = Seeds.of(around, asked, request.part), Seeds.of(around, unwanted)
    where = graph.condition(request.where, request.genre_groups)
    vectors, _ = _joined(seeds.vectors, ())
    n_new, n_known = request.n_new(len(seeds.rows)), -1
    first = max(FIRST_LOOK * n_new, FEWEST, POOL * (request.diversity > 0))
    for n in (first, 5 * first, limits.depth(n_new)):
        near = graph.nearest(vectors, n + len(own), where)
        catalogue = graph.catalogue([*own, *near])
        is_last = n == limits.depth(n_new) or len(near) == n_known  # there are no more
        kept = replace(request.limits, is_strict=request.limits.is_strict or not is_last)
        placed = [found.placed(catalogue) for found in (seeds, negatives)]
        listed = _listed(catalogue, replace(request, limits=kept), *placed)
        if is_last or len(listed.results) == n_new:
            break
        n_known = len(near)
    return listed


def _listed(catalogue: Catalogue, request: Request, seeds: Seeds, negatives: Seeds) -> Recommendations:
    allowed = allowed_masks(catalogue, request.where, request.genre_groups, with_excluded=request.with_excluded)
    is_allowed = all_pass(allowed, len(catalogue))
    before = catalogue.store.history.given(history_key(seeds.queries)) if request.is_fresh else ()
    wanted = limits.Wanted(
        n=request.n_new(len(seeds.rows)),
        seeds=frozenset(seeds.rows + negatives.rows),
        seed_artists=seeds.artists(catalogue.columns.known_artists),
        given=frozenset(catalogue.rows_of_ids(sorted({*before, *request.given})).tolist()),
    )
    moved = moves(catalogue, request)
    fits = likelihood(catalogue, moved) if moved else None
    for n in limits.depths(wanted.n, int(np.count_nonzero(is_allowed))):
        similarities, ranked = rank_tracks(catalogue.ranker, seeds, negatives, request, is_allowed, n=n, fits=fits)
        ranked = _diversified(catalogue, ranked, similarities, is_allowed, request.diversity, wanted.n)
        is_last = n == limits.depth(wanted.n)
        kept = replace(request.limits, is_strict=request.limits.is_strict or not is_last)
        chosen = select(ranked, catalogue.attributes, wanted, limits=kept, allowed=allowed)
        if len(chosen.rows) == wanted.n:
            break
    rows, relaxed = in_order(catalogue, chosen.rows, similarities, request)
    return Recommendations(
        queries=seeds.queries,
        negatives=negatives.queries,
        moves=tuple(moved),
        model=catalogue.model.name,
        results=results_of(catalogue, rows, similarities),
        removed=chosen.removed,
        relaxed=chosen.relaxed + relaxed,
    )


def rank_tracks(  # noqa: PLR0913 - what is compared with what, and which of it matters
    ranker: Ranker,
    seeds: Seeds,
    negatives: Seeds,
    request: Request,
    is_allowed: Mask | None = None,
    *,
    n: int = 0,
    fits: Array | None = None,
) -> tuple[Array, Rows]:
    """Give the similarity of all that `ranker` compares to the seeds together, and the nearest rows first.

    Parameters
    ----------
    ranker, seeds, negatives, request
        What is compared with what, and how.
    is_allowed, n
        Which tracks matter, shape (n_tracks,), and how many of them besides the seeds: to compare a large library
        exactly and to sort it takes longer than to find them. All if None.
    fits
        Shape (n_tracks,): how well each fits words, by which its similarity is multiplied.

    Returns
    -------
    Similarities, shape (n_tracks,), and rows: of the nearest, with all others as near, or of all.
    """
    wanted, weights = _joined(seeds.vectors, request.weights)
    unwanted, _ = _joined(negatives.vectors.reshape(-1, wanted.shape[1]), ())
    n_seen = n + len(seeds.rows) + len(negatives.rows)
    is_simple = request.method != "fusion" and fits is None
    rows, distances = ranker.near(np.concatenate([wanted, unwanted]), is_allowed, n=n_seen if is_simple else 0)
    n_seeds = len(wanted)
    total = distances[:n_seeds].sum(axis=0)
    matters = None if is_allowed is None else is_allowed[rows]
    join = partial(combine, weights=weights or None, method=request.method, strength=request.strength)
    if len(distances) == 1 and is_simple:  # the nearest are the most similar
        seen = nearest_rows(-total, n_seen, matters)
        alike = join(ranker.probabilities(total[seen]).astype(np.float32)[None])
    else:
        each = ranker.probabilities(distances).astype(np.float32)
        alike = join(each[:n_seeds], negatives=each[n_seeds:]) * (1 if fits is None else fits[rows])
        seen = nearest_rows(alike, n_seen, matters)
        alike = alike[seen]
    similarities = np.zeros(len(ranker.vectors), dtype=np.float32)
    similarities[rows[seen]] = alike
    return similarities, rows[seen[np.lexsort((total[seen], -alike))]]


def _joined(vectors: Array, weights: Sequence[float]) -> tuple[Array, Sequence[float]]:
    """Join the vectors of very many seeds into the centres of groups that sound alike, weighted by their members."""
    if len(vectors) <= MAX_SEEDS or len(weights) not in (0, len(vectors)):
        return vectors, weights
    each = np.array(weights or np.ones(len(vectors)))
    groups = find_clusters(unit(vectors), k=MAX_SEEDS)
    centres = np.array([np.average(vectors[group], axis=0, weights=each[group]) for group in groups], dtype=np.float32)
    is_unit = np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    return unit(centres) if is_unit else centres, [float(each[group].sum()) for group in groups]


def in_order(catalogue: Catalogue, rows: Rows, similarities: Array, request: Request) -> tuple[Rows, list[str]]:
    """Put a list in the order asked for; say what could not be kept."""
    rows = rows[np.argsort(-similarities[rows], kind="stable")]
    if request.order == "flow":
        descriptors = {name: catalogue.columns.numbers(name)[rows] for name in ("tempo_bpm", "key", "mode", "energy")}
        rows = rows[flow_in_stretches(len(rows), partial(_step_costs, catalogue.directions[rows], descriptors))]
    elif request.order == "shuffle":
        rows = rows[shuffle(len(rows), seed=request.seed)]
    if not request.spacing:
        return rows, []
    rows, is_spaced = space_out(rows, catalogue.attributes.artists, spacing=request.spacing)
    return rows, [] if is_spaced else [f"fewer than {request.spacing} tracks between two of one artist"]


def _step_costs(directions: Array, descriptors: Mapping[str, NDArray[np.float64]], some: Rows) -> NDArray[np.float64]:
    return step_costs(directions[some], {name: column[some] for name, column in descriptors.items()})


def results_of(catalogue: Catalogue, rows: Rows, similarities: Array) -> tuple[Recommendation, ...]:
    """Write rows as the lines of a list; `similarities` has one entry for each track of the library."""
    return tuple(
        Recommendation(rank=rank, track=track, similarity=float(similarities[row]))
        for rank, (row, track) in enumerate(zip(rows, catalogue.tracks_at(rows), strict=True), start=1)
    )


def _diversified(
    catalogue: Catalogue, ranked: Rows, similarities: Array, is_allowed: Mask, diversity: float, n: int
) -> Rows:
    """Reorder the best of the allowed tracks for a list of `n`; the others keep their places."""
    if not diversity:
        return ranked
    places = np.flatnonzero(is_allowed[ranked])[: max(POOL, 3 * n)]
    head = ranked[places]
    varied = ranked.copy()
    varied[places] = diversify(head, similarities[head], catalogue.directions, diversity=diversity, pool=len(head))
    return varied
