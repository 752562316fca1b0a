"""How does a network leave PyTorch? As two ONNX graphs that onnxruntime runs on any number of clips of any length.

The graphs hold no weights: they name them, as the state of the network does, and whoever runs them brings the file.
"""

import copy
import io
import warnings
from collections.abc import Sequence

import onnx
import torch
from onnx.external_data_helper import set_external_data
from torch import Tensor, nn

from resona.files import WEIGHTS
from resona.model.siamese import SiameseNetwork

N_FRAMES = 431  # of the example that the graph is traced with; any other number is as good


def export_onnx(network: SiameseNetwork) -> dict[str, bytes]:
    """Write encoder and head as ONNX.

    Returns
    -------
    "encoder.onnx": input "features" (batch, n_mfcc, n_frames), output "embedding" (batch, n_dims). "head.onnx": inputs
    "a" and "b" (n, n_dims), output "logit" (n,). All dimensions but n_mfcc and n_dims are free. Weights are external,
    in "weights.safetensors" (see `pack_weights`), without the "encoder." and "head." before their names.
    """
    network = copy.deepcopy(network).cpu().float().eval()
    for weights in network.state_dict().values():
        if weights.is_floating_point():
            weights.uniform_(0.5, 1)  # the exporter would make one of those that are equal
    encoder, head = network.settings
    clips, embeddings = torch.randn(2, encoder.n_mfcc, N_FRAMES), torch.randn(2, head.n_dims)
    return {
        "encoder.onnx": _export(network.encoder, (clips,), {"features": {0: "batch", 2: "n_frames"}}, "embedding"),
        "head.onnx": _export(network.head, (embeddings, embeddings), {"a": {0: "n"}, "b": {0: "n"}}, "logit"),
    }


def _export(module: nn.Module, example: Sequence[Tensor], inputs: dict[str, dict[int, str]], output: str) -> bytes:
    content = io.BytesIO()
    first = next(iter(inputs.values()))
    with warnings.catch_warnings():
        # PyTorch prefers its newer exporter, which needs two more packages and twenty times as long for the same graph
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        torch.onnx.export(
            module,
            tuple(example),
            content,  # type: ignore[arg-type]  # this exporter takes any file
            input_names=list(inputs),
            output_names=[output],
            dynamic_axes={**inputs, output: {0: first[0]}},
            dynamo=False,
            training=torch.onnx.TrainingMode.PRESERVE,  # as it stands: otherwise batch norms are folded into weights
            do_constant_folding=False,
        )
    return _without_weights(content.getvalue(), set(module.state_dict()))


def _without_weights(content: bytes, names: set[str]) -> bytes:
    """Leave of each weight its name, type and shape."""
    graph = onnx.load_from_string(content)
    for constant in graph.graph.initializer:
        if constant.name in names:
            set_external_data(constant, WEIGHTS)
            constant.ClearField("raw_data")
    stripped: bytes = graph.SerializeToString()
    return stripped
