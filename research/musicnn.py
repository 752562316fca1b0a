"""MusiCNN in PyTorch, read straight from its TensorFlow checkpoint: a teacher of the base model.

`pip download --no-deps musicnn==0.1.0` fetches the wheel (ISC licence) with the weights `MSD_musicnn` (trained on the
Million Song Dataset) and `MTT_musicnn` (MagnaTagATune). TensorFlow is not needed.

References
----------
.. [1] J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR
   late-breaking, 2019.
"""

import struct
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

PATCH_FRAMES = 187  # 3 s
N_BANDS = 96
EPSILON = 1e-3
N_STARTS = 10  # bands from which a filter starts in one product: more are more zeros, fewer are small products


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _block(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Entries of one block of a LevelDB table; keys share prefixes."""
    end, at, key = len(content) - 4 - 4 * struct.unpack("<I", content[-4:])[0], 0, b""
    while at < end:
        shared, at = _varint(content, at)
        fresh, at = _varint(content, at)
        size, at = _varint(content, at)
        key = key[:shared] + content[at : at + fresh]
        at += fresh
        yield key, content[at : at + size]
        at += size


def _message(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Fields of a protobuf message."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        if tag & 7 == 0:
            value, at = _varint(content, at)
            yield tag >> 3, value
        else:
            size, at = _varint(content, at) if tag & 7 == 2 else (4 if tag & 7 == 5 else 8, at)
            yield tag >> 3, content[at : at + size]
            at += size


def read_checkpoint(folder: Path) -> dict[str, np.ndarray]:
    """Read the tensors of a TensorFlow checkpoint whose files have an empty base name."""
    index, raw = (folder / ".index").read_bytes(), (folder / ".data-00000-of-00001").read_bytes()
    at = 0
    for _ in range(2):  # skip the handle of the meta block
        _, at = _varint(index[-48:], at)
    start, at = _varint(index[-48:], at)
    size, at = _varint(index[-48:], at)
    tensors = {}
    for _, handle in _block(index[start : start + size]):
        offset, at = _varint(handle, 0)
        length, _ = _varint(handle, at)
        for key, entry in _block(index[offset : offset + length]):
            fields = dict(_message(entry))
            if not key or "Adam" in key.decode():
                continue
            shape = [dict(_message(part)).get(1, 0) for number, part in _message(fields.get(2, b"")) if number == 2]
            place, count = fields.get(4, 0), fields[5] // 4
            tensors[key.decode()] = np.frombuffer(raw, "<f4", count, place).reshape(shape).copy()
    return tensors


def _largest(frames: Tensor, bank: Tensor, n_filters: int) -> Tensor:
    """Largest response over the bands of filters that see seven frames: B F T 7 to B T C.

    Blocks of bands, the last of which overlaps, so that few zeros of the bank are multiplied.
    """
    height, largest = len(bank) // 7, None
    for start in range(0, N_BANDS - height + N_STARTS, N_STARTS):
        first = min(start, N_BANDS - height)
        heard = frames[:, first : first + height].permute(0, 2, 3, 1).flatten(2)  # B T 7F
        out = (heard @ bank).unflatten(2, (-1, n_filters)).amax(dim=2)
        largest = out if largest is None else torch.maximum(largest, out)
    return largest


class Musicnn(nn.Module):
    """The network up to its 200-d penultimate layer.

    Parameters
    ----------
    folder
        A checkpoint, such as ``musicnn/MSD_musicnn``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        tensors = read_checkpoint(folder)
        for key, value in tensors.items():
            self.register_buffer(key.replace("/", "__"), torch.from_numpy(value))

    def _norm(self, x: Tensor, number: int) -> Tensor:
        """Batch norm on the second axis."""
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        part = {key: getattr(self, f"{name}__{key}") for key in ("moving_mean", "moving_variance", "gamma", "beta")}
        scale = part["gamma"] / (part["moving_variance"] + EPSILON).sqrt()
        shape = (1, -1, *[1] * (x.ndim - 2))
        return x * scale.reshape(shape) + (part["beta"] - part["moving_mean"] * scale).reshape(shape)

    def _filters(self, number: int) -> tuple[Tensor, Tensor]:
        """Kernel (time, bands, in, out) and bias of one convolution."""
        name = f"conv2d_{number}" if number else "conv2d"
        return getattr(self, f"{name}__kernel"), getattr(self, f"{name}__bias")

    def _sign(self, number: int) -> Tensor:
        """Direction of a filter bank's batch norm: where it is −1, the largest output comes of the smallest input."""
        return getattr(self, f"batch_normalization_{number + 1}__gamma").sign()

    @cached_property
    def _banks(self) -> list[Tensor]:
        """Each filter at each of the bands it can start from in a block: (times × bands, starts × filters)."""
        banks = []
        for number in range(5):
            kernel = self._filters(number)[0][:, :, 0] * self._sign(number)  # time, bands, C
            n_times, height, n_filters = kernel.shape
            if n_times != 7:  # over time only: the same for each band
                banks.append(kernel[:, 0])
                continue
            bank = torch.zeros(7, height + N_STARTS - 1, N_STARTS, n_filters)
            for start in range(N_STARTS):
                bank[:, start : start + height, start] = kernel
            banks.append(bank.reshape(7 * bank.shape[1], -1))
        return banks

    def _front(self, x: Tensor) -> Iterator[Tensor]:
        """Responses of the five filter banks to (batch, frames, bands), the largest over the bands: B C T."""
        for number, bank in enumerate(self._banks):
            kernel, bias = self._filters(number)
            size = len(kernel)
            frames = functional.pad(x.mT, ((size - 1) // 2, size // 2)).unfold(2, size, 1)  # B F T size
            out = _largest(frames, bank, len(bias)) if size == 7 else (frames @ bank).amax(dim=1)
            out = functional.relu(out * self._sign(number) + bias)
            yield self._norm(out.mT, number + 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Describe patches.

        Parameters
        ----------
        patches
            Shape (batch, 187, 96): log10(1 + 10,000 × mel power).

        Returns
        -------
        Shape (batch, 200).
        """
        x = self._norm(patches[:, None], 0)[:, 0]  # B T F
        x = torch.cat(list(self._front(x)), dim=1)  # B C T
        layers = [x]
        for i in (5, 6, 7):
            kernel, bias = self._filters(i)
            out = functional.conv1d(x, kernel[:, :, 0].permute(2, 1, 0), bias, padding=3)
            out = self._norm(functional.relu(out), i + 1)
            x = out if i == 5 else out + x
            layers.append(x)
        x = torch.cat(layers, dim=1)
        pooled = torch.stack([x.amax(dim=2), x.mean(dim=2)], dim=2).flatten(1)  # max and mean interleaved
        hidden = functional.relu(self._norm(pooled, 9) @ self.dense__kernel + self.dense__bias)
        return self._norm(hidden, 10)

    @torch.inference_mode()
    def describe(self, patches: Tensor, n_patches: int) -> np.ndarray:
        """Describe windows of `n_patches` patches each, given as patches (n × n_patches, 187, 96): (n, 200)."""
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self(patches).float()
        described: np.ndarray = vectors.unflatten(0, (-1, n_patches)).mean(dim=1).numpy()
        return described

    def tags(self, vectors: Tensor) -> Tensor:
        """Say how likely each of the 50 tags is, from vectors (batch, 200): (batch, 50)."""
        likely: Tensor = (vectors @ self.dense_1__kernel + self.dense_1__bias).sigmoid()
        return likely
