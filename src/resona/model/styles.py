"""How does a trained encoder learn the genres of one library without forgetting what it knows?

It is left as it is, and its embedding is lengthened: by the square roots of the probabilities that a clip belongs to
each of the library's styles. The cosine of two lengthened embeddings is the old cosine plus a share for the styles that
both have, the Bhattacharyya coefficient of their probabilities [1]_, so two tracks come nearer when the library's owner
files them alike, and what the encoder knows about all other music stays.

References
----------
.. [1] A. Bhattacharyya, "On a measure of divergence between two statistical populations defined by their probability
   distributions", Bulletin of the Calcutta Mathematical Society 35, 1943.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from resona.config import check_range, from_mapping
from resona.model.encoder import Encoder, EncoderConfig


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
        Length of the part for the styles; the rest has length 1.

    Examples
    --------
    >>> StyleConfig(n_styles=8).n_dims - EncoderConfig().n_dims
    8
    """

    encoder: Mapping[str, Any] = field(default_factory=dict)
    n_styles: int
    weight: float = 0.9

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


class Styles(nn.Linear):
    """Lengthens unit vectors by how much each belongs to a few styles of music.

    Parameters
    ----------
    n_dims
        Length of the vectors.
    n_styles
        Styles that are told apart.
    length
        Of what is added.
    """

    def __init__(self, n_dims: int, n_styles: int, length: float) -> None:
        super().__init__(n_dims, n_styles)
        self.length = length
        nn.init.zeros_(self.weight)  # at first all styles are equally likely, which changes no order
        nn.init.zeros_(self.bias)

    def recognise(self, vectors: Tensor) -> Tensor:
        """Say in logits to which styles vectors (batch, n_dims) belong: (batch, n_styles)."""
        return super().forward(vectors * self.in_features**0.5)

    def forward(self, vectors: Tensor) -> Tensor:
        """Lengthen vectors (batch, n_dims) to (batch, n_dims + n_styles), length 1."""
        styles = (self.recognise(vectors).log_softmax(dim=1) / 2).exp()  # a root whose slope is finite at 0
        return functional.normalize(torch.cat([vectors, self.length * styles], dim=1), dim=1)


class StyleEncoder(nn.Module):
    """An encoder whose embedding is lengthened by styles.

    Parameters
    ----------
    config
        Shape of the network.

    Examples
    --------
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
