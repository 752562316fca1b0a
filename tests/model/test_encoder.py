"""The encoder: any number of frames in, unit vectors out."""

import pytest
import torch

from resona.errors import ConfigError
from resona.model.encoder import Encoder, EncoderConfig


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder(EncoderConfig()).eval()


@pytest.mark.parametrize("n_frames", [8, 41, 431, 1300])
def test_any_number_of_frames_gives_unit_vectors(encoder: Encoder, n_frames: int) -> None:
    embedding = encoder(torch.randn(3, 40, n_frames))
    assert embedding.shape == (3, encoder.config.n_dims)
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(3))


def test_a_clip_is_embedded_alike_alone_and_in_a_batch(encoder: Encoder) -> None:
    features = torch.randn(4, 40, 100)
    torch.testing.assert_close(encoder(features)[1:2], encoder(features[1:2]))


def test_normalisation_is_part_of_the_network(encoder: Encoder) -> None:
    features = torch.randn(2, 40, 100)
    before = encoder(features)
    encoder.set_normalisation(torch.full((40,), 3.0), torch.full((40,), 2.0))
    assert not torch.allclose(encoder(features), before)
    copy = Encoder(encoder.config).eval()
    copy.load_state_dict(encoder.state_dict())
    torch.testing.assert_close(copy(features), encoder(features))


def test_a_louder_copy_sounds_the_same(encoder: Encoder) -> None:
    features = torch.randn(2, 40, 100)
    louder = features.clone()
    louder[:, 0] += 50.0
    torch.testing.assert_close(encoder(louder), encoder(features), rtol=1e-3, atol=1e-4)


def test_silence_has_an_embedding(encoder: Encoder) -> None:
    assert encoder(torch.zeros(1, 40, 60)).isfinite().all()


@pytest.mark.parametrize("settings", [{"n_mfcc": 0}, {"n_dims": 1}, {"channels": ()}, {"maps": (0,)}])
def test_impossible_shapes_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        EncoderConfig(**settings)  # type: ignore[arg-type]


def test_the_shape_survives_json_which_knows_no_tuples() -> None:
    assert EncoderConfig(channels=[8, 16]) == EncoderConfig(channels=(8, 16))  # type: ignore[arg-type]


def test_the_default_is_small_enough() -> None:
    assert sum(p.numel() for p in Encoder(EncoderConfig()).parameters()) <= 4_000_000
