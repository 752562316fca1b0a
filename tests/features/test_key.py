import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from songs import Song

from resona.features.key import Tonality, chroma, key_correlations, measure_key, pitch_histogram
from resona.features.mfcc import FeatureConfig, power_spectrogram

CONFIG = FeatureConfig()


def mirex_score(found: tuple[int | None, str | None], truth: tuple[int, str]) -> float:
    """Weigh a key as MIREX does: same 1, fifth 0.5, relative 0.3, parallel 0.2."""
    if found == truth:
        return 1.0
    (key, mode), (true_key, true_mode) = found, truth
    if key is None:
        return 0.0
    if mode == true_mode:
        return 0.5 if (key - true_key) % 12 in (5, 7) else 0.0
    if (key - true_key) % 12 == (9 if true_mode == "major" else 3):
        return 0.3
    return 0.2 if key == true_key else 0.0


def key_of(song: Song) -> Tonality:
    return measure_key([power_spectrogram(clip, CONFIG) for clip in song.clips()], CONFIG)


def test_keys_of_songs_score_as_measured() -> None:
    songs = [
        Song(
            tempo_bpm=110.0,
            key=(7 * number) % 12,
            mode=("major", "minor")[number % 2],
            with_drums=number % 3 > 0,
            seed=number,
        )
        for number in range(12)
    ]
    found = [key_of(song) for song in songs]
    scores = [mirex_score((key.key, key.mode), (song.key, song.mode)) for key, song in zip(found, songs, strict=True)]
    assert np.mean(scores) >= 0.75


@pytest.mark.parametrize("cents", [-35, 20])
def test_tuning_does_not_matter(cents: int) -> None:
    in_tune = key_of(Song(tempo_bpm=100.0, key=4, mode="major", seed=3))
    detuned = key_of(Song(tempo_bpm=100.0, key=4, mode="major", seed=3, tuning_cents=cents))
    assert (detuned.key, detuned.mode) == (in_tune.key, in_tune.mode)


@given(st.lists(st.floats(0.01, 1), min_size=12, max_size=12, unique=True), st.integers(0, 11))
def test_transposing_pitches_transposes_the_correlations(values: list[float], semitones: int) -> None:
    pitches = np.array(values)
    moved = key_correlations(np.roll(pitches, semitones)).reshape(2, 12)
    np.testing.assert_allclose(moved, np.roll(key_correlations(pitches).reshape(2, 12), semitones, axis=1), atol=1e-9)


def test_correlations_equal_numpy(rng: np.random.Generator) -> None:
    pitches = rng.random(12)
    profile = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
    assert key_correlations(pitches)[5] == pytest.approx(np.corrcoef(np.roll(profile, 5), pitches)[0, 1])


def test_histogram_of_a_tone_lies_at_its_pitch() -> None:
    times = np.arange(44_100) / 22_050
    for midi in range(48, 84, 5):
        tone = np.sin(2 * np.pi * 440 * 2 ** ((midi - 69) / 12) * times).astype(np.float32)
        classes = chroma(pitch_histogram(power_spectrogram(tone, CONFIG), CONFIG))
        assert int(classes.argmax()) == midi % 12
        assert classes.max() > 0.95 * classes.sum()


def test_noise_and_silence_have_no_key(rng: np.random.Generator) -> None:
    nothing = Tonality(key=None, mode=None, confidence=None)
    noise = rng.standard_normal(220_500).astype(np.float32)
    assert measure_key([power_spectrogram(noise, CONFIG)] * 3, CONFIG) == nothing
    assert measure_key([power_spectrogram(np.zeros(44_100, dtype=np.float32), CONFIG)], CONFIG) == nothing
