"""The network in training, behind the interface of a finished model: so it is measured as it will be used."""

from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn

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
    encoder
        What embeds, where that is not the network's own.
    """

    def __init__(
        self,
        network: SiameseNetwork,
        arch: str,
        feature_config: FeatureConfig,
        *,
        encoder: nn.Module | None = None,
    ) -> None:
        architecture = find_architecture(arch)
        self.network, self.encoder = network, encoder or network.encoder
        self.model_id, self.name = "in training", arch
        config: Any = self.encoder.config
        self.n_dims = config.n_dims
        self.is_unit = architecture.is_unit
        self.feature_config, self.feature_fingerprint = asdict(feature_config), fingerprint(feature_config)
        self.ranking, self.calibration = Ranking(by=architecture.ranks_by), Calibration()

    @torch.no_grad()
    def head_logits(self, a: Array, b: Array) -> Array:
        """Ask the pair head, as `Bundle.head_logits`."""
        pairs = np.broadcast_arrays(np.atleast_2d(a), np.atleast_2d(b))
        logits: Array = self.network.head.eval()(*(torch.from_numpy(side.copy()) for side in pairs)).numpy()
        return logits

    def similarities(self, a: Array, b: Array) -> Array:
        """Compare embeddings pair by pair, as `Bundle.similarities`."""
        return super().similarities(a, b) if self.ranking.by == "cosine" else self.head_logits(a, b)

    @torch.no_grad()
    def _embed_batch(self, batch: Array) -> Array:
        embeddings: Array = self.encoder.eval()(torch.from_numpy(batch)).numpy()
        return embeddings
