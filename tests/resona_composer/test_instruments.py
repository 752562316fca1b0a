import numpy as np
import pytest
from numpy.typing import NDArray

from resona_composer.artists import Sound, vary
from resona_composer.drums import PIECES, Kit, build_kit, play_drums
from resona_composer.keys import Keys, piano
from resona_composer.mastering import CEILING, Production, loudness, master
from resona_composer.mixing import Mix, ducked, perform
from resona_composer.pads import SPECTRA, Pad
from resona_composer.score import SCALES, Note, Scale, compose
from resona_composer.strings import Amplifier, Guitar, String, pluck
from resona_composer.synths import Synth, oscillate
from resona_composer.textures import Record
from resona_composer.waves import SAMPLE_RATE, count, hertz, noise, panned, place, ring, shaped, warped

SONG = compose(Scale(0, SCALES["major"]), 120, 4.0, verse="0", chorus="0")
SOUNDS: dict[str, Sound] = {
    "wooden guitar": Guitar(string=String()),
    "electric guitar": Guitar(string=String(), amplifier=Amplifier(drive_db=30), is_doubled=True),
    "piano": Keys(kind="piano"),
    "electric piano": Record(Keys(kind="electric piano"), wobble=0.001),
    "organ": Keys(kind="organ"),
    "kalimba": Keys(kind="kalimba"),
    "synthesiser": Synth(),
    "line": Synth(glide_seconds=0.02),
    "pad": Pad(kind="warm"),
}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("pitch", [45, 60, 76])
def test_instruments_are_in_tune_as_long_as_the_song_and_end(name: str, pitch: int, rng: np.random.Generator) -> None:
    played = np.atleast_2d(SOUNDS[name].play(SONG, [Note(0, 3, pitch)], rng))
    assert played.shape[1] == SONG.n_samples
    assert np.abs(played[:, -20_000:]).max() < 0.05 * np.abs(played).max()
    spectrum = np.abs(np.fft.rfft(played[0, 2000:46_100] * np.hanning(44_100), 8 * 44_100))
    hz = np.arange(len(spectrum)) / 8
    near = (hz > 0.97 * hertz(pitch)) & (hz < 1.03 * hertz(pitch))
    found = hz[near][spectrum[near].argmax()]
    assert 1200 * abs(np.log2(found / hertz(pitch))) < 15, "cents"
    assert spectrum[near].max() > 0.05 * spectrum.max()


def test_ring_equals_the_slow_sum_of_sines() -> None:
    time = np.arange(1000) / SAMPLE_RATE
    slow = [
        a * np.sin(2 * np.pi * f * time + p) * 0.001 ** (time / d) for f, d, a, p in ((440, 0.1, 1, 0), (99, 1, 2, 1))
    ]
    fast = ring(1000 / SAMPLE_RATE, [440, 99], [0.1, 1], [1, 2], [0, 1])
    assert fast == pytest.approx(np.sum(slow, axis=0), abs=1e-4)


def test_high_partials_die_first() -> None:
    sound = pluck(String(), 45, 2.0, 0.8, np.random.default_rng(0))

    def brightness(piece: NDArray[np.float32]) -> float:
        power = np.abs(np.fft.rfft(piece)) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert brightness(sound[:8820]) > 1.2 * brightness(sound[-13_000:-4000])


def test_harder_is_louder_and_brighter() -> None:
    soft, hard = (piano(57, 0.5, velocity, np.random.default_rng(0)) for velocity in (0.3, 1.0))
    assert np.abs(hard).max() > 2 * np.abs(soft).max()
    treble = [np.abs(np.fft.rfft(sound / np.abs(sound).max()))[1500:].sum() for sound in (soft, hard)]
    assert treble[1] > 1.5 * treble[0]


def test_amplifier_sustains_and_does_not_care_about_the_input_level() -> None:
    dry = pluck(String(), 45, 2.0, 0.8, np.random.default_rng(0))
    loud = Amplifier(drive_db=30).play(dry)
    assert np.allclose(Amplifier(drive_db=30).play(0.01 * dry), loud, atol=0.02)
    held = [np.abs(sound[60_000:70_000]).max() / np.abs(sound[:10_000]).max() for sound in (dry, loud)]
    assert held[1] > 2 * held[0]


def test_a_filter_sweep_darkens_a_note() -> None:
    open_, closed = (
        oscillate("saw", np.full(44_100, 110, dtype=np.float32), np.full(44_100, hz, dtype=np.float32))
        for hz in (6000, 300)
    )
    treble = [np.abs(np.fft.rfft(sound))[2000:].sum() for sound in (open_, closed)]
    assert treble[0] > 10 * treble[1]


def test_oscillators_have_few_aliases() -> None:
    sound = oscillate("saw", np.full(44_100, 1000, dtype=np.float32), np.full(44_100, 9000, dtype=np.float32))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(44_100))) ** 2
    harmonic = np.zeros(len(spectrum), dtype=bool)
    for centre in range(1000, 22_050, 1000):
        harmonic[centre - 4 : centre + 5] = True
    assert spectrum[~harmonic].sum() < 1e-3 * spectrum.sum()


def test_every_drum_of_every_take_differs_and_ends_quietly() -> None:
    for piece, takes in build_kit(Kit(), np.random.default_rng(0), set(PIECES)).items():
        assert len({take.tobytes() for take in takes}) == len(takes), piece
        assert all(0.9 < np.abs(take).max() < 1.001 and np.abs(take[-20:]).max() < 0.05 for take in takes), piece


def test_drums_fall_on_the_beat(rng: np.random.Generator) -> None:
    grooves = dict.fromkeys(("intro", "verse", "chorus", "break"), "kick xxxx")
    bus, kicks = play_drums(SONG, Kit(loose_ms=0), grooves, rng, rng)
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
        record = master(np.stack([rough, rough[::-1]]), Production(lufs=lufs, fade_seconds=0.2))
        assert loudness(record) == pytest.approx(lufs, abs=1.0)
        assert np.abs(record).max() <= CEILING


def test_silence_has_the_lowest_loudness_and_survives_the_desk() -> None:
    silence = np.zeros((2, 2 * SAMPLE_RATE), dtype=np.float32)
    assert loudness(silence) == -70
    assert np.abs(master(silence, Production())).max() < 1e-6


def test_varied_instruments_stay_near_and_whole_numbers_stay() -> None:
    patch = Synth(n_voices=3, cutoff_hz=1000.0)
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
