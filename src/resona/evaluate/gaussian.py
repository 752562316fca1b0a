"""How alike are two tracks if each is one Gaussian over its MFCC frames? The classic that every new method must beat.

References
----------
.. [1] M. Mandel and D. Ellis, "Song-level features and support vector machines for music classification", ISMIR 2005.
.. [2] D. Schnitzer, A. Flexer, M. Schedl and G. Widmer, "Local and global scaling reduce hubs in space", JMLR 13, 2012.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

N_MFCC = 20  # as in [1]_
RIDGE = 1e-3  # of the mean variance, so that a short or synthetic track has an inverse


def gaussian_divergences(tracks: Iterable[NDArray[np.floating]]) -> NDArray[np.float64]:
    """Compare tracks by the symmetric Kullback-Leibler divergence of their Gaussians [1]_.

    Parameters
    ----------
    tracks
        For each its clips, (n_clips, n_mfcc, n_frames); the first 20 coefficients are used.

    Returns
    -------
    Shape (n, n), at least 0, symmetric, 0 on the diagonal.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> tracks = [rng.normal(offset, 1, (1, 20, 500)) for offset in (0, 0, 3)]
    >>> divergences = gaussian_divergences(tracks)
    >>> bool(divergences[0, 1] < divergences[0, 2])
    True
    """
    means, covariances = zip(*(_gaussian(clips) for clips in tracks), strict=True)
    mean, covariance = np.stack(means), np.stack(covariances)
    precision = np.linalg.inv(covariance)
    n, d = mean.shape
    traces = covariance.reshape(n, -1) @ precision.reshape(n, -1).T  # tr(Σp Λq): both are symmetric
    outer = np.einsum("ni,nj->nij", mean, mean).reshape(n, -1) @ precision.reshape(n, -1).T  # μpᵀ Λq μp
    projected = np.einsum("nij,nj->ni", precision, mean)  # Λq μq
    crossed = mean @ projected.T  # μpᵀ Λq μq
    own = np.einsum("ni,ni->n", mean, projected)
    shifts = outer - 2 * crossed + own[None, :]  # (μp − μq)ᵀ Λq (μp − μq)
    one_way = 0.5 * (traces + shifts - d)
    divergences: NDArray[np.float64] = np.maximum(one_way + one_way.T, 0)
    np.fill_diagonal(divergences, 0)
    return divergences


def _gaussian(clips: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    frames = clips[:, :N_MFCC].astype(np.float64).transpose(1, 0, 2).reshape(min(N_MFCC, clips.shape[1]), -1)
    covariance = np.cov(frames)
    ridge = RIDGE * np.trace(covariance) / len(covariance) + 1e-9
    return frames.mean(axis=1), covariance + ridge * np.eye(len(covariance))
