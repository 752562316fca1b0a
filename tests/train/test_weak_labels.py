"""What artists and albums tell a tuning, where nobody has said a genre."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_music import CONFIG, FEATURES, TINY

from resona.errors import ConfigError
from resona.library import Library
from resona.model import build_network
from resona.pairs import PairConfig, draw_pairs
from resona.train import TrainConfig, TrainingSet, fit, make_plan, training_set
from resona.train.tuner import Tuner

TUNING = TrainConfig(n_pairs=400, n_epochs=6, learning_rate=0.02, ridge=0.001)


@pytest.fixture(scope="module")
def data() -> TrainingSet:
    """Three genres of eight artists, whose first albums are filed by genre; on the second each genre sounds new."""
    rng = np.random.default_rng(0)
    features, genres, artists, albums = [], [], [], []
    for number in range(3):
        for album, sound in enumerate(rng.normal(size=(2, 8, 1)) * 2):
            for artist in range(8):
                for _ in range(4):
                    shape = (2, 8, FEATURES.n_frames)
                    features.append(((sound + rng.normal(size=shape)) * 10).astype(np.float16))
                    genres.append([] if album else [f"genre {number}"])
                    artists.append(frozenset({f"artist {number}-{artist}"}))
                    albums.append(f"album {album}")
    return TrainingSet(features=features, genres=genres, artists=artists, albums=albums, feature_config=FEATURES)


def nearness(data: TrainingSet, weight: float) -> float:
    """Tune, and say how much nearer held-out second albums are to first ones of their artists' genre than to others."""
    config = replace(TUNING, n_epochs=12, weak=weight)
    torch.manual_seed(0)
    plan = make_plan(data, config)
    tuner = Tuner(build_network("base", {"n_mfcc": 8, **TINY, "n_dims": 16}), data, plan, config)
    for epoch in range(1, config.n_epochs + 1):
        tuner.run_epoch(epoch, lambda _step: None)
    tracks = plan.positions("validation")
    vectors = tuner.model.embed_many(data.features[track] for track in tracks)
    is_second = np.array([data.albums[track] == "album 1" for track in tracks])
    style = np.array([next(iter(data.artists[track]))[7] for track in tracks])
    cosines, is_same = (vectors @ vectors.T)[is_second][:, ~is_second], style[is_second][:, None] == style[~is_second]
    return float(cosines[is_same].mean() - cosines[~is_same].mean())


def test_an_artists_other_album_comes_nearer(data: TrainingSet) -> None:
    assert nearness(data, 1.0) > nearness(data, 0.0) + 0.1


def test_weak_pairs_are_of_two_albums_within_training(data: TrainingSet) -> None:
    plan = make_plan(data, TUNING)
    weak = plan.weak
    assert weak.is_match.any()
    assert (plan.splits[np.r_[weak.a, weak.b]] == "train").all()
    assert (weak.a != weak.b).all()
    for a, b in zip(weak.a[weak.is_match].tolist(), weak.b[weak.is_match].tolist(), strict=True):
        assert (data.artists[a], data.albums[a]) == (
            data.artists[b],
            {"album 0": "album 1"}.get(data.albums[b], "album 0"),
        )
    assert plan.audit.is_clean


def test_weak_pairs_change_no_others_and_are_drawn_for_a_tuning_only(data: TrainingSet) -> None:
    with_weak, without = make_plan(data, TUNING), make_plan(data, replace(TUNING, weak=0))
    for drawn, same in ((with_weak.train, without.train), (with_weak.validation, without.validation)):
        assert (drawn.a.tolist(), drawn.b.tolist()) == (same.a.tolist(), same.b.tolist())
    given = draw_pairs(data.genres, data.artists, PairConfig(n_pairs=200), rng=np.random.default_rng(0))
    for plan in (without, make_plan(data, CONFIG), make_plan(replace(data, pairs={"train": given}), TUNING)):
        assert not len(plan.weak)
    with pytest.raises(ConfigError, match="weak"):
        TrainConfig(weak=-1)


def test_a_run_writes_down_its_weak_labels(data: TrainingSet, tmp_path: Path) -> None:
    base_dir = fit(data, CONFIG, tmp_path / "base").bundle_dir
    fit(data, replace(TUNING, n_epochs=1), tmp_path / "tuned", base_dir=base_dir)
    facts = json.loads((tmp_path / "tuned" / "run.json").read_text())
    assert facts["config"]["weak"] == 1.0
    assert facts["data"]["pairs"]["weak"] == len(make_plan(data, TUNING).weak)


def test_a_library_tells_its_albums(library: Library) -> None:
    learned, _ = training_set(library.store, TrainConfig())
    assert list(learned.albums) == [track.album_key for track in library.store.tracks.all()]
