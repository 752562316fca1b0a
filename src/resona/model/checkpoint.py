"""How are weights kept? As safetensors, with JSON beside them in the same file; nothing in it is ever executed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor, nn

from resona.errors import CheckpointError
from resona.files import written_whole


def pack_weights(module: nn.Module) -> bytes:
    """Write the weights of a network."""
    content: bytes = save({name: weights.detach().contiguous() for name, weights in module.state_dict().items()})
    return content


def unpack_weights(content: bytes, module: nn.Module) -> None:
    """Put weights into a network of the same shape.

    Raises
    ------
    CheckpointError
        If the content is damaged, or of a network of another shape.
    """
    try:
        module.load_state_dict(load(content))
    except (SafetensorError, RuntimeError) as error:
        raise CheckpointError(f"these weights do not fit the network: {error}") from error


def save_checkpoint(path: Path, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Write tensors and what belongs to them, whole or not at all.

    Parameters
    ----------
    path
        Replaced where it exists.
    tensors
        By name.
    state
        Anything that JSON can hold.
    """
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()}, {"state": json.dumps(state)})
    with written_whole(path) as draft:
        draft.write_bytes(content)


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `save_checkpoint` wrote.

    Raises
    ------
    CheckpointError
        If there is no such file, or it is damaged or not ours.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
            state = json.loads((file.metadata() or {})["state"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(f"{str(path)!r} cannot be used as a checkpoint ({error}); start training anew") from error
    return tensors, state
