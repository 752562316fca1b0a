"""Steps are measured as musicians measure them, and what is unknown neither helps nor hurts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resona.recommend.ordering.transitions import fifths, key_distance, key_names, step_costs, tempo_distance

bpm = st.floats(40, 240)
keys = st.integers(0, 11)
modes = st.integers(0, 1)


@given(bpm, bpm, st.integers(-2, 2))
def test_tempo_distance_is_symmetric_and_knows_octaves(a: float, b: float, octaves: int) -> None:
    distance = float(tempo_distance(a, b))
    assert 0 <= distance <= 1
    assert distance == pytest.approx(float(tempo_distance(b, a)), abs=1e-9)
    assert distance == pytest.approx(float(tempo_distance(a, b * 2.0**octaves)), abs=1e-6)


@given(keys, modes, keys, modes, st.integers(0, 11))
def test_key_distance_is_symmetric_and_knows_no_absolute_pitch(a: int, m: int, b: int, o: int, up: int) -> None:
    distance = float(key_distance(a, m, b, o))
    assert 0 <= distance <= 1
    assert distance == float(key_distance(b, o, a, m))
    assert distance == pytest.approx(float(key_distance((a + up) % 12, m, (b + up) % 12, o)))
    assert (distance == 0) == ((a, m) == (b, o))


def test_the_circle_of_fifths() -> None:
    majors = [0, 7, 2, 9, 4, 11, 6, 1, 8, 3, 10, 5]  # C G D A E B F# C# G# D# A# F
    minors = [(key + 9) % 12 for key in majors]  # their relatives
    assert fifths(majors, [1] * 12).tolist() == list(range(12))
    assert fifths(minors, [0] * 12).tolist() == list(range(12))


@pytest.mark.parametrize(
    ("key", "mode", "name"),
    [
        (9, "minor", "8A"),
        (9, "minor", "Am"),
        (0, "major", "8B"),
        (1, "major", "Db"),
        (6, "minor", "11A"),
        (4, "major", "12B"),
    ],
)
def test_a_key_answers_to_its_names(key: int, mode: str, name: str) -> None:
    assert name in key_names(key, mode)


def test_an_unknown_key_has_no_name() -> None:
    assert key_names(None, "minor") == key_names(3, None) == ()


def test_steps_are_symmetric_and_unknown_ones_are_average() -> None:
    rng = np.random.default_rng(0)
    sounds = rng.standard_normal((6, 4)).astype(np.float32)
    sounds /= np.linalg.norm(sounds, axis=1, keepdims=True)
    nan = np.nan
    descriptors = {
        "tempo_bpm": np.array([100, 120, nan, 90, 60, 140]),
        "key": np.array([0, 7, 2, nan, 4, 11.0]),
        "mode": np.array([1, 1, 0, nan, 0, 1.0]),
        "energy": np.array([0.1, 0.5, 0.9, 0.2, nan, 0.4]),
    }
    costs = step_costs(sounds, descriptors)
    np.testing.assert_allclose(costs, costs.T, atol=1e-9)
    assert (np.diagonal(costs) == 0).all()
    assert costs[~np.eye(6, dtype=bool)].min() > 0
    only_tempo = step_costs(
        np.ones((6, 1), dtype=np.float32), {"tempo_bpm": descriptors["tempo_bpm"]}, {"sound": 1, "tempo": 1}
    )
    assert only_tempo[2, [0, 1, 3, 4, 5]].tolist() == [1] * 5


def test_what_is_unknown_everywhere_does_not_count() -> None:
    sounds = np.eye(3, dtype=np.float32)
    unknown = {name: np.full(3, np.nan) for name in ("tempo_bpm", "key", "mode", "energy")}
    assert step_costs(sounds, unknown).tolist() == step_costs(sounds, {}).tolist()
