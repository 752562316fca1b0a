"""The encoder: any number of frames in, unit vectors out."""

import pytest
import torch

from resona.errors import ConfigError
from resona.model.encoder import Encoder, EncoderConfig, TagHead


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder(EncoderConfig()).eval()


@pytest.mark.parametrize("n_frames", [40, 41, 431, 1300])
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
    mean = torch.full((40,), 3.0)
    mean[0] = 0.0  # the level's own mean is taken out first
    encoder.set_normalisation(mean, torch.full((40,), 2.0))
    torch.testing.assert_close(encoder(2 * features + 3), before, rtol=1e-3, atol=1e-4)
    assert {"mean", "deviation"} <= set(encoder.state_dict())


def test_a_louder_copy_sounds_the_same(encoder: Encoder) -> None:
    features = torch.randn(2, 40, 100)
    louder = features.clone()
    louder[:, 0] += 50.0
    torch.testing.assert_close(encoder(louder), encoder(features), rtol=1e-3, atol=1e-4)


def test_silence_has_an_embedding(encoder: Encoder) -> None:
    assert encoder(torch.zeros(1, 40, 60)).isfinite().all()


@pytest.mark.parametrize("settings", [{"n_mfcc": 0}, {"n_dims": 1}, {"channels": ()}, {"channels": (0,)}])
def test_impossible_shapes_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        EncoderConfig(**settings)  # type: ignore[arg-type]


def test_the_shape_survives_json_which_knows_no_tuples() -> None:
    assert EncoderConfig(channels=[8, 16]) == EncoderConfig(channels=(8, 16))  # type: ignore[arg-type]


def test_the_default_is_small_enough() -> None:
    assert sum(p.numel() for p in Encoder(EncoderConfig()).parameters()) <= 4_000_000


def test_tags_lengthen_an_embedding() -> None:
    torch.manual_seed(0)
    tags = TagHead(n_inputs=6, n_tags=3, n_dims=9)
    with torch.no_grad():
        tags.turn.weight.copy_(torch.diag(torch.tensor([1.0] * 6 + [2.0] * 3)))  # a sure tag has length 2
        tags.recognise.weight.zero_()
        tags.recognise.bias.copy_(torch.tensor([50.0, -50.0, -50.0]))  # everything calls for the first tag
    vectors = torch.nn.functional.normalize(torch.randn(4, 6), dim=1)
    torch.testing.assert_close(tags(vectors) @ tags(vectors).T, (vectors @ vectors.T + 4) / 5)


def test_tags_are_turned_into_as_many_dimensions_as_wanted() -> None:
    tagged = Encoder(EncoderConfig(n_sound_dims=12, n_tags=5, n_dims=8)).eval()
    embedding = tagged(torch.randn(2, 40, 60) * 20)
    assert embedding.shape == (2, 8)
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))
