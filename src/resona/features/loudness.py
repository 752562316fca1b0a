"""How loud is a track, as broadcasters measure it?

Works on the power spectrograms that the MFCCs are made of: by Parseval's theorem the mean square of a filtered signal
is the sum of its power spectrum times the filter's squared gain, so the K-weighting of ITU-R BS.1770 [1]_ costs one
product instead of two filters. Against pyloudnorm 0.2.0 on 99 clips of real music: 0.04 LU higher on average, within
0.08 LU for 95 % of them, at most 0.32. Above 11 kHz, half the sample rate of a scan, nothing is measured.

References
----------
.. [1] Recommendation ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak audio level", 2015.
.. [2] EBU R 128, "Loudness normalisation and permitted maximum level of audio signals", 2020.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resona.features.mfcc import FeatureConfig, Matrix

BLOCK_SECONDS, STEP_SECONDS = 0.4, 0.1
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0
OFFSET_DB = -0.691
DUAL_MONO_DB = 10 * float(np.log10(2.0))

# Numerators and denominators at 48 kHz, tables 1 and 2 of [1]: the head's shelf, then the low-cut.
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


def integrated_loudness(powers: Sequence[Matrix], config: FeatureConfig) -> float | None:
    """Measure the gated programme loudness of a track's clips.

    Blocks of 400 ms that lie below −70 LUFS, or more than 10 LU below the others, do not count [1]_ [2]_.

    The clips are mixdowns to one channel, and a player sends that to two loudspeakers: like players, this counts the
    channel twice (+3 dB, "dual mono"). So a track whose channels are equal gets the value that its stereo file has, and
    one whose channels have nothing in common 3 dB less. On 60 stereo tracks the mixdown cost 1.0 LU on average
    (standard deviation 0.8); three clips instead of the whole track made a median difference of 0.8 LU in all.

    Parameters
    ----------
    powers
        One per clip, shape (n_fft // 2 + 1, n_frames), from `power_spectrogram`.
    config
        The front end that made them.

    Returns
    -------
    In LUFS; None where everything is below −70 LUFS, that is, silent.

    Examples
    --------
    A sine of 997 Hz at full scale in one channel reads −3.01 LUFS by definition, so in two channels 0.

    >>> from resona.features.mfcc import power_spectrogram
    >>> tone = np.sin(2 * np.pi * 997 * np.arange(110250) / 22050).astype(np.float32)
    >>> loudness = integrated_loudness([power_spectrogram(tone, FeatureConfig())], FeatureConfig())
    >>> abs(loudness) < 0.05
    True
    """
    blocks = np.concatenate([_block_powers(power, config) for power in powers])
    levels = OFFSET_DB + DUAL_MONO_DB + 10 * np.log10(np.maximum(blocks, 1e-12))
    is_heard = levels > ABSOLUTE_GATE_LUFS
    if not is_heard.any():
        return None
    gate = _mean_level(levels[is_heard]) + RELATIVE_GATE_LU
    return _mean_level(levels[is_heard & (levels > gate)])


def _mean_level(levels: NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def _block_powers(power: Matrix, config: FeatureConfig) -> NDArray[np.float64]:
    """K-weighted mean square of each block; frames that hang over the clip's ends are left out if others remain."""
    frames = (_k_weights(config) @ power).astype(np.float64)
    overhang = -(-config.n_fft // (2 * config.hop_length))
    frames = frames[overhang:-overhang] if len(frames) > 2 * overhang else frames
    frame_seconds = config.hop_length / config.sample_rate
    length = min(round(BLOCK_SECONDS / frame_seconds), len(frames))
    step = max(round(STEP_SECONDS / frame_seconds), 1)
    blocks = np.lib.stride_tricks.sliding_window_view(frames, length)[::step]
    powers: NDArray[np.float64] = blocks.mean(axis=1)
    return powers


@lru_cache(maxsize=4)
def _k_weights(config: FeatureConfig) -> Matrix:
    """Per frequency: squared gain of both filters, times the constant that makes the sum a mean square."""
    bins_hz = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    z = np.exp(-2j * np.pi * bins_hz / 48_000)
    gain = np.ones(len(bins_hz))
    for numerator, denominator in _STAGES:
        gain *= np.abs(np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)) ** 2
    sides = np.where((bins_hz == 0) | (bins_hz == config.sample_rate / 2), 1.0, 2.0)
    hann_power = 3 / 8 * config.n_fft  # sum of the squared window
    weights: Matrix = (gain * sides / (config.n_fft * hann_power)).astype(np.float32)
    return weights
