"""Tuning a trained model to a library: its encoder stays, styles and a pair head are learned.

What the encoder makes of each clip is computed once, so that an epoch takes a second. The styles are the library's
genres, learned by cross-entropy over tracks as they come; where pairs are given instead, they are whatever tells those
pairs apart. Beside them, judgements and weak labels (an artist's other albums, a track's other clips) say by pairs what
shall lie near and what far. Measured on held-out soundtracks of openly licensed music, changing the encoder itself, or
its last layer, by contrastive or pair losses gained nothing or lost; styles gained.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from resona.inference.model import Array, unit
from resona.model import SiameseNetwork, StyleEncoder, build_network
from resona.pairs import PairSet
from resona.train.config import TrainConfig
from resona.train.learner import Learner, Positions, weighted_cross_entropy
from resona.train.listener import NetworkModel
from resona.train.material import Plan, TrainingSet, genre_labels

N_FREE_STYLES = 16  # where the styles are not the genres
HEAD_DECAY = 0.1  # less, and the head learns the artists of training by heart; more, and it learns nothing
SPREAD = 0.02  # of free styles at the start: they must differ, but hardly change an order
CLIP_WEIGHT = 0.3  # of two excerpts of one track, beside a pair by its artist
BATCH_TRACKS = 256  # of which a step learns styles, and pairs of which it compares by cosine; they cost little


class Tuner(Learner):
    """Learns styles and a head for a trained encoder.

    Parameters
    ----------
    network
        The trained network; its head, and the styles of an earlier tuning, are not used.
    data, plan, config
        See there.
    """

    def __init__(self, network: SiameseNetwork, data: TrainingSet, plan: Plan, config: TrainConfig) -> None:
        inner = network.encoder.encoder if isinstance(network.encoder, StyleEncoder) else network.encoder
        tracks = np.union1d(plan.train.a, plan.train.b)
        genres = genre_labels(data, tracks) if data.pairs is None else np.empty((0, N_FREE_STYLES))
        lengthened = build_network("tuned", {"encoder": asdict(inner.config), "n_styles": genres.shape[1]})  # type: ignore[call-overload]
        self.encoder: StyleEncoder = lengthened.encoder  # type: ignore[assignment]
        self.encoder.encoder.load_state_dict(inner.state_dict())
        self.line = nn.Parameter(torch.tensor([5.0, -3.0]))  # from cosine to logit
        super().__init__(lengthened, "tuned", data, plan, config)
        self.tracks, self.genres = tracks, torch.from_numpy(genres / np.maximum(genres.sum(axis=1, keepdims=True), 1))
        self.judged = plan.judged if data.pairs is None else plan.train
        self.weak = plan.weak
        if data.pairs is not None:
            nn.init.normal_(self.encoder.styles.weight, std=SPREAD)
        everyone = np.concatenate(
            [tracks, plan.weak.a, plan.weak.b, plan.validation.a, plan.validation.b, plan.candidates]
        )
        self.heard = self._listen(np.unique(everyone))

    def parameters(self) -> list[dict[str, Any]]:
        """Give what is learned: the styles, how cosines are read, and the head."""
        return [
            {"params": [*self.encoder.styles.parameters(), self.line]},
            {"params": list(self.network.head.parameters()), "weight_decay": HEAD_DECAY},
        ]

    def embed(self, tracks: Positions) -> Array:
        """Embed tracks, given by position, from what the encoder made of their clips."""
        with torch.no_grad():
            means = [self.encoder.styles(self.heard[track]).mean(dim=0) for track in tracks.tolist()]
        return unit(torch.stack(means).numpy())

    def _listen(self, tracks: Positions) -> dict[int, Tensor]:
        """Run the encoder on every clip, once: track to (n_clips, d)."""
        inner = NetworkModel(self.network, self.arch, self.data.feature_config, encoder=self.encoder.encoder)
        n_clips: list[int] = []

        def each_clip() -> Iterator[NDArray[np.floating]]:
            for track in tracks.tolist():
                clips = self.data.features[track]
                n_clips.append(len(clips))
                yield from (clip[None] for clip in clips)

        vectors = torch.from_numpy(inner.embed_many(each_clip()))
        return dict(zip(tracks.tolist(), torch.split(vectors, n_clips), strict=True))

    def _vectors(self, tracks: Positions, rng: np.random.Generator) -> Tensor:
        vectors: Tensor = self.encoder.styles(self._draw_clips(tracks, rng))
        return vectors

    def _draw_clips(self, tracks: Positions, rng: np.random.Generator) -> Tensor:
        """Take what the encoder made of one clip of each track, at random: (n_tracks, d)."""
        heard = [self.heard[track] for track in tracks.tolist()]
        return torch.stack([own[rng.integers(len(own))] for own in heard])

    def _losses(self, pairs: PairSet, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        a, b = (self._vectors(side, rng) for side in (pairs.a, pairs.b))
        return weighted_cross_entropy(self.network.head(a, b), pairs), self._style_loss(rng)

    def _style_loss(self, rng: np.random.Generator) -> Tensor:
        total = self.config.ridge / 2 * self.encoder.styles.weight.square().sum()
        if len(self.genres):
            rows = rng.integers(len(self.tracks), size=BATCH_TRACKS)
            logits = self.encoder.styles.recognise(self._draw_clips(self.tracks[rows], rng))
            total = total + functional.cross_entropy(logits, self.genres[rows])
        if len(self.judged):
            pairs = self.judged[rng.integers(len(self.judged), size=BATCH_TRACKS)]
            total = total + self._cosine_loss(pairs, rng)
        if len(self.weak):
            pairs = self.weak[rng.integers(len(self.weak), size=BATCH_TRACKS)]
            scale = self.config.weak * float(pairs.weight.mean())
            total = total + scale * self._cosine_loss(pairs + _with_itself(pairs), rng)
        return total

    def _cosine_loss(self, pairs: PairSet, rng: np.random.Generator) -> Tensor:
        """Read from cosines of excerpts, one of each side, whether pairs match."""
        a, b = (self._vectors(side, rng) for side in (pairs.a, pairs.b))
        return weighted_cross_entropy(self.line[0] * (a * b).sum(dim=1) + self.line[1], pairs)


def _with_itself(pairs: PairSet) -> PairSet:
    """Pair one track of each pair with itself, of which two excerpts are then compared."""
    return PairSet(pairs.a, pairs.a, np.ones(len(pairs), np.bool_), CLIP_WEIGHT * pairs.weight)
