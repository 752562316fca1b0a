"""Genre tags in every notation; folders that are genres, and folders that are not."""

from pathlib import PurePath

import mutagen.id3
import pytest

from resona.audio.genres import folder_genre, split_genres
from resona.genre_names import ID3V1_GENRES, NOT_GENRES, SPOKEN_GENRES


@pytest.mark.parametrize(
    ("values", "genres"),
    [
        (["Rock; Pop"], ("Rock", "Pop")),
        (["Rock/Pop", "Jazz"], ("Rock", "Pop", "Jazz")),
        (["Folk, World, & Country"], ("Folk", "World", "Country")),
        (["R&B/Soul"], ("R&B", "Soul")),
        (["Hip-Hop/Rap"], ("Hip-Hop", "Rap")),
        (["Drum & Bass"], ("Drum & Bass",)),
        (["Singer/Songwriter"], ("Singer-Songwriter",)),
        (["Rock\x00Pop"], ("Rock", "Pop")),
        (["Rock\\\\Pop|Jazz"], ("Rock", "Pop", "Jazz")),
        (["(17)"], ("Rock",)),
        (["17"], ("Rock",)),
        (["(51)(39)"], ("Techno-Industrial", "Noise")),
        (["(144)Thrash"], ("Thrash Metal", "Thrash")),
        (["(255)"], ()),
        (["(17)(138)Viking Metal"], ("Rock", "Black Metal", "Viking Metal")),
        (["17;18"], ("Rock", "Techno")),
        (["17/ 18"], ("Rock", "Techno")),
        (["(RX)(CR)"], ("Remix", "Cover")),
        (["RX"], ("Remix",)),
        (["(55)((I think...)"], ("Dream", "(I think...)")),
        (["80s (Live)"], ("80s (Live)",)),
        (["rock", "Rock", "ROCK "], ("rock",)),
        (["Other", "unknown", "Unbekannt", "", ";;/", "---", "?"], ()),
        (["Altro", "Другое", "No Genre", "其他", "Outros"], ()),
        (
            ["ロック；ポップ、J・Pop", "Rock／Soul\r\nFunk • Dub"],
            ("ロック", "ポップ", "J・Pop", "Rock", "Soul", "Funk", "Dub"),
        ),
        (["; ".join(str(n) + "-core" for n in range(99))], tuple(f"{n}-core" for n in range(16))),
    ],
)
def test_genres_are_split(values: list[str], genres: tuple[str, ...]) -> None:
    assert split_genres(values) == genres


def test_the_numbers_are_those_of_other_programs() -> None:
    ours = [name.casefold().replace("-", " ") for name in ID3V1_GENRES]
    theirs = [name.casefold().replace("-", " ") for name in mutagen.id3.TCON.GENRES]
    differing = [number for number, names in enumerate(zip(ours, theirs, strict=True)) if names[0] != names[1]]
    assert differing == [40]  # spelled out


@pytest.mark.parametrize(
    ("path", "others", "genre"),
    [
        ("/m/Rock/a.mp3", [], "Rock"),
        ("/m/hip hop/a.mp3", [], "hip hop"),
        ("/m/Drum and Bass/Artist/Album/a.mp3", [], "Drum and Bass"),
        ("/m/chiptune_tracker/a.mp3", ["Anyone"], "chiptune tracker"),
        ("/m/Downloads/a.mp3", ["Anyone"], ""),
        ("/m/Incoming/a.mp3", ["Anyone"], ""),
        ("/m/Загрузки/a.mp3", ["Anyone"], ""),
        ("/m/Кино/a.mp3", ["Anyone"], ""),
        ("/m/Hörbücher/a.mp3", [], "Hörbücher"),
        ("/m/Strange Name/a.mp3", [], ""),
        ("/m/Artist/Album/a.mp3", ["Artist", "Album"], ""),
        ("/m/Beatles, The/Help!/a.mp3", ["The Beatles"], ""),
        ("/m/Björk/a.mp3", ["bjork feat. Somebody"], ""),
        ("/m/1990s/a.mp3", ["Anyone"], ""),
        ("/m/MP3/a.mp3", ["Anyone"], ""),
        ("/m/Various Artists/Album/a.mp3", ["Anyone"], ""),
        ("/m/Other/a.mp3", [], ""),
        ("/m/a.mp3", ["Anyone"], ""),
    ],
)
def test_a_folder_is_a_genre_or_not(path: str, others: list[str], genre: str) -> None:
    assert folder_genre(PurePath(path), PurePath("/m"), others) == genre


ARTISTS = ["Abba", "Air", "Dream", "Massive Attack", "Nina Simone", "Downloads", "Кино", "1990s"]
GENRES = ["Rock", "German Hip-Hop", "jazz", "Zeuhl", "Downloads", "Backup", "Nina Simone", "world_folk"]


@pytest.mark.parametrize(
    ("siblings", "genres"),
    [
        (ARTISTS, []),
        (GENRES, ["Rock", "German Hip-Hop", "jazz", "Zeuhl", "world folk"]),
        (["Downloads", "Incoming", "Backup", "MP3"], []),
        (["Downloads", "Music", "Rock"], ["Rock"]),
        (["Klassik", "Volksmusik", "Müller", "Downloads"], ["Klassik", "Volksmusik", "Müller"]),
        (["Рок", "Классика", "Разное"], ["Рок", "Классика"]),
        (["演歌", "ジャズ", "ダウンロード"], ["演歌", "ジャズ"]),
        (["Sertanejo", "Forró", "Axé"], ["Sertanejo", "Forró", "Axé"]),
        (["Party", "Workout", "Sleep"], []),
        (["CDs", "Vinyl", "Tapes", "Jazz"], ["Jazz"]),
        ([f"{artist} Band" for artist in "ABCDEF"] + ["Jazz", "Rock"], []),
    ],
)
def test_folders_are_genres_only_where_they_look_so_as_a_whole(siblings: list[str], genres: list[str]) -> None:
    paths = [PurePath("/m", name, "Album", "a.mp3") for name in siblings]
    found = [folder_genre(path, PurePath("/m"), ["Nina Simone"], siblings) for path in paths]
    assert [genre for genre in found if genre] == genres


def test_names_of_genres_and_of_other_things_are_apart() -> None:
    keys = {name.casefold() for name in NOT_GENRES}
    assert not keys & {name.casefold() for name in (*ID3V1_GENRES, *SPOKEN_GENRES)} - {"other"}


def test_without_a_root_only_well_known_names_count() -> None:
    assert folder_genre(PurePath("/home/me/Jazz/Artist/a.mp3"), None, ["Artist"]) == "Jazz"
    assert folder_genre(PurePath("/home/me/Strange/a.mp3"), None, ["Artist"]) == ""
    assert folder_genre(PurePath("/elsewhere/Jazz/a.mp3"), PurePath("/music"), []) == "Jazz"
