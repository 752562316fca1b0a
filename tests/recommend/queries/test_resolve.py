from pathlib import Path

import pytest

from resona.errors import UnknownTrackError
from resona.library import Library
from resona.recommend import resolve


@pytest.mark.parametrize(
    ("text", "n_tracks"),
    [
        ("#12", 1),
        ("Song 11", 1),
        ("artist 1 - song 12", 1),
        ("ARTIST 2", 10),
        ("Album 7", 5),
        ("/music/Artist 4/Album 8/040 Song 40.mp3", 1),
    ],
)
def test_a_text_stands_for_tracks(made: Library, text: str, n_tracks: int) -> None:
    assert len(resolve(made.store, text).tracks) == n_tracks


@pytest.mark.parametrize("text", ["x" * 5000, "~nobody", "a\0b", "#99999999999999999999999", "", "%", '"', "~"])
def test_odd_texts_are_unknown_tracks(made: Library, text: str) -> None:
    with pytest.raises(UnknownTrackError):
        resolve(made.store, text)


def test_a_folder_stands_for_what_is_in_it(made: Library, tmp_path: Path) -> None:
    track = made.store.tracks.get(1)
    assert track
    folder = tmp_path / "album"
    folder.mkdir()
    with made.store.writing() as connection:
        for number in (1, 2):
            connection.execute("UPDATE tracks SET path = ? WHERE track_id = ?", (str(folder / f"{number}.mp3"), number))
    assert [track.track_id for track in resolve(made.store, str(folder)).tracks] == [1, 2]


def test_a_playlist_of_strangers_is_refused(made: Library, tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("/nowhere/a.mp3\n/nowhere/b.mp3\n")
    with pytest.raises(UnknownTrackError, match="none of its 2 entries"):
        resolve(made.store, str(playlist))


def test_any_other_file_is_audio_from_outside(made: Library, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    query = resolve(made.store, str(tmp_path / "a.wav"))
    assert (query.external_path, query.tracks) == (tmp_path / "a.wav", ())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "this folder holds no track of the library; `resona scan` it first"),
        ("list.m3u", "the playlist is empty"),
        ("gone.flac", "there is no such file, and no track in the library answers to it"),
        ("gone", "there is no such file, and no track in the library answers to it"),
    ],
)
def test_of_a_path_it_is_said_what_is_the_matter_with_it(made: Library, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "list.m3u").touch()
    with pytest.raises(UnknownTrackError, match=reason):
        resolve(made.store, str(tmp_path / name))


def test_a_title_of_several_songs_names_them(made: Library) -> None:
    with pytest.raises(UnknownTrackError, match="songs answer to it; say which:\n  "):
        resolve(made.store, "Song")


def test_an_unknown_title_brings_hints(made: Library) -> None:
    with pytest.raises(UnknownTrackError, match="did you mean"):
        resolve(made.store, "Song 1100")
