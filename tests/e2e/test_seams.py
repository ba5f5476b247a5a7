"""Segments as browsers decode them, joined, against the render that has no joins."""

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.e2e.browser import BROWSER_ARGUMENTS, ensure_browser, firefox
from tests.e2e.sound import Sound, decode_segment
from tests.e2e.test_listening import suite
from tests.server import RunningServer

PAGE = Path(__file__).with_name("seams.html")
PATIENCE_SECONDS = 120
SEGMENTS = 5
AROUND_FRAMES = 1000
INAUDIBLE_DB = -90.0
LAST_BIT_DB = -138.0
"""Of 24 bits: what differs by less is rounding."""
PROFILE = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Bench(http.server.ThreadingHTTPServer):
    """Gives a browser a page and the pieces that it is to decode, and takes the samples back."""

    def __init__(self, pieces: dict[str, bytes], rate: int) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.pieces, self.rate = pieces, rate
        self.decoded: dict[str, Sound] = {}
        self.trouble = ""
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Answer(http.server.BaseHTTPRequestHandler):
    server: Bench

    def do_GET(self) -> None:
        name = self.path.strip("/")
        documents = {
            "": ("text/html", PAGE.read_bytes()),
            "pieces.json": (
                "application/json",
                json.dumps({"rate": self.server.rate, "pieces": list(self.server.pieces)}).encode(),
            ),
        }
        kind, body = documents.get(name, ("audio/mp4", self.server.pieces.get(name)))
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.path.strip("/")
        if name == "done":
            self.server.trouble = body.decode()
        else:
            self.server.decoded[name] = np.frombuffer(body, np.float32).reshape(2, -1)
        self.send_response(204)
        self.end_headers()
        if name == "done":
            self.server.done.set()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def opened(browser: str, url: str, profile: Path) -> Iterator[None]:
    """Open an address in a browser of its own, with nobody to look at it."""
    if browser == "firefox":
        found = firefox()
        if found is None:
            pytest.skip("THERE IS NO FIREFOX HERE: its decoder was not heard")
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PROFILE.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = [str(found), "--headless", "--no-remote", "--profile", str(profile), url]
    else:
        command = [str(ensure_browser()), *BROWSER_ARGUMENTS, f"--user-data-dir={profile}", url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def decoded(browser: str, pieces: dict[str, bytes], rate: int, profile: Path) -> dict[str, Sound]:
    """Return each piece as a browser decodes it."""
    bench = Bench(pieces, rate)
    threading.Thread(target=bench.serve_forever, daemon=True).start()
    try:
        with opened(browser, bench.url, profile):
            assert bench.done.wait(PATIENCE_SECONDS), f"{browser} has decoded {list(bench.decoded)} so far"
    finally:
        bench.shutdown()
        bench.server_close()
    assert bench.trouble == ""
    return bench.decoded


def level_db(residual: Sound) -> float:
    return float(10.0 * np.log10(np.mean(np.square(residual, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_joined_segments_are_the_whole_render_in_every_browser(
    browser: str, demo_server: RunningServer, tmp_path: Path
) -> None:
    demo_server.wait_until_analysed()
    track = suite(demo_server)[0]
    address = f"/stream/{track['id']}"
    manifest = demo_server.get(f"{address}/manifest")
    rate, segments = manifest["sampleRate"], manifest["segments"][:SEGMENTS]
    variants = ("original", "enhanced")
    with demo_server.client as client:
        pieces = {
            f"{variant}-{segment['index']}.mp4": client.get(f"{address}/{variant}/{segment['index']}").content
            for variant in variants
            for segment in segments
        }
        wholes = {name: client.get(address, params={"variant": name, "format": "flac"}).content for name in variants}
    heard = decoded(browser, pieces, rate, tmp_path)
    joins = [segment["startFrame"] for segment in segments[1:]]
    for variant, whole in wholes.items():
        joined = np.concatenate([heard[name] for name in pieces if name.startswith(variant)], axis=1)
        residual = joined - decode_segment(whole)[:, : joined.shape[1]]
        near = np.zeros(joined.shape[1], bool)
        for join in joins:
            near[join - AROUND_FRAMES : join + AROUND_FRAMES] = True
        at_joins, elsewhere = level_db(residual[:, near]), level_db(residual[:, ~near])
        assert at_joins <= max(elsewhere + 1.0, LAST_BIT_DB), (variant, at_joins, elsewhere)
        assert elsewhere <= INAUDIBLE_DB, (variant, elsewhere)
    assert level_db(heard["original-3.mp4"] - heard["enhanced-3.mp4"]) > INAUDIBLE_DB + 40.0
