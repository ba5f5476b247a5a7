"""A real browser, and pages in it whose sound can be heard sample by sample."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.e2e.browser import BROWSER_ARGUMENTS, ensure_browser
from tests.e2e.plug import Plug
from tests.server import RunningServer

SETTLED_MARKS = 2
CAPTURE = (Path(__file__).parent / "capture.js").read_text()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser story that fails is told once more: real browsers have hiccups, and the summary names each `RERUN`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; not for the whole session, since its driver occupies the event loop of this thread."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=ensure_browser(), args=BROWSER_ARGUMENTS)
        yield launched
        launched.close()


@dataclass
class Listener:
    """A page of the player, what it plays, and what went wrong in it."""

    page: Page
    errors: list[str]

    def heard(self) -> tuple[NDArray[np.float32], int]:
        """Return what has sounded since the last call, shape (2, frames), and its rate."""
        take = self.page.evaluate("takeCaptured()")
        return _samples(take), int(take["rate"])

    def timed(self) -> tuple[NDArray[np.float32], int, Callable[[int], float]]:
        """Return what `heard` does, and what turns a frame of it into the moment at which it sounded, epoch ms."""
        take = self.page.evaluate("takeCaptured()")
        frames, times = zip(*take["marks"], strict=True)

        def moment(frame: int) -> float:
            # The first marks are made while the browser's audio clock has yet to find its pace.
            mark = max(min(SETTLED_MARKS, len(frames) - 1), int(np.searchsorted(frames, frame, side="right")) - 1)
            return float(times[mark]) + (frame - frames[mark]) / take["rate"] * 1000

        return _samples(take), int(take["rate"]), moment

    def sounded(self, *, least: float = 1e-4) -> tuple[float, float]:
        """Return when the first and the last sample since the last call sounded that was no silence, epoch ms."""
        heard, _, moment = self.timed()
        loud = np.flatnonzero(np.abs(heard).max(axis=0) > least)
        assert loud.size, "nothing has sounded"
        return moment(int(loud[0])), moment(int(loud[-1]))


def _samples(take: dict[str, Any]) -> NDArray[np.float32]:
    return np.stack([np.frombuffer(base64.b64decode(take[side]), np.float32) for side in ("left", "right")])


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own; the tap needs a script of its own, which the page's policy would forbid."""
    made = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    made.add_init_script(CAPTURE)
    yield made
    made.close()


def as_at_first(server: RunningServer) -> None:
    """Let the sound be chosen as on a new server, whatever other tests have left."""
    with server.client as client:
        answers = [
            client.put("/player/enhancement", json={"enabled": True, "preset": "adaptive", "intensity": 1}),
            client.post("/player/volume", json={"volume": 1}),
            client.post("/settings/reset", json={"names": ["sound.loudness", "sound.quality"]}),
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


def open_player(context: BrowserContext, server: RunningServer | Plug) -> Listener:
    """Open the player in a new tab and wait until its library is there."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.goto(server.url)
    page.get_by_role("row").nth(2).wait_for(timeout=30_000)
    return Listener(page, errors)


@pytest.fixture
def listener(context: BrowserContext, demo_server: RunningServer) -> Iterator[Listener]:
    """A listener at the demo library; a story ends with silence and without an error on the page."""
    as_at_first(demo_server)
    opened = open_player(context, demo_server)
    yield opened
    with demo_server.client as client:
        client.post("/player/stop")
    assert opened.errors == []
