"""Which model listens, and how does a library get one of its own?"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from resona.errors import CheckpointError, MissingExtraError
from resona.inference import EarBundle, Model, ModelShelf, embed_stored
from resona.inference.joined import JoinedModel
from resona.inference.shelf import AND, PLAIN

if TYPE_CHECKING:
    from resona.train import TrainConfig, TrainResult


ALL = "all"  # for the names of all ears
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class Models(ModelShelf):
    """The models of a library: ``library.models``."""

    def use(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Choose the model that listens from now on, and embed what it has not heard yet.

        Parameters
        ----------
        name
            One of `names()`, or several with "+" between them.
        on_progress
            Called with how many tracks are embedded, and of how many.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        fitted = self.fitted(name, on_progress=on_progress)
        if isinstance(fitted, JoinedModel):
            self.keep_joined(name, fitted)
        model = self.choose(name)
        self.hear_for(model, on_progress=on_progress)
        embed_stored(self._store, model, on_progress=on_progress)

    def fitted(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> Model:
        """Give a model as it would listen: an ear, or joined models, fitted to the library as it is now.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        parts = self.parts(name)
        for part in parts:
            self.hear_for(part, on_progress=on_progress)
        if len(parts) == 1 and not parts[0].ears:
            return parts[0]
        from resona.evaluate.joining import join_models

        return join_models(self._store, parts)

    def competitors(self, ears: Sequence[str]) -> list[str]:
        """Name the models beside which the one that listens is measured: all that hear features, and the ears named.

        Raises
        ------
        CheckpointError
            If one named is no ear.
        """
        known = self.ears()
        if missing := set(ears) - {ALL, *known}:
            there_are = f"there are {', '.join(known)}" if known else "there is none; `resona models add` adds some"
            raise CheckpointError(f"there is no ear {', '.join(sorted(missing))}; {there_are}")
        able = [name for name in self.names() if AND not in name and name != PLAIN]
        return [name for name in able if name not in known or name in ears or ALL in ears]

    def ears(self) -> list[str]:
        """List the names of the ears that were added."""
        return [name for name in self.names() if AND not in name and self.part(name).ears]

    def hear_for(self, model: Model, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Make sure that every track has the features that a model needs, and was heard by its ears."""
        from resona.ingest import AnalysisConfig, ScanConfig, extract_missing

        config = ScanConfig(analysis=AnalysisConfig.of(model))
        extract_missing(self._store, config, on_progress=on_progress)

    def cost(self, name: str) -> str:
        """Say what the ears of a model cost; empty where it has none."""
        ears = [part for part in self.parts(name) if isinstance(part, EarBundle)]
        if not ears:
            return ""
        seconds = sum(float(ear.manifest.measures.get("seconds_a_track", 0)) for ear in ears)
        return f" A new track costs {seconds:.2f} s of CPU more; vectors have {self.open(name).n_dims} numbers."

    def add(self, name: str, **ear: Any) -> EarBundle:
        """Add a network from elsewhere, whole or not at all; see `resona.library.ears.add_ear`.

        Parameters
        ----------
        name
            What it is to be called.
        ear
            Its `network`, `front` and `card`.

        Raises
        ------
        CheckpointError
            If the name is taken or cannot be one, or the network cannot serve.
        """
        from resona.library.ears import add_ear

        if not NAME.fullmatch(name) or name in self.names():
            wanted = "one that is free" if name in self.names() else "of letters, digits, - and _"
            raise CheckpointError(f"a model cannot be called {name!r}: choose another name, {wanted}")
        return add_ear(self.folder / name, **ear)

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
        StoreLockedError
            If another process trains on this library.
        """
        stage = train_stage()
        with self._store.alone("training"):
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
