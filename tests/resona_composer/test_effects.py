import numpy as np
import pytest
from scipy.signal import sosfreqz

from resona_composer import effects

RATE = 44_100


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
    section = effects.biquad(kind, 1000, gain_db=6.0)
    _, response = sosfreqz(section[None], worN=[hz], fs=RATE)
    assert 20 * np.log10(abs(response[0])) == pytest.approx(expected_db, abs=0.1)


def test_room_decays_by_60_db_in_its_time() -> None:
    response = effects.room(1.0, np.random.default_rng(0))
    power = (response**2).sum(axis=0)
    early, late = power[4410:8820].mean(), power[-4410:].mean()
    assert 10 * np.log10(late / early) == pytest.approx(-60 * 0.8, abs=6)
    assert (response**2).sum(axis=1) == pytest.approx([1, 1], rel=1e-3)


def test_echo_repeats_on_the_other_side_weaker() -> None:
    click = np.zeros((2, 1000), dtype=np.float32)
    click[0, 100] = 1
    repeats = effects.echoed(click, 300, feedback=0.5, n_repeats=2)
    assert repeats[1, 399:402].sum() == pytest.approx(0.5)
    assert repeats[0, 698:703].sum() == pytest.approx(0.25)
    assert repeats[:, :390].max() == 0


def test_filters_cost_no_more_in_silence() -> None:
    """Without the inaudible noise the output would decay into denormal numbers."""
    clicked = np.eye(1, RATE, dtype=np.float32)
    tail = effects.filtered(clicked, effects.biquad("lowpass", 200))[:, -1000:]
    assert np.abs(tail).max() < 1e-12
    assert np.abs(tail).min() > np.finfo(np.float32).tiny
