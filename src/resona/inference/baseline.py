"""How alike are two tracks by plain statistics of their MFCCs, with nothing learned?

The mean and the deviation of each coefficient over all frames, standardised, compared by cosine: the oldest timbre
similarity there is [1]_. It serves where there is no trained model, and a trained one has to beat it.

References
----------
.. [1] B. Logan and A. Salomon, "A music similarity function based on signal analysis", ICME 2001: per-track statistics
   of MFCCs, here without their clustering.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError
from resona.inference.manifest import Ranking
from resona.inference.model import Array, Model
from resona.metrics.calibration import Calibration

STATISTICS = "mean_deviation.json"  # of 786 openly licensed tracks; research/mean_deviation.py makes it
SMALLEST = 1e-6  # deviation of a statistic that never varies


class MeanDeviation(Model):
    """MFCC means and deviations as an embedding of length 1.

    Parameters
    ----------
    feature_config
        The fields of the `FeatureConfig` in use.
    feature_fingerprint
        Its fingerprint.
    centre, scale
        Shape (2 * n_mfcc,): what is subtracted from the statistics and divided out; by default what was measured on
        openly licensed music of eleven genres (see `fit` for a library's own).

    Raises
    ------
    FeatureError
        If the measured values do not reach as far as ``n_mfcc``.

    Examples
    --------
    >>> model = MeanDeviation({"n_mfcc": 20}, "0" * 12)
    >>> model.embed(np.ones((3, 20, 431), np.float16)).shape
    (40,)
    """

    name = "MFCC mean/deviation"
    is_unit = True
    ranking = Ranking()

    def __init__(
        self,
        feature_config: Mapping[str, Any],
        feature_fingerprint: str,
        *,
        centre: Array | None = None,
        scale: Array | None = None,
    ) -> None:
        self.feature_config = feature_config
        self.feature_fingerprint = feature_fingerprint
        self.n_dims = 2 * feature_config["n_mfcc"]
        self.model_id = "mfcc-mean-dev"
        self.calibration = Calibration(**_measured()["calibration"])
        if centre is None or scale is None:
            centre, scale = _measured_statistics(feature_config["n_mfcc"])
        else:
            self.model_id += "-" + hashlib.sha256(np.r_[centre, scale].astype("<f4").tobytes()).hexdigest()[:12]
        self.centre, self.scale = centre, np.maximum(scale, SMALLEST)

    @classmethod
    def fit(
        cls, tracks: Iterable[NDArray[np.floating]], feature_config: Mapping[str, Any], feature_fingerprint: str
    ) -> "MeanDeviation":
        """Standardise by given tracks, such as those of the training split.

        Parameters
        ----------
        tracks
            For each its clips, (n_clips, n_mfcc, n_frames).
        """
        statistics = np.stack([_statistics(clips.astype(np.float32)).mean(axis=0) for clips in tracks])
        centre, scale = (part.astype(np.float32) for part in (statistics.mean(axis=0), statistics.std(axis=0)))
        return cls(feature_config, feature_fingerprint, centre=centre, scale=scale)

    def _embed_batch(self, batch: Array) -> Array:
        return ((_statistics(batch) - self.centre) / self.scale).astype(np.float32)


def _statistics(batch: Array) -> Array:
    """(n, n_mfcc, n_frames) → (n, 2 * n_mfcc)."""
    statistics: Array = np.concatenate([batch.mean(axis=2), batch.std(axis=2)], axis=1)
    return statistics


@cache
def _measured() -> dict[str, Any]:
    text = resources.files("resona.inference").joinpath(STATISTICS).read_text(encoding="utf-8")
    measured: dict[str, Any] = json.loads(text)
    return measured


def _measured_statistics(n_mfcc: int) -> tuple[Array, Array]:
    known = len(_measured()["mean"]["centre"])
    if n_mfcc > known:
        raise FeatureError(f"the plain MFCC model knows {known} coefficients, not {n_mfcc}; train a model")
    rows = [np.r_[_measured()["mean"][k][:n_mfcc], _measured()["deviation"][k][:n_mfcc]] for k in ("centre", "scale")]
    return rows[0].astype(np.float32), rows[1].astype(np.float32)
