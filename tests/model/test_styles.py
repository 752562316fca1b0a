"""A lengthened embedding: the old cosine, plus a share for styles that two clips have in common."""

import pytest
import torch

from resona.errors import ConfigError
from resona.model import StyleConfig, StyleEncoder

INNER = {"n_mfcc": 6, "n_bands": 8, "maps": (4,), "channels": (8,), "n_dims": 4}


def encoder(weight: float = 1.5) -> StyleEncoder:
    torch.manual_seed(0)
    return StyleEncoder(StyleConfig(encoder=INNER, n_styles=3, weight=weight)).eval()


def test_untrained_styles_change_no_order() -> None:
    network, clips = encoder(), torch.randn(12, 6, 50) * 20
    plain, lengthened = network.encoder(clips), network(clips)
    old, new = (vectors @ vectors.T for vectors in (plain, lengthened))
    same_for_all = 1.5**2
    assert torch.allclose(new, (old + same_for_all) / (1 + same_for_all), atol=1e-6)
    assert torch.allclose(lengthened.norm(dim=1), torch.ones(12), atol=1e-6)


def test_shared_styles_bring_clips_nearer() -> None:
    network, vectors = encoder(), torch.nn.functional.normalize(torch.randn(2, 4), dim=1)
    with torch.no_grad():
        network.styles.bias.copy_(torch.tensor([9.0, 0.0, 0.0]))  # both belong to the first style
    a, b = network.styles(vectors)
    assert a @ b > vectors[0] @ vectors[1]


def test_no_weight_leaves_the_embedding_alone() -> None:
    network, clips = encoder(weight=0.0), torch.randn(3, 6, 50)
    assert torch.allclose(network(clips)[:, :4], network.encoder(clips), atol=1e-6)


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ConfigError, match="n_styles"):
        StyleConfig(n_styles=0)
    with pytest.raises(ConfigError, match="did you mean 'n_dims'"):
        _ = StyleConfig(encoder={"n_dim": 4}, n_styles=2).inner
