"""Are two songs alike? One encoder for both, and a small network that looks at the difference of what it heard.

Letters in shape comments: N pairs, D embedding dimensions.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from resona.config import check_range


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadConfig:
    """Shape of the pair head.

    Attributes
    ----------
    n_dims
        Length of an embedding.
    n_hidden
        Width of the hidden layer.
    gain
        The difference is multiplied by it: parts of a unit vector are as small as ``1 / sqrt(n_dims)``.
    """

    n_dims: int
    n_hidden: int = 256
    gain: float = 1.0

    def __post_init__(self) -> None:
        check_range("n_dims", self.n_dims, 1, 100_000)
        check_range("n_hidden", self.n_hidden, 1, 4096)
        check_range("gain", self.gain, 1e-3, 1e3)


class SiameseHead(nn.Module):
    """Turn the distance of two embeddings in each dimension into one logit.

    It sees only |a − b|, so it cannot tell which song came first.

    Parameters
    ----------
    config
        Shape of the network.

    Examples
    --------
    >>> import torch
    >>> head, a, b = SiameseHead(HeadConfig(n_dims=8)), torch.randn(3, 8), torch.randn(3, 8)
    >>> head(a, b).shape, torch.equal(head(a, b), head(b, a))
    (torch.Size([3]), True)
    """

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.Sequential(nn.Linear(config.n_dims, config.n_hidden), nn.ReLU(), nn.Linear(config.n_hidden, 1))

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Compare embeddings pair by pair.

        Parameters
        ----------
        a, b
            Shape (n_pairs, n_dims).

        Returns
        -------
        Shape (n_pairs,), logits: above 0 for alike.
        """
        difference = (a - b).abs() * self.config.gain  # N D
        logits: Tensor = self.layers(difference)[:, 0]  # N
        return logits


class SiameseNetwork(nn.Module):
    """Encoder and head.

    Parameters
    ----------
    encoder
        (batch, n_mfcc, n_frames) → (batch, n_dims); has a `config`.
    head
        Compares two embeddings.
    """

    def __init__(self, encoder: nn.Module, head: SiameseHead) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Compare clips pair by pair.

        Parameters
        ----------
        a, b
            Shape (n_pairs, n_mfcc, n_frames); the two may differ in their number of frames.

        Returns
        -------
        Shape (n_pairs,), logits.
        """
        logits: Tensor = self.head(self.encoder(a), self.encoder(b))
        return logits

    @property
    def settings(self) -> tuple[Any, HeadConfig]:
        """The configurations of encoder and head."""
        return self.encoder.config, self.head.config
