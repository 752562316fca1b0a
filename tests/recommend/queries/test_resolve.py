import html
import unicodedata
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from resona.errors import QueryError, UnknownTrackError
from resona.library import Library
from resona.recommend import resolve
from resona.store import TrackRecord
from resona.tracks import Tags


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


@pytest.mark.parametrize(
    ("text", "n_tracks"),
    [
        ("artist 4", 10),  # before the folder of that name
        ("04", 2),
        ("deep/04", 2),
        ("odd/new line.mp3", 1),
        ("odd/song zero.mp3", 1),
        ("odd/CAFE.mp3", 1),
        ("odd", 3),
    ],
)
def test_a_folder_or_file_is_found_by_the_end_of_its_path(made: Library, text: str, n_tracks: int) -> None:
    names = ["deep/04/a.mp3", "deep/04/more/b.mp3", "odd/new\nline.mp3", "odd/song\u200b zero.mp3", "odd/Café.mp3"]
    for number, name in enumerate(names):
        record = TrackRecord(path=Path("/m", name), size_bytes=1, mtime_ns=1, audio_hash=f"x{number}", tags=Tags())
        made.store.tracks.put(record)
    assert len(resolve(made.store, text).tracks) == n_tracks


def test_several_folders_of_one_name_are_named(made: Library) -> None:
    for number in range(2):
        path = Path(f"/m/{number}/Incoming/a.mp3")
        made.store.tracks.put(TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=f"x{number}", tags=Tags()))
    with pytest.raises(UnknownTrackError, match=r"2 folders answer to it; say which:\n  /m/0/Incoming"):
        resolve(made.store, "incoming")


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


def put(library: Library, path: str, **tags: str) -> int:
    return library.store.tracks.put(
        TrackRecord(path=Path(path), size_bytes=1, mtime_ns=1, audio_hash=path, tags=Tags(**tags))  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("tags", [{"title": "000"}, {"title": "000", "artist": "Unknown Artist"}])
def test_files_that_nobody_is_credited_for_are_songs_of_their_own(made: Library, tags: dict[str, str]) -> None:
    for folder in ("/in/one", "/in/two"):
        put(made, f"{folder}/000.flac", **tags)
    with pytest.raises(UnknownTrackError, match=r"2 songs .* say which:\n  .*/in/one/000.flac\)?\n.*/in/two/000"):
        resolve(made.store, "000")
    assert resolve(made.store, "/in/two/000.flac").tracks[0].path == Path("/in/two/000.flac")


def test_the_name_of_an_artist_means_the_artist_and_says_so(made: Library) -> None:
    ids = {put(made, f"/bs/{n}.mp3", artist="Black Sabbath", title=f"Number {n}") for n in range(3)}
    ids.add(put(made, "/bs/own.mp3", artist="Black Sabbath", title="Black Sabbath", album="Black Sabbath"))
    ids.add(put(made, "/bs/duo.mp3", artist="Somebody feat. Black Sabbath", title="Together"))
    ids.add(put(made, "/bs/untitled.mp3", artist="Black Sabbath"))
    query = resolve(made.store, "black sabbath")
    assert {track.track_id for track in query.tracks} == ids
    assert query.label == (
        "black sabbath (the artist, 6 tracks; for the song, ask for “Black Sabbath – Black Sabbath”)"
    )
    assert query.as_dict()["kind"] == "artist"
    for text, is_one in (("Black Sabbath - Black Sabbath", False), ("Black Sabbath", True)):
        (song,) = resolve(made.store, text, is_one=is_one).tracks
        assert song.path == Path("/bs/own.mp3")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("help", "Beatles/2.mp3"),
        ("dont stop", "Rock/1.mp3"),
        ("Don’t Stop - Beatles", "Rock/1.mp3"),
        ("Beatles, The", "Beatles/2.mp3"),
        ("Rock/1.mp3", "Rock/1.mp3"),
        ("2.mp3", "Beatles/2.mp3"),
    ],
)
def test_spaces_and_punctuation_tell_no_names_apart(made: Library, text: str, name: str) -> None:
    put(made, "/m/Beatles/2.mp3", artist="The Beatles", title="Help!", album="Help!")
    put(made, "/m/Rock/1.mp3", artist="Beatles", title="Don't Stop", album="Help!")
    assert Path("/m", name) in [track.path for track in resolve(made.store, text).tracks]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("acdc", "1.mp3"),
        ("ACDC tnt", ""),
        ("tnt", "1.mp3"),
        ("rem", "2.mp3"),
        ("pink", "3.mp3"),
        ("433", "4.mp3"),
        ("aerzte", "5.mp3"),
        ("die aerzte", "5.mp3"),
        ("maedchen", "5.mp3"),
        ("dont stop til", "6.mp3"),
        ("dont", ""),
        ("d/4", "4.mp3"),
    ],
)
def test_names_may_be_typed_without_their_signs(made: Library, text: str, name: str) -> None:
    put(made, "/m/d/1.mp3", artist="AC/DC", title="T.N.T.")
    put(made, "/m/d/2.mp3", artist="R.E.M.", title="Stand")
    put(made, "/m/d/3.mp3", artist="P!nk", title="So What")
    put(made, "/m/d/4.mp3", artist="John Cage", title="4'33\"")
    put(made, "/m/d/5.mp3", artist="Die Ärzte", title="Mädchen")
    put(made, "/m/d/6.mp3", artist="Michael", title="Don't Stop 'Til You Get Enough")
    if name:
        assert [track.path.name for track in resolve(made.store, text).tracks] == [name]
    else:
        with pytest.raises(UnknownTrackError):
            resolve(made.store, text)


def test_an_unknown_title_brings_hints(made: Library) -> None:
    with pytest.raises(UnknownTrackError, match="did you mean"):
        resolve(made.store, "Song 1100")


SONGS = ("Röyksopp/Melody A.M./01 So Easy.mp3", "Duo #1/50% of it & more.mp3", "Łona/Gdzie tak pięknie.mp3")


@pytest.fixture
def music(made: Library, tmp_path: Path) -> Path:
    """Three files, of which one is written as macOS wrote names, and a link to their folder."""
    folder = tmp_path / "music"
    for number, song in enumerate(SONGS, start=1):
        path = folder / (apart(song) if number == 1 else composed(song))
        path.parent.mkdir(parents=True)
        path.touch()
        with made.store.writing() as connection:
            connection.execute("UPDATE tracks SET path = ? WHERE track_id = ?", (str(path), number))
    (tmp_path / "link").symlink_to(folder)
    return folder


PREFIXES = ("{music}", "{music}/../link", "file://{music}", "file:{music}", "FILE://localhost{music}")


def composed(song: str) -> str:
    return unicodedata.normalize("NFC", song)


def apart(song: str) -> str:
    return unicodedata.normalize("NFD", song)


def half(song: str) -> str:
    folder, _, name = song.rpartition("/")
    return f"{composed(folder)}/{apart(name)}"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_any_spelling_of_a_path_finds_the_file(prefix: str, made: Library, music: Path) -> None:
    for number, song in enumerate(SONGS, start=1):
        for name in (composed(song), apart(song), half(song)):
            for spelled in (name, urllib.parse.quote(name)):
                if prefix.lower().startswith("file") and spelled is name:
                    continue  # an address is always encoded
                query = resolve(made.store, f"{prefix.format(music=music)}/{spelled}")
                assert [track.track_id for track in query.tracks] == [number], spelled


FORMS = {
    ".m3u": "{}\n",
    ".pls": "File1={}\n",
    ".xspf": "<track><location>{}</location></track>",
    ".wpl": '<media src="{}"/>',
    ".asx": '<entry><ref href="{}"/></entry>',
}


@pytest.mark.parametrize("spell", ["plain", "percent", "file", "apart", "half", "link", "cp1250"])
def test_any_spelling_in_a_playlist_finds_the_files(spell: str, made: Library, music: Path) -> None:
    encodings: dict[str, Callable[[str], str]] = {
        "percent": urllib.parse.quote,
        "file": lambda song: f"file://{urllib.parse.quote(str(music / song))}",
        "apart": apart,
        "half": half,
        "link": lambda song: f"{music.with_name('link')}/{song}",
    }
    entries = list(map(encodings.get(spell, str), SONGS))
    for suffix, form in FORMS.items():
        lines = [form.format(html.escape(entry) if "<" in form else entry) for entry in entries]
        playlist = music / f"list{suffix}"
        playlist.write_bytes("".join(lines).encode("cp1250" if spell == "cp1250" else "utf-8"))
        query = resolve(made.store, str(playlist))
        assert ([track.track_id for track in query.tracks], query.n_unknown) == ([1, 2, 3], 0), suffix


@pytest.mark.parametrize(
    "entry",
    [
        "/mnt/nas/elsewhere/Album 8/040 Song 40.mp3",
        "D:\\Music\\Album 8\\040 song 40.MP3",
        "smb://nas/share/Album%208/040%20Song%2040.mp3",
        "nfs://nas/Album%208/040%20Song%2040.mp3",
        "../Album 8/040 Song 40.mp3",
    ],
)
def test_a_playlist_of_another_machine_is_read_by_the_ends_of_its_paths(
    entry: str, made: Library, tmp_path: Path
) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"{entry}\n/nowhere/Album 8/041.mp3\nhttp://radio.example/040 Song 40.mp3\n")
    query = resolve(made.store, str(playlist))
    assert [track.tags.title for track in query.tracks] == ["Song 40"]
    assert query.n_unknown == 1


def test_a_kind_of_playlist_that_is_not_read_is_named(made: Library, tmp_path: Path) -> None:
    (tmp_path / "list.fpl").write_bytes(b"\xe1\xa0")
    with pytest.raises(QueryError, match=r"\.fpl are not read; save 'list.fpl' as \.m3u8"):
        resolve(made.store, str(tmp_path / "list.fpl"))


def test_nothing_that_can_be_seen_is_no_query(made: Library) -> None:
    with pytest.raises(UnknownTrackError, match="a query is empty"):
        resolve(made.store, "\u200b ")
