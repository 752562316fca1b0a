"""The curve, the correction and the head: one order, one probability."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from resona.inference import Model, Ranking
from resona.metrics.calibration import Calibration
from resona.recommend import Ranker
from resona.recommend.catalogue import ranking

Array = NDArray[np.float32]


class HeadModel(Model):
    """Ranks by a head that is a stretched cosine."""

    model_id, name, n_dims, is_unit = "head", "head", 8, True
    feature_config, feature_fingerprint = {"n_mfcc": 20}, "0" * 12
    ranking = Ranking(by="head")
    calibration = Calibration()

    def _embed_batch(self, batch: Array) -> Array:
        raise NotImplementedError

    def similarities(self, a: Array, b: Array) -> Array:
        return 10 * super().similarities(a, b)


@pytest.fixture
def vectors(rng: np.random.Generator) -> Array:
    drawn = rng.standard_normal((200, 8)).astype(np.float32)
    unit: Array = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("hubness", ["none", "mutual_proximity"])
def test_a_head_hears_only_the_nearest_and_ranks_them_as_if_all(
    vectors: Array,
    hubness: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = HeadModel()
    model.ranking = replace(model.ranking, hubness=hubness)
    ranker = Ranker.fit(model, vectors)
    _, everything = ranker.near(vectors[:2])
    monkeypatch.setattr(ranking, "N_CANDIDATES", 50)
    _, near = ranker.near(vectors[:2])
    heard = np.isfinite(near)
    assert 50 <= heard.sum(axis=1).max() <= 100
    np.testing.assert_allclose(near[heard], everything[heard], rtol=1e-5)
    for row in (0, 1):
        assert np.argsort(near[row])[:5].tolist() == np.argsort(everything[row])[:5].tolist()
    is_allowed = np.arange(200) >= 140  # fewer than candidates: all of them are heard
    assert np.isfinite(ranker.near(vectors[:2], is_allowed)[1])[:, is_allowed].sum() >= 2 * 50
    probabilities = ranker.probabilities(near)
    assert probabilities[~heard].max() <= probabilities[heard].min()


def test_probabilities_fall_as_distances_rise(vectors: Array) -> None:
    model = HeadModel()
    model.ranking = Ranking(by="cosine", hubness="mutual_proximity")
    ranker = Ranker.fit(model, vectors)
    distances = np.sort(ranker.distances(vectors[:1])[0])
    assert (np.diff(ranker.probabilities(distances)) <= 0).all()


@pytest.mark.parametrize("hubness", ["none", "mutual_proximity"])
def test_a_copy_is_shown_as_one_and_the_next_visibly_below(vectors: Array, hubness: str) -> None:
    model = HeadModel()
    model.ranking = Ranking(by="cosine", hubness=hubness)
    model.calibration = Calibration(slope=2.0, intercept=-1.0, is_fisher=True)
    for library, copied in ((vectors, vectors), (np.concatenate([vectors, vectors[:20]]), vectors[:20])):
        ranker = Ranker.fit(model, library)  # without any copies, and with some
        shown = ranker.probabilities(ranker.distances(copied))
        order = np.argsort(-shown, axis=1)
        own = np.arange(len(copied))
        assert shown[own, own].min() >= 0.99
        noise = vectors[:20] + np.roll(vectors[:20], 1, axis=1) * 0.02  # as another codec would
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        transcoded = ranker.probabilities(ranker.distances(noise))[own[:20], own[:20]]
        assert ((transcoded > 0.98) & (transcoded < shown[own, own][:20])).all()
        assert (order[:, 0] == own).mean() > 0.4
        assert np.median(shown[own, order[:, 2]]) < 0.97
