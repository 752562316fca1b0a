"""Who is let in, and what strangers, other pages and wrong requests are told."""

import hashlib
import itertools
import logging
import time
from typing import Any
from xml.etree import ElementTree

import pytest
from door import Door
from shapes import from_xml

from resona.web.rest import auth
from resona.web.rest.dispatch import METHODS, PUBLIC
from resona.web.rest.empty import NOTHING

SALT = "c19b2d"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def token(secret: str, salt: str = SALT) -> str:
    return hashlib.md5((secret + salt).encode(), usedforsecurity=False).hexdigest()


def forms(name: str, secret: str) -> list[dict[str, str]]:
    return [
        {"u": name, "p": secret},
        {"u": name, "p": "enc:" + secret.encode().hex()},
        {"u": name.upper(), "t": token(secret), "s": SALT},
        {"apiKey": secret},
    ]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "FREE_TRIES", 10_000)


def code(door: Door, method: str = "ping", **parameters: str) -> int:
    """Ask as a stranger: 0 where it was answered."""
    response = door.http.get(f"/rest/{method}", params={"f": "json", **parameters})
    error = response.json()["subsonic-response"].get("error", {"code": 0})
    assert response.status_code == 200
    return int(error["code"])


def test_each_form_of_login_lets_in_by_address_and_by_form(door: Door) -> None:
    for form in forms("phone", door.secret):
        assert code(door, **form) == 0
        posted = door.http.post("/rest/ping.view?f=json", data=form)
        assert posted.json()["subsonic-response"]["status"] == "ok"
        half = door.http.post("/rest/ping", params={"f": "json", **dict(list(form.items())[:1])}, data=form)
        assert half.json()["subsonic-response"]["status"] == "ok"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, 10),
        ({"u": "phone"}, 10),
        ({"u": "phone", "t": "T"}, 10),
        ({"p": "SECRET"}, 10),
        ({"u": "phone", "p": ""}, 40),
        ({"u": "phone", "p": "wrong"}, 40),
        ({"u": "phone", "p": "enc:zz"}, 40),
        ({"u": "nobody", "p": "SECRET"}, 40),
        ({"u": "", "p": "SECRET"}, 40),
        ({"u": "phone", "p": "\ud7ff\U0001f600"}, 40),
        ({"u": "phone", "t": "TOKEN", "s": "other salt"}, 40),
        ({"u": "nobody", "t": "TOKEN", "s": SALT}, 40),
        ({"u": "phone", "t": "", "s": SALT}, 40),
        ({"u": "phone", "p": "SECRET", "t": "TOKEN", "s": SALT}, 43),
        ({"apiKey": "SECRET", "u": "phone"}, 43),
        ({"apiKey": "SECRET", "s": SALT}, 43),
        ({"apiKey": "wrong"}, 44),
        ({"apiKey": ""}, 44),
        ({"apiKey": "phone"}, 44),
    ],
)
def test_wrong_logins_are_refused_with_the_right_code(door: Door, form: dict[str, str], expected: int) -> None:
    put_in = {"SECRET": door.secret, "TOKEN": token(door.secret)}
    assert code(door, **{name: put_in.get(value, value) for name, value in form.items()}) == expected


def test_a_revoked_player_is_shut_out_at_once_whatever_it_repeats(door: Door) -> None:
    player = door.library.players.add("lost", profile="dad")
    assert [code(door, **form) for form in forms("lost", player.secret)] == [0, 0, 0, 0]
    door.library.players.revoke("lost")
    assert [code(door, **form) for form in forms("lost", player.secret)] == [40, 40, 40, 44]
    again = door.library.players.add("lost")
    assert [code(door, **form) for form in forms("lost", player.secret)] == [40, 40, 40, 44]
    assert code(door, u="lost", p=again.secret) == 0
    door.library.players.revoke("lost")


@pytest.mark.parametrize("method", sorted({*METHODS, *NOTHING, "nonsense"}))
def test_without_a_key_nothing_answers(door: Door, method: str) -> None:
    response = door.http.get(f"/rest/{method}", params={"id": "tr-1", "type": "random"})
    answer = from_xml(ElementTree.fromstring(response.content))  # noqa: S314 - our own
    assert response.status_code == 200
    assert (answer["status"], answer["error"]["code"], answer["type"]) == ("failed", 10, "resona")
    assert not answer.keys() - {"status", "version", "type", "serverVersion", "openSubsonic", "error"}


def test_what_is_spoken_here_is_told_to_anybody(door: Door) -> None:
    answer = door.http.get(f"/rest/{PUBLIC}", params={"f": "json"}).json()["subsonic-response"]
    names = {extension["name"] for extension in answer["openSubsonicExtensions"]}
    assert names == {"apiKeyAuthentication", "formPost", "indexBasedQueue", "sonicSimilarity"}


def test_wrong_tries_wait_and_right_ones_do_not(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "FREE_TRIES", 0)
    monkeypatch.setattr(auth, "FIRST_SECONDS", 0.2)
    monkeypatch.setattr(auth, "LONGEST_SECONDS", 0.2)
    begin = time.monotonic()
    assert code(door, apiKey="wrong") == 44
    assert time.monotonic() - begin >= 0.2
    assert code(door, apiKey=door.secret) == 0


def test_patience_keeps_no_more_addresses_than_it_may() -> None:
    patience = auth.Patience()
    for number in range(auth.MOST_ADDRESSES + 10):
        patience.seconds(f"10.0.{number}")
    assert len(patience._tries) == auth.MOST_ADDRESSES
    assert patience.seconds("a", now=0) == 0


def test_nothing_of_a_key_is_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for form in (*forms("phone", door.secret), {"apiKey": door.secret[:-1]}):
        code(door, **form)
    server_side = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert not any(door.secret[:-1] in message for message in server_side)


@pytest.mark.parametrize("callback", ["show", "app.players.show_1", "$"])
def test_jsonp_calls_a_function(door: Door, callback: str) -> None:
    response = door.get("ping", f="jsonp", callback=callback)
    assert response.text.startswith(f'{callback}({{"subsonic-response":{{"status":"ok"')
    assert response.headers["content-type"].startswith("application/javascript")
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("callback", ["", "alert(1)//", "a b", "a;b", "a.", "1a", "é", "a" * 500, "\u2028", "<script>"])
def test_jsonp_calls_nothing_but_a_function(door: Door, callback: str) -> None:
    answer = door.get("ping", f="jsonp", callback=callback).json()["subsonic-response"]
    assert answer["error"]["code"] == 10
    assert "callback" in answer["error"]["message"]


def test_dsub_is_answered_as_it_wants(door: Door) -> None:
    answer = door.get("ping", c="DSub").json()["subsonic-response"]
    assert answer == {"status": "ok", "version": "1.12.0"}


def test_other_sites_may_ask_but_not_by_another_name(door: Door) -> None:
    headers = {"origin": "https://player.example", "sec-fetch-site": "cross-site"}
    asked = door.http.options("/rest/ping", headers={**headers, "access-control-request-headers": "content-type"})
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-headers"] == "content-type"
    posted = door.http.post("/rest/ping?f=json", data={"apiKey": door.secret}, headers=headers)
    assert posted.json()["subsonic-response"]["status"] == "ok"
    assert posted.headers["access-control-allow-origin"] == "*"
    assert posted.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in posted.headers
    wrong = door.http.get("/rest/ping", params={"apiKey": door.secret}, headers={"host": "evil.example"})
    assert wrong.status_code == 421
    assert "access-control-allow-origin" not in door.http.get("/api/v1/status").headers
    assert door.http.post("/restless", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        ("getSong", {"id": "tr-99999"}, 70),
        ("getSong", {"id": "99"}, 70),
        ("getSong", {"id": "tr-" + "9" * 30}, 70),
        ("getSong", {"id": "tr-²"}, 70),
        ("getSong", {}, 10),
        ("getAlbum", {"id": "al-../../etc/passwd"}, 70),
        ("getArtist", {"id": "ar-"}, 70),
        ("getMusicDirectory", {"id": "tr-1"}, 70),
        ("stream", {"id": "../../../etc/passwd"}, 70),
        ("stream", {"id": "tr-1/../../../etc/passwd"}, 70),
        ("download", {"id": "/etc/passwd"}, 70),
        ("getCoverArt", {"id": "tr-..%2f..%2fetc%2fpasswd"}, 70),
        ("getSimilarSongs", {"id": "xx-1"}, 70),
        ("getSimilarSongs2", {"id": "pl-999"}, 70),
        ("getSonicSimilarTracks", {"id": "al-1"}, 70),
        ("getSonicSimilarTracks", {"id": "tr-1", "count": "many"}, 0),
        ("findSonicPath", {"startSongId": "tr-1"}, 10),
        ("findSonicPath", {"startSongId": "tr-1", "endSongId": "tr-4242"}, 70),
        ("getAlbumList2", {}, 10),
        ("getAlbumList2", {"type": "best"}, 0),
        ("getAlbumList2", {"type": "byYear"}, 10),
        ("getAlbumList2", {"type": "byGenre"}, 10),
        ("getUser", {"username": "tablet"}, 50),
        ("createPlaylist", {}, 10),
        ("createPlaylist", {"name": "x", "songId": "tr-999"}, 70),
        ("updatePlaylist", {"playlistId": "pl-999"}, 70),
        ("deletePlaylist", {"id": "tr-1"}, 70),
        ("setRating", {"id": "tr-1", "rating": "9"}, 0),
        ("setRating", {"id": "tr-1"}, 10),
        ("setRating", {"id": "tr-999", "rating": "1"}, 70),
        ("star", {}, 10),
        ("scrobble", {"id": "tr-1", "time": "yesterday"}, 0),
        ("scrobble", {"id": "tr-1", "time": "9" * 30}, 0),
    ],
)  # fmt: skip
def test_bad_requests_get_the_right_code(door: Door, method: str, parameters: dict[str, Any], expected: int) -> None:
    assert door.code(method, **parameters) == expected
    assert b"root:" not in door.get(method, **parameters).content


@pytest.mark.parametrize("count", [-1, 0, 10**40, "-" + "9" * 30])
def test_counts_of_all_sizes_are_brought_into_range(door: Door, count: int | str) -> None:
    for method in ("getSonicSimilarTracks", "getSimilarSongs", "getRandomSongs", "search3"):
        names = dict.fromkeys(("count", "size", "songCount", "songOffset", "albumOffset"), count)
        assert door.ask(method, id="tr-1", query="", **names)["status"] == "ok"


def test_unknown_methods_are_told_so(door: Door) -> None:
    response = door.get("getEverything")
    assert response.status_code == 501
    assert response.json()["subsonic-response"]["error"]["code"] == 0
    assert len(set(itertools.chain(METHODS, NOTHING, [PUBLIC]))) == len(METHODS) + len(NOTHING) + 1
