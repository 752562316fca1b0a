"""Who is learned from, who is asked, and what a given file of pairs means."""

from dataclasses import replace

import numpy as np
import pytest
from training_music import CONFIG, make_set

from resona.errors import ConfigError, SplitError, TrainingError
from resona.pairs import PairConfig, PairSet, draw_pairs, split_pairs_randomly
from resona.train import TrainConfig, TrainingSet, make_plan


@pytest.fixture(scope="module")
def data() -> TrainingSet:
    return make_set()


@pytest.fixture(scope="module")
def config() -> TrainConfig:
    return CONFIG


def test_pairs_stay_inside_their_split(data: TrainingSet, config: TrainConfig) -> None:
    plan = make_plan(data, config)
    assert (plan.splits[plan.train.a] == "train").all()
    assert (plan.splits[plan.train.b] == "train").all()
    assert not (plan.splits[np.r_[plan.validation.a, plan.validation.b]] == "test").any()
    is_asked = (plan.splits[plan.validation.a] == "validation") | (plan.splits[plan.validation.b] == "validation")
    assert is_asked.all()
    assert plan.audit.is_clean
    assert all(data.artists[a].isdisjoint(data.artists[b]) for a, b in zip(plan.train.a, plan.train.b, strict=True))


def test_few_held_out_artists_are_ranked_among_those_of_training(data: TrainingSet, config: TrainConfig) -> None:
    few = [position for position, (artist,) in enumerate(data.artists) if artist[-1] in "012"]
    small = replace(
        data,
        features=[data.features[position] for position in few],
        genres=[data.genres[position] for position in few],
        artists=[data.artists[position] for position in few],
    )
    plan = make_plan(small, config)
    assert set(plan.splits[plan.candidates]) == {"train", "validation"}
    assert len(plan.train)  # one artist of each genre is left: matches are then of the same artist


def test_judgements_count_with_their_weight_and_only_in_training(data: TrainingSet, config: TrainConfig) -> None:
    splits = make_plan(data, config).splits
    inside, outside = np.flatnonzero(splits == "train")[:2], np.flatnonzero(splits == "test")[:2]
    judgements = PairSet(
        np.array([inside[0], outside[0]]),
        np.array([inside[1], outside[1]]),
        np.array([False, True]),
        np.array([5.0, 5.0], np.float32),
    )
    plan = make_plan(replace(data, judgements=judgements), config)
    assert plan.train.weight[plan.train.weight != 1].tolist() == [5.0]


def test_given_pairs_are_taken_as_they_are_and_audited(data: TrainingSet, config: TrainConfig) -> None:
    drawn = draw_pairs(data.genres, data.artists, PairConfig(n_pairs=400), rng=np.random.default_rng(0))
    train, test = split_pairs_randomly(drawn, rng=np.random.default_rng(0))
    leaky = make_plan(replace(data, pairs={"train": train, "test": test}), config)
    assert len(leaky.audit.shared_tracks) > 0.5 * len(np.union1d(test.a, test.b))
    assert len(make_plan(replace(data, pairs={"train": train, "validation": test}), config).train) == len(train)
    honest = make_plan(replace(data, pairs={"train": train}), config)
    assert 0 < len(honest.train) + len(honest.validation) < len(train)
    assert (honest.splits[honest.validation.a] == "validation").all()
    assert honest.audit.is_clean


def test_material_that_cannot_be_learned_from_is_refused(data: TrainingSet, config: TrainConfig) -> None:
    with pytest.raises(SplitError, match="honest split needs"):
        make_plan(replace(data, genres=[["one"]] * len(data)), config)
    nothing = PairSet(np.array([0]), np.array([1]), np.array([True]))
    with pytest.raises(TrainingError, match="nothing but matches, for train"):
        make_plan(replace(data, pairs={"train": nothing, "validation": nothing}), config)


def test_settings_are_checked() -> None:
    assert TrainConfig.of("classic").across_artists is False
    with pytest.raises(ConfigError, match="init must be one of base, none"):
        TrainConfig(init="random")
    with pytest.raises(ConfigError, match="n_epochs"):
        TrainConfig(n_epochs=0)


def test_a_start_from_nothing_has_its_own_settings_unless_others_were_chosen() -> None:
    assert TrainConfig().fresh() == TrainConfig.of("base", init="none")
    assert TrainConfig(n_epochs=2, learning_rate=0.5).fresh() == TrainConfig.of(
        "base", init="none", n_epochs=2, learning_rate=0.5
    )
