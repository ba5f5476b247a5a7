"""A listener on a slow line: AAC in a real browser, held sample by sample against what it was coded from."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext
from tests.e2e.conftest import open_player
from tests.e2e.sound import Sound, whole_variant
from tests.e2e.test_listening import longest_run, play, switch
from tests.server import RunningServer, running_server

from auralis.media.encode import write_audio

RATE = 44_100
TITLE = "Slow line"
NEAR_FRAMES = 512


def sweep(n: int) -> Sound:
    """Return a tone that rises slowly, with a steady one on the other side: a tick stands out of either by far."""
    time = np.arange(24 * RATE) / RATE
    rising = 0.4 * np.sin(2 * np.pi * (200.0 + 40.0 * time) * time)
    return np.stack([rising, 0.4 * np.sin(2 * np.pi * (997.3 + n) * time)]).astype(np.float32)


@pytest.fixture(scope="module")
def slow_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with one short track, data to be saved, and nothing mastered at first."""
    music = tmp_path_factory.mktemp("music")
    for n in range(2):
        write_audio(music / f"{TITLE} {n}.flac", sweep(n), RATE)
    quiet = {"AURALIS_ANALYSIS_BACKGROUND": "false"}
    with running_server(tmp_path_factory.mktemp("data"), music=music, environment=quiet) as server:
        server.wait_until_scanned()
        with server.client as client:
            assert client.patch("/settings", json={"sound.quality": "save_data"}).status_code == 200
            client.put("/player/enhancement", json={"enabled": False})
        yield server


def place_in(whole: Sound, heard: Sound) -> int:
    """Return the frame of ``whole`` at which ``heard`` begins: where its middle second differs least."""
    middle = heard.shape[1] // 2
    probe = heard[0, middle : middle + RATE].astype(np.float64)
    size = 1 << (whole.shape[1] + len(probe)).bit_length()
    spectrum = np.fft.rfft(whole[0], size) * np.conj(np.fft.rfft(probe, size))
    alike = np.fft.irfft(spectrum, size)[: whole.shape[1] - len(probe)]
    energy = np.concatenate([[0.0], np.cumsum(np.square(whole[0], dtype=np.float64))])
    return int(np.argmin(energy[len(probe) : -1] - energy[: -len(probe) - 1] - 2 * alike)) - middle


def residual_db(error: NDArray[np.float32], at: int) -> float:
    near = error[:, max(0, at - NEAR_FRAMES) : at + NEAR_FRAMES]
    return float(10 * np.log10(np.square(near, dtype=np.float64).mean() + 1e-20))


def test_what_is_small_joins_without_a_tick_and_fades_into_the_mastered_sound(
    context: BrowserContext, slow_line: RunningServer
) -> None:
    listener = open_player(context, slow_line)
    asked: list[str] = []
    listener.page.on("request", lambda request: asked.append(request.url))
    track = slow_line.get("/tracks", limit=1)[0]
    rate = RATE
    original = whole_variant(slow_line, track["id"], "original", rate)
    enhanced = whole_variant(slow_line, track["id"], "enhanced", rate)
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
    assert elsewhere < -40, "this is not the sound that was coded"
    assert longest_run(np.all(heard[:, : heard.shape[1] - rate] == 0, axis=0)) < rate // 100

    switch(listener).click()
    listener.page.wait_for_timeout(5000)
    heard, _ = listener.heard()
    late = heard[:, -2 * rate :]
    place = place_in(enhanced, late)
    again = residual_db(late - enhanced[:, place : place + late.shape[1]], rate)
    assert again - elsewhere < 3, "after the switch it is not the mastered sound"
    assert longest_run(np.all(heard == 0, axis=0)) < rate // 50, "the switch left a gap"
    sound = [url for url in asked if "/stream/" in url and "manifest" not in url]
    assert sound
    assert all("codec=aac" in url for url in sound)
    assert listener.errors == []
