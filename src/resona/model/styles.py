"""How does a trained encoder learn the genres of one library without forgetting what it knows?

It is left as it is, and its embedding is lengthened: by how much a clip belongs to each of the library's styles. The
cosine of two lengthened embeddings is the old cosine plus a share for the styles that both have, so two tracks come
nearer when the library's owner files them alike, and what the encoder knows about all other music stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from resona.config import check_range, from_mapping
from resona.model.encoder import Encoder, EncoderConfig, Styles


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleConfig:
    """Shape of a tuned encoder.

    Attributes
    ----------
    encoder
        Fields of the `EncoderConfig` of what is lengthened.
    n_styles
        Styles that are told apart.
    weight
        Length of the part for the styles where a clip is sure to belong to one; the rest has length 1.

    Examples
    --------
    >>> StyleConfig(n_styles=8).n_dims - EncoderConfig().n_dims
    8
    """

    encoder: Mapping[str, Any] = field(default_factory=dict)
    n_styles: int
    weight: float = 1.5

    def __post_init__(self) -> None:
        check_range("n_styles", self.n_styles, 1, 4096)
        check_range("weight", self.weight, 0, 100)

    @property
    def inner(self) -> EncoderConfig:
        """The configuration of what is lengthened."""
        return from_mapping(EncoderConfig, self.encoder)

    @property
    def n_mfcc(self) -> int:
        """Coefficients of the input."""
        return self.inner.n_mfcc

    @property
    def n_dims(self) -> int:
        """Length of the embedding."""
        return self.inner.n_dims + self.n_styles


class StyleEncoder(nn.Module):
    """An encoder whose embedding is lengthened by styles.

    Parameters
    ----------
    config
        Shape of the network.

    Examples
    --------
    >>> import torch
    >>> encoder = StyleEncoder(StyleConfig(n_styles=5)).eval()
    >>> encoder(torch.zeros(2, 40, 431)).shape[1] == encoder.config.n_dims
    True
    """

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config.inner)
        self.styles = Styles(config.inner.n_dims, config.n_styles, config.weight)

    def forward(self, features: Tensor) -> Tensor:
        """Embed clips.

        Parameters
        ----------
        features
            Shape (batch, n_mfcc, n_frames), raw MFCCs in dB.

        Returns
        -------
        Shape (batch, n_dims), length 1.
        """
        embedding: Tensor = self.styles(self.encoder(features))
        return embedding
