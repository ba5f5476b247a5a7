"""A listener's stories in a real browser, with the samples that really play."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyebur128
from playwright.sync_api import BrowserContext, expect
from tests.conftest import PROOF
from tests.e2e.conftest import Listener, open_player
from tests.e2e.sound import find, whole_variant
from tests.server import RunningServer

PATIENCE_MS = 30_000
WATCHED_MS = 60_000 if PROOF else 6_000
TRIES, LISTENS = 3, 30
"""A machine that is busy elsewhere may starve a browser's sound; it is played again then."""


def suite(server: RunningServer) -> list[dict[str, Any]]:
    """The album whose tracks run on into each other, in order."""
    tracks = [t for t in server.get("/tracks", limit=50) if t["format"] == "flac"]
    return sorted(tracks, key=lambda t: t["trackNumber"])


def play(listener: Listener, track: dict[str, Any]) -> None:
    row = listener.page.get_by_role("row").filter(has_text=track["title"]).first
    row.get_by_text(track["title"], exact=True).dblclick()
    expect(listener.page).to_have_title(re.compile(re.escape(track["title"])), timeout=PATIENCE_MS)


def switch(listener: Listener) -> Any:
    return listener.page.get_by_role("switch", name="Enhancement").first


def loudness_lufs(samples: np.ndarray, rate: int) -> float:
    state = pyebur128.R128State(2, rate, pyebur128.MeasurementMode.MODE_I)
    state.add_frames(np.ascontiguousarray(samples.T).ravel(), samples.shape[1])
    return float(pyebur128.get_loudness_global(state))


def test_play_hear_the_mastered_sound_switch_it_off_and_hear_the_file_itself(
    listener: Listener, demo_server: RunningServer
) -> None:
    track = suite(demo_server)[0]
    rate = track["sampleRate"]
    demo_server.wait_until_analysed()
    enhanced = whole_variant(demo_server, track["id"], "enhanced", rate)
    original = whole_variant(demo_server, track["id"], "original", rate)
    play(listener, track)
    # The tap itself takes a moment to be in place; what follows crosses the first two joins of segments.
    heard = hears(listener, lambda: (enhanced, rate // 2, 3 * rate), lambda: seek(demo_server, 0))
    assert heard is not None, "what sounds is not the mastered sound"
    assert listener.heard()[1] == rate

    plan = demo_server.get(f"/stream/{track['id']}/manifest")["variants"]["enhanced"]
    assert abs(loudness_lufs(enhanced, rate) - plan["loudnessLufs"]) <= 0.5

    switch(listener).click()
    heard = hears(listener, lambda: (original, round(listener_position(demo_server) * rate) - 2 * rate, rate))
    assert heard is not None, "after the switch it is not the file itself"
    silent = np.all(heard == 0, axis=0)
    assert longest_run(silent) < rate // 50, "the switch left a gap"
    switch(listener).click()


def test_the_next_track_joins_without_a_gap(listener: Listener, demo_server: RunningServer) -> None:
    first, second = suite(demo_server)[:2]
    demo_server.wait_until_analysed()
    rate = first["sampleRate"]
    before = whole_variant(demo_server, first["id"], "original", rate)
    after = whole_variant(demo_server, second["id"], "original", rate)
    across = np.concatenate([before[:, -2 * rate :], after[:, : 2 * rate]], axis=1)
    play(listener, first)

    def lead_to_the_join() -> None:
        with demo_server.client as client:
            client.put("/player/enhancement", json={"enabled": False})
            context = {"type": "album", "id": first["albumId"]}
            client.post("/player/play", json={"trackId": first["id"], "context": context})
        listener.page.wait_for_function("window.__auralis.snapshot().sounding", timeout=PATIENCE_MS)
        seek(demo_server, first["duration"] - 4)

    lead_to_the_join()
    joined = hears(listener, lambda: (across, 0, 4 * rate), lead_to_the_join)
    with demo_server.client as client:
        client.put("/player/enhancement", json={"enabled": True})
    assert joined is not None, "the join is not sample-exact"
    expect(listener.page).to_have_title(re.compile(re.escape(second["title"])), timeout=PATIENCE_MS)


def test_pause_seek_next_and_volume_do_what_they_say(listener: Listener, demo_server: RunningServer) -> None:
    first, second = suite(demo_server)[:2]
    page = listener.page
    play(listener, first)
    page.keyboard.press("Space")
    demo_server.wait_until(lambda: not demo_server.get("/player")["isPlaying"], "the player is paused")
    page.keyboard.press("Space")
    demo_server.wait_until(lambda: demo_server.get("/player")["isPlaying"], "the player plays on")
    page.keyboard.press("ArrowRight")
    demo_server.wait_until(lambda: listener_position(demo_server) > 5, "five seconds on")
    page.keyboard.press("m")
    demo_server.wait_until(lambda: demo_server.get("/player")["volume"] == 0, "muted")
    page.keyboard.press("m")
    demo_server.wait_until(lambda: demo_server.get("/player")["volume"] > 0, "heard again")
    upcoming = demo_server.get("/player")["next"]["track"]["title"]
    page.get_by_role("button", name="Next").first.click()
    expect(page).to_have_title(re.compile(re.escape(upcoming)), timeout=PATIENCE_MS)
    assert second["albumId"] == first["albumId"]


def test_a_second_tab_shows_the_same_and_commands_the_same(
    listener: Listener, context: BrowserContext, demo_server: RunningServer
) -> None:
    track = suite(demo_server)[0]
    play(listener, track)
    second = open_player(context, demo_server)
    expect(second.page.get_by_text(track["title"]).first).to_be_visible()
    second.page.get_by_role("button", name="Pause", exact=True).first.click()
    expect(listener.page.get_by_role("button", name="Play", exact=True).first).to_be_visible()
    switch(second).click()
    expect(switch(listener)).not_to_be_checked()
    switch(second).click()
    expect(switch(listener)).to_be_checked()
    assert second.page.evaluate("window.captured.length") == 0, "the second tab must make no sound of its own"
    second.page.close()


def test_playing_uses_one_socket_and_asks_nothing_periodically(
    context: BrowserContext, demo_server: RunningServer
) -> None:
    sockets: list[str] = []
    requests: list[str] = []
    context.on("page", lambda page: page.on("websocket", lambda socket: sockets.append(socket.url)))
    demo_server.wait_until_analysed()
    listener = open_player(context, demo_server)
    play(listener, suite(demo_server)[0])
    listener.page.wait_for_function("window.__auralis.snapshot().sounding", timeout=PATIENCE_MS)
    listener.page.wait_for_timeout(3000)
    listener.page.on("request", lambda request: requests.append(request.url))
    listener.page.wait_for_timeout(WATCHED_MS)
    assert len(sockets) == 1
    assert [url for url in requests if "/stream/" not in url] == []
    with demo_server.client as client:
        client.post("/player/stop")


def hears(
    listener: Listener, wanted: Callable[[], tuple[np.ndarray, int, int]], again: Callable[[], None] | None = None
) -> np.ndarray | None:
    """Listen until ``frames`` of a sound from ``start`` on have sounded, exactly; return all that was heard by then.

    ``wanted`` says (sound, start, frames) anew each time; ``again`` plays it once more where it has not come as it is.
    """
    for attempt in range(TRIES):
        if attempt and again is not None:
            again()
        heard = np.zeros((2, 0), np.float32)
        for _ in range(LISTENS):
            listener.page.wait_for_timeout(500)
            heard = np.concatenate((heard, listener.heard()[0]), axis=1)
            if find(heard, *wanted()) >= 0:
                return heard
    return None


def seek(server: RunningServer, seconds: float) -> None:
    with server.client as client:
        client.post("/player/seek", json={"position": seconds})


def listener_position(server: RunningServer) -> float:
    return float(server.get("/player")["position"]["seconds"])


def longest_run(flags: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    return int(runs.max()) if runs.size else 0
