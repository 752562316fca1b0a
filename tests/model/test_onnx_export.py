"""What onnxruntime computes is what PyTorch computes, for any number of clips of any length."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from resona.model import build_network, export_onnx
from resona.model.siamese import SiameseNetwork

SHAPES = [(1, 44), (3, 431), (2, 1000)]


def settled(arch: str) -> SiameseNetwork:
    """Build a network whose running statistics are no longer the initial ones."""
    torch.manual_seed(1)
    small: dict[str, Any] = {"channels": (32, 48)}
    settings = {"base": {**small, "n_dims": 64}, "tuned": {"encoder": small, "n_styles": 5}}
    network = build_network(arch, settings.get(arch, small)).train()
    with torch.no_grad():
        network.encoder(torch.randn(4, network.settings[0].n_mfcc, 200) * 30 - 10)
    return network.eval()


def opened(graph: bytes, part: torch.nn.Module) -> onnxruntime.InferenceSession:
    """Open a graph with the weights of the network that it was made of."""
    weights = {name: values.numpy() for name, values in part.state_dict().items() if values.is_floating_point()}
    options = onnxruntime.SessionOptions()
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for value in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(graph, options)


@pytest.mark.parametrize("arch", ["base", "classic", "tuned"])
def test_onnx_equals_torch(arch: str) -> None:
    network = settled(arch)
    files = export_onnx(network)
    assert network.encoder.training is False
    assert sum(map(len, files.values())) < 200_000  # no weights
    encoder, head = (opened(files[f"{name}.onnx"], part) for name, part in network.named_children())
    embeddings = []
    for n_clips, n_frames in SHAPES:
        features = torch.randn(n_clips, network.settings[0].n_mfcc, n_frames) * 30 - 10
        with torch.no_grad():
            expected = network.encoder(features).numpy()
        embeddings += list(encoder.run(["embedding"], {"features": features.numpy()})[0])
        assert np.abs(embeddings[-n_clips:] - expected).max() < 1e-5
    a, b = np.stack(embeddings[:3]), np.stack(embeddings[3:])
    logits = head.run(["logit"], {"a": a, "b": b})[0]
    with torch.no_grad():
        expected = network.head(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    assert logits.shape == (3,)
    assert np.abs(logits - expected).max() < 1e-5
    assert np.array_equal(logits, head.run(["logit"], {"a": b, "b": a})[0])


def test_export_leaves_the_network_alone() -> None:
    network = build_network("base", {"n_mfcc": 6, "channels": (8,), "n_dims": 4}).train()
    export_onnx(network)
    assert network.training
