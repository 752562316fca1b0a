"""By how much should each of several ears count, and how likely does their cosine mean "alike"?

Both are decided on the artists of the validation split: those of the test split, on which the ladder measures, say
nothing about it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import product

import numpy as np

from resona.config import fingerprint
from resona.errors import CheckpointError, SplitError
from resona.evaluate.material import Material, gather
from resona.features.mfcc import FeatureConfig
from resona.inference import Model, embed_tracks
from resona.inference.joined import JoinedModel, fit_joined
from resona.inference.model import Array
from resona.metrics.calibration import LEAST_SLOPE, fit_platt
from resona.metrics.rankings import rank
from resona.recommend import Ranker
from resona.store import Store

STEPS = 10  # of a weight between 0 and 1
MOST_TRACKS = 2000
MOST_PARTS = 3
HIDDEN = "artist"  # candidates of the same artist are left out


def join_models(store: Store, parts: Sequence[Model]) -> JoinedModel:
    """Join models by the weights with which they find most on validation artists, and calibrate.

    Where the library has too few artists or genres to tell, all weigh the same and the first part's curve stays.

    Parameters
    ----------
    store
        The library, heard by all parts.
    parts
        One ear, or up to three models.

    Raises
    ------
    CheckpointError
        If there are more, they hear different features, or an ear has heard nothing.
    """
    if len(parts) > MOST_PARTS:
        raise CheckpointError(f"up to {MOST_PARTS} models can be joined, got {len(parts)}")
    equal = fit_joined(store, parts)
    try:
        material = _validation(store, equal)
        ids = material.track_ids(material.rows)
        heard = [embed_tracks(store, part, ids) for part in equal.parts]
        scored = [(_score(joined, joined.join(heard), material), joined) for joined in _candidates(equal)]
        best = max(scored, key=lambda item: item[0])[1]
        return _calibrated(best, best.join(heard), material)
    except SplitError:
        return equal


def _candidates(equal: JoinedModel) -> Iterator[JoinedModel]:
    """Join by every choice of weights, none of them 0; the most even first, so that it wins a tie."""
    shares = [share for share in product(range(1, STEPS), repeat=len(equal.parts)) if sum(share) == STEPS]
    for share in sorted(shares, key=max) or [(1,)]:
        yield JoinedModel(equal.parts, {**equal.facts, "weights": [part / sum(share) for part in share]})


def _validation(store: Store, model: JoinedModel) -> Material:
    """Choose tracks of validation artists that have a genre and were heard by all ears."""
    material = gather(store, fingerprint(FeatureConfig()), is_all=True)
    heard = [store.embeddings.track_ids(ear) for ear in model.ears]
    is_able = [all(track.track_id in ids for ids in heard) for track in material.labelled.tracks]
    rows = material.rows[(material.splits == "validation")[material.rows] & np.array(is_able, np.bool_)[material.rows]]
    if len(rows) > MOST_TRACKS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_TRACKS, replace=False))
    if not len(rows):
        raise SplitError("no track of a validation artist has a genre")
    return replace(material, rows=rows)


def _score(model: JoinedModel, vectors: Array, material: Material) -> float:
    """Mean average precision."""
    ranker = Ranker.fit(model, vectors)
    found = rank(ranker.distances(ranker.vectors), material.genres, groups=material.groups, exclude=HIDDEN)
    if not len(found.queries):
        raise SplitError("no track of a validation artist has another of its genre to find")
    return float(found.values["map"].mean())


def _calibrated(model: JoinedModel, vectors: Array, material: Material) -> JoinedModel:
    pairs = material.pairs(material.rows)
    if pairs is None:
        return model
    similarities = model.similarities(vectors[pairs.a], vectors[pairs.b])
    calibration = fit_platt(similarities, pairs.is_match, is_fisher=True, flattest=LEAST_SLOPE)
    return JoinedModel(model.parts, {**model.facts, "calibration": asdict(calibration)})
