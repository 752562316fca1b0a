"""Plain statistics, honestly standardised."""

import numpy as np
import pytest

from resona.errors import FeatureError
from resona.inference import MeanDeviation, Model

CONFIG = {"n_mfcc": 8}
RNG = np.random.default_rng(2)
TRACKS = [(RNG.normal(size=(1 + n % 3, 8, 30 + n)) * (1 + n) + n).astype(np.float16) for n in range(6)]


def test_vectors_are_standardised_means_and_deviations() -> None:
    model: Model = MeanDeviation.fit(TRACKS, CONFIG, "f" * 12)
    statistics = np.array(
        [np.mean([np.r_[c.mean(axis=1), c.std(axis=1)] for c in track.astype(float)], axis=0) for track in TRACKS]
    )
    expected = (statistics - statistics.mean(axis=0)) / statistics.std(axis=0)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.abs(model.embed_many(TRACKS) - expected).max() < 1e-4
    assert model.n_dims == 16


def test_measured_statistics_centre_ordinary_music() -> None:
    model = MeanDeviation({"n_mfcc": 40}, "f" * 12)
    average = np.zeros((1, 40, 100), np.float32)
    average[0, 0] = -130
    average[0, 1] = 120
    assert np.linalg.norm(model.embed(average)) == pytest.approx(1)
    assert model.model_id == "mfcc-mean-dev"
    with pytest.raises(FeatureError, match="knows 40 coefficients, not 41"):
        MeanDeviation({"n_mfcc": 41}, "f" * 12)


def test_each_fit_has_its_own_id() -> None:
    first, second = (MeanDeviation.fit(part, CONFIG, "f" * 12) for part in (TRACKS, TRACKS[1:]))
    assert first.model_id != second.model_id
    assert first.model_id.startswith("mfcc-mean-dev-")
    assert first.model_id == MeanDeviation.fit(TRACKS, CONFIG, "f" * 12).model_id


def test_order_survives_the_turn_into_probabilities() -> None:
    model = MeanDeviation(CONFIG, "f" * 12)
    vectors = model.embed_many(TRACKS)
    similarities = model.similarities(vectors[0], vectors)
    probabilities = model.probabilities(similarities)
    assert (np.argsort(similarities) == np.argsort(probabilities)).all()
    assert 0 < probabilities.min() < probabilities.max() < 1


def test_tracks_that_are_all_the_same_stay_finite() -> None:
    model = MeanDeviation.fit([np.zeros((1, 8, 20))] * 3, CONFIG, "f" * 12)
    assert (model.embed(np.zeros((1, 8, 20))) == 0).all()
