"""A network that has learned nothing: the same shape, other weights."""

from pathlib import Path

import numpy as np
import pytest

from resona.errors import CheckpointError
from resona.inference import Bundle, Untrained, default_bundle_dir


@pytest.fixture(scope="module")
def base() -> Bundle:
    folder = default_bundle_dir()
    assert folder is not None
    return Bundle.load(folder)


def clips(n_tracks: int = 4) -> np.ndarray:
    """Noise whose coefficients get smaller, as those of music do."""
    noise = np.random.default_rng(0).normal(0, 20, (n_tracks, 1, 40, 60)) / np.arange(1, 41)[:, None]
    return noise.astype(np.float32)


def test_it_hears_in_the_same_shape_and_otherwise(base: Bundle) -> None:
    untrained = Untrained(base)
    before, after = base.embed_many(clips()), untrained.embed_many(clips())
    assert after.shape == before.shape
    assert np.allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    assert np.abs(np.corrcoef(before.ravel(), after.ravel())[0, 1]) < 0.3
    assert untrained.model_id != base.model_id
    assert untrained.manifest.trained_artists == ()
    assert np.isfinite(untrained.head_logits(after[:2], after[2:])).all()


def test_the_seed_decides(base: Bundle) -> None:
    first, again, other = (Untrained(base, seed=seed).embed_many(clips()) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=0.1)


def test_every_weight_is_drawn_anew_and_the_standardising_stays(base: Bundle) -> None:
    untrained = Untrained(base, seed=3)
    assert untrained.weights.keys() == base.weights.keys()
    for name, was in base.weights.items():
        is_now, n_inputs = untrained.weights[name], int(np.prod(was.shape[1:]))
        assert (was.shape, was.dtype) == (is_now.shape, is_now.dtype)
        if was.ndim == 1:
            assert set(np.unique(is_now).tolist()) <= {0.0, 1.0}
        elif n_inputs <= 1:
            assert np.array_equal(was, is_now)
        else:
            assert is_now.astype(np.float32).std() == pytest.approx(np.sqrt(2 / n_inputs), rel=0.2)


def test_a_damaged_bundle_is_noticed(base: Bundle, tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"other")
    broken = Untrained(Bundle(tmp_path, base.manifest))
    with pytest.raises(CheckpointError, match="damaged"):
        broken.embed_many(clips())
