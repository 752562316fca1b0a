"""One call from labelled tracks to a bundle that hears what was trained."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_music import CONFIG, make_set

from resona.errors import CheckpointError, ConfigError, FingerprintMismatchError, TrainingError
from resona.features.mfcc import FeatureConfig
from resona.inference import Bundle, Words, read_manifest, write_bundle
from resona.inference.words import FILE as WORDS
from resona.pairs import SPLITS, PairConfig, PairSet, artist_digest, draw_pairs
from resona.train import TrainConfig, TrainingSet, TrainResult, fit, make_plan

TUNING = TrainConfig(n_pairs=400, n_epochs=6, learning_rate=0.02, ridge=0.01)


@pytest.fixture(scope="module")
def data() -> TrainingSet:
    return make_set()


@pytest.fixture(scope="module")
def config() -> TrainConfig:
    return CONFIG


class Guarded(Sequence[np.ndarray]):
    """Features of which some must not be touched."""

    def __init__(self, features: Sequence[np.ndarray], is_forbidden: np.ndarray) -> None:
        self.features, self.is_forbidden = features, is_forbidden

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, position: int) -> np.ndarray:  # type: ignore[override]
        assert not self.is_forbidden[position], f"track {position} is kept for the test"
        return self.features[position]


@pytest.fixture(scope="module")
def trained(
    data: TrainingSet, config: TrainConfig, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, TrainResult]:
    """A model from scratch, with test tracks that raise when touched."""
    folder = tmp_path_factory.mktemp("run")
    guarded = Guarded(data.features, make_plan(data, config).splits == "test")
    return folder, fit(replace(data, features=guarded), config, folder)


@pytest.fixture(scope="module")
def base_dir(trained: tuple[Path, TrainResult]) -> Path:
    assert trained[1].bundle_dir is not None
    return trained[1].bundle_dir


def test_a_run_learns_and_writes_down_how(trained: tuple[Path, TrainResult], data: TrainingSet) -> None:
    folder, result = trained
    start, *_, last = result.epochs
    assert last.train_loss < result.epochs[1].train_loss
    assert last.validation_loss < start.validation_loss
    assert result.measures["validation_map"] > 0.8
    assert result.gain is None
    assert result.message == "The new model is ready."
    with (folder / "curves.csv").open() as file:
        assert [row["number"] for row in csv.DictReader(file)] == ["0", "1", "2", "3"]
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    facts = json.loads((folder / "run.json").read_text())
    assert facts["data"]["genres"] == 3
    assert facts["data"]["pairs"]["train"] == 200


def test_the_bundle_is_complete_and_hears(base_dir: Path, data: TrainingSet, config: TrainConfig) -> None:
    bundle, plan = Bundle.load(base_dir), make_plan(data, config)
    assert sorted(path.name for path in base_dir.iterdir()) == [
        "README.md",
        "encoder.onnx",
        "head.onnx",
        "model.json",
        "weights.safetensors",
    ]
    test = plan.positions("test")
    vectors = bundle.embed_many(data.features[track] for track in test)
    genres = np.array([data.genres[track][0] for track in test])
    is_match = genres[:, None] == genres
    probabilities = bundle.probabilities(bundle.similarity_matrix(vectors, vectors))
    assert probabilities[is_match].mean() > probabilities[~is_match].mean() + 0.3
    digests = {split: {artist_digest(*data.artists[track]) for track in plan.positions(split)} for split in SPLITS}
    assert set(bundle.manifest.trained_artists) == digests["train"] | digests["validation"]


def test_the_same_seed_gives_the_same_model(
    base_dir: Path, data: TrainingSet, config: TrainConfig, tmp_path: Path
) -> None:
    again = fit(data, config, tmp_path).bundle_dir
    assert again is not None
    assert read_manifest(again).model_id == read_manifest(base_dir).model_id


def test_an_interrupted_run_goes_on_to_the_same_model(
    base_dir: Path, data: TrainingSet, config: TrainConfig, tmp_path: Path
) -> None:
    steps = []

    def interrupt(done: int, total: int, message: str) -> None:
        steps.append((done, total, message))
        if len(steps) == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(data, config, tmp_path, on_progress=interrupt)
    assert steps[-1][:2] == (19, 39)  # the first says that it begins
    assert (tmp_path / "curves.csv").exists()
    result = fit(data, config, tmp_path, is_resumed=True)
    assert [epoch.number for epoch in result.epochs] == [0, 1, 2, 3]
    assert result.bundle_dir is not None
    assert read_manifest(result.bundle_dir).model_id == read_manifest(base_dir).model_id
    with pytest.raises(TrainingError, match="holds another training"):
        fit(data, replace(config, seed=1), tmp_path, is_resumed=True)
    (tmp_path / "checkpoint.safetensors").write_bytes(b"broken")
    with pytest.raises(CheckpointError, match="start training anew"):
        fit(data, config, tmp_path, is_resumed=True)


def test_shuffled_genres_teach_nothing(data: TrainingSet, config: TrainConfig, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    artists = [artist for (artist,) in data.artists]
    names = sorted(set(artists))
    other = dict(zip(names, rng.permutation([name[7] for name in names]), strict=True))
    shuffled = replace(data, genres=[[other[artist]] for artist in artists])
    result = fit(shuffled, config, tmp_path)
    plan = make_plan(shuffled, config)
    genres = [other[artists[track]] for track in plan.positions("validation")]
    chance = np.mean([np.mean([own == name for name in genres]) for own in genres])
    assert result.measures["validation_map"] < chance + 0.25  # the best of three epochs on few artists


def test_a_loss_that_is_not_finite_stops_the_run(data: TrainingSet, config: TrainConfig, tmp_path: Path) -> None:
    inside = make_plan(data, config).positions("train")[:2]
    judged = PairSet(inside[:1], inside[1:], np.array([True]), np.array([np.inf], np.float32))
    with pytest.raises(
        TrainingError, match=r"no longer finite \(epoch 1, step \d+, learning rate 0\.003\)|learning rate"
    ):
        fit(replace(data, judgements=judged), config, tmp_path)


def test_tuning_takes_over_where_it_gains(base_dir: Path, tmp_path: Path) -> None:
    music = make_set(6, n_sounds=6)  # two to a genre: the base model does not know that they belong together
    rng, base = np.random.default_rng(0), Bundle.load(base_dir)
    words = Words(("odd",), ("mood",), 9 * rng.standard_normal((1, base.n_dims)), np.zeros(1), np.ones(1))
    files = {name: (base_dir / name).read_bytes() for name in base.manifest.files}
    base_dir = tmp_path / "base"
    write_bundle(base_dir, base.manifest, {**files, WORDS: words.write()})
    result = fit(music, replace(TUNING, ridge=0.001, n_epochs=8), tmp_path, base_dir=base_dir)
    assert result.gain is not None
    assert result.bundle_dir is not None
    assert "by chance alone as much or more in" in result.message
    assert result.measures["validation_map"] > result.measures["start_map"]
    assert [epoch.number for epoch in result.epochs] == list(range(9))  # nothing chose among them
    tuned = Bundle.load(result.bundle_dir)
    assert tuned.words is not None
    told = tuned.words.probabilities(tuned.embed_many(music.features))
    np.testing.assert_allclose(told, words.probabilities(base.embed_many(music.features)), atol=0.05)


def test_three_held_out_artists_prove_no_gain(base_dir: Path, tmp_path: Path) -> None:
    music = make_set(1, n_sounds=6)
    few = [i for i, (artist,) in enumerate(music.artists) if artist[7] not in "14" and artist[9] in "012"]
    part = replace(
        music,
        features=[music.features[i] for i in few],
        genres=[music.genres[i] for i in few],
        artists=[music.artists[i] for i in few],
    )
    result = fit(part, TUNING, tmp_path, base_dir=base_dir)
    assert result.gain is not None
    assert (result.gain.low > 0, result.gain.n_clusters) == (True, 3)
    assert result.bundle_dir is None
    assert "in 12.5% of cases" in result.message


def test_tuning_keeps_the_base_model_where_genres_mean_nothing(
    base_dir: Path, data: TrainingSet, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    other = {artist: str(rng.integers(2)) for artist in sorted(set(data.artists), key=sorted)}
    result = fit(replace(data, genres=[[other[a]] for a in data.artists]), TUNING, tmp_path, base_dir=base_dir)
    assert result.bundle_dir is None
    assert result.message.startswith("The model that training started from is kept, as no gain is certain: on ")


def test_tuning_starts_where_the_base_model_is(base_dir: Path, data: TrainingSet, tmp_path: Path) -> None:
    result = fit(data, replace(TUNING, n_epochs=1, learning_rate=1e-8), tmp_path, base_dir=base_dir)
    assert result.measures["start_map"] == pytest.approx(result.measures["validation_map"])
    assert result.measures["start_map"] == pytest.approx(read_manifest(base_dir).measures["validation_map"], abs=0.02)


def test_given_pairs_are_learned_without_genres(base_dir: Path, data: TrainingSet, tmp_path: Path) -> None:
    drawn = draw_pairs(data.genres, data.artists, PairConfig(n_pairs=600), rng=np.random.default_rng(0))
    given = replace(data, pairs={"train": drawn}, genres=[[] for _ in data.genres])
    result = fit(given, replace(TUNING, ridge=0.001), tmp_path, base_dir=base_dir)
    assert result.gain is None
    assert result.epochs[-1].train_loss < result.epochs[1].train_loss
    assert result.bundle_dir is not None
    assert Bundle.load(result.bundle_dir).embed(data.features[0]).shape == (6 + 16,)


def test_classic_trains_on_whole_songs_of_any_length(data: TrainingSet, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    songs = [clips[:1, :, : rng.integers(20, 44)] for clips in data.features]
    features = FeatureConfig(n_mfcc=8, n_mels=32, clip_seconds=1.0, n_clips=0)
    config = TrainConfig.of("classic", n_pairs=100, n_epochs=2, encoder={"channels": (4, 4)})
    result = fit(replace(data, features=songs, feature_config=features), config, tmp_path)
    assert result.bundle_dir is not None
    bundle = Bundle.load(result.bundle_dir)
    assert bundle.ranking.by == "head"
    assert [epoch.number for epoch in result.epochs] == [0, 1, 2]
    vectors = bundle.embed_many(songs[:5])
    matrix = bundle.similarity_matrix(vectors, vectors)
    assert np.allclose(matrix, matrix.T, atol=1e-6)


def test_models_that_do_not_fit_are_refused(base_dir: Path, data: TrainingSet, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no base model"):
        fit(data, TUNING, tmp_path)
    other = replace(data, feature_config=replace(data.feature_config, hop_length=256))
    with pytest.raises(FingerprintMismatchError, match="these features were made with"):
        fit(other, TUNING, tmp_path, base_dir=base_dir)
