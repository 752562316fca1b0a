"""Pairs split at random against unseen artists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resona.errors import StoreLockedError
from resona.library import Library

pytest.importorskip("torch", reason="the experiment trains")

from resona.evaluate.experiment import (  # after the check above
    LeakTrial,
    draw_experiment,
    explain_gap,
    honest_pairs,
    leaky_pairs,
    run_experiment,
    summarise_trials,
)
from resona.pairs import SPLITS
from resona.train import TrainConfig, TrainingSet, training_set

TINY = {"n_bands": 8, "maps": (4,), "channels": (8,), "n_dims": 6}


def made(fill: Callable[..., Library]) -> tuple[Library, TrainingSet]:
    library = fill()
    data, _ = training_set(library.store, TrainConfig(init="none"))
    return library, data


def artists_of(data: TrainingSet, pairs: object) -> dict[str, set[str]]:
    return {split: {data.artists[t] for t in np.r_[pairs[split].a, pairs[split].b].tolist()} for split in SPLITS}  # type: ignore[index]


def test_only_the_leaky_split_shares_artists(fill: Callable[..., Library]) -> None:
    _, data = made(fill)
    leaky, honest = leaky_pairs(data, 400, 0), honest_pairs(data, 400, 0)
    assert {split: len(leaky[split]) for split in SPLITS} == {split: len(honest[split]) for split in SPLITS}
    assert not artists_of(data, honest)["train"] & artists_of(data, honest)["test"]
    shared = artists_of(data, leaky)["train"] & artists_of(data, leaky)["test"]
    assert len(shared) > 0.8 * len(artists_of(data, leaky)["test"])


def test_it_trains_both_ways_and_goes_on_where_it_stopped(
    fill: Callable[..., Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _ = made(fill)
    changes = {"n_epochs": 1, "encoder": TINY, "crop_seconds": 0.3}
    options: dict[str, Any] = {"archs": ("base",), "counts": (60,), "seeds": 1, "changes": changes}
    trials = run_experiment(library.store, tmp_path, **options)
    assert [(trial.n_pairs, trial.is_leaky, trial.n_test) for trial in trials] == [(60, True, 18), (60, False, 18)]
    assert all(0 <= trial.accuracy <= 1 for trial in trials)
    monkeypatch.setattr("resona.evaluate.experiment.fit", lambda *_: pytest.fail("it is known already"))
    assert run_experiment(library.store, tmp_path, **options) == trials
    with pytest.raises(pytest.fail.Exception):
        run_experiment(library.store, tmp_path, **{**options, "changes": {**changes, "n_epochs": 2}})


def test_mean_and_spread_over_seeds(tmp_path: Path) -> None:
    accuracies = {True: (0.9, 0.8), False: (0.6, 0.5)}
    trials = [
        LeakTrial(arch="classic", n_pairs=700, seed=seed, is_leaky=is_leaky, accuracy=values[seed], n_test=210)
        for is_leaky, values in accuracies.items()
        for seed in (0, 1)
    ]
    (row,) = summarise_trials(trials)
    assert (row["leaky"], row["honest"]) == pytest.approx((0.85, 0.55))
    assert row["leaky_spread"] == pytest.approx(np.std([0.9, 0.8], ddof=1))
    assert "85% against 55%" in explain_gap([row])
    draw_experiment(tmp_path / "picture.png", [row])
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_two_at_once_would_write_over_each_other(fill: Callable[..., Library]) -> None:
    library = fill()
    for task, begin in (("experiment", library.measures.experiment_on_pairs), ("training", library.models.train)):
        with (
            library.store.alone(task),
            pytest.raises(StoreLockedError, match=f"another {task} of this library is running; wait for it"),
        ):
            begin()
