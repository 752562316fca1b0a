"""EfficientAT's MN04, a tagger of all that sounds: a teacher of the base model.

`mn04_as.pt` (MIT licence) holds its weights: MobileNetV3-large at width 0.4, trained on AudioSet.

References
----------
.. [1] F. Schmid, K. Koutini and G. Widmer, "Efficient large-scale audio tagging via transformer-to-CNN knowledge
   distillation", ICASSP 2023.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from fold import folded
from resona.features.mel import filter_bank
from won import read_weights

SAMPLE_RATE, N_FFT, HOP, WINDOW, N_BANDS, UPPER_HZ = 32000, 1024, 320, 800, 128, 15000.0
EPSILON = 1e-3
STRIDED = (2, 4, 7, 13)  # blocks that halve bands and frames, after the first convolution
RECTIFIED = 6  # the last block with plain rectifiers; those after it are hard-swish


def kaldi_filters() -> Tensor:
    """Triangles in mel, shape (513, 128)."""
    filters = filter_bank(
        sample_rate=SAMPLE_RATE, n_fft=N_FFT, n_mels=N_BANDS, fmin=0, fmax=UPPER_HZ, scale="kaldi", norm="none"
    )
    return torch.from_numpy(filters.T.copy())


class Mn04(nn.Module):
    """The network up to its 384-d embedding."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.state = read_weights(path)
        self.filters = kaldi_filters()
        self.window = torch.hann_window(WINDOW, periodic=False)
        self.kernels = {}
        for name in [key.removesuffix(".0.weight") for key in self.state if key.endswith(".0.weight")]:
            kernel = self.state[f"{name}.0.weight"]
            scale, shift = folded(self.state, f"{name}.1", EPSILON)
            kernel = (kernel * scale[:, None, None, None]).contiguous(memory_format=torch.channels_last)
            self.kernels[name] = kernel, shift

    def spectrogram(self, samples: Tensor) -> Tensor:
        """Log-mel spectrogram of sound at 32 kHz: (batch, samples) to (batch, 128, frames)."""
        emphasised = samples[:, 1:] - 0.97 * samples[:, :-1]
        spectrum = torch.stft(
            emphasised, N_FFT, HOP, WINDOW, self.window, center=True, pad_mode="reflect", return_complex=True
        )
        power = spectrum.real.square() + spectrum.imag.square()
        return ((power.mT @ self.filters + 1e-5).log().mT + 4.5) / 5

    def _convolve(self, x: Tensor, name: str, stride: int = 1) -> Tensor:
        kernel, bias = self.kernels[name]
        groups = x.shape[1] if kernel.shape[1] == 1 and x.shape[1] > 1 else 1
        return functional.conv2d(x, kernel, bias, stride, kernel.shape[2] // 2, groups=groups)

    def _squeeze(self, x: Tensor, name: str) -> Tensor:
        weights = x.mean(dim=(2, 3))
        weights = functional.linear(weights, self.state[f"{name}.fc1.weight"], self.state[f"{name}.fc1.bias"]).relu()
        weights = functional.linear(weights, self.state[f"{name}.fc2.weight"], self.state[f"{name}.fc2.bias"]).sigmoid()
        return x * weights[:, :, None, None]

    def _block(self, x: Tensor, number: int) -> Tensor:
        """One inverted residual: widen, look around, weigh the channels, narrow."""
        name, out, act = f"features.{number}.block", x, functional.relu if number <= RECTIFIED else functional.hardswish
        parts = sorted({key.split(".")[3] for key in self.state if key.startswith(name + ".")}, key=int)
        for part in parts:
            if f"{name}.{part}.conc_se_layers.0.fc1.weight" in self.state:
                out = self._squeeze(out, f"{name}.{part}.conc_se_layers.0")
                continue
            kernel = self.kernels[f"{name}.{part}"][0]
            stride = 2 if number in STRIDED and kernel.shape[2] > 1 else 1
            out = self._convolve(out, f"{name}.{part}", stride)
            out = act(out) if part != parts[-1] else out
        return out + x if out.shape == x.shape else out

    def forward(self, spectrogram: Tensor) -> Tensor:
        """Describe windows (batch, 128, frames): (batch, 384)."""
        x = spectrogram[:, None].contiguous(memory_format=torch.channels_last)
        x = functional.hardswish(self._convolve(x, "features.0", 2))
        for number in range(1, 16):
            x = self._block(x, number)
        return functional.hardswish(self._convolve(x, "features.16")).mean(dim=(2, 3)).float()

    def tags(self, vectors: Tensor) -> Tensor:
        """Say how likely each of AudioSet's 527 classes is, from vectors (batch, 384): (batch, 527)."""
        hidden = functional.linear(vectors, self.state["classifier.2.weight"], self.state["classifier.2.bias"])
        hidden = functional.hardswish(hidden)
        return functional.linear(hidden, self.state["classifier.5.weight"], self.state["classifier.5.bias"]).sigmoid()
