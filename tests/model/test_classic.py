"""The original recipe, layer by layer."""

import numpy as np
import pytest
import torch

from resona.errors import ConfigError
from resona.model import ClassicConfig, ClassicEncoder
from resona.model.classic import averaging, standardise


def encoder() -> ClassicEncoder:
    torch.manual_seed(0)
    return ClassicEncoder(ClassicConfig()).eval()


@pytest.mark.parametrize("n_in", [1, 3, 11, 25, 26, 107, 2584])
@pytest.mark.parametrize("n_out", [3, 25])
def test_averaging_equals_adaptive_pooling(n_in: int, n_out: int) -> None:
    x = torch.randn(2, 4, n_in)
    expected = torch.nn.functional.adaptive_avg_pool1d(x, n_out)
    assert torch.allclose(x @ averaging(n_in, n_out), expected, atol=1e-5)


def test_the_network_is_the_original_one() -> None:
    network, x = encoder(), torch.randn(2, 13, 400) * 30 - 20
    convolution_1, pool, _, convolution_2, *_ = network.maps
    y = (x - x.mean(dim=(1, 2), keepdim=True)) / x.flatten(1).std(dim=1, unbiased=False)[:, None, None]
    y = pool(torch.relu(convolution_1(y[:, None])))
    y = pool(torch.relu(convolution_2(y)))
    expected = torch.nn.AdaptiveAvgPool2d((3, 25))(y).flatten(1)
    assert expected.shape == (2, 4800)
    assert torch.allclose(network(x), expected, atol=1e-5)


def test_padding_in_training_is_zeros_after_standardising() -> None:
    network, long, short = encoder(), torch.randn(13, 300) * 9 + 5, torch.randn(13, 120)
    padded = torch.zeros(13, 300)
    padded[:, :120] = standardise(short[None])[0]
    both = network.embed_padded([long, short])
    alone = network.embed_padded([long])
    assert torch.allclose(both[:1], alone, atol=1e-5)
    assert torch.allclose(both[1:], network._embed(padded[None]), atol=1e-5)
    assert torch.allclose(alone, network(long[None]), atol=1e-5)


def test_a_constant_song_stays_finite() -> None:
    assert np.isfinite(encoder()(torch.full((1, 13, 50), -80.0)).detach().numpy()).all()


def test_too_few_coefficients_are_refused() -> None:
    with pytest.raises(ConfigError, match="n_mfcc"):
        ClassicConfig(n_mfcc=3)
