"""How does a library get a model of its own? Labelled tracks → pairs, split by artist → training → bundle.

Needs the extra "train".
"""

from resona.train.config import TrainConfig
from resona.train.curves import Epoch
from resona.train.material import Plan, TrainingSet, make_plan
from resona.train.run import OnProgress, TrainResult, fit
from resona.train.stored import train_stored, training_set

__all__ = [
    "Epoch",
    "OnProgress",
    "Plan",
    "TrainConfig",
    "TrainResult",
    "TrainingSet",
    "fit",
    "make_plan",
    "train_stored",
    "training_set",
]
