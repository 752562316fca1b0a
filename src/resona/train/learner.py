"""One epoch of learning, and one look at the artists held out.

The loss of a step is the binary cross-entropy of its pairs; the default architecture adds, over all tracks of the
batch, a contrastive loss in which tracks of the same artist are neither matches nor rivals.

Shape comments: N pairs, D embedding dimensions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from resona.errors import TrainingError
from resona.inference.model import Array
from resona.metrics.rankings import rank
from resona.model import ClassicEncoder, SiameseNetwork
from resona.model.losses import contrastive_loss
from resona.pairs import PairSet
from resona.train.config import TrainConfig
from resona.train.listener import NetworkModel
from resona.train.material import Plan, TrainingSet, genre_labels

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look at the held-out artists shows.

    Attributes
    ----------
    loss
        Cross-entropy of the validation pairs.
    queries
        Positions of the validation tracks that could find a match.
    average_precision
        Shape (n_queries,): of each one's list, its own artist left out.
    """

    loss: float
    queries: Positions
    average_precision: NDArray[np.float64]

    @property
    def map(self) -> float:
        """Mean average precision; nan where it cannot be measured."""
        return float(self.average_precision.mean()) if len(self.queries) else float("nan")

    @property
    def score(self) -> float:
        """What training tries to raise: the mean average precision, or less loss where that cannot be measured."""
        return self.map if len(self.queries) else -self.loss


class Learner:
    """A network, what it learns from, and how: here from scratch, from the features.

    Parameters
    ----------
    network, arch
        What is trained, and the name of its architecture.
    data, plan, config
        See there.
    """

    def __init__(self, network: SiameseNetwork, arch: str, data: TrainingSet, plan: Plan, config: TrainConfig) -> None:
        self.network, self.arch, self.data, self.plan, self.config = network, arch, data, plan, config
        self.model = NetworkModel(network, arch, data.feature_config)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=config.learning_rate)
        self.taken_over: dict[str, bytes] = {}  # files of the model that is tuned, which go on being true
        self.n_steps = -(-len(plan.train) // config.batch_size)
        self.members = genre_labels(data, np.arange(len(data)))

    def parameters(self) -> list[dict[str, Any]]:
        """Give what is learned, in groups as PyTorch's optimisers take them."""
        return [{"params": list(self.network.parameters())}]

    def run_epoch(self, epoch: int, on_step: Callable[[int], None]) -> float:
        """Learn from every pair once.

        Parameters
        ----------
        epoch
            Counted from 1; with the seed it decides order and crops.
        on_step
            Called with the number of the step, from 1.

        Returns
        -------
        Mean loss of the pairs.

        Raises
        ------
        TrainingError
            If the loss is not finite.
        """
        rng = np.random.default_rng([self.config.seed, epoch])
        pairs = self.plan.train[rng.permutation(len(self.plan.train))]
        losses = []
        for step in range(self.n_steps):
            self.network.train()
            part = pairs[slice(step * self.config.batch_size, (step + 1) * self.config.batch_size)]
            rate = self._set_rate((epoch - 1) * self.n_steps + step)
            pair_loss, side_loss = self._losses(part, rng)
            loss = pair_loss + side_loss
            if not torch.isfinite(loss):
                raise TrainingError(
                    f"the loss is no longer finite (epoch {epoch}, step {step + 1}, learning rate {rate:.2g}); "
                    "train again with a smaller learning rate"
                )
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            losses.append(pair_loss.item())
            on_step(step + 1)
        return float(np.mean(losses))

    def check(self) -> Check:
        """Look at the held-out artists."""
        candidates, pairs = self.plan.candidates, self.plan.validation
        tracks = np.union1d(candidates, np.union1d(pairs.a, pairs.b))
        vectors = self.embed(tracks)
        a, b = (vectors[np.searchsorted(tracks, side)] for side in (pairs.a, pairs.b))
        logits, target = torch.from_numpy(self.model.head_logits(a, b)), torch.from_numpy(pairs.is_match)
        own = vectors[np.searchsorted(tracks, candidates)]
        groups = {"artist": [self.data.artists[track] for track in candidates.tolist()]}
        distances = -self.model.similarity_matrix(own, own)
        ranked = rank(distances, self.members[candidates], groups=groups, exclude="artist")
        is_held_out = self.plan.splits[candidates[ranked.queries]] == "validation"
        return Check(
            loss=functional.binary_cross_entropy_with_logits(logits, target.float()).item(),
            queries=candidates[ranked.queries[is_held_out]],
            average_precision=ranked.values["map"][is_held_out],
        )

    def embed(self, tracks: Positions) -> Array:
        """Embed tracks, given by position."""
        return self.model.embed_many(self.data.features[track] for track in tracks.tolist())

    def _set_rate(self, step: int) -> float:
        """Set the learning rate of a step, counted from 0 over all epochs."""
        rate = self.config.learning_rate
        if self.config.decay:
            rate *= 0.5 * (1 + float(np.cos(np.pi * step / (self.n_steps * self.config.n_epochs))))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _losses(self, pairs: PairSet, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Loss of the pairs, and what else is learned from a step."""
        tracks = np.concatenate([pairs.a, pairs.b])
        vectors = self._vectors(tracks, rng)  # 2N D
        side_loss = torch.zeros(())
        if self.config.contrastive:
            members, artists = self.members[tracks], [self.data.artists[track] for track in tracks.tolist()]
            is_match = torch.from_numpy(members @ members.T)
            is_other = torch.tensor([[a.isdisjoint(b) for b in artists] for a in artists])
            side_loss = self.config.contrastive * contrastive_loss(vectors @ vectors.T, is_match, is_other)
        return weighted_cross_entropy(self.network.head(*vectors.chunk(2)), pairs), side_loss

    def _vectors(self, tracks: Positions, rng: np.random.Generator) -> Tensor:
        """Embed an excerpt of each track, with gradients."""
        excerpts = [self._excerpt(track, rng) for track in tracks.tolist()]
        encoder = self.network.encoder
        if isinstance(encoder, ClassicEncoder):
            return encoder.embed_padded(excerpts)
        n_frames = max(excerpt.shape[1] for excerpt in excerpts)
        vectors: Tensor = encoder(torch.stack([_repeated(excerpt, n_frames) for excerpt in excerpts]))
        return vectors

    def _excerpt(self, track: int, rng: np.random.Generator) -> Tensor:
        """Take one clip of a track at random, and a part of it at random: (n_mfcc, n_frames)."""
        clips = self.data.features[track]
        clip = clips[rng.integers(len(clips))]
        features = self.data.feature_config
        n_frames = round(self.config.crop_seconds * features.sample_rate / features.hop_length)
        if 0 < n_frames < clip.shape[1]:
            start = rng.integers(clip.shape[1] - n_frames + 1)
            clip = clip[:, start : start + n_frames]
        return torch.from_numpy(clip.astype(np.float32))


def weighted_cross_entropy(logits: Tensor, pairs: PairSet) -> Tensor:
    """Average the binary cross-entropy of logits (n_pairs,) by the pairs' weights."""
    target, weight = torch.from_numpy(pairs.is_match.astype(np.float32)), torch.from_numpy(pairs.weight)
    return functional.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum") / weight.sum()


def _repeated(excerpt: Tensor, n_frames: int) -> Tensor:
    """Play a short excerpt again until it is as long as the others."""
    return excerpt.repeat(1, -(-n_frames // excerpt.shape[1]))[:, :n_frames]
