"""A music library: one object with everything that Resona can do. The command line and the page call nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from resona.config import from_mapping
from resona.errors import MissingExtraError, StoreError
from resona.features.mfcc import FeatureConfig
from resona.inference import Model, ModelShelf, embed_stored
from resona.ingest import ScanConfig, ScanProgress, ScanSummary, extract_missing, scan, watch_folders
from resona.pairs import SPLITS, PairConfig, draw_pairs, split_artists, write_pairs
from resona.pairs.labelled import LabelledTracks
from resona.recommend import Catalogue, Query, Recommendations, Request, export_distances, export_embeddings, recommend
from resona.recommend.playlists import write_m3u
from resona.store import Store
from resona.teach import DEFAULT_PROFILE, Teacher
from resona.tracks import Track

if TYPE_CHECKING:
    from resona.evaluate import Evaluation, Finding, SplitReport
    from resona.train import TrainConfig, TrainResult

FOLDERS = "folders"


class Library:
    """A library file, its model, and what can be asked of them.

    Parameters
    ----------
    path
        The library file.
    profile
        Whose judgements lists follow; "none" for nobody's.
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

    def __init__(self, path: Path | str, *, profile: str = DEFAULT_PROFILE, is_new_allowed: bool = True) -> None:
        self.store = Store(Path(path), is_new_allowed=is_new_allowed)
        self.models = ModelShelf(self.store)
        self.teacher = Teacher(self.store, self.models, profile)

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
        wanted = self._wanted(folders)
        config = config or ScanConfig()
        config = replace(config, analysis=replace(config.analysis, features=self._features))
        summary = scan(
            self.store,
            wanted,
            config,
            model_id=self.model.model_id,
            bundle_dir=self.models.bundle_dir,
            on_progress=on_progress,
        )
        self.add_folders(wanted)
        if summary.is_complete:
            extract_missing(self.store, config, with_descriptors=True)
            embed_stored(self.store, self.model)
        return summary

    def changes(self, folders: Sequence[Path | str] = ()) -> Iterator[int]:
        """Wait until files change in the folders of `scan`: ``for _ in library.changes(): library.scan()``.

        Yields
        ------
        The number of changes of each batch, without end; 0 at once, so that the first scan misses nothing.

        Raises
        ------
        StoreError
            If there is no folder, or one cannot be watched.
        """
        return watch_folders(self._wanted(folders), besides=self.store.path)

    def add_folders(self, folders: Sequence[Path | str]) -> None:
        """Remember folders, so that a scan without any looks there."""
        known = self.store.settings.get(FOLDERS, [])
        added = (str(Path(folder).expanduser().resolve()) for folder in folders)
        self.store.settings.put(FOLDERS, sorted({*known, *added}))

    def _wanted(self, folders: Sequence[Path | str]) -> list[Path]:
        wanted = folders or self.store.settings.get(FOLDERS, [])
        if not wanted:
            raise StoreError(self.store.path, "say which folder holds the music: `resona scan FOLDER`")
        return [Path(folder).expanduser().resolve() for folder in wanted]

    # Models

    @property
    def model(self) -> Model:
        """The model in use."""
        return self.models.current

    def use_model(self, name: str, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Choose the model that listens from now on, and embed what it has not heard yet.

        Parameters
        ----------
        name
            One of `self.models.names()`.
        on_progress
            Called with how many tracks are embedded, and of how many.

        Raises
        ------
        CheckpointError
            If there is no such model, or it cannot be read.
        """
        model = self.models.choose(name)
        self._hear_for(model)
        embed_stored(self.store, model, on_progress=on_progress)

    # Learning

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
            How to train; see `resona.train.TrainConfig`.
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
        stage = _train_stage()
        result: TrainResult = stage.train_stored(
            self.store,
            config or stage.TrainConfig(),
            self.models.folder,
            pairs_path=pairs_path,
            is_resumed=is_resumed,
            on_progress=on_progress,
        )
        if result.bundle_dir is not None:
            self.use_model(result.bundle_dir.name)
        return result

    def train_config(self, arch: str = "base", **changes: Any) -> "TrainConfig":
        """Give an architecture's settings, with some changed.

        Raises
        ------
        MissingExtraError, ConfigError
            If PyTorch is not installed, or a setting is out of range.
        """
        config: TrainConfig = _train_stage().TrainConfig.of(arch, **changes)
        return config

    def evaluate(self, **options: Any) -> "Evaluation":
        """Measure the model in use beside baselines and other models; options are those of `resona.evaluate.evaluate`.

        Raises
        ------
        SplitError
            If there are too few artists or genres.
        """
        from resona.evaluate import evaluate, keep, measure_robustness

        others = {name: self.models.open(name) for name in self.models.names() if name != "mfcc"}
        for other in others.values():
            self._hear_for(other)
        evaluation = evaluate(self.store, self.model, others, **options)
        evaluation.values["robustness"] = measure_robustness(self.teacher.base)
        evaluation.values["judgements"] = self.teacher.measure()
        keep(evaluation.values, self.store.side_dir)
        return evaluation

    def write_report(self, evaluation: "Evaluation", folder: Path) -> list[Path]:
        """Write an evaluation as a page with pictures, as Markdown and as JSON, and give the files.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from resona.evaluate.report import write_report

        curves_paths = {name: self.store.side_dir / "runs" / name / "curves.csv" for name in self.models.names()}
        return write_report(evaluation, folder, curves_paths=curves_paths)

    def experiment_on_pairs(self, **options: Any) -> dict[str, Any]:
        """Train with and without a leak and compare; see `resona.evaluate.experiment.run_experiment`.

        Raises
        ------
        MissingExtraError
            If PyTorch is not installed.
        SplitError
            If there are too few artists or genres.
        """
        _train_stage()
        from resona.evaluate.experiment import as_values, run_experiment

        return as_values(run_experiment(self.store, self.store.side_dir / "experiments", **options))

    def check_split(self, pairs_path: Path | None = None) -> "SplitReport":
        """Say what training and held-out tracks share, in our split or in a file of pairs; see `SplitReport`.

        Raises
        ------
        SplitError
            If there are too few artists or genres.
        QueryError
            If the file cannot be read.
        """
        from resona.evaluate import check_pairs, check_split

        if pairs_path is not None:
            return check_pairs(self.store, self.model, pairs_path)
        return check_split(self.store, self.model)

    def examine(self) -> "list[Finding]":
        """Say what should be put right in the library, and why; see `resona.evaluate.Finding`."""
        from resona.evaluate import examine

        return examine(self.teacher.base)

    def write_pairs(self, path: Path, *, n_pairs: int = 4000, seed: int = 0) -> dict[str, int]:
        """Draw pairs of tracks by genre, inside a split by artist, and write them as `a,b,label,split`.

        Returns
        -------
        Split to number of pairs.

        Raises
        ------
        SplitError
            If there are too few genres or artists.
        """
        labelled = LabelledTracks.of(self.store.tracks.all())
        splits, rng = split_artists(labelled.artists, labelled.genres), np.random.default_rng(seed)
        pairs = {}
        for split in SPLITS:
            is_member = splits == split
            config = PairConfig(n_pairs=max(2, round(n_pairs * is_member.mean())))
            pairs[split] = draw_pairs(labelled.genres, labelled.artists, config, rng=rng, among=is_member)
        write_pairs(path, pairs, [str(track.path) for track in labelled.tracks])
        return {split: len(part) for split, part in pairs.items()}

    # Recommendations

    @property
    def catalogue(self) -> Catalogue:
        """What lists come from: the vectors and tracks as the profile's owner hears them."""
        return self.teacher.catalogue

    def recommend(self, *queries: str | Query, **options: Any) -> Recommendations:
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

    def write_m3u(self, path: Path, tracks: Sequence[Track]) -> None:
        """Write a playlist file, in the order given.

        Raises
        ------
        StoreError
            If the file cannot be written.
        """
        write_m3u(path, tracks)

    def export_embeddings(self, path: Path) -> int:
        """Write `paths` and `embeddings` as .npz; see `resona.recommend.export`."""
        return export_embeddings(self.catalogue, path)

    def export_distances(self, path: Path) -> int:
        """Write the distances that lists are ordered by, in the MIREX format; see `resona.recommend.export`."""
        return export_distances(self.catalogue, path)

    def _hear_for(self, model: Model) -> None:
        """Make sure that every track has the features that a model needs."""
        features = from_mapping(FeatureConfig, model.feature_config)
        extract_missing(self.store, ScanConfig(analysis=replace(ScanConfig().analysis, features=features)))

    @property
    def _features(self) -> FeatureConfig:
        return FeatureConfig(**self.model.feature_config)

    def _n_genres(self) -> int:
        import json

        return len({genre for (genres,) in self.store.tracks.columns("genres") for genre in json.loads(genres)})


def _train_stage() -> ModuleType:
    try:
        from resona import train
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx"}:
            raise
        raise MissingExtraError(
            "training needs PyTorch, which is not installed: pip install 'resona-music[train]'"
        ) from error
    return train
