"""Run a trained model without the library that trained it: features in, embeddings and similarities out.

A model is anything with the methods of `Model`: a `Bundle` (a folder made by training, run by onnxruntime), or
`MeanDeviation` (the plain MFCC statistics that serve where nothing is trained). This part knows nothing of audio,
stores or PyTorch.
"""

from resona.inference.baseline import MeanDeviation
from resona.inference.bundle import Bundle
from resona.inference.manifest import Calibration, Manifest, Ranking, read_manifest, write_bundle
from resona.inference.model import Model
from resona.inference.remembered import Remembered, remember
from resona.inference.untrained import Untrained

__all__ = [
    "Bundle",
    "Calibration",
    "Manifest",
    "MeanDeviation",
    "Model",
    "Ranking",
    "Remembered",
    "Untrained",
    "read_manifest",
    "remember",
    "write_bundle",
]
