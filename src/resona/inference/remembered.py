"""How are vectors compared whose model is gone, as after an upgrade? By what was written down about it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from resona.config import from_mapping
from resona.errors import CheckpointError
from resona.inference.manifest import Ranking
from resona.inference.model import Array, Model
from resona.metrics.calibration import Calibration

FIELDS = ("model_id", "name", "n_dims", "is_unit", "feature_config", "feature_fingerprint")


class Remembered(Model):
    """A model that can still compare its vectors by their cosine, but hears nothing new.

    Parameters
    ----------
    facts
        What `remember` wrote down.

    Examples
    --------
    >>> from resona.inference import MeanDeviation
    >>> facts = remember(MeanDeviation({"n_mfcc": 20}, "0" * 12))
    >>> Remembered(facts).name
    'MFCC mean/deviation'
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        for name in FIELDS:
            setattr(self, name, facts[name])
        self.ranking = Ranking(by="cosine", hubness=facts["hubness"])
        self.calibration = from_mapping(Calibration, facts["calibration"])

    def _embed_batch(self, batch: Array) -> Array:  # noqa: ARG002 - it hears nothing
        raise CheckpointError(
            f"the model {self.name!r} ({self.model_id}) that made this library's vectors is no longer here; "
            "`resona scan` renews them without decoding any audio"
        )


def remember(model: Model) -> dict[str, Any]:
    """Write down what comparing a model's vectors needs, as plain values for JSON."""
    facts = {name: getattr(model, name) for name in FIELDS}
    facts["feature_config"] = dict(model.feature_config)
    return {**facts, "hubness": model.ranking.hubness, "calibration": asdict(model.calibration)}
