import numpy as np
import pytest

from resona.errors import CheckpointError
from resona.inference import Calibration, MeanDeviation, embed_stored
from resona.library import Library


class Older(MeanDeviation):
    """The model of an earlier Resona: the same ears, other vectors."""

    name = "older"

    def __init__(self, model: MeanDeviation) -> None:
        super().__init__(model.feature_config, model.feature_fingerprint)
        self.model_id = "older"
        self.calibration = Calibration(slope=3.0, intercept=-1.0)


@pytest.fixture
def upgraded(library: Library) -> Library:
    """A library whose vectors were made by a model that this Resona no longer has."""
    from dataclasses import asdict

    from resona.config import fingerprint
    from resona.features.mfcc import FeatureConfig

    config = FeatureConfig()
    older = Older(MeanDeviation(asdict(config), fingerprint(config)))
    embed_stored(library.store, older)
    for track in library.store.tracks.all():
        vector = library.store.embeddings.get(track.track_id, "older")
        assert vector is not None
        library.store.embeddings.remove(track.track_id)
        library.store.embeddings.put_many("older", [(track.track_id, vector)])
    return library


def test_old_vectors_work_until_a_scan_renews_them(upgraded: Library) -> None:
    title = upgraded.store.tracks.all()[0].tags.title
    assert upgraded.recommend(title, k=5).model == "older"
    upgraded.scan()
    assert upgraded.recommend(title, k=5).model == upgraded.model.name


def test_what_is_gone_hears_nothing_new(upgraded: Library) -> None:
    with pytest.raises(CheckpointError, match="renews them without decoding"):
        upgraded.models.comparing.embed(np.zeros((1, 40, 50), dtype=np.float16))


def test_choosing_a_model_embeds_what_it_has_not_heard(library: Library) -> None:
    library.use_model("mfcc")
    assert len(library.store.embeddings.track_ids("mfcc-mean-dev")) == 24
    assert library.models.comparing.model_id == "mfcc-mean-dev"
