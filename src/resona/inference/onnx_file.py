"""What is in an ONNX file? Written, and looked through, without the library of that name.

The numbers of the fields are those of ``onnx.proto`` [1]_.

References
----------
.. [1] ONNX, "Open neural network exchange intermediate representation", https://onnx.ai/onnx/repo-docs/IR.html.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from resona._version import __version__
from resona.errors import CheckpointError
from resona.inference.protobuf import field, read_message

IR_VERSION, OPSET = 8, 17
FLOAT, INT64 = 1, 7  # kinds of tensors
OWN_DOMAINS = ("", "ai.onnx", "com.microsoft")  # of operators that onnxruntime brings itself
MOST_BYTES = 1 << 30
MOST_NODES = 100_000

MODEL_GRAPH, MODEL_FUNCTION = 7, 25
GRAPH_NODE, GRAPH_TENSOR, GRAPH_SPARSE = 1, 5, 15
NODE_KIND, NODE_ATTRIBUTE, NODE_DOMAIN = 4, 5, 7
ATTRIBUTE_PARTS = {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"}
TENSOR_EXTERNAL, TENSOR_PLACE = 13, 14
FUNCTION_NODE = 7


class GraphDraft:
    """An ONNX graph that is being written.

    Examples
    --------
    >>> draft = GraphDraft()
    >>> twice = draft.node("Mul", "x", draft.constant(np.float32(2)))
    >>> content = draft.finish({"x": ("n", 3)}, {twice: ("n", 3)})
    >>> check_network(content)
    """

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._tensors: list[bytes] = []

    def constant(self, values: NDArray[np.floating] | np.floating | Sequence[int] | list[list[int]]) -> str:
        """Add a tensor, float32 or, of lists of numbers, int64; give its name."""
        array = np.array(values, np.int64) if isinstance(values, list) else np.asarray(values, np.float32)
        name = f"t{len(self._tensors)}"
        content = b"".join(field(1, size) for size in array.shape)
        content += field(2, INT64 if array.dtype == np.int64 else FLOAT) + field(8, name)
        self._tensors.append(content + field(9, np.ascontiguousarray(array).tobytes()))
        return name

    def node(self, kind: str, *inputs: str, **attributes: int | Sequence[int]) -> str:
        """Add an operator; give the name of its output."""
        output = f"n{len(self._nodes)}"
        content = b"".join(field(1, name) for name in inputs) + field(2, output) + field(NODE_KIND, kind)
        for name, value in attributes.items():
            of_kind = field(3, value) + field(20, 2) if isinstance(value, int) else _integers(value)
            content += field(NODE_ATTRIBUTE, field(1, name) + of_kind)
        self._nodes.append(content)
        return output

    def finish(
        self, inputs: dict[str, tuple[int | str, ...]], outputs: dict[str, tuple[int | str, ...]], name: str = "ear"
    ) -> bytes:
        """Write the file: inputs and outputs are float32 of these shapes, in which a name stands for any size."""
        graph = b"".join(field(GRAPH_NODE, node) for node in self._nodes) + field(2, name)
        graph += b"".join(field(GRAPH_TENSOR, tensor) for tensor in self._tensors)
        for number, values in ((11, inputs), (12, outputs)):
            graph += b"".join(field(number, _value(*value)) for value in values.items())
        opset = field(1, "") + field(2, OPSET)
        return field(1, IR_VERSION) + field(2, f"resona {__version__}") + field(7, graph) + field(8, opset)


def _integers(values: Sequence[int]) -> bytes:
    return b"".join(field(8, value) for value in values) + field(20, 7)


def _value(name: str, shape: tuple[int | str, ...]) -> bytes:
    sizes = b"".join(field(1, field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, sizes)))


def check_network(content: bytes) -> None:
    """Refuse a file that is no network, or one that wants more than its own numbers and known operators.

    Raises
    ------
    CheckpointError
        If it is not ONNX, too large, reads other files (external data), or has operators that onnxruntime lacks.

    Examples
    --------
    >>> check_network(b"not a network")
    Traceback (most recent call last):
    resona.errors.CheckpointError: it is not an ONNX network
    """
    if len(content) > MOST_BYTES:
        raise CheckpointError(f"it has {len(content):,} bytes; {MOST_BYTES:,} are allowed")
    n_nodes = 0
    try:
        for domain, kind in _operators(content):
            n_nodes += 1
            if domain not in OWN_DOMAINS:
                raise CheckpointError(f"it has a custom operator, {kind!r} of {domain!r}: write it without")
            if n_nodes > MOST_NODES:
                raise CheckpointError(f"it has more than {MOST_NODES:,} operators")
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise CheckpointError("it is not an ONNX network") from error
    if not n_nodes:
        raise CheckpointError("it is not an ONNX network")


def _operators(content: bytes) -> Iterator[tuple[str, str]]:
    """Go through all operators, in inner graphs and functions too: domain and kind."""
    for number, value in read_message(content):
        if number == MODEL_GRAPH:
            yield from _of_graph(_message(value))
        elif number == MODEL_FUNCTION:
            for part, node in read_message(_message(value)):
                if part == FUNCTION_NODE:
                    yield from _of_node(_message(node))


def _of_graph(graph: memoryview) -> Iterator[tuple[str, str]]:
    for number, value in read_message(graph):
        if number == GRAPH_NODE:
            yield from _of_node(_message(value))
        elif number in (GRAPH_TENSOR, GRAPH_SPARSE):
            _check_tensor(_message(value), is_sparse=number == GRAPH_SPARSE)


def _of_node(node: memoryview) -> Iterator[tuple[str, str]]:
    texts = {NODE_DOMAIN: "", NODE_KIND: ""}
    for number, value in read_message(node):
        if number in texts:
            texts[number] = bytes(_message(value)).decode()
        elif number == NODE_ATTRIBUTE:
            for part, content in read_message(_message(value)):
                if (kind := ATTRIBUTE_PARTS.get(part)) == "graph":
                    yield from _of_graph(_message(content))
                elif kind:
                    _check_tensor(_message(content), is_sparse=kind == "sparse")
    yield texts[NODE_DOMAIN], texts[NODE_KIND]


def _check_tensor(tensor: memoryview, *, is_sparse: bool) -> None:
    if is_sparse:
        for _, part in read_message(tensor):
            if isinstance(part, memoryview):
                _check_tensor(part, is_sparse=False)
        return
    for number, value in read_message(tensor):
        if number == TENSOR_EXTERNAL or (number == TENSOR_PLACE and value):
            raise CheckpointError("its numbers are in another file (external data): write it as one file")


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("an integer where a message should be")
    return value
