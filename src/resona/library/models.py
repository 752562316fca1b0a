"""Which model listens, and how does a library get one of its own?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from resona.errors import MissingExtraError
from resona.inference import Model, ModelShelf, embed_stored

if TYPE_CHECKING:
    from resona.train import TrainConfig, TrainResult


class Models(ModelShelf):
    """The models of a library: ``library.models``."""

    def use(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Choose the model that listens from now on, and embed what it has not heard yet.

        Parameters
        ----------
        name
            One of `names()`.
        on_progress
            Called with how many tracks are embedded, and of how many.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        model = self.choose(name)
        self.hear_for(model, on_progress=on_progress)
        embed_stored(self._store, model, on_progress=on_progress)

    def hear_for(self, model: Model, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Make sure that every track has the features that a model needs."""
        from resona.ingest import ScanConfig, extract_missing

        config = ScanConfig(analysis=replace(ScanConfig().analysis, features=model.features))
        extract_missing(self._store, config, on_progress=on_progress)

    def train(
        self,
        config: "TrainConfig | None" = None,
        *,
        pairs_path: Path | None = None,
        is_resumed: bool = False,
        on_progress: Callable[[int, int, str], None] = lambda _done, _total, _message: None,
    ) -> "TrainResult":
        """Fit a model to this library, and use it from then on if it is better on held-out artists.

        Parameters
        ----------
        config
            How to train; see `resona.train.TrainConfig` and `train_config`.
        pairs_path
            A file of pairs (`a,b,label,split`) instead of pairs drawn by genre.
        is_resumed
            Go on with the last training of this architecture, if it was interrupted.
        on_progress
            Called with steps done, steps in all, and a few words.

        Raises
        ------
        MissingExtraError
            If PyTorch is not installed.
        SplitError
            If there are too few genres or artists to learn from and to measure by.
        TrainingError
            If training fails.
        """
        stage = train_stage()
        result: TrainResult = stage.train_stored(
            self._store,
            config or stage.TrainConfig(),
            self.folder,
            pairs_path=pairs_path,
            is_resumed=is_resumed,
            on_progress=on_progress,
        )
        if result.bundle_dir is not None:
            self.use(result.bundle_dir.name, on_progress=lambda done, total: on_progress(done, total, "embedding"))
        return result

    @staticmethod
    def train_config(arch: str = "base", **changes: Any) -> "TrainConfig":
        """Give an architecture's settings, with some changed.

        Raises
        ------
        MissingExtraError, ConfigError
            If PyTorch is not installed, or a setting is out of range.
        """
        config: TrainConfig = train_stage().TrainConfig.of(arch, **changes)
        return config


def train_stage() -> ModuleType:
    """Import what trains.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    """
    try:
        from resona import train
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx"}:
            raise
        raise MissingExtraError(
            "training needs PyTorch, which is not installed: pip install 'resona-music[train]'"
        ) from error
    return train
