"""Attacks on a server that runs on one's own machine: all refused, with the right status."""

import asyncio
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from tasks import Crashing, Honest

from resona.audio.pictures import check_picture
from resona.errors import BusyError, DecodeError
from resona.library import Library
from resona.library.ear import Ear
from resona.store import TrackRecord
from resona.tracks import Tags
from resona.web import create_app, guard, uploads
from resona.web.access import Access
from resona.web.guard import COOKIE

API = "/api/v1"
TOKEN = "the-token-of-this-test"  # noqa: S105 - of nothing else
OTHERS = "music.lan"


@pytest.fixture
def guarded(shelf: Library, serve: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A client on another machine."""
    access = Access(hosts=frozenset({OTHERS}), is_any_address_allowed=True, token=TOKEN)
    with TestClient(serve(shelf, access), base_url=f"http://{OTHERS}") as opened:
        yield opened


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a@localhost", ""]
)
def test_wrong_host_is_refused(client: TestClient, host: str) -> None:
    response = client.get(f"{API}/status", headers={"host": host})
    assert response.status_code == 421
    assert response.json()["error"]["kind"] == "WrongHost"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8642", "127.0.0.1:1", "[::1]:8642"])
def test_loopback_has_several_names(client: TestClient, host: str) -> None:
    assert client.get(f"{API}/job", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_post_of_another_site_is_refused(client: TestClient, shelf: Library, headers: dict[str, str]) -> None:
    for method, address in (
        ("POST", "teach"),
        ("POST", "scan"),
        ("POST", "uploads?name=a.mp3"),
        ("DELETE", "failures"),
    ):
        response = client.request(method, f"{API}/{address}", headers=headers)
        assert response.status_code == 403
    assert len(shelf.store.failures.all()) == 1


def test_post_of_our_own_page_passes(client: TestClient) -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert client.delete(f"{API}/failures", headers=headers).status_code == 200


def test_no_site_may_read_answers(client: TestClient) -> None:
    response = client.options(
        f"{API}/status", headers={"origin": "https://evil.example", "access-control-request-method": "GET"}
    )
    assert "access-control-allow-origin" not in response.headers
    assert client.get(f"{API}/status").headers["cross-origin-resource-policy"] == "same-origin"


def test_token_is_needed_everywhere(guarded: TestClient) -> None:
    for address in ("/", "/docs", "/openapi.json", "/static/app.js", f"{API}/status", f"{API}/tracks/1/audio"):
        assert guarded.get(address).status_code == 401
    assert guarded.get(f"{API}/status", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get("/", params={"token": "wrong"}).status_code == 401
    assert guarded.get("/", headers={"cookie": f"{COOKIE}=wrong"}).status_code == 401
    assert guarded.get(f"{API}/status", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_token_in_the_address_becomes_a_cookie(guarded: TestClient) -> None:
    welcome = guarded.get("/", params={"token": TOKEN}, follow_redirects=False)
    assert welcome.status_code == 303
    assert welcome.headers["location"] == "/"
    assert "HttpOnly" in welcome.headers["set-cookie"]
    assert "samesite=strict" in welcome.headers["set-cookie"].lower()
    assert guarded.get(f"{API}/status").status_code == 200


def test_numeric_addresses_are_names_but_foreign_names_are_not(guarded: TestClient) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get(f"{API}/job", headers={**bearer, "host": "192.168.1.7:8642"}).status_code == 200
    assert guarded.get(f"{API}/job", headers={**bearer, "host": "evil.example"}).status_code == 421
    added = guarded.post(f"{API}/folders", json={"path": "/"}, headers=bearer)  # others are to read no other files
    assert (added.status_code, added.json()["error"]["kind"]) == (403, "OnlyHere")


@pytest.mark.parametrize(
    "address",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/%00",
        f"{API}/tracks/..%2f..%2fetc%2fpasswd/audio",
        f"{API}/tracks/%2Fetc%2Fpasswd/audio",
        f"{API}/uploads/..%2f..%2fetc%2fpasswd/cover",
    ],
)
def test_paths_lead_nowhere(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code in {404, 422}
    assert b"root:" not in response.content
    assert b"import" not in response.content


def test_track_that_is_no_audio_file_is_not_given_out(client: TestClient, shelf: Library, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    record = TrackRecord(path=secret, size_bytes=6, mtime_ns=0, audio_hash="0", tags=Tags(title="x"))
    track_id = shelf.store.tracks.put(record)
    assert client.get(f"{API}/tracks/{track_id}/audio").status_code == 404


@pytest.mark.parametrize(
    "name", ["../../evil.mp3", "/etc/passwd.mp3", "a\x00b.mp3", "x" * 400 + ".mp3", "C:\\x\\y.mp3", "\u202e3pm.mp3"]
)
def test_hostile_upload_names_are_only_text(
    client: TestClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert client.post(f"{API}/uploads", params={"name": name}, content=b"nothing").status_code in {415, 422}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("resona-", "evil"))] == []


def test_giant_upload_is_cut_off(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def flood() -> Iterator[bytes]:
        for _ in range(4):
            yield bytes(100_000)

    monkeypatch.setattr(guard, "MOST_UPLOAD_BYTES", 250_000)

    response = client.post(f"{API}/uploads", params={"name": "a.wav"}, content=flood())
    assert response.status_code == 413
    declared = client.post(f"{API}/uploads", params={"name": "a.wav"}, headers={"content-length": str(10**12)})
    assert declared.status_code == 413


def test_giant_json_is_cut_off(client: TestClient) -> None:
    response = client.post(f"{API}/teach", content=b"[" * 2_000_000, headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["message"]


def test_slow_upload_is_ended(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def trickle(*_: object) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(uploads, "MOST_SECONDS", 0.05)
    monkeypatch.setattr(uploads, "_receive", trickle)
    assert client.post(f"{API}/uploads", params={"name": "a.wav"}, content=b"x").status_code == 408


def test_decoder_that_crashes_costs_only_its_file() -> None:
    ear = Ear()
    with pytest.raises(DecodeError, match="crashed"):
        ear.ask(Crashing())
    assert ear.ask(Honest()) == "heard"
    ear.close()


def test_too_many_waiting_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    monkeypatch.setattr(ear, "_thread", object())  # nobody works
    for _ in range(16):
        ear._tasks.put_nowait(None)
    with pytest.raises(BusyError, match="too many"):
        ear.ask(Honest())


def png(width: int, height: int) -> bytes:
    """A valid PNG of one colour: it compresses to next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(width // 8 + 2) * min(height, 10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_pass_only_if_small_and_known() -> None:
    assert check_picture(png(500, 500)) is not None
    assert check_picture(png(60_000, 60_000)) is None
    assert check_picture(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>") is None
    assert check_picture(b"<html><script>alert(1)</script>") is None
    assert check_picture(b"GIF89a" + struct.pack("<HH", 65_535, 65_535)) is None
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + bytes(9)
    assert check_picture(jpeg) is not None
    assert check_picture(jpeg[:10]) is None
    webp = b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + (99).to_bytes(3, "little") * 2
    assert check_picture(webp) is not None


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFFxxxxWEBP"]), st.binary(max_size=200))
def test_no_picture_breaks_the_check(magic: bytes, rest: bytes) -> None:
    picture = check_picture(magic + rest)
    assert picture is None or picture.content == magic + rest


@pytest.mark.parametrize(
    ("content", "is_shown"), [(png(300, 300), True), (png(60_000, 60_000), False), (b"<svg/>", False)]
)
def test_covers_are_checked_and_confined(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, content: bytes, *, is_shown: bool
) -> None:
    monkeypatch.setattr("resona.audio.cover._embedded", lambda *_: content)
    response = client.get(f"{API}/tracks/1/cover")
    assert response.status_code == (200 if is_shown else 204)
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    if is_shown:
        assert response.headers["content-type"] == "image/png"


def test_every_answer_forbids_foreign_scripts(client: TestClient) -> None:
    for address in ("/", "/docs", "/static/app.js", f"{API}/status", f"{API}/tracks/999", "/nowhere"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_unexpected_error_shows_no_details(client: TestClient, shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(shelf, "status", fail)
    response = client.get(f"{API}/status")
    assert response.status_code == 500
    assert response.json()["error"]["kind"] == "InternalError"
    assert "secret" not in response.text


def test_page_holds_no_inline_code() -> None:
    static = Path(create_app.__code__.co_filename).parent / "static"
    for page in static.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "style=" not in text
        assert "<style" not in text
        assert " on" not in text.replace(" only", "").replace(" one", "").replace(" on ", "")
    for script in static.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert forbidden not in text
