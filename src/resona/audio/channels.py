"""How do several channels become one, even where they would cancel?

Conventions: `Channels` is float32 of shape (n_samples, n_channels), `Mono` of shape (n_samples,), both nominally −1…1.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Channels = NDArray[np.float32]
Mono = NDArray[np.float32]

CANCELLED = 0.3  # power of the average, as a part of what unrelated channels would give: stereo that correlates by −0.7

_FAINTEST = 0.25  # power of the channel that is heard instead, as a part of the loudest one's
_EVERY = 8  # sample that is looked at: enough to compare powers


def to_mono(samples: Channels) -> Mono:
    """Average the channels, with equal weight whatever they are called: every decoder and format gives the same.

    Parameters
    ----------
    samples
        A column at a time: 0.3 ms for 10 s of stereo, where ``mean(axis=1)`` takes 6.

    Examples
    --------
    >>> to_mono(np.array([[0.0, 1.0], [0.5, 0.5]], dtype=np.float32))
    array([0.5, 0.5], dtype=float32)
    """
    n_channels = samples.shape[1]
    if n_channels == 1:
        return samples[:, 0]
    mono: Mono = samples[:, 0] + samples[:, 1]
    for channel in range(2, n_channels):
        mono += samples[:, channel]
    mono *= np.float32(1 / n_channels)
    return mono


class Downmix:
    """Averages the channels of a signal, block by block, and notes whether that leaves anything.

    One channel of a stereo pair that was wired the wrong way round, or the rears against the fronts, is the same sound
    to a listener and silence, or what a codec got wrong, in the average.

    Examples
    --------
    >>> tone = np.sin(np.arange(8000, dtype=np.float32))
    >>> downmix = Downmix()
    >>> blocks = list(downmix.average([np.stack([tone, -tone], axis=1)]))
    >>> float(np.ptp(blocks[0])), downmix.is_cancelled, downmix.channel
    (0.0, True, 0)
    """

    def __init__(self) -> None:
        self._powers = np.zeros(1)  # of each channel
        self._mixed_power = 0.0

    def average(self, blocks: Iterable[Channels]) -> Iterator[Mono]:
        """Yield each block's average."""
        for block in blocks:
            mono = to_mono(block)
            if block.shape[1] > 1:
                self._note(block[::_EVERY].astype(np.float64), mono[::_EVERY].astype(np.float64))
            yield mono

    @property
    def is_cancelled(self) -> bool:
        """Whether the channels extinguished each other."""
        return self._mixed_power * len(self._powers) < CANCELLED * float(self._powers.mean())

    @property
    def channel(self) -> int:
        """The first channel that is about as loud as the loudest."""
        return int(np.argmax(self._powers >= _FAINTEST * self._powers.max()))

    def _note(self, samples: NDArray[np.float64], mono: NDArray[np.float64]) -> None:
        powers = np.zeros(max(len(self._powers), samples.shape[1]))
        powers[: len(self._powers)] = self._powers
        with np.errstate(over="ignore", invalid="ignore"):  # no numbers: then nothing is said to cancel
            powers[: samples.shape[1]] += np.einsum("nc,nc->c", samples, samples)
            self._mixed_power += float(mono @ mono)
        self._powers = powers


def only(blocks: Iterable[Channels], channel: int) -> Iterator[Mono]:
    """Yield one channel of each block, the last where there are fewer.

    Examples
    --------
    >>> [block.tolist() for block in only([np.array([[1.0, 2.0]], dtype=np.float32)], 1)]
    [[2.0]]
    """
    for block in blocks:
        yield block[:, min(channel, block.shape[1] - 1)]
