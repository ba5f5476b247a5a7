"""A real browser at a real server: from the key that says play to the first mastered sample out of the loudspeaker.

Every track is played once in each series, on a page that was opened for it and has never sounded; the sound is tapped
sample by sample and found in the mastered track, so what counts is when that track's first sample sounded, with what
the browser says that its way to the loudspeaker takes (35 ms without any: a third of what may pass). The first track of
a series does not count: it loads the browser's and the server's own code.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import numpy as np
from benchmarks.sound import ENDINGS, HOME
from playwright.sync_api import Browser, sync_playwright
from tests.e2e.browser import BROWSER_ARGUMENTS, ensure_browser
from tests.e2e.conftest import CAPTURE, Listener, open_player
from tests.e2e.sound import decode_segment, find
from tests.server import RunningServer, running_server
from tests.streams import lively

from auralis.media.decode import AudioReader
from auralis.media.encode import write_audio

TRACKS = 21
TRACK_SECONDS = 180
PATIENCE_MS = 30_000
UNTOUCHED_MS, HEARD_MS = 1000, 500
AUDIBLE = 1e-4
COMPARED_FRAMES = 4096
VIEW = {"width": 1440, "height": 900}
PRESSED = """
addEventListener("keydown", ({ key, timeStamp }) => {
  if (key === "Enter") window.pressedAt = performance.timeOrigin + timeStamp;
}, true);
"""
KEY = re.compile(r"/enhanced/\d+\?.*\bkey=(\w+)")
QUIET = {"AURALIS_LOG_LEVEL": "error"}

Prepare = Callable[[RunningServer, str], None]


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch, _chromium() as browser:
        music = Path(scratch) / "music"
        music.mkdir()
        _choose(music)
        known, unknown = Path(scratch) / "known", Path(scratch) / "unknown"
        with running_server(known, music=music, environment=QUIET) as server:
            server.wait_until_analysed()
        with running_server(known, environment=QUIET) as server:
            cold = _series(browser, server, _nothing)
            warm = _series(browser, server, _rendered)
        with running_server(unknown, music=music, environment=QUIET | {"AURALIS_ANALYSE": "false"}) as server:
            server.wait_until_scanned(TRACKS)
            never = _series(browser, server, _nothing)
    return {"play_cold_p95_ms": _p95(cold), "play_warm_p95_ms": _p95(warm), "play_unmeasured_p95_ms": _p95(never)}


def _choose(folder: Path) -> None:
    """Copy real tracks, spread over what is there, or write synthesised ones."""
    home = Path(os.environ.get("AURALIS_BENCH_MUSIC", HOME / "music"))
    found = sorted(path for path in home.rglob("*") if path.suffix.lower() in ENDINGS and _is_fit(path))
    chosen = found[:: max(1, len(found) // TRACKS)][:TRACKS]
    for number, path in enumerate(chosen):
        shutil.copy(path, folder / f"{number:02}{path.suffix}")
    for number in range(len(chosen), TRACKS):
        suffix = (".flac", ".mp3", ".ogg", ".m4a")[number % 4]
        write_audio(folder / f"{number:02}{suffix}", lively(44_100, TRACK_SECONDS, seed=number), 44_100)


def _is_fit(path: Path) -> bool:
    """Tell whether it is a whole track that is heard from its first second on."""
    with AudioReader(path) as reader:
        rate = reader.info.sample_rate
        return reader.info.frames > 60 * rate and bool(np.abs(reader.excerpt(0, rate)[:, : rate // 2]).max() > AUDIBLE)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


def _nothing(server: RunningServer, track_id: str) -> None:
    """Leave the track as it is: never asked for."""


def _rendered(server: RunningServer, track_id: str) -> None:
    """Have the head of the track rendered, as that of a next track is; the browser has none of it."""
    rate = server.get(f"/stream/{track_id}/manifest")["sampleRate"]
    with server.client as client:
        for number in range(2):
            assert client.get(f"/stream/{track_id}/enhanced/{number}", params={"rate": rate}).status_code == 200


def _series(browser: Browser, server: RunningServer, prepare: Prepare) -> list[float]:
    """Play every track of the library, each on a page of its own; return how long each took, ms."""
    with server.client as client:
        client.post("/cache/clear")
    tracks = server.get("/tracks", limit=100)
    _play(browser, server, tracks, 0, _nothing)
    return [_play(browser, server, tracks, index, prepare) for index in range(1, len(tracks))]


def _play(browser: Browser, server: RunningServer, tracks: list[Any], index: int, prepare: Prepare) -> float:
    """Press Enter on the row of a track; return when its first sample sounded, ms after that."""
    track = tracks[index]["id"]
    prepare(server, track)
    context = browser.new_context(bypass_csp=True, viewport=VIEW)
    context.add_init_script(CAPTURE)
    context.add_init_script(PRESSED)
    try:
        listener = open_player(context, server)
        page = listener.page
        page.get_by_role("grid").first.focus()
        page.keyboard.press("Home")
        for _ in range(index):
            page.keyboard.press("ArrowDown")
        page.wait_for_load_state("networkidle")
        page.evaluate("window.pressedAt = null")
        asked: list[str] = []
        page.on("request", lambda request: asked.extend(KEY.findall(request.url)))
        server.wait_until(lambda: server.get("/player")["outputClientId"] is None, "the page before has gone")
        page.keyboard.press("Enter")
        page.wait_for_timeout(UNTOUCHED_MS)  # whoever looks into a page keeps it from its work
        page.wait_for_function("window.__auralis.snapshot().sounding", timeout=PATIENCE_MS)
        page.wait_for_timeout(HEARD_MS)
        assert server.get("/player")["current"]["track"]["id"] == track
        return _sounded(listener, server, track, dict.fromkeys(asked)) - float(page.evaluate("window.pressedAt"))
    finally:
        context.close()
        with server.client as client:
            client.post("/player/stop")


def _sounded(listener: Listener, server: RunningServer, track: str, keys: Iterable[str]) -> float:
    """Return when the mastered track began to come out of the loudspeaker, be it with silence, epoch ms.

    It is known by the ``keys`` that were asked for: a plan made from an estimate may have given way to another since.
    """
    heard, rate, moment = listener.timed()
    for key in keys:
        with server.client as client:
            asked = {"rate": rate, "key": key}
            parts = [client.get(f"/stream/{track}/enhanced/{n}", params=asked).content for n in (0, 1)]
        mastered = np.concatenate([decode_segment(part) for part in parts], axis=1)
        first = int(np.flatnonzero(np.abs(mastered).max(axis=0) > AUDIBLE)[0])
        # The tap may have come into being a moment after the sound: whatever it heard tells when the first sample was.
        for start in range(first, mastered.shape[1] - COMPARED_FRAMES, COMPARED_FRAMES):
            at = find(heard, mastered, start, COMPARED_FRAMES)
            if at >= 0:
                return moment(at) - start / rate * 1000
    raise AssertionError("what sounds is not the mastered track")


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
