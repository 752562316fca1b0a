"""Make one recording sound like many: all on log-mel spectrograms in dB, before the cepstrum is taken."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from resona.features.mfcc import TOP_DB

N_EQUALISER = 6  # cosines that make up a random equaliser


@dataclass(frozen=True)
class Augmentation:
    """How much is changed.

    Attributes
    ----------
    stretch
        Largest relative change of tempo.
    shift
        Largest change of pitch, in mel bands.
    equaliser_db
        Deviation of each cosine of the equaliser.
    low_pass, mask, mix, noise
        How often the top of the spectrum is cut (as codecs do), a stretch of time is silenced, another recording is
        mixed in, and a noise floor is added.
    """

    stretch: float = 0.1
    shift: int = 2
    equaliser_db: float = 1.0
    low_pass: float = 0.15
    mask: float = 0.0
    mix: float = 0.0
    noise: float = 0.0


def stretch(decibels: Tensor, n_frames: int) -> Tensor:
    """Play faster or slower: interpolate (batch, bands, any frames) to `n_frames`."""
    return decibels if decibels.shape[2] == n_frames else functional.interpolate(decibels, n_frames, mode="linear")


def _often(rng: np.random.Generator, chance: float, n: int) -> Tensor:
    return torch.from_numpy(rng.random(n) < chance)


def shift(decibels: Tensor, rng: np.random.Generator, largest: int) -> Tensor:
    """Move each example up or down by whole mel bands."""
    n, bands, _ = decibels.shape
    moves = torch.from_numpy(rng.integers(-largest, largest + 1, (n, 1)))
    index = (torch.arange(bands)[None, :] - moves).clamp(0, bands - 1)
    return decibels.gather(1, index[:, :, None].expand_as(decibels))


def mix(decibels: Tensor, rng: np.random.Generator, chance: float) -> tuple[Tensor, Tensor, Tensor]:
    """Add another example of the batch, at 0 to 12 dB less.

    Returns
    -------
    The mixtures; for each the index of the other example; and the share (batch,) of the first.
    """
    n = len(decibels)
    other = torch.from_numpy(rng.permutation(n))
    less = torch.from_numpy(rng.uniform(0, 12, n).astype(np.float32))
    level = decibels.amax(dim=(1, 2))
    second = decibels[other] + (level - level[other] - less)[:, None, None]
    scale = 10 / float(np.log(10))
    mixed = scale * torch.logaddexp(decibels / scale, second / scale)
    chosen = _often(rng, chance, n)
    share = torch.where(chosen, 1 / (1 + 10 ** (-less / 10)), torch.ones(n))
    return torch.where(chosen[:, None, None], mixed, decibels), other, share


def colour(decibels: Tensor, rng: np.random.Generator, options: Augmentation) -> Tensor:
    """Apply a random equaliser, noise floor, low pass, the floor 80 dB below the peak, and a time mask."""
    n, bands, frames = decibels.shape
    weights = rng.normal(0, options.equaliser_db, (n, N_EQUALISER)).astype(np.float32)
    waves = np.cos(np.pi * np.arange(1, N_EQUALISER + 1)[:, None] * (np.arange(bands) + 0.5) / bands)
    x = decibels + torch.from_numpy(weights @ waves.astype(np.float32))[:, :, None]
    peak = x.amax(dim=(1, 2), keepdim=True)
    depth = torch.from_numpy(rng.uniform(30, 70, (n, 1, 1)).astype(np.float32))
    x = torch.where(_often(rng, options.noise, n)[:, None, None], torch.maximum(x, peak - depth), x)
    cut = torch.from_numpy(rng.uniform(0.7, 1, (n, 1)) * bands)
    silent = (torch.arange(bands)[None, :] > cut) & _often(rng, options.low_pass, n)[:, None]
    x = torch.maximum(x.masked_fill(silent[:, :, None], -100.0), peak - TOP_DB)
    length = torch.from_numpy(rng.uniform(0.05, 0.3, (n, 1)) * frames)
    first = torch.from_numpy(rng.uniform(0, 1, (n, 1)) * frames)
    time = torch.arange(frames)[None, :]
    masked = (time >= first) & (time < first + length) & _often(rng, options.mask, n)[:, None]
    return torch.where(masked[:, None, :], x.mean(dim=2, keepdim=True), x)
