"""MusiCNN in PyTorch, read straight from its TensorFlow checkpoint: a teacher of the base model.

`pip download --no-deps musicnn==0.1.0` fetches the wheel (ISC licence) with the weights `MSD_musicnn` (trained on the
Million Song Dataset) and `MTT_musicnn` (MagnaTagATune). TensorFlow is not needed.

References
----------
.. [1] J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR
   late-breaking, 2019.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from fold import Bank, largest_response, largest_wave, toeplitz, toeplitz_wave
from resona.inference.musicnn import EPSILON, read_checkpoint


class Musicnn(nn.Module):
    """The network up to its 200-d penultimate layer.

    Parameters
    ----------
    folder
        A checkpoint, such as ``musicnn/MSD_musicnn``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        with (folder / ".index").open("rb") as index, (folder / ".data-00000-of-00001").open("rb") as raw:
            tensors = read_checkpoint(index, raw)
        for key, value in tensors.items():
            self.register_buffer(key.replace("/", "__"), torch.from_numpy(value.copy()))

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
    def _banks(self) -> list[Bank]:
        """The five filter banks of the front end, turned so that their largest response matters."""
        kernels = [self._filters(number)[0][:, :, 0] * self._sign(number) for number in range(5)]  # time, bands, C
        return [toeplitz(k.permute(2, 1, 0)) if len(k) == 7 else toeplitz_wave(k[:, 0].T) for k in kernels]

    def _front(self, x: Tensor) -> Iterator[Tensor]:
        """Responses of the five filter banks to (batch, frames, bands), the largest over the bands: B C T."""
        for number, bank in enumerate(self._banks):
            kernel, bias = self._filters(number)
            out = largest_response(x, bank) if len(kernel) == 7 else largest_wave(x, bank)
            out = functional.relu(out.float() * self._sign(number) + bias)
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

    def tags(self, vectors: Tensor) -> Tensor:
        """Say how likely each of the 50 tags is, from vectors (batch, 200): (batch, 50)."""
        likely: Tensor = (vectors @ self.dense_1__kernel + self.dense_1__bias).sigmoid()
        return likely
