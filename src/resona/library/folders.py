"""Where is the music, what is new there, and what could not be heard?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from resona.addresses import RemotePath, place
from resona.errors import ConfigError, StoreError
from resona.inference import embed_stored
from resona.ingest import (
    LOCAL,
    AnalysisConfig,
    ScanConfig,
    ScanProgress,
    ScanSummary,
    embed_shelved,
    extract_missing,
    scan,
    shelf_of,
    watch_folders,
)
from resona.library.models import Models
from resona.recommend import Graph
from resona.store import Failure, Store
from resona.store.tables import is_among

FOLDERS = "folders"
KEEP, HIDE, DELETE = FATES = ("keep", "hide", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """A folder of the library.

    Attributes
    ----------
    is_there
        Whether it can be found now; of an address that is not asked, and True.
    n_tracks, n_missing
        Tracks in it and below, and those that were there once.
    """

    path: str
    is_there: bool
    n_tracks: int
    n_missing: int


class Folders:
    """The folders that a library is made of: ``library.folders``."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store, self._models = store, models

    @property
    def known(self) -> list[str]:
        """Those that were scanned or added."""
        return list(self._store.settings.get(FOLDERS, []))

    @property
    def keep_features(self) -> str:
        """Where the features of what is heard go; see `ScanConfig`."""
        return self._store.features.place

    def add(self, folders: Sequence[Path | str]) -> None:
        """Remember folders, so that a scan without any looks there.

        Raises
        ------
        StoreError
            If one is not there; then none is added.
        """
        added = [_absolute(folder) for folder in folders]
        for folder in added:
            if not _may_be_there(folder):
                raise StoreError(folder, "there is no such folder")
        self._store.settings.put(FOLDERS, sorted({*self.known, *map(str, added)}))

    def describe(self) -> list[FolderState]:
        """Say of each folder whether it is there, and how many tracks it holds."""
        return [self._describe(place(folder)) for folder in self.known]

    def _describe(self, folder: Path) -> FolderState:
        n_there, n_ever = (
            len(self._store.tracks.ids_below([folder], with_missing=with_missing)) for with_missing in (False, True)
        )
        return FolderState(
            path=str(folder), is_there=_may_be_there(folder), n_tracks=n_there, n_missing=n_ever - n_there
        )

    def own_tracks(self, folder: Path | str) -> list[int]:
        """List the tracks that are in no folder but this one, and of which a scan would hear no more without it."""
        path = self._known(folder)
        known = [place(other) for other in self.known if other != path]
        nested = [other for other in known if other.is_relative_to(place(path))]
        others = [other for other in known if place(path).is_relative_to(other)]
        return [] if others else self._store.tracks.ids_below([place(path)], besides=nested, with_missing=True)

    def forget(self, folder: Path | str, *, tracks: str = KEEP) -> int:
        """Look no longer into a folder, whether it is there or not.

        Parameters
        ----------
        folder
            One of `known`.
        tracks
            What becomes of those that are in no other folder of the library: `KEEP` leaves them in lists, `HIDE` takes
            them for missing, so that what was said of them comes back with their audio, and `DELETE` forgets them
            for good, and the judgements with them.

        Returns
        -------
        The number of those tracks.

        Raises
        ------
        StoreError
            If the library has no such folder.
        ConfigError
            If `tracks` is none of the three.
        """
        if tracks not in FATES:
            raise ConfigError(f"tracks must be {', '.join(FATES)}, got {tracks!r}")
        path, own = self._known(folder), self.own_tracks(folder)
        with self._store.writing():
            if tracks == HIDE:
                self._store.tracks.set_missing(own)
            elif tracks == DELETE:
                self._store.tracks.delete(own)
            others = [other for other in self.known if other != path]
            self._store.settings.put(FOLDERS, others)
            for failed in self._store.failures.all():
                if is_among(str(failed.path), [place(path)], map(place, others)):
                    self._store.failures.remove(failed.path)
        return len(own)

    def _known(self, folder: Path | str) -> str:
        for name in (str(folder), str(_absolute(folder))):
            if name in self.known:
                return name
        there_are = f"there are {', '.join(map(repr, self.known))}" if self.known else "there are none"
        raise StoreError(Path(folder), f"this is no folder of the library; {there_are}")

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
            Called as the scan goes on, through all its stages; what it raises ends the scan, and what is done is kept.

        Raises
        ------
        StoreError
            If there is nothing to scan, none of the folders is there, or the library cannot be written.
        WorkerError
            If nothing can be heard, whatever the file.
        """
        wanted, model, scanning = self._wanted(folders), self._models.current, self._models.scanning
        config = config or ScanConfig()
        if config.keep_features != self.keep_features and config.keep_features:
            self._store.features.keep_at(config.keep_features)
        config = replace(config, analysis=AnalysisConfig.of(model), keep_features=self.keep_features)
        if shelf := shelf_of(self.keep_features):
            if config.engine == LOCAL:
                embed_shelved(self._store, scanning, shelf)
            else:
                from resona.ingest.cluster import embed_on_cluster

                embed_on_cluster(self._store, scanning, self._models.bundle_dir, shelf)
        summary = scan(
            self._store,
            wanted,
            config,
            model_id=scanning.model_id,
            bundle_dir=self._models.bundle_dir,
            on_progress=on_progress,
        )
        known = [place(folder) for folder in self.known]  # a part of one is no other
        self.add([new for new in wanted if _may_be_there(new) and not any(map(new.is_relative_to, known))])
        if summary.is_complete:
            stage = partial(_tell, on_progress, summary)
            extract_missing(self._store, config, with_descriptors=True, on_progress=partial(stage, "extracting"))
            embed_stored(self._store, model, on_progress=partial(stage, "embedding"))
            graph = Graph(self._store, self._models.comparing)
            if graph.is_ready:
                graph.build()
        return summary

    def changes(self, folders: Sequence[Path | str] = ()) -> Iterator[int]:
        """Wait until files change in the folders of `scan`: ``for _ in library.folders.changes(): library.scan()``.

        Yields
        ------
        The number of changes of each batch, without end; 0 at once, so that the first scan misses nothing.

        Raises
        ------
        StoreError
            If there is no folder, or one cannot be watched.
        """
        wanted = self._wanted(folders)
        here = [folder for folder in wanted if not isinstance(folder, RemotePath)]
        if not here:
            raise StoreError(wanted[0], "cannot be watched; a regular `resona scan` does the same")
        return watch_folders(here, besides=self._store.path)

    def any_there(self, folders: Sequence[Path | str] = ()) -> bool:
        """Whether one of the folders of `scan` is there."""
        return any(map(_may_be_there, self._wanted(folders)))

    def failures(self) -> list[Failure]:
        """List the files that could not be heard, with the reasons."""
        return self._store.failures.all()

    def retry(self) -> int:
        """Forget the failures, so that the next scan tries these files again; give how many there were."""
        return self._store.failures.clear()

    def _wanted(self, folders: Sequence[Path | str]) -> list[Path]:
        wanted = folders or self.known
        if not wanted:
            raise StoreError(self._store.name, "say which folder holds the music: `resona scan FOLDER`")
        return [_absolute(folder) for folder in wanted]


def _tell(
    on_progress: Callable[[ScanProgress], None], summary: ScanSummary, stage: str, n_done: int, n_due: int
) -> None:
    on_progress(
        ScanProgress(n_found=summary.n_found, n_due=n_due, n_done=n_done, n_failed=summary.n_failed, stage=stage)
    )


def _may_be_there(folder: Path) -> bool:
    return isinstance(folder, RemotePath) or folder.exists()


def _absolute(folder: Path | str) -> Path:
    return place(folder).expanduser().resolve()
