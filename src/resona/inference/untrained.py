"""What would a network know that has learned nothing?

The graph alone, with weights drawn at random, already tells sounds apart: convolutions and pooling are good statistics.
What training is worth shows only beside a network of the same shape that had none. It is made from a model's own ONNX
files, whose weights are drawn anew in place, so that it needs no PyTorch.

References
----------
.. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015: the spread of the weights.
.. [2] ONNX, "onnx.proto": the numbers of the fields read here; the encoding is that of Protocol Buffers.
"""

import dataclasses
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from resona.errors import CheckpointError
from resona.inference.bundle import Bundle

GRAPH, INITIALIZER = 7, 5  # fields of a ModelProto and of a GraphProto
DIMS, KIND, NAME, RAW = 1, 2, 8, 9  # fields of a TensorProto
TYPES = {1: "<f4", 10: "<f2"}
ONES = ("weight", "running_var")  # how factors and variances are named, among vectors


class Untrained(Bundle):
    """A model with the shape of another and random weights.

    Parameters
    ----------
    like
        Whose shape it has. What that standardises its input by stays: it was measured, not learned.
    seed
        Draws the weights.
    """

    def __init__(self, like: Bundle, *, seed: int = 0) -> None:
        manifest = dataclasses.replace(like.manifest, model_id=f"untrained-{like.model_id}-{seed}", trained_artists=())
        super().__init__(like.folder, manifest, n_threads=like.n_threads)
        self.name, self.seed = "untrained network", seed

    def _content(self, name: str) -> bytes:
        return redraw(super()._content(name), seed=self.seed)


def redraw(network: bytes, *, seed: int) -> bytes:
    """Give an ONNX network other weights: normal, with the variance that rectifiers keep [1]_.

    Parameters
    ----------
    network
        The content of an ONNX file.
    seed
        Draws the weights, each tensor's from its own name.

    Returns
    -------
    The same graph. Offsets become 0 and factors 1; a column, such as the mean of each coefficient, stays as it is.

    Raises
    ------
    CheckpointError
        If it is not an ONNX file.
    """
    content = bytearray(network)
    try:
        for number, graph in _fields(content, 0, len(content)):
            for inner, tensor in _fields(content, *graph) if number == GRAPH else ():
                if inner == INITIALIZER:
                    _redraw_tensor(content, tensor, seed)
    except (IndexError, TypeError, ValueError) as error:
        raise CheckpointError(f"not an ONNX network: {error}") from error
    return bytes(content)


def _redraw_tensor(content: bytearray, span: tuple[int, int], seed: int) -> None:
    found: dict[int, list[Any]] = {}
    for number, value in _fields(content, *span):
        found.setdefault(number, []).append(value)
    kind = TYPES.get(found.get(KIND, [0])[0])
    shape = tuple(found.get(DIMS, ()))
    if kind is None or RAW not in found or not shape:
        return
    name = bytes(content[slice(*found[NAME][0])])
    n_inputs = int(np.prod(shape[1:]))
    if len(shape) == 1:
        values = np.full(shape, float(name.decode().removesuffix("_half").endswith(ONES)))
    elif n_inputs > 1:
        rng = np.random.default_rng([seed, zlib.crc32(name)])
        values = rng.standard_normal(shape) * np.sqrt(2 / n_inputs)
    else:
        return
    content[slice(*found[RAW][0])] = values.astype(kind).tobytes()


def _fields(content: bytearray, start: int, end: int) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a message [2]_: its number, and a number or where its content begins and ends."""
    while start < end:
        key, start = _varint(content, start)
        if key & 7 == 0:
            value, start = _varint(content, start)
            yield key >> 3, value
        elif key & 7 == 2:
            size, start = _varint(content, start)
            if start + size > end:
                raise ValueError("a field is longer than its message")
            yield key >> 3, (start, start + size)
            start += size
        elif key & 7 in (1, 5):
            start += 8 if key & 7 == 1 else 4
        else:
            raise ValueError(f"unknown kind of field {key & 7}")


def _varint(content: bytearray, start: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[start]
        start += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, start
