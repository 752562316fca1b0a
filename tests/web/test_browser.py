"""The page in a real browser: what people do with it, at two widths, in two themes, and for all senses."""

import json
import re
import shutil
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from socket import IPPROTO_TCP, socket
from typing import Any

import numpy as np
import pytest
import uvicorn
from tones import GENRES, HOSTILE, N_TRACKS, RATE, fill, tone

from resona.audio import write_audio
from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags
from resona.web import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; on Debian: apt-get install chromium"),
]

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE_MS = 30_000  # on a machine that is busy with something else


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, tones_dir: Path) -> Iterator[str]:
    """A served library of tones."""
    with Library(tmp_path_factory.mktemp("served") / "library.db") as library:
        fill(library, tones_dir)
        keep_evaluation(library.store.side_dir)
        with served(library) as address:
            yield address


@contextmanager
def served(library: Library) -> Iterator[str]:
    """Serve a library from this process until the end of the block."""
    with socket(proto=IPPROTO_TCP) as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(library), log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def keep_evaluation(folder: Path) -> None:
    """What `resona evaluate` leaves, as far as the page shows it."""
    measured = {"artist": {"micro": {"map": {"value": 0.4, "low": 0.3, "high": 0.5}}}}
    note = "trained on 28 of these 31 artists: no test of new music"
    contenders = [{"name": "Resona", "note": note, "genre": measured}]
    folder.mkdir(parents=True, exist_ok=True)
    values = {"n_tracks": 24, "n_artists": 31, "filter": "artist", "contenders": contenders}
    (folder / "evaluation.json").write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, base_url: str) -> Iterator[Any]:
    """A page on a desktop; errors on its console, and requests to anywhere else, fail the test."""
    yield from open_page(browser, base_url)


def open_page(browser: Any, base_url: str, **options: Any) -> Iterator[Any]:
    context = browser.new_context(
        base_url=base_url, viewport={"width": 1280, "height": 800}, service_workers="block", **options
    )
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda asked: None if asked.url.startswith((base_url, "blob:")) else complaints.append(asked.url)
    )
    yield opened
    context.close()
    assert complaints == []


def is_complaint(said: Any) -> bool:
    """Tell an error from what the browser says of a request that was refused on purpose."""
    expected = ("status of 410", "status of 415", "status of 422", "net::ERR_FAILED")
    return said.type == "error" and not any(part in said.text for part in expected)


@pytest.fixture(scope="session")
def song_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dropped") / "dropped.mp3"
    write_audio(path, tone(3, 12.0), RATE, Tags(artist="Somebody", title="A Dropped Song"))
    return path


def is_playing(page: Any) -> bool:
    return bool(page.get_by_role("region", name="Player").get_by_role("button", name="Pause").count())


def wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def drag(page: Any, grip: Any, target: Any) -> None:
    start, end = grip.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 10, steps=5)
    page.mouse.up()


def test_drop_a_song_and_hear_what_is_like_it(page: Any, song_path: Path) -> None:
    page.goto("/#/browse")
    page.get_by_role("heading", name="Your library").wait_for()
    page.evaluate(
        """async (base64) => {
            const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            const file = new File([bytes], "dropped.mp3", { type: "audio/mpeg" });
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(file);
            const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
            document.body.dispatchEvent(drop); // beside the target
        }""",
        b64encode(song_path.read_bytes()).decode(),
    )
    page.get_by_role("heading", name="A Dropped Song").wait_for()
    page.get_by_role("button", name="Find similar").click()
    results = page.get_by_role("list", name="Sounds like this").locator(".row:not(.ghost)")
    results.first.wait_for()
    assert results.count() == 20
    assert results.first.locator(".percent").inner_text().endswith("%")

    page.get_by_role("region", name="Your song").get_by_role("button", name="Play").click()
    wait_until(lambda: is_playing(page))
    results.nth(2).get_by_role("button", name="Play Song").or_(results.nth(2).locator(".cover-button")).first.click()
    wait_until(lambda: page.locator(".cover-button.playing").count() == 1)
    assert page.evaluate("document.querySelectorAll('audio').length") == 0  # one player, never two
    wait_until(lambda: page.locator("#player .time").first.inner_text() != "0:00")
    page.get_by_role("slider", name="Position").fill("800")
    wait_until(lambda: page.locator("#player .time").first.inner_text() >= "0:06")
    drawn = page.evaluate(
        """() => { const c = document.querySelector(".spectrum");
                   return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((v) => v > 0); }"""
    )
    assert drawn


def test_file_that_cannot_be_heard_is_told(page: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"this is no music" * 50)
    page.goto("/")
    page.get_by_label("Choose an audio file").set_input_files(broken)
    page.get_by_role("heading", name="This file cannot be heard").wait_for()


def test_search_and_browse(page: Any) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search your library").fill("slow, no kazoo")
    page.get_by_role("list", name="By sound").locator(".row:not(.ghost)").first.wait_for()
    page.get_by_text("“kazoo” is not a word that is told").wait_for()
    page.get_by_role("searchbox", name="Search your library").fill("script")
    found = page.get_by_role("list", name="Found").get_by_role("link", name=HOSTILE)
    found.wait_for()
    for keys in ("ArrowDown", "ArrowUp", "ArrowDown"):
        page.keyboard.press(keys)
    assert page.evaluate("document.activeElement.textContent") == HOSTILE
    assert page.locator("main script").count() == 0
    found.click()
    page.get_by_role("heading", name=HOSTILE).wait_for()
    wait_until(lambda: page.locator(".wave").evaluate("c => c.width") > 300)
    page.get_by_role("list", name="Sounds like this").locator(".row:not(.ghost)").first.wait_for()
    page.get_by_role("button", name="Clip 1").click()
    wait_until(lambda: is_playing(page))
    page.get_by_role("link", name="Browse").click()
    page.get_by_label("Filter this shelf").fill("artist 2")
    wait_until(lambda: page.locator(".tile").count() == 1)
    page.get_by_role("link", name="Artist 2").click()
    tracks = page.get_by_role("list", name="Tracks").locator(".row:not(.ghost)")
    wait_until(lambda: tracks.count() == N_TRACKS // 4)
    alike = page.get_by_role("region", name="Artists like this").locator(".tile")
    wait_until(lambda: alike.count() == 3)
    page.get_by_role("list", name="Sounds like this").locator(".row:not(.ghost)").first.wait_for()
    tracks.first.get_by_role("link", name="Album").click()
    page.get_by_role("region", name="Albums like this").locator(".tile").first.wait_for()
    wait_until(lambda: tracks.count() == N_TRACKS // 12)
    tracks.first.get_by_role("link", name="Artist 2").click()
    page.get_by_role("heading", name="Artist 2").wait_for()
    page.go_back()
    page.go_back()
    page.go_back()
    wait_until(lambda: page.get_by_label("Filter this shelf").input_value() == "artist 2")
    page.get_by_role("link", name="Tracks", exact=True).click()
    wait_until(lambda: page.locator(".row:not(.ghost)").count() == N_TRACKS)


HOURS = """async (hours) => {
    const [{ Radio }, { Queue }] = [await import("/static/radio.js"), await import("/static/queue.js")];
    class Line extends EventTarget {
        queue = new Queue();
        get current() { return this.queue.items[this.queue.at]; }
        shuffle() {}
        play(item, { queue }) { this.queue.fill(queue, item); this.dispatchEvent(new Event("change")); }
        arrange(change) { change(this.queue); this.dispatchEvent(new Event("queue")); }
    }
    const line = new Line();
    let n = 0;
    const track = () => ({ track_id: (n += 1), title: `Song ${n}`, artists: [], duration_seconds: 180 });
    const results = () => Array.from({ length: 10 }, track);
    const radio = new Radio(line, async () => ({ seeds: ["x"], relaxed: [], results: results() }));
    await radio.start({ track: ["1"] });
    const played = new Set();
    for (let minutes = 0; minutes < hours * 60; minutes += 3) {
        played.add(line.current.track_id);
        line.queue.step(1);
        line.dispatchEvent(new Event("change"));
        await null; await null; await null; await null;
    }
    return { played: played.size, line: line.queue.size, heard: radio.heard.length };
}"""


def test_radio_is_steered_and_never_ends_nor_grows(page: Any) -> None:
    page.goto("/#/track/1")
    page.get_by_role("region", name="Track").get_by_role("button", name="Radio").click()
    titles = page.get_by_role("list", name="Now and next").locator(".title")
    wait_until(lambda: is_playing(page) and titles.count() == 8)
    assert titles.first.inner_text() == "Song 0"
    with page.expect_response(lambda answer: "/radio?" in answer.url and "tempo=1" in answer.url):
        page.get_by_label("Tempo").fill("1")
    rows = page.get_by_role("list", name="Now and next").locator(".row")
    rows.nth(1).get_by_role("button", name="Less like").click()
    disliked = page.locator(".steering .chip").inner_text().strip().removeprefix("Less like ")
    wait_until(lambda: disliked not in titles.all_inner_texts())
    assert "track=1&unlike=" in page.url
    only = page.get_by_label("Only where")
    for refused in ("year <", "genre = polka"):
        only.fill(refused)
        only.press("Enter")
        page.locator(".toast.error").last.wait_for()
        wait_until(lambda: only.get_attribute("aria-invalid") == "true")
        assert "where=" not in page.url
    only.fill("artist != 'Artist 1'")
    only.press("Enter")
    page.wait_for_url("**where=artist*")
    line = page.get_by_role("list", name="Now and next")
    wait_until(lambda: "Artist 1" not in line.inner_text())
    for _ in range(6):
        page.get_by_role("button", name="Next", exact=True).click()
    wait_until(lambda: titles.count() >= 4)  # more has come
    page.reload()  # the address says it all
    page.get_by_role("button", name="Stop after this song").click()
    page.get_by_role("button", name="Start the radio").wait_for()

    devtools = page.context.new_cdp_session(page)

    def heap_bytes() -> float:
        devtools.send("HeapProfiler.collectGarbage")
        return float(devtools.send("Runtime.getHeapUsage")["usedSize"])

    page.evaluate(HOURS, 1)
    before = heap_bytes()
    lasted = page.evaluate(HOURS, 400)
    assert (lasted["played"], lasted["heard"]) == (8000, 120)
    assert lasted["line"] <= 32
    assert heap_bytes() < before + 1_000_000


def test_playlist_is_reordered_extended_and_saved(page: Any) -> None:
    page.goto("/#/browse/tracks")
    for number in (0, 1, 2):
        page.locator(".row:not(.ghost)").nth(number).get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Playlist").click()
    titles = page.locator(".sortable .title")
    wait_until(lambda: titles.count() == 3)
    before = titles.all_inner_texts()
    page.locator(".grip").first.focus()
    page.keyboard.press("ArrowDown")
    wait_until(lambda: titles.all_inner_texts() == [before[1], before[0], before[2]])
    drag(page, page.locator(".grip").nth(2), page.locator(".sortable .row").nth(0))
    mine = [before[2], before[1], before[0]]
    wait_until(lambda: titles.all_inner_texts() == mine)

    other = page.context.new_page()  # a second tab adds; the first one sees it, and neither loses anything
    other.goto("/#/track/9")
    other.get_by_role("region", name="Track").get_by_role("button", name="Add").click()
    wait_until(lambda: titles.all_inner_texts() == [*mine, "Song 8"])
    other.close()
    page.get_by_role("button", name="Clear").click()
    page.locator(".nothing").wait_for()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    wait_until(lambda: titles.all_inner_texts() == [*mine, "Song 8"])
    page.get_by_role("button", name="Path from first to last").click()
    wait_until(lambda: titles.count() > 4)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    wait_until(lambda: titles.all_inner_texts() == [*mine, "Song 8"])

    page.evaluate("localStorage.clear()")  # it is the library's, not the browser's
    page.reload()
    wait_until(lambda: titles.all_inner_texts() == [*mine, "Song 8"])
    page.get_by_role("button", name="Find more like these").click()
    page.get_by_role("list", name="More like your playlist").locator(".row:not(.ghost)").first.wait_for()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator(".nothing").wait_for()


def test_playlists_are_named_and_leave_and_come_as_files(page: Any, tmp_path: Path) -> None:
    page.request.post("/api/v1/playlists", data={"name": "Monday", "track_ids": [3, 1]})
    page.goto("/#/playlist")
    page.get_by_label("Name of the playlist").fill("Sunday")
    page.get_by_label("Name of the playlist").press("Enter")
    page.get_by_text("It is called Sunday now").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save M3U").click()
    assert download.value.suggested_filename == "Sunday.m3u8"
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[2] == "#EXTINF:8,Artist 2 - Song 2"
    foreign = tmp_path / "From elsewhere.m3u8"
    foreign.write_text("\n".join([*lines[-2:], "nowhere/at-all.mp3"]), encoding="utf-8")
    page.get_by_label("Choose a playlist file").set_input_files(foreign)
    page.get_by_text("1 track from From elsewhere.m3u8; 1 is not in your library").wait_for()
    options = page.get_by_label("Playlist in hand").locator("option")
    wait_until(lambda: options.all_text_contents() == ["From elsewhere (1)", "Sunday (2)"])
    for playlist in page.request.get("/api/v1/playlists").json():
        page.request.delete(f"/api/v1/playlists/{playlist['playlist_id']}")


def test_list_is_steered_and_filtered(page: Any) -> None:
    page.goto("/#/track/1")
    rows = page.get_by_role("list", name="Sounds like this").locator(".row:not(.ghost)")
    rows.first.wait_for()
    liked, disliked = rows.nth(0).locator(".title").inner_text(), rows.nth(1).locator(".title").inner_text()
    with page.expect_response(lambda answer: "track=1&track=" in answer.url):
        page.get_by_role("button", name=f"More like {liked}", exact=True).click()
    with page.expect_response(lambda answer: "unlike=" in answer.url):
        page.get_by_role("button", name=f"Less like {disliked}", exact=True).click()
    wait_until(lambda: not {liked, disliked} & set(rows.locator(".title").all_inner_texts()))
    page.get_by_role("button", name=f"No longer more like {liked}").click()
    wait_until(lambda: liked in rows.locator(".title").all_inner_texts())

    page.get_by_text("Tune this list").click()
    page.get_by_label("Genre").select_option("Jazz")
    wait_until(lambda: set(rows.locator(".genre").all_inner_texts()) == {"Jazz"})
    page.get_by_label("Years from").fill("2000")
    page.get_by_label("Years from").press("Enter")
    years = "where=genre+%3D+%22Jazz%22+and+year+%3E%3D+2000"
    page.wait_for_function(
        "(part) => performance.getEntriesByType('resource').some((e) => e.name.includes(part))", arg=years
    )
    page.get_by_text("filtered", exact=False).first.wait_for()
    page.get_by_role("button", name="Back to usual").click()
    wait_until(lambda: len(set(rows.locator(".genre").all_inner_texts())) > 1)
    rows.first.get_by_role("button", name="Why is").click()
    page.get_by_role("heading", name="Moments that match").wait_for()
    page.locator(".moments button").nth(1).click()
    wait_until(lambda: is_playing(page))


def test_search_is_still_there_on_the_way_back(page: Any) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search your library").fill("song 1")
    page.get_by_role("list", name="Found").get_by_role("link", name="Song 1", exact=True).click()
    page.get_by_role("heading", name="Song 1").wait_for()
    page.go_back()
    page.get_by_role("list", name="Found").wait_for()
    assert page.get_by_role("searchbox", name="Search your library").input_value() == "song 1"


def test_way_back_leads_to_the_same_place(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto("/#/browse/tracks")
    page.locator(".row:not(.ghost)").nth(N_TRACKS - 1).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 300
    page.locator(".row a.title").nth(N_TRACKS - 1).click()
    rows = page.get_by_role("list", name="Sounds like this").locator(".row:not(.ghost)")
    rows.first.wait_for()
    page.get_by_text("Tune this list").click()
    page.get_by_label("Length").select_option("10")
    page.get_by_label("Genre").select_option("Jazz")
    wait_until(lambda: "k=10&" in page.url and "genre=Jazz" in page.url)
    address = page.url
    page.go_back()
    wait_until(lambda: abs(page.evaluate("scrollY") - before) < 5)
    page.evaluate("localStorage.clear()")
    page.goto(address)
    wait_until(lambda: set(rows.locator(".genre").all_inner_texts()) == {"Jazz"})


def test_whole_shelf_is_added_and_given_a_word_though_a_part_is_seen(page: Any) -> None:
    page.route(
        "**/api/v1/tracks?*limit=100&*", lambda route: route.continue_(url=route.request.url.replace("=100", "=5"))
    )
    page.goto("/#/browse/genre/Jazz")
    page.locator(".row:not(.ghost)").first.wait_for()
    page.get_by_role("button", name="Add all").click()
    page.get_by_text(f"Added {N_TRACKS // 3} tracks to Playlist").wait_for()
    page.get_by_role("button", name="Give these a word …").click()
    page.get_by_label("Word", exact=True).fill("rainy day")
    page.get_by_role("button", name="Learn it").click()
    page.locator(".toast").get_by_role("button", name="Show its songs").click()
    page.wait_for_url("**?q=rainy+day")
    first = page.get_by_role("list", name="By sound").locator(".row:not(.ghost)").first
    first.get_by_text("Jazz").wait_for()
    first.locator(".title").click()
    page.get_by_role("button", name="Give it a word …").click()
    page.get_by_label("Word", exact=True).fill("wet day")
    page.get_by_role("button", name="Learn it").click()
    page.get_by_role("alert").get_by_text("5 songs at least").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.goto("/#/browse/words")
    own = page.get_by_role("region", name="Your own words")
    own.get_by_label("Name of the word rainy day").fill("wet day")
    own.get_by_label("Name of the word rainy day").press("Enter")
    own.get_by_label("Name of the word wet day").wait_for()
    own.get_by_text(f"{N_TRACKS // 3} songs; one that is held out").click()
    own.get_by_role("button", name=re.compile("^Take .* out$")).first.click()
    own.get_by_text(f"{N_TRACKS // 3 - 1} songs; one that is held out").wait_for()
    forget = own.get_by_role("button", name="Forget the word wet day")
    forget.click()
    own.get_by_text("None yet.").wait_for()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    forget.click()
    own.get_by_text("None yet.").wait_for()
    page.get_by_role("link", name="female vocals").wait_for()
    for playlist in page.request.get("/api/v1/playlists").json():
        page.request.delete(f"/api/v1/playlists/{playlist['playlist_id']}")


DAMAGES = ["{", "null", '"x"', "[1]", '{"k":{},"genre":7,"where":null}']
ODD = ["constructor", "%E0%A4%A", "__proto__/x", "browse/constructor/x", "?k=x"]


def test_odd_addresses_and_damaged_storage_break_nothing(page: Any) -> None:
    names = ["tuning", "theme", "list", "paths", "playing", "volume", "repeat", "radio", "profile"]
    page.goto("/docs")
    for damage, odd in zip(DAMAGES, ODD, strict=True):
        page.evaluate(
            "([names, damage]) => names.forEach((n) => localStorage.setItem(`resona.${n}`, damage))", [names, damage]
        )
        page.goto(f"/#/{odd}")
        page.reload()
        page.locator("main h1").first.wait_for()
        lit = page.locator("#nav [aria-current=page]").all_inner_texts()
        assert [name.strip() for name in lit] == ["Browse" if odd.startswith("browse") else "Discover"]
        page.goto("/#/track/1")
        page.locator(".similar .row:not(.ghost)").first.wait_for()
    page.goto("/#/track/1?k=abc&diversity=&order=sideways")
    page.locator(".similar").get_by_text(re.compile("Sounds like this|No list")).first.wait_for()


def now_playing(page: Any) -> str:
    return str(page.locator("#player .now .title").inner_text()) if is_playing(page) else ""


def test_whole_list_plays_past_what_cannot(page: Any, tones_dir: Path) -> None:
    page.goto("/#/browse/artist?q=artist+2")
    page.get_by_role("link", name="Artist 2").click()
    titles = page.get_by_role("list", name="Tracks").locator(".row:not(.ghost) .title")
    wait_until(lambda: titles.count() == N_TRACKS // 4)
    first, second, third, *_ = titles.all_inner_texts()
    gone = next(tones_dir.glob(f"{second.removeprefix('Song ')}.*"))
    gone.rename(gone.with_suffix(".away"))
    page.get_by_role("region", name="Artist 2").get_by_role("button", name="Play all").click()
    wait_until(lambda: now_playing(page) == first)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_text(f"“{second}”: the file is no longer where it was; scan again").wait_for()
    wait_until(lambda: now_playing(page) == third)
    gone.with_suffix(".away").rename(gone)

    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("button", name="Previous").click()
    page.get_by_text("Resona does not answer; the music goes on").wait_for()
    page.unroute("**/api/**")
    page.get_by_text("Resona answers again").wait_for()
    wait_until(lambda: now_playing(page) == second)


PEAK = """async () => {
    const { player } = await import("./static/player.js");
    const wave = new Float32Array(2048);
    let peak = 0;
    for (let round = 0; round < 20; round += 1) {
        player.mixer.analyser.getFloatTimeDomainData(wave);
        peak = Math.max(peak, ...wave.map(Math.abs));
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return peak;
}"""


def test_queue_is_put_in_order_and_songs_follow_each_other(page: Any) -> None:
    page.route("**/api/v1/tracks/2", lambda _: None)  # no answer: the list itself tells how loud it is
    page.goto("/#/browse/genre/Ambient")
    page.get_by_role("button", name="Play Song 1", exact=True).click()
    wait_until(lambda: now_playing(page) == "Song 1")
    wait_until(lambda: 0.01 < page.evaluate(PEAK) < 0.2)  # it is four times as loud as it is to be, the others are not
    raised = page.evaluate(
        "import('./static/mixer.js').then(({ gainOf, Mixer }) => {"
        "const mixer = new Mixer();"
        "mixer.volume = 10; const soft = mixer.levelOf({ lufs: -30 }); mixer.volume = 100;"
        "return [soft, mixer.levelOf({ lufs: null }), gainOf(-6, 1)].map((gain) => Math.round(gain * 100) / 100) })"
    )
    assert raised == [3.98, 1.0, 0.25]  # with the volume never above what the file holds
    page.locator("#toggle").click()

    page.get_by_role("link", name="Queue").click()
    titles = page.locator(".sortable .title")
    wait_until(lambda: titles.count() == N_TRACKS // 3)
    *before, a, b, c, d, e = titles.all_inner_texts()
    assert before[-1] == "Song 1"
    n = len(before)
    page.locator(".grip").nth(n).focus()
    page.keyboard.press("ArrowDown")
    wait_until(lambda: titles.all_inner_texts()[n:] == [b, a, c, d, e])
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
        f"Move {a}; now number {n + 2}"
    )
    drag(page, page.locator(".grip").nth(n), titles.nth(n + 2))  # with the mouse, downwards
    wait_until(lambda: titles.all_inner_texts()[n:] == [a, c, b, d, e])
    page.get_by_role("button", name=f"Remove {c}").click()
    wait_until(lambda: titles.all_inner_texts() == [*before, a, b, d, e])
    page.get_by_role("slider", name="Position", exact=True).fill("950")
    page.locator("#toggle").click()
    wait_until(lambda: now_playing(page) == a)
    page.get_by_label("Crossfade").select_option("2")
    page.get_by_role("slider", name="Position", exact=True).fill("700")
    wait_until(lambda: now_playing(page) == b)


def test_player_keeps_volume_and_place_and_one_tab_plays(page: Any) -> None:
    page.goto("/#/browse/genre/Jazz")
    page.get_by_role("button", name="Play all").click()
    wait_until(lambda: is_playing(page))
    first = now_playing(page)
    assert page.evaluate("navigator.mediaSession.metadata.title") == first
    page.get_by_label("Volume").fill("30")
    page.get_by_role("button", name="Repeat all").click()
    page.get_by_role("button", name="Repeat one").click()
    page.get_by_role("slider", name="Position", exact=True).fill("950")  # it begins again by itself
    wait_until(lambda: page.locator("#player .time").first.inner_text() in ("0:00", "0:01"))
    assert now_playing(page) == first
    page.get_by_role("slider", name="Position", exact=True).fill("500")
    page.goto("/#/track/2")
    page.get_by_role("button", name="Play next").click()
    page.get_by_role("button", name="Next", exact=True).click()
    wait_until(lambda: now_playing(page) == "Song 1")
    page.get_by_role("slider", name="Position", exact=True).fill("500")
    page.locator("#toggle").click()

    page.reload()
    page.locator("#player").get_by_text("Song 1").wait_for()
    assert page.get_by_label("Volume").input_value() == "30"
    wait_until(lambda: page.locator("#player .time").first.inner_text() >= "0:03")
    page.locator("#toggle").click()
    wait_until(lambda: is_playing(page))
    other, held = page.context.new_page(), []
    other.route("**/audio*", lambda route: held.append(route))  # noqa: PLW0108 - a built-in cannot be marked
    other.goto("/#/track/1")
    other.get_by_role("region", name="Track").get_by_role("button", name="Play", exact=True).click()
    wait_until(lambda: not is_playing(page))  # who is asked last plays, however long its file takes to come
    wait_until(lambda: is_playing(other) and held)
    held[0].continue_()
    other.unroute("**/audio*")
    wait_until(lambda: is_playing(other))
    assert not is_playing(page)
    other.close()


def test_map_shows_every_track_and_plays_on_a_click(page: Any) -> None:
    page.goto("/#/map")
    canvas = page.get_by_role("application")
    canvas.wait_for(timeout=4 * PATIENCE_MS)  # it is drawn by a process of low priority
    page.get_by_text(f"{N_TRACKS} tracks; neighbours sound alike").wait_for()
    page.get_by_role("button", name="Zoom in").click()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".map-tip strong").wait_for()
    page.keyboard.press("Enter")
    wait_until(lambda: is_playing(page))
    page.route("**/api/v1/tracks/*", lambda route: route.abort())  # taken out of the library since the map was drawn
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.locator(".toast.error").wait_for()
    page.unroute("**/api/v1/tracks/*")
    page.get_by_role("group", name="Genres").get_by_role("button", name="Jazz").click()
    assert page.locator(".legend [aria-pressed=true]").count() == 1
    page.get_by_role("searchbox").fill("song 13")
    page.locator(".found button").first.click()
    page.locator(".map-tip").get_by_text("Song 13", exact=True).wait_for()
    page.get_by_role("button", name="Show what plays").click()
    assert page.get_by_role("img", name="This plays").is_visible()

    page.goto("/#/path?start=1&k=5")
    page.get_by_role("group", name="To").get_by_role("searchbox").fill("song 4")
    page.get_by_role("group", name="To").get_by_role("button", name="Song 4", exact=False).first.click()
    way = page.get_by_role("list", name="Path").locator(".title")
    wait_until(lambda: way.count() == 5)
    assert "end=5" in page.url
    drawn = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value) => value > 0)"
    wait_until(lambda: page.locator(".map-over").count() == 1 and page.locator(".map-over").evaluate(drawn))
    page.get_by_role("link", name="Mixes").first.click()
    mix = page.locator(".mix").first
    mix.get_by_role("button", name="Save as playlist").click()
    page.locator(".toast").get_by_text(mix.get_by_role("heading").inner_text()).wait_for()
    for playlist in page.request.get("/api/v1/playlists").json():
        page.request.delete(f"/api/v1/playlists/{playlist['playlist_id']}")


def test_teaching_with_the_keyboard(page: Any) -> None:
    page.goto("/#/teach")
    page.locator(".candidate").first.wait_for()
    first = page.locator(".candidate h2").all_inner_texts()
    page.keyboard.press("1")
    wait_until(lambda: is_playing(page))
    page.keyboard.press("y")
    page.get_by_text("1 judgement so far").wait_for()
    wait_until(lambda: page.locator(".candidate h2").all_inner_texts() != first)
    page.get_by_role("button", name="Three songs: the odd one out?").click()
    page.locator(".candidate").nth(2).wait_for()
    page.keyboard.press("c")
    page.get_by_text("2 judgements so far").wait_for()
    page.keyboard.press("u")
    page.get_by_text("can be told from 1 judgement").wait_for()
    page.keyboard.press("u")
    page.get_by_text("No judgements yet").wait_for()


def test_library_is_scanned_put_in_order_and_heard_by_others(page: Any, tmp_path: Path) -> None:
    page.goto("/#/library")
    page.get_by_text("no sound in it").wait_for()
    page.get_by_text("trained on 28 of these 31 artists: no test of new music").wait_for()
    page.get_by_role("button", name="Scan for new music").click()
    page.get_by_text("heard, ").wait_for()
    wait_until(lambda: page.get_by_role("button", name="Scan for new music").is_enabled())
    page.get_by_label("Folder on this machine").fill(str(tmp_path))
    page.get_by_role("button", name="Add folder").click()
    folder = page.get_by_role("region", name="Folders").get_by_role("listitem").filter(has_text=str(tmp_path))
    folder.get_by_text("Forget", exact=True).click()
    folder.get_by_role("button", name="Forget it").click()
    folder.wait_for(state="detached")

    page.get_by_role("link", name="Tidy up").click()
    page.get_by_text("Examination: ").wait_for()  # it begins by itself
    doctor = page.get_by_role("region", name="What to put right")
    doctor.get_by_text(re.compile("^Examined ")).wait_for()
    doctor.get_by_role("button", name="Examine the library").click()
    page.get_by_role("region", name="In the background").get_by_text("Examination: ").wait_for()
    excluded = page.get_by_role("region", name="Never recommended").get_by_role("listitem")
    wait_until(lambda: excluded.count() == 1)
    page.get_by_label("Pattern or filter").fill("genre = jazz")
    page.get_by_role("button", name="Never recommend").click()
    excluded.filter(has_text="genre = jazz").get_by_text(f"{N_TRACKS // 3} tracks").wait_for()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    wait_until(lambda: excluded.count() == 1)
    page.get_by_label("Pattern or filter").fill("year <")
    page.get_by_role("button", name="Never recommend").click()
    page.locator(".toast.error").wait_for()

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("New profile").fill("dad")
    with page.expect_request(lambda asked: "/status?profile=dad" in asked.url):
        page.get_by_role("button", name="Begin").click()
    choice = page.get_by_label("Profile", exact=True)
    wait_until(lambda: choice.input_value() == "dad")
    with page.expect_request(lambda asked: asked.url.endswith("/status")):
        choice.select_option("default")


CROWDED = """() => [...document.querySelectorAll("#nav a")].filter((link) => {
    const { left, right, width } = link.getBoundingClientRect();
    return link.querySelector("span").offsetWidth > width || width < 44 || left < 0 || right > innerWidth;
}).map((link) => link.textContent)"""


def test_server_speaks_the_language_of_the_page(browser: Any, base_url: str) -> None:
    for page in open_page(browser, base_url, locale="de-AT"):
        page.goto("/#/track/1?where=year+%3C")
        page.get_by_text("Filter, Zeichen 7: der Filter endet, wo ein Wert für 'year' stehen sollte").wait_for()
        page.goto("/#/track/1?where=genre+%3D+jazz&k=5")
        page.get_by_text("durch Filter").wait_for()
        page.get_by_role("button", name="Warum").first.click()
        page.locator(".reasons").get_by_text(re.compile("^(Ähnlich|Verschieden): ")).first.wait_for()
        said = page.evaluate(
            "import('./static/texts.js').then(({ sentence }) => ["
            "sentence('Left out: 2 other versions, 3 by filter.'), sentence('A.mp3 and B: as it is')])"
        )
        assert said == ["Ausgelassen: 2 andere Fassungen, 3 durch Filter.", "A.mp3 and B: as it is"]
        page.goto("/#/browse/words")
        page.get_by_role("link", name="Klavier", exact=True).wait_for()
        name = page.evaluate(
            "import('./static/mixes.js').then(({ called }) =>"
            "called({ qualities: ['calm', 'dark'], kind: 'orchestral', sound: 'violin', number: 2 }))"
        )
        assert name == "Orchester, ruhig, dunkel, Geige 2"
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate(CROWDED) == []  # names in one language are longer


def test_first_part_of_a_file_ends_where_the_second_begins(browser: Any, tmp_path: Path) -> None:
    path, sheet = tmp_path / "both.wav", (("One", 0.0, 1.0), ("Two", 1.0, None))
    write_audio(path, tone(1, 60.0), RATE)
    with Library(tmp_path / "library.db") as library:
        library.store.tracks.put_file(
            [
                TrackRecord(
                    path=path,
                    size_bytes=1,
                    mtime_ns=1,
                    audio_hash="both",
                    tags=Tags(artist="A", title=title, album="Both", duration_seconds=(end or 60.0) - start),
                    start_seconds=start,
                    end_seconds=end,
                )
                for title, start, end in sheet
            ]
        )
        with served(library) as address:
            for page in open_page(browser, address):
                page.goto("/#/browse/tracks")
                page.get_by_role("button", name="Play One").click()
                page.get_by_role("region", name="Player").get_by_text("Two").wait_for()  # the file lasts a minute


def test_a_model_is_trained_to_its_end(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(tmp_path / "library.db") as library:
        fill_to_learn(library)
        tiny = {"n_bands": 8, "maps": (4,), "channels": (8,), "n_dims": 6}
        config = library.models.train_config("base", init="none", n_pairs=60, n_epochs=1, encoder=tiny)
        monkeypatch.setattr(library.models, "train_config", lambda arch: {"base": config}[arch])
        with served(library) as address:
            for page in open_page(browser, address):
                train_here(page)
        assert "base-001" in [model["name"] for model in library.models.describe()]


def train_here(page: Any) -> None:
    page.goto("/#/library")
    page.get_by_role("button", name="Train on this library").click()
    job = page.get_by_role("region", name="In the background")
    job.get_by_text("Training, ").wait_for()
    assert page.get_by_role("button", name="Measure it").is_disabled()
    wait_until(lambda: page.get_by_role("button", name="Measure it").is_enabled())
    assert re.search(r"Training: The new model .+\.", job.get_by_role("status").inner_text())


def fill_to_learn(library: Library) -> None:
    """Two genres of eight artists each, of which one can hear which is which."""
    rng, model = np.random.default_rng(0), library.model
    with library.store.writing():
        for number in range(48):
            tags = Tags(artist=f"Artist {number // 3}", title=f"{number}", genres=(GENRES[number // 3 % 2],))
            record = TrackRecord(
                path=Path(f"/m/{number}.mp3"), size_bytes=1, mtime_ns=1, audio_hash=f"{number}", tags=tags
            )
            track_id = library.store.tracks.put(record)
            clip = rng.normal(size=(1, model.feature_config["n_mfcc"], 400)) * 5 + 20 * (number // 3 % 2)
            library.store.features.put(track_id, model.feature_fingerprint, clip.astype(np.float16), [0.0])
            library.store.embeddings.put_many(model.model_id, [(track_id, unit(rng.normal(size=model.n_dims)))])


def unit(vector: Any) -> Any:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_page_shows_itself_without_its_server_and_keeps_no_answer(browser: Any, base_url: str) -> None:
    page = browser.new_context(base_url=base_url).new_page()
    page.goto("/")
    page.locator(".row:not(.ghost)").first.wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.state)")
    page.reload()
    kept = page.evaluate("""async () => {
        const [name, ...others] = await caches.keys();
        const files = await (await caches.open(name)).keys();
        return [others.length, ...files.map(({ url }) => new URL(url).pathname)];
    }""")
    assert kept[0] == 0
    assert {"/", "/static/app.js", "/static/texts.de.json"} < set(kept[1:])
    assert not [path for path in kept[1:] if path != "/" and not path.startswith("/static/")]
    page.context.set_offline(offline=True)
    page.reload()
    page.get_by_text("Resona does not answer").first.wait_for()
    page.context.close()


def test_keyboard_reaches_everything(page: Any) -> None:
    page.goto("/")
    page.locator(".row:not(.ghost)").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the music"
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
        )
        assert page.evaluate(  # what has the focus is seen to have it
            "[document.activeElement, document.activeElement.parentNode]"
            ".some((element) => getComputedStyle(element).outlineStyle !== 'none')"
        )
    assert "Search your library" in seen


WIDTHS, SCHEMES = (390, 820, 1440), ("light", "dark")
LOOKS = list(product(WIDTHS, SCHEMES))


@pytest.mark.parametrize("is_sweep", [False, pytest.param(True, marks=pytest.mark.sweep)], ids=["each view", "sweep"])
def test_no_accessibility_faults_and_no_overflow(browser: Any, base_url: str, *, is_sweep: bool) -> None:
    """Each view is examined in one look, and each look in some views; the sweep examines every view in every look."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed")
    for page in open_page(browser, base_url, reduced_motion="reduce"):
        (artist,) = page.request.get("/api/v1/artists?q=artist+2").json()
        page.request.post("/api/v1/playlists", data={"name": "Monday", "track_ids": [3, 1]})
        page.goto("/#/browse/genre/Jazz")
        page.get_by_role("button", name="Play all").click()
        page.locator(".cover-button.playing").first.wait_for()
        page.locator("#toggle").click()
        for number, (view, sign) in enumerate(VIEWS.items()):
            page.goto(f"/{view.replace('ID', artist['id'])}")
            page.locator(sign).first.wait_for()
            if not page.evaluate("'axe' in window"):
                page.evaluate(axe.AXE_FILE_PATH.read_text(encoding="utf-8"))
            check_sizes(page, view)
            for width, scheme in LOOKS if is_sweep else [LOOKS[number % len(LOOKS)]]:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                assert [(view, scheme, width, *fault) for fault in page.evaluate(FAULTS)] == []
        for playlist in page.request.get("/api/v1/playlists").json():
            page.request.delete(f"/api/v1/playlists/{playlist['playlist_id']}")


def check_sizes(page: Any, view: str) -> None:
    """No view is wider than its window, and on a phone nothing is too small for a finger."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (view, width)
        if width == min(WIDTHS) and view != "docs":
            assert [(view, *small) for small in page.evaluate(SMALL)] == []


# Asked for violations alone, axe spares itself the names of what is well.
FAULTS = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => [id, nodes[0].html]);
}"""

SMALL = """() => [...document.querySelectorAll(
    "button, a.button, select, input:not([type=checkbox]), summary, .tabs a, #nav a, .control.tick"
)].map((one) => {
    const { width, height } = one.getBoundingClientRect();
    return [one.outerHTML.slice(0, 120), Math.round(width), Math.round(height)];
}).filter(([, width, height]) => width > 12 && height > 2 && (width < 44 || height < 44))"""

VIEWS = {
    "": ".row:not(.ghost)",
    "#/track/1": ".similar .row:not(.ghost)",
    "#/browse/album": ".tile",
    "#/browse/words": ".words .chip",
    "#/artist/ID": ".similar .row:not(.ghost)",
    "#/mixes": ".mix",
    "#/path?start=1&end=2": ".map-canvas",
    "#/radio?track=1": ".leaning",
    "#/map": ".map-canvas",
    "#/playlist": ".sortable .row",
    "#/queue": ".sortable .row",
    "#/teach": ".candidate",
    "#/players": ".nothing",
    "#/library": ".figure",
    "#/tidy": ".tidy .folders li",
    "#/settings": "#profile",
    "docs": ".method",
}


def test_a_player_is_let_in_shown_and_shut_out(page: Any) -> None:
    page.goto("/#/players")
    page.get_by_label("Name").fill("<b>phone</b>")
    page.get_by_role("button", name="Let a player in").click()
    card = page.locator(".player-card")
    card.get_by_text("Address, name and password").click()
    key = card.locator("dd").nth(2).inner_text()
    assert len(key) == 26
    assert card.locator("dd").nth(1).inner_text() == "<b>phone</b>"
    drawn = page.locator(".secrets img").evaluate("(image) => image.decode().then(() => image.naturalWidth)")
    assert drawn > 100
    base = page.evaluate("location.origin")
    told = page.request.get(f"{base}/rest/ping?apiKey={key}&f=json").json()["subsonic-response"]
    assert told["status"] == "ok"
    card.get_by_role("button", name="Shut").click()
    page.locator(".nothing").wait_for()
    told = page.request.get(f"{base}/rest/ping?apiKey={key}&f=json").json()["subsonic-response"]
    assert told["error"]["code"] == 44
