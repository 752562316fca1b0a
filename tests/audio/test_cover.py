"""Pictures inside files and beside them; nothing that is not a picture."""

# mypy: disable-error-code="no-untyped-call"

import tracemalloc
from pathlib import Path

import mutagen.flac
import mutagen.id3
from sounds import FLAC, MP3, write_tone

from resona.audio import Picture, read_cover

JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x09\x00\x09" + bytes(500)  # 9 by 9, as in what follows
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (9).to_bytes(4, "big") * 2 + bytes(500)


def tagged_mp3(folder: Path, picture: bytes, mime: str = "image/jpeg") -> Path:
    path = write_tone(folder, MP3, 3)
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.APIC(encoding=3, mime=mime, type=3, desc="Cover", data=picture))
    tags.save(path)
    return path


def test_the_embedded_picture_comes_first(tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").write_bytes(JPEG)
    assert read_cover(tagged_mp3(tmp_path, PNG)) == Picture(content=PNG, mime="image/png")


def test_flac_pictures(tmp_path: Path) -> None:
    path = write_tone(tmp_path, FLAC, 3)
    file, picture = mutagen.flac.FLAC(path), mutagen.flac.Picture()
    picture.data, picture.type, picture.mime = JPEG, 3, "image/jpeg"
    file.add_picture(picture)
    file.save()
    assert read_cover(path) == Picture(content=JPEG, mime="image/jpeg")


def test_a_picture_beside_the_file_is_second(tmp_path: Path) -> None:
    path = write_tone(tmp_path, MP3, 3)
    assert read_cover(path) is None
    (tmp_path / "folder.png").write_bytes(PNG)
    assert read_cover(path) == Picture(content=PNG, mime="image/png")
    (tmp_path / "cover.jpg").write_bytes(JPEG)
    assert read_cover(path) == Picture(content=JPEG, mime="image/jpeg")


def test_large_pictures_are_passed_over(tmp_path: Path) -> None:
    path = tagged_mp3(tmp_path, PNG + bytes(10_000))
    (tmp_path / "cover.jpg").write_bytes(JPEG)
    assert read_cover(path, max_bytes=1000) == Picture(content=JPEG, mime="image/jpeg")
    assert read_cover(path, max_bytes=100) is None


def test_what_is_no_picture_is_never_served(tmp_path: Path) -> None:
    path = tagged_mp3(tmp_path, b"<html><script>alert(1)</script>", mime="text/html")
    (tmp_path / "cover.jpg").write_text("<svg onload='alert(1)'>")
    assert read_cover(path) is None
    assert read_cover(tmp_path / "missing" / "x.mp3") is None


def test_a_picture_beyond_the_limit_is_not_even_read(tmp_path: Path) -> None:
    path = tagged_mp3(tmp_path, JPEG + bytes(30_000_000))
    (tmp_path / "cover.png").write_bytes(PNG)
    tracemalloc.start()
    assert read_cover(path) == Picture(content=PNG, mime="image/png")
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()
