"""Which vector describes how a clip sounds: one small network, used for both songs of a pair.

Raw MFCCs in, a unit-length embedding out. The network standardises its input itself, so that nobody has to carry a
mean and a deviation beside the features. It first undoes the cosine transform, twice: into the smooth spectrum as it
was, and into one whose fine detail stands out as much as its slope. On spectra a sound that is transposed is only
shifted, which suits two-dimensional convolutions, as networks that tag music have them [1]_. The mean and deviation of
the coefficients are pooled beside those of the last stages: plain statistics carry over best to music never met.
Letters in shape comments: B clips, F coefficients or bands, C channels, T frames, D embedding dimensions.

References
----------
.. [1] K. Choi, G. Fazekas and M. Sandler, "Automatic tagging using deep convolutional neural networks", ISMIR 2016.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from resona.config import check_range

EPSILON = 1e-5
POOLS = ((2, 2), (2, 2), (2, 3))  # bands, frames


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig:
    """Shape of the encoder.

    Attributes
    ----------
    n_mfcc
        Coefficients of the input; must equal ``FeatureConfig.n_mfcc``.
    n_bands
        Bands of the smooth spectrum that the coefficients are turned into.
    maps
        Of the two-dimensional convolutions; after each but the last the bands are halved, and the frames halved, halved
        and divided by three.
    channels
        Widths of the convolutions over time that follow.
    n_dims
        Length of the embedding.
    dropout
        Share of the pooled statistics that a training step leaves out.

    Examples
    --------
    >>> EncoderConfig().n_dims
    256
    """

    n_mfcc: int = 40
    n_bands: int = 40
    maps: tuple[int, ...] = (32, 64, 96, 128)
    channels: tuple[int, ...] = (384, 384)
    n_dims: int = 256
    dropout: float = 0.2

    def __post_init__(self) -> None:
        for name in ("maps", "channels"):
            widths = tuple(getattr(self, name))
            object.__setattr__(self, name, widths)  # JSON knows no tuples
            check_range(f"number of {name}", len(widths), 1, len(POOLS) + 1)
            for width in widths:
                check_range(name, width, 1, 2048)
        check_range("n_mfcc", self.n_mfcc, 1, 256)
        check_range("n_bands", self.n_bands, 8, 256)
        check_range("n_dims", self.n_dims, 2, 1024)
        check_range("dropout", self.dropout, 0, 0.9)


class Encoder(nn.Module):
    """Turn the MFCCs of clips into unit-length embeddings.

    Parameters
    ----------
    config
        Shape of the network.

    Examples
    --------
    >>> encoder = Encoder(EncoderConfig()).eval()
    >>> encoder(torch.zeros(2, 40, 431)).shape
    torch.Size([2, 256])
    """

    mean: Tensor
    deviation: Tensor
    waves: Tensor

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.n_mfcc, 1))
        self.register_buffer("deviation", torch.ones(config.n_mfcc, 1))
        self.register_buffer("waves", _cosines(config.n_mfcc, config.n_bands), persistent=False)
        self.front = nn.Sequential(nn.BatchNorm2d(2))
        n_bands = config.n_bands
        for number, (a, b) in enumerate(pairwise((2, *config.maps))):
            self.front.append(nn.Conv2d(a, b, 3, padding=1, bias=False))
            if number < len(config.maps) - 1:
                self.front.append(nn.MaxPool2d(POOLS[number], ceil_mode=True))
                n_bands = math.ceil(n_bands / 2)
            self.front.extend([nn.BatchNorm2d(b), nn.ReLU()])  # after the pool: a quarter of the values
        widths = (n_bands * config.maps[-1], *config.channels)
        self.stages = nn.ModuleList(_over_time(a, b) for a, b in pairwise(widths))
        n_pooled = 2 * (config.n_mfcc + sum(config.channels)) + config.channels[-1]
        self.project = nn.Sequential(
            nn.BatchNorm1d(n_pooled), nn.Dropout(config.dropout), nn.Linear(n_pooled, config.n_dims)
        )

    def set_normalisation(self, mean: Tensor, deviation: Tensor) -> None:
        """Fix what is subtracted from and divided out of each coefficient.

        Parameters
        ----------
        mean, deviation
            Shape (n_mfcc,), over the training frames.
        """
        self.mean.copy_(mean.reshape(-1, 1))
        self.deviation.copy_(deviation.reshape(-1, 1))

    def forward(self, features: Tensor) -> Tensor:
        """Embed clips.

        Parameters
        ----------
        features
            Shape (batch, n_mfcc, n_frames), raw MFCCs in dB; any number of frames.

        Returns
        -------
        Shape (batch, n_dims), length 1.
        """
        return functional.normalize(self.project(self.describe(features)), dim=1)  # B D

    def describe(self, features: Tensor) -> Tensor:
        """Pool what each stage hears over the frames: (batch, n_mfcc, n_frames) to (batch, n_pooled)."""
        level = features[:, :1].mean(dim=2, keepdim=True)  # a louder copy must sound the same
        features = torch.cat([features[:, :1] - level, features[:, 1:]], dim=1)
        x = (features - self.mean) / self.deviation  # B F T
        pooled = [_statistics(x)]
        x = self.front(torch.stack([self.waves @ features, self.waves @ x], dim=1)).flatten(1, 2)  # B CF T/12
        for stage in self.stages:
            x = stage(x)  # B C T/12
            pooled.append(_statistics(x))
        pooled.append(x.amax(dim=2))
        return torch.cat(pooled, dim=1)


def _statistics(x: Tensor) -> Tensor:
    """Mean and deviation of each channel over the frames: B C T to B 2C."""
    mean = x.mean(dim=2)
    variance = x.square().mean(dim=2) - mean.square()
    return torch.cat([mean, variance.clamp_min(EPSILON).sqrt()], dim=1)


def _cosines(n_mfcc: int, n_bands: int) -> Tensor:
    """Inverse cosine transform, shape (n_bands, n_mfcc), orthonormal where both are equal."""
    band = torch.arange(n_bands)[:, None] + 0.5
    waves: Tensor = torch.cos(torch.pi / n_bands * band * torch.arange(n_mfcc)) * math.sqrt(2 / n_bands)
    waves[:, 0] /= math.sqrt(2)
    return waves


def _over_time(n_in: int, n_out: int) -> nn.Sequential:
    """Convolution over three frames, batch norm, rectifier."""
    return nn.Sequential(nn.Conv1d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm1d(n_out), nn.ReLU())
