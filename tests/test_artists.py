"""The same artist is found behind different credits, and a band's name stays a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resona.artists import artist_keys


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Beatles", "Beatles, The"),
        ("the beatles", "THE BEATLES"),
        ("Beyoncé", "BEYONCE"),
        ("Guns N' Roses", "Guns N’ Roses"),
        ("R.E.M.", "REM"),
        ("Jay-Z", "Jay Z"),
        ("A feat. B", "B"),
        ("A ft. B", "A featuring C"),
        ("Daft Punk (feat. Pharrell Williams)", "Pharrell Williams"),
        ("Eminem & Rihanna", "Rihanna"),
        ("Ella Fitzgerald and Louis Armstrong", "Louis Armstrong"),
        ("Malaa x Tchami", "Tchami"),
        ("Artist One; Artist Two", "Artist Two"),
        ("Elvis Presley with The Jordanaires", "Elvis Presley"),
        ("Nick Cave & The Bad Seeds", "Nick Cave"),
        ("Drake, Future & Young Thug", "Young Thug"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("Earth, Wind & Fire", "Earth, Wind & Fire feat. The Emotions"),
        ("Above & Beyond pres. OceanLab", "OceanLab"),
        ("坂本龍一", "坂本龍一 feat. David Sylvian"),
    ],
)
def test_same_artist(a: str, b: str) -> None:
    assert artist_keys(a) & artist_keys(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Simon & Garfunkel", "Paul Simon"),
        ("Earth, Wind & Fire", "Fire"),
        ("Blood, Sweat and Tears", "Tears for Fears"),
        ("AC/DC", "AC"),
        ("Andy Williams", "Y Williams"),
        ("Glenn Miller and His Orchestra", "Duke Ellington and His Orchestra"),
        ("Soft Cell", "ft Cell"),
        ("Max Richter", "Ma"),
        ("Various Artists", "Various Artists"),
        ("", ""),
    ],
)
def test_different_artists(a: str, b: str) -> None:
    assert not artist_keys(a) & artist_keys(b)


def test_album_artist_and_title_count() -> None:
    keys = artist_keys("Unknown Artist", "Miles Davis", title="So What [with John Coltrane & Bill Evans]")
    assert {"miles davis", "john coltrane", "bill evans"} <= keys


def test_nobody_has_no_keys() -> None:
    assert artist_keys("Various Artists", "", "VA") == frozenset()


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_credit_has_clean_keys_and_shares_them_with_itself(a: str, b: str) -> None:
    keys = artist_keys(a, b)
    assert "" not in keys
    assert keys == artist_keys(b, a)
    assert artist_keys(a) <= keys


@given(st.sampled_from(["feat.", "ft.", "FEATURING", "&", "and", "x", "with", "vs.", ";", ","]))
def test_every_joiner_leads_to_both(joiner: str) -> None:
    keys = artist_keys(f"Nina Simone {joiner} Björk Guðmundsdóttir")
    assert artist_keys("Nina Simone") <= keys
    assert artist_keys("bjork guðmundsdottir") <= keys
