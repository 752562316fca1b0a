"""The converted MusiCNN is the network of its authors; here it has few filters, with numbers drawn at random."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from resona.errors import CheckpointError
from resona.inference.musicnn import CHECKPOINT, EPSILON, LICENCE, check, convert_wheel
from resona.inference.protobuf import field, varint

KERNELS = [(7, 38, 1), (7, 67, 1), (128, 1, 1), (64, 1, 1), (32, 1, 1), (7, 10, 1), (7, 3, 1), (7, 3, 1)]
N_FILTERS = (2, 2, 2, 2, 2, 3, 3, 3)
N_POOLED = 2 * (10 + 3 * 3)
Tensors = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    rng = np.random.default_rng(0)
    made = {}
    for number, ((size, height, n_in), n_out) in enumerate(zip(KERNELS, N_FILTERS, strict=True)):
        name = f"conv2d_{number}" if number else "conv2d"
        made[f"{name}/kernel"] = rng.normal(size=(size, height, n_in, n_out)) / np.sqrt(size * height * n_in)
        made[f"{name}/bias"] = rng.normal(size=n_out) / 4
    for number, n in enumerate((1, *N_FILTERS, N_POOLED, 200)):
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        made |= {f"{name}/{part}": rng.normal(size=n) for part in ("moving_mean", "beta", "gamma")}
        made[f"{name}/moving_variance"] = rng.uniform(0.5, 2, size=n)
    made["dense/kernel"], made["dense/bias"] = rng.normal(size=(N_POOLED, 200)) / 6, rng.normal(size=200)
    made["dense/kernel/Adam"] = made["dense/kernel"]
    return {name: values.astype(np.float32) for name, values in made.items()}


def stored(tensors: Tensors) -> tuple[bytes, bytes]:
    """Write a checkpoint: an index, a LevelDB table of one block, and the data."""
    entries, raw, before = b"", b"", b""
    for name, values in sorted(tensors.items()):
        key = name.encode()
        shared = next(
            (at for at, (a, b) in enumerate(zip(before, key, strict=False)) if a != b), min(map(len, (before, key)))
        )
        shape = b"".join(field(2, field(1, size)) for size in values.shape)
        entry = field(1, 1) + field(2, shape) + field(4, len(raw)) + field(5, values.nbytes)
        entries += varint(shared) + varint(len(key) - shared) + varint(len(entry)) + key[shared:] + entry
        raw, before = raw + values.tobytes(), key
    block = entries + struct.pack("<II", 0, 1)
    handle = varint(0) + varint(len(block))
    top = varint(0) + varint(1) + varint(len(handle)) + b"z" + handle + struct.pack("<II", 0, 1)
    footer = varint(0) + varint(0) + varint(len(block)) + varint(len(top))
    return block + top + footer.ljust(40, b"\0") + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", raw


def write_wheel(path: Path, tensors: Tensors) -> Path:
    index, raw = stored(tensors)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{CHECKPOINT}/.index", index)
        wheel.writestr(f"{CHECKPOINT}/.data-00000-of-00001", raw)
        wheel.writestr(LICENCE, "Permission to use")
    return path


def straight(tensors: Tensors, pieces: np.ndarray) -> np.ndarray:
    """Compute the network in the order in which its authors wrote it down."""
    known = {name: torch.from_numpy(values) for name, values in tensors.items()}

    def norm(x: Tensor, number: int) -> Tensor:
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        mean, variance, gamma, beta = (
            known[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        return functional.batch_norm(x, mean, variance, gamma, beta, eps=EPSILON)

    def conv(x: Tensor, number: int) -> Tensor:
        name = f"conv2d_{number}" if number else "conv2d"
        kernel, bias = known[f"{name}/kernel"].permute(3, 2, 0, 1), known[f"{name}/bias"]
        size = kernel.shape[2]
        padded = functional.pad(x, (0, 0, (size - 1) // 2, size // 2))
        return norm(functional.relu(functional.conv2d(padded, kernel, bias)), number + 1)

    x = norm(torch.from_numpy(pieces)[:, None], 0)
    front = torch.cat([conv(x, number).amax(dim=3, keepdim=True) for number in range(5)], dim=1)
    layers = [front, conv(front.transpose(1, 3), 5)]  # what were channels are bands again
    for number in (6, 7):
        layers.append(conv(layers[-1].transpose(1, 3), number) + layers[-1])
    whole = torch.cat(layers, dim=1)[..., 0]
    pooled = norm(torch.stack([whole.amax(dim=2), whole.mean(dim=2)], dim=2).flatten(1), 9)
    return norm(functional.relu(pooled @ known["dense/kernel"] + known["dense/bias"]), 10).numpy()


def test_the_converted_network_is_the_original(tensors: Tensors, tmp_path: Path) -> None:
    network, card = convert_wheel(write_wheel(tmp_path / "m.whl", tensors))
    assert "Permission to use" in card
    pieces = np.random.default_rng(1).normal(size=(2, 187, 96)).astype(np.float32)
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    heard = np.concatenate([session.run(None, {name: piece[None]})[0] for piece in pieces])
    assert np.abs(heard - straight(tensors, pieces)).max() < 1e-4
    with pytest.raises(CheckpointError, match="does not hear what the original does"):
        check(network)


def test_another_wheel_is_refused_in_a_sentence(tensors: Tensors, tmp_path: Path) -> None:
    lacking = {name: values for name, values in tensors.items() if name != "dense/bias"}
    for wheel in (write_wheel(tmp_path / "a.whl", lacking), tmp_path / "none.whl", Path(__file__)):
        with pytest.raises(CheckpointError, match="does not hold MusiCNN"):
            convert_wheel(wheel)
