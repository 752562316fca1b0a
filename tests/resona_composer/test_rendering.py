import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from resona.errors import ConfigError
from resona_composer import TrackPlan, plan_library, render
from resona_composer.mastering import loudness
from resona_composer.score import KEYS, SCALES

RATE = 44_100
Renders = list[tuple[TrackPlan, NDArray[np.float32]]]


@pytest.fixture(scope="module")
def renders() -> Renders:
    """A few seconds by each kind of artist."""
    plans = plan_library(seed=3, n_artists_per_style=3, n_tracks_per_artist=1)
    return [(plan, render(plan, seconds=5.0)[0]) for plan in plans]


def test_samples_are_stereo_finite_in_range_and_fade_at_both_ends(renders: Renders) -> None:
    for plan, samples in renders:
        assert samples.shape == (2, 5 * RATE), plan.substyle
        assert samples.dtype == np.float32
        assert np.isfinite(samples).all(), plan.substyle
        assert 0.05 < np.abs(samples).max() <= 0.97, plan.substyle
        assert np.abs(samples[:, :4]).max() < 0.02, plan.substyle
        assert np.abs(samples[:, -4:]).max() < 0.001, plan.substyle


def test_nothing_is_mono_or_out_of_phase(renders: Renders) -> None:
    for plan, (left, right) in renders:
        correlation = float(np.corrcoef(left, right)[0, 1])
        assert -0.05 < correlation < 0.98, (plan.substyle, correlation)


def test_loudness_is_what_the_style_asks_for(renders: Renders) -> None:
    loud: dict[str, list[float]] = {}
    for plan, samples in renders:
        level = loudness(samples)
        assert -24 < level < -8, (plan.substyle, level)
        loud.setdefault(plan.style, []).append(level)
    assert np.mean(loud["metal"]) > np.mean(loud["rock"]) > np.mean(loud["ambient"]) + 4


def test_the_same_plan_gives_the_same_bits() -> None:
    plan = plan_library(seed=4, styles=["hip-hop"])[0]
    first, again = render(plan, seconds=2.0)[0], render(plan, seconds=2.0)[0]
    assert first.tobytes() == again.tobytes()


def test_another_seed_is_another_tune_by_the_same_artist() -> None:
    plan = plan_library(seed=4, styles=["ambient"])[0]
    other = dataclasses.replace(plan, seed=plan.seed + 1)
    assert not np.array_equal(render(plan, seconds=2.0)[0], render(other, seconds=2.0)[0])


def test_length_is_the_plans_unless_another_is_asked_for() -> None:
    plan = dataclasses.replace(plan_library(seed=4, styles=["folk"])[0], seconds=3.3)
    assert render(plan)[0].shape == (2, round(3.3 * RATE))
    assert render(plan, seconds=2.5)[0].shape == (2, round(2.5 * RATE))


def test_the_shortest_tracks_work_in_every_style() -> None:
    for plan in plan_library(seed=7, n_artists_per_style=1, n_tracks_per_artist=1):
        samples, _ = render(plan, seconds=2.0)
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() > 0.02, plan.substyle


def test_tempo_is_the_truth(renders: Renders) -> None:
    for plan, samples in renders:
        if plan.tempo_bpm < 85 or plan.style in ("ambient", "folk"):
            continue  # too few onsets in five seconds
        found = _beat_seconds(samples, 60 / plan.tempo_bpm)
        assert found == pytest.approx(60 / plan.tempo_bpm, rel=0.03), plan.substyle


def test_key_is_the_truth(renders: Renders) -> None:
    shares = []
    for plan, samples in renders:
        tonic, third = KEYS.index(plan.key), 3 if plan.mode == "minor" else 4
        scales = [steps for steps in SCALES.values() if steps[2] == third]
        chroma = _chroma(samples)
        shares.append(max(sum(chroma[(tonic + step) % 12] for step in steps) for steps in scales))
    assert np.mean(shares) > 0.75
    assert min(shares) > 7 / 12


def test_artists_of_a_style_are_nearer_than_other_styles_on_average(renders: Renders) -> None:
    timbres = np.array([_bands(samples) for _, samples in renders])
    timbres = (timbres - timbres.mean(axis=0)) / timbres.std(axis=0)
    distances = np.linalg.norm(timbres[:, None] - timbres[None], axis=2)
    styles = np.array([plan.style for plan, _ in renders])
    same = (styles[:, None] == styles[None]) & ~np.eye(len(styles), dtype=bool)
    assert distances[same].mean() < 0.9 * distances[styles[:, None] != styles[None]].mean()


def test_a_track_is_nearer_to_its_artists_other_track_than_to_the_styles_other_artists() -> None:
    plans = plan_library(seed=6, styles=["hip-hop"], n_artists_per_style=3, n_tracks_per_artist=2)
    timbres = np.array([_bands(render(plan, seconds=6.0)[0]) for plan in plans])
    distances = np.linalg.norm(timbres[:, None] - timbres[None], axis=2) + 1e9 * np.eye(len(plans))
    nearest = [plans[i].artist for i in distances.argmin(axis=1)]
    assert sum(plan.artist == near for plan, near in zip(plans, nearest, strict=True)) >= 5


@pytest.mark.parametrize(
    ("change", "match"),
    [({"substyle": "polka"}, "polka"), ({"style": "polka"}, "polka"), ({"key": "H"}, "H"), ({"mode": "odd"}, "odd")],
)
def test_unknown_names_are_refused(change: dict[str, str], match: str) -> None:
    plan = dataclasses.replace(plan_library(seed=0)[0], **change)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=match):
        render(plan, seconds=2.0)


def test_impossible_lengths_are_refused() -> None:
    with pytest.raises(ConfigError, match="seconds"):
        render(plan_library(seed=0)[0], seconds=0.1)


def _spectra(samples: NDArray[np.float32], n: int, hop: int) -> NDArray[np.float64]:
    frames = np.lib.stride_tricks.sliding_window_view(samples.mean(axis=0), n)[::hop]
    return np.abs(np.fft.rfft(frames * np.hanning(n), axis=1))


def _beat_seconds(samples: NDArray[np.float32], expected: float) -> float:
    """Lag of the onset autocorrelation's highest point near a beat, or near two beats."""
    hop = 256
    rise = np.diff(np.log1p(100 * _spectra(samples, 1024, hop)), axis=0).clip(min=0).sum(axis=1)
    rise = rise - rise.mean()
    correlation = np.correlate(rise, rise, mode="full")[len(rise) - 1 :]
    lags = np.arange(len(correlation)) * hop / RATE
    near = np.flatnonzero((lags > 1.8 * expected) & (lags < 2.2 * expected))
    return float(lags[near[correlation[near].argmax()]] / 2)


def _chroma(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    power = (_spectra(samples, 16384, 8192) ** 0.5).mean(axis=0)
    hz = np.fft.rfftfreq(16384, 1 / RATE)
    heard = (hz > 100) & (hz < 1500)
    classes = np.round(12 * np.log2(hz[heard] / 440) + 69).astype(int) % 12
    sums = np.bincount(classes, power[heard] ** 2, 12)
    chroma: NDArray[np.float64] = sums / sums.sum()
    return chroma


def _bands(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean and deviation of the level in eleven bands, in dB."""
    power = _spectra(samples, 2048, 1024) ** 2
    edges = np.geomspace(2, power.shape[1] - 1, 12).astype(int)
    levels = 10 * np.log10(np.add.reduceat(power, edges, axis=1)[:, :-1] + 1e-6)
    levels -= levels.mean(axis=1, keepdims=True)
    return np.concatenate([levels.mean(axis=0), levels.std(axis=0)])
