"""Which vector describes how a clip sounds: one small network, used for both songs of a pair.

Raw MFCCs in, a unit-length embedding out. The network standardises its input itself, so that nobody has to carry a mean
and a deviation beside the features. It first undoes the cosine transform: in a smooth spectrum a sound that is
transposed is only shifted, which suits two-dimensional convolutions. The mean and deviation of the coefficients
themselves and of every stage are pooled along with those of the last: plain statistics carry over best to music of
kinds never met. Letters in shape comments: B clips, F
coefficients or bands, C channels, T frames, D embedding dimensions.

References
----------
.. [1] B. Desplanques, J. Thienpondt and K. Demuynck, "ECAPA-TDNN: Emphasized channel attention, propagation and
   aggregation in TDNN based speaker verification", Interspeech 2020: the pooling used here.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from resona.config import check_range

EPSILON = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig:
    """Shape of the encoder.

    Attributes
    ----------
    n_mfcc
        Coefficients of the input; must equal ``FeatureConfig.n_mfcc``.
    n_bands
        Bands of the smooth spectrum that the coefficients are turned into.
    front
        Maps of the two-dimensional convolutions; each halves the bands, the first two halve the frame rate.
    channels
        Width of the residual stages over time; each but the first halves the frame rate.
    n_hidden
        Width inside a residual block.
    n_dims
        Length of the embedding.
    n_tags
        Tags that the embedding is made of, beside the sound; 0 for none.
    n_sound_dims
        Where there are tags: length of the unit vector for the sound, from which they are told.
    dropout
        Share of the pooled statistics that a training step leaves out.

    Examples
    --------
    >>> EncoderConfig().n_dims
    192
    """

    n_mfcc: int = 40
    n_bands: int = 40
    front: tuple[int, ...] = (16, 32, 64)
    channels: tuple[int, ...] = (320, 512)
    n_hidden: int = 192
    n_dims: int = 192
    n_tags: int = 0
    n_sound_dims: int = 192
    dropout: float = 0.2

    def __post_init__(self) -> None:
        for name in ("front", "channels"):
            widths = tuple(getattr(self, name))
            object.__setattr__(self, name, widths)  # JSON knows no tuples
            check_range(f"number of {name}", len(widths), 1, 6)
            for width in widths:
                check_range(name, width, 1, 2048)
        check_range("n_mfcc", self.n_mfcc, 1, 256)
        check_range("n_bands", self.n_bands, 8, 256)
        check_range("n_hidden", self.n_hidden, 1, 2048)
        check_range("n_dims", self.n_dims, 2, 1024)
        check_range("n_tags", self.n_tags, 0, 4096)
        check_range("n_sound_dims", self.n_sound_dims, 2, 1024)
        check_range("dropout", self.dropout, 0, 0.9)


class TagHead(nn.Module):
    """Lengthens unit vectors by the tags that they call for, and turns both into fewer dimensions.

    A cosine then says how alike two vectors are and how many tags they share. A vector that calls for no tag is
    lengthened by nothing, and what it says itself counts.

    Parameters
    ----------
    n_inputs
        Length of the vectors.
    n_tags
        Tags that are told apart; a vector may call for several.
    n_dims
        Length of the result.
    """

    def __init__(self, n_inputs: int, n_tags: int, n_dims: int) -> None:
        super().__init__()
        self.recognise = nn.Linear(n_inputs, n_tags)
        self.turn = nn.Linear(n_inputs + n_tags, n_dims, bias=False)

    def forward(self, vectors: Tensor) -> Tensor:
        """Turn vectors (batch, n_inputs) into (batch, n_dims), length 1."""
        tags = self.recognise(vectors).sigmoid()
        return functional.normalize(self.turn(torch.cat([vectors, tags], dim=1)), dim=1)


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
    torch.Size([2, 192])
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
        strides = [(2, 2), (2, 2), *[(2, 1)] * len(config.front)]
        maps = zip((1, *config.front), config.front, strides, strict=False)
        self.front = nn.Sequential(*(_convolution(a, b, stride) for a, b, stride in maps))
        n_bands = math.ceil(config.n_bands / 2 ** len(config.front))
        widths = config.channels
        first = _Convolution(config.front[-1] * n_bands, widths[0], 1)
        stages = [nn.Sequential(first, _Residual(widths[0], config.n_hidden))]
        stages += [nn.Sequential(_Convolution(a, b, 3, 2), _Residual(b, config.n_hidden)) for a, b in pairwise(widths)]
        self.stages = nn.ModuleList(stages)
        self.pool = _StatisticsPool(widths[-1])
        n_pooled = 2 * (config.n_mfcc + sum(widths) + widths[-1])
        n_sound = config.n_sound_dims if config.n_tags else config.n_dims
        self.project = nn.Sequential(nn.BatchNorm1d(n_pooled), nn.Dropout(config.dropout), nn.Linear(n_pooled, n_sound))
        self.tags = TagHead(n_sound, config.n_tags, config.n_dims) if config.n_tags else nn.Identity()

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
        level = features[:, :1].mean(dim=2, keepdim=True)  # a louder copy must sound the same
        x = torch.cat([features[:, :1] - level, features[:, 1:]], dim=1)
        x = (x - self.mean) / self.deviation  # B F T
        pooled = [_statistics(x)]
        x = self.front((self.waves @ x)[:, None]).flatten(1, 2)  # B CF T/4
        for stage in self.stages:
            x = stage(x)  # B C T
            pooled.append(_statistics(x))
        pooled.append(self.pool(x))
        x = torch.cat(pooled, dim=1)  # B 2(F + all C)
        sound = functional.normalize(self.project(x), dim=1)
        embedding: Tensor = self.tags(sound)  # B D
        return embedding


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


class _Convolution(nn.Sequential):
    """Convolution over time, batch norm, and a rectifier unless a residual is added first."""

    def __init__(self, n_in: int, n_out: int, size: int, stride: int = 1, *, is_last: bool = False) -> None:
        layers = [nn.Conv1d(n_in, n_out, size, stride, size // 2, bias=False), nn.BatchNorm1d(n_out)]
        super().__init__(*layers, *([] if is_last else [nn.ReLU()]))


def _convolution(n_in: int, n_out: int, stride: tuple[int, int]) -> nn.Sequential:
    """Convolution over bands and time, batch norm, rectifier."""
    return nn.Sequential(nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU())


class _Residual(nn.Module):
    """Two convolutions over time whose result is added."""

    def __init__(self, n_channels: int, n_hidden: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            _Convolution(n_channels, n_hidden, 3), _Convolution(n_hidden, n_channels, 3, is_last=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = x + self.change(x)
        return total.relu()


class _StatisticsPool(nn.Module):
    """Mean and deviation of each channel over the frames, weighted by attention [1]_."""

    def __init__(self, n_channels: int, n_hidden: int = 64) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.Conv1d(n_channels, n_hidden, 1), nn.Tanh(), nn.Conv1d(n_hidden, n_channels, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        weights = self.attention(x).softmax(dim=2)  # B C T
        mean = (weights * x).sum(dim=2)
        variance = (weights * x.square()).sum(dim=2) - mean.square()
        return torch.cat([mean, variance.clamp_min(EPSILON).sqrt()], dim=1)  # B 2C
