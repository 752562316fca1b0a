"""One object with everything that Resona can do with a library file."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from resona.errors import StoreError
from resona.inference import Model
from resona.library.lists import Lists
from resona.library.models import Models
from resona.library.music import Music
from resona.library.players import Players
from resona.library.playlists import Playlists
from resona.library.tracks import Tracks
from resona.recommend import Catalogue, Query, Recommendations
from resona.store import Store, side_dir_of
from resona.teach import DEFAULT_PROFILE, Teacher

if TYPE_CHECKING:
    from resona.evaluate import Evaluation
    from resona.ingest import ScanSummary
    from resona.library.folders import Folders
    from resona.library.links import Links
    from resona.library.map import Map
    from resona.library.measures import Measures
    from resona.library.sounds import Sounds
    from resona.library.tagging import Tagging
    from resona.train import TrainConfig, TrainResult


class Library:
    """A library, its model, and what can be asked of them.

    Parameters
    ----------
    path
        The library file, or the address of a PostgreSQL database; see `Store`.
    profile
        Whose judgements lists follow; "none" for nobody's.
    genre_groups
        Names for several genres, usable in filters.
    is_new_allowed
        Create it where there is none.

    Attributes
    ----------
    models
        Which model listens, and training; see `Models`.
    tracks, shelves
        What there is: by number and words, and by artist, album and genre; see `Tracks` and `ShelfTable`.
    lists
        What sounds alike, and why; see `Lists`.
    labels
        What a person has said, and what was learned from it; see `resona.teach.Teacher`.
    music
        What players see: albums, artists, stars, plays; see `Music`.
    playlists
        Which the page and the players share; see `Playlists`.
    players
        Who may ask, and by which secret; see `Players`.

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

    def __init__(
        self,
        path: Path | str,
        *,
        profile: str = DEFAULT_PROFILE,
        genre_groups: Mapping[str, Sequence[str]] = MappingProxyType({}),
        is_new_allowed: bool = True,
    ) -> None:
        self.store = Store(path, is_new_allowed=is_new_allowed)
        self.models = Models(self.store)
        self.labels = Teacher(self.store, self.models, profile)
        self.tracks = Tracks(self.store, self.models)
        self.shelves = self.store.shelves
        self.lists = Lists(self.labels, genre_groups)
        self.music = Music(self.store)
        self.playlists = Playlists(self.store)
        self.players = Players(self.store)
        self._genre_groups = genre_groups

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library file."""
        self.store.close()

    # What a list does not need is imported when it is first asked for

    @cached_property
    def folders(self) -> "Folders":
        """Where the music is: scans, failures."""
        from resona.library.folders import Folders

        return Folders(self.store, self.models)

    @cached_property
    def sounds(self) -> "Sounds":
        """To see and hear: covers, outlines, excerpts, files from anywhere."""
        from resona.library.sounds import Sounds

        return Sounds(self.models, self.store.side_dir / "parts")

    @cached_property
    def tagging(self) -> "Tagging":
        """Words written into files, and taken back."""
        from resona.library.tagging import Tagging

        return Tagging(self.store, self.lists, self._genre_groups)

    @cached_property
    def links(self) -> "Links":
        """By which ids other servers know the tracks."""
        from resona.library.links import Links

        return Links(self.store)

    @cached_property
    def map(self) -> "Map":
        """Where each track lies."""
        from resona.library.map import Map

        return Map(self.store, self.models)

    @cached_property
    def measures(self) -> "Measures":
        """How good it is, and what leaks."""
        from resona.library.measures import Measures

        return Measures(self.store, self.models, self.labels)

    def lists_of(self, profile: str) -> Lists:
        """Give the lists as the owner of a profile hears them.

        Raises
        ------
        ConfigError
            If the profile cannot be one.
        """
        return self.lists if profile == self.labels.profile else Lists(self.labels.of(profile), self._genre_groups)

    def backup(self, path: Path | str) -> None:
        """Copy the library and its models, while others may read and write it; the copy is a library of its own.

        Raises
        ------
        StoreError
            If `path` is the library itself, holds something else, or cannot be written.
        """
        path = Path(path)
        self.store.backup(path)
        if self.models.folder.is_dir():
            try:
                shutil.copytree(self.models.folder, side_dir_of(path) / self.models.folder.name, dirs_exist_ok=True)
            except (OSError, shutil.Error) as error:
                raise StoreError(path, f"its models cannot be copied: {error}") from error

    @property
    def model(self) -> Model:
        """The model that listens."""
        return self.models.current

    @property
    def catalogue(self) -> Catalogue:
        """What lists come from: the vectors and tracks as the profile's owner hears them."""
        return self.labels.catalogue

    def status(self) -> dict[str, Any]:
        """Say in names and values what the library holds and which model it uses."""
        tracks, model = self.store.tracks, self.model
        return {
            "library": self.store.name,
            "tracks": tracks.count(),
            "missing": tracks.count(is_missing=True),
            "failed_files": self.store.failures.count(),
            "artists": len({artist for (artist,) in tracks.columns("artist")} - {""}),
            "genres": len({genre for (genres,) in tracks.columns("genres") for genre in json.loads(genres)}),
            "model": model.name,
            "model_id": model.model_id,
            "embedded": len(self.store.embeddings.track_ids(model.model_id)),
            "folders": self.folders.known,
        }

    # The five verbs of the README, by short names

    def scan(self, folders: Sequence[Path | str] = (), **options: Any) -> "ScanSummary":
        """Find and hear new and changed files; see `Folders.scan`."""
        return self.folders.scan(folders, **options)

    def train(self, config: "TrainConfig | None" = None, **options: Any) -> "TrainResult":
        """Fit a model to this library; see `Models.train`."""
        return self.models.train(config, **options)

    def evaluate(self, **options: Any) -> "Evaluation":
        """Measure the model in use; see `Measures.evaluate`."""
        return self.measures.evaluate(**options)

    def recommend(self, *queries: str | Query, **options: Any) -> Recommendations:
        """Find the most similar tracks; see `Lists.recommend`."""
        return self.lists.recommend(*queries, **options)

    def use_model(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Choose the model that listens from now on; see `Models.use`."""
        self.models.use(name, on_progress=on_progress)
