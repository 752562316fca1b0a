"""What does splitting pairs instead of artists do to the numbers? The experiment on 700 and 4,000 pairs.

The original recipe drew pairs of songs and split the *pairs* at random. Nearly every song of a test pair then also
stands in training pairs, so the test asks what the network remembers. Here both are measured, with the same number of
training pairs: the leaky way, and on artists that were never met.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.inference import Bundle
from resona.pairs import SPLITS, PairConfig, PairSet, draw_pairs, split_artists, split_pairs_randomly
from resona.store import Store
from resona.train import TrainConfig, TrainingSet, fit, training_set

TEST_SHARE = 0.3  # of the pairs, as originally done
VALIDATION_SHARE = 0.1  # of the training pairs, for calibration and early stopping

OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakTrial:
    """One training.

    Attributes
    ----------
    arch, n_pairs, seed
        What was trained, on how many pairs in all.
    is_leaky
        Whether pairs were split at random instead of by artist.
    accuracy
        Share of test pairs that the network got right, at probability one half.
    n_test
        Test pairs.
    """

    arch: str
    n_pairs: int
    seed: int
    is_leaky: bool
    accuracy: float
    n_test: int


def run_experiment(  # noqa: PLR0913 - what is varied, one argument each
    store: Store,
    folder: Path,
    *,
    archs: Sequence[str] = ("classic", "base"),
    counts: Sequence[int] = (700, 4000),
    seeds: int = 3,
    changes: dict[str, Any] | None = None,
    on_progress: OnProgress = lambda _done, _total, _message: None,
) -> list[LeakTrial]:
    """Train on each number of pairs, with and without a leak.

    What a training brought is kept in its folder, so that an interrupted experiment goes on where it stopped.

    Parameters
    ----------
    store
        The library.
    folder
        Where the runs are kept.
    archs, counts, seeds
        What is trained, on how many pairs, and how often.
    changes
        Fields of `TrainConfig` to change, such as ``{"n_epochs": 2}``.
    on_progress
        Called with trainings done, trainings in all, and a few words.

    Raises
    ------
    SplitError
        If there are too few artists or genres.
    """
    plans = [(a, n, s, leaky) for a in archs for n in counts for s in range(seeds) for leaky in (True, False)]
    trials: list[LeakTrial] = []
    for arch, n_pairs, seed, is_leaky in plans:
        name = f"{arch}-{n_pairs}-{seed}-{'leaky' if is_leaky else 'honest'}"
        on_progress(len(trials), len(plans), name)
        config = TrainConfig.of(arch, seed=seed, init="none", **(changes or {}))
        data, _ = training_set(store, config)
        pairs = (leaky_pairs if is_leaky else honest_pairs)(data, n_pairs, seed)
        accuracy = _kept_accuracy(replace(data, pairs=pairs), config, folder / name)
        trials.append(
            LeakTrial(
                arch=arch,
                n_pairs=n_pairs,
                seed=seed,
                is_leaky=is_leaky,
                accuracy=accuracy,
                n_test=len(pairs["test"]),
            )
        )
    return trials


def leaky_pairs(data: TrainingSet, n_pairs: int, seed: int) -> dict[str, PairSet]:
    """Draw pairs among all tracks and split the pairs at random, as originally done."""
    rng = np.random.default_rng(seed)
    drawn = draw_pairs(data.genres, data.artists, PairConfig(n_pairs=n_pairs), rng=rng)
    rest, test = split_pairs_randomly(drawn, test=TEST_SHARE, rng=rng)
    train, validation = split_pairs_randomly(rest, test=VALIDATION_SHARE, rng=rng)
    return {"train": train, "validation": validation, "test": test}


def honest_pairs(data: TrainingSet, n_pairs: int, seed: int) -> dict[str, PairSet]:
    """Draw as many pairs, but each inside a split by artist."""
    rng = np.random.default_rng(seed)
    splits = split_artists(data.artists, data.genres)
    shares = {"train": (1 - TEST_SHARE) * (1 - VALIDATION_SHARE), "test": TEST_SHARE}
    shares["validation"] = 1 - sum(shares.values())
    return {
        split: draw_pairs(
            data.genres,
            data.artists,
            PairConfig(n_pairs=max(2, round(n_pairs * shares[split]))),
            rng=rng,
            among=splits == split,
        )
        for split in SPLITS
    }


def summarise_trials(trials: Sequence[LeakTrial]) -> list[dict[str, Any]]:
    """Give mean and spread over seeds for each architecture and number of pairs."""
    rows = []
    for arch, n_pairs in dict.fromkeys((trial.arch, trial.n_pairs) for trial in trials):
        row: dict[str, Any] = {"arch": arch, "n_pairs": n_pairs}
        for name, is_leaky in (("leaky", True), ("honest", False)):
            values = _values(trials, arch, n_pairs, is_leaky=is_leaky)
            row[name] = float(values.mean())
            row[f"{name}_spread"] = float(values.std(ddof=1)) if len(values) > 1 else 0.0
        rows.append(row)
    return rows


def explain_gap(rows: Sequence[dict[str, Any]]) -> str:
    """Say in words what the numbers show."""
    worst = max(rows, key=lambda row: row["leaky"] - row["honest"])
    return (
        "Leaky: pairs were split at random, so the songs of a test pair had been trained on in other pairs. Honest: no "
        "artist of a test pair was ever met in training. Half of the pairs are alike, so guessing gives 50 %. "
        f"The widest gap is {worst['arch']} on {worst['n_pairs']} pairs: {worst['leaky']:.0%} against "
        f"{worst['honest']:.0%}. The difference is memory; only the honest number says what happens with music that "
        "the network has not learned by heart."
    )


def draw_experiment(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Draw leaky and honest accuracy side by side.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib, part of the extra `train`, is not installed.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.5 + 1.6 * len(rows), 3.6), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))
    for shift, name, colour in ((-0.2, "leaky", "#c9ccd1"), (0.2, "honest", "#2f6fde")):
        heights = [row[name] for row in rows]
        spread = [row[f"{name}_spread"] for row in rows]
        bars = axes.bar(places + shift, heights, 0.38, yerr=spread, label=name, color=colour, capsize=3)
        axes.bar_label(bars, fmt="{:.0%}", padding=2)
    axes.axhline(0.5, color="#888", linewidth=1, linestyle=":")
    axes.set_xticks(places, [f"{row['arch']}\n{row['n_pairs']} pairs" for row in rows])
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("accuracy on test pairs")
    axes.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, 1.15))
    figure.savefig(path, dpi=140)


def write_experiment(folder: Path, values: dict[str, Any]) -> list[Path]:
    """Write the values of an experiment as JSON and as a picture, and give the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "experiment.json", folder / "experiment.png"]
    written[0].write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    draw_experiment(written[1], values["rows"])
    return written


def as_values(trials: Sequence[LeakTrial]) -> dict[str, Any]:
    """Give everything as plain values, ready for JSON."""
    rows = summarise_trials(trials)
    return {"rows": rows, "explanation": explain_gap(rows), "trials": [asdict(trial) for trial in trials]}


def _values(trials: Sequence[LeakTrial], arch: str, n_pairs: int, *, is_leaky: bool) -> NDArray[np.float64]:
    chosen = [t.accuracy for t in trials if (t.arch, t.n_pairs, t.is_leaky) == (arch, n_pairs, is_leaky)]
    return np.array(chosen)


def _kept_accuracy(data: TrainingSet, config: TrainConfig, run_dir: Path) -> float:
    """Give what was measured before with the same settings and pairs, or measure."""
    digest = hashlib.sha256(
        json.dumps([asdict(config), [sorted(names) for names in data.artists]]).encode(errors="surrogateescape")
    )
    for pairs in (data.pairs or {}).values():
        digest.update(np.stack([pairs.a, pairs.b, pairs.is_match]).astype(np.int64).tobytes())
    path = run_dir / "accuracy.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    if known.get("digest") == digest.hexdigest():
        return float(known["accuracy"])
    accuracy = _accuracy(data, config, run_dir)
    path.write_text(json.dumps({"digest": digest.hexdigest(), "accuracy": accuracy}), encoding="utf-8")
    return accuracy


def _accuracy(data: TrainingSet, config: TrainConfig, run_dir: Path) -> float:
    """Train, and ask the trained network about the test pairs, without PyTorch."""
    result = fit(data, config, run_dir)
    if result.bundle_dir is None or data.pairs is None:
        return float("nan")
    model = Bundle.load(result.bundle_dir)
    test = data.pairs["test"]
    asked = np.unique(np.r_[test.a, test.b])
    vectors = model.embed_many(data.features[track] for track in asked.tolist())
    logits = model.head_logits(vectors[np.searchsorted(asked, test.a)], vectors[np.searchsorted(asked, test.b)])
    return float(((logits > 0) == test.is_match).mean())
