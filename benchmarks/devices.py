"""Two real browsers on one server: how long it is silent when the sound goes from one to the other.

Both pages are tapped sample by sample; the gap is from the last sample that sounds here to the first that sounds there.
"""

import json
import re
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, sync_playwright
from tests.e2e.browser import BROWSER_ARGUMENTS, ensure_browser
from tests.e2e.conftest import Listener, open_player
from tests.e2e.test_devices import a_browser, devices_of, wait_for_sound
from tests.e2e.test_listening import play
from tests.server import RunningServer, running_server
from tests.streams import lively

from auralis.media.encode import write_audio

ROUNDS = 5
SOUNDING_MS = 1000


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        music = Path(scratch) / "music"
        music.mkdir()
        for number, name in enumerate(("Alder", "Birch", "Cedar")):
            write_audio(music / f"{name}.flac", lively(44_100, 120, seed=number), 44_100)
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=BROWSER_ARGUMENTS)
        with running_server(Path(scratch) / "data", music=music) as server:
            server.wait_until_analysed()
            gaps = _gaps(browser, server)
        browser.close()
    return {
        "hand_off_gap_median_ms": median(gaps),
        "hand_off_gap_p95_ms": quantiles(gaps, n=20, method="inclusive")[-1],
    }


def _gaps(browser: Browser, server: RunningServer) -> list[float]:
    """Return the silence of each hand-off, ms; in turn a device takes the sound, and is given it."""
    contexts = [a_browser(browser, name) for name in ("Kitchen", "Desk")]
    kitchen, desk = (open_player(context, server) for context in contexts)
    play(kitchen, server.get("/tracks", limit=1)[0])
    wait_for_sound(kitchen.page, sounds=True)
    gaps = []
    pairs = [(kitchen, desk, "Desk"), (desk, kitchen, "Kitchen")]
    for number in range(2 + 2 * ROUNDS):
        one, other, name = pairs[number % 2]
        with server.client as client:  # far from the track's end, and where it is loud
            client.post("/player/seek", json={"position": 5})
        gap = _gap(one, other, name, asked_on=other if number % 4 < 2 else one)
        if number >= 2:  # the first time, each page builds its tap while it already sounds
            gaps.append(gap)
    return gaps


def _gap(one: Listener, other: Listener, name: str, *, asked_on: Listener) -> float:
    """Let ``other`` sound instead of ``one`` and return how long neither did, ms; less than 0 where both did."""
    known = devices_of(asked_on.page)
    one.page.wait_for_function("window.__auralis.snapshot().sounding && window.__auralis.snapshot().position > 5.5")
    one.heard()
    one.page.wait_for_timeout(SOUNDING_MS)
    if other.page.evaluate("window.captured.length"):
        other.heard()
    known.get_by_role("button", name=re.compile(name)).click()
    wait_for_sound(other.page, sounds=True)
    wait_for_sound(one.page, sounds=False)
    other.page.wait_for_timeout(SOUNDING_MS)
    _, silent_from = one.sounded()
    sounds_from, _ = other.sounded()
    return sounds_from - silent_from


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
