"""Which models does a library have, and which one listens?"""

from pathlib import Path
from typing import Any

from resona.errors import CheckpointError
from resona.inference.bundle import Bundle
from resona.inference.embed import default_bundle_dir, open_model
from resona.inference.manifest import BEFORE
from resona.inference.model import Model
from resona.inference.remembered import Remembered
from resona.store import Store

CURRENT = "current_model"
PLAIN, BASE = "mfcc", "base"


class ModelShelf:
    """The models of a library: its own, the base model, and plain statistics.

    Parameters
    ----------
    store
        The library.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     ModelShelf(store).names()[-1]
    'mfcc'
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opened: dict[Path | None, Model] = {}
        self._comparing: tuple[object, Model] | None = None

    @property
    def folder(self) -> Path:
        """Where the library's own models are."""
        return self._store.side_dir / "models"

    @property
    def current(self) -> Model:
        """The model that listens.

        Raises
        ------
        CheckpointError
            If its bundle cannot be read.
        """
        return self.open(self.current_name)

    @property
    def comparing(self) -> Model:
        """The model whose vectors lists are made from.

        That is the one that listens, unless another has embedded more of the library: after an upgrade its vectors
        keep working until a scan has renewed them.
        """
        state = (self._store.version, self.current_name)
        if self._comparing is None or self._comparing[0] != state:
            self._comparing = (state, self._find_comparing())
        return self._comparing[1]

    def _find_comparing(self) -> Model:
        current, counts = self.current, self._store.embeddings.counts()
        most = max(counts, key=lambda model_id: (counts[model_id], model_id == current.model_id), default="")
        facts = self._store.settings.get(f"model {most}")
        is_chosen = self._store.settings.get(CURRENT) not in (None, BASE)
        return current if most in ("", current.model_id) or facts is None or is_chosen else Remembered(facts)

    @property
    def current_name(self) -> str:
        """Its name: "base" unless another one was chosen, and "mfcc" where there is no base model."""
        default = BASE if default_bundle_dir() else PLAIN
        return str(self._store.settings.get(CURRENT, default))

    @property
    def bundle_dir(self) -> Path | None:
        """Its folder; None for plain statistics."""
        return self._folder_of(self.current_name)

    def names(self) -> list[str]:
        """List the names of all models."""
        for before in self.folder.glob(f"{BEFORE}*"):  # somebody was killed as one took the place of another
            name = before.with_name(before.name.removeprefix(BEFORE))
            if not name.exists():
                before.rename(name)
        own = sorted(path.parent.name for path in self.folder.glob("[!.]*/model.json"))
        return [*own, *([BASE] if default_bundle_dir() else []), PLAIN]

    def open(self, name: str) -> Model:
        """Open a model, once.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        if name not in self.names():
            raise CheckpointError(f"there is no model {name!r}; there are {', '.join(self.names())}")
        folder = self._folder_of(name)
        if folder not in self._opened:
            self._opened[folder] = open_model(folder, n_threads=0)
        return self._opened[folder]

    def choose(self, name: str) -> Model:
        """Let another model listen from now on.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read; then the old one stays.
        """
        model = self.open(name)
        self._store.settings.put(CURRENT, name)
        return model

    def card(self, name: str | None = None) -> str:
        """Give a model's card, by default that of the one that listens.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        model = self.open(name or self.current_name)
        if not isinstance(model, Bundle):
            return "Plain statistics: mean and deviation of each MFCC, compared by cosine. Nothing is learned.\n"
        return (model.folder / "README.md").read_text(encoding="utf-8")

    def describe(self) -> list[dict[str, Any]]:
        """Say of every model its name, what it is, and what was measured of it."""
        return [self._describe(name, self.open(name)) for name in self.names()]

    def _describe(self, name: str, model: Model) -> dict[str, Any]:
        return {
            "name": name,
            "description": model.name,
            "model_id": model.model_id,
            "is_current": name == self.current_name,
            "measures": dict(model.manifest.measures) if isinstance(model, Bundle) else {},
        }

    def _folder_of(self, name: str) -> Path | None:
        return {PLAIN: None, BASE: default_bundle_dir()}.get(name, self.folder / name)
