import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import sosfreqz

from resona.errors import ConfigError
from resona_composer import effects

RATE = 44_100


@pytest.fixture
def music() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    return (0.2 * rng.standard_normal((2, RATE))).clip(-1, 1).astype(np.float32)


@pytest.mark.parametrize("kind", effects.VERSIONS)
def test_versions_are_new_finite_in_range_and_different(music: NDArray[np.float32], kind: str) -> None:
    before = music.copy()
    version = effects.make_version(music, RATE, kind)
    assert np.array_equal(music, before)
    assert version.dtype == np.float32
    assert np.isfinite(version).all()
    assert np.abs(version).max() < 1
    assert version.shape != music.shape or not np.allclose(version, music)


def test_unknown_version_is_refused_with_the_known_ones(music: NDArray[np.float32]) -> None:
    with pytest.raises(ConfigError, match="live, remaster, louder, edit"):
        effects.make_version(music, RATE, "karaoke")


@pytest.mark.parametrize(
    ("kind", "hz", "expected_db"),
    [
        ("lowshelf", 20, 6.0),
        ("lowshelf", 15_000, 0.0),
        ("highshelf", 20, 0.0),
        ("highshelf", 20_000, 6.0),
        ("peak", 1000, 6.0),
        ("lowpass", 1000, -3.0),
        ("highpass", 1000, -3.0),
    ],
)
def test_filters_have_the_gain_that_is_asked_for(kind: effects.FilterKind, hz: float, expected_db: float) -> None:
    section = effects.biquad(kind, 1000, RATE, gain_db=6.0)
    _, response = sosfreqz(section[None], worN=[hz], fs=RATE)
    assert 20 * np.log10(abs(response[0])) == pytest.approx(expected_db, abs=0.1)


def test_equaliser_set_flat_changes_nothing(music: NDArray[np.float32]) -> None:
    assert np.allclose(effects.equalise(music, RATE), music, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(gain_db=st.floats(-40, 40))
def test_amplifier_keeps_within_full_scale_and_keeps_signs(gain_db: float) -> None:
    ramp = np.linspace(-1, 1, 101, dtype=np.float32)
    loud = effects.amplify(ramp, gain_db)
    assert np.abs(loud).max() < 0.967
    assert (np.diff(loud) >= -1e-6).all()


def test_quiet_samples_are_amplified_exactly() -> None:
    quiet = np.array([0.1, -0.2], dtype=np.float32)
    assert effects.amplify(quiet, 6.0206) == pytest.approx(2 * quiet, rel=1e-4)


def test_room_decays_by_60_db_in_its_time() -> None:
    response = effects.room(RATE, 1.0, np.random.default_rng(0))
    power = (response**2).sum(axis=0)
    early, late = power[4410:8820].mean(), power[-4410:].mean()
    assert 10 * np.log10(late / early) == pytest.approx(-60 * 0.8, abs=6)
    assert (response**2).sum(axis=1) == pytest.approx([1, 1], rel=1e-3)


def test_convolution_equals_the_slow_sum() -> None:
    rng = np.random.default_rng(1)
    samples, response = (rng.standard_normal((2, n)).astype(np.float32) for n in (50, 20))
    slow = [np.convolve(samples[i], response[i])[:50] for i in range(2)]
    assert effects.convolved(samples, response) == pytest.approx(np.array(slow), abs=1e-4)


def test_echo_repeats_on_the_other_side_weaker() -> None:
    click = np.zeros((2, 1000), dtype=np.float32)
    click[0, 100] = 1
    repeats = effects.echoed(click, 300, feedback=0.5, n_repeats=2)
    assert repeats[1, 399:402].sum() == pytest.approx(0.5)
    assert repeats[0, 698:703].sum() == pytest.approx(0.25)
    assert repeats[:, :390].max() == 0


def test_trim_cuts_what_is_asked_for(music: NDArray[np.float32]) -> None:
    piece = effects.trim(music, RATE, start_seconds=0.2, end_seconds=0.5)
    assert piece.shape == (2, round(0.3 * RATE))
    middle = slice(RATE // 10, RATE // 5)
    assert np.array_equal(piece[:, middle], music[:, RATE // 5 :][:, middle])
    with pytest.raises(ConfigError, match="nothing lies"):
        effects.trim(music, RATE, start_seconds=2.0)


def test_filters_cost_no_more_in_silence(music: NDArray[np.float32]) -> None:
    """Without the inaudible noise the output would decay into denormal numbers."""
    silent = music.copy()
    silent[:, 1000:] = 0
    tail = effects.filtered(silent, effects.biquad("lowpass", 200, RATE))[:, -1000:]
    assert np.abs(tail).max() < 1e-12
    assert np.abs(tail).min() > np.finfo(np.float32).tiny
