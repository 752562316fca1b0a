"""How fast is a track, and how clearly does it beat?

Conventions: tempo in beats per minute (BPM); an onset envelope is a vector (n_frames,), high where notes begin. The
clips of a track share a tempo but not a phase, so their spectra and autocorrelations are summed, not the envelopes.

References
----------
.. [1] P. Grosche and M. Müller, "Extracting predominant local pulse information from music recordings", IEEE Trans.
   ASLP 19(6), 2011: onset envelope from compressed magnitudes.
.. [2] G. Peeters, "Template-based estimation of time-varying tempo", EURASIP J. Advances in Signal Processing, 2007:
   the spectrum of the envelope errs towards multiples of the tempo, its autocorrelation towards fractions: multiply.
.. [3] D. Moelants, "Preferred tempo reconsidered", ICMPC 2002: listeners tap near 120 BPM first.
.. [4] O. Lartillot, T. Eerola, P. Toiviainen and J. Fornari, "Multi-feature modeling of pulse clarity: design,
   validation and optimization", ISMIR 2008.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resona.features.mfcc import FeatureConfig, Matrix, mel_bands

Vector = NDArray[np.float64]

N_BANDS = 40
COMPRESSION = 10.0
GRID_STEP = 1.005
N_SPECTRUM = 8192  # bins a third of a BPM apart
USUAL_BPM, USUAL_OCTAVES = 110.0, 1.0
SILENCE = 1e-9
NOISE = 2.5  # clarity times √frames: 19 of 20 white noises have less


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The beat of a track.

    Attributes
    ----------
    tempo_bpm
        None where nothing repeats.
    confidence
        0–1: how far the evidence for this tempo is ahead of the next best. Below 0.3, half or double is as likely.
    clarity
        0–1: how easily one hears a beat; the maximum of the envelope's autocorrelation, the strongest single predictor
        in [4]_.
    """

    tempo_bpm: float | None
    confidence: float | None
    clarity: float | None


def onset_strength(power: Matrix, config: FeatureConfig) -> Vector:
    """Measure how much louder each moment is than the one before, over all bands.

    Powers in 40 mel bands are compressed, ``log(1 + 10 x / mean)``, so that quiet notes count too and a gain does not
    [1]_; only rises count.

    Parameters
    ----------
    power
        Shape (n_fft // 2 + 1, n_frames), from `power_spectrogram`.
    config
        The front end that made it.

    Returns
    -------
    Shape (n_frames,), ≥ 0: the mean rise over the bands, in nepers.

    Examples
    --------
    >>> power = np.ones((1025, 100), dtype=np.float32)
    >>> power[:, 50:] = 100.0
    >>> int(onset_strength(power, FeatureConfig()).argmax())
    50
    """
    bands = mel_bands(power, replace(config, n_mels=N_BANDS, n_mfcc=1))
    levels = np.log1p(COMPRESSION * bands / max(float(bands.mean()), SILENCE))
    rises: Vector = np.maximum(np.diff(levels, axis=1, prepend=levels[:, :1]), 0).mean(axis=0, dtype=np.float64)
    return rises


def measure_pulse(onsets: Sequence[Vector], config: FeatureConfig, *, limits_bpm: tuple[float, float]) -> Pulse:
    """Find the tempo of a track and how clear it is.

    Parameters
    ----------
    onsets
        One per clip, shape (n_frames,), from `onset_strength`.
    config
        The front end.
    limits_bpm
        Lowest and highest tempo to consider.

    Examples
    --------
    Clicks every half second:

    >>> onsets = np.tile([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 40)
    >>> pulse = measure_pulse([onsets], FeatureConfig(hop_length=1102), limits_bpm=(50, 220))
    >>> round(pulse.tempo_bpm), round(pulse.clarity, 1)
    (120, 1.0)
    """
    rate_bpm = 60.0 * config.sample_rate / config.hop_length
    envelopes = [_sharpen(strength, config) for strength in onsets]
    energy = sum(float(envelope @ envelope) for envelope in envelopes)
    if energy < SILENCE or len(envelopes[0]) < 3 * rate_bpm / limits_bpm[0]:
        return Pulse(tempo_bpm=None, confidence=None, clarity=None)
    correlation = np.sum([autocorrelation(envelope) for envelope in envelopes], axis=0) / energy
    tempi = np.geomspace(*limits_bpm, 1 + round(np.log(limits_bpm[1] / limits_bpm[0]) / np.log(GRID_STEP)))
    clarity = float(np.clip(_at(correlation, rate_bpm / tempi).max(), 0, 1))
    if clarity < NOISE / np.sqrt(len(correlation) * len(onsets)):
        return Pulse(tempo_bpm=None, confidence=None, clarity=clarity)
    evidence = tempo_evidence(envelopes, correlation, tempi, rate_bpm)
    best = int(evidence.argmax())
    is_rival = np.abs(np.log(tempi / tempi[best])) > np.log(1.08)
    confidence = 1 - evidence[is_rival].max() / evidence[best]
    return Pulse(tempo_bpm=float(tempi[best]), confidence=float(confidence), clarity=clarity)


def _sharpen(strength: Vector, config: FeatureConfig) -> Vector:
    """Cut off what lies below the mean of the second around it, and the mean of what is left."""
    window = np.ones(min(round(config.sample_rate / config.hop_length), len(strength)))
    local = np.convolve(strength, window, "same") / np.convolve(np.ones(len(strength)), window, "same")
    peaks = np.maximum(strength - local, 0)
    centred: Vector = peaks - peaks.mean()
    return centred


def autocorrelation(envelope: Vector) -> Vector:
    """Compare an envelope with itself, delayed by 0, 1, 2, … frames; each delay's sum is scaled to full length.

    Returns
    -------
    Shape (n_frames,); the first value is the envelope's energy.

    Examples
    --------
    >>> autocorrelation(np.array([1.0, 0.0, 1.0, 0.0])).round(6) + 0.0
    array([2., 0., 2., 0.])
    """
    n_frames = len(envelope)
    power = np.abs(np.fft.rfft(envelope, 2 * n_frames)) ** 2
    sums = np.fft.irfft(power)[:n_frames]
    scaled: Vector = sums * n_frames / np.arange(n_frames, 0, -1)
    return scaled


def tempo_evidence(envelopes: Sequence[Vector], correlation: Vector, tempi: Vector, rate_bpm: float) -> Vector:
    """Weigh each tempo: how strongly it is in the envelopes' spectra and autocorrelation, and how usual it is.

    Parameters
    ----------
    envelopes
        One per clip, shape (n_frames,).
    correlation
        Shape (n_frames,), 1 at delay 0.
    tempi
        Shape (n_tempi,), in BPM.
    rate_bpm
        Frames per minute.

    Returns
    -------
    Shape (n_tempi,), ≥ 0, without unit.
    """
    window = np.hanning(len(correlation))
    powers = [np.abs(np.fft.rfft(envelope * window, N_SPECTRUM)) ** 2 for envelope in envelopes]
    magnitudes = np.sqrt(np.sum(powers, axis=0))
    spectrum = sum(_at(magnitudes, tempi * multiple * N_SPECTRUM / rate_bpm) * multiple for multiple in (1, 2))
    repeats = sum(np.maximum(_at(correlation, rate_bpm / tempi * multiple), 0) for multiple in (1, 2, 4))
    usual = np.exp(-0.5 * (np.log2(tempi / USUAL_BPM) / USUAL_OCTAVES) ** 2)
    evidence: Vector = spectrum * repeats * usual + SILENCE
    return evidence


def _at(values: Vector, positions: Vector) -> Vector:
    """Interpolate between values at 0, 1, 2, …; beyond the last is nothing."""
    return np.interp(positions, np.arange(len(values)), values, right=0.0)
