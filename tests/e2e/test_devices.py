"""Several devices: two browsers that each have their own profile, and one of them cut off for a while."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.conftest import PROOF
from tests.e2e.conftest import CAPTURE, Listener, open_player
from tests.e2e.plug import Plug, plugged_into
from tests.e2e.test_listening import PATIENCE_MS, play, suite
from tests.server import RunningServer

AWAY_SECONDS = 30 if PROOF else 6


def a_browser(browser: Browser, name: str) -> BrowserContext:
    """A profile of its own, as another machine has it, under a name of its own."""
    made = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 800})
    made.add_init_script(CAPTURE)
    made.add_init_script(f"localStorage.setItem('auralis.device', '{name}')")
    return made


@pytest.fixture
def devices(browser: Browser, demo_server: RunningServer) -> Iterator[tuple[Listener, Listener]]:
    """A kitchen and a desk, both at the demo library; a story ends with silence and an empty queue."""
    contexts = [a_browser(browser, name) for name in ("Kitchen", "Desk")]
    kitchen, desk = (open_player(context, demo_server) for context in contexts)
    yield kitchen, desk
    with demo_server.client as client:
        client.post("/player/stop")
        client.post("/queue/clear")
    for context in contexts:
        context.close()


def devices_of(page: Page) -> Any:
    """The list of devices, opened."""
    page.get_by_role("button", name="Devices").click()
    return page.get_by_role("dialog", name="Devices")


def wait_for_sound(page: Page, *, sounds: bool) -> None:
    page.wait_for_function(f"window.__auralis.snapshot().sounding === {str(sounds).lower()}", timeout=PATIENCE_MS)


def queued(page: Page) -> list[str]:
    """The titles in the queue as this page shows them."""
    return page.get_by_role("list", name="Queue").get_by_role("listitem").all_inner_texts()


def titles(server: RunningServer) -> list[str]:
    return [entry["track"]["title"] for entry in server.get("/queue")["entries"]]


def test_the_sound_is_handed_over_and_taken_back_where_it_was(
    devices: tuple[Listener, Listener], demo_server: RunningServer
) -> None:
    kitchen, desk = devices
    play(kitchen, suite(demo_server)[0])
    wait_for_sound(kitchen.page, sounds=True)
    known = devices_of(desk.page)
    expect(known.get_by_role("button", name=re.compile("Kitchen"))).to_contain_text("Plays now")
    known.get_by_role("button", name=re.compile("Desk")).click()
    wait_for_sound(desk.page, sounds=True)
    wait_for_sound(kitchen.page, sounds=False)
    expect(kitchen.page.get_by_text("Playing on Desk")).to_be_visible()
    before = demo_server.get("/player")["position"]["seconds"]
    devices_of(desk.page).get_by_role("button", name=re.compile("Kitchen")).click()
    wait_for_sound(kitchen.page, sounds=True)
    wait_for_sound(desk.page, sounds=False)
    after = demo_server.get("/player")
    assert after["isPlaying"]
    assert before <= after["position"]["seconds"] <= before + 15
    assert kitchen.errors == desk.errors == []


def test_both_edit_the_queue_and_see_the_same(devices: tuple[Listener, Listener], demo_server: RunningServer) -> None:
    kitchen, desk = devices
    tracks = suite(demo_server)
    with demo_server.client as client:
        client.post("/player/load", json={"context": {"type": "album", "id": tracks[0]["albumId"]}})
    for page in (kitchen.page, desk.page):
        page.keyboard.press("q")
        expect(page.get_by_role("list", name="Queue").get_by_role("listitem")).to_have_count(len(tracks))
    last = kitchen.page.get_by_role("list", name="Queue").get_by_role("listitem").last
    last.get_by_role("button").first.focus()
    kitchen.page.keyboard.press("Alt+ArrowUp")
    second = desk.page.get_by_role("list", name="Queue").get_by_role("listitem").nth(1)
    second.get_by_role("button").first.focus()
    desk.page.keyboard.press("Delete")
    for page in (kitchen.page, desk.page):
        expect(page.get_by_role("list", name="Queue").get_by_role("listitem")).to_have_count(len(tracks) - 1)
    demo_server.wait_until(lambda: queued(kitchen.page) == queued(desk.page), "both show the same queue")
    expected = titles(demo_server)
    assert [line.split("\n")[0] for line in queued(desk.page)][1:] == expected[1:]
    desk.page.get_by_role("button", name="Undo the last change of the queue").click()
    expect(kitchen.page.get_by_role("list", name="Queue").get_by_role("listitem")).to_have_count(len(tracks))
    desk.page.get_by_role("button", name="Redo what was undone").click()
    expect(kitchen.page.get_by_role("list", name="Queue").get_by_role("listitem")).to_have_count(len(tracks) - 1)


@pytest.fixture
def cable(demo_server: RunningServer) -> Iterator[Plug]:
    with plugged_into(demo_server.url) as plug:
        yield plug


def test_one_that_was_cut_off_comes_back_to_how_things_are(
    browser: Browser, listener: Listener, demo_server: RunningServer, cable: Plug
) -> None:
    kitchen, context = listener, a_browser(browser, "Desk")
    desk = open_player(context, cable)
    tracks = suite(demo_server)
    with demo_server.client as client:
        client.post("/player/load", json={"context": {"type": "album", "id": tracks[0]["albumId"]}})
    desk.page.keyboard.press("q")
    entries = desk.page.get_by_role("list", name="Queue").get_by_role("listitem")
    expect(entries).to_have_count(len(tracks))
    cable.pull()
    desk.page.wait_for_function("window.__auralis.snapshot().socket !== 'ready'", timeout=PATIENCE_MS)
    entries.nth(1).get_by_role("button").first.focus()
    desk.page.keyboard.press("Delete")  # waits for the server, and is done once
    with demo_server.client as client:
        left_at = time.monotonic()
        entry = demo_server.get("/queue")["entries"][-1]["entryId"]
        client.post("/queue/remove", json={"entryIds": [entry]})
        client.post("/player/volume", json={"volume": 0.4})
        kitchen.page.keyboard.press("r")
        demo_server.wait_until(lambda: demo_server.get("/player")["repeat"] == "all", "the kitchen repeats")
        demo_server.wait_until(lambda: time.monotonic() - left_at >= AWAY_SECONDS, "a while away")
    assert demo_server.get("/queue")["total"] == len(tracks) - 1
    assert desk.page.evaluate("window.__auralis.snapshot().socket") != "ready"
    cable.put_back()
    expect(entries).to_have_count(len(tracks) - 2, timeout=PATIENCE_MS)
    demo_server.wait_until(lambda: demo_server.get("/queue")["total"] == len(tracks) - 2, "what was done there counts")
    expect(desk.page.get_by_role("button", name="Repeat: the queue").first).to_be_attached(timeout=PATIENCE_MS)
    slider = desk.page.get_by_role("slider", name="Volume")
    expect(slider).to_have_value("0.4", timeout=PATIENCE_MS)
    with demo_server.client as client:
        client.post("/player/repeat", json={"mode": "off"})
        client.post("/player/volume", json={"volume": 1})
        client.post("/queue/clear")
    context.close()
