"""How good are a contender's lists? All measures of one contender, and of several side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.evaluate.ladder import Contender
from resona.evaluate.material import Material
from resona.metrics import calibration, hubness, pairs
from resona.metrics.bootstrap import Interval, mean_differences, mean_intervals, weighted_intervals
from resona.metrics.rankings import LEFT_OUT, Rankings, nearest, rank
from resona.pairs import PairSet, artist_digest

HUB_LISTS = 10  # length of the lists in which hubs are counted
HELD_TRACKS = 4096  # up to so many, all distances are kept while a contender is measured: 64 MB
BLOCK_ROWS = 256
HEADLINE = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A contender and what was measured of it.

    Attributes
    ----------
    rankings
        Filter to rankings by genre.
    values
        The rest, as plain numbers and intervals, ready for JSON.
    """

    contender: Contender
    rankings: dict[str, Rankings]
    values: dict[str, Any]


def measure(contender: Contender, material: Material, *, seed: int = 0) -> Measured:
    """Measure one contender.

    Parameters
    ----------
    contender
        Who.
    material
        On what.
    seed
        Of pairs and resampling.

    Returns
    -------
    Genre retrieval under every filter (micro and macro), artist retrieval without filter, pairs, calibration, hubness.
    """
    if len(material.rows) <= HELD_TRACKS:
        contender = replace(contender, distances=contender.distances(np.arange(len(material.rows))).__getitem__)
    genres, groups = material.genres, material.groups
    rankings = {name: rank(contender.distances, genres, groups=groups, exclude=name) for name in LEFT_OUT}
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {
        "name": contender.name,
        "note": contender.note,
        "is_learned": contender.is_learned,
        "n_known_artists": contender.n_known_artists,
        "genre": {name: _retrieval(found, material, genres, rng) for name, found in rankings.items()},
        "artist": _retrieval(
            rank(contender.distances, material.artist_labels, groups=groups),
            material,
            None,
            rng,
            ("map", "precision@1"),
        ),
    }
    if contender.name != "chance":
        values["hubness"] = hubness.evaluate_hubness(nearest(contender.distances, len(material.rows), HUB_LISTS))
        values["pairs"] = _pairs(contender, material, seed)
    return Measured(contender=contender, rankings=rankings, values=values)


def compare(measured: Sequence[Measured], material: Material, *, exclude: str, seed: int = 0) -> dict[str, Any]:
    """Say by how much each contender's mean average precision exceeds that of the best one that has learned nothing.

    Returns
    -------
    The name of that baseline, and name to interval of the difference.
    """
    plain = [item for item in measured if not item.contender.is_learned and item.contender.name != "chance"]
    if not plain:
        return {"baseline": "", "differences": {}}
    best = max(plain, key=lambda item: item.rankings[exclude].values[HEADLINE].mean())
    values = {item.contender.name: item.rankings[exclude].values[HEADLINE] for item in measured}
    clusters = _clusters(best.rankings[exclude], material)
    rng = np.random.default_rng(seed)
    differences = mean_differences(values, best.contender.name, clusters, rng=rng)
    return {
        "baseline": best.contender.name,
        "filter": exclude,
        "measure": HEADLINE,
        "differences": {name: _as_dict(interval) for name, interval in differences.items()},
    }


def _retrieval(
    found: Rankings,
    material: Material,
    labels: NDArray[np.bool_] | None,
    rng: np.random.Generator,
    names: tuple[str, ...] = (),
) -> dict[str, Any]:
    values = {name: found.values[name] for name in names or found.values}
    clusters = _clusters(found, material)
    result: dict[str, Any] = {"n_queries": len(found.queries), "n_left_out": found.n_left_out}
    if not len(found.queries):
        return result
    result["micro"] = {name: _as_dict(i) for name, i in mean_intervals(values, clusters, rng=rng).items()}
    if labels is not None:
        asked = labels[found.queries]
        present = asked[:, asked.any(axis=0)]
        macro = mean_intervals(values, clusters, rng=rng, labels=present)
        result["macro"] = {name: _as_dict(interval) for name, interval in macro.items()}
    return result


def _clusters(found: Rankings, material: Material) -> NDArray[np.str_]:
    return np.array(material.main_artists)[found.queries]


def _pairs(contender: Contender, material: Material, seed: int) -> dict[str, Any]:
    """Measure whether pairs of different artists are told apart, alike from not."""
    drawn = material.pairs(material.rows)
    if drawn is None:
        return {}
    distances = pair_distances(contender, drawn)
    similarities, is_match = -distances, drawn.is_match
    result: dict[str, Any] = {
        "n_pairs": len(drawn),
        "roc_auc": pairs.roc_auc(similarities, is_match),
        "average_precision": pairs.average_precision(similarities, is_match),
        "equal_error_rate": pairs.equal_error_rate(similarities, is_match),
        "accuracy": _accuracy(similarities, drawn, _half_of_the_artists(material)),
    }
    if contender.probabilities is not None:
        probabilities = contender.probabilities(distances)
        result.update(calibration.evaluate_calibration(probabilities, is_match))
        result["reliability"] = asdict(calibration.reliability_curve(probabilities, is_match))
    artists = np.array(material.main_artists)
    intervals = weighted_intervals(
        {"roc_auc": lambda weights: pairs.roc_auc(similarities, is_match, weights=weights)},
        (artists[drawn.a], artists[drawn.b]),
        rng=np.random.default_rng(seed),
    )
    return {**result, "intervals": {name: _as_dict(interval) for name, interval in intervals.items()}}


def _accuracy(similarities: NDArray[np.float64], drawn: PairSet, is_first: NDArray[np.bool_]) -> float:
    """Choose the threshold on pairs of one half of the artists, measure on the other half's, and the reverse."""
    halves = [is_half[drawn.a] & is_half[drawn.b] for is_half in (is_first, ~is_first)]
    if not all(_has_both(drawn.is_match[half]) for half in halves):
        return float("nan")
    right = n_pairs = 0.0
    for chooser, judged in (halves, reversed(halves)):
        threshold = pairs.choose_threshold(similarities[chooser], drawn.is_match[chooser])
        right += judged.sum() * pairs.accuracy(similarities[judged], drawn.is_match[judged], threshold)
        n_pairs += judged.sum()
    return float(right / n_pairs)


def pair_distances(contender: Contender, pairs: PairSet) -> NDArray[np.float64]:
    """Give the distance of each pair, (n_pairs,), without holding those of all tracks."""
    rows, row_of = np.unique(pairs.a, return_inverse=True)
    distances = np.empty(len(pairs))
    for start in range(0, len(rows), BLOCK_ROWS):
        is_here = (row_of >= start) & (row_of < start + BLOCK_ROWS)
        block = contender.distances(rows[start : start + BLOCK_ROWS])
        distances[is_here] = block[row_of[is_here] - start, pairs.b[is_here]]
    return distances


def _half_of_the_artists(material: Material) -> NDArray[np.bool_]:
    """Choose every other artist of each genre: shape (m,), whether a measured track is by one of them."""
    artists = material.main_artists
    genres = [material.labelled.genres[row] for row in material.rows.tolist()]
    first = dict(zip(reversed(artists), reversed(genres), strict=True))
    chosen = set(sorted(first, key=lambda artist: (first[artist], artist_digest(artist)))[::2])
    return np.array([artist in chosen for artist in artists])


def _has_both(is_match: NDArray[np.bool_]) -> bool:
    return bool(is_match.any() and not is_match.all())


def _as_dict(interval: Interval) -> dict[str, Any]:
    return {**asdict(interval), "remark": interval.remark, "verdict": interval.verdict}
