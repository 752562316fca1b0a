"""How good are a contender's lists? All measures of one contender, and of several side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.evaluate.ladder import Contender
from resona.evaluate.material import Material
from resona.metrics import calibration, hubness, pairs
from resona.metrics.bootstrap import Interval, mean_differences, mean_intervals
from resona.metrics.rankings import FILTERS, Rankings, nearest, rank
from resona.pairs import artist_digest

HUB_LISTS = 10  # length of the lists in which hubs are counted
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
    genres, groups = material.genres, material.groups
    rankings = {name: rank(contender.distances, genres, groups=groups, exclude=name) for name in FILTERS}
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {
        "name": contender.name,
        "note": contender.note,
        "is_learned": contender.is_learned,
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
        values["hubness"] = hubness.evaluate(nearest(contender.distances, len(material.rows), HUB_LISTS))
        values["pairs"] = _pairs(contender, material)
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
    return np.array(material.groups["artist"])[found.queries]


def _pairs(contender: Contender, material: Material) -> dict[str, Any]:
    """Measure held-out pairs; the threshold is chosen on the other half of them, parted by artist."""
    drawn = material.pairs(material.rows)
    blocks = contender.distances(np.arange(len(material.rows)))
    distances = blocks[drawn.a, drawn.b]
    similarities = -distances
    is_chooser = _half_of_the_artists(material)
    choosing = is_chooser[drawn.a] & is_chooser[drawn.b]
    measured = ~is_chooser[drawn.a] & ~is_chooser[drawn.b]
    if not _has_both(drawn.is_match[choosing]) or not _has_both(drawn.is_match[measured]):
        return {}
    threshold = pairs.choose_threshold(similarities[choosing], drawn.is_match[choosing])
    result: dict[str, Any] = dict(pairs.evaluate(similarities[measured], drawn.is_match[measured], threshold=threshold))
    if contender.probabilities is not None:
        probabilities = contender.probabilities(distances[measured])
        result.update(calibration.evaluate(probabilities, drawn.is_match[measured]))
        curve = calibration.reliability_curve(probabilities, drawn.is_match[measured])
        result["reliability"] = {name: np.asarray(column).tolist() for name, column in _columns(curve).items()}
    return {**result, "n_pairs": int(measured.sum())}


def _half_of_the_artists(material: Material) -> NDArray[np.bool_]:
    """Choose every other artist of each genre: shape (m,), whether a measured track is by one of them."""
    artists = material.groups["artist"]
    genres = [material.labelled.genres[row] for row in material.rows.tolist()]
    first = dict(zip(reversed(artists), reversed(genres), strict=True))
    chosen = set(sorted(first, key=lambda artist: (first[artist], artist_digest(artist)))[::2])
    return np.array([artist in chosen for artist in artists])


def _has_both(is_match: NDArray[np.bool_]) -> bool:
    return bool(is_match.any() and not is_match.all())


def _columns(curve: calibration.Reliability) -> dict[str, Any]:
    return {"predicted": curve.predicted, "observed": curve.observed, "n_pairs": curve.n_pairs}


def _as_dict(interval: Interval) -> dict[str, Any]:
    return {**asdict(interval), "remark": interval.remark, "verdict": interval.verdict}
