"""Which networks are there? Each has a name, a shape that can be changed, and a way to rank by it."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from resona.config import from_mapping
from resona.errors import ConfigError
from resona.model.classic import ClassicConfig, ClassicEncoder
from resona.model.encoder import Encoder, EncoderConfig
from resona.model.siamese import HeadConfig, SiameseHead, SiameseNetwork
from resona.model.styles import StyleConfig, StyleEncoder


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A kind of network.

    Attributes
    ----------
    encoder, config
        Its module and the configuration's class.
    is_unit
        Whether its embeddings have length 1.
    ranks_by
        "cosine" or "head".
    features
        What it needs of a `FeatureConfig`, where that differs from the default.
    head
        What differs in the head's configuration.
    """

    encoder: Callable[[Any], nn.Module]
    config: type
    is_unit: bool
    ranks_by: str
    features: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    head: Mapping[str, Any] = dataclasses.field(default_factory=dict)


ARCHITECTURES = {
    "base": Architecture(encoder=Encoder, config=EncoderConfig, is_unit=True, ranks_by="cosine", head={"gain": 10.0}),
    "classic": Architecture(
        encoder=ClassicEncoder,
        config=ClassicConfig,
        is_unit=False,
        ranks_by="head",
        features={"n_mfcc": 13, "n_clips": 0},
    ),
    "tuned": Architecture(
        encoder=StyleEncoder, config=StyleConfig, is_unit=True, ranks_by="cosine", head={"gain": 10.0}
    ),
}


def find_architecture(name: str) -> Architecture:
    """Look up an architecture.

    Raises
    ------
    ConfigError
        If there is none of that name.

    Examples
    --------
    >>> find_architecture("classic").features["n_mfcc"]
    13
    """
    if name not in ARCHITECTURES:
        raise ConfigError(f"there is no architecture {name!r}; known are {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]


def build_network(
    arch: str, encoder: Mapping[str, Any] | None = None, head: Mapping[str, Any] | None = None
) -> SiameseNetwork:
    """Build a network with fresh weights.

    Parameters
    ----------
    arch
        Name of the architecture.
    encoder, head
        Fields of their configurations that differ from the defaults.

    Raises
    ------
    ConfigError
        If the architecture or a field is unknown.

    Examples
    --------
    >>> sum(weights.numel() for weights in build_network("classic").parameters())
    1248129
    """
    architecture = find_architecture(arch)
    config: Any = from_mapping(architecture.config, encoder or {})
    head_config = from_mapping(HeadConfig, {"n_dims": config.n_dims, **architecture.head, **(head or {})})
    return SiameseNetwork(architecture.encoder(config), SiameseHead(head_config))
