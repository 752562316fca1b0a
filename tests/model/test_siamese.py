"""Which song comes first makes no difference."""

import pytest
import torch

from resona.errors import ConfigError
from resona.model import build_network, find_architecture
from resona.model.siamese import HeadConfig, SiameseHead

SMALL = {"n_mfcc": 6, "channels": (8, 8), "n_dims": 4}


def test_pairs_are_symmetric_and_identical_songs_agree() -> None:
    torch.manual_seed(0)
    network = build_network("base", SMALL).eval()
    a, b = torch.randn(5, 6, 64) * 20, torch.randn(5, 6, 80) * 20
    assert torch.equal(network(a, b), network(b, a))
    assert torch.allclose(network(a, a), network(b, b)[:1].expand(5), atol=1e-6)


def test_the_head_is_the_original_one() -> None:
    head = SiameseHead(HeadConfig(n_dims=8))
    a, b = torch.randn(3, 8), torch.randn(3, 8)
    first, _, last = (layer for layer in head.layers)
    assert torch.allclose(head(a, b), last(torch.relu(first((a - b).abs())))[:, 0])
    assert first.weight.shape == (256, 8)


def test_unknown_architectures_and_settings_are_named() -> None:
    with pytest.raises(ConfigError, match="there is no architecture 'clasic'; known are base, classic, tuned"):
        find_architecture("clasic")
    with pytest.raises(ConfigError, match=r"no setting 'n_dim'; did you mean 'n_dims'\?"):
        build_network("base", {"n_dim": 4})
