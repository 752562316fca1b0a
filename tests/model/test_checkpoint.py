"""Weights come back bit for bit; anything else is refused."""

from pathlib import Path

import pytest
import torch

from resona.errors import CheckpointError
from resona.model import build_network, load_checkpoint, pack_weights, save_checkpoint, unpack_weights

SMALL = {"n_mfcc": 6, "channels": (8, 8), "n_dims": 4}


def test_weights_come_back(tmp_path: Path) -> None:
    first, second = build_network("base", SMALL), build_network("base", SMALL)
    unpack_weights(pack_weights(first), second)
    for name, weights in first.state_dict().items():
        assert torch.equal(weights, second.state_dict()[name])
    tensors = {"a": torch.arange(6).reshape(2, 3).T}
    save_checkpoint(tmp_path / "run.safetensors", tensors, {"epoch": 3, "names": ["é"]})
    again, state = load_checkpoint(tmp_path / "run.safetensors")
    assert torch.equal(again["a"], tensors["a"])
    assert state == {"epoch": 3, "names": ["é"]}
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]


def test_foreign_weights_are_refused() -> None:
    network = build_network("base", SMALL)
    with pytest.raises(CheckpointError, match="do not fit"):
        unpack_weights(pack_weights(build_network("base", {**SMALL, "n_dims": 5})), network)
    with pytest.raises(CheckpointError, match="do not fit"):
        unpack_weights(b"\x80\x04pickle", network)


@pytest.mark.parametrize("content", [None, b"", b"\x80\x04pickle", b"\x00" * 64])
def test_foreign_checkpoints_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "run.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match="cannot be used as a checkpoint"):
        load_checkpoint(path)


def test_safetensors_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(pack_weights(build_network("base", SMALL)))
    with pytest.raises(CheckpointError, match="state"):
        load_checkpoint(path)
