"""How does a trained model hear? Features in, embeddings and similarities out, without the library that trained it.

A model is anything with the methods of `Model`: a `Bundle` (a folder made by training, run by onnxruntime), or
`MeanDeviation` (the plain MFCC statistics that serve where nothing is trained). `embed_stored` runs it over a library's
stored features, which is all that such a model costs; an `EarBundle` hears the sound itself. `ModelShelf` holds the
models a library has. PyTorch and audio files are not needed.
"""

from resona.inference.baseline import MeanDeviation
from resona.inference.bundle import Bundle
from resona.inference.ear import EarBundle, open_ear
from resona.inference.embed import default_bundle_dir, embed_stored, embed_tracks, open_model
from resona.inference.manifest import Manifest, Ranking, read_manifest, write_bundle
from resona.inference.model import Model
from resona.inference.remembered import Remembered, remember
from resona.inference.shelf import ModelShelf
from resona.inference.untrained import Untrained
from resona.inference.words import Words
from resona.metrics.calibration import Calibration

__all__ = [
    "Bundle",
    "Calibration",
    "EarBundle",
    "Manifest",
    "MeanDeviation",
    "Model",
    "ModelShelf",
    "Ranking",
    "Remembered",
    "Untrained",
    "Words",
    "default_bundle_dir",
    "embed_stored",
    "embed_tracks",
    "open_ear",
    "open_model",
    "read_manifest",
    "remember",
    "write_bundle",
]
