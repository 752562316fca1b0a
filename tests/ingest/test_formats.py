"""Files that other programs write: each is scanned by the real decoders."""

import shutil
import subprocess
from pathlib import Path

import pytest
from test_scan import scan, write_tone

from resona.audio import content_hash, decode_clips, read_tags
from resona.library import Library

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg's program is not installed")

SECONDS = 12.0
KINDS = {
    "cbr.mp3": "-c:a libmp3lame -b:a 320k -write_xing 0",
    "info.mp3": "-c:a libmp3lame -b:a 192k",
    "vbr.mp3": "-c:a libmp3lame -q:a 2",
    "vbr-bare.mp3": "-c:a libmp3lame -q:a 5 -write_xing 0",
    "abr.mp3": "-c:a libmp3lame -abr 1 -b:a 192k",
    "id3v23.mp3": "-c:a libmp3lame -id3v2_version 3 -write_id3v1 1",
    "id3v24.mp3": "-c:a libmp3lame -id3v2_version 4",
    "speech.mp3": "-c:a libmp3lame -ar 8000 -ac 1 -b:a 16k",
    "studio.mp3": "-c:a libmp3lame -ar 48000 -b:a 256k",
    "studio.flac": "-c:a flac -sample_fmt s32 -ar 192000",
    "surround.flac": "-c:a flac -ac 6",
    "a.opus": "-c:a libopus -ar 48000",
    "surround.opus": "-c:a libopus -ar 48000 -ac 6 -mapping_family 1",
    "a.ogg": "-c:a libvorbis",
    "aac.m4a": "-c:a aac",
    "alac.m4a": "-c:a alac",
    "a.wma": "-c:a wmav2",
    "16.wav": "-c:a pcm_s16le",
    "24.wav": "-c:a pcm_s24le",
    "32.wav": "-c:a pcm_s32le",
    "float.wav": "-c:a pcm_f32le",
    "surround.wav": "-c:a pcm_s16le -ac 6",
    "a.aiff": "-c:a pcm_s24be",
    "a.wv": "-c:a wavpack",
    "a.tta": "-c:a tta",
    "surround.ac3": "-c:a ac3 -ac 6",
}
WITHOUT_TAGS = {"surround.ac3", "a.tta", "a.aiff"}  # not written by ffmpeg for these


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One tone in every format, by one call of ffmpeg."""
    folder = tmp_path_factory.mktemp("formats")
    source = write_tone(folder / "source" / "tone.wav", seconds=SECONDS)
    command = ["ffmpeg", "-v", "error", "-i", str(source)]
    for name, options in KINDS.items():
        tags = ["-metadata", "artist=Кино & 久石 譲", "-metadata", "title=Ночь", "-metadata", "genre=Rock; Post-Punk"]
        command += [*options.split(), *tags, str(folder / name)]
    subprocess.run(command, check=True)
    return folder


@pytest.mark.parametrize("name", KINDS)
def test_it_is_heard_and_its_tags_are_read(name: str, folder: Path) -> None:
    clips = decode_clips(folder / name, n_clips=3, clip_seconds=10.0, sample_rate=22050)
    assert clips.duration_seconds == pytest.approx(SECONDS, abs=0.15)
    assert not clips.is_truncated
    assert all(0.01 < float(samples.std()) < 1 for samples in clips.samples)
    assert len(content_hash(folder / name)) == 32
    if name not in WITHOUT_TAGS:
        tags = read_tags(folder / name)
        assert (tags.artist, tags.title, tags.genres) == ("Кино & 久石 譲", "Ночь", ("Rock", "Post-Punk"))


@pytest.mark.skipif(
    shutil.which("mpcenc") is None, reason="Musepack's encoder is not installed (Debian: musepack-tools)"
)
def test_a_musepack_file_is_heard_and_its_ape_tag_is_read(folder: Path, tmp_path: Path) -> None:
    source, path = tmp_path / "tone.wav", tmp_path / "music" / "a.mpc"
    path.parent.mkdir()
    subprocess.run(["ffmpeg", "-v", "error", "-i", folder / "16.wav", "-ar", "44100", "-ac", "2", source], check=True)
    tags = ["--artist", "Кино & 久石 譲", "--title", "Ночь", "--genre", "Rock; Post-Punk"]
    subprocess.run(["mpcenc", "--silent", *tags, source, path], check=True)
    with Library(tmp_path / "library.db") as library:
        library.store.settings.put("current_model", "mfcc")
        assert scan(library, path.parent).n_stored == 1
        (track,) = library.store.tracks.all()
        assert library.store.failures.count() == 0
    assert (track.tags.artist, track.tags.title, track.tags.genres) == ("Кино & 久石 譲", "Ночь", ("Rock", "Post-Punk"))
    assert track.tags.duration_seconds == pytest.approx(SECONDS, abs=1.7)  # FFmpeg counts whole packets


def test_a_scan_takes_them_all(folder: Path, tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        library.store.settings.put("current_model", "mfcc")
        summary = scan(library, folder, n_workers=2)
        assert (summary.n_failed, library.store.tracks.count()) == (0, len(KINDS) + 1)
        assert library.store.failures.count() == 0
