"""How good is it, what leaks, and what should be put right?"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resona.errors import StoreError
from resona.library.models import Models, train_stage
from resona.store import Store
from resona.teach import Teacher

if TYPE_CHECKING:
    from resona.evaluate import Evaluation, Finding, SplitReport
    from resona.evaluate.datasets import DatasetFile
    from resona.evaluate.tables import ResultTable


class Measures:
    """What can be measured on a library: ``library.measures``."""

    def __init__(self, store: Store, models: Models, labels: Teacher) -> None:
        self._store, self._models, self._labels = store, models, labels

    def evaluate(
        self,
        *,
        ears: Sequence[str] = (),
        on_progress: Callable[[int, int, str], None] = lambda _done, _total, _note: None,
        **options: Any,
    ) -> "Evaluation":
        """Measure the model in use beside baselines and other models; options are those of `resona.evaluate.evaluate`.

        Parameters
        ----------
        ears
            Names of ears that compete, or "all": what they have not heard yet, they hear now.

        Raises
        ------
        SplitError
            If there are too few artists or genres.
        CheckpointError
            If there is no such ear.
        """
        from resona.evaluate import evaluate, keep, measure_robustness

        others = {
            name: self._models.fitted(name, on_progress=lambda done, total: on_progress(done, total, "hearing"))
            for name in self._models.competitors(ears)
        }
        evaluation = evaluate(self._store, self._models.current, others, on_progress=on_progress, **options)
        evaluation.values["robustness"] = measure_robustness(self._labels.base)
        evaluation.values["judgements"] = self._labels.measure()
        keep(evaluation.values, self._store.side_dir)
        return evaluation

    def last(self) -> dict[str, Any]:
        """Give the values of the last evaluation; empty before the first.

        Raises
        ------
        StoreError
            If they cannot be read.
        """
        path = self._store.side_dir / "evaluation.json"
        try:
            measured: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda _: None)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise StoreError(path, "the evaluation cannot be read; run `resona evaluate` again") from error
        return measured

    def label(self, files: "Sequence[DatasetFile]") -> dict[int, str]:
        """Give the tracks of a data set its labels; see `resona.evaluate.datasets.label_tracks`."""
        from resona.evaluate.datasets import label_tracks

        return label_tracks(self._store, files)

    @staticmethod
    def ladder(values: Mapping[str, Any]) -> "ResultTable":
        """Lay an evaluation out as the table of contenders; see `resona.evaluate.tables.ladder`."""
        from resona.evaluate.tables import ladder

        return ladder(values)

    @staticmethod
    def describe_absent(values: Mapping[str, Any]) -> str:
        """Say who does not compete, and why; see `resona.evaluate.tables.describe_absent`."""
        from resona.evaluate.tables import describe_absent

        return describe_absent(values)

    @staticmethod
    def prepare_report(folder: Path) -> None:
        """Fail before the measuring rather than after it; see `resona.evaluate.report.prepare_report`."""
        from resona.evaluate.report import prepare_report

        prepare_report(folder)

    def write_report(self, evaluation: "Evaluation", folder: Path) -> list[Path]:
        """Write an evaluation as a page with pictures, as Markdown and as JSON, and give the files.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from resona.evaluate.report import write_report

        curves_paths = {name: self._store.side_dir / "runs" / name / "curves.csv" for name in self._models.names()}
        return write_report(evaluation, folder, curves_paths=curves_paths)

    def experiment_on_pairs(self, **options: Any) -> dict[str, Any]:
        """Train with and without a leak and compare; see `resona.evaluate.experiment.run_experiment`.

        Raises
        ------
        MissingExtraError
            If PyTorch is not installed.
        SplitError
            If there are too few artists or genres.
        StoreLockedError
            If another process experiments with this library.
        """
        train_stage()
        from resona.evaluate.experiment import as_values, run_experiment

        with self._store.alone("experiment"):
            return as_values(run_experiment(self._store, self._store.side_dir / "experiments", **options))

    @staticmethod
    def write_experiment(folder: Path, values: dict[str, Any]) -> list[Path]:
        """Write an experiment as JSON and as a picture, and give the files."""
        from resona.evaluate.experiment import write_experiment

        return write_experiment(folder, values)

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
            return check_pairs(self._store, self._models.current, pairs_path)
        return check_split(self._store, self._models.current)

    def examine(self, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> "list[Finding]":
        """Say what should be put right in the library, and why; see `resona.evaluate.examine`."""
        from resona.evaluate import examine

        return examine(self._labels.base, on_progress=on_progress)

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
        import numpy as np

        from resona.pairs import SPLITS, PairConfig, draw_pairs, split_artists, write_pairs
        from resona.pairs.labelled import LabelledTracks

        labelled = LabelledTracks.of(self._store.tracks.all())
        splits, rng = split_artists(labelled.artists, labelled.genres), np.random.default_rng(seed)
        pairs = {}
        for split in SPLITS:
            is_member = splits == split
            config = PairConfig(n_pairs=max(2, round(n_pairs * is_member.mean())))
            pairs[split] = draw_pairs(labelled.genres, labelled.artists, config, rng=rng, among=is_member)
        write_pairs(path, pairs, [str(track.path) for track in labelled.tracks])
        return {split: len(part) for split, part in pairs.items()}
