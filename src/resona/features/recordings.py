"""Do two tracks hold the same recording?

Embeddings cannot tell: two songs of one band may lie as near to each other as one song and its remaster. The course of
the MFCCs over time can: shifted against each other, those of one recording agree almost frame by frame, however they
were encoded, equalised, amplified or trimmed.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

MOST_COEFFICIENTS = 30
SAME_RECORDING = 0.9  # `alignment` of two recordings that are one
LARGEST_SHIFT = 215  # frames: 5 seconds at 22,050 Hz and a hop of 512


def is_one_recording(a: NDArray[np.floating], b: NDArray[np.floating]) -> bool:
    """Say whether two tracks hold the same recording; shapes as for `alignment`.

    Examples
    --------
    >>> song, other = np.random.default_rng(0).standard_normal((2, 3, 20, 400))
    >>> is_one_recording(song, song * 0.5), is_one_recording(song, other)
    (True, False)
    """
    return np.array_equal(a, b) or alignment(a, b) >= SAME_RECORDING


def alignment(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Correlate the MFCCs of two tracks, clip by clip, at the shift at which they agree best.

    Coefficient 0, the level, is left out, and each coefficient's mean is taken off: so a gain and a fixed equaliser do
    not count.

    Parameters
    ----------
    a, b
        Shape (n_clips, n_mfcc, n_frames) each; clips are compared in order, as many as both have.

    Returns
    -------
    −1…1: the mean over the clips. Measured on 144 rendered songs and 40 real ones: 0.87 to 1.00 for a track and its
    re-encoded, louder or equalised copy, 0.92 to 0.98 if 1 or 2 seconds are cut off, mostly 0.7 to 0.9 in an added
    hall. Between two tracks: up to 0.74 for rendered songs of one band, below 0.38 for all but 17 of 3,434 pairs of
    neighbouring real tracks, the first of which are the same piece by name.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> song, other = rng.standard_normal((2, 3, 20, 400))
    >>> round(alignment(song[:, :, :350], 2 * song[:, :, 50:] + 1), 2), alignment(song, other) < 0.2
    (1.0, True)
    """
    n_clips, n_mfcc = min(len(a), len(b)), min(a.shape[1], b.shape[1], MOST_COEFFICIENTS)
    x, y = (_shape(features[:n_clips, 1:n_mfcc]) for features in (a, b))
    n_x, n_y = x.shape[2], y.shape[2]
    size = n_x + n_y
    products = np.fft.irfft((np.fft.rfft(x, size) * np.fft.rfft(y, size).conj()).sum(axis=1), size)
    shifts = np.arange(-LARGEST_SHIFT, LARGEST_SHIFT + 1)
    starts, ends = np.maximum(0, -shifts), np.minimum(n_y, n_x - shifts)  # of the frames of y that meet a frame of x
    is_enough = ends - starts >= min(n_x, n_y) / 2
    shifts, starts, ends = shifts[is_enough], starts[is_enough], ends[is_enough]
    energies = _energy(x, starts + shifts, ends + shifts) * _energy(y, starts, ends)
    correlations = products[:, shifts] / np.sqrt(np.maximum(energies, 1e-9))
    return float(correlations.max(axis=1).mean())


def _shape(features: NDArray[np.floating]) -> NDArray[np.float32]:
    values = features.astype(np.float32)
    return cast("NDArray[np.float32]", values - values.mean(axis=2, keepdims=True))


def _energy(values: NDArray[np.float32], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sum the squares of all coefficients from each start to each end: shape (n_clips, n_shifts)."""
    sums = np.pad((values**2).sum(axis=1, dtype=np.float64).cumsum(axis=1), ((0, 0), (1, 0)))
    return cast("NDArray[np.float64]", sums[:, ends] - sums[:, starts])
