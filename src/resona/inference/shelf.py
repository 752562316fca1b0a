"""Which models does a library have, and which one listens?"""

from pathlib import Path
from typing import Any

from resona.errors import CheckpointError
from resona.inference.bundle import Bundle
from resona.inference.embed import default_bundle_dir, open_model
from resona.inference.joined import JoinedModel
from resona.inference.manifest import BEFORE
from resona.inference.model import Model
from resona.inference.remembered import Remembered
from resona.store import Store

CURRENT = "current_model"
PLAIN, BASE = "mfcc", "base"
JOINED, AND = "joined", "+"


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
        current, heard = self.current, self._store.embeddings.counts()
        facts_of = {model_id: self._store.settings.get(f"model {model_id}") for model_id in heard}
        counts = {model_id: count for model_id, count in heard.items() if facts_of[model_id]}  # ears alone do not rank
        most = max(counts, key=lambda model_id: (counts[model_id], model_id == current.model_id), default="")
        facts = facts_of.get(most)
        is_chosen = self._store.settings.get(CURRENT) not in (None, BASE)
        return current if most in ("", current.model_id) or facts is None or is_chosen else Remembered(facts)

    @property
    def current_name(self) -> str:
        """Its name: "base" unless another one was chosen, and "mfcc" where there is no base model."""
        default = BASE if default_bundle_dir() else PLAIN
        return str(self._store.settings.get(CURRENT, default))

    @property
    def scanning(self) -> Model:
        """The model that embeds as a scan goes: the one that listens, or of joined ones one that hears features."""
        return self.part(self._scanning_name)

    @property
    def bundle_dir(self) -> Path | None:
        """Its folder; None for plain statistics."""
        return self._folder_of(self._scanning_name)

    @property
    def _scanning_name(self) -> str:
        able = [name for name in self.current_name.split(AND) if not self.part(name).ears]
        return able[0] if able else BASE if default_bundle_dir() else PLAIN

    def names(self) -> list[str]:
        """List the names of all models; of those that are joined, the one that listens."""
        for before in self.folder.glob(f"{BEFORE}*"):  # somebody was killed as one took the place of another
            name = before.with_name(before.name.removeprefix(BEFORE))
            if not name.exists():
                before.rename(name)
        own = sorted(path.parent.name for path in self.folder.glob("[!.]*/model.json"))
        joined = [self.current_name] if AND in self.current_name else []
        return [*joined, *own, *([BASE] if default_bundle_dir() else []), PLAIN]

    def open(self, name: str) -> Model:
        """Open a model, once. An ear, or several models with "+" between their names, must be fitted to the library.

        Raises
        ------
        CheckpointError
            If there is no such model, it cannot be read, or it was not fitted.
        """
        parts = self.parts(name)
        if len(parts) == 1 and not parts[0].ears:
            return parts[0]
        facts = self._store.settings.get(f"{JOINED} {name}")
        if facts is None:
            raise CheckpointError(f"{name!r} was not fitted to this library; `resona models use {name}` does it")
        return JoinedModel(parts, facts)

    def keep_joined(self, name: str, model: JoinedModel) -> None:
        """Keep what fits an ear, or joined models, to the library."""
        self._store.settings.put(f"{JOINED} {name}", model.facts)

    def parts(self, name: str) -> list[Model]:
        """Open a model's parts, of a model that is not joined itself.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        return [self.part(part) for part in name.split(AND)]

    def part(self, name: str) -> Model:
        """Open a model that is not joined, as it is in its folder.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        names = [known for known in self.names() if AND not in known]
        if name not in names:
            raise CheckpointError(f"there is no model {name!r}; there are {', '.join(names)}")
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
        return "\n".join(map(self._card_of, (name or self.current_name).split(AND)))

    def _card_of(self, name: str) -> str:
        model = self.part(name)
        if not isinstance(model, Bundle):
            return "Plain statistics: mean and deviation of each MFCC, compared by cosine. Nothing is learned.\n"
        return (model.folder / "README.md").read_text(encoding="utf-8")

    def describe(self) -> list[dict[str, Any]]:
        """Say of every model its name, what it is, and what was measured of it."""
        return [self._describe(name, self.open(name) if AND in name else self.part(name)) for name in self.names()]

    def _describe(self, name: str, model: Model) -> dict[str, Any]:
        return {
            "name": name,
            "description": model.name,
            "model_id": model.model_id,
            "is_current": name == self.current_name,
            "is_ear": bool(model.ears),
            "measures": dict(model.manifest.measures) if isinstance(model, Bundle) else {},
        }

    def _folder_of(self, name: str) -> Path | None:
        return {PLAIN: None, BASE: default_bundle_dir()}.get(name, self.folder / name)
