"""Does the list of tracks recommended for a track hold tracks of its kind?

Each track is the query once; all others are candidates, ranked by distance. A candidate is *relevant* if it shares a
label (a genre, or an artist) with the query. Genre is only a proxy for similarity; artist is a truer label.

Conventions
-----------
- `distances` is a matrix (n, n), or a function from query rows (q,) to a block (q, n), so that no library is too large
  for memory. Lower is nearer. It need not be symmetric.
- `labels` is a boolean matrix (n, n_labels), see `label_matrix`. A track without a label is neither query nor
  candidate.
- The query is never its own candidate. Filters leave out more: ``exclude="artist+album"`` removes candidates of the
  query's artist and those of its album, without which one measures "which record is this from" [1]_.
- A query without any relevant candidate has no score: it is left out and counted.
- Ties favour nobody. Precision, MAP and nDCG take their exact expectation over all orders of tied candidates [2]_ (so
  a constant distance scores what chance scores). Lists of neighbours must decide: tied candidates stand in a fixed
  pseudo-random order, another one for each query.

Metrics
-------
- ``map``: average precision; its mean over queries is the MAP [3]_.
- ``r_precision``: share of relevant among the first R, R being the number of relevant candidates [3]_.
- ``ndcg@10``: discounted cumulative gain of the first 10 over that of the best order [4]_.
- ``precision@k``: relevant among the first k, divided by k (also where there are fewer than k candidates).
- ``knn_accuracy@k``: 1 if the label most frequent among the first k is one of the query's. Of equally frequent labels
  the one that occurs first wins; a neighbour with several labels votes for each.

References
----------
.. [1] A. Flexer and D. Schnitzer, "Effects of album and artist filters in audio similarity computed for very large
   music databases", Computer Music Journal 34(3), 2010.
.. [2] F. McSherry and M. Najork, "Computing information retrieval performance measures efficiently in the presence of
   tied scores", ECIR 2008.
.. [3] C. Manning, P. Raghavan and H. Schütze, "Introduction to Information Retrieval", chapter 8, 2008.
.. [4] K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError

Rows = NDArray[np.intp]
Labels = NDArray[np.bool_]
Matrix = NDArray[np.floating[Any]]
Distances = Matrix | Callable[[Rows], Matrix]
Groups = Mapping[str, NDArray[Any] | Sequence[Any]]

LEFT_OUT = ("none", "album", "artist", "artist+album")
MEASURES = (
    "map",
    "r_precision",
    "ndcg@10",
    "precision@1",
    "precision@5",
    "precision@10",
    "knn_accuracy@1",
    "knn_accuracy@5",
    "knn_accuracy@10",
)
LIST_LENGTH = 10
BLOCK_VALUES = 2**24  # distances held at a time: 64 MB of float32
DISCOUNT = 1 / np.log2(np.arange(2, LIST_LENGTH + 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatrix:
    """Which track has which label.

    Attributes
    ----------
    names
        The labels, sorted.
    members
        Shape (n, n_labels).
    """

    names: tuple[str, ...]
    members: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """Scores of each query, so that averages and intervals can be made elsewhere.

    Attributes
    ----------
    queries
        Shape (q,): rows that had a relevant candidate.
    values
        Measure to shape (q,), 0…1.
    neighbours
        Shape (q, 10): rows of the nearest candidates, nearest first; −1 where there are fewer.
    n_left_out
        Rows without a relevant candidate.
    """

    queries: Rows
    values: dict[str, NDArray[np.float64]]
    neighbours: Rows
    n_left_out: int


def label_matrix(labels: Sequence[str | Iterable[str]]) -> LabelMatrix:
    """Write the labels of tracks as a matrix.

    Parameters
    ----------
    labels
        One per track: a name, or several; empty for none.

    Examples
    --------
    >>> label_matrix(["rock", ("jazz", "rock"), ""]).members.astype(int)
    array([[0, 1],
           [1, 1],
           [0, 0]])
    """
    sets = [({entry} if isinstance(entry, str) else set(entry)) - {""} for entry in labels]
    names = tuple(sorted(set().union(*sets)))
    column = {name: position for position, name in enumerate(names)}
    members = np.zeros((len(sets), len(names)), dtype=np.bool_)
    for row, own in enumerate(sets):
        members[row, [column[name] for name in own]] = True
    return LabelMatrix(names=names, members=members)


def cosine_distances(embeddings: Matrix) -> Callable[[Rows], NDArray[np.float32]]:
    """Give the cosine distances of embeddings blockwise.

    Parameters
    ----------
    embeddings
        Shape (n, d), of any length but 0.

    Returns
    -------
    A function from rows (q,) to distances (q, n), 0…2.

    Examples
    --------
    >>> cosine_distances(np.array([[1.0, 0.0], [0.0, 2.0]]))(np.array([0]))
    array([[0., 1.]], dtype=float32)
    """
    units = (embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)).astype(np.float32)
    return lambda rows: np.float32(1) - units[rows] @ units.T


def rank(distances: Distances, labels: Labels, *, groups: Groups | None = None, exclude: str = "none") -> Rankings:
    """Rank the candidates of every track and score each list.

    Parameters
    ----------
    distances
        Shape (n, n), or a function from rows (q,) to shape (q, n).
    labels
        Shape (n, n_labels).
    groups
        Name to one id per track, or to a set of them, such as ``{"artist": artists, "album": albums}``.
    exclude
        "none", or names of groups joined by "+": candidates that share one with the query are left out.

    Raises
    ------
    FeatureError
        If shapes disagree, a distance is NaN, or `exclude` names an unknown group.

    Examples
    --------
    >>> points = np.array([0.0, 1.0, 3.0, 10.0])
    >>> distances = np.abs(points[:, None] - points)
    >>> ranked = rank(distances, label_matrix(["a", "a", "b", "b"]).members)
    >>> ranked.values["map"].round(2)
    array([1.  , 1.  , 0.33, 1.  ])
    """
    if labels.ndim != 2 or labels.dtype != np.bool_:
        raise FeatureError(f"labels must be a boolean matrix (n, n_labels), got {labels.dtype} {labels.shape}")
    members = np.ascontiguousarray(labels.T)
    is_labelled: Labels = np.any(labels, axis=1)
    queries, scores, neighbours = [], [], []
    for query, candidates, values in _candidates(distances, is_labelled, groups or {}, exclude):
        relevant = members[labels[query]].any(axis=0)[candidates]
        if not relevant.any():
            continue
        near = k_nearest(values, candidates, query, LIST_LENGTH)
        votes = [_vote(labels[near[:k]], labels[query]) for k in (1, 5, 10)]
        queries.append(query)
        scores.append([*_score(values, relevant), *votes])
        neighbours.append(np.pad(near, (0, LIST_LENGTH - len(near)), constant_values=-1))
    table = np.array(scores, dtype=np.float64).reshape(-1, len(MEASURES))
    return Rankings(
        queries=np.array(queries, dtype=np.intp),
        values=dict(zip(MEASURES, table.T.copy(), strict=True)),
        neighbours=np.array(neighbours, dtype=np.intp).reshape(-1, LIST_LENGTH),
        n_left_out=len(labels) - len(queries),
    )


def nearest(
    distances: Distances, n_tracks: int, k: int, *, groups: Groups | None = None, exclude: str = "none"
) -> Rows:
    """List the nearest candidates of every track, whatever their labels.

    Parameters
    ----------
    distances
        Shape (n_tracks, n_tracks), or a function from rows (q,) to shape (q, n_tracks).
    n_tracks, k
        Number of tracks, and length of the lists.
    groups, exclude
        As for `rank`.

    Returns
    -------
    Shape (n_tracks, k): rows, nearest first; −1 where there are fewer candidates.

    Raises
    ------
    FeatureError
        As `rank`.

    Examples
    --------
    >>> points = np.array([0.0, 1.0, 3.0, 10.0])
    >>> nearest(np.abs(points[:, None] - points), 4, 2)
    array([[1, 2],
           [0, 2],
           [1, 0],
           [2, 1]])
    """
    lists = np.full((n_tracks, k), -1, dtype=np.intp)
    for query, candidates, values in _candidates(distances, np.ones(n_tracks, np.bool_), groups or {}, exclude):
        near = k_nearest(values, candidates, query, k)
        lists[query, : len(near)] = near
    return lists


def k_nearest(values: Matrix, candidates: Rows, query: int, k: int) -> Rows:
    """Give the `k` nearest candidates, nearest first; equally near ones in an order that is the query's own.

    Parameters
    ----------
    values
        Shape (c,), distances.
    candidates
        Shape (c,), their rows.
    query
        The row whose neighbours they are.

    Examples
    --------
    >>> k_nearest(np.array([0.3, 0.1, 0.2]), np.array([4, 5, 7]), 0, 2)
    array([5, 7])
    """
    inside = np.arange(len(values))
    if len(values) > k:
        inside = np.flatnonzero(values <= np.partition(values, k - 1)[k - 1])
    tie_order = _shuffled(candidates[inside], query)
    return candidates[inside[np.lexsort((tie_order, values[inside]))[:k]]]


def confusion(neighbours: Rows, queries: Rows, labels: Labels) -> NDArray[np.float64]:
    """Count which labels the neighbours of each label's tracks have.

    Parameters
    ----------
    neighbours
        Shape (q, k), −1 for none.
    queries
        Shape (q,): whose neighbours they are.
    labels
        Shape (n, n_labels).

    Returns
    -------
    Shape (n_labels, n_labels): rows are the queries' labels and sum to 1, nan where a label has no query. A neighbour
    with several labels is shared among them.

    Examples
    --------
    >>> labels = label_matrix(["a", "a", "b", "b"]).members
    >>> confusion(np.array([[1], [0], [1], [2]]), np.arange(4), labels)
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    shares = labels / np.maximum(np.sum(labels, axis=1, keepdims=True), 1)
    padded = np.vstack([shares, np.zeros(labels.shape[1])])  # row −1: no neighbour
    counts: NDArray[np.float64] = labels[queries].T.astype(np.float64) @ padded[neighbours].sum(axis=1)
    totals = counts.sum(axis=1, keepdims=True)
    table = np.full_like(counts, np.nan)
    np.divide(counts, totals, out=table, where=totals > 0)
    return table


def _candidates(
    distances: Distances, is_usable: Labels, groups: Groups, exclude: str
) -> Iterator[tuple[int, Rows, Matrix]]:
    """Yield each row with its candidates' rows (c,) and distances (c,)."""
    n = len(is_usable)
    others = _sharing(groups, exclude, n)
    step = max(1, BLOCK_VALUES // max(n, 1))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        block = distances(rows) if callable(distances) else distances[rows]
        if block.shape != (len(rows), n) or np.isnan(block).any():
            raise FeatureError(f"distances must be ({n}, {n}) without NaN, got {block.shape} for rows from {start}")
        for query, values in zip(rows.tolist(), block, strict=True):
            is_candidate = is_usable.copy()
            is_candidate[query] = False
            for rows_sharing in others[query]:
                is_candidate[rows_sharing] = False
            candidates = np.flatnonzero(is_candidate)
            yield query, candidates, values[candidates]


def _sharing(groups: Groups, exclude: str, n_tracks: int) -> list[list[Rows]]:
    """Give for each track the rows that share one of its ids, id by id."""
    sharing: list[list[Rows]] = [[] for _ in range(n_tracks)]
    for name in [] if exclude == "none" else exclude.split("+"):
        if name not in groups or len(groups[name]) != n_tracks:
            raise FeatureError(f"exclude={exclude!r} needs a group {name!r} with {n_tracks} ids")
        ids = [own if isinstance(own, Set) else {own} for own in groups[name]]
        members: dict[Any, list[int]] = defaultdict(list)
        for row, own in enumerate(ids):
            for key in own:
                members[key].append(row)
        rows = {key: np.array(found) for key, found in members.items()}
        for row, own in enumerate(ids):
            sharing[row] += [rows[key] for key in own]
    return sharing


def _shuffled(rows: Rows, query: int) -> NDArray[np.uint64]:
    """Give each row a pseudo-random number, another one for each query (splitmix64)."""
    mixed = rows.astype(np.uint64) + np.uint64((query + 1) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _score(values: Matrix, is_relevant: Labels) -> list[float]:
    """MAP, R-precision, nDCG@10 and precision@1, 5, 10 of candidates (c,), expected over the orders of tied ones."""
    order = np.argsort(values)
    values, found = values[order], is_relevant[order].astype(np.float64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))  # of groups of tied candidates
    sizes = np.diff(starts, append=len(values))
    per_group = np.add.reduceat(found, starts)
    gain = np.repeat(per_group / sizes, sizes)  # chance that the candidate at this place is relevant
    return [_average_precision(gain, starts, sizes, per_group), *_shares(gain, int(per_group.sum()))]


def _average_precision(gain: Matrix, starts: Rows, sizes: Rows, per_group: Matrix) -> float:
    before = np.cumsum(per_group) - per_group
    another = (per_group - 1) / np.maximum(sizes - 1, 1)  # chance of one more, given one, in the same group
    place = np.arange(len(gain))
    expected = np.repeat(before + 1 - starts * another, sizes) + place * np.repeat(another, sizes)
    return float((gain * expected / (place + 1)).sum() / per_group.sum())


def _shares(gain: Matrix, n_relevant: int) -> list[float]:
    first = gain[:LIST_LENGTH]
    best = DISCOUNT[:n_relevant].sum()
    shares = [gain[:n_relevant].sum() / n_relevant, first @ DISCOUNT[: len(first)] / best]
    return [float(share) for share in shares + [gain[:k].sum() / k for k in (1, 5, 10)]]


def _vote(neighbour_labels: Labels, own: Labels) -> float:
    """1 if the most frequent label of neighbours (k, n_labels) is one's own; a share where labels draw entirely."""
    k = len(neighbour_labels)
    votes = neighbour_labels.sum(axis=0) * (k + 1) - neighbour_labels.argmax(axis=0)  # earlier first occurrence wins
    is_winner = votes == votes.max()
    return float((is_winner & own).sum() / is_winner.sum())
