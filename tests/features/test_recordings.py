import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from resona.features.recordings import LARGEST_SHIFT, alignment


def features(seed: int, n_frames: int = 431, n_clips: int = 3) -> NDArray[np.float64]:
    """Random walks: neighbouring frames are alike, as in music."""
    steps = np.random.default_rng(seed).standard_normal((n_clips, 20, n_frames))
    kernel = np.ones(8)
    return np.apply_along_axis(lambda row: np.convolve(row, kernel, "same"), 2, steps)


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), shift=st.integers(-150, 150), level_db=st.floats(-30, 30), tone=st.integers(0, 9))
def test_a_shifted_louder_equalised_copy_is_the_same(seed: int, shift: int, level_db: float, tone: int) -> None:
    whole = features(seed, n_frames=800)
    equaliser = np.random.default_rng(tone).standard_normal((20, 1)) * 5
    equaliser[0] += level_db
    song, copy = whole[..., 180:611], (whole + equaliser)[..., 180 + shift : 611 + shift]
    assert alignment(song, copy) > 0.98
    assert alignment(song, copy) == pytest.approx(alignment(copy, song), abs=1e-3)


def test_other_songs_are_not() -> None:
    assert max(alignment(features(0), features(seed)) for seed in range(1, 30)) < 0.4


def test_noise_lowers_it_gently(rng: np.random.Generator) -> None:
    song = features(1)
    values = [alignment(song, song + noise * rng.standard_normal(song.shape)) for noise in (0.0, 0.5, 2.0, 8.0)]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(1.0)


def test_beyond_five_seconds_it_is_not_sought() -> None:
    whole = features(2, n_frames=900)
    far = LARGEST_SHIFT + 30
    assert alignment(whole[..., :431], whole[..., far : far + 431]) < 0.4


def test_levels_do_not_count() -> None:
    song, other = features(3), features(3)
    other[:, 0] = features(4)[:, 0]
    assert alignment(song, other) == pytest.approx(1.0)


def test_constant_sound_is_like_nothing() -> None:
    assert alignment(np.ones((3, 20, 431)), features(5)) == pytest.approx(0.0, abs=1e-6)


def test_clips_and_coefficients_in_common_are_compared() -> None:
    song = features(6)
    assert alignment(song[:1, :13, :200], song) == pytest.approx(1.0, abs=0.05)


def test_equals_a_slow_sum() -> None:
    a, b = features(7, n_frames=60, n_clips=1)[0, 1:], features(8, n_frames=50, n_clips=1)[0, 1:]
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    best = -1.0
    for shift in range(-50, 61):
        start, end = max(0, -shift), min(50, 60 - shift)
        if end - start >= 25:
            x, y = a[:, start + shift : end + shift], b[:, start:end]
            best = max(best, float((x * y).sum() / np.sqrt((x**2).sum() * (y**2).sum())))
    measured = alignment(features(7, n_frames=60, n_clips=1), features(8, n_frames=50, n_clips=1))
    assert measured == pytest.approx(best, abs=1e-4)
