import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from filelock import FileLock

from resona.cli.scan import describe_scan
from resona.config import fingerprint
from resona.errors import StoreError, StoreLockedError
from resona.features.descriptors import DescriptorConfig
from resona.features.mfcc import FeatureConfig
from resona.ingest import AnalysisConfig, ScanConfig, ScanProgress, ScanSummary, extract_missing
from resona.library import Library

RATE = 22050


def write_tone(path: Path, seconds: float = 3.0, hz: float = 440.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    time_axis = np.arange(int(RATE * seconds)) / RATE
    noise = np.random.default_rng(int(hz)).standard_normal(len(time_axis))
    soundfile.write(path, 0.4 * np.sin(2 * np.pi * hz * time_axis) + 0.01 * noise, RATE)
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    for number in range(3):
        write_tone(folder / f"Artist {number} - Tone.wav", hz=300 + 100 * number)
    return folder


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """60 files of a second."""
    for number in range(60):
        write_tone(tmp_path / "many" / f"{number}.wav", seconds=1.0, hz=300 + number)
    return tmp_path / "many"


def scan(library: Library, *folders: Path, n_workers: int = 1) -> ScanSummary:
    return library.scan(folders, config=ScanConfig(n_workers=n_workers))


def test_everything_about_a_track_is_stored(library: Library) -> None:
    tracks = library.store.tracks.all()
    assert len(tracks) == 24
    assert {track.path.suffix for track in tracks} == {".mp3", ".flac", ".ogg"}
    assert {genre for track in tracks for genre in track.tags.genres} == {"Folk", "Electronic", "Ambient"}
    features_id = library.model.feature_fingerprint
    for track in tracks:
        assert track.tags.sources["artist"] == "tag"
        assert 11.9 < track.tags.duration_seconds < 12.1
        clips = library.store.features.get(track.track_id, features_id)
        assert clips is not None
        assert clips.shape[1] == library.model.feature_config["n_mfcc"]
        assert len(library.store.features.starts_seconds(track.track_id, features_id)) == len(clips)
        assert library.store.embeddings.get(track.track_id, library.model.model_id) is not None
    assert all(values["loudness_lufs"] for values in library.store.features.descriptors().values())


def test_second_scan_leaves_unchanged_files_alone(tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        assert scan(library, music).n_stored == 3
        again = scan(library, music)
        assert (again.n_stored, again.n_unchanged, again.n_failed) == (0, 3, 0)


def test_full_disk_ends_the_scan_with_one_sentence_and_keeps_what_was_stored(
    tmp_path: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["resona.ingest.hear"], "GROUP", 1)
    with Library(tmp_path / "library.db") as library:
        connection = library.store.connection
        (n_pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {n_pages + 5}")
        with pytest.raises(StoreError, match="the disk is full; what was stored before is safe"):
            scan(library, music)
        assert library.store.tracks.count() < 3


def test_changed_file_is_heard_again(tmp_path: Path, music: Path) -> None:
    changed = music / "Artist 1 - Tone.wav"
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        (track,) = library.store.tracks.at(changed)
        before = library.store.embeddings.get(track.track_id, library.model.model_id)
        write_tone(changed, seconds=4.0, hz=2000)
        assert scan(library, music).n_stored == 1
        (after,) = library.store.tracks.at(changed)
        vector = library.store.embeddings.get(after.track_id, library.model.model_id)
        assert after.track_id != track.track_id  # another song, of which nobody has said anything
        assert vector is not None
        assert before is not None
        assert not np.allclose(vector, before)


def test_vanished_file_is_marked_missing_and_comes_back(tmp_path: Path, music: Path) -> None:
    path = music / "Artist 0 - Tone.wav"
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        path.rename(tmp_path / "away.wav")
        assert scan(library, music).n_missing == 1
        assert library.store.tracks.count(is_missing=True) == 1
        assert len(library.catalogue.track_ids) == 2
        (tmp_path / "away.wav").rename(path)
        summary = scan(library, music)
        assert (summary.n_stored, library.store.tracks.count(), len(library.catalogue.track_ids)) == (0, 3, 3)


def test_a_part_of_a_folder_is_scanned_but_is_no_folder_of_its_own(tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        write_tone(music / "new" / "Else - Song.wav", hz=900)
        assert scan(library, music / "new").n_stored == 1
        assert scan(library, music / "Artist 0 - Tone.wav").n_unchanged == 1
        assert library.folders.known == [str(music)]


def test_what_failed_is_counted_in_words() -> None:
    assert "\n2 failed before: `resona errors`" in describe_scan(ScanSummary(n_found=3, n_known_failures=2), 1)
    assert "\n1 failed and 2 failed before: " in describe_scan(ScanSummary(n_failed=1, n_known_failures=2), 1)


def test_only_scanned_folders_are_checked_for_vanished_files(tmp_path: Path, music: Path) -> None:
    other = tmp_path / "other"
    write_tone(other / "Else - Song.wav", hz=900)
    with Library(tmp_path / "library.db") as library:
        scan(library, music, other)
        shutil.rmtree(other)
        assert scan(library, music).n_missing == 0


def test_moved_file_keeps_its_track_and_is_not_decoded(tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        (track,) = library.store.tracks.at(music / "Artist 2 - Tone.wav")
        vector = library.store.embeddings.get(track.track_id, library.model.model_id)
        (music / "sub").mkdir()
        (music / "Artist 2 - Tone.wav").rename(music / "sub" / "Somebody - New name.wav")
        summary = scan(library, music)
        assert (summary.n_stored, summary.n_recognised, summary.n_unchanged) == (1, 1, 2)
        assert "0 listened to" in (said := describe_scan(summary, 3))
        assert "1 recognised by their audio" in said
        (moved,) = library.store.tracks.at(music / "sub" / "Somebody - New name.wav")
        assert (moved.track_id, moved.tags.title, library.store.tracks.count()) == (track.track_id, "New name", 3)
        again = library.store.embeddings.get(track.track_id, library.model.model_id)
        assert again is not None
        assert vector is not None
        assert np.array_equal(again, vector)


def test_bad_files_are_listed_and_stop_nothing(tmp_path: Path, music: Path) -> None:
    bad = {
        "empty.mp3": b"",
        "text.mp3": b"this is not music " * 100,
        "cut.flac": write_tone(tmp_path / "whole.flac").read_bytes()[:2000],
    }
    for name, content in bad.items():
        (music / name).write_bytes(content)
    soundfile.write(music / "silence.wav", np.zeros(RATE * 3), RATE)
    with Library(tmp_path / "library.db") as library:
        summary = scan(library, music)
        assert (summary.n_stored, summary.n_failed) == (3, 4)
        failed = {failure.path.name: failure.reason for failure in library.store.failures.all()}
        assert set(failed) == {*bad, "silence.wav"}
        assert all(reason and str(tmp_path) not in reason for reason in failed.values())
        again = scan(library, music)
        assert (again.n_failed, again.n_known_failures) == (0, 4)
        library.store.failures.clear()
        assert scan(library, music).n_failed == 4
        write_tone(music / "empty.mp3".replace("mp3", "wav"))
        write_tone(tmp_path / "good.wav").rename(music / "text.mp3")
        assert scan(library, music).n_stored == 2
        assert "text.mp3" not in {failure.path.name for failure in library.store.failures.all()}


@pytest.mark.parametrize("name", [b"caf\xe9.wav", "🎵 two\nlines.wav".encode(), "ünïcode, 'quoted'.wav".encode()])
def test_any_file_name_can_be_scanned(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "music"
    path = write_tone(folder / "plain.wav")
    path.rename(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)))
    with Library(tmp_path / "library.db") as library:
        assert scan(library, folder).n_stored == 1
        assert scan(library, folder).n_unchanged == 1


def test_overlapping_folders_store_each_file_once(tmp_path: Path, music: Path) -> None:
    (tmp_path / "link").symlink_to(music)
    (music / "loop").symlink_to(music)
    with Library(tmp_path / "library.db") as library:
        scan(library, music, tmp_path / "music", music / "Artist 0 - Tone.wav")
        assert library.store.tracks.count() == 3


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        with pytest.raises(StoreError, match=r"no such folder.*nothing was changed"):
            scan(library, tmp_path / "nowhere")
        assert library.folders.known == []


def test_a_folder_that_is_gone_is_named_and_the_others_are_scanned(tmp_path: Path, music: Path) -> None:
    drive, inside = tmp_path / "drive", music / "inside"
    write_tone(drive / "Else - Song.wav", hz=900)
    write_tone(inside / "Else - Deep.wav", hz=1200)
    with Library(tmp_path / "library.db") as library:
        library.store.settings.put("current_model", "mfcc")
        scan(library, music, drive, inside)
        drive.rename(tmp_path / "unplugged")
        inside.rename(tmp_path / "deep")
        write_tone(music / "New - Song.wav", hz=1500)
        summary = scan(library)
        assert {path for path, reason in summary.unreadable if "its tracks are kept" in reason} == {drive, inside}
        assert (summary.n_stored, summary.n_missing, library.store.tracks.count()) == (1, 0, 6)
        assert {str(drive), str(inside)} < set(library.folders.known)
        (tmp_path / "unplugged").rename(drive)
        summary = scan(library)
        assert (summary.n_stored, [path for path, _ in summary.unreadable]) == (0, [inside])
        ids = {track.track_id for track in library.store.tracks.all()}
        (tmp_path / "deep").rename(music / "found again")  # renamed, within another folder
        assert scan(library).n_missing == 0
        assert {track.track_id for track in library.store.tracks.all()} == ids
        assert library.store.tracks.count(is_missing=True) == 0
        drive.rename(tmp_path / "unplugged")
        drive.touch()
        assert (scan(library).n_missing, library.store.tracks.count()) == (0, 6)


def test_nothing_to_scan(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library, pytest.raises(StoreError, match="resona scan FOLDER"):
        library.scan()


def test_two_scans_at_once_are_refused(tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        library.store.side_dir.mkdir()
        with (
            FileLock(library.store.side_dir / "scan.lock"),
            pytest.raises(StoreLockedError, match="another scan"),
        ):
            scan(library, music)


def test_killed_scan_goes_on_where_it_stopped(tmp_path: Path, many: Path) -> None:
    path = tmp_path / "library.db"
    command = [sys.executable, "-m", "resona", "--library", str(path), "scan", str(many), "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.05)
        if path.exists():
            with Library(path) as library:
                if library.store.tracks.count():
                    break
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Library(path) as library:
        before = library.store.tracks.count()
        assert before >= 1
        summary = scan(library, many, n_workers=2)
        assert summary.n_stored == 60 - before
        assert library.store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(library.catalogue.track_ids) == 60


def test_time_limit_stops_cleanly_and_goes_on(tmp_path: Path, many: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        summary = library.scan([many], config=ScanConfig(n_workers=1, max_minutes=0.0001))
        assert not summary.is_complete
        summary = scan(library, many)
        assert summary.is_complete
        assert library.store.tracks.count() == 60


def test_other_settings_are_heard_without_touching_the_rest(library: Library) -> None:
    few = FeatureConfig(n_mfcc=13, n_clips=0)
    config = ScanConfig(analysis=AnalysisConfig(features=few), n_workers=2)
    library.store.connection.execute("DELETE FROM tracks WHERE track_id > 4")
    assert extract_missing(library.store, config) == 4
    assert extract_missing(library.store, config) == 0
    assert len(library.store.features.track_ids(library.model.feature_fingerprint)) == 4
    clips = library.store.features.get(1, fingerprint(few))
    assert clips is not None
    assert clips.shape[:2] == (1, 13)


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path: Path, many: Path) -> None:
    command = [sys.executable, "-m", "resona", "--library", str(tmp_path / "library.db"), "scan", str(many)]
    process = subprocess.Popen([*command, "--workers", "3"], stderr=subprocess.PIPE, text=True, process_group=0)
    while not (tmp_path / "library.db").exists():
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)  # while the workers start, or work
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "goes on from here" in said
    assert "Traceback" not in said


def test_reading_works_while_a_scan_writes(library: Library) -> None:
    with library.store.writing(), Library(library.store.path) as reader:
        library.store.tracks.set_missing([1])
        assert len(reader.catalogue.track_ids) == 24


def test_an_empty_folder_is_taken_for_a_drive_that_is_not_connected(tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        music.rename(tmp_path / "elsewhere")
        music.mkdir()
        (music / "lost+found").mkdir()
        (music / ".stfolder").touch()
        summary = scan(library, music)
        assert (summary.n_missing, library.store.tracks.count()) == (0, 3)
        assert "connect it" in summary.unreadable[0][1]


def test_what_a_link_leads_to_comes_and_goes_like_a_folder(tmp_path: Path, music: Path) -> None:
    drive = tmp_path / "drive"
    paths = [write_tone(drive / f"Else - {hz}.wav", hz=hz) for hz in (900, 1200)]
    (music / "link").symlink_to(drive)
    with Library(tmp_path / "library.db") as library:
        scan(library, music)
        paths[0].unlink()
        assert scan(library, music).n_missing == 1
        drive.rename(tmp_path / "unplugged")
        assert scan(library, music).n_missing == 0
        drive.mkdir()
        summary = scan(library, music)
        assert (summary.n_missing, [path for path, _ in summary.unreadable]) == (0, [drive])


def test_a_file_that_cannot_be_reached_is_tried_again(tmp_path: Path, music: Path) -> None:
    path = music / "Artist 1 - Tone.wav"
    with Library(tmp_path / "library.db") as library:
        config = ScanConfig(n_workers=1)

        def take_away(progress: ScanProgress) -> None:
            if progress.n_found == 3 and path.exists():  # after the walk, before the decoding
                path.rename(tmp_path / "away.wav")

        summary = library.scan([music], config=config, on_progress=take_away)
        assert (summary.n_stored, summary.n_failed) == (2, 1)
        (failure,) = library.store.failures.all()
        assert "No such file" in failure.reason
        (tmp_path / "away.wav").rename(path)
        assert scan(library, music).n_stored == 1
        assert library.store.failures.count() == 0


def test_failures_of_files_that_are_gone_are_forgotten(tmp_path: Path, music: Path) -> None:
    (music / "bad.mp3").write_bytes(b"not music")
    with Library(tmp_path / "library.db") as library:
        assert scan(library, music).n_failed == 1
        (music / "bad.mp3").unlink()
        scan(library, music)
        assert library.store.failures.count() == 0


def test_nothing_is_kept_of_a_file_that_changes_while_it_is_read(tmp_path: Path, music: Path) -> None:
    path = music / "Artist 1 - Tone.wav"
    content = path.read_bytes()
    with Library(tmp_path / "library.db") as library:

        def rewrite(progress: ScanProgress) -> None:
            if progress.n_found == 3 and not progress.n_due:
                path.write_bytes(content[: len(content) // 2])

        summary = library.scan([music], config=ScanConfig(n_workers=1), on_progress=rewrite)
        assert (summary.n_stored, summary.n_failed) == (2, 1)
        assert library.store.failures.all()[0].reason == "changed while it was read; the next scan tries again"
        path.write_bytes(content)
        assert scan(library, music).n_stored == 1
        assert library.store.tracks.at(path)[0].tags.duration_seconds == pytest.approx(3.0)
        assert scan(library, music).n_stored == 0


def test_a_new_model_embeds_from_stored_features_without_any_file(library: Library) -> None:
    base = library.store.embeddings.matrix(library.model.model_id)[1]
    library.store.connection.execute("UPDATE tracks SET path = path || '.gone'")
    library.use_model("mfcc")
    ids, vectors = library.store.embeddings.matrix(library.model.model_id)
    assert len(ids) == 24
    assert np.isfinite(vectors).all()
    assert not np.array_equal(vectors, base)


def test_other_descriptor_settings_redo_descriptors_alone(library: Library) -> None:
    config = ScanConfig(n_workers=1)
    described = DescriptorConfig(tempo_min_bpm=60.0, tempo_max_bpm=180.0)
    changed = replace(config, analysis=replace(config.analysis, descriptors=described))
    store = library.store
    before = store.features.get(1, library.model.feature_fingerprint)
    store.connection.execute("DELETE FROM tracks WHERE track_id > 2")
    version = store.version
    assert extract_missing(store, changed, with_descriptors=True) == 2
    assert extract_missing(store, changed, with_descriptors=True) == 0
    assert store.features.undescribed_ids(fingerprint(described)) == []
    assert store.version == version  # no vector was touched
    after = store.features.get(1, library.model.feature_fingerprint)
    assert before is not None
    assert after is not None
    assert np.array_equal(before, after)
