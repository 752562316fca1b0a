"""Which vector did the original recipe give a song? The preset "classic", kept so that it can be reproduced and beaten.

The MFCCs of the whole song, standardised by one mean and one deviation over the flattened matrix; two 3×3 convolutions,
each with ReLU and 2×2 max pooling; adaptive average pooling to 3×25; 4,800 values, not normalised. In training, songs
of a batch are padded with zeros to the longest of them, as they were; an embedding is made from the song alone, without
padding, so that it never depends on who else is in the batch (it did).

Letters in shape comments: B songs, F coefficients, C channels, T frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from resona.config import check_range

SMALLEST = 1e-6  # deviation of a song that never changes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicConfig:
    """Shape of the network; the defaults are the original's.

    Attributes
    ----------
    n_mfcc
        Coefficients of the input.
    channels
        Maps of the two convolutions.
    pooled
        Coefficients and frames that remain after pooling.

    Examples
    --------
    >>> ClassicConfig().n_dims
    4800
    """

    n_mfcc: int = 13
    channels: tuple[int, int] = (32, 64)
    pooled: tuple[int, int] = (3, 25)

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", tuple(self.channels))
        object.__setattr__(self, "pooled", tuple(self.pooled))
        check_range("n_mfcc", self.n_mfcc, 4, 256)

    @property
    def n_dims(self) -> int:
        """Length of the embedding."""
        return self.channels[1] * self.pooled[0] * self.pooled[1]


class ClassicEncoder(nn.Module):
    """Turn the MFCCs of whole songs into embeddings.

    Parameters
    ----------
    config
        Shape of the network.

    Examples
    --------
    >>> ClassicEncoder(ClassicConfig()).eval()(torch.randn(2, 13, 1292)).shape
    torch.Size([2, 4800])
    """

    def __init__(self, config: ClassicConfig) -> None:
        super().__init__()
        self.config = config
        first, second = config.channels
        self.maps = nn.Sequential(  # pooled before the rectifier: the same values from a quarter of the work
            nn.Conv2d(1, first, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(first, second, 3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
        )
        self.maps.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # trains a third faster, measured

    def forward(self, features: Tensor) -> Tensor:
        """Embed songs of equal length.

        Parameters
        ----------
        features
            Shape (batch, n_mfcc, n_frames), raw MFCCs in dB; 4 frames or more.

        Returns
        -------
        Shape (batch, n_dims).
        """
        return self._embed(standardise(features))

    def embed_padded(self, songs: Sequence[Tensor]) -> Tensor:
        """Embed songs of different lengths as the original did in training: zeros after the shorter ones.

        Parameters
        ----------
        songs
            Each (n_mfcc, n_frames), raw MFCCs in dB.

        Returns
        -------
        Shape (batch, n_dims).
        """
        columns = [standardise(song.unsqueeze(0))[0].T for song in songs]
        return self._embed(nn.utils.rnn.pad_sequence(columns, batch_first=True).transpose(1, 2))

    def _embed(self, x: Tensor) -> Tensor:
        x = self.maps(x.unsqueeze(1))  # B C F/4 T/4
        rows, columns = (averaging(x.shape[axis], n) for axis, n in zip((2, 3), self.config.pooled, strict=True))
        return (rows.T.to(x) @ x @ columns.to(x)).flatten(1)  # B C·3·25


def standardise(features: Tensor) -> Tensor:
    """Give each song mean 0 and deviation 1 over all its coefficients and frames together."""
    mean = features.mean(dim=(1, 2), keepdim=True)
    deviation = features.std(dim=(1, 2), keepdim=True, unbiased=False)
    return (features - mean) / deviation.clamp_min(SMALLEST)


def averaging(n_in: int, n_out: int) -> Tensor:
    """Build the matrix that averages `n_in` values into `n_out` bins.

    The bins are those of ``torch.nn.AdaptiveAvgPool2d``, which ONNX cannot express for an input of any length.

    Returns
    -------
    Shape (n_in, n_out); columns sum to 1.

    Examples
    --------
    >>> averaging(4, 2).T
    tensor([[0.5000, 0.5000, 0.0000, 0.0000],
            [0.0000, 0.0000, 0.5000, 0.5000]])
    """
    bins = torch.arange(n_out)
    starts = torch.div(bins * n_in, n_out, rounding_mode="floor")
    ends = torch.div((bins + 1) * n_in + n_out - 1, n_out, rounding_mode="floor")
    positions = torch.arange(n_in)[:, None]
    is_inside = (positions >= starts) & (positions < ends)
    return is_inside.to(torch.float32) / (ends - starts)
