from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from resona_composer import keys, synths
from resona_composer.drums import PLACES, Kit, build_kit, play_drums
from resona_composer.habits import Chance, vary
from resona_composer.mastering import loudness, master
from resona_composer.mixing import Mix, ducked, perform
from resona_composer.pads import SPECTRA, Pad
from resona_composer.score import SCALES, Note, Scale, compose
from resona_composer.strings import Amplifier, PluckedString, pluck
from resona_composer.waves import SAMPLE_RATE, count, hertz, noise, panned, place, ring, shaped, warped

SONG = compose(Scale(0, SCALES["major"]), 120, 4.0, {"verse": ((0,),), "chorus": ((0,),)})
PITCHED: dict[str, Callable[[float], NDArray[np.float32]]] = {
    "plucked string": lambda pitch: pluck(PluckedString(), pitch, 1.0, 0.8, np.random.default_rng(0)),
    "piano": lambda pitch: keys.piano(pitch, 1.0, 0.8, np.random.default_rng(0)),
    "electric piano": lambda pitch: keys.electric_piano(pitch, 1.0, 0.8, np.random.default_rng(0)),
    "organ": partial(keys.organ, seconds=1.0, velocity=0.8, drawbars=(0.0, 0.0, 1.0)),
    "kalimba": lambda pitch: keys.bell("kalimba", pitch, 1.0, 0.8),
    "synthesiser": lambda pitch: synths.strike(synths.Patch(), pitch, 1.0, 0.8, np.random.default_rng(0)),
    "line": lambda pitch: synths.line(synths.Patch(), [Note(0, 3, pitch)], SONG, np.random.default_rng(0)),
    "pad": lambda pitch: Pad(kind="warm").hold([pitch], 1.0, np.random.default_rng(0))[0],
}


@pytest.mark.parametrize("name", PITCHED)
@pytest.mark.parametrize("pitch", [45, 60, 76])
def test_instruments_are_in_tune(name: str, pitch: int) -> None:
    sound = PITCHED[name](pitch)
    spectrum = np.abs(np.fft.rfft(sound[:44_100] * np.hanning(len(sound[:44_100])), 8 * 44_100))
    hz = np.arange(len(spectrum)) / 8
    near = (hz > 0.97 * hertz(pitch)) & (hz < 1.03 * hertz(pitch))
    found = hz[near][spectrum[near].argmax()]
    assert 1200 * abs(np.log2(found / hertz(pitch))) < 12, "cents"
    assert spectrum[near].max() > 0.05 * spectrum.max()


def test_ring_equals_the_slow_sum_of_sines() -> None:
    time = np.arange(1000) / SAMPLE_RATE
    slow = [
        a * np.sin(2 * np.pi * f * time + p) * 0.001 ** (time / d) for f, d, a, p in ((440, 0.1, 1, 0), (99, 1, 2, 1))
    ]
    fast = ring(1000 / SAMPLE_RATE, [440, 99], [0.1, 1], [1, 2], [0, 1])
    assert fast == pytest.approx(np.sum(slow, axis=0), abs=1e-4)


def test_high_partials_die_first() -> None:
    sound = pluck(PluckedString(), 45, 2.0, 0.8, np.random.default_rng(0))

    def brightness(piece: NDArray[np.float32]) -> float:
        power = np.abs(np.fft.rfft(piece)) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert brightness(sound[:8820]) > 1.2 * brightness(sound[-13_000:-4000])


def test_harder_is_louder_and_brighter() -> None:
    soft, hard = (keys.piano(57, 0.5, velocity, np.random.default_rng(0)) for velocity in (0.3, 1.0))
    assert np.abs(hard).max() > 2 * np.abs(soft).max()
    treble = [np.abs(np.fft.rfft(sound / np.abs(sound).max()))[1500:].sum() for sound in (soft, hard)]
    assert treble[1] > 1.5 * treble[0]


def test_amplifier_sustains_and_does_not_care_about_the_input_level() -> None:
    dry = pluck(PluckedString(), 45, 2.0, 0.8, np.random.default_rng(0))
    loud = Amplifier(drive_db=30).play(dry)
    assert np.allclose(Amplifier(drive_db=30).play(0.01 * dry), loud, atol=0.02)
    held = [np.abs(sound[60_000:70_000]).max() / np.abs(sound[:10_000]).max() for sound in (dry, loud)]
    assert held[1] > 2 * held[0]


def test_a_filter_sweep_darkens_a_note() -> None:
    open_, closed = (synths.oscillate("saw", 110.0, np.full(44_100, hz, dtype=np.float32)) for hz in (6000, 300))
    treble = [np.abs(np.fft.rfft(sound))[2000:].sum() for sound in (open_, closed)]
    assert treble[0] > 10 * treble[1]


def test_oscillators_have_few_aliases() -> None:
    sound = synths.oscillate("saw", 1000.0, np.full(44_100, 9000, dtype=np.float32))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(44_100))) ** 2
    harmonic = np.zeros(len(spectrum), dtype=bool)
    for centre in range(1000, 22_050, 1000):
        harmonic[centre - 4 : centre + 5] = True
    assert spectrum[~harmonic].sum() < 1e-3 * spectrum.sum()


def test_every_drum_of_every_take_differs_and_ends_quietly() -> None:
    for piece, takes in build_kit(Kit(), np.random.default_rng(0), set(PLACES)).items():
        assert len({take.tobytes() for take in takes}) == len(takes), piece
        assert all(0.9 < np.abs(take).max() < 1.001 and np.abs(take[-20:]).max() < 0.05 for take in takes), piece


def test_drums_fall_on_the_beat() -> None:
    chance = Chance(np.random.default_rng(0), np.random.default_rng(1))
    grooves = {section: {"kick": "x...x...x...x..."} for section in ("intro", "verse", "chorus", "break")}
    bus, kicks = play_drums(SONG, Kit(), grooves, chance, loose_ms=0)
    assert bus.shape == (2, SONG.n_samples)
    assert kicks[:4] == pytest.approx([round(SAMPLE_RATE * SONG.seconds(beat)) for beat in range(4)], abs=1)


@pytest.mark.parametrize("kind", SPECTRA)
def test_pads_are_steady_and_wide(kind: str) -> None:
    left, right = Pad(kind=kind).hold((60, 64, 67), 1.5, np.random.default_rng(0))
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.5
    assert np.sqrt(np.mean(left**2)) == pytest.approx(1, abs=0.3)


def test_performing_leaves_out_what_comes_after_the_end() -> None:
    sound = np.ones(100, dtype=np.float32)
    track = perform([Note(100, 1, 60)], lambda *_: sound, SONG, np.random.default_rng(0))
    assert not track.any()


def test_faders_mean_the_same_for_quiet_and_loud_parts() -> None:
    part = noise(np.random.default_rng(0), 4.0)
    mixes = [Mix(SONG, np.random.default_rng(0)) for _ in range(2)]
    mixes[0].add(part, -3.0)
    mixes[1].add(0.001 * part, -3.0)
    assert np.allclose(mixes[0].dry, mixes[1].dry, atol=1e-3)


def test_ducking_follows_the_kicks() -> None:
    steady = np.ones((2, 10_000), dtype=np.float32)
    pumped = ducked(steady, [5000], depth=0.5, seconds=0.05)
    assert pumped[0, 4999] == 1
    assert pumped[0, 5000] == pytest.approx(0.5)
    assert pumped[0, 9000] == 1


def test_master_reaches_the_loudness_and_never_clips() -> None:
    rough = noise(np.random.default_rng(0), 3.0)
    for lufs in (-20.0, -12.0):
        record = master(np.stack([rough, rough[::-1]]), lufs=lufs, fade_seconds=0.2)
        assert loudness(record) == pytest.approx(lufs, abs=1.0)
        assert np.abs(record).max() <= 0.966


def test_silence_has_the_lowest_loudness_and_survives_the_desk() -> None:
    silence = np.zeros((2, 2 * SAMPLE_RATE), dtype=np.float32)
    assert loudness(silence) == -70
    assert np.abs(master(silence, lufs=-14.0)).max() < 1e-6


def test_varied_instruments_stay_near_and_whole_numbers_stay() -> None:
    patch = synths.Patch(n_voices=3, cutoff_hz=1000.0)
    varied = [vary(patch, np.random.default_rng(seed), 0.1) for seed in range(50)]
    assert {each.n_voices for each in varied} == {3}
    assert {each.shape for each in varied} == {"saw"}
    assert 900 < np.exp(np.mean([np.log(each.cutoff_hz) for each in varied])) < 1100
    assert len({each.cutoff_hz for each in varied}) == 50


def test_elementary_sounds() -> None:
    assert count(1.0) == SAMPLE_RATE
    assert (panned(np.ones(3, dtype=np.float32), 0.3) ** 2).sum(axis=0) == pytest.approx(np.ones(3))
    track = np.zeros(4, dtype=np.float32)
    place(track, np.arange(1, 4, dtype=np.float32), -1)
    assert track.tolist() == [2, 3, 0, 0]
    assert shaped(np.ones(100, dtype=np.float32), 0.001, 0.001)[[0, 50, -1]].tolist() == [0, 1, 0]
    ramp = np.arange(100, dtype=np.float32)
    assert warped(ramp, np.ones(100, dtype=np.float32)) == pytest.approx(ramp)
