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
NEAR_FRAMES = 512
SHIFT_FRAMES = 2200
"""Of what an AAC encoder puts before everything, at most."""
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


def settled_at(piece: Sound, whole: Sound, lead: int) -> int:
    """Return the frame of a decoded AAC piece from the track's start at which the track begins.

    A browser may take away what the encoder put before, or leave it there.
    """
    frames = int(whole.shape[1]) // 2
    places = range(max(0, lead - SHIFT_FRAMES), lead + SHIFT_FRAMES)
    return min(places, key=lambda at: level_db(piece[:, at : at + frames] - whole[:, :frames]))


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


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_small_segments_are_as_good_at_their_joins_as_elsewhere_in_every_browser(
    browser: str, demo_server: RunningServer, tmp_path: Path
) -> None:
    demo_server.wait_until_analysed()
    track = suite(demo_server)[0]
    address = f"/stream/{track['id']}"
    manifest = demo_server.get(f"{address}/manifest")
    rate, segments = manifest["sampleRate"], manifest["segments"][:SEGMENTS]
    with demo_server.client as client:
        pieces = {
            f"{segment['index']}.mp4": client.get(
                f"{address}/enhanced/{segment['index']}", params={"codec": "aac"}
            ).content
            for segment in segments
        }
        exact = [client.get(f"{address}/enhanced/{segment['index']}").content for segment in segments]
    whole = np.concatenate([decode_segment(body) for body in exact], axis=1)
    heard = decoded(browser, pieces, rate, tmp_path)
    skip = settled_at(heard["0.mp4"], whole[:, : segments[0]["frames"]], manifest["aac"]["leadFrames"])
    joined = np.concatenate(
        [heard[f"{each['index']}.mp4"][:, skip : skip + each["frames"]] for each in segments], axis=1
    )
    assert joined.shape == whole.shape
    residual = joined - whole
    joins = [segment["startFrame"] for segment in segments[1:]]
    places = np.random.default_rng(1).integers(rate // 2, whole.shape[1] - rate // 2, 400)
    near = {at: level_db(residual[:, at - NEAR_FRAMES : at + NEAR_FRAMES]) for at in (*places, *joins)}
    elsewhere = float(np.percentile([near[at] for at in places], 95))
    at_joins = [near[at] for at in joins]
    print(f"{browser}: residual at joins {np.round(at_joins, 1)} dB, elsewhere {elsewhere:.1f} dB (95th percentile)")
    assert max(at_joins) - elsewhere < 1
    assert elsewhere < -30, "this is not the sound that was coded"
