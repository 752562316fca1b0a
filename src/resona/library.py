"""A music library: one object with everything that Resona can do. The command line and the page call nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from resona.embed import default_bundle_dir, embed_stored, open_model
from resona.errors import CheckpointError, StoreError
from resona.features.mfcc import FeatureConfig
from resona.inference import Model
from resona.ingest import ScanConfig, ScanProgress, ScanSummary, extract_missing, scan
from resona.recommend import Catalogue, Recommendations, Request, recommend
from resona.store import Store

CURRENT_MODEL = "current_model"
FOLDERS = "folders"


class Library:
    """A library file, its model, and what can be asked of them.

    Parameters
    ----------
    path
        The library file.
    is_new_allowed
        Create it where there is none.

    Raises
    ------
    StoreError
        If the file cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.db") as library:
    ...     library.status()["tracks"]
    0
    """

    def __init__(self, path: Path | str, *, is_new_allowed: bool = True) -> None:
        self.store = Store(Path(path), is_new_allowed=is_new_allowed)

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library file."""
        self.store.close()

    # What is in it

    def status(self) -> dict[str, Any]:
        """Say in names and values what the library holds and which model it uses."""
        tracks = self.store.tracks
        artists = {artist for (artist,) in tracks.columns("artist")} - {""}
        return {
            "library": str(self.store.path),
            "tracks": tracks.count(),
            "missing": tracks.count(is_missing=True),
            "failed_files": self.store.failures.count(),
            "artists": len(artists),
            "genres": self._n_genres(),
            "model": self.model.name,
            "model_id": self.model.model_id,
            "embedded": len(self.store.embeddings.track_ids(self.model.model_id)),
            "folders": self.store.settings.get(FOLDERS, []),
        }

    def scan(
        self,
        folders: Sequence[Path | str] = (),
        *,
        config: ScanConfig | None = None,
        on_progress: Callable[[ScanProgress], None] = lambda _: None,
    ) -> ScanSummary:
        """Find and hear new and changed files; see `resona.ingest.scan`.

        Parameters
        ----------
        folders
            Where the music is; by default the folders of earlier scans.
        config
            How to scan. The front end's settings are the model's, whatever it says.
        on_progress
            Called as the scan goes on.

        Raises
        ------
        StoreError
            If there is nothing to scan, a folder does not exist, or the library cannot be written.
        """
        known = self.store.settings.get(FOLDERS, [])
        wanted = [Path(folder).expanduser().absolute() for folder in folders or known]
        if not wanted:
            raise StoreError(self.store.path, "say which folder holds the music: `resona scan FOLDER`")
        config = config or ScanConfig()
        config = replace(config, analysis=replace(config.analysis, features=self._features))
        summary = scan(
            self.store,
            wanted,
            config,
            model_id=self.model.model_id,
            bundle_dir=self.bundle_dir,
            on_progress=on_progress,
        )
        self.store.settings.put(FOLDERS, sorted({*known, *(str(folder) for folder in wanted)}))
        if summary.is_complete:
            extract_missing(self.store, config)
            embed_stored(self.store, self.model)
        return summary

    # Models

    @property
    def bundle_dir(self) -> Path | None:
        """The folder of the model in use: the library's own, else the base model, else None (plain statistics)."""
        name = self.store.settings.get(CURRENT_MODEL)
        if name == "mfcc":
            return None
        if name and name != "base":
            return self.models_dir / str(name)
        return default_bundle_dir()

    @property
    def models_dir(self) -> Path:
        """Where the library's own models are."""
        return self.store.side_dir / "models"

    @cached_property
    def model(self) -> Model:
        """The model in use."""
        return open_model(self.bundle_dir)

    def use_model(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Choose the model that listens from now on, and embed what it has not heard yet.

        Parameters
        ----------
        name
            The name of a folder in `models_dir`, "base", or "mfcc" for plain statistics.
        on_progress
            Called with how many tracks are embedded, and of how many.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        if name not in self.model_names():
            raise CheckpointError(f"there is no model {name!r}; there are {', '.join(self.model_names())}")
        before = self.store.settings.get(CURRENT_MODEL)
        self.store.settings.put(CURRENT_MODEL, name)
        self.__dict__.pop("model", None)
        try:
            model = self.model
        except CheckpointError:
            self.store.settings.put(CURRENT_MODEL, before)
            raise
        self._forget()
        extract_missing(self.store, ScanConfig(analysis=replace(ScanConfig().analysis, features=self._features)))
        embed_stored(self.store, model, on_progress=on_progress)

    def model_names(self) -> list[str]:
        """List what `use_model` accepts."""
        own = sorted(path.parent.name for path in self.models_dir.glob("*/model.json"))
        return [*own, *(["base"] if default_bundle_dir() else []), "mfcc"]

    # Recommendations

    @property
    def catalogue(self) -> Catalogue:
        """Vectors and tracks, loaded once and again whenever the library has changed."""
        catalogue: Catalogue | None = self.__dict__.get("_catalogue")
        if catalogue is None or catalogue.version != self.store.version:
            catalogue = Catalogue.load(self.store, self.model)
            self.__dict__["_catalogue"] = catalogue
        return catalogue

    def recommend(self, *queries: str, **options: Any) -> Recommendations:
        """Find the most similar tracks; see `resona.recommend.Request` for the options.

        Parameters
        ----------
        queries
            Titles, artists and titles, paths in the library, or any audio files.
        options
            Fields of `Request`, such as ``k=10``.

        Raises
        ------
        UnknownTrackError
            If a query means nothing, or several songs.
        AudioError
            If an audio file outside the library cannot be heard.
        VectorIndexError
            If the library is empty.
        """
        return recommend(self.catalogue, Request(queries=queries, **options))

    def _forget(self) -> None:
        self.__dict__.pop("_catalogue", None)

    @property
    def _features(self) -> FeatureConfig:
        return FeatureConfig(**self.model.feature_config)

    def _n_genres(self) -> int:
        import json

        return len({genre for (genres,) in self.store.tracks.columns("genres") for genre in json.loads(genres)})
