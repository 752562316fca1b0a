"""Where is the music, what is new there, and what could not be heard?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from resona.errors import StoreError
from resona.inference import embed_stored
from resona.ingest import ScanConfig, ScanProgress, ScanSummary, extract_missing, scan, watch_folders
from resona.library.models import Models
from resona.store import Failure, Store

FOLDERS = "folders"


class Folders:
    """The folders that a library is made of: ``library.folders``."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store, self._models = store, models

    @property
    def known(self) -> list[str]:
        """Those that were scanned or added."""
        return list(self._store.settings.get(FOLDERS, []))

    def add(self, folders: Sequence[Path | str]) -> None:
        """Remember folders, so that a scan without any looks there."""
        added = (str(Path(folder).expanduser().resolve()) for folder in folders)
        self._store.settings.put(FOLDERS, sorted({*self.known, *added}))

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
        wanted, model = self._wanted(folders), self._models.current
        config = config or ScanConfig()
        config = replace(config, analysis=replace(config.analysis, features=model.features))
        summary = scan(
            self._store,
            wanted,
            config,
            model_id=model.model_id,
            bundle_dir=self._models.bundle_dir,
            on_progress=on_progress,
        )
        self.add(wanted)
        if summary.is_complete:
            extract_missing(self._store, config, with_descriptors=True)
            embed_stored(self._store, model)
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
        return watch_folders(self._wanted(folders), besides=self._store.path)

    def failures(self) -> list[Failure]:
        """List the files that could not be heard, with the reasons."""
        return self._store.failures.all()

    def retry(self) -> int:
        """Forget the failures, so that the next scan tries these files again; give how many there were."""
        return self._store.failures.clear()

    def _wanted(self, folders: Sequence[Path | str]) -> list[Path]:
        wanted = folders or self.known
        if not wanted:
            raise StoreError(self._store.path, "say which folder holds the music: `resona scan FOLDER`")
        return [Path(folder).expanduser().resolve() for folder in wanted]
