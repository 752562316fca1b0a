"""Which numbers describe the timbre of a sound?

Conventions: `samples` are mono float32 in −1…1; matrices have frequency first and time last; frame `t` is centred on
sample ``t * hop_length``. All settings are librosa's, under librosa's names, and so are the results (golden tests).
This file knows nothing of files or stores.

References
----------
.. [1] S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
   continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980.
.. [2] M. Slaney, "Auditory Toolbox", Interval Research technical report 1998-010: the mel scale used here.
.. [3] B. McFee et al., "librosa: Audio and music signal analysis in Python", SciPy 2015.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.errors import ConfigError, FeatureError
from resona.features.mel import check_samples, filter_bank, frame_power, window_of

Matrix = NDArray[np.float32]

FLOOR_POWER = 1e-10  # librosa's `amin`: −100 dB
TOP_DB = 80.0  # librosa's dynamic range below the loudest value

_BLOCK_BANDS = 8  # filtered at once: neighbours lie close together, 0.1 ms a clip instead of 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureConfig:
    """Settings of the front end; its fingerprint is stored with every matrix.

    Attributes
    ----------
    sample_rate
        In Hz; every signal is resampled to it.
    n_fft, hop_length
        Analysis window and step, in samples.
    n_mels, fmin, fmax
        Mel bands between two frequencies in Hz; `fmax` 0 means half the sample rate.
    n_mfcc
        Coefficients kept, the first (the level) included.
    clip_seconds, n_clips
        What is heard of a track; `n_clips` 0 means all of it, as one clip.

    Examples
    --------
    >>> FeatureConfig().n_frames
    431
    """

    sample_rate: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float = 0.0
    n_mfcc: int = 40
    clip_seconds: float = 10.0
    n_clips: int = 3

    def __post_init__(self) -> None:
        check_range("sample_rate", self.sample_rate, 4000, 192_000)
        check_range("n_fft", self.n_fft, 64, 32_768)
        check_range("hop_length", self.hop_length, 16, self.n_fft)
        check_range("n_mels", self.n_mels, 8, self.n_fft // 2)
        check_range("n_mfcc", self.n_mfcc, 1, self.n_mels)
        check_range("clip_seconds", self.clip_seconds, 1.0, 120.0)
        check_range("n_clips", self.n_clips, 0, 24)
        if not 0 <= self.fmin < self.upper_hz <= self.sample_rate / 2:
            raise ConfigError(f"need 0 <= fmin < fmax <= sample_rate / 2, got fmin {self.fmin}, fmax {self.fmax}")

    @property
    def upper_hz(self) -> float:
        """Upper edge of the highest mel band, in Hz."""
        return self.fmax or self.sample_rate / 2

    @property
    def n_frames(self) -> int:
        """Frames of a full clip."""
        return 1 + int(self.clip_seconds * self.sample_rate) // self.hop_length


def power_spectrogram(samples: Matrix, config: FeatureConfig) -> Matrix:
    """Measure the power of each frequency in each frame.

    Hann window, centred frames, zeros beyond both ends.

    Parameters
    ----------
    samples
        Shape (n_samples,), mono.
    config
        `n_fft` and `hop_length` are used.

    Returns
    -------
    Shape (n_fft // 2 + 1, 1 + n_samples // hop_length), power ≥ 0.

    Raises
    ------
    FeatureError
        If `samples` is not a vector, is empty, or holds a NaN or an infinity.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050).astype(np.float32)
    >>> power = power_spectrogram(tone, FeatureConfig())
    >>> power.shape
    (1025, 44)
    >>> int(power[:, 20].argmax() * 22050 / 2048)
    1001
    """
    check_samples(samples)
    padded = np.pad(samples.astype(np.float32, copy=False), config.n_fft // 2)
    return frame_power(padded, window_of("hann", config.n_fft), n_fft=config.n_fft, hop_length=config.hop_length)


def log_mel(power: Matrix, config: FeatureConfig) -> Matrix:
    """Sum power into mel bands and take decibels, as the ear roughly does.

    Parameters
    ----------
    power
        Shape (n_fft // 2 + 1, n_frames), from `power_spectrogram`.
    config
        `sample_rate`, `n_fft`, `n_mels`, `fmin` and `fmax` are used.

    Returns
    -------
    Shape (n_mels, n_frames), in dB; nothing lies more than 80 dB below the loudest value.

    Raises
    ------
    FeatureError
        If the number of rows is not ``n_fft // 2 + 1``.

    Examples
    --------
    >>> log_mel(np.ones((1025, 2), dtype=np.float32), FeatureConfig()).shape
    (128, 2)
    """
    if power.ndim != 2 or len(power) != config.n_fft // 2 + 1:
        raise FeatureError(f"power must be ({config.n_fft // 2 + 1}, n_frames), got shape {power.shape}")
    bands = mel_bands(power, config)
    decibels = 10.0 * np.log10(np.maximum(bands, np.float32(FLOOR_POWER)))
    clipped: Matrix = np.maximum(decibels, decibels.max() - np.float32(TOP_DB))
    return clipped


def cepstrum(log_mel: Matrix, *, n_mfcc: int = 40) -> Matrix:
    """Turn a log-mel spectrogram into MFCCs.

    The type-II DCT decorrelates the mel bands of each frame; its first `n_mfcc` coefficients keep the smooth spectral
    envelope, which is what we hear as timbre, and drop the pitch-dependent detail above it [1]_.

    Parameters
    ----------
    log_mel
        Shape (n_mels, n_frames), in dB.
    n_mfcc
        Number of coefficients to keep, 1 to n_mels. Coefficient 0 is the frame's level; it is kept, so that callers
        may choose to drop it.

    Returns
    -------
    Shape (n_mfcc, n_frames), in the units of `log_mel`.

    Raises
    ------
    FeatureError
        If `log_mel` is not a matrix or holds a NaN or an infinity, or if `n_mfcc` is out of range.

    Examples
    --------
    A flat spectrum has no shape: all but coefficient 0 are zero.

    >>> flat = np.full((128, 3), -20.0, dtype=np.float32)
    >>> cepstrum(flat, n_mfcc=4).round(2) + 0.0
    array([[-226.27, -226.27, -226.27],
           [   0.  ,    0.  ,    0.  ],
           [   0.  ,    0.  ,    0.  ],
           [   0.  ,    0.  ,    0.  ]], dtype=float32)
    """
    if log_mel.ndim != 2:
        raise FeatureError(f"log_mel must be (n_mels, n_frames), got shape {log_mel.shape}")
    if not 1 <= n_mfcc <= len(log_mel):
        raise FeatureError(f"n_mfcc must be 1 to {len(log_mel)} (n_mels), got {n_mfcc}")
    if not np.isfinite(log_mel).all():
        raise FeatureError("log_mel must be finite everywhere")
    return _dct_basis(len(log_mel), n_mfcc) @ log_mel.astype(np.float32, copy=False)


def mfcc(samples: Matrix, config: FeatureConfig) -> Matrix:
    """Describe a signal by its mel-frequency cepstral coefficients.

    Parameters
    ----------
    samples
        Shape (n_samples,), mono, at ``config.sample_rate``.
    config
        The front end.

    Returns
    -------
    Shape (n_mfcc, 1 + n_samples // hop_length), in dB.

    Raises
    ------
    FeatureError
        If `samples` is not a finite, non-empty vector.

    Examples
    --------
    >>> mfcc(np.zeros(22050, dtype=np.float32), FeatureConfig(n_mfcc=13)).shape
    (13, 44)
    """
    return cepstrum(log_mel(power_spectrogram(samples, config), config), n_mfcc=config.n_mfcc)


def mel_bands(power: Matrix, config: FeatureConfig) -> Matrix:
    """Sum power into mel bands: `mel_filters` times `power`, without the zeros that most of the filters are.

    Parameters
    ----------
    power
        Shape (n_fft // 2 + 1, n_frames).
    config
        As for `mel_filters`.

    Returns
    -------
    Shape (n_mels, n_frames), power.

    Examples
    --------
    >>> power = np.ones((1025, 2), dtype=np.float32)
    >>> bool(np.allclose(mel_bands(power, FeatureConfig()), mel_filters(FeatureConfig()) @ power))
    True
    """
    return np.concatenate([filters @ power[bins] for filters, bins in _filter_blocks(config)])


@lru_cache(maxsize=8)
def mel_filters(config: FeatureConfig) -> Matrix:
    """Build triangular filters that are evenly spaced on Slaney's mel scale and have equal area [2]_.

    Returns
    -------
    Shape (n_mels, n_fft // 2 + 1); cached, so do not write to it.

    Examples
    --------
    >>> mel_filters(FeatureConfig()).shape
    (128, 1025)
    """
    filters = filter_bank(
        sample_rate=config.sample_rate,
        n_fft=config.n_fft,
        n_mels=config.n_mels,
        fmin=config.fmin,
        fmax=config.upper_hz,
    )
    filters.flags.writeable = False
    return filters


@lru_cache(maxsize=8)
def _filter_blocks(config: FeatureConfig) -> list[tuple[Matrix, slice]]:
    """Cut the filters into blocks of neighbours, each with the bins that they weigh."""
    blocks = []
    for filters in np.split(mel_filters(config), range(_BLOCK_BANDS, config.n_mels, _BLOCK_BANDS)):
        weighed = np.flatnonzero(filters.any(axis=0))
        bins = slice(weighed[0], weighed[-1] + 1) if len(weighed) else slice(0, 1)  # bands may fall between bins
        blocks.append((np.ascontiguousarray(filters[:, bins]), bins))
    return blocks


@lru_cache(maxsize=8)
def _dct_basis(n_mels: int, n_mfcc: int) -> Matrix:
    """Rows of the orthonormal type-II DCT."""
    angles = np.pi / n_mels * (np.arange(n_mels) + 0.5) * np.arange(n_mfcc)[:, None]
    basis = np.cos(angles) * np.sqrt(2.0 / n_mels)
    basis[0] /= np.sqrt(2.0)
    rows: Matrix = basis.astype(np.float32)
    return rows
