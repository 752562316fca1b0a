"""What is told about a training: its data in numbers, its outcome in words, the model's card."""

from typing import Any

import numpy as np

from resona.inference import Manifest
from resona.metrics.bootstrap import Interval
from resona.pairs import SPLITS, artist_digest, main_artists
from resona.tracks import fold
from resona.train.material import Plan, TrainingSet

CARD = """\
# {name}

A model of Resona, made from a person's own library: it turns MFCCs of a track into {n_dims} numbers, and two tracks'
numbers into the probability that they are alike.

- Model id: {model_id}; architecture: {arch}; features: {feature_fingerprint}.
- Learned from {n_train} tracks by {n_artists} artists, in {n_pairs} pairs: same genre alike, other genre different;
  and in {n_weak} weak ones: the same artist on another album alike.
- Mean average precision on artists held out from training, results by the same artist removed: {validation_map}
  (the model that training started from: {start_map}).
- Genre is a label, not a truth, and the held-out artists also decided when to stop: `resona evaluate` measures on
  others.
"""


def summarise_material(data: TrainingSet, plan: Plan) -> dict[str, Any]:
    """Count what is learned from and what is held out."""
    artists = main_artists(data.artists)
    counts: dict[str, Any] = {
        split: {
            "tracks": len(plan.positions(split)),
            "artists": len({artists[track] for track in plan.positions(split).tolist()}),
        }
        for split in SPLITS
    }
    genres = {fold(name) for names in data.genres for name in names}
    pairs = {"train": len(plan.train), "validation": len(plan.validation), "weak": len(plan.weak)}
    return {**counts, "genres": len(genres), "pairs": pairs, "audit": str(plan.audit)}


def trained_artists(data: TrainingSet, plan: Plan) -> tuple[str, ...]:
    """Digests of the artists whose tracks had a say: those of training, and those of validation, which chose."""
    tracks = np.r_[plan.positions("train"), plan.positions("validation")]
    artists = set[str]().union(*(data.artists[track] for track in tracks.tolist()))
    return tuple(sorted(map(artist_digest, artists)))


def conclude(gain: Interval | None, chance: float, *, is_used: bool) -> str:
    """Say what was decided, and why."""
    if gain is None:
        return (
            "The new model is ready."
            if is_used
            else "The model that training started from is kept: nothing was gained."
        )
    found = (
        f"on {gain.n_clusters} held-out artists its mean average precision differs by {gain.value:+.3f} "
        f"(95 % interval {gain.low:+.3f} to {gain.high:+.3f}; by chance alone as much or more in {chance:.1%} of cases)"
    )
    if is_used:
        return f"The tuned model takes over: {found}."
    return f"The model that training started from is kept, as no gain is certain: {found}."


def write_card(manifest: Manifest) -> str:
    """Write the model card of a trained model."""
    data, measures = manifest.training["data"], manifest.measures
    return CARD.format(
        name=manifest.name,
        model_id=manifest.model_id,
        arch=manifest.arch,
        n_dims=manifest.n_dims,
        feature_fingerprint=manifest.feature_fingerprint,
        n_train=data["train"]["tracks"],
        n_artists=data["train"]["artists"],
        n_pairs=data["pairs"]["train"],
        n_weak=data["pairs"]["weak"],
        **{name: "not measured" if value is None else f"{value:.3f}" for name, value in measures.items()},
    )
