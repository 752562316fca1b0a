"""Reasons are true, in plain words, measured against the user's own library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resona.recommend.reasons.aspects import ASPECTS, Aspect, ClipMatch, Explanation, Scales, Side, explain

NAN = float("nan")
RNG = np.random.default_rng(0)
N_TRACKS = 500
LIBRARY = {
    "timbre": RNG.standard_normal((N_TRACKS, 12)),
    "tempo_bpm": RNG.uniform(60, 180, N_TRACKS),
    "pulse_clarity": RNG.uniform(0, 1, N_TRACKS),
    "key": RNG.integers(0, 12, N_TRACKS).astype(float),
    "mode": RNG.integers(0, 2, N_TRACKS).astype(float),
    "loudness_lufs": RNG.uniform(-20, -7, N_TRACKS),
    "energy": RNG.uniform(0, 1, N_TRACKS),
    "brightness_hz": RNG.uniform(500, 4000, N_TRACKS),
}
LIBRARY["tempo_bpm"][::10] = NAN
SCALES = Scales(LIBRARY)
OTHERS = np.linspace(0, 0.99, 100, dtype=np.float32)


def side(**changes: object) -> Side:
    descriptors = {
        "timbre": np.zeros(12), "tempo_bpm": 120.0, "tempo_confidence": 0.9, "pulse_clarity": 0.5,
        "key": 9.0, "mode": 0.0, "key_confidence": 0.9, "loudness_lufs": -12.0, "energy": 0.5, "brightness_hz": 2000.0,
    }  # fmt: skip
    clips = np.eye(3, 8, dtype=np.float32)
    return Side(clips=clips, clip_starts=[40.0, 100.0, 160.0], descriptors=descriptors | changes)


def reasons(b: Side, a: Side | None = None) -> dict[str, Aspect]:
    explanation = explain(a or side(), b, SCALES, similarity=0.9, others=OTHERS)
    return {aspect.name: aspect for aspect in explanation.aspects}


def test_a_track_is_like_itself_in_everything() -> None:
    found = reasons(side())
    assert list(found) == list(ASPECTS)
    for aspect in found.values():
        assert aspect.likeness > (0.9 if aspect.name == "harmony" else 0.99)


@pytest.mark.parametrize(
    ("changes", "aspect", "sentence"),
    [
        ({"tempo_bpm": 122.0}, "tempo", "120 and 122 BPM: very alike"),
        ({"tempo_bpm": 61.0}, "tempo", "120 and 61 BPM: the same beat at double speed"),
        ({"tempo_bpm": 170.0}, "tempo", "120 and 170 BPM: unlike"),
        ({"tempo_confidence": 0.1}, "tempo", "120 and 120 BPM: very alike (measured with little confidence)"),
        ({}, "harmony", "A minor and A minor: the same key"),
        ({"key": 0.0, "mode": 1.0}, "harmony", "A minor and C major: relative keys"),
        ({"key": 4.0}, "harmony", "A minor and E minor: neighbours on the circle of fifths"),
        ({"mode": 1.0}, "harmony", "A minor and A major: the same keynote"),
        ({"key": 3.0}, "harmony", "A minor and D# minor: distant keys"),
        ({"key_confidence": 0.0}, "harmony", "A minor and A minor: the same key (measured with little confidence)"),
        ({"loudness_lufs": -12.3}, "loudness", "-12.0 and -12.3 LUFS: very alike"),
        ({"energy": 0.98}, "energy", "0.50 and 0.98 of 1: unlike"),
        ({"brightness_hz": 2100.0}, "brightness", "2000 and 2100 Hz: very alike"),
        ({"pulse_clarity": 0.65}, "beat", "0.50 and 0.65 of 1: alike"),
        ({"timbre": np.full(12, 5.0)}, "timbre", "unlike"),
    ],
)
def test_reasons_are_said_in_plain_words(changes: dict[str, object], aspect: str, sentence: str) -> None:
    assert reasons(side(**changes))[aspect].sentence == sentence


@given(st.floats(-20, -7), st.floats(-20, -7))
def test_likeness_is_the_share_of_pairs_that_differ_more(a: float, b: float) -> None:
    likeness = SCALES.likeness("loudness", abs(a - b))
    x, y = np.random.default_rng(1).choice(LIBRARY["loudness_lufs"], (2, 4000))
    assert likeness == pytest.approx(np.mean(np.abs(x - y) > abs(a - b)), abs=0.05)


def test_what_is_unknown_is_left_out() -> None:
    found = reasons(side(tempo_bpm=NAN, key=NAN))
    assert "tempo" not in found
    assert "harmony" not in found
    bare = Side(clips=np.eye(1, 8, dtype=np.float32), clip_starts=[0.0], descriptors={"energy": 0.5})
    assert list(reasons(bare)) == ["energy"]
    nothing = explain(side(), side(), Scales({}), similarity=0.5, others=OTHERS)
    assert nothing.aspects == []
    assert "Neither alike nor unlike" in nothing.summary


def test_clips_are_paired_best_first_each_once() -> None:
    clips = np.array([[0, 1, 0, 0], [0.6, 0, 0.8, 0]], dtype=np.float32)
    other = Side(clips=clips, clip_starts=[10.0, 20.0], descriptors={})
    a = Side(clips=np.eye(3, 4, dtype=np.float32), clip_starts=[1.0, 2.0, 3.0], descriptors={})
    matches = explain(a, other, SCALES, similarity=0.5, others=OTHERS).clip_matches
    assert matches[0] == ClipMatch(2.0, 10.0, 1.0)
    assert (matches[1].a_seconds, matches[1].b_seconds) == (3.0, 20.0)
    assert len(matches) == 2


def test_percentile_is_the_share_of_the_library_that_is_less_alike() -> None:
    assert explain(side(), side(), SCALES, similarity=0.5, others=OTHERS).percentile == pytest.approx(50, abs=1)
    assert explain(side(), side(), SCALES, similarity=2.0, others=OTHERS).percentile == 100
    assert explain(side(), side(), SCALES, similarity=0.5, others=OTHERS[:0]).percentile == 0


def test_the_summary_names_the_strongest() -> None:
    found = explain(side(), side(loudness_lufs=-2.0, energy=1.0), SCALES, similarity=0.9, others=OTHERS).summary
    assert found.startswith("Alike in ")
    assert found.endswith(("unlike in loudness and energy.", "unlike in energy and loudness."))
    few = Explanation(similarity=0.1, percentile=1, clip_matches=[], aspects=[Aspect("tempo", 0.1, "")])
    assert few.summary == "Unlike in tempo."
