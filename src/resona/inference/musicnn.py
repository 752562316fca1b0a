"""How does MusiCNN become an ear? Its TensorFlow checkpoint in, an ONNX network and a front end out.

TensorFlow is not needed. The wheel `WHEEL` (ISC licence) holds the weights, trained on the Million Song Dataset;
nothing of it is in Resona: `resona models add musicnn` fetches it. The ear's vector is the 200 numbers before the tags.

References
----------
.. [1] J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR
   late-breaking, 2019.
.. [2] S. Ghemawat and J. Dean, "LevelDB: table format", 2011: how the checkpoint's index is stored.
"""

import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import CheckpointError
from resona.features.front import FrontEnd
from resona.features.mel import MelConfig
from resona.inference.bundle import session_options
from resona.inference.onnx_file import GraphDraft
from resona.inference.protobuf import read_message, read_varint
from resona.inference.responses import largest_over_bands, largest_over_time

Array = NDArray[np.float32]

WHEEL = "musicnn==0.1.0"
WHEEL_SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
CHECKPOINT, LICENCE = "musicnn/MSD_musicnn", "musicnn-0.1.0.dist-info/LICENSE.md"
N_FRAMES, N_MELS, N_DIMS = 187, 96, 200
EPSILON = 1e-3  # of batch norm
KNOWN = (-0.1772, -0.127, -0.2848, -0.2751, -0.3532, 0.9224, 1.7992, -0.4571)  # by the original of `made_up_piece`
TOLERANCE = 1e-3
FOOTER_BYTES = 48

FRONT = FrontEnd(
    sample_rate=16000,
    mel=MelConfig(
        sample_rate=16000, n_fft=512, hop_length=256, n_mels=N_MELS, gain=10000.0, offset=1.0, floor=0.0, log="log10"
    ),
    cut="spectrogram",
    length=N_FRAMES,
    pieces_per_clip=1,
    axes=("batch", "frames", "bands"),
)

CARD = """# MusiCNN

J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR late-breaking,
2019: the network trained on the Million Song Dataset, up to the 200 numbers before its tags. Converted by Resona from
the checkpoint in the wheel {wheel}.

## Licence of the weights

{licence}
"""


def convert_wheel(path: Path) -> tuple[bytes, str]:
    """Make of the wheel an ONNX network, and the ear's card with its licence.

    Raises
    ------
    CheckpointError
        If it is not the wheel.
    """
    try:
        with zipfile.ZipFile(path) as wheel:
            with wheel.open(f"{CHECKPOINT}/.index") as index, wheel.open(f"{CHECKPOINT}/.data-00000-of-00001") as raw:
                network = convert(read_checkpoint(index, raw))
            return network, CARD.format(wheel=WHEEL, licence=wheel.read(LICENCE).decode().strip())
    except (OSError, KeyError, ValueError, IndexError, struct.error, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{str(path)!r} does not hold MusiCNN as {WHEEL} does: {error}") from error


def check(network: bytes) -> None:
    """Let the converted network hear a made-up piece, and compare with what the original says of it.

    Raises
    ------
    CheckpointError
        If it says something else.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(network, session_options(1), providers=["CPUExecutionProvider"])
    heard = session.run(None, {"pieces": made_up_piece()[None]})[0][0, : len(KNOWN)]
    if np.abs(heard - np.array(KNOWN)).max() > TOLERANCE:
        raise CheckpointError("the converted MusiCNN does not hear what the original does")


def made_up_piece() -> Array:
    """Make a piece that is the same everywhere, shape (187, 96), of values such as music has."""
    frames, bands = np.arange(N_FRAMES)[:, None], np.arange(N_MELS)
    piece: Array = ((2 + np.sin(frames * bands / 50) + np.cos(frames / 3)) / 2).astype(np.float32)
    return piece


def read_checkpoint(index: IO[bytes], raw: IO[bytes]) -> dict[str, Array]:
    """Read the tensors of a TensorFlow checkpoint [2]_: names with their values, without the optimiser's.

    Raises
    ------
    ValueError, IndexError, KeyError
        If it is damaged.
    """
    table, content = index.read(), raw.read()
    footer, at = table[-FOOTER_BYTES:], 0
    for _ in range(2):  # skip the handle of the meta block
        _, at = read_varint(footer, at)
    start, at = read_varint(footer, at)
    size, at = read_varint(footer, at)
    tensors = {}
    for _, handle in _block(table[start : start + size]):
        offset, at = read_varint(handle, 0)
        length, _ = read_varint(handle, at)
        for key, entry in _block(table[offset : offset + length]):
            if key and b"Adam" not in key:
                tensors[key.decode()] = _tensor(entry, content)
    return tensors


def _tensor(entry: bytes, content: bytes) -> Array:
    fields: dict[int, Any] = dict(read_message(entry))
    shape: list[tuple[int, Any]] = list(read_message(fields.get(2, b"")))
    sizes: list[dict[int, Any]] = [dict(read_message(part)) for number, part in shape if number == 2]
    values = np.frombuffer(content, "<f4", fields[5] // 4, fields.get(4, 0))
    return values.reshape([size.get(1, 0) for size in sizes])


def _block(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Entries of one block of a LevelDB table; keys share prefixes."""
    end, at, key = len(content) - 4 - 4 * struct.unpack("<I", content[-4:])[0], 0, b""
    while at < end:
        shared, at = read_varint(content, at)
        fresh, at = read_varint(content, at)
        size, at = read_varint(content, at)
        key = key[:shared] + content[at : at + fresh]
        at += fresh
        yield key, content[at : at + size]
        at += size


def convert(tensors: Mapping[str, Array]) -> bytes:
    """Write the network as ONNX: "pieces" (1, 187, 96), one at a time, to (1, 200).

    Raises
    ------
    KeyError
        If a tensor is missing.
    """
    graph = _Musicnn(tensors)
    return graph.finish({"pieces": (1, N_FRAMES, N_MELS)}, {graph.embedding(): (1, N_DIMS)})


class _Musicnn(GraphDraft):
    """The network [1]_: convolution, rectifier, batch norm, in this order everywhere."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        super().__init__()
        self._stored = tensors

    def embedding(self) -> str:
        scale, shift = self._norm(0)
        normal = self._add(self.node("Mul", "pieces", self.constant(scale)), shift)  # n T F
        front = self.node("Concat", *(self._bank(normal, number) for number in range(5)), axis=1)  # n 561 T
        layers = [front]
        for number in (5, 6, 7):
            kernel, bias = self._kernel(number)  # T 1 C C'
            weights = self.constant(kernel[:, :, 0].transpose(2, 1, 0))
            heard = self.node("Conv", layers[-1], weights, self.constant(bias), pads=[3, 3])
            heard = self._normal(self.node("Relu", heard), number + 1)
            layers.append(heard if number == 5 else self.node("Add", heard, layers[-1]))
        whole = self.node("Concat", *layers, axis=1)  # n 753 T
        means = self.node("ReduceMean", whole, axes=[2], keepdims=1)
        largest = self.node("ReduceMax", whole, axes=[2], keepdims=1)
        pooled = self.node("Flatten", self.node("Concat", largest, means, axis=2))  # n 1506, the two interleaved
        scale, shift = self._norm(9)
        dense, bias = self._stored["dense/kernel"], self._stored["dense/bias"]
        product = self.node("MatMul", pooled, self.constant(scale[:, None] * dense))
        hidden = self.node("Relu", self._add(product, bias + shift @ dense))
        scale, shift = self._norm(10)
        return self._add(self.node("Mul", hidden, self.constant(scale)), shift)

    def _bank(self, x: str, number: int) -> str:
        """Apply filters over bands or over time, and give the largest response over the bands: n C T.

        The largest is taken before rectifier and batch norm, which keep or turn the order; filters that it turns are
        turned first.
        """
        kernel, bias = self._kernel(number)  # T F 1 C
        sign = np.sign(self._norm(number + 1)[0])
        write = largest_over_bands if kernel.shape[1] > 1 else largest_over_time
        heard = write(self, x, kernel[:, :, 0] * sign, (N_FRAMES, N_MELS))
        heard = self.node("Mul", heard, self.constant(sign[:, None]))
        return self._normal(self.node("Relu", self._add(heard, bias[:, None])), number + 1)

    def _normal(self, x: str, number: int) -> str:
        """Batch norm of n C T."""
        scale, shift = self._norm(number)
        return self._add(self.node("Mul", x, self.constant(scale[:, None])), shift[:, None])

    def _add(self, x: str, values: Array) -> str:
        return self.node("Add", x, self.constant(values))

    def _kernel(self, number: int) -> tuple[Array, Array]:
        name = f"conv2d_{number}" if number else "conv2d"
        return self._stored[f"{name}/kernel"], self._stored[f"{name}/bias"]

    def _norm(self, number: int) -> tuple[Array, Array]:
        """Factor and offset of a batch norm."""
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        mean, variance, gamma, beta = (
            self._stored[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        return scale, beta - mean * scale
