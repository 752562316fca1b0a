"""How does a network leave PyTorch? As two ONNX graphs that onnxruntime runs on any number of clips of any length."""

import copy
import io
import warnings
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from resona.model.siamese import SiameseNetwork

N_FRAMES = 431  # of the example that the graph is traced with; any other number is as good


def export_onnx(network: SiameseNetwork) -> dict[str, bytes]:
    """Write encoder and head as ONNX.

    Returns
    -------
    "encoder.onnx": input "features" (batch, n_mfcc, n_frames), output "embedding" (batch, n_dims). "head.onnx": inputs
    "a" and "b" (n, n_dims), output "logit" (n,). All dimensions but n_mfcc and n_dims are free.
    """
    network = copy.deepcopy(network).cpu().float().eval()
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
        )
    return content.getvalue()
