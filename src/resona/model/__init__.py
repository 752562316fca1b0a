"""What does a network look like? Encoders, the siamese head, losses, checkpoints, export.

With `resona.train`, the only PyTorch.
"""

from resona.model.architectures import ARCHITECTURES, Architecture, build_network, find_architecture
from resona.model.checkpoint import load_checkpoint, pack_weights, save_checkpoint, unpack_weights
from resona.model.classic import ClassicConfig, ClassicEncoder
from resona.model.encoder import Encoder, EncoderConfig
from resona.model.export import export_onnx
from resona.model.siamese import HeadConfig, SiameseHead, SiameseNetwork
from resona.model.styles import StyleConfig, StyleEncoder

__all__ = [
    "ARCHITECTURES",
    "Architecture",
    "ClassicConfig",
    "ClassicEncoder",
    "Encoder",
    "EncoderConfig",
    "HeadConfig",
    "SiameseHead",
    "SiameseNetwork",
    "StyleConfig",
    "StyleEncoder",
    "build_network",
    "export_onnx",
    "find_architecture",
    "load_checkpoint",
    "pack_weights",
    "save_checkpoint",
    "unpack_weights",
]
