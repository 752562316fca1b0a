"""From labelled tracks to a bundle, in one call.

A run is a folder: ``run.json`` (settings, data, versions), ``curves.csv`` and ``curves.png`` (what each epoch brought),
``checkpoint.safetensors`` (to go on after an interruption), and, on success, ``bundle/``.
"""

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resona._version import __version__
from resona.config import fingerprint
from resona.errors import ConfigError, FingerprintMismatchError, TrainingError
from resona.files import WEIGHTS
from resona.inference import Manifest, read_manifest
from resona.inference.manifest import read_file
from resona.inference.words import FILE as WORDS
from resona.metrics.bootstrap import Interval, mean_differences
from resona.metrics.permutation import sign_flip_p
from resona.model import Encoder, SiameseNetwork, build_network, load_checkpoint, save_checkpoint, unpack_weights
from resona.pairs import LeakReport, main_artists
from resona.train.config import TrainConfig
from resona.train.curves import Epoch, draw_curves, write_curves
from resona.train.finish import calibrate, describe_network, save_model
from resona.train.learner import Check, Learner
from resona.train.material import Plan, TrainingSet, make_plan
from resona.train.report import conclude, summarise_material, trained_artists, write_card
from resona.train.tuner import Tuner

CHECKPOINT = "checkpoint.safetensors"
MOST_CHANCE = 0.025  # p-value up to which a gain is believed; fewer than six held-out artists never have it
N_COMPARED = 16  # tracks by which PyTorch and ONNX are compared

OnProgress = Callable[[int, int, str], None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What a training brought.

    Attributes
    ----------
    bundle_dir
        The new model; None where the model that training started from is to be kept.
    message
        What was decided and why, in a sentence or two.
    epochs
        One entry for each epoch, and one, the first, for the start.
    gain
        Of mean average precision over the model that training started from, on held-out artists; None if it started
        from none.
    audit
        What validation and test share with training.
    measures
        On held-out artists, with the weights that were chosen.
    """

    bundle_dir: Path | None
    message: str
    epochs: tuple[Epoch, ...]
    gain: Interval | None
    audit: LeakReport
    measures: dict[str, float]


def fit(
    data: TrainingSet,
    config: TrainConfig,
    run_dir: Path,
    *,
    base_dir: Path | None = None,
    is_resumed: bool = False,
    on_progress: OnProgress = lambda _done, _total, _message: None,
) -> TrainResult:
    """Train a model.

    Parameters
    ----------
    data
        Tracks and labels.
    config
        How to train.
    run_dir
        The run's folder; made where it does not exist.
    base_dir
        Bundle to start from, where ``config.init`` is "base".
    is_resumed
        Go on from the folder's checkpoint, if there is one.
    on_progress
        Called with steps done, steps in all, and a few words.

    Returns
    -------
    What came of it, the new bundle included.

    Raises
    ------
    SplitError
        If there are too few genres or artists.
    TrainingError
        If the loss is not finite, given pairs cannot be trained on, or the checkpoint is of another training.
    FingerprintMismatchError
        If the model to start from expects other features.
    CheckpointError
        If that model or the checkpoint cannot be read.
    KeyboardInterrupt
        Passed on after the curves are written; the last whole epoch is in the checkpoint.
    """
    plan = make_plan(data, config)
    on_progress(0, 0, "looking at the start")
    torch.manual_seed(config.seed)
    learner = _start(data, config, plan, base_dir)
    run_dir.mkdir(parents=True, exist_ok=True)
    run = _Run(learner, run_dir)
    if is_resumed and (run_dir / CHECKPOINT).exists():
        run.resume()
    run.describe()
    try:
        run.learn(on_progress)
    finally:
        write_curves(run_dir / "curves.csv", run.epochs)
        draw_curves(run_dir / "curves.png", run.epochs, run.best)
    return run.finish()


def _start(data: TrainingSet, config: TrainConfig, plan: Plan, base_dir: Path | None) -> Learner:
    """Build what learns: a fresh network, or a model to be tuned."""
    if config.init == "none":
        network = build_network(config.arch, {"n_mfcc": data.feature_config.n_mfcc, **config.encoder})
        if isinstance(network.encoder, Encoder):
            network.encoder.set_normalisation(*_frame_statistics(data, plan.positions("train")))
        return Learner(network, config.arch, data, plan, config)
    if base_dir is None:
        raise ConfigError("there is no base model to start from: train with init='none'")
    manifest = read_manifest(base_dir)
    tuner = Tuner(_load_network(base_dir, manifest, data), data, plan, config)
    tuner.model.ranking = manifest.ranking
    if WORDS in manifest.files:
        tuner.taken_over = {WORDS: read_file(base_dir, manifest, WORDS)}
    return tuner


def _load_network(folder: Path, manifest: Manifest, data: TrainingSet) -> SiameseNetwork:
    """Open a bundle for training."""
    if manifest.feature_fingerprint != fingerprint(data.feature_config):
        raise FingerprintMismatchError(
            f"the model {manifest.name!r} hears {dict(manifest.features)}, "
            f"these features were made with {dataclasses.asdict(data.feature_config)}"
        )
    network = build_network(manifest.arch, manifest.encoder, manifest.head)
    unpack_weights(read_file(folder, manifest, WEIGHTS), network)
    return network


def _frame_statistics(data: TrainingSet, tracks: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each coefficient over the training frames only."""
    sums, squares, n_frames = 0.0, 0.0, 0
    for track in tracks.tolist():
        clips = data.features[track].astype(np.float64)
        sums += clips.sum(axis=(0, 2))
        squares += (clips**2).sum(axis=(0, 2))
        n_frames += clips.shape[0] * clips.shape[2]
    mean = sums / n_frames
    deviation = np.sqrt(np.maximum(squares / n_frames - mean**2, 1e-6))
    return torch.from_numpy(mean).float(), torch.from_numpy(deviation).float()


class _Run:
    """The state of a training: what was best, what each epoch brought, where it is kept."""

    def __init__(self, learner: Learner, folder: Path) -> None:
        self.learner, self.config, self.folder = learner, learner.config, folder
        self.is_tuned = isinstance(learner, Tuner)
        self.is_best_taken = bool(self.config.patience) and not self.is_tuned
        self.start_check = learner.check()
        self.epochs = [_line(0, np.nan, self.start_check, 0.0, 0.0)]
        self.start_score = self.start_check.score if self.is_tuned else -np.inf
        self.best, self.best_score = 0, -np.inf
        self.best_weights = self._weights()

    def learn(self, on_progress: OnProgress) -> None:
        """Run epochs until there is no gain, or all are done."""
        n_steps, n_epochs = self.learner.n_steps, self.config.n_epochs
        for epoch in range(len(self.epochs), n_epochs + 1):
            if self.is_best_taken and epoch - 1 - self.best >= self.config.patience:
                break
            started = time.monotonic()
            message = f"epoch {epoch} of {n_epochs}" + (
                f", best so far {self.best}" if self.is_best_taken and self.best else ""
            )
            on_step = partial(_tell, on_progress, (epoch - 1) * n_steps, n_epochs * n_steps, message)
            loss = self.learner.run_epoch(epoch, on_step)
            check = self.learner.check()
            rate = self.learner.optimizer.param_groups[0]["lr"]
            self.epochs.append(_line(epoch, loss, check, rate, time.monotonic() - started))
            if check.score > self.best_score or not self.is_best_taken:
                self.best, self.best_score, self.best_weights = epoch, check.score, self._weights()
            self.save()

    def describe(self) -> None:
        """Write down what this run is."""
        plan, data = self.learner.plan, self.learner.data
        facts = {
            "config": dataclasses.asdict(self.config),
            "features": dataclasses.asdict(data.feature_config),
            "data": summarise_material(data, plan),
            "digest": self._digest(),
            "versions": {"resona": __version__, "torch": str(torch.__version__), "numpy": np.__version__},
        }
        (self.folder / "run.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def save(self) -> None:
        """Write the checkpoint."""
        optimizer = {
            f"optimizer.{index}.{name}": value
            for index, values in self.learner.optimizer.state_dict()["state"].items()
            for name, value in values.items()
        }
        best = {f"best.{name}": value for name, value in self.best_weights.items()}
        now = {f"now.{name}": value for name, value in self._weights().items()}
        state = {"digest": self._digest(), "best": self.best, "epochs": [dataclasses.asdict(e) for e in self.epochs]}
        save_checkpoint(self.folder / CHECKPOINT, {**optimizer, **best, **now}, state)

    def resume(self) -> None:
        """Go on from the checkpoint."""
        tensors, state = load_checkpoint(self.folder / CHECKPOINT)
        if state.get("digest") != self._digest():
            raise TrainingError(f"{str(self.folder)!r} holds another training (other music or settings): start anew")
        self.best_weights = {name: tensors[f"best.{name}"] for name in self.best_weights}
        self.learner.network.load_state_dict({name: tensors[f"now.{name}"] for name in self.best_weights})
        optimizer = self.learner.optimizer.state_dict()
        for key, value in tensors.items():
            if key.startswith("optimizer."):
                _, index, name = key.split(".")
                optimizer["state"].setdefault(int(index), {})[name] = value
        self.learner.optimizer.load_state_dict(optimizer)
        self.epochs = [Epoch(**values) for values in state["epochs"]]
        self.best = state["best"]
        best = self.epochs[self.best]
        self.best_score = -best.validation_loss if np.isnan(best.validation_map) else best.validation_map

    def finish(self) -> TrainResult:
        """Take the best or last weights, compare with the start, and write the bundle if they are to be used."""
        learner, data, plan = self.learner, self.learner.data, self.learner.plan
        learner.network.load_state_dict(self.best_weights)
        check = learner.check()
        gain, chance = self._gain(check) if self.is_tuned and len(check.queries) else (None, 0.0)
        is_used = chance <= MOST_CHANCE if gain else self.best > 0 and check.score > self.start_score
        measures = {"validation_map": check.map, "validation_loss": check.loss, "start_map": self.start_check.map}
        bundle_dir = self.folder / "bundle" if is_used else None
        if bundle_dir:
            manifest = describe_network(
                learner.network,
                learner.arch,
                data,
                name=f"{learner.arch}, trained on {len(plan.positions('train'))} tracks",
                ranking=learner.model.ranking,
                calibration=calibrate(learner.model, data, plan),
                trained_artists=trained_artists(data, plan),
                measures=measures,
                training={"config": dataclasses.asdict(self.config), "data": summarise_material(data, plan)},
            )
            clips = [data.features[track] for track in np.unique(plan.validation.a)[:N_COMPARED].tolist()]
            more = {**learner.taken_over, "README.md": write_card(manifest).encode()}
            save_model(bundle_dir, learner.network, manifest, clips, more)
        return TrainResult(
            bundle_dir=bundle_dir,
            message=conclude(gain, chance, is_used=is_used),
            epochs=tuple(self.epochs),
            gain=gain,
            audit=plan.audit,
            measures=measures,
        )

    def _weights(self) -> dict[str, Tensor]:
        return {name: weights.detach().clone() for name, weights in self.learner.network.state_dict().items()}

    def _digest(self) -> str:
        """Identify settings and data, so that a checkpoint is never continued with others."""
        plan = self.learner.plan
        digest = hashlib.sha256(json.dumps(dataclasses.asdict(self.config), sort_keys=True).encode())
        for pairs in (plan.train, plan.validation, plan.weak):
            for column in (pairs.a, pairs.b, pairs.is_match, pairs.weight):
                digest.update(np.ascontiguousarray(column).tobytes())
        digest.update("".join(plan.splits.tolist()).encode())
        return digest.hexdigest()[:12]

    def _gain(self, check: Check) -> tuple[Interval, float]:
        """Compare with the start, on the same held-out tracks, which have chosen nothing; give the p-value, too."""
        main = main_artists(self.learner.data.artists)
        artists = [main[track] for track in check.queries.tolist()]
        values = {"start": self.start_check.average_precision, "now": check.average_precision}
        rng = np.random.default_rng(self.config.seed)
        gain = mean_differences(values, "start", artists, rng=rng)["now"]
        return gain, sign_flip_p(values["now"] - values["start"], artists, rng=rng)


def _tell(on_progress: OnProgress, n_before: int, n_all: int, message: str, step: int) -> None:
    on_progress(n_before + step, n_all, message)


def _line(number: int, loss: float, check: Check, rate: float, seconds: float) -> Epoch:
    return Epoch(
        number=number,
        train_loss=loss,
        validation_loss=check.loss,
        validation_map=check.map,
        learning_rate=rate,
        seconds=seconds,
    )
