"""Every music file is found once, in order, and nothing else is."""

import os
import time
from pathlib import Path

import av
import pytest
from sounds import WAV, Format, write_tone

from resona.audio import FoundFile, find_audio, find_entries, read_cover, read_tags


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"...")


def found(*folders: Path, base: Path) -> list[str]:
    return [str(file.path.relative_to(base)) for file in find_audio(folders)]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "music"


def test_files_come_with_size_and_time_in_order(music: Path) -> None:
    touch(music, "b/2.FLAC", "b/1.mp3", "a/x.ogg", "z.m4a", "notes.txt", "cover.jpg", "no_suffix", "mp3")
    assert found(music, base=music) == ["z.m4a", "a/x.ogg", "b/1.mp3", "b/2.FLAC"]
    first = next(find_audio([music]))
    status = (music / "z.m4a").stat()
    assert first == FoundFile(music / "z.m4a", status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def test_folders_may_overlap_in_any_order(music: Path) -> None:
    touch(music, "a/1.mp3", "a/b/2.mp3", "3.mp3")
    for folders in ([music, music / "a", music / "a/b"], [music / "a/b", music / "a", music], [music, music]):
        assert sorted(found(*folders, base=music)) == ["3.mp3", "a/1.mp3", "a/b/2.mp3"]


def test_a_relative_folder_gives_absolute_paths(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(music, "1.mp3")
    monkeypatch.chdir(music.parent)
    assert [file.path for file in find_audio(["music", "./music/../music"])] == [music / "1.mp3"]


def test_a_single_file_can_be_given(music: Path) -> None:
    touch(music, "1.mp3", "2.mp3", "3.txt")
    assert found(music / "2.mp3", music / "3.txt", base=music) == ["2.mp3"]


def test_links_in_circles_end(music: Path) -> None:
    touch(music, "a/1.mp3")
    (music / "a/self").symlink_to(music / "a")
    (music / "a/up").symlink_to(music.parent)
    (music / "loop1").symlink_to(music / "loop2")
    (music / "loop2").symlink_to(music / "loop1")
    assert found(music, base=music) == ["a/1.mp3"]


def test_links_to_elsewhere_are_followed_once_to_the_real_place(music: Path) -> None:
    other = music.parent / "other"
    touch(music, "1.mp3")
    touch(other, "deep/2.mp3", "3.mp3", "4.mp3")
    (music / "link").symlink_to(other / "deep")
    (music / "again").symlink_to(other / "deep")
    (music / "deeper").symlink_to(other / "deep/2.mp3")
    (music / "file.mp3").symlink_to(other / "3.mp3")
    (music / "file2.mp3").symlink_to(other / "3.mp3")
    (music / "dead.mp3").symlink_to(other / "missing.mp3")
    assert found(music, base=music.parent) == ["music/1.mp3", "other/deep/2.mp3", "other/3.mp3"]


def test_hidden_and_system_folders_are_skipped_but_not_dotted_titles(music: Path) -> None:
    touch(music, ".Trash-1000/1.mp3", "@eaDir/2.mp3", "#recycle/3.mp3", "$RECYCLE.BIN/4.mp3", "._5.mp3", ".hidden.mp3")
    touch(music, "...And Justice for All/One.mp3", ".38 Special/Hold On.mp3", ".5 The Gray Chapter/Custer.mp3")
    assert found(music, base=music) == [
        "...And Justice for All/One.mp3",
        ".38 Special/Hold On.mp3",
        ".5 The Gray Chapter/Custer.mp3",
    ]


def test_a_hidden_folder_can_be_asked_for(music: Path) -> None:
    touch(music, ".secret/1.mp3", "2.mp3")
    assert found(music, music / ".secret", base=music) == ["2.mp3", ".secret/1.mp3"]


def test_nomedia_leaves_a_folder_out(music: Path) -> None:
    touch(music, "ringtones/.nomedia", "ringtones/1.mp3", "ringtones/deep/2.mp3", "3.mp3")
    assert found(music, base=music) == ["3.mp3"]


def test_resonaignore_reads_like_a_gitignore(music: Path) -> None:
    touch(
        music, "1.wav", "a/2.wav", "a/keep.wav", "demos/3.mp3", "a/demos/4.mp3", "top.mp3", "a/top.mp3",
        "live/x/y/5.mp3", "live/6.flac", "b/local.mp3", "b/c/local.mp3", "a/local.mp3", "ok [1].mp3",
        "b/aXb.mp3", "a/b/x.mp3", "#1.mp3", "xy.ogg", "zy.ogg", "y/y.ogg",
    )  # fmt: skip
    (music / ".resonaignore").write_text(
        "# comment\n*.wav\n!keep.wav\ndemos/\n/top.mp3\nlive/**/*.mp3\n\na?b*\n\\#*\n[!x]y.ogg\n"
    )
    (music / "b/.resonaignore").write_text("local.mp3\n")
    assert found(music, base=music) == [
        "ok [1].mp3",
        "xy.ogg",
        "a/keep.wav",
        "a/local.mp3",
        "a/top.mp3",
        "a/b/x.mp3",
        "live/6.flac",
        "y/y.ogg",
    ]


def test_unreadable_places_are_reported_and_the_rest_is_found(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(music, "a/1.mp3", "closed/2.mp3", "z/3.mp3")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    problems: list[tuple[Path, str]] = []
    files = find_audio([music / "missing", music], on_error=lambda path, reason: problems.append((path, reason)))
    assert [file.path.name for file in files] == ["1.mp3", "3.mp3"]
    assert problems == [
        (music / "missing", "No such file or directory"),
        (music / "closed", "Permission denied"),
    ]


def test_any_name_survives(music: Path) -> None:
    names = ["emoji 🎸.mp3", "two\nlines.mp3", "caf\udce9.mp3", "ümlaut.mp3", "a:b.mp3", "trailing .mp3"]
    touch(music, *names)
    files = [file.path for file in find_audio([music])]
    assert sorted(path.name for path in files) == sorted(names)
    assert all(path.read_bytes() == b"..." for path in files)


def test_special_files_are_no_music(music: Path) -> None:
    touch(music, "1.mp3")
    os.mkfifo(music / "pipe.mp3")
    (music / "folder.mp3").mkdir()
    assert found(music, base=music) == ["1.mp3"]


def test_thousands_of_files_take_a_fraction_of_a_second(music: Path) -> None:
    for folder in range(30):
        touch(music, f"{folder}/first.mp3")
        for number in range(99):
            (music / str(folder) / f"{number}.mp3").touch()
    started = time.process_time()
    assert sum(1 for _ in find_audio([music])) == 3000
    assert time.process_time() - started < 0.3  # 0.02 s where this was written


def test_the_state_of_the_sheets_beside_a_file_is_part_of_its_own(music: Path) -> None:
    touch(music, "a/1.flac", "b/2.flac")
    before = [file.side for file in find_audio([music])]
    states = []
    for name, content in (("a/x.cue", "one"), ("a/x.cue", "two!"), ("a/y.CUE", "two!")):
        (music / name).write_text(content)
        first, second = find_audio([music])
        assert (second.side, next(find_audio([first.path])).side) == ("", first.side)
        states.append(first.side)
    (music / "a/y.CUE").unlink()
    assert next(find_audio([music])).side == states[1]
    assert before == ["", ""]
    assert len({"", *states}) == 4


@pytest.mark.parametrize(
    ("suffix", "container", "sound", "pictures"),
    [
        (".mp4", "mp4", "aac", "mpeg4"),
        (".3gp", "3gp", "aac", "mpeg4"),
        (".mov", "mov", "aac", "mpeg4"),
        (".mkv", "matroska", "libopus", "mpeg4"),
        (".webm", "webm", "libopus", "libvpx"),
    ],
)
def test_sound_alone_is_found_and_films_are_not(
    suffix: str, container: str, sound: str, pictures: str, tmp_path: Path
) -> None:
    write_tone(tmp_path, Format(suffix, codec=sound, sample_rate=48000, container=container), 3, name=f"sound{suffix}")
    with av.open(str(tmp_path / f"film{suffix.upper()}"), "w", format=container) as film:
        for stream in (film.add_stream(pictures, rate=25), film.add_stream(sound, rate=48000)):
            if isinstance(stream, av.VideoStream):
                stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
                frame = av.VideoFrame(64, 64, "yuv420p")
                film.mux([*stream.encode(frame), *stream.encode()])
    (tmp_path / f"damaged{suffix}").write_bytes((tmp_path / f"sound{suffix}").read_bytes()[:20])
    (tmp_path / f"other{suffix}").write_bytes(b"\x1aE\xdf\xa3" + bytes(50))
    assert [found.path.name for found in find_audio([tmp_path])] == [f"sound{suffix}"]


def test_the_longest_names_are_found_and_heard(tmp_path: Path) -> None:
    for name in ("n" * 251 + ".wav", "あ" * 83 + ".wav"):
        write_tone(tmp_path, WAV, 3, name=name)
    (tmp_path / f"{'n' * 251}.cue").write_text("")
    for found in find_audio([tmp_path]):
        assert read_tags(found.path, root=tmp_path).title == found.path.stem
        assert find_entries(found.path) == []
        assert read_cover(found.path) is None
    assert len(list(find_audio([tmp_path]))) == 2
