"""Networks are written and looked through without the library that others use for it."""

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from resona.errors import CheckpointError
from resona.inference.onnx_file import GraphDraft, check_network


def inner_graph(node: onnx.NodeProto) -> onnx.NodeProto:
    graph = helper.make_graph([node], "inner", [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])
    return helper.make_node("If", ["c"], ["z"], then_branch=graph, else_branch=graph)


def external() -> onnx.TensorProto:
    tensor = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return tensor


def model(node: onnx.NodeProto, *tensors: onnx.TensorProto) -> bytes:
    output = helper.make_tensor_value_info("z", TensorProto.FLOAT, [1])
    content: bytes = helper.make_model(
        helper.make_graph([node], "g", [], [output], initializer=list(tensors))
    ).SerializeToString()
    return content


HOSTILE: dict[str, Callable[[], bytes]] = {
    "external data": lambda: model(helper.make_node("Identity", ["w"], ["z"]), external()),
    "external data ": lambda: model(inner_graph(helper.make_node("Constant", [], ["y"], value=external()))),
    "custom operator, 'Steal' of 'evil'": lambda: model(helper.make_node("Steal", ["w"], ["z"], domain="evil")),
    "custom operator, 'Deep' of 'x'": lambda: model(inner_graph(helper.make_node("Deep", [], ["y"], domain="x"))),
    "not an ONNX network": lambda: model(helper.make_node("Identity", ["w"], ["z"]))[:-20],
    "not an ONNX": lambda: b"",
    "not an": lambda: b"\x07" * 50,
    "not": lambda: b"\x80" * 500,
}


@pytest.mark.parametrize("message", HOSTILE)
def test_hostile_networks_are_refused(message: str) -> None:
    with pytest.raises(CheckpointError, match=message.strip()):
        check_network(HOSTILE[message]())


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = model(inner_graph(helper.make_node("Constant", [], ["y"], value_float=1.0)))
    check_network(content)
    monkeypatch.setattr("resona.inference.onnx_file.MOST_NODES", 2)
    with pytest.raises(CheckpointError, match="more than 2 operators"):
        check_network(content)
    monkeypatch.setattr("resona.inference.onnx_file.MOST_BYTES", 10)
    with pytest.raises(CheckpointError, match="10 are allowed"):
        check_network(content)


def test_a_graph_is_written_as_the_format_wants_it() -> None:
    draft = GraphDraft()
    heard = draft.node("Conv", "x", draft.constant(np.ones((2, 1, 3), np.float32)), pads=[1, 1])
    total = draft.node("ReduceMean", heard, axes=[2], keepdims=0)
    content = draft.finish({"x": ("n", 1, 4)}, {total: ("n", 2)})
    check_network(content)
    read = onnx.load_from_string(content)
    onnx.checker.check_model(read, full_check=True)
    assert [list(node.output) for node in read.graph.node] == [[heard], [total]]
    assert onnx.numpy_helper.to_array(read.graph.initializer[0]).shape == (2, 1, 3)
