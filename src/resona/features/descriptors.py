"""What would a listener say about a track: fast or slow, in which key, how loud, how bright, how intense?

All is measured on the power spectrograms that the MFCCs are made of, so that a scan transforms the audio once. Values
that cannot be determined (silence, no beat, a track of two seconds) are None. Whether somebody sings is not among them:
an honest guess needs a trained detector and labelled songs to measure it on. How right the values are is said in
docs/descriptors.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from resona.config import check_range
from resona.errors import ConfigError, FeatureError
from resona.features.key import measure_key
from resona.features.loudness import integrated_loudness
from resona.features.mfcc import FeatureConfig, Matrix, mel_filters
from resona.features.tempo import N_BANDS, Vector, measure_pulse, onset_strength

KEY_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptorConfig:
    """Settings of the descriptors.

    Attributes
    ----------
    tempo_min_bpm, tempo_max_bpm
        Tempi outside are given as their double or half.

    Examples
    --------
    >>> DescriptorConfig().tempo_max_bpm
    220.0
    """

    tempo_min_bpm: float = 50.0
    tempo_max_bpm: float = 220.0

    def __post_init__(self) -> None:
        check_range("tempo_min_bpm", self.tempo_min_bpm, 20, 200)
        check_range("tempo_max_bpm", self.tempo_max_bpm, 40, 400)
        if self.tempo_max_bpm < 2 * self.tempo_min_bpm:
            raise ConfigError(
                f"tempo_max_bpm must be at least twice tempo_min_bpm, got {self.tempo_min_bpm} to {self.tempo_max_bpm}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """What is measured of a track; None where it cannot be determined.

    Attributes
    ----------
    tempo_bpm, tempo_confidence
        Beats per minute; how sure (0–1).
    key, mode, key_confidence
        Semitones above C; "major" or "minor"; how sure (0–1).
    loudness_lufs
        Integrated loudness of the clips, mixed to mono.
    energy
        Perceived intensity, 0–1.
    brightness_hz
        Spectral centroid.
    pulse_clarity
        How clear the beat is, 0–1.
    """

    tempo_bpm: float | None
    tempo_confidence: float | None
    key: int | None
    mode: str | None
    key_confidence: float | None
    loudness_lufs: float | None
    energy: float | None
    brightness_hz: float | None
    pulse_clarity: float | None


def describe(powers: Sequence[Matrix], config: FeatureConfig, settings: DescriptorConfig | None = None) -> Descriptors:
    """Measure all descriptors of a track.

    Parameters
    ----------
    powers
        One per clip, shape (n_fft // 2 + 1, n_frames), from `power_spectrogram`.
    config
        The front end that made them.
    settings
        Default: ``DescriptorConfig()``.

    Raises
    ------
    FeatureError
        If there is no clip.

    Examples
    --------
    >>> from resona.features.mfcc import power_spectrogram
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(220500) / 22050).astype(np.float32)
    >>> descriptors = describe([power_spectrogram(tone, FeatureConfig())], FeatureConfig())
    >>> descriptors.key, round(descriptors.brightness_hz)
    (9, 442)
    """
    if not powers:
        raise FeatureError("a track needs at least one clip to be described")
    settings = settings or DescriptorConfig()
    onsets = [onset_strength(power, config) for power in powers]
    spectrum = np.mean([np.sqrt(power).mean(axis=1, dtype=np.float64) for power in powers], axis=0)
    pulse = measure_pulse(onsets, config, limits_bpm=(settings.tempo_min_bpm, settings.tempo_max_bpm))
    tonality = measure_key(powers, config)
    loudness = integrated_loudness(powers, config)
    brightness = spectral_centroid(spectrum, config)
    onset_rate = float(np.mean(onsets)) * config.sample_rate / config.hop_length
    return Descriptors(
        tempo_bpm=pulse.tempo_bpm,
        tempo_confidence=pulse.confidence,
        key=tonality.key,
        mode=tonality.mode,
        key_confidence=tonality.confidence,
        loudness_lufs=loudness,
        energy=perceived_energy(loudness, onset_rate, brightness, spectral_entropy(spectrum, config)),
        brightness_hz=brightness,
        pulse_clarity=pulse.clarity,
    )


def spectral_centroid(spectrum: Vector, config: FeatureConfig) -> float | None:
    """Find the centre of gravity of a magnitude spectrum, which listeners hear as brightness [1]_.

    Parameters
    ----------
    spectrum
        Shape (n_fft // 2 + 1,), mean magnitudes of a track.
    config
        The front end.

    Returns
    -------
    In Hz; None for silence.

    References
    ----------
    .. [1] E. Schubert and J. Wolfe, "Does timbral brightness scale with frequency and spectral centroid?", Acta
       Acustica united with Acustica 92(5), 2006.

    Examples
    --------
    >>> spectral_centroid(np.ones(1025), FeatureConfig())
    5512.5
    """
    total = spectrum.sum()
    bins_hz = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    return float(spectrum @ bins_hz / total) if total > 0 else None


def spectral_entropy(spectrum: Vector, config: FeatureConfig) -> float | None:
    """Measure how evenly a magnitude spectrum fills the mel bands: a flute is low, a distorted guitar high.

    Parameters
    ----------
    spectrum
        Shape (n_fft // 2 + 1,), mean magnitudes of a track.
    config
        The front end.

    Returns
    -------
    Shannon entropy as a share of its largest value, 0–1; None for silence.

    Examples
    --------
    >>> round(spectral_entropy(np.ones(1025), FeatureConfig()), 3)
    1.0
    """
    bands = mel_filters(replace(config, n_mels=N_BANDS, n_mfcc=1)) @ spectrum
    if bands.sum() <= 0:
        return None
    shares = np.maximum(bands / bands.sum(), 1e-15)
    return float(-(shares * np.log(shares)).sum() / np.log(N_BANDS))


def perceived_energy(
    loudness_lufs: float | None, onset_rate: float, brightness_hz: float | None, entropy: float | None
) -> float | None:
    """Estimate how intense a track feels, from calm (0) to frantic (1).

    A weighted sum of level, rhythmic activity, brightness and spectral entropy. The weights are those of a regression
    on listeners' ratings of *activity* in film music [1]_, as MIRtoolbox's ``miremotion`` gives them; its fifth
    predictor, the spectral spread, is left out, and its fluctuation peak is replaced by the rate of onset strength.
    Each value is standardised by its mean and deviation over 786 tracks of freely licensed music, and a logistic curve
    makes the result 0.5 for the average of those tracks.

    Parameters
    ----------
    loudness_lufs, brightness_hz, entropy
        From `integrated_loudness`, `spectral_centroid` and `spectral_entropy`.
    onset_rate
        Sum of the onset strength per second.

    Returns
    -------
    0–1; None for silence.

    References
    ----------
    .. [1] T. Eerola, O. Lartillot and P. Toiviainen, "Prediction of multidimensional emotional ratings in music from
       audio using multivariate regression models", ISMIR 2009.

    Examples
    --------
    >>> round(perceived_energy(-13.0, 3.29, 1662.0, 0.793), 2)
    0.5
    """
    if loudness_lufs is None or brightness_hz is None or entropy is None:
        return None
    activity = (
        0.6664 * (loudness_lufs + 13.0) / 4.65
        + 0.6099 * (onset_rate - 3.29) / 1.15
        + 0.4486 * (np.log2(brightness_hz) - 10.70) / 0.674
        + 0.7056 * (entropy - 0.793) / 0.073
    )
    return float(1 / (1 + np.exp(-activity)))
