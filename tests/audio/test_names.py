"""File names in the forms that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resona.audio.names import NameParts, parse_disc, parse_name
from resona.audio.tag_text import clean


@pytest.mark.parametrize(
    ("stem", "artist", "title", "number"),
    [
        ("Artist - Title", "Artist", "Title", None),
        ("Artist ~ Title", "Artist", "Title", None),
        ("Artist~Title", "Artist", "Title", None),
        ("Artist – Title", "Artist", "Title", None),
        ("01 Title", "", "Title", 1),
        ("01 - Title", "", "Title", 1),
        ("01. Title", "", "Title", 1),
        ("1. Title", "", "Title", 1),
        ("04.Title", "", "Title", 4),
        ("(03) Title", "", "Title", 3),
        ("2-07 Title", "", "Title", 7),
        ("1.07. Title", "", "Title", 7),
        ("CD2 - 07 - Title", "", "Title", 7),
        ("Disc 2 - 07 - Title", "", "Title", 7),
        ("[07] Title", "", "Title", 7),
        ("CD 1 - Title", "CD 1", "Title", None),
        ("3.14 Pie", "", "3.14 Pie", None),
        ("12 Title", "", "Title", 12),
        ("112 - Title", "", "Title", 112),
        ("01 - Artist - Title", "Artist", "Title", 1),
        ("Artist - 01 - Title", "Artist", "Title", 1),
        ("Artist - Album - 01 - Title", "Artist", "Title", 1),
        ("Artist - Title - Remix", "Artist", "Title - Remix", None),
        ("01_artist_name_-_the_title", "artist name", "the title", 1),
        ("99 Problems", "", "99 Problems", None),
        ("50 Cent - In Da Club", "50 Cent", "In Da Club", None),
        ("1999", "", "1999", None),
        ("7", "", "7", None),
        ("1.5 Minutes", "", "1.5 Minutes", None),
        ("10cc - I'm Not in Love", "10cc", "I'm Not in Love", None),
        ("AC-DC - T.N.T.", "AC-DC", "T.N.T.", None),
        ("19-2000", "", "19-2000", None),
        ("Anti-Hero", "", "Anti-Hero", None),
        ("Кино - Группа крови", "Кино", "Группа крови", None),
        ("Artist_-_Title", "Artist", "Title", None),
        ("Two Words_-_The Title", "Two Words", "The Title", None),
        ("Artist - Title [dQw4w9WgXcQ]", "Artist", "Title", None),
        ("Title [dQw4w9WgX_Q]", "", "Title", None),
        ("Artist - Title [Instrumental]", "Artist", "Title [Instrumental]", None),
        ("Artist - Title [Live in 1999]", "Artist", "Title [Live in 1999]", None),
        ("Artist - Title (320 kbps)", "Artist", "Title", None),
        ("Artist - Title [FLAC]", "Artist", "Title", None),
        ("Artist - Title (128kbit_s) [MP3]", "Artist", "Title", None),
        ("y2mate.com - Artist - Title", "Artist", "Title", None),
        ("[SPOTDOWNLOADER.COM] Title", "", "Title", None),
        ("www.some-site.ru - Title", "", "Title", None),
        ("will.i.am - Title", "will.i.am", "Title", None),
        ("Anything.com", "", "Anything.com", None),
        ("Artist - Title - Copy", "Artist", "Title", None),
        ("Title - Kopie (2)", "", "Title", None),
        ("Copy - Title", "Copy", "Title", None),
    ],
)
def test_names_are_read(stem: str, artist: str, title: str, number: int | None) -> None:
    parts = parse_name(stem)
    assert (parts.artist, parts.title, parts.track_number) == (artist, title, number)


@given(st.text(max_size=80))
def test_any_name_gives_clean_parts(stem: str) -> None:
    parts = parse_name(stem)
    assert isinstance(parts, NameParts)
    assert parts.title or parts.artist or parts.track_number or not any(letter.isalnum() for letter in clean(stem))


@pytest.mark.parametrize(
    ("folder", "number"),
    [
        ("CD One", 1),
        ("Disc Two - Live", 2),
        ("Disc II", 2),
        ("Album (Disc IV)", 4),
        ("Disque deux", 2),
        ("CD eins", 1),
        ("Scheibe 2", 2),
        ("DVD 1", 1),
        ("第2碟", 2),
        ("디스크 3", 3),
        ("Disco", None),
        ("Disc Jockeys", None),
        ("CD Versions", None),
        ("Disco Inferno", None),
    ],
)
def test_discs_are_numbered_in_words_too(folder: str, number: int | None) -> None:
    assert parse_disc(folder) == number
