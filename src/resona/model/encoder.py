"""Which vector describes how a clip sounds: one small network, used for both songs of a pair.

Raw MFCCs in, a unit-length embedding out. It standardises its
input itself, so that nobody has to carry a mean and a deviation beside the features. Letters in shape comments:
B clips, F coefficients, C channels, T frames, D embedding dimensions.

References
----------
.. [1] B. Desplanques, J. Thienpondt and K. Demuynck, "ECAPA-TDNN: Emphasized channel attention, propagation and
   aggregation in TDNN based speaker verification", Interspeech 2020: the pooling used here.
"""

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
    channels
        Width of each residual stage; every stage halves the frame rate.
    n_dims
        Length of the embedding.

    Examples
    --------
    >>> EncoderConfig().n_dims
    192
    """

    n_mfcc: int = 40
    channels: tuple[int, ...] = (192, 320, 512)
    n_dims: int = 192

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", tuple(self.channels))
        check_range("n_mfcc", self.n_mfcc, 1, 256)
        check_range("n_dims", self.n_dims, 2, 1024)
        check_range("number of channels", len(self.channels), 1, 6)
        for width in self.channels:
            check_range("channels", width, 1, 2048)


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

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.n_mfcc, 1))
        self.register_buffer("deviation", torch.ones(config.n_mfcc, 1))
        widths = (config.n_mfcc, *config.channels)
        self.stages = nn.Sequential(*(_Stage(a, b) for a, b in pairwise(widths)))
        self.pool = _StatisticsPool(widths[-1])
        self.project = nn.Linear(2 * widths[-1], config.n_dims)

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
        x = (features - self.mean) / self.deviation  # B F T
        x = self.pool(self.stages(x))  # B 2C
        return functional.normalize(self.project(x), dim=1)  # B D


class _Stage(nn.Module):
    """Halve the frame rate, then one residual convolution."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv1d(n_in, n_out, 5, 2, 2, bias=False), nn.BatchNorm1d(n_out), nn.ReLU())
        self.refine = nn.Sequential(nn.Conv1d(n_out, n_out, 3, 1, 1, bias=False), nn.BatchNorm1d(n_out))

    def forward(self, x: Tensor) -> Tensor:
        x = self.down(x)  # B C T/2
        return functional.relu(x + self.refine(x))


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
