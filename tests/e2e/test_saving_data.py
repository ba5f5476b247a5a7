"""A listener on a slow line: AAC in a real browser, held sample by sample against what it was coded from."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.e2e.conftest import Listener
from tests.e2e.sound import Sound, whole_variant
from tests.e2e.test_listening import longest_run, play, suite, switch
from tests.server import RunningServer

NEAR_FRAMES = 512


@pytest.fixture
def slow_line(demo_server: RunningServer) -> Iterator[RunningServer]:
    """The demo library with data to be saved and nothing mastered; as it was before, afterwards."""
    demo_server.wait_until_analysed()
    with demo_server.client as client:
        client.patch("/settings", json={"sound.quality": "save_data"})
        client.put("/player/enhancement", json={"enabled": False})
    yield demo_server
    with demo_server.client as client:
        client.post("/settings/reset", json={"names": ["sound.quality"]})
        client.put("/player/enhancement", json={"enabled": True})


def place_in(whole: Sound, heard: Sound) -> int:
    """Return the frame of ``whole`` at which ``heard`` begins, by the correlation of its middle second."""
    probe = heard[0, heard.shape[1] // 2 :][:44_100]
    size = 1 << (whole.shape[1] + len(probe)).bit_length()
    spectrum = np.fft.rfft(whole[0], size) * np.conj(np.fft.rfft(probe, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: whole.shape[1]])) - heard.shape[1] // 2


def residual_db(error: NDArray[np.float32], at: int) -> float:
    near = error[:, max(0, at - NEAR_FRAMES) : at + NEAR_FRAMES]
    return float(10 * np.log10(np.square(near, dtype=np.float64).mean() + 1e-20))


def test_what_is_small_joins_without_a_tick_and_fades_into_the_mastered_sound(
    listener: Listener, slow_line: RunningServer
) -> None:
    asked: list[str] = []
    listener.page.on("request", lambda request: asked.append(request.url))
    track = suite(slow_line)[0]
    rate = track["sampleRate"]
    original = whole_variant(slow_line, track["id"], "original", rate)
    play(listener, track)
    listener.page.wait_for_timeout(9000)
    heard, heard_rate = listener.heard()
    assert heard_rate == rate
    heard = heard[:, int(np.flatnonzero(heard.any(axis=0))[0]) :]
    start = place_in(original, heard)
    error = heard - original[:, start : start + heard.shape[1]]
    borders = [at for at in (second * rate - start for second in (1, 3, 7)) if NEAR_FRAMES < at < heard.shape[1] - rate]
    assert len(borders) >= 2, "too little was heard"
    rng = np.random.default_rng(1)
    places = rng.integers(rate // 2, heard.shape[1] - rate, 400)
    elsewhere = np.percentile([residual_db(error, int(at)) for at in places], 95)
    joins = [residual_db(error, at) for at in borders]
    print(f"residual at joins {np.round(joins, 1)} dB, elsewhere {elsewhere:.1f} dB (95th percentile)")
    assert max(joins) - elsewhere < 1
    assert longest_run(np.all(heard[:, : heard.shape[1] - rate] == 0, axis=0)) < rate // 100

    switch(listener).click()
    listener.page.wait_for_timeout(5000)
    heard, _ = listener.heard()
    enhanced = whole_variant(slow_line, track["id"], "enhanced", rate)
    late = heard[:, -2 * rate :]
    place = place_in(enhanced, late)
    again = residual_db(late - enhanced[:, place : place + late.shape[1]], rate)
    assert again - elsewhere < 3, "after the switch it is not the mastered sound"
    assert longest_run(np.all(heard == 0, axis=0)) < rate // 50, "the switch left a gap"
    sound = [url for url in asked if "/stream/" in url and "manifest" not in url]
    assert sound
    assert all("codec=aac" in url for url in sound)
