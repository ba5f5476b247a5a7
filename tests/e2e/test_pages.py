"""Every page, wide and narrow, light and dark: nothing that keeps anyone out, nothing that does not fit."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.conftest import PROOF
from tests.server import RunningServer

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = 1280, 390
LOOKS = [(WIDE, "dark"), (NARROW, "light")] + ([(WIDE, "light"), (NARROW, "dark")] if PROOF else [])


def pages(server: RunningServer) -> dict[str, str]:
    """Every address of the player, with something behind each."""
    track, album = server.get("/tracks", limit=1)[0], server.get("/albums", limit=1)[0]
    artist = server.get("/artists", limit=1)[0]
    with server.client as client:
        made = client.post("/playlists", json={"name": "For rain", "trackIds": [track["id"]]}).json()["data"]
    plain = ["albums", "artists", "playlists", "folders", "map", "history", "jobs", "status", "settings", "more"]
    return {
        "library": "/",
        "nowhere": "/nowhere",
        "search": "/search?q=the",
        "album": f"/albums/{album['id']}",
        "artist": f"/artists/{artist['id']}",
        "playlist": f"/playlists/{made['id']}",
        "compare": f"/compare?track={track['id']}",
        "similar": f"/similar?track={track['id']}",
        **{name: f"/{name}" for name in plain},
    }


def faults(page: Page) -> list[Any]:
    """What keeps people out here, in axe's words, and whether anything sticks out to the side."""
    found: list[Any] = page.evaluate(
        """(rules) => axe.run(document, { runOnly: rules }).then(({ violations }) =>
             violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]))""",
        RULES,
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    return found + (["it is wider than the screen"] if wide else [])


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_open_to_all(browser: Browser, demo_server: RunningServer, width: int, theme: Any) -> None:
    demo_server.wait_until_analysed()
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 844}, color_scheme=theme, reduced_motion="reduce"
    )
    context.add_init_script(AXE.read_text())
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    wrong: dict[str, Any] = {}
    titles: dict[str, str] = {}
    for name, address in pages(demo_server).items():
        page.goto(demo_server.url + address)
        page.wait_for_function("!document.querySelector('main [aria-busy=true], main [role=status][aria-label]')")
        page.get_by_role("heading", level=1).first.wait_for()
        titles[name] = page.title()
        found = faults(page)
        if found:
            wrong[name] = found
    context.close()
    assert wrong == {}
    assert errors == []
    assert len(set(titles.values())) == len(titles), f"pages are told apart by their titles: {titles}"


def test_the_api_is_tried_out_under_the_policy_of_all_pages(browser: Browser, demo_server: RunningServer) -> None:
    """Nothing comes from elsewhere, nothing breaks the policy, and an operation answers from its own page."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: message.type == "error" and told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{demo_server.url}/api/docs")
    health = page.locator("#operations-service-getLiveness")
    health.locator("button").first.click()
    health.get_by_role("button", name="Try it out").click()
    health.get_by_role("button", name="Execute").click()
    health.locator(".live-responses-table .response-col_status", has_text="200").first.wait_for()
    assert any("/api/v1/health/live" in url for url in asked)
    assert [url for url in asked if not url.startswith((demo_server.url, "data:"))] == []
    assert told == []
    context.close()
