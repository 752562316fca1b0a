"""Three taggers of Won, Ferraro, Bogdanov and Serra (2020): teachers of the base model.

`msd_fcn.pth`, `jamendo_fcn.pth` and `jamendo_musicnn.pth` (MIT licence) hold their weights. All read the same
spectrogram: 96 bands in decibels of sound at 16 kHz. Shape comments: B windows, F bands, T frames, C channels.

References
----------
.. [1] M. Won, A. Ferraro, D. Bogdanov and X. Serra, "Evaluation of CNN-based automatic music tagging models", SMC 2020.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from fold import folded, largest_response, toeplitz

POOLS = ((2, 4), (2, 4), (2, 4), (3, 5), (4, 4))  # bands, frames
N_LAST = 5  # frames that the last convolution sees
PERIOD = 320  # frames: as long as the first four pools take together


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict without running anything in it."""
    state: dict[str, Tensor] = torch.load(path, weights_only=True, map_location="cpu")
    return state


class Fcn(nn.Module):
    """Five convolutions; hears a sound of some 20 seconds, or a shorter one over and over.

    Repeating is not computed: where the number of frames is a multiple of `PERIOD`, convolutions that wrap around give
    nearly the same.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        state = read_weights(path)
        self.filter_bank = state["spec.mel_scale.fb"]
        self.scale, self.shift = folded(state, "spec_bn")
        self.layers = []
        for number in range(1, 6):
            kernel, bias = state[f"layer{number}.conv.weight"], state[f"layer{number}.conv.bias"]
            scale, shift = folded(state, f"layer{number}.bn")
            kernel = (kernel * scale[:, None, None, None]).contiguous(memory_format=torch.channels_last)
            self.layers.append((kernel.bfloat16(), (bias * scale + shift).bfloat16()))
        self.dense, self.bias = state["dense.weight"], state["dense.bias"]

    def forward(self, decibels: Tensor) -> Tensor:
        """Describe windows (batch, frames, 96), frames a multiple of `PERIOD`: (batch, 64)."""
        x = (decibels.mT * self.scale + self.shift)[:, None].bfloat16()  # B 1 F T
        for number, ((kernel, bias), (bands, frames)) in enumerate(zip(self.layers, POOLS, strict=True)):
            if number < len(POOLS) - 1:
                x = torch.cat([x[..., -1:], x, x[..., :1]], dim=3)
            else:  # the last sees the ends of the original's 29 s
                x = functional.pad(x.repeat(1, 1, 1, N_LAST)[..., :N_LAST], (1, 1))
            if number:
                x = x.contiguous(memory_format=torch.channels_last)
                x = functional.conv2d(x, kernel, bias, padding=(1, 0))
            else:
                x = _first(x[:, 0], kernel, bias)
            x = functional.max_pool2d(x, (bands, frames)).relu_()
        return x.amax(dim=(2, 3)).float()

    def tags(self, vectors: Tensor) -> Tensor:
        """Say how likely each of the 50 tags is, from vectors (batch, 64): (batch, 50)."""
        return (vectors @ self.dense.T + self.bias).sigmoid()


class WonMusicnn(nn.Module):
    """The variant of MusiCNN that [1]_ trained on Jamendo; hears patches of 3 s."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        state = read_weights(path)
        self.filter_bank = state["spec.mel_scale.fb"]
        self.scale, self.shift = folded(state, "spec_bn")
        self.banks, self.waves, self.middle = [], [], []
        for number in range(2):
            scale, shift = folded(state, f"layers.{number}.bn")
            kernel = state[f"layers.{number}.conv.weight"][:, 0] * scale[:, None, None]  # C F 7
            self.banks.append((toeplitz(kernel), state[f"layers.{number}.conv.bias"] * scale + shift))
        for name in [f"layers.{number}" for number in (2, 3, 4)]:
            scale, shift = folded(state, f"{name}.bn")
            kernel = state[f"{name}.conv.weight"] * scale[:, None, None]
            self.waves.append((kernel, state[f"{name}.conv.bias"] * scale + shift))
        for name in ("layer1", "layer2", "layer3"):
            scale, shift = folded(state, f"{name}.bn")
            kernel = state[f"{name}.conv.weight"] * scale[:, None, None]
            self.middle.append((kernel, state[f"{name}.conv.bias"] * scale + shift))
        scale, shift = folded(state, "bn")
        self.dense1 = state["dense1.weight"] * scale[:, None], state["dense1.bias"] * scale + shift
        self.dense2 = state["dense2.weight"], state["dense2.bias"]

    def forward(self, decibels: Tensor) -> Tensor:
        """Describe patches (batch, 187, 96): (batch, 200)."""
        x = decibels * self.scale + self.shift  # B T F
        parts = [(largest_response(x, bank) + bias).relu().mT for bank, bias in self.banks]  # B C T
        level = x.mean(dim=2)[:, None]
        parts += [functional.conv1d(level, k, bias, padding=k.shape[2] // 2).relu() for k, bias in self.waves]
        layers = [torch.cat(parts, dim=1)]
        for number, (kernel, bias) in enumerate(self.middle):
            out = functional.conv1d(layers[-1], kernel, bias, padding=3).relu()
            layers.append(out + layers[-1] if number else out)
        x = torch.cat(layers, dim=1)
        pooled = torch.cat([x.amax(dim=2), x.mean(dim=2)], dim=1).float()
        return functional.linear(pooled, *self.dense1).relu()

    def tags(self, vectors: Tensor) -> Tensor:
        """Say how likely each of the 50 tags is, from vectors (batch, 200): (batch, 50)."""
        return functional.linear(vectors, *self.dense2).sigmoid()


def _first(x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Convolve a single map (B, F, T + 2) as one product, which is quicker: (B, C, F, T), channels last."""
    n_bands, n_frames = x.shape[1], x.shape[2] - 2
    x = functional.pad(x, (0, 0, 1, 1))
    seen = [x[:, i : i + n_bands, j : j + n_frames] for i in range(3) for j in range(3)]
    out = functional.linear(torch.stack(seen, dim=3), kernel.reshape(len(kernel), 9), bias)  # B F T C
    return out.permute(0, 3, 1, 2)
