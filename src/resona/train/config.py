"""How is a model trained? The settings, and what differs between architectures."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from resona.config import check_range
from resona.errors import ConfigError
from resona.pairs import SplitConfig

INITS = ("base", "none")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Settings of a training.

    Attributes
    ----------
    arch
        Architecture: "base" or "classic".
    init
        Start from the "base" model, and keep it where tuning brings nothing; or from "none".
    n_pairs
        Pairs drawn from the training artists, half of them matches; seen once in each epoch.
    across_artists
        Draw matches between different artists only, where there are such.
    n_epochs, patience
        Stop after so many epochs, or after so many without gain, and take the best. Patience 0 never stops early and
        takes the last epoch; so does every tuning, lest the held-out artists that judge it have chosen it.
    batch_size
        Pairs in a step.
    learning_rate
        Of Adam; falls to zero along a cosine where `decay` is true.
    decay
        See `learning_rate`.
    crop_seconds
        Length of the excerpt of a clip that a step sees; 0 sees all of it.
    contrastive
        Weight of the contrastive loss over the tracks of a batch, beside the cross-entropy of the pairs.
    ridge
        Weight of what keeps the styles small when a model is tuned: more for shyer changes.
    weak
        Weight of what artists and clips say when a model is tuned: tracks of one artist on different albums are alike,
        excerpts of one track too, tracks of two artists without a common genre are not. Multiplied by the share of
        artists who have several albums; 0 leaves it out.
    seed
        Of pairs, crops and fresh weights.
    split
        Which artists are kept back.
    encoder
        Fields of the encoder's configuration that differ from the default, for a fresh network.

    Examples
    --------
    >>> TrainConfig.of("classic", seed=3).n_epochs
    25
    """

    arch: str = "base"
    init: str = "base"
    n_pairs: int = 4000
    across_artists: bool = True
    n_epochs: int = 12
    patience: int = 4
    batch_size: int = 32
    learning_rate: float = 3e-3
    decay: bool = True
    crop_seconds: float = 5.0
    contrastive: float = 0.3
    ridge: float = 0.03
    weak: float = 1.0
    seed: int = 0
    split: SplitConfig = dataclasses.field(default_factory=SplitConfig)
    encoder: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.init not in INITS:
            raise ConfigError(f"init must be one of {', '.join(INITS)}, got {self.init!r}")
        check_range("n_pairs", self.n_pairs, 2, 10_000_000)
        check_range("n_epochs", self.n_epochs, 1, 10_000)
        check_range("patience", self.patience, 0, 10_000)
        check_range("batch_size", self.batch_size, 2, 4096)
        check_range("learning_rate", self.learning_rate, 1e-8, 10.0)
        check_range("crop_seconds", self.crop_seconds, 0, 120)
        check_range("contrastive", self.contrastive, 0, 1000)
        check_range("ridge", self.ridge, 0, 100_000)
        check_range("weak", self.weak, 0, 1000)
        check_range("seed", self.seed, 0, 2**32 - 1)

    @classmethod
    def of(cls, arch: str, **changes: Any) -> "TrainConfig":
        """Give the settings of an architecture and a start: for "classic" those of the original recipe."""
        preset = arch if arch in PRESETS else str(changes.get("init", "base"))
        return cls(**{"arch": arch, **PRESETS.get(preset, {}), **changes})

    def fresh(self) -> "TrainConfig":
        """Give the settings for a start from nothing, where no others were chosen."""
        default = TrainConfig()
        unchosen = {
            name: value for name, value in PRESETS["none"].items() if getattr(self, name) == getattr(default, name)
        }
        return dataclasses.replace(self, init="none", **unchosen)


PRESETS: dict[str, dict[str, Any]] = {
    "none": {"n_epochs": 8, "patience": 3, "learning_rate": 1e-3, "crop_seconds": 3.0},
    "classic": {
        "init": "none",
        "across_artists": False,
        "n_epochs": 25,
        "patience": 0,
        "learning_rate": 1e-3,
        "decay": False,
        "crop_seconds": 0.0,
        "contrastive": 0.0,
    },
}
