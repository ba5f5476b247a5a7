"""`make screenshot`: takes the picture in the README from a demo library in a real browser."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Start a server on the demo library, play a track, and save what a listener sees."""
    from playwright.sync_api import sync_playwright
    from tests.e2e.browser import BROWSER_ARGUMENTS, ensure_browser
    from tests.server import running_server

    from auralis.demo.library import make_demo_library

    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        music = Path(scratch) / "music"
        make_demo_library(music)
        with running_server(Path(scratch) / "data", music=music) as server:
            server.wait_until_analysed()
            browser = playwright.chromium.launch(executable_path=ensure_browser(), args=BROWSER_ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
            page.goto(server.url)
            page.get_by_role("row").get_by_text("Glass Elevator", exact=True).first.dblclick()
            page.get_by_role("button", name="Sound").first.click()
            page.wait_for_timeout(8000)
            page.screenshot(path=ROOT / "docs" / "screenshot.png")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
