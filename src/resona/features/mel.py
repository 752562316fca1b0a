"""Which spectrogram was a network trained on?

Programs differ in the scale of the bands, the shape and area of the filters, the window, what lies beyond both ends of
a sound, and in how power is compressed. `MelConfig` names all of it, and `mel_spectrogram` computes any of them; MFCCs
are made of the same parts. Frequency comes first, time last. Results are librosa's, and with the scale "kaldi" those of
Kaldi's filters (golden tests).

References
----------
.. [1] M. Slaney, "Auditory Toolbox", Interval Research technical report 1998-010: the scale "slaney".
.. [2] S. Young et al., "The HTK Book", Cambridge University 2006: the scale "htk", 2595 log10(1 + f / 700).
.. [3] D. Povey et al., "The Kaldi speech recognition toolkit", ASRU 2011: the scale "kaldi", 1127 ln(1 + f / 700), with
   triangles that are straight in mel rather than in Hz, and nothing at half the sample rate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resona.config import check_choice, check_range
from resona.errors import ConfigError, FeatureError

Matrix = NDArray[np.float32]
Exact = NDArray[np.float64]

_BLOCK_FRAMES = 64  # transformed at once: they stay in the processor's cache, 2.3 ms a clip instead of 5.6
_SLANEY_LOG_STEP = np.log(6.4) / 27

SCALES: dict[str, tuple[Callable[[Exact], Exact], Callable[[Exact], Exact]]] = {
    "slaney": (
        lambda hz: np.where(hz < 1000, hz * 3 / 200, 15 + np.log(np.maximum(hz, 1.0) / 1000) / _SLANEY_LOG_STEP),
        lambda mel: np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * _SLANEY_LOG_STEP)),
    ),
    "htk": (lambda hz: 2595 * np.log10(1 + hz / 700), lambda mel: 700 * (10 ** (mel / 2595) - 1)),
    "kaldi": (lambda hz: 1127 * np.log1p(hz / 700), lambda mel: 700 * np.expm1(mel / 1127)),
}
WINDOWS: dict[str, Callable[[int], Exact]] = {
    "hann": lambda size: 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size),
    "hann_symmetric": np.hanning,
    "hamming": lambda size: np.hamming(size + 1)[:-1],
    "povey": lambda size: np.hanning(size) ** 0.85,
}
PADDINGS = {"reflect": "reflect", "zeros": "constant", "none": ""}
LOGS: dict[str, Callable[[Matrix], Matrix]] = {
    "none": lambda values: values,
    "ln": np.log,
    "log10": np.log10,
    "db": lambda values: 10 * np.log10(values),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MelConfig:
    """All that a mel spectrogram depends on.

    Attributes
    ----------
    sample_rate
        In Hz.
    n_fft, hop_length, win_length
        In samples; a window shorter than the transform is filled up with zeros. `win_length` 0 means `n_fft`.
    window
        "hann" or "hamming" (periodic), "hann_symmetric", or Kaldi's "povey".
    padding
        What lies beyond both ends, so that frames are centred: "reflect" or "zeros"; with "none" the first frame begins
        with the sound.
    preemphasis
        Share of each sample's predecessor that is taken off; the result is one sample shorter.
    n_mels, fmin, fmax
        Bands between two frequencies in Hz; `fmax` 0 means half the sample rate.
    scale, norm
        "slaney", "htk" or "kaldi"; and "slaney" for bands of equal area, "none" for triangles of height 1.
    power
        2 for power, 1 for magnitude.
    gain, offset, floor, log
        A band's value x becomes log(max(gain x + offset, floor)) with "ln", "log10", "db" (10 log10) or "none".
    is_relative, top_db
        Then the largest value is taken off, and what lies more than `top_db` below the largest is raised (0: nothing).
    centre, spread
        Then (value − centre) / spread.

    Examples
    --------
    >>> MelConfig(sample_rate=16000, n_fft=512, hop_length=256, n_mels=96).upper_hz
    8000.0
    """

    sample_rate: int
    n_fft: int
    hop_length: int
    n_mels: int
    win_length: int = 0
    window: str = "hann"
    padding: str = "reflect"
    preemphasis: float = 0.0
    fmin: float = 0.0
    fmax: float = 0.0
    scale: str = "slaney"
    norm: str = "slaney"
    power: int = 2
    gain: float = 1.0
    offset: float = 0.0
    floor: float = 1e-10
    log: str = "db"
    is_relative: bool = False
    top_db: float = 0.0
    centre: float = 0.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        check_range("sample_rate", self.sample_rate, 4000, 192_000)
        check_range("n_fft", self.n_fft, 64, 16_384)
        check_range("hop_length", self.hop_length, 16, self.n_fft)
        check_range("win_length", self.win_length, 0, self.n_fft)
        check_range("n_mels", self.n_mels, 1, self.n_fft // 2)
        check_range("preemphasis", self.preemphasis, 0, 1)
        check_range("gain", self.gain, 1e-12, 1e12)
        check_range("offset", self.offset, 0, 1e6)
        check_range("floor", self.floor, 0, 1e6)
        check_range("top_db", self.top_db, 0, 1000)
        check_range("centre", self.centre, -1e6, 1e6)
        check_range("spread", self.spread, 1e-6, 1e6)
        for name, known in _CHOICES.items():
            check_choice(name, getattr(self, name), known)
        if not 0 <= self.fmin < self.upper_hz <= self.sample_rate / 2:
            raise ConfigError(f"need 0 <= fmin < fmax <= sample_rate / 2, got fmin {self.fmin}, fmax {self.fmax}")
        if self.log != "none" and not self.offset + self.floor > 0:
            raise ConfigError("a logarithm needs an offset or a floor above 0: silence has no logarithm")

    @property
    def upper_hz(self) -> float:
        """Upper edge of the highest band, in Hz."""
        return self.fmax or self.sample_rate / 2


_CHOICES = {
    "window": tuple(WINDOWS),
    "padding": tuple(PADDINGS),
    "scale": tuple(SCALES),
    "norm": ("slaney", "none"),
    "power": (1, 2),
    "log": tuple(LOGS),
    "is_relative": (False, True),
}


def mel_spectrogram(samples: Matrix, config: MelConfig) -> Matrix:
    """Compute the spectrogram that a network was trained on.

    Parameters
    ----------
    samples
        Shape (n_samples,), mono, at ``config.sample_rate``.
    config
        All its settings.

    Returns
    -------
    Shape (n_mels, n_frames): of n samples 1 + n // hop_length frames, or with no padding those that lie whole in it.

    Raises
    ------
    FeatureError
        If `samples` is not a vector, is empty or too short for one frame, or holds a NaN or an infinity.

    Examples
    --------
    >>> config = MelConfig(sample_rate=16000, n_fft=512, hop_length=256, n_mels=96)
    >>> mel_spectrogram(np.zeros(16000, dtype=np.float32), config).shape
    (96, 63)
    """
    check_samples(samples)
    size = config.win_length or config.n_fft
    if config.preemphasis:
        samples = samples[1:] - np.float32(config.preemphasis) * samples[:-1]
    if mode := PADDINGS[config.padding]:
        before = config.n_fft // 2 - (config.n_fft - size) // 2
        samples = np.pad(samples, (before, size - before), mode=mode)  # type: ignore[call-overload]
    if len(samples) < size:
        raise FeatureError(f"samples must fill a window of {size}, got {len(samples)}")
    power = frame_power(samples, window_of(config.window, size), n_fft=config.n_fft, hop_length=config.hop_length)
    if config.power == 1:
        power = np.sqrt(power)
    bands = _filters(config) @ power
    values = LOGS[config.log](np.maximum(config.gain * bands + config.offset, config.floor).astype(np.float32))
    if config.is_relative:
        values = values - values.max()
    if config.top_db:
        values = np.maximum(values, values.max() - config.top_db)
    spectrogram: Matrix = ((values - config.centre) / config.spread).astype(np.float32)
    return spectrogram


def check_samples(samples: Matrix) -> None:
    """Refuse what is no signal.

    Raises
    ------
    FeatureError
        If it is not a vector, is empty, or holds a NaN or an infinity.

    Examples
    --------
    >>> check_samples(np.zeros(3, np.float32))
    """
    if samples.ndim != 1 or not len(samples):
        raise FeatureError(f"samples must be a non-empty vector, got shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise FeatureError("samples must be finite everywhere")


def frame_power(samples: Matrix, window: Matrix, *, n_fft: int, hop_length: int) -> Matrix:
    """Measure the power of each frequency in each frame that lies whole in a signal.

    Parameters
    ----------
    samples
        Shape (n_samples,), as many as the window at least.
    window
        Shape (size,), up to `n_fft`: what each frame is multiplied by.

    Returns
    -------
    Shape (n_fft // 2 + 1, 1 + (n_samples − size) // hop_length), power ≥ 0.

    Examples
    --------
    >>> frame_power(np.ones(10, np.float32), np.ones(4, np.float32), n_fft=4, hop_length=3).round(1)
    array([[16., 16., 16.],
           [ 0.,  0.,  0.],
           [ 0.,  0.,  0.]], dtype=float32)
    """
    from scipy.fft import rfft

    frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop_length]
    power = np.empty((n_fft // 2 + 1, len(frames)), dtype=np.float32)
    for start in range(0, len(frames), _BLOCK_FRAMES):
        block = slice(start, start + _BLOCK_FRAMES)
        spectrum = rfft(frames[block] * window, n=n_fft, axis=1)
        power[:, block] = (spectrum.real**2 + spectrum.imag**2).T
    return power


@lru_cache(maxsize=8)
def window_of(name: str, size: int) -> Matrix:
    """Give a window of `WINDOWS`, shape (size,); cached, so do not write to it.

    Examples
    --------
    >>> window_of("hann", 4).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    window: Matrix = WINDOWS[name](size).astype(np.float32)
    window.flags.writeable = False
    return window


def filter_bank(  # noqa: PLR0913 - settings
    *, sample_rate: int, n_fft: int, n_mels: int, fmin: float, fmax: float, scale: str = "slaney", norm: str = "slaney"
) -> Matrix:
    """Build triangular filters that are evenly spaced on a mel scale [1]_ [2]_ [3]_.

    Returns
    -------
    Shape (n_mels, n_fft // 2 + 1).

    Examples
    --------
    >>> filter_bank(sample_rate=16000, n_fft=512, n_mels=3, fmin=0, fmax=8000, norm="none").max(axis=1).round(2)
    array([0.99, 1.  , 1.  ], dtype=float32)
    """
    to_mel, to_hz = SCALES[scale]
    bins_hz: Exact = np.fft.rfftfreq(n_fft, 1 / sample_rate).astype(np.float64)
    lowest, highest = to_mel(np.array([fmin, fmax], np.float64)).tolist()
    edges: Exact = np.linspace(lowest, highest, n_mels + 2, dtype=np.float64)
    edges_hz = to_hz(edges)
    places, corners = (to_mel(bins_hz), edges) if scale == "kaldi" else (bins_hz, edges_hz)
    widths = np.diff(corners)
    ramps = corners[:, None] - places[None, :]
    rising = -ramps[:-2] / widths[:-1, None]
    falling = ramps[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    if scale == "kaldi":
        triangles[:, -1] = 0
    if norm == "slaney":
        triangles *= (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None]
    filters: Matrix = triangles.astype(np.float32)
    return filters


@lru_cache(maxsize=8)
def _filters(config: MelConfig) -> Matrix:
    return filter_bank(
        sample_rate=config.sample_rate,
        n_fft=config.n_fft,
        n_mels=config.n_mels,
        fmin=config.fmin,
        fmax=config.upper_hz,
        scale=config.scale,
        norm=config.norm,
    )
