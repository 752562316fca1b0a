"""The network in training, behind the interface of a finished model: so it is measured as it will be used."""

from dataclasses import asdict

import numpy as np
import torch

from resona.config import fingerprint
from resona.features.mfcc import FeatureConfig
from resona.inference import Calibration, Model, Ranking
from resona.inference.model import Array
from resona.model import SiameseNetwork, find_architecture


class NetworkModel(Model):
    """A PyTorch network that embeds and compares tracks.

    Parameters
    ----------
    network
        Used as it is at each call; put into evaluation mode for the time of it.
    arch
        Its architecture.
    feature_config
        The front end.
    """

    def __init__(self, network: SiameseNetwork, arch: str, feature_config: FeatureConfig) -> None:
        architecture = find_architecture(arch)
        self.network = network
        self.model_id, self.name = "in training", arch
        self.n_dims = network.settings[1].n_dims
        self.is_unit = architecture.is_unit
        self.feature_config, self.feature_fingerprint = asdict(feature_config), fingerprint(feature_config)
        self.ranking, self.calibration = Ranking(by=architecture.ranks_by), Calibration()

    @torch.no_grad()
    def head_logits(self, a: Array, b: Array) -> Array:
        """Ask the pair head, as `Bundle.head_logits`."""
        device = next(self.network.parameters()).device
        pairs = np.broadcast_arrays(np.atleast_2d(a), np.atleast_2d(b))
        sides = (torch.from_numpy(side.copy()).to(device) for side in pairs)
        logits: Array = self.network.head.eval()(*sides).cpu().numpy()
        return logits

    def similarities(self, a: Array, b: Array) -> Array:
        """Compare embeddings pair by pair, as `Bundle.similarities`."""
        return super().similarities(a, b) if self.ranking.by == "cosine" else self.head_logits(a, b)

    @torch.no_grad()
    def _embed_batch(self, batch: Array) -> Array:
        device = next(self.network.parameters()).device
        embeddings: Array = self.network.encoder.eval()(torch.from_numpy(batch).to(device)).cpu().numpy()
        return embeddings
