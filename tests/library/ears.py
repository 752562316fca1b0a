"""Small networks that serve as ears."""

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from resona.features.front import FrontEnd
from resona.features.mel import MelConfig
from resona.inference.onnx_file import GraphDraft

N_MELS, N_DIMS = 20, 6
FRONT = FrontEnd(
    sample_rate=16000,
    mel=MelConfig(sample_rate=16000, n_fft=512, hop_length=512, n_mels=N_MELS),
    length=16000,
    pieces_per_clip=2,
    axes=("batch", "bands", "frames"),
)
Change = Callable[[GraphDraft, str], str]


def unchanged(_draft: GraphDraft, name: str) -> str:
    return name


def small_network(change: Change = unchanged, *, batch: int | str = "n", shape: tuple[Any, ...] = (N_DIMS,)) -> bytes:
    """Write a network that takes the mean over time, and mixes bands at random."""
    draft = GraphDraft()
    mean = draft.node("ReduceMean", "x", axes=[2], keepdims=0)
    weights = np.random.default_rng(0).normal(size=(N_MELS, N_DIMS)).astype(np.float32)
    heard = change(draft, draft.node("MatMul", mean, draft.constant(weights)))
    return draft.finish({"x": (batch, N_MELS, "t")}, {heard: ("m", *shape)})


NETWORKS: dict[str, Callable[[], bytes]] = {
    "not deterministic": lambda: small_network(
        lambda draft, name: draft.node("Add", name, draft.node("RandomNormalLike", name))
    ),
    "not finite": lambda: small_network(lambda draft, name: draft.node("Log", name)),
    "one vector of 2 to 8192 numbers a piece, got": lambda: small_network(
        lambda draft, name: draft.node("Flatten", name, axis=0), shape=(12,)
    ),
    "each other's vectors": lambda: small_network(
        lambda draft, name: draft.node("Add", name, draft.node("ReduceMean", name, axes=[0], keepdims=1))
    ),
    "deaf": lambda: small_network(
        lambda draft, name: draft.node(
            "Add",
            draft.node("Mul", name, draft.constant(np.float32(0))),
            draft.constant(np.arange(6, dtype=np.float32)),
        )
    ),
    "it is not a network that can be run": lambda: small_network(
        lambda draft, name: draft.node("NoSuchOperator", name)
    ),
    "is not added: it is not an ONNX network": lambda: b"junk",
}


def endless_network() -> bytes:
    """Write a network that counts to 10^15."""
    float_ = TensorProto.FLOAT
    any_size: tuple[str | int | None, ...] = ("n", N_MELS, "t")
    values = [helper.make_tensor_value_info(name, float_, any_size) for name in ("v", "w")]
    signs = [helper.make_tensor_value_info(name, TensorProto.BOOL, []) for name in ("c", "d")]
    step = helper.make_tensor_value_info("i", TensorProto.INT64, [])
    body = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["d"]), helper.make_node("Abs", ["v"], ["w"])],
        "body", [step, signs[0], values[0]], [signs[1], values[1]],
    )  # fmt: skip
    nodes = [
        helper.make_node("Loop", ["times", "go", "x"], ["y"], body=body),
        helper.make_node("ReduceMean", ["y"], ["z"], axes=[2], keepdims=0),
    ]
    tensors = [
        helper.make_tensor("times", TensorProto.INT64, [], [10**15]),
        helper.make_tensor("go", TensorProto.BOOL, [], [True]),
    ]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", float_, any_size)],
        [helper.make_tensor_value_info("z", float_, ["n", N_MELS])], initializer=tensors,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content
