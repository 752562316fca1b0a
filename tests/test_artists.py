"""The same artist is found behind different credits, and a name that looks like several stays a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resona.artists import ONE_NAME, artists_of, join_names, read_credit
from resona.placeholders import is_nobody

NOBODY = [
    "",
    "Various Artists",
    "VA",
    "V/A",
    "[Unknown]",
    "Verschiedene Interpreten",
    "AA. VV.",
    "\u200b",
    "\u3164",
    "-",
    "????",
    "Verschillende artiesten",
    "Artistes Divers",
    "Różni artyści",
    "Okänd",
    "Неизвестный",
    "アーティスト不明",
    "Various Artists (2)",
    "VV. AA.",
    "Unknown Artist 3",
    "Unknown Artist - 12/24/2009",
    "UnknownArtist",
    "VariousArtists",
    "Unkown Artist",
    "Karışık",
    "Válogatás",
    "Nghệ sĩ không xác định",
    "ศิลปินไม่ทราบชื่อ",
    "Artis Tidak Diketahui",
    "Not Available",
    "Not Known",
    "[dialogue]",
    "[data]",
    "[nature sounds]",
    "All Artists",
    "Misc. Artists",
    "Miscellaneous Artists",
    "Mixed Artists",
    "Movie Soundtrack",
    "Film Soundtrack",
]


def is_same(*credits_: str) -> bool:
    """Whether the first two of a library's credits share an artist."""
    first, second, *_ = artists_of(map(read_credit, credits_))
    return not first.isdisjoint(second)


SIGNS = (
    "w/, c/, f., part., Part. Esp., gość., gościnnie, при уч., при участии, п/у, hosted by, ✕, •, ·, と, 와, و, "
    "(with, (mit, (w/, //, ‖, ⁄, -, ・, w., prod:, with special guest, in collaboration with, con la participación de"
)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Beatles", "Beatles, The"),
        ("Beatles, The feat. Billy Preston", "THE BEATLES"),
        ("Beyoncé", "BEYONCE"),
        ("Guns N' Roses", "Guns N’ Roses"),
        ("R.E.M.", "REM"),
        ("Jay-Z", "Jay Z"),
        ("Jay\u2010Z", "Jay\u2212Z"),
        ("Mira\u200b Tal", "Mi\u00adra\u2060 \u200fTal\ufeff"),
        ("坂本龍一", "坂本 龍一 feat. David Sylvian"),
        ("A feat. B", "B"),
        ("A ft. B", "A featuring C"),
        ("A (prod. by B)", "B"),
        *((f"Ana Bay {sign} Odd Tal", name) for name in ("Ana Bay", "Odd Tal") for sign in SIGNS.split(", ")),
        ("Ana w/Odd Tal", "Odd Tal"),
        ("Ana w/ Odd Tal", "Ana"),
        ("Daft Punk (feat. Pharrell Williams)", "Pharrell Williams"),
        ("Above & Beyond pres. OceanLab", "OceanLab"),
        ("Massive Attack vs. Mad Professor", "Mad Professor"),
        *(
            (f"Lena Ahl{joiner}Omar Reyes", "Omar Reyes")
            for joiner in ("/", " / ", "|", "\\", ";", "／", "、", ",", "&")
        ),
        *(
            (f"Lena Ahl {word} Omar Reyes", f"{other} Lena Ahl")
            for word in ("y", "et", "und", "con", "e", "og", "och", "x", "×", "and", "with", "+", "и", "ve", "en", "FT")
            for other in ("Ida Moe &", "Simone,Nina;")
        ),
        ("Eminem & Rihanna", "Drake & Rihanna"),
        ("Drake, Future & Young Thug", "Young Thug"),
        ("Nick Cave & The Bad Seeds", "Nick Cave"),
        ("Simone, Nina", "Nina Simone"),
        ("Bach, Johann Sebastian", "Johann Sebastian Bach"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("AC/DC & Axl Rose", "AC/DC"),
        ("Earth, Wind & Fire, Chicago", "Earth Wind and Fire"),
        ("Aker & Bohm, Tosca", "Aker & Bohm"),
        ("Drake/Rihanna", "Rihanna"),
        ("Ada, Bix & Cleo", "Cleo"),
        ("Hope & the Ys", "Hope"),
        ("Bob Marley & The Wailers", "The Wailers"),
        ("Ana Bay×Odd Tal", "Odd Tal"),
        ("Ana Bay\0Odd Tal", "Odd Tal"),
        ("The Cure", "Cure (The)"),
        ("Ana Bay (2)", "Ana Bay"),
        ("米津玄師＋菅田将暉", "菅田将暉"),
        ("周杰倫 與 費玉清", "費玉清"),
        ("A$AP Rocky", "ASAP Rocky"),
        ("P!nk", "Pink"),
        ("Vs.", "vs"),
    ],
)
def test_same_artist(a: str, b: str) -> None:
    assert is_same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Simon & Garfunkel", "Paul Simon"),
        ("Earth, Wind & Fire", "Fire"),
        ("Blood, Sweat and Tears", "Tears for Fears"),
        ("AC/DC", "AC"),
        ("K/DA", "DA"),
        ("M/A/R/R/S feat. Somebody", "M"),
        ("Tyler, The Creator", "Tyler"),
        ("Hootie & the Blowfish", "Hootie"),
        ("+/-", "-/+"),
        ("Sly & the Family Stone", "Sly & Robbie"),
        ("Fog, Moss & Dew", "Dew, Fern & Bark"),
        ("Davis, Miles", "Davis, Sammy"),
        ("10,000 Maniacs", "000 Maniacs"),
        ("Andy Williams", "Y Williams"),
        ("Glenn Miller and His Orchestra", "Duke Ellington and His Orchestra"),
        ("Soft Cell", "ft Cell"),
        ("John F. Kennedy", "Kennedy"),
        ("K-Part. 2", "2"),
        ("Max Richter", "Ma"),
        ("Invisible, Inc.", "Inc."),
        ("Anonymous 4", "Anonymous"),
        ("Black Country, New Road", "New Road"),
        ("http://example.org", "http://example.com"),
        *((name, name) for name in NOBODY),
    ],
)
def test_different_artists(a: str, b: str) -> None:
    assert not is_same(a, b)


def test_single_words_around_a_joiner_of_names_want_evidence() -> None:
    assert not is_same("Fog, Moss & Dew", "Dew, Fern & Bark", "Moss")
    assert is_same("Fog, Moss & Dew", "Dew, Fern & Bark", "Dew")


def test_well_known_names_are_never_parted() -> None:
    assert len(ONE_NAME) > 40
    assert {
        len(read_credit(name).names | read_credit(name).perhaps) for name in ("AC/DC", "The Mamas and the Papas")
    } == {1}


def test_album_artist_and_title_count() -> None:
    credit = read_credit(
        "Unknown Artist", "Miles Davis", title="So What [with John Coltrane & Bill Evans] ft. Nobody Else"
    )
    signs = "part., при уч., w/, con, Avec, vs., duet with, feat:, Part. Esp., f/, starring, con la participación de"
    signs += ", participação especial de, Participación de, med, met"
    titles = [f"Song ({sign} Ana Bay) [Live]" for sign in signs.split(", ")]
    titles += ["Song w/ Ana Bay", "Song feat.Ana Bay", "Song【feat. Ana Bay】", "song (with ana bay)"]
    assert all("anabay" in read_credit("Odd Tal", title=title).names for title in titles)
    others = (
        "Song (with strings)",
        "In Love (with You)",
        "50 ft Queenie",
        "Song (Part. 2)",
        "Walk (with a Smile)",
        "Song (met strijkers)",
        "Song (Participation)",
    )
    assert {read_credit("Odd Tal", title=title).names for title in others} == {frozenset({"oddtal"})}
    assert {"milesdavis", "johncoltrane", "billevans", "nobodyelse"} <= credit.names


@pytest.mark.parametrize("name", NOBODY)
def test_nobody(name: str) -> None:
    assert is_nobody(name)
    assert join_names([name, "Ada", name]) == "Ada"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_credit_has_clean_keys_and_shares_them_with_itself(a: str, b: str) -> None:
    credit = read_credit(a, b)
    assert "" not in credit.names | credit.perhaps
    assert credit == read_credit(b, a)
    assert read_credit(a).names <= credit.names
    assert bool(read_credit(a).names) or not read_credit(a).perhaps


def test_a_credit_of_all_is_left_out_beside_each_of_them() -> None:
    assert join_names(["Ada feat. Bix & Cleo Dane", "Ada", "Bix", "Cleo Dane"]) == "Ada; Bix; Cleo Dane"
    assert join_names(["Ada & Bix", "Ada"]) == "Ada & Bix; Ada"


@given(st.lists(st.sampled_from(["Ada Lovett", "Bix", "ADA LOVETT", "Cleo Dane", "AC/DC", "VA", ""])))
def test_several_values_come_back_from_one_text(values: list[str]) -> None:
    assert read_credit(join_names(values)).names == read_credit(*values).names
