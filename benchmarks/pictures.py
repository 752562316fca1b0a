"""How does the page look? Takes the README's pictures.

    python benchmarks/pictures.py LIBRARY SONG --out docs/images

Serves LIBRARY, drops SONG on the page as a person would, and photographs the list in light
and the map in dark. Needs Playwright and
Chromium, as the browser tests do.
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from page import served

PORT = 8792
ARGUMENTS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--autoplay-policy=no-user-gesture-required"]
PATIENCE_MS = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("song", type=Path, help="an audio file")
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    with served(options.library, PORT), sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, chromium_sandbox=False)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        drop(page, options.song)
        page.screenshot(path=options.out / "page-list.png")
        page.emulate_media(color_scheme="dark")
        unfold_map(page)
        page.screenshot(path=options.out / "page-map.png")
        browser.close()


def drop(page: Any, song: Path) -> None:
    """Drop the song, ask what is like it, and play the first answer."""
    page.goto(f"http://127.0.0.1:{PORT}/")
    page.get_by_label("Choose an audio file").set_input_files(song)
    page.get_by_role("button", name="Find similar").click()
    page.locator(".results .cover-button").first.click()
    page.wait_for_function("() => document.querySelector('#player .time')?.textContent >= '0:03'")
    page.mouse.move(5, 600)
    page.evaluate("scrollTo(0, 0)")


def unfold_map(page: Any) -> None:
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Map").click()
    canvas = page.get_by_role("application")
    canvas.wait_for()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".map-tip strong").wait_for()
    canvas.evaluate("(canvas) => canvas.blur()")


if __name__ == "__main__":
    main()
