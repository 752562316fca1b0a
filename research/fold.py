"""What the teachers' networks share: batch norm folded into convolutions, and filters over many bands as products."""

import torch
from torch import Tensor
from torch.nn import functional

N_STARTS = 10  # bands from which a filter starts in one product: more are more zeros, fewer are small products
N_TIMES = 7  # frames that a front end's filter sees
N_FRAMES = 16  # frames from which a filter over time starts in one product

Bank = tuple[Tensor, int]


def folded(state: dict[str, Tensor], name: str, epsilon: float = 1e-5) -> tuple[Tensor, Tensor]:
    """Batch norm as scale and shift."""
    mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
    scale = state[f"{name}.weight"] / (variance + epsilon).sqrt()
    return scale, state[f"{name}.bias"] - mean * scale


def toeplitz(kernel: Tensor) -> Bank:
    """Lay out filters (C, bands, 7) at each of `N_STARTS` bands: (7 × bands', starts × C), and C."""
    n_filters, height, _ = kernel.shape
    bank = torch.zeros(N_TIMES, height + N_STARTS - 1, N_STARTS, n_filters)
    for start in range(N_STARTS):
        bank[:, start : start + height, start] = kernel.permute(2, 1, 0)
    return bank.reshape(-1, N_STARTS * n_filters).bfloat16(), n_filters


def largest_response(x: Tensor, bank: Bank) -> Tensor:
    """Largest response of filters over the bands they can start from: (B, T, F) to (B, T, C).

    Blocks of bands, the last of which overlaps, so that few zeros of the bank are multiplied.
    """
    product, n_filters = bank
    height, n_bands = len(product) // N_TIMES, x.shape[2]
    padded = functional.pad(x.bfloat16(), (0, 0, N_TIMES // 2, N_TIMES // 2)).contiguous()
    largest = None
    for start in range(0, n_bands - height + N_STARTS, N_STARTS):
        first = min(start, n_bands - height)
        part = padded[:, :, first : first + height].contiguous()  # B T+6 F
        heard = part.flatten(1).unfold(1, N_TIMES * height, height).reshape(-1, N_TIMES * height)  # BT 7F
        out = largest_of((heard @ product).unflatten(1, (-1, n_filters)))
        largest = out if largest is None else torch.maximum(largest, out)
    return largest.unflatten(0, x.shape[:2])


def toeplitz_wave(kernel: Tensor) -> Bank:
    """Lay out filters over time (C, size) at each of `N_FRAMES` frames: (size + frames − 1, frames × C), and C."""
    n_filters, size = kernel.shape
    bank = torch.zeros(size + N_FRAMES - 1, N_FRAMES, n_filters)
    for start in range(N_FRAMES):
        bank[start : start + size, start] = kernel.T
    return bank.reshape(-1, N_FRAMES * n_filters).bfloat16(), n_filters


def largest_wave(x: Tensor, bank: Bank) -> Tensor:
    """Largest response over the bands of filters over time, "same" padding: (B, T, F) to (B, T, C)."""
    product, n_filters = bank
    reach = len(product) - N_FRAMES  # size − 1
    n_frames = x.shape[1]
    spare = -n_frames % N_FRAMES
    padded = functional.pad(x.bfloat16().mT, (reach // 2, reach - reach // 2 + spare))
    heard = padded.unfold(2, len(product), N_FRAMES).transpose(1, 2).flatten(0, 2)  # BT/16F size
    out = largest_of((heard @ product).unflatten(0, (-1, x.shape[2])))  # BT/16 16C
    return out.unflatten(0, (len(x), -1)).unflatten(2, (N_FRAMES, n_filters)).flatten(1, 2)[:, :n_frames]


def largest_of(x: Tensor) -> Tensor:
    """Maximum over the second axis, far quicker than a reduction."""
    while x.shape[1] % 2 == 0:
        half = x.shape[1] // 2
        x = torch.maximum(x[:, :half], x[:, half:])
    largest = x[:, 0]
    for i in range(1, x.shape[1]):
        largest = torch.maximum(largest, x[:, i])
    return largest
