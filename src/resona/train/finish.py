"""From a trained network to a bundle: calibrated, exported, checked, described."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.config import from_mapping
from resona.errors import TrainingError
from resona.features.mfcc import FeatureConfig
from resona.files import WEIGHTS
from resona.inference import Bundle, Calibration, Manifest, write_bundle
from resona.metrics.calibration import LEAST_SLOPE, fit_platt
from resona.model import SiameseNetwork, export_onnx, pack_weights
from resona.pairs import main_artists
from resona.train.listener import NetworkModel
from resona.train.material import Plan, TrainingSet

TOLERANCE = 1e-5


def calibrate(model: NetworkModel, data: TrainingSet, plan: Plan) -> Calibration:
    """Fit the curve from similarity to probability on validation pairs."""
    pairs = plan.validation
    tracks = np.union1d(pairs.a, pairs.b)
    vectors = model.embed_many(data.features[track] for track in tracks.tolist())
    a, b = (vectors[np.searchsorted(tracks, side)] for side in (pairs.a, pairs.b))
    artists = main_artists(data.artists)
    return fit_platt(
        model.similarities(a, b),
        pairs.is_match,
        is_fisher=model.ranking.by == "cosine",
        flattest=LEAST_SLOPE,
        n_voices=len({artists[track] for track in tracks.tolist()}),
    )


def describe_network(network: SiameseNetwork, arch: str, data: TrainingSet, **facts: Any) -> Manifest:
    """Write the manifest of a network; `facts` are the fields of `Manifest` that it cannot know."""
    encoder, head = (dataclasses.asdict(config) for config in network.settings)
    model = NetworkModel(network, arch, data.feature_config)
    settings = {"arch": arch, "encoder": encoder, "head": head, "features": model.feature_fingerprint}
    content = json.dumps(settings, sort_keys=True).encode() + pack_weights(network)
    return Manifest(
        model_id=hashlib.sha256(content).hexdigest()[:12],
        arch=arch,
        features=model.feature_config,
        feature_fingerprint=model.feature_fingerprint,
        encoder=encoder,
        head=head,
        n_dims=model.n_dims,
        is_unit=model.is_unit,
        **facts,
    )


def save_model(
    folder: Path,
    network: SiameseNetwork,
    manifest: Manifest,
    clips: Sequence[NDArray[np.floating]],
    more: Mapping[str, bytes],
) -> Bundle:
    """Export a network as a bundle, and check that the bundle hears and compares what the network does.

    Parameters
    ----------
    folder
        Of the bundle; replaced where it exists.
    network, manifest
        See there.
    clips
        Of a few tracks, each (n_clips, n_mfcc, n_frames): they serve for the comparison.
    more
        Other files, such as the card ``README.md``, by name.

    Raises
    ------
    TrainingError
        If an embedding or a probability differs by more than 1e-5.
    """
    files = {**export_onnx(network), WEIGHTS: pack_weights(network), **more}
    write_bundle(folder, manifest, files)
    bundle = Bundle.load(folder)
    model = NetworkModel(network, manifest.arch, from_mapping(FeatureConfig, manifest.features))
    vectors, expected = bundle.embed_many(clips), model.embed_many(clips)
    a, b = vectors, np.roll(vectors, 1, axis=0)
    odds = (Calibration().apply(logits) for logits in (bundle.head_logits(a, b), model.head_logits(a, b)))
    worst = max(np.abs(vectors - expected).max(), np.abs(np.subtract(*odds)).max())
    if worst > TOLERANCE:
        raise TrainingError(f"the exported model differs from the trained one by {worst:.1e}; do not use it")
    return bundle
