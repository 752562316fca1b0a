"""What the page and other programs ask, and what they get."""

import asyncio
import io
import json
import re
import struct
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tones import HOSTILE, N_TRACKS, RATE, SECONDS, tone

from resona.audio import write_audio
from resona.inference import Words
from resona.library import Library, in_words
from resona.library.ear import Ear
from resona.tracks import Tags
from resona.web import create_app
from resona.web.jobs import Jobs
from resona.web.state import State
from resona.web.tasks import scanning
from resona.web.work import _events

API = "/api/v1"


def error_kind(response: httpx.Response) -> str:
    body = response.json()
    assert body["error"].keys() == {"kind", "message"}
    assert body["error"]["message"]
    return str(body["error"]["kind"])


def upload(client: TestClient, content: bytes, name: str = "My Song.wav") -> httpx.Response:
    return client.post(f"{API}/uploads", params={"name": name}, content=content)


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("song") / "song.mp3"
    write_audio(path, tone(3, 12.0), RATE, Tags(artist="Somebody", title="A New Song"))
    return path.read_bytes()


def test_search_finds_beginnings_of_words(client: TestClient) -> None:
    found = client.get(f"{API}/search", params={"q": "ALÈR artis"}).json()
    assert [item["title"] for item in found["results"]] == [HOSTILE]
    assert client.get(f"{API}/search", params={"q": "song", "limit": 5}).json()["has_more"]
    assert client.get(f"{API}/search", params={"q": '"* OR ('}).json()["results"] == []


def test_search_forgives_mistakes_of_typing(client: TestClient) -> None:
    for typed, title in (("sogn 13", "Song 13"), ("Artist 2 – Sonng 14", "Song 14")):
        assert client.get(f"{API}/search", params={"q": typed}).json()["results"][0]["title"] == title
    assert client.get(f"{API}/search", params={"q": "something else entirely"}).json()["results"] == []


def test_pages_join_without_gap_or_repetition(client: TestClient) -> None:
    whole = client.get(f"{API}/tracks", params={"limit": 100}).json()
    parts, offset = [], 0
    while True:
        part = client.get(f"{API}/tracks", params={"limit": 7, "offset": offset}).json()
        parts += part["results"]
        offset += 7
        if not part["has_more"]:
            break
        assert part["total"] == N_TRACKS
    assert parts == whole["results"]
    assert len(parts) == N_TRACKS


def test_shelves_count_their_tracks(client: TestClient) -> None:
    for kind, n_shelves in (("artists", 4), ("albums", 12), ("genres", 3)):
        shelves = client.get(f"{API}/{kind}").json()
        assert len(shelves) == n_shelves
        assert sum(item["n_tracks"] for item in shelves) == N_TRACKS
    by_artist = client.get(f"{API}/tracks", params={"artist": "artist 1", "genre": "jazz"}).json()["results"]
    assert {(item["artist"], item["genre"]) for item in by_artist} == {("Artist 1", "Jazz")}


def test_track_tells_everything(client: TestClient) -> None:
    track = client.get(f"{API}/tracks/1").json()
    assert track["title"] == "Song 0"
    assert track["descriptors"]["tempo_bpm"] == 90.0
    assert track["descriptors"]["key"] == 9
    assert track["sources"]["album"] == "file name"
    assert track["clips"] == [{"start_seconds": 0.0, "seconds": SECONDS}]


def test_tracks_are_given_by_number_in_one_request(client: TestClient) -> None:
    loudness = [line["loudness_lufs"] for line in client.get(f"{API}/tracks?track=2&track=1").json()["results"]]
    assert loudness == [-6.0, -18.0]
    found = client.get(f"{API}/tracks", params={"track": [3, 999, 1]}).json()
    assert [item["track_id"] for item in found["results"]] == [3, 1]
    assert (found["total"], found["has_more"]) == (2, False)
    assert client.get(f"{API}/tracks?genre=jazz&limit=2").json()["total"] == N_TRACKS // 3


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("similar?track=1&diversiti=1", "did you mean 'diversity'"),
        ("tracks?colour=red", "known are"),
        ("status?x=", "known are profile"),
        ("tracks/1?limit=1", "'limit'"),
    ],
)
def test_unknown_parameters_are_refused(client: TestClient, address: str, hint: str) -> None:
    response = client.get(f"{API}/{address}")
    assert (response.status_code, error_kind(response)) == (422, "InvalidRequest")
    assert hint in response.json()["error"]["message"]


@pytest.mark.parametrize("address", ["status", "tracks?limit=50", "similar?track=1", "genres"])
def test_answers_are_short(client: TestClient, address: str) -> None:
    answer = client.get(f"{API}/{address}")
    tag = answer.headers["etag"]
    again = client.get(f"{API}/{address}", headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"{API}/{address}", headers={"if-none-match": '"x"'}).json() == answer.json()
    assert ("gzip" in answer.headers.get("content-encoding", "")) == (len(answer.content) >= 1000)
    plain = client.get(f"{API}/{address}", headers={"accept-encoding": "identity"})
    head = client.head(f"{API}/{address}", headers={"accept-encoding": "identity"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert head.headers["content-length"] == str(len(plain.content))


def test_sound_is_not_compressed_and_the_page_is(client: TestClient) -> None:
    assert "content-encoding" not in client.get(f"{API}/tracks/4/audio").headers
    assert client.get("/static/app.js").headers["content-encoding"] == "gzip"
    assert (client.head("/").status_code, client.head(f"{API}/nothing").status_code) == (200, 404)


def test_unknown_track_is_told(client: TestClient) -> None:
    for address in ("tracks/999", "tracks/999/audio", "tracks/999/cover", "similar?track=999"):
        response = client.get(f"{API}/{address}")
        assert response.status_code == 404
        assert error_kind(response) == "UnknownTrackError"


def test_audio_comes_in_ranges(client: TestClient) -> None:
    whole = client.get(f"{API}/tracks/1/audio")
    assert whole.headers["content-type"] == "audio/mpeg"
    assert whole.headers["accept-ranges"] == "bytes"
    probe = client.get(f"{API}/tracks/1/audio", headers={"range": "bytes=0-1"})  # Safari's first request
    assert probe.status_code == 206
    assert probe.headers["content-range"] == f"bytes 0-1/{len(whole.content)}"
    start = client.get(f"{API}/tracks/1/audio", headers={"range": "bytes=0-"})  # Chrome's
    assert (start.status_code, start.content) == (206, whole.content)
    seek = client.get(f"{API}/tracks/1/audio", headers={"range": "bytes=5000-", "if-range": whole.headers["etag"]})
    assert (seek.status_code, seek.content) == (206, whole.content[5000:])
    tail = client.get(f"{API}/tracks/1/audio", headers={"range": "bytes=-100"})
    assert tail.content == whole.content[-100:]
    beyond = client.get(f"{API}/tracks/1/audio", headers={"range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    assert client.head(f"{API}/tracks/1/audio").headers["content-length"] == str(len(whole.content))


def test_file_that_is_gone_is_told(client: TestClient, shelf: Library, tmp_path: Path) -> None:
    with shelf.store.writing() as connection:
        connection.execute("UPDATE tracks SET path = ? WHERE track_id = 1", (str(tmp_path / "gone.mp3"),))
    response = client.get(f"{API}/tracks/1/audio")
    assert response.status_code == 410
    assert error_kind(response) == "FileGone"


def test_excerpt_is_a_wave_file(client: TestClient) -> None:
    response = client.get(f"{API}/tracks/2/excerpt", params={"start_seconds": 1, "seconds": 2})
    with wave.open(io.BytesIO(response.content)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(2.0, abs=0.1)


def test_outline_is_relative_to_the_loudest(client: TestClient) -> None:
    peaks = client.get(f"{API}/tracks/3/outline").json()
    assert len(peaks) == 480
    assert max(peaks) == 1.0
    assert min(peaks) >= 0.0


def test_similar_is_ordered_and_leaves_out_the_seed(client: TestClient) -> None:
    answer = client.get(f"{API}/similar", params={"track": [1], "k": 6, "per_artist": 0, "per_album": 0}).json()
    similarities = [item["similarity"] for item in answer["results"]]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= value <= 1 for value in similarities)
    assert [item["in_words"] for item in answer["results"]] == [in_words(value) for value in similarities]
    assert 1 not in [item["track_id"] for item in answer["results"]]
    assert [item["rank"] for item in answer["results"]] == [1, 2, 3, 4, 5, 6]


def test_words_are_found_and_move_lists(client: TestClient, shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shelf.catalogue.model
    monkeypatch.setattr(model, "words", None)
    answer = client.get("/api/v1/find", params={"q": "klavier"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "QueryError")
    assert "tells no words" in answer.json()["error"]["message"]
    own = shelf.catalogue.directions[:1]
    words = Words(("piano",), ("instrument",), 9 * own, np.array([-6.0]), np.ones(1))
    monkeypatch.setattr(model, "words", words)
    found = client.get("/api/v1/find", params={"q": "klavier, no kazoo", "k": 3}).json()
    assert found["terms"] == [{"word": "piano", "weight": 1.0}]
    assert found["results"][0]["track_id"] == 1
    assert found["results"][0]["words"]["piano"] == pytest.approx(0.95, abs=0.01)
    assert "kazoo" in found["sentences"][0]
    assert client.get("/api/v1/words").json()["piano"] == "instrument"
    fits = dict(struct.iter_unpack("<If", client.get("/api/v1/map/shades", params={"q": "piano"}).content))
    assert fits[found["results"][0]["track_id"]] == pytest.approx(0.95, abs=0.01)
    assert len(fits) == N_TRACKS
    assert client.get("/api/v1/map/shades", params={"q": "kazoo"}).status_code == 422
    for kind in ("artists", "albums"):
        towards, away = (
            client.get(f"/api/v1/similar/{kind}?track=2&{wish}=piano").json()["results"] for wish in ("more", "less")
        )
        assert towards != away
    for query in ("words=piano", "track=2&more=piano", "track=1&less=piano"):
        assert client.get(f"/api/v1/similar?{query}").status_code == 200


def test_words_of_ones_own_are_learned_renamed_and_forgotten(
    client: TestClient, shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    names = tuple(f"sound {number}" for number in range(60))
    weights = 5 * rng.standard_normal((60, shelf.model.n_dims))
    monkeypatch.setattr(
        type(shelf.model), "words", Words(names, ("mood",) * 60, weights, np.zeros(60), np.ones(60)), raising=False
    )
    own, alike = f"{API}/words/own", [1, 4, 7, 10, 13]
    assert client.get(own).json() == []
    refused = client.post(own, json={"word": "rainy day", "track_ids": [1, 2, 3, 5, 6]})
    assert (refused.status_code, refused.json()["error"]["kind"]) == (422, "QueryError")
    assert "nothing in common" in refused.json()["error"]["message"]
    (known,) = client.post(own, json={"word": "rainy day", "track_ids": alike}).json()
    assert (known["word"], known["track_ids"]) == ("rainy day", alike)
    assert known["agreement"] > 0.75
    added = client.post(own, json={"word": "rainy day", "track_ids": [16, 999], "is_added": True})
    assert added.json()[0]["track_ids"] == [*alike, 16]
    found = client.get(f"{API}/find", params={"q": "rainy day", "k": 4}).json()["results"]  # at once
    assert {track["genre"] for track in found} == {"Rock"}
    assert client.get(f"{API}/words").json()["rainy day"] == "own"
    assert client.get(own, params={"profile": "another"}).json() == []
    (renamed,) = client.patch(own, params={"word": "rainy day"}, json={"word": "wet day"}).json()
    assert renamed["word"] == "wet day"
    assert client.get(f"{API}/similar?track=2&more=wet%20day").status_code == 200
    assert client.delete(own, params={"word": "rainy day"}).status_code == 422
    assert client.delete(own, params={"word": "wet day"}).json() == []
    assert client.get(f"{API}/similar?track=2&more=wet%20day").status_code == 422


def test_similar_to_several_seeds(client: TestClient) -> None:
    answer = client.get(f"{API}/similar", params={"track": [1, 4], "k": 4, "same_artist": True}).json()
    ids = [item["track_id"] for item in answer["results"]]
    assert len(ids) == 4
    assert not {1, 4} & set(ids)


@pytest.mark.parametrize("kind", ["artists", "albums"])
def test_artists_and_albums_are_like_songs_and_each_other(client: TestClient, kind: str) -> None:
    first = client.get(f"{API}/similar/{kind}", params={"track": 1, "same_artist": True, "per_artist": 0}).json()
    assert len(first["results"]) == (3 if kind == "artists" else 11)  # of 4 artists, 12 albums; the seed's left out
    seed = first["results"][0]
    assert {track["artist"] for track in seed["tracks"]} == {seed["artist"]}
    again = client.get(f"{API}/similar/{kind}", params={kind[:-1]: seed["id"], "k": 2}).json()["results"]
    assert seed["id"] not in {line["id"] for line in again}
    assert client.get(f"{API}/similar/{kind}", params={kind[:-1]: "nothing"}).status_code == 404
    assert client.get(f"{API}/similar/{kind}").json()["error"]["kind"] == "NoSeed"


def test_similar_without_a_seed_is_refused(client: TestClient) -> None:
    response = client.get(f"{API}/similar")
    assert response.status_code == 422
    assert error_kind(response) == "NoSeed"


def test_library_of_nothing_says_so(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path / "new.db"), base_url="http://localhost") as client:
        assert client.get(f"{API}/status").json()["tracks"] == 0
        assert client.get(f"{API}/tracks").json()["results"] == []
        assert client.get(f"{API}/map").json()["n_points"] == 0
        assert [(line["n_tracks"], line["is_default"]) for line in client.get(f"{API}/exclusions").json()] == [
            (0, True)
        ]
        assert client.get(f"{API}/teach/question").status_code == 409


def test_upload_is_heard_and_forgotten(
    client: TestClient, song: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client.app.state.shared.library.sounds.ear = Ear()  # type: ignore[attr-defined]  # decoded in its own process, as served
    response = upload(client, song, "whatever.mp3")
    assert response.status_code == 201
    heard = response.json()
    assert (heard["artist"], heard["title"]) == ("Somebody", "A New Song")
    assert heard["duration_seconds"] == pytest.approx(12.0, abs=0.2)
    assert not list(tmp_path.glob("resona-*"))
    assert client.get(f"{API}/uploads/{heard['upload_id']}").json() == heard
    answer = client.get(f"{API}/similar", params={"upload": heard["upload_id"], "k": 5}).json()
    assert len(answer["results"]) == 5


def test_upload_that_is_no_music_is_refused(client: TestClient) -> None:
    for content, name, status in (
        (b"text", "notes.txt", 415),
        (b"no music" * 99, "song.mp3", 422),
        (b"", "a.wav", 422),
    ):
        response = upload(client, content, name)
        assert response.status_code in {status, 415}
        assert "resona-" not in response.json()["error"]["message"]
        error_kind(response)


def test_upload_as_a_form_is_told_what_to_send(client: TestClient, song: bytes) -> None:
    response = client.post(f"{API}/uploads?name=a.mp3", files={"file": ("a.mp3", song)})
    assert (response.status_code, error_kind(response)) == (415, "UnsupportedMediaType")
    assert "body" in response.json()["error"]["message"]


def test_unknown_upload_is_told(client: TestClient) -> None:
    assert client.get(f"{API}/uploads/nothing").status_code == 404
    assert client.get(f"{API}/similar", params={"upload": "nothing"}).status_code == 404


def test_playlist_is_an_m3u_in_the_given_order(client: TestClient) -> None:
    response = client.get(f"{API}/playlist.m3u8", params={"track": [3, 1]})
    lines = [line for line in response.text.splitlines() if line and not line.startswith("#")]
    assert [Path(line).stem for line in lines] == ["2", "0"]
    assert "attachment" in response.headers["content-disposition"]
    assert response.text.startswith("#EXTM3U")


def test_map_is_drawn_once(client: TestClient) -> None:
    deadline = time.monotonic() + 120  # in a process of low priority
    about = client.get(f"{API}/map").json()
    while about["n_waiting"] and time.monotonic() < deadline:
        time.sleep(0.1)
        about = client.get(f"{API}/map").json()
    assert about["n_points"] == N_TRACKS
    assert about["genres"] == ["", "Ambient", "Jazz", "Rock"]
    points = list(struct.iter_unpack("<IffI", client.get(f"{API}/map/points").content))
    assert [point[0] for point in points] == list(range(1, N_TRACKS + 1))
    assert {about["genres"][point[3]] for point in points} == {"Ambient", "Jazz", "Rock"}
    assert np.isfinite([point[1:3] for point in points]).all()


def test_teaching_keeps_and_takes_back(client: TestClient, shelf: Library) -> None:
    question = client.get(f"{API}/teach/question").json()
    assert question["a"]["track_id"] != question["b"]["track_id"]
    pair = {"a": question["a"]["track_id"], "b": question["b"]["track_id"], "is_match": True}
    told = client.post(f"{API}/teach", json=pair).json()
    assert (told["n_answers"], told["n_alike"]) == (1, 1)
    (label,) = shelf.store.labels.all()
    assert (label.a, label.b, label.value, label.source) == (pair["a"], pair["b"], 1.0, "page")
    assert client.delete(f"{API}/teach/{told['last_label_id']}").json()["n_answers"] == 0
    assert client.delete(f"{API}/teach/{told['last_label_id']}").status_code == 404
    assert client.post(f"{API}/teach", json={**pair, "b": pair["a"]}).status_code == 422


def test_teaching_with_three_songs_says_what_was_learned(client: TestClient, shelf: Library) -> None:
    assert client.get(f"{API}/teach/question", params={"form": "four"}).status_code == 422
    assert not client.get(f"{API}/teach/lesson").json()["is_used"]
    for _ in range(20):
        asked = client.get(f"{API}/teach/question", params={"form": "odd"}).json()
        songs = sorted((asked[name]["track_id"] for name in "abc"), key=lambda song: song % 7)
        low, middle, high = (song % 7 for song in songs)
        a, b, c = songs if high - middle >= middle - low else reversed(songs)
        told = client.post(f"{API}/teach", json={"a": a, "b": b, "c": c}).json()
    assert (told["n_answers"], told["n_pairs"]) == (20, 0)
    lesson = client.get(f"{API}/teach/lesson").json()
    assert lesson["is_used"] == bool(lesson["nearer"]) == bool(lesson["farther"])
    assert "20 judgements" in lesson["sentence"]
    assert {label.kind for label in shelf.store.labels.all()} == {"odd"}
    answer = client.post(f"{API}/teach", json={"a": a, "b": b, "c": a})
    assert answer.status_code == 422


def test_failures_and_quality(client: TestClient) -> None:
    (failure,) = client.get(f"{API}/failures").json()
    assert failure["reason"] == "no sound in it"
    quality = {line["field"]: line for line in client.get(f"{API}/quality").json()}
    assert quality["title"]["n_from_tag"] == N_TRACKS
    assert quality["album"]["n_from_name"] == N_TRACKS
    assert client.delete(f"{API}/failures").json() == {"n_forgotten": 1}
    assert client.get(f"{API}/failures").json() == []


def test_evaluation_is_shown_where_there_is_one(client: TestClient, shelf: Library) -> None:
    assert client.get(f"{API}/evaluation").json() == {}
    shelf.store.side_dir.mkdir(parents=True, exist_ok=True)
    (shelf.store.side_dir / "evaluation.json").write_text('{"n_tracks": 24}')
    assert client.get(f"{API}/evaluation").json() == {"n_tracks": 24}
    (shelf.store.side_dir / "evaluation.json").write_text("{")
    assert client.get(f"{API}/evaluation").status_code == 503


def test_hostile_title_stays_text(client: TestClient) -> None:
    response = client.get(f"{API}/search", params={"q": "script"})
    assert response.headers["content-type"] == "application/json"
    assert response.json()["results"][0]["title"] == HOSTILE


def test_page_and_documentation_are_served_without_foreign_addresses(client: TestClient) -> None:
    static = Path(create_app.__code__.co_filename).parent / "static"
    for address in ("/", "/docs", *(f"/static/{path.name}" for path in static.iterdir())):
        response = client.get(address)
        assert response.status_code == 200
        text = response.text.replace("http://www.w3.org", "")
        assert "http://" not in text
        assert "https://" not in text


def test_openapi_describes_every_route(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    for item in described["paths"].values():
        for operation in item.values():
            assert operation["description"]
            assert operation["security"]
    status = described["paths"][f"{API}/status"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    fields = described["components"]["schemas"][status["$ref"].split("/")[-1]]["properties"]
    assert fields.keys() == client.get(f"{API}/status").json().keys()


def told(document: str) -> Iterator[tuple[str, str, set[str]]]:
    """Give what the table of docs/api.md names: method, path without names of its parts, and parameters."""
    for line in re.findall(r"^\| (`.+?) \| ", document, re.MULTILINE):
        methods, bases, before = list[str](), list[str](), list[str]()
        for method, path, query in re.findall(r"`(?:([A-Z]+) ?)?([/…][^?`]*)?(?:\?([^`]*))?`", line):
            if method and not path:
                before.append(method)
            if not path:
                continue
            methods = [*before, method] if method else methods
            before = []
            plain = re.sub(r"\{\w+\}", "{}", path)
            meant = [base + plain[1:] for base in bases if base.endswith("{}")] if plain[0] == "…" else [plain]
            bases += meant
            asked = set(re.findall(r"(\w+)=", query))
            yield from ((each, place, asked if each == methods[-1] else set()) for each in methods for place in meant)


def test_the_manual_names_every_operation_and_no_other(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path.removeprefix(API))): {
            parameter["name"] for parameter in operation.get("parameters", [])
        }
        for path, item in described.items()
        for method, operation in item.items()
    }
    named = {}
    for method, path, parameters in told((Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")):
        place = path if (method, path) in known else f"/tracks/{{}}{path}"  # beside the track that was named before
        assert parameters <= known.get((method, place), set()), (method, path, parameters)
        named[method, place] = parameters
    assert named.keys() == known.keys()


def test_filters_and_limits_are_passed_on(client: TestClient) -> None:
    def similar(**wishes: str | float) -> httpx.Response:
        return client.get(f"{API}/similar", params={"track": 1, "per_artist": 0, "per_album": 0, **wishes})

    only_jazz = similar(where='genre = "jazz" and bpm > 95').json()
    assert {item["genre"] for item in only_jazz["results"]} == {"Jazz"}
    assert only_jazz["removed"]["filter"] > 0
    assert "filter" in only_jazz["removed_sentence"]
    wrong = similar(where="colour = 3")
    assert wrong.status_code == 422
    assert error_kind(wrong) == "QueryError"
    joined = client.get(
        f"{API}/similar", params={"track": 1, "where": ["year > 1990", 'genre = "rock" or genre = "jazz"']}
    )
    assert {item["genre"] for item in joined.json()["results"]} <= {"Rock", "Jazz"}
    both = client.get(f"{API}/similar", params={"track": 1, "where": ["year > 1990", "year >"]}).json()["error"][
        "message"
    ]
    assert both == similar(where="year >").json()["error"]["message"]  # counted in what was written, without brackets
    plain = [item["track_id"] for item in similar(k=5).json()["results"]]
    away = [item["track_id"] for item in similar(k=5, unlike=plain[0]).json()["results"]]
    assert plain[0] not in away
    assert len(similar(k=8, diversity=0.9).json()["results"]) == 8
    assert len(similar(k=8, order="flow").json()["results"]) == 8
    assert similar(order="sideways").status_code == 422


def test_reasons_for_a_pair(client: TestClient) -> None:
    found = client.get(f"{API}/explain", params={"a": 1, "b": 4}).json()
    assert (found["a"]["track_id"], found["b"]["track_id"]) == (1, 4)
    assert 0 <= found["similarity"] <= 1
    assert 0 <= found["percentile"] <= 100
    assert found["aspects"]
    assert found["clip_matches"][0].keys() == {"a_seconds", "b_seconds", "similarity"}


def test_radio_goes_on_near_its_seeds(client: TestClient) -> None:
    def radio(**wishes: Any) -> dict[str, Any]:
        return dict(client.get(f"{API}/radio", params={"minutes": 1, **wishes}).json())

    made = client.post(f"{API}/playlists", json={"name": "Sunday", "track_ids": [3, 6]}).json()
    album = client.get(f"{API}/albums").json()[0]
    first = radio(track=1)
    ids = [line["track_id"] for line in first["results"]]
    assert (first["seeds"], ids[0], len(ids)) == (["Song 0"], 1, 8)  # of eight seconds
    again = [line["track_id"] for line in radio(track=1, heard=ids, like=[4], unlike=[5], tempo=1)["results"]]
    assert not {1, 5} & set(again)
    assert len(again) == 8
    assert radio(playlist=made["playlist_id"], album=album["id"])["seeds"] == ["Sunday", album["name"]]
    assert radio(words="calm piano")["seeds"] == ["calm piano"]
    filtered = radio(track=1, where="genre = jazz")
    assert {line["genre"] for line in filtered["results"]} == {"Jazz"}
    assert filtered["relaxed"][0].endswith("which is not played itself: the filter leaves it out.")
    client.post(f"{API}/exclusions", json={"track_ids": [1]})
    assert radio(track=1)["results"][0]["track_id"] == 1  # not recommended, but asked for
    assert radio(track=1, tempo=2)["error"]["kind"] == "InvalidRequest"
    assert radio()["error"]["kind"] == "NoSeed"


def test_mixes_part_the_library(client: TestClient) -> None:
    mixes = client.get(f"{API}/mixes", params={"n": 3}).json()
    assert sorted(number for mix in mixes for number in mix["track_ids"]) == list(range(1, N_TRACKS + 1))
    ids = mixes[0]["track_ids"]
    assert [track["track_id"] for track in mixes[0]["tracks"]] == ids[:4]
    batch = client.get(f"{API}/tracks", params={"track": [999, *ids], "limit": 3}).json()
    assert ([track["track_id"] for track in batch["results"]], batch["has_more"]) == (ids[:3], True)


def test_shelves_are_sorted_and_searched(client: TestClient) -> None:
    def names(kind: str, **wishes: str) -> list[str]:
        return [shelf["name"] for shelf in client.get(f"{API}/{kind}", params=wishes).json()]

    assert names("artists", q="ARTIST 2") == ["Artist 2"]
    assert names("artists", order="newest") == ["Artist 3", "Artist 2", "Artist 1", "Artist 0"]
    assert names("genres", order="name", q="a") == ["Ambient", "Jazz"]
    years = [shelf["year"] for shelf in client.get(f"{API}/albums", params={"order": "year"}).json()]
    assert years == sorted(years, reverse=True)
    (artist,) = client.get(f"{API}/artists", params={"q": "artist 2"}).json()
    found = client.get(f"{API}/artists/{artist['id']}").json()
    by_album = [track for album in reversed(found["albums"]) for track in
                client.get(f"{API}/albums/{album['id']}/tracks").json()["results"]]  # fmt: skip
    assert by_album == client.get(f"{API}/artists/{artist['id']}/tracks").json()["results"]
    assert {track["artists"][0]["id"] for track in by_album} == {artist["id"]}
    assert client.get(f"{API}/artists/al-x").status_code == client.get(f"{API}/albums/x/tracks").status_code == 404
    like = client.get(f"{API}/similar", params={"artist": artist["id"], "k": 3}).json()["results"]
    assert artist["name"] not in {track["artist"] for track in like}


def test_path_begins_and_ends_where_asked(client: TestClient) -> None:
    way = client.get(f"{API}/path", params={"start": 1, "end": 2, "k": 5, "per_artist": 0}).json()
    ids = [item["track_id"] for item in way["results"]]
    assert (ids[0], ids[-1], len(set(ids))) == (1, 2, len(ids))
    assert client.get(f"{API}/path", params={"start": 1, "end": 1}).status_code == 422


def test_scan_tells_how_it_goes_on(shelf: Library) -> None:
    jobs = Jobs()
    assert jobs.state.state == "idle"
    assert jobs.start(scanning(shelf))
    jobs.close()
    assert jobs.state.state in {"done", "stopped"}
    assert jobs.state.message
    assert jobs.start(scanning(shelf))
    while jobs.state.is_running:
        time.sleep(0.02)
    assert (jobs.state.kind, jobs.state.state) == ("scan", "done")


def test_scan_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        jobs = Jobs()
        jobs.start(scanning(library))
        while jobs.state.is_running:
            time.sleep(0.01)
        assert jobs.state.state == "failed"
        assert "folder" in jobs.state.message


def ended(client: TestClient) -> dict[str, Any]:
    while (job := dict(client.get(f"{API}/job").json()))["state"] not in {"done", "stopped", "failed"}:
        time.sleep(0.05)
    return job


def test_models_are_measured_and_chosen_in_the_background(
    client: TestClient, shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {model["name"]: model["is_current"] for model in client.get(f"{API}/models").json()}
    assert before == {"base": True, "mfcc": False}
    assert client.post(f"{API}/models/mfcc").status_code == 202
    assert ended(client)["message"].endswith("listens from now on.")
    assert [model["name"] for model in client.get(f"{API}/models").json() if model["is_current"]] == ["mfcc"]
    assert client.post(f"{API}/models/nothing").status_code == 503
    asked, measure = threading.Event(), Library.evaluate

    def measure_when_asked(library: Library, **options: Any) -> Any:
        asked.wait(60)
        options["on_progress"](0, 1, "")
        return measure(library, **options)

    monkeypatch.setattr(Library, "evaluate", measure_when_asked)
    started = client.post(f"{API}/evaluation").json()
    assert (started["kind"], error_kind(client.post(f"{API}/scan"))) == ("evaluation", "JobUnderWay")
    client.delete(f"{API}/job")
    asked.set()
    assert ended(client)["message"].startswith("Stopped; the last")
    assert client.post(f"{API}/training", json={"arch": "other"}).status_code == 422


def test_what_the_doctor_finds_is_put_right_and_taken_back(client: TestClient, shelf: Library) -> None:
    with shelf.store.writing() as connection:
        connection.execute("UPDATE tracks SET artist = '' WHERE track_id IN (6, 7, 8)")
    never = client.get(f"{API}/doctor").json()
    assert never == {"examined_at": None, "is_current": False, "findings": []}
    assert (client.post(f"{API}/doctor").json()["kind"], ended(client)["n_done"]) == ("doctor", N_TRACKS)
    examination = client.get(f"{API}/doctor", params={"n": 2}).json()
    (finding,) = examination["findings"]
    assert (finding["kind"], finding["n_tracks"], examination["is_current"]) == ("unknown artist", 3, True)
    assert [track["track_id"] for track in finding["tracks"]] == [6, 7]
    (default,) = client.get(f"{API}/exclusions").json()
    assert default["is_default"]
    odd = shelf.tracks.get(1).path.with_name("Who? [live].mp3")
    with shelf.store.writing() as connection:
        connection.execute("UPDATE tracks SET path = ? WHERE track_id = 4", (str(odd),))
    patterns = client.post(f"{API}/exclusions", json={"track_ids": [1, 4], "patterns": ["genre = ambient"]}).json()
    assert [line["n_tracks"] for line in client.get(f"{API}/exclusions").json()[1:]] == [
        8,
        2,
        2,
    ]  # each sound is there twice
    assert shelf.store.settings.get("excluded_files").keys() == set(patterns[1:])  # wherever the files go
    assert client.get(f"{API}/doctor").json()["is_current"]  # exclusions change nothing that it looks at
    shelf.store.tracks.set_tags(5, Tags(artist="Somebody", title="Else"))
    assert not client.get(f"{API}/doctor").json()["is_current"]
    found = client.get(f"{API}/similar", params={"track": 7, "k": 20, "per_artist": 0, "per_album": 0}).json()[
        "results"
    ]
    assert not {1, 4} & {line["track_id"] for line in found}
    left = client.delete(f"{API}/exclusions", params={"pattern": patterns}).json()
    assert left == [default]
    assert client.delete(f"{API}/exclusions", params={"pattern": patterns}).status_code == 422
    assert client.post(f"{API}/exclusions", json={"patterns": ["year <"]}).status_code == 422
    assert client.put(f"{API}/exclusions/default", json={"text": ""}).json() == []
    assert client.put(f"{API}/exclusions/default", json={"text": None}).json() == [default]


def test_duplicates_are_listed_song_by_song(client: TestClient, shelf: Library) -> None:
    with shelf.store.writing() as connection:
        connection.execute("UPDATE tracks SET title = 'Song 0 (Live)', artist = 'Artist 0' WHERE track_id = 4")
        connection.execute("UPDATE tracks SET title = 'Song 1 (Live)', artist = 'Artist 1' WHERE track_id = 7")
    song, other = client.get(f"{API}/duplicates").json()
    assert [(track["track_id"], track["note"]) for track in song["tracks"]] == [(1, "original"), (4, "version")]
    assert client.get(f"{API}/duplicates?offset=1&limit=1").json() == [other]
    assert client.get(f"{API}/duplicates?same_recording=true").json() == []


def test_folders_are_added_and_forgotten(client: TestClient, tones_dir: Path, tmp_path: Path) -> None:
    folders = f"{API}/folders"
    (folder,) = client.get(folders).json()
    assert (folder["path"], folder["n_tracks"], folder["n_own"]) == (str(tones_dir), N_TRACKS, N_TRACKS)
    assert len(client.post(folders, json={"path": str(tmp_path)}).json()) == 2
    assert client.post(folders, json={"path": str(tmp_path / "nowhere")}).status_code == 503
    assert client.delete(folders, params={"path": str(tmp_path)}).status_code == 422  # what of its tracks?
    assert client.delete(folders, params={"path": str(tmp_path), "tracks": "keep"}).json() == [folder]
    assert client.delete(folders, params={"path": str(tones_dir), "tracks": "hide"}).json() == []
    assert client.get(f"{API}/tracks").json()["results"] == []


def test_every_request_may_name_a_profile(client: TestClient) -> None:
    client.post(f"{API}/teach", params={"profile": "dad"}, json={"a": 1, "b": 2})
    assert client.get(f"{API}/teach").json()["n_answers"] == 0
    dad, own = client.get(f"{API}/profiles", params={"profile": "dad"}).json()
    assert (dad["name"], dad["n_judgements"], dad["is_current"], dad["is_usual"]) == ("dad", 1, True, False)
    assert (own["name"], own["is_current"], own["is_usual"]) == ("default", False, True)
    assert client.get(f"{API}/similar", params={"track": 1, "profile": "dad"}).status_code == 200
    assert client.delete(f"{API}/profiles/current", params={"profile": "dad"}).json()[-1]["n_judgements"] == 0
    assert client.get(f"{API}/profiles", params={"profile": "a\nb"}).status_code == 422


def test_scan_events_are_a_stream(shelf: Library) -> None:
    state = State(library=shelf)

    async def first_event() -> str:
        async for event in _events(state):
            return event
        return ""

    event = asyncio.run(first_event())
    assert event.startswith("data: ")
    assert json.loads(event.removeprefix("data: "))["state"] == "idle"


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_parameters_break_the_server(client: TestClient, data: st.DataObject) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    reading = sorted(path for path, item in paths.items() if "get" in item and not path.endswith("/job/events"))
    path = data.draw(st.sampled_from(reading))
    value = st.one_of(
        st.integers(-3, 30).map(str),
        st.text(max_size=20),
        st.sampled_from(["nan", "inf", "1e999", str(2**63), "", "\x00"]),
    )
    parameters = {}
    for item in paths[path]["get"].get("parameters", []):
        if item["in"] == "path":
            path = path.replace("{" + item["name"] + "}", quote(data.draw(value) or "0", safe=""))
        elif data.draw(st.booleans()):
            parameters[item["name"]] = data.draw(value)
    response = client.get(path, params=parameters)
    assert response.status_code < 500, (path, parameters)
    if response.status_code >= 400:
        error_kind(response)


def test_players_are_let_in_and_shut_out(client: TestClient, shelf: Library) -> None:
    added = client.post(f"{API}/players", json={"name": "phone & co"})
    assert added.status_code == 201
    player = added.json()
    assert (player["address"], player["profile"]) == ("http://localhost", "default")
    assert client.get(f"{API}/players").json() == [player]
    code = client.get(f"{API}/players/code.svg", params={"name": player["name"]})
    assert code.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in code.content
    assert client.get("/rest/ping", params={"apiKey": player["key"], "f": "json"}).json()["subsonic-response"][
        "status"
    ] == "ok"  # fmt: skip
    for refused in (
        client.post(f"{API}/players", json={"name": "Phone & Co"}),
        client.post(f"{API}/players", json={"name": ""}),
        client.post(f"{API}/players", json={"name": "x", "profile": "a\nb"}),
        client.delete(f"{API}/players", params={"name": "nobody"}),
        client.get(f"{API}/players/code.svg", params={"name": "nobody"}),
    ):
        assert refused.status_code == 422
    assert client.delete(f"{API}/players", params={"name": player["name"]}).json() == []
    assert shelf.players.all() == []


def test_playlists_are_the_librarys_and_nobody_overwrites_another(client: TestClient) -> None:
    lists = f"{API}/playlists"
    made = client.post(lists, json={"name": "Sunday", "track_ids": [3, 1]}).json()
    one = f"{lists}/{made['playlist_id']}"
    assert made["track_ids"] == [3, 1]
    added = client.patch(one, json={"added": [2]}).json()  # by another tab
    stale = client.patch(one, json={"track_ids": [1], "version": made["version"]})
    assert (stale.status_code, error_kind(stale)) == (409, "PlaylistChangedError")
    assert client.patch(one, json={"track_ids": [2, 1], "version": added["version"]}).json()["track_ids"] == [2, 1]
    assert client.post(f"{one}/undo").json()["track_ids"] == [3, 1, 2]
    assert client.patch(one, json={"added": [999]}).status_code == 404
    assert client.patch(one, json={"name": " "}).status_code == 422
    assert [item["track_id"] for item in client.get(f"{one}/tracks?offset=1").json()["results"]] == [1, 2]
    assert len(client.get(f"{API}/similar?playlist={made['playlist_id']}&k=3").json()["results"]) == 3
    assert client.delete(one).json() == {"n_deleted": 1}
    assert client.get(one).status_code == client.get(f"{one}/file").status_code == 404
    assert client.post(f"{one}/undo").json()["name"] == "Sunday"


def test_a_playlist_with_a_recipe_renews_itself(client: TestClient, shelf: Library) -> None:
    lists = f"{API}/playlists"
    made = client.post(lists, json={"name": "Late", "recipe": {"where": "year > 2000", "k": 50}}).json()
    one = f"{lists}/{made['playlist_id']}"
    assert (len(made["track_ids"]), made["recipe"]["where"], made["problem"]) == (13, "year > 2000", "")
    refused = client.patch(one, json={"added": [1]})
    assert (refused.status_code, "renews itself" in refused.text) == (422, True)
    shelf.lists.exclude("year = 2013")
    assert len(client.get(one).json()["track_ids"]) == 12
    assert client.patch(one, json={"recipe": {"where": "year < 1993"}}).json()["n_tracks"] == 3
    fixed = client.patch(one, json={"is_fixed": True, "added": [20]}).json()
    assert (fixed["recipe"], fixed["n_tracks"]) == (None, 4)
    assert client.post(lists, json={"name": "x", "recipe": {"where": "yaer"}}).status_code == 422


def test_one_unknown_track_spoils_nothing(client: TestClient) -> None:
    answer = client.get(f"{API}/similar", params={"track": [1, 999], "unlike": [2, 999], "k": 3}).json()
    assert len(answer["results"]) == 3
    assert "1 seed is no longer in the library." in answer["relaxed"]
    saved = client.get(f"{API}/playlist.m3u8", params={"track": [999, 1]})
    assert sum(not line.startswith("#") for line in saved.text.splitlines()) == 1
    assert client.get(f"{API}/playlist.m3u8?track=999").status_code == 404


def test_playlist_files_leave_and_come_from_another_machine(client: TestClient, tones_dir: Path) -> None:
    made = client.post(f"{API}/playlists", json={"name": "Süß/", "track_ids": [3, 1, 3]}).json()
    address = f"{API}/playlists/{made['playlist_id']}/file"
    assert "UTF-8''S%C3%BC%C3%9F%2F.m3u8" in client.get(address).headers["content-disposition"]

    def entries(**wishes: str) -> tuple[list[str], bytes]:
        content = client.get(address, params=wishes).content
        return [line for line in content.decode().splitlines() if not line.startswith("#")], content

    relative, _ = entries(folder=str(tones_dir))
    assert relative == ["2.flac", "0.mp3", "2.flac"]
    mapped, content = entries(path_map=f"{tones_dir}=D:\\Music\\{tones_dir.name}")
    assert mapped[0] == f"D:\\Music\\{tones_dir.name}\\2.flac"
    assert client.get(address, params={"path_map": "nonsense"}).status_code == 422
    read = client.post(f"{API}/playlists/files?name=Mine.m3u8", content=content + b"D:\\Music\\else.mp3\n").json()
    assert (read["n_unknown"], read["playlist"]["name"], read["playlist"]["track_ids"]) == (1, "Mine", [3, 1, 3])
    bare = client.post(f"{API}/playlists/files?name=a.m3u", content=b"./1.ogg\r\nelsewhere/1.ogg").json()
    assert (bare["playlist"]["track_ids"], bare["n_unknown"]) == ([2], 1)
    for name, status in (("a.txt", 415), ("a.m3u", 422)):
        assert client.post(f"{API}/playlists/files?name={name}", content=b"/x.mp3").status_code == status
