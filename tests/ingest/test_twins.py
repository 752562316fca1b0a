"""Two files of one length that agree where the hash looks are two recordings, each with its own analysis."""

# mypy: disable-error-code="no-untyped-call, attr-defined"

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen.id3
import mutagen.wave
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from test_scan import RATE, scan

from resona.addresses import place as address
from resona.audio import content_hash
from resona.library import Label, Library
from resona.tracks import Track


@pytest.fixture
def library(place: Path | str) -> Iterator[Library]:
    with Library(place) as opened:
        opened.store.settings.put("current_model", "mfcc")
        yield opened
        opened.sounds.close()


def write_stem(path: Path, seed: int, *, shared: float = 0.0) -> Path:
    """Write an instrument that rests where the hash looks, as stems of one song do; `shared` of it is seed 0's."""
    rng, common = (np.random.default_rng(each) for each in (seed, 0))
    samples = (1 - shared) * _played(rng) + shared * _played(common)
    for fraction in (0.0, 0.2, 0.5, 0.8):
        samples[int(fraction * len(samples)) :][: RATE // 2] = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE)
    return path


def _played(rng: np.random.Generator) -> NDArray[np.float64]:
    notes = np.repeat(rng.uniform(200, 3000, 48), RATE // 8)
    return np.asarray(0.3 * np.sin(2 * np.pi * np.cumsum(notes) / RATE) + rng.normal(0, 0.01, len(notes)))


def at(library: Library, path: Path) -> Track:
    (track,) = library.store.tracks.at(path)
    return track


def heard_at(library: Library, path: Path) -> bytes:
    features = library.store.features.get(at(library, path).track_id, library.model.feature_fingerprint)
    assert features is not None
    return features.tobytes()


def alone(path: Path, tmp_path: Path) -> bytes:
    """Say how a file is heard where there is no other."""
    with Library(tmp_path / f"{path.stem} alone.db") as library:
        library.store.settings.put("current_model", "mfcc")
        scan(library, path)
        return heard_at(library, path)


@pytest.mark.parametrize("is_at_once", [True, False])
def test_stems_of_one_length_are_recordings_of_their_own(
    is_at_once: bool,  # noqa: FBT001 - a case
    library: Library,
    tmp_path: Path,
) -> None:
    music = tmp_path / "music"
    bass = write_stem(music / "bass.wav", 1)
    scan(library, music) if not is_at_once else None
    drums, voice = write_stem(music / "drums.wav", 2), write_stem(music / "voice.wav", 3)
    assert content_hash(bass) == content_hash(drums) == content_hash(voice)
    scan(library, music)
    assert [heard_at(library, path) for path in (bass, drums, voice)] == [
        alone(path, tmp_path) for path in (bass, drums, voice)
    ]
    ids = {path.stem: at(library, path).track_id for path in (bass, drums, voice)}
    library.store.labels.add([Label(kind="pair", a=ids["bass"], b=ids["drums"])])
    names = library.store.tracks.audio_names()
    assert len({names[track_id] for track_id in ids.values()}) == 3
    other = write_stem(tmp_path / "other.wav", 4)
    for path, same in ((bass, "bass"), (voice, "voice"), (other, None)):
        heard, _ = library.sounds.hear(path)
        found = library.tracks.with_audio(heard.audio_hash, heard.listened.features)
        assert (found and found.track_id) == (same and ids[same])
    library.sounds.ear.close()
    for path in (bass, drums, voice):
        path.rename(path.with_stem(f"new {path.stem}"))
    summary = scan(library, music)
    moved = {path.stem: path.with_stem(f"new {path.stem}") for path in (bass, drums, voice)}
    assert summary.n_recognised == 3
    assert {stem: at(library, path).track_id for stem, path in moved.items()} == ids
    away = {stem: path.with_stem(f"far {stem}") for stem, path in moved.items()}
    for stem, path in moved.items():
        path.rename(away[stem])
        os.utime(away[stem], (1e9, 1e9))  # as a copy to another disk has it
    scan(library, music)
    assert {stem: at(library, path).track_id for stem, path in away.items()} == ids
    away["drums"].unlink()
    scan(library, music)
    assert library.store.tracks.count(is_missing=True) == 1  # its judgements wait for it
    assert library.store.tracks.audio_names() == names


def test_a_damaged_copy_is_heard_itself(library: Library, tmp_path: Path) -> None:
    good = write_stem(tmp_path / "music" / "good.wav", 1)
    scan(library, good.parent)
    content = bytearray(good.read_bytes())
    content[40_000:44_000] = os.urandom(4000)
    damaged = good.with_name("damaged.wav")
    damaged.write_bytes(content)
    assert content_hash(good) == content_hash(damaged)
    assert scan(library, good.parent).n_recognised == 0
    assert heard_at(library, damaged) == alone(damaged, tmp_path) != heard_at(library, good)
    copy = good.with_name("copy.wav")
    copy.write_bytes(good.read_bytes())
    assert scan(library, good.parent).n_recognised == 1
    assert heard_at(library, copy) == heard_at(library, good)


def test_copies_change_places_with_what_was_heard_of_them(library: Library, tmp_path: Path) -> None:
    good = write_stem(tmp_path / "music" / "a.wav", 1)
    content = bytearray(good.read_bytes())
    content[40_000:44_000] = os.urandom(4000)
    damaged = good.with_name("b.wav")
    damaged.write_bytes(content)
    scan(library, good.parent)
    ids = [at(library, path).track_id for path in (good, damaged)]
    good.rename(good.with_name("z.wav"))
    damaged.rename(good.with_name("y.wav"))
    assert scan(library, good.parent).n_recognised == 2
    assert [at(library, good.with_name(name)).track_id for name in ("z.wav", "y.wav")] == ids


def test_retagged_stems_are_recognised(library: Library, tmp_path: Path) -> None:
    music = tmp_path / "music"
    paths = [write_stem(music / f"{seed}.wav", seed) for seed in (1, 2)]
    scan(library, music)
    ids = [at(library, path).track_id for path in paths]
    for path in paths:
        file = mutagen.wave.WAVE(path)
        file.add_tags()
        assert file.tags is not None
        file.tags.add(mutagen.id3.TIT2(3, f"Stem {path.stem}"))
        file.save()
    assert scan(library, music).n_recognised == 2
    assert [at(library, path).track_id for path in paths] == ids
    assert at(library, paths[0]).tags.title == "Stem 1"


def test_stems_elsewhere(library: Library, tmp_path: Path) -> None:
    fsspec: Any = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    system, music = fsspec.filesystem("memory"), tmp_path / "music"
    system.store.clear()
    for seed in (1, 2):
        system.pipe(f"/stems/{seed}.wav", write_stem(music / f"{seed}.wav", seed).read_bytes())
    scan(library, address("memory://stems"))
    scan(library, music)  # the copies
    names = library.store.tracks.audio_names()
    tracks = {track.path.name: track for track in library.store.tracks.below(music)}
    there = {track.path.name: track for track in library.store.tracks.below(address("memory://stems"))}
    assert all(names[tracks[name].track_id] == names[there[name].track_id] for name in there)
    assert len(set(names.values())) == 2
    system.store.clear()


def test_a_damaged_file_made_good_is_heard_again(library: Library, tmp_path: Path, music_dir: Path) -> None:
    content = next(music_dir.rglob("*.flac")).read_bytes()
    path = tmp_path / "music" / "song.flac"
    path.parent.mkdir()
    place = len(content) * 7 // 20
    path.write_bytes(content[:place] + bytes(3000) + content[place + 3000 :])
    scan(library, path.parent)
    before = heard_at(library, path)
    assert library.store.failures.all()
    path.write_bytes(content)
    assert scan(library, path.parent).n_recognised == 0
    assert heard_at(library, path) != before
    assert not library.store.failures.all()


def test_an_edited_recording_is_heard_again_and_stays_the_track(library: Library, tmp_path: Path) -> None:
    path = write_stem(tmp_path / "music" / "bass.wav", 1)
    scan(library, path.parent)
    track_id, before = at(library, path).track_id, content_hash(path)
    write_stem(path, 2)  # exported anew, with other notes between the same rests
    assert content_hash(path) == before
    assert scan(library, path.parent).n_recognised == 0
    assert at(library, path).track_id == track_id
    assert heard_at(library, path) == alone(path, tmp_path)
